"""Django wiring of files."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "nakhon.kernel.files"
    label = "files"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from nakhon.kernel.files import permissions, queries, services, tasks  # noqa: F401  (registers rows, doors, jobs)
