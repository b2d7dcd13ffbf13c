"""Addresses of orders."""

from django.urls import path

from orders import views

app_name = "orders"
urlpatterns = [
    path("", views.order_list, name="list"),
    path("export/", views.export, name="export"),
    path("export-selected/", views.export_selected, name="export-selected"),
    path("archive/", views.archive, name="archive"),
    path("restore/", views.restore, name="restore"),
    path("<int:pk>/", views.order_detail, name="detail"),
]
