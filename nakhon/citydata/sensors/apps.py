"""Django wiring of the sensors."""

from django.apps import AppConfig


class SensorsConfig(AppConfig):
    name = "nakhon.citydata.sensors"
    label = "citydata_sensors"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Registers the permissions, doors, kinds of definition and jobs of the sensors.
        from nakhon.citydata.sensors import definitions, permissions, queries, services, tasks  # noqa: F401
