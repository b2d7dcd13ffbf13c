"""Addresses of getting in and of a member's settings. Sign-in itself is allauth's."""

from allauth.account import views as allauth
from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("setup/", views.setup, name="setup"),
    path("sign-in/<str:token>/", views.sign_in_link, name="sign-in-link"),
    path("notifications/", views.notices, name="notices"),
    path("notifications/seen/", views.notices_seen, name="notices-seen"),
    path("settings/", views.profile, name="profile"),
    path("settings/password/", views.password, name="password"),
    path("settings/theme/", views.theme, name="theme"),
    path("settings/time-zone/", views.time_zone, name="time-zone"),
]
# allauth looks these up without a namespace.
sign_in_patterns = [
    path("login/", views.sign_in, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("signup/", allauth.signup, name="account_signup"),
]
