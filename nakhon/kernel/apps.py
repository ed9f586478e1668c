"""Django wiring of the kernel."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "nakhon.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from nakhon.kernel import limits, metrics, permissions, queries, services, verbs  # noqa: F401  (rows, doors, schedule)

        verbs.observers.append(metrics.count_door)
