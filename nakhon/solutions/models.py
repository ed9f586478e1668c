"""Which solutions an organisation has installed, the exact files of each, and uploads that wait for a yes."""

from __future__ import annotations

from django.db import models

from nakhon.kernel.personal import NotPersonal
from nakhon.kernel.tenancy import TenantModel


class Release(TenantModel):
    """The files of a solution exactly as they were applied once. ``digest`` is their SHA-256; never changed."""

    solution = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    manifest = models.JSONField()
    files = models.JSONField()
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=200)

    append_only = True

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "solution", "digest"], name="solution_release_once"),
        ]

    def __str__(self) -> str:
        return f"{self.solution} {self.version}"


class Installation(TenantModel):
    """A solution of an organisation: which release, filled in with what, by whom; or that it was removed."""

    solution = models.CharField(max_length=80)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="installations")
    values = models.JSONField(default=dict)
    installed_at = models.DateTimeField()
    installed_by = models.CharField(max_length=200)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.CharField(max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "solution"], name="solution_once_per_tenant")]

    def __str__(self) -> str:
        return self.solution


class Draft(TenantModel):
    """Files that were sent to the console and wait for their plan to be confirmed; forgotten after a day."""

    name = models.CharField(max_length=200)
    files = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)

    personal = {"name": NotPersonal("the name of the file that was sent")}

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "made_at"], name="solution_draft_by_age")]

    def __str__(self) -> str:
        return self.name
