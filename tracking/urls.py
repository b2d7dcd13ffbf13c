"""Addresses of parcels."""

from django.urls import path

from tracking import mending_views, value_views, views

app_name = "tracking"
urlpatterns = [
    path("", views.parcel_list, name="list"),
    path("export/", views.export, name="export"),
    path("repair/", mending_views.repair, name="repair"),
    path("repair/no-order/", mending_views.no_order, name="no-order"),
    path("repair/ask-again/", mending_views.ask_again, name="ask-again"),
    path("<int:pk>/", views.parcel_detail, name="detail"),
    path("<int:pk>/order/", mending_views.choose_order, name="choose-order"),
    path("<int:pk>/order/link/", mending_views.link_chosen, name="link-chosen"),
    path("<int:pk>/order/forget/", mending_views.unlink_chosen, name="forget-link"),
    path("<int:pk>/link/", views.link, name="link"),
    path("<int:pk>/unlink/", views.unlink, name="unlink"),
    path("<int:pk>/delivered/", views.mark_delivered, name="mark-delivered"),
    path("<int:pk>/delivered/undo/", views.unmark, name="unmark"),
]
# Under orders/: see value_views.
order_value_patterns = (
    [
        path("<int:pk>/value/", value_views.set_value, name="set"),
        path("<int:pk>/value/unset/", value_views.unset_value, name="unset"),
    ],
    "order-values",
)
