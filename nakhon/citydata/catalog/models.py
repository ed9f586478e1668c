"""Tables of the catalogue: datasets of files and links, their files, and how often datasets were used on a day."""

from __future__ import annotations

from django.db import models

from nakhon.kernel.personal import NotPersonal
from nakhon.kernel.tenancy import TenantModel

_A_DATASET = NotPersonal("names a dataset of the city, not a person")


class Dataset(TenantModel):
    """A definition of the kind ``dataset`` as it is applied. Withdrawn, it is not active, and keeps its files."""

    key = models.CharField(max_length=80)
    name_th = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    body = models.JSONField()
    active = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    personal = {"name_th": _A_DATASET, "name_en": _A_DATASET}

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="dataset_once")]

    def __str__(self) -> str:
        return self.key


class DatasetFile(TenantModel):
    """A file of a dataset; its bytes lie in the vault under ``file_id``."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="files", db_index=False)
    file_id = models.UUIDField()
    title_th = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    added_at = models.DateTimeField()

    personal = {"title_th": _A_DATASET, "title_en": _A_DATASET, "name": _A_DATASET}

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "dataset", "file_id"], name="dataset_file_once")]


class DatasetUse(TenantModel):
    """How often a dataset was seen, previewed or taken away on a day of Bangkok. Who did so is not kept."""

    dataset = models.CharField(max_length=100)
    day = models.DateField()
    view = models.PositiveIntegerField(default=0)
    preview = models.PositiveIntegerField(default=0)
    download = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "dataset", "day"], name="dataset_use_of_day")]
