"""Django wiring of the people room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "nakhon.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Registers the room's permissions, verbs and queries, personal data, retention and jobs.
        from nakhon.people import erasure, permissions, processing, queries, retention, services, tasks  # noqa: F401
