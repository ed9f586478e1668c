"""Imports and exports of a register: their settings, how far they are, and the rows that were refused."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from nakhon.citydata.registers.models.records import Register
from nakhon.kernel.files.models import Attachment
from nakhon.kernel.personal import Category, NotPersonal, Personal
from nakhon.kernel.sealed import SealedField
from nakhon.kernel.tenancy import TenantModel

_ACCOUNT = NotPersonal("the account of a staff member, kept as in the audit trail")
_FILE = NotPersonal("names a file")


class ImportState(models.TextChoices):
    UPLOADED = "UPLOADED", "รับไฟล์แล้ว"
    PREVIEWED = "PREVIEWED", "ตรวจตัวอย่างแล้ว"
    RUNNING = "RUNNING", "กำลังนำเข้า"
    PAUSED = "PAUSED", "พักไว้"
    DONE = "DONE", "เสร็จแล้ว"
    CANCELLED = "CANCELLED", "ยกเลิก"
    FAILED = "FAILED", "ไม่สำเร็จ"
    UNDONE = "UNDONE", "ถอนการนำเข้าแล้ว"


class ImportRun(TenantModel):
    """One file on its way into a register. ``cursor`` is the number of source rows that are wholly done with.

    ``mapping`` maps properties to columns; ``options`` holds what the reader was told (delimiter, sheet, policy ...);
    ``srid`` is that of the source, None while it is unknown.
    """

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="+", db_index=False)
    file = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    file_name = models.CharField(max_length=200, blank=True)
    format = models.CharField(max_length=20, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    layer = models.CharField(max_length=200, blank=True)
    srid = models.PositiveIntegerField(null=True)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    preview = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=ImportState.choices, default=ImportState.UPLOADED)
    rows_total = models.PositiveBigIntegerField(null=True)
    rows_read = models.PositiveBigIntegerField(default=0)
    rows_good = models.PositiveBigIntegerField(default=0)
    rows_bad = models.PositiveBigIntegerField(default=0)
    rows_added = models.PositiveBigIntegerField(default=0)
    rows_changed = models.PositiveBigIntegerField(default=0)
    rows_retired = models.PositiveBigIntegerField(default=0)
    rows_same = models.PositiveBigIntegerField(default=0)
    cursor = models.PositiveBigIntegerField(default=0)
    error = models.JSONField(null=True, help_text='{"th": ..., "en": ...} of what stopped the run')
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=60, blank=True)
    created_label = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField(null=True)
    progress_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    personal = {"file_name": _FILE, "created_label": _ACCOUNT}

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "register", "-created_at"], name="import_by_register")]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.state})"


class BadRow(TenantModel):
    """A row of a file that was refused: its number (from 1), what it held and why, each reason ``{"th": ..., "en": ...}``.

    What a register with protected properties refused is kept in ``sealed`` as JSON, and ``values`` stays empty.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="bad_rows", db_index=False)
    row = models.PositiveBigIntegerField()
    values = models.JSONField(default=dict)
    sealed = SealedField()
    reasons = models.JSONField(default=list)

    personal = {"sealed": Personal(Category.CONTENT, ("registry",))}

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "run", "row"], name="bad_row_once_per_run")]

    def __str__(self) -> str:
        return str(self.row)


class ExportState(models.TextChoices):
    WAITING = "WAITING", "รอ"
    RUNNING = "RUNNING", "กำลังเตรียมไฟล์"
    DONE = "DONE", "พร้อมดาวน์โหลด"
    FAILED = "FAILED", "ไม่สำเร็จ"
    EXPIRED = "EXPIRED", "หมดอายุ"


class ExportRun(TenantModel):
    """One request for a file of a register's records. ``chosen`` is the filter as asked, ``columns`` the properties wanted."""

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="+", db_index=False)
    format = models.CharField(max_length=20)
    chosen = models.JSONField(default=dict)
    columns = ArrayField(models.CharField(max_length=80), default=list)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=ExportState.choices, default=ExportState.WAITING)
    rows_total = models.PositiveBigIntegerField(null=True)
    rows = models.PositiveBigIntegerField(default=0)
    file = models.ForeignKey(Attachment, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    error = models.JSONField(null=True, help_text='{"th": ..., "en": ...} of what stopped the run')
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=60, blank=True)
    created_label = models.CharField(max_length=200, blank=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    personal = {"created_label": _ACCOUNT}

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "register", "-created_at"], name="export_by_register")]

    def __str__(self) -> str:
        return f"{self.format} ({self.state})"
