from django.apps import AppConfig


class EmailsyncConfig(AppConfig):
    name = "emailsync"
    verbose_name = "E-mail"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from emailsync import panels

        panels.register()
