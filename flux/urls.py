"""Every address of Flux."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from accounts.urls import sign_in_patterns
from flux import health, views
from flux.demo import views as demo_views
from tracking.urls import order_value_patterns

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("find/", views.find, name="find"),
    path("orders/", include("orders.urls")),
    path("orders/", include(order_value_patterns)),
    path("tracking/", include("tracking.urls")),
    path("", include("emailsync.urls")),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include(sign_in_patterns)),
    path("design/", views.design, name="design"),
    path("demo/", demo_views.start, name="demo-start"),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
handler400 = "flux.views.bad_request"
handler403 = "flux.views.permission_denied"
handler404 = "flux.views.page_not_found"
handler500 = "flux.views.server_error"
