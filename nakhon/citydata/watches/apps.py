"""Django wiring of the watches."""

from django.apps import AppConfig


class WatchesConfig(AppConfig):
    name = "nakhon.citydata.watches"
    label = "citydata_watches"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Registers the permissions, doors, the kind of definition and the jobs of the watches.
        from nakhon.citydata.watches import definitions, permissions, queries, services, tasks  # noqa: F401
