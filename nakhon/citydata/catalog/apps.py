"""Django wiring of the catalogue."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "nakhon.citydata.catalog"
    label = "citydata_catalog"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Registers the permissions, doors, kind of definition and the guard of the catalogue's files.
        from nakhon.citydata.catalog import definitions, files, permissions, queries, services  # noqa: F401
