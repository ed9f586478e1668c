"""Registers, their records, and what each record was before each change."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVectorField
from django.db.models import JSONField

from nakhon.kernel.personal import Category, NotPersonal, Personal
from nakhon.kernel.sealed import SealedField
from nakhon.kernel.tenancy import TenantModel
from nakhon.knowledge.text import Text

_OF_A_REGISTER = NotPersonal("names a register, not a person")
_WORKED_ON = NotPersonal("the account of the staff member who made the change, kept as in the audit trail")


class RecordStatus(models.TextChoices):
    ACTIVE = "ACTIVE", "ใช้งาน"
    RETIRED = "RETIRED", "เลิกใช้"


class VersionAct(models.TextChoices):
    """What was done to a record at the end of a version."""

    EDITED = "EDITED", "แก้ไข"
    RETIRED = "RETIRED", "เลิกใช้"
    RESTORED = "RESTORED", "นำกลับมา"
    IMPORTED = "IMPORTED", "นำเข้า"
    UNDONE = "UNDONE", "ยกเลิกการนำเข้า"


class Register(TenantModel):
    """A list of things of one kind. ``body`` is the definition in force, with every default written out.

    ``geometry`` is none, Point, LineString, Polygon or any; ``number`` the last number given to a record without a key.
    """

    key = models.CharField(max_length=80)
    name_th = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    body = JSONField()
    version = models.PositiveIntegerField(default=1)
    geometry = models.CharField(max_length=10)
    sensitivity = models.CharField(max_length=9)
    active = models.BooleanField(default=True)
    record_count = models.PositiveIntegerField(default=0)
    number = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    personal = {"name_th": _OF_A_REGISTER, "name_en": _OF_A_REGISTER}

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="register_once_per_tenant")]

    def __str__(self) -> str:
        return self.key

    @property
    def name(self) -> Text:
        return Text(self.name_th, self.name_en)


class Record(TenantModel):
    """One thing of a register. ``data`` holds the properties that anybody with access may see; ``sealed`` the protected ones.

    ``geometry`` is WGS 84; ``coarse`` is the corner of a grid of about 1 km and stands for it in a sensitive register;
    ``terms`` are the words of the searchable properties, cut as ``knowledge.words`` cuts them.
    """

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="records", db_index=False)
    key = models.CharField(max_length=200)
    data = JSONField(default=dict)
    sealed = SealedField()
    geometry = models.GeometryField(srid=4326, null=True, blank=True, spatial_index=False)
    coarse = models.PointField(srid=4326, null=True, blank=True, spatial_index=False)
    terms = SearchVectorField(null=True)
    status = models.CharField(max_length=7, choices=RecordStatus.choices, default=RecordStatus.ACTIVE)
    revision = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200, blank=True)
    import_run = models.ForeignKey(
        "citydata_registers.ImportRun", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )

    personal = {"sealed": Personal(Category.CONTENT, ("registry",)), "made_by": _WORKED_ON, "changed_by": _WORKED_ON}

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "register", "key"], name="record_once_per_register")]
        indexes = [
            GistIndex(fields=["register", "geometry"], name="record_by_place"),
            GistIndex(
                fields=["register", "coarse"],
                name="record_by_coarse_place",
                condition=models.Q(coarse__isnull=False),
            ),
            GinIndex(fields=["terms"], name="record_by_words"),
            GinIndex(fields=["data"], opclasses=["jsonb_path_ops"], name="record_by_property"),
            models.Index(fields=["tenant", "register", "-changed_at"], name="record_by_change"),
            models.Index(
                fields=["tenant", "import_run"], name="record_by_import", condition=models.Q(import_run__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.key

    def title(self, body: dict[str, Any]) -> str:
        """The property that the definition calls the title, or the key where that is protected or empty."""
        return str(self.data.get(body.get("title") or "", "") or self.key)


class RecordVersion(TenantModel):
    """What a record was in one revision, until ``changed_at``, when ``act`` was done to it by ``changed_by``.

    ``import_run`` is the run that changed it, so that the run can be undone.
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="versions", db_index=False)
    revision = models.PositiveIntegerField()
    key = models.CharField(max_length=200)
    data = JSONField(default=dict)
    sealed = SealedField()
    geometry = models.GeometryField(srid=4326, null=True, blank=True, spatial_index=False)
    status = models.CharField(max_length=7, choices=RecordStatus.choices)
    since = models.DateTimeField(help_text="When this version came into force")
    since_by = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200, blank=True)
    act = models.CharField(max_length=8, choices=VersionAct.choices)
    import_run = models.ForeignKey(
        "citydata_registers.ImportRun", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )

    personal = {"sealed": Personal(Category.CONTENT, ("registry",)), "since_by": _WORKED_ON, "changed_by": _WORKED_ON}

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "record", "revision"], name="version_once_per_revision")
        ]
        indexes = [
            models.Index(
                fields=["tenant", "import_run"], name="version_by_import", condition=models.Q(import_run__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.revision})"
