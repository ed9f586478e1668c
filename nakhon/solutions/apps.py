"""Django wiring of the solutions room."""

from django.apps import AppConfig


class SolutionsConfig(AppConfig):
    name = "nakhon.solutions"
    label = "solutions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from nakhon.solutions import permissions, queries, services, tasks  # noqa: F401  (registers rows, doors and jobs)
