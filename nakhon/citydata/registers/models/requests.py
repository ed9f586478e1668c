"""Changes that somebody asks for and somebody else decides."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.db.models import JSONField

from nakhon.citydata.registers.models.records import Record, Register
from nakhon.kernel.personal import Category, NotPersonal, Personal
from nakhon.kernel.sealed import SealedField
from nakhon.kernel.tenancy import TenantModel

_ACCOUNT = NotPersonal("the account of a staff member, kept as in the audit trail")


class ChangeAct(models.TextChoices):
    ADD = "ADD", "เพิ่ม"
    EDIT = "EDIT", "แก้ไข"
    RETIRE = "RETIRE", "เลิกใช้"


class ChangeState(models.TextChoices):
    WAITING = "WAITING", "รอพิจารณา"
    APPROVED = "APPROVED", "อนุมัติ"
    REFUSED = "REFUSED", "ไม่อนุมัติ"
    WITHDRAWN = "WITHDRAWN", "ถอนคำขอ"


class ChangeRequest(TenantModel):
    """A change that waits for a decision. ``data`` and ``sealed`` are the properties that it sets, null to empty one.

    ``revision`` is the one that the change was made from; ``moves`` says whether ``geometry`` is part of the change.
    """

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="+", db_index=False)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, null=True, related_name="requests", db_index=False)
    act = models.CharField(max_length=6, choices=ChangeAct.choices)
    revision = models.PositiveIntegerField(null=True)
    key = models.CharField(max_length=200, blank=True)
    data = JSONField(default=dict)
    sealed = SealedField()
    geometry = models.GeometryField(srid=4326, null=True, blank=True, spatial_index=False)
    moves = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    state = models.CharField(max_length=9, choices=ChangeState.choices, default=ChangeState.WAITING)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=60, blank=True)
    asked_label = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_label = models.CharField(max_length=200, blank=True)
    answer = models.TextField(blank=True)

    personal = {
        "sealed": Personal(Category.CONTENT, ("registry",)),
        "asked_label": _ACCOUNT,
        "decided_label": _ACCOUNT,
    }

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant", "register", "state", "-asked_at"], name="change_by_register"),
            models.Index(
                fields=["tenant", "record"], name="change_by_record", condition=models.Q(record__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.key}"
