"""Django wiring of the city's own record."""

from django.apps import AppConfig


class CityConfig(AppConfig):
    name = "nakhon.people.city"
    label = "city"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from nakhon.people.city import queries  # noqa: F401  (registers doors)
