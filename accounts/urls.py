from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("setup/", views.setup, name="setup"),
    path("sign-in/<str:token>/", views.sign_in_link, name="sign-in-link"),
]
