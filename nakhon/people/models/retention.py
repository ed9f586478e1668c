"""How long data is kept: a rule per kind of row, and runs that report first and act afterwards."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from nakhon.kernel.personal import Category, Declaration, Personal, RetentionAction
from nakhon.kernel.tenancy import TenantModel


class RetentionRule(TenantModel):
    """Rows of ``subject`` (a code that a room registered) unused for ``months`` are acted upon, ``grace_days`` after a
    report named them."""

    subject = models.CharField(max_length=60)
    months = models.PositiveIntegerField()
    action = models.CharField(max_length=10, choices=RetentionAction.choices)
    legal_basis = models.CharField(max_length=300)
    grace_days = models.PositiveIntegerField(default=7)
    is_active = models.BooleanField(default=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "subject"], name="retention_once_per_subject")]

    def __str__(self) -> str:
        return self.subject


class RunState(models.TextChoices):
    REPORTED = "REPORTED", "รายงานแล้ว"
    HELD = "HELD", "พักไว้"
    EXECUTED = "EXECUTED", "ดำเนินการแล้ว"


class RetentionRun(TenantModel):
    """A report of what is due to go, then what was done with it. ``item_ids`` are keys, no personal values."""

    subject = models.CharField(max_length=60)
    action = models.CharField(max_length=10, choices=RetentionAction.choices)
    cutoff = models.DateTimeField()
    state = models.CharField(max_length=8, choices=RunState.choices, default=RunState.REPORTED)
    found = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    item_ids = models.JSONField(default=list)
    reported_at = models.DateTimeField()
    acts_at = models.DateTimeField()
    executed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=60, blank=True)

    personal: ClassVar[dict[str, Declaration]] = {"decided_by": Personal(Category.ACTIVITY, ("staff",))}

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "state", "-reported_at"], name="retention_runs")]

    def __str__(self) -> str:
        return f"{self.subject} {self.state}"
