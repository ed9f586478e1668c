"""The store of definitions: what is in force, and every version there ever was."""

from __future__ import annotations

from django.db import models

from nakhon.kernel.tenancy import TenantModel


class Definition(TenantModel):
    """A definition of an organisation. ``version`` is its newest number; ``removed_at`` says that it is out of force.

    ``solution`` names the solution that brought it, "" when the organisation wrote it itself. ``names`` are the
    definitions that its body refers to, as "kind/key", so that nothing is removed that another one needs.
    """

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    solution = models.CharField(max_length=80, blank=True)
    names = models.JSONField(default=list)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "kind", "key"], name="definition_once_per_tenant")]
        indexes = [models.Index(fields=["tenant", "solution"], name="definition_by_solution")]

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}"

    @property
    def name(self) -> tuple[str, str]:
        return self.kind, self.key


class Act(models.TextChoices):
    CREATED = "created", "เพิ่ม"
    CHANGED = "changed", "แก้ไข"
    REMOVED = "removed", "นำออก"
    RESTORED = "restored", "นำกลับมา"


class DefinitionVersion(TenantModel):
    """A definition as it was from ``applied_at`` until the next version. A removal is a version without a body.

    ``body`` is complete JSON, ``source`` the text as written, ``digest`` the SHA-256 of the body's canonical JSON.
    """

    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=8, choices=Act.choices)
    body = models.JSONField(null=True)
    source = models.TextField(blank=True)
    file = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    solution = models.CharField(max_length=80, blank=True)
    solution_version = models.CharField(max_length=40, blank=True)
    applied_at = models.DateTimeField()
    applied_by = models.CharField(max_length=200)

    append_only = True

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "definition", "number"], name="definition_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.definition_id} v{self.number}"
