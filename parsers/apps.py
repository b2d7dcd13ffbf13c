from django.apps import AppConfig


class ParsersConfig(AppConfig):
    name = "parsers"
    verbose_name = "Parsers"
    default_auto_field = "django.db.models.BigAutoField"
