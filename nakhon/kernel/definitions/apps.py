"""Django wiring of definitions: when all rooms are loaded, their kinds are registered and the registry freezes."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class DefinitionsConfig(AppConfig):
    name = "nakhon.kernel.definitions"
    label = "definitions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from nakhon.kernel.definitions import kinds, permissions, queries, services  # noqa: F401  (registers rows and doors)

        autodiscover_modules("definitions")
        kinds.freeze()
