"""Puts Flux's own admin site in the place of Django's."""

from django.contrib.admin.apps import AdminConfig


class ControlConfig(AdminConfig):
    default = False
    default_site = "flux.control.site.FluxAdminSite"
