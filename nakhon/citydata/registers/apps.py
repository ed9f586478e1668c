"""Django wiring of registers."""

from importlib import import_module

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "nakhon.citydata.registers"
    label = "citydata_registers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from nakhon.citydata.registers import definitions, permissions, queries, services, tasks  # noqa: F401  (registers rows, doors)

        for part in ("importing", "exporting"):
            for file in ("queries", "services", "tasks"):
                import_module(f"nakhon.citydata.registers.{part}.{file}")
