"""The table of attachments: what each is, where its bytes lie, whose it is."""

from __future__ import annotations

from django.db import models

from nakhon.kernel.files.types import Sensitivity
from nakhon.kernel.tenancy import TenantModel


class Attachment(TenantModel):
    """One stored file. Its bytes never change; ``sha256`` and ``size`` are those of what is kept, after re-encoding."""

    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=120, editable=False)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    sensitivity = models.CharField(max_length=9, choices=[(s.value, s.value.title()) for s in Sensitivity])
    owner_type = models.CharField(max_length=60, blank=True)
    owner_id = models.CharField(max_length=60, blank=True)
    created_by = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    previewed_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="file_key_once_per_tenant")]
        indexes = [
            models.Index(fields=["tenant", "owner_type", "owner_id", "created_at"], name="file_by_owner"),
            models.Index(
                fields=["tenant", "deleted_at"],
                name="file_to_erase",
                condition=models.Q(erased_at=None) & ~models.Q(deleted_at=None),
            ),
            models.Index(fields=["tenant", "created_at"], name="file_unattached", condition=models.Q(owner_id="")),
        ]

    def __str__(self) -> str:
        return str(self.pk)
