from typing import cast

from django.apps import AppConfig


class TrackingConfig(AppConfig):
    name = "tracking"
    verbose_name = "Tracking"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from parsers import carriers
        from parsers.engine.knowledge import CarrierBook
        from tracking import panels
        from tracking.numbers.book import CARRIERS

        panels.register()
        carriers.register(cast(CarrierBook, CARRIERS))
