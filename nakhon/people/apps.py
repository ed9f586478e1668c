"""Django wiring of the people room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "nakhon.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from nakhon.people import permissions, queries, services  # noqa: F401  (registers rows and doors)
