"""The kernel's tables: tenants, the audit chain, the outbox. Definitions and files keep theirs beside their code."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from nakhon.kernel.tenancy import Tenant, TenantModel

__all__ = ["AuditEntry", "AuditHead", "Event", "RateLimit", "Tenant", "Work"]


class AuditHead(TenantModel):
    """The end of a tenant's chain: the number and the seal of its last entry."""

    seq = models.BigIntegerField(default=0)
    hash = models.BinaryField(max_length=32)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_audit_head_per_tenant")]


class AuditEntry(TenantModel):
    """One act. Only grows: the database refuses to change or delete it."""

    seq = models.BigIntegerField()
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=60, blank=True)
    actor_label = models.CharField(max_length=200, blank=True)
    action = models.CharField(max_length=100)
    object_type = models.CharField(max_length=100, blank=True)
    object_id = models.CharField(max_length=100, blank=True)
    detail = models.JSONField(default=dict)
    purpose = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    hash = models.BinaryField(max_length=32)

    append_only = True

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "seq"], name="audit_seq_once_per_tenant")]
        indexes = [
            models.Index(fields=["tenant", "object_type", "object_id", "-seq"], name="audit_by_object"),
            models.Index(fields=["tenant", "actor_id", "-seq"], name="audit_by_actor"),
            models.Index(fields=["tenant", "at"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class Event(TenantModel):
    """A fact that a room announced, written in the transaction that made it true."""

    name = models.CharField(max_length=100)
    payload = models.JSONField()
    at = models.DateTimeField()
    actor_label = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant", "name", "-at"], name="event_by_name"),
            models.Index(fields=["tenant", "-id"], name="event_newest_first"),
        ]

    def __str__(self) -> str:
        return self.name


class WorkStatus(models.TextChoices):
    PENDING = "pending", "Pending"
    DONE = "done", "Done"
    DEAD = "dead", "Dead letter"


class Work(TenantModel):
    """One thing to be done in the background: an event for one handler, or a job. Done at least once, counted once."""

    name = models.CharField(max_length=150)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, null=True, related_name="work")
    arguments = models.JSONField(default=dict)
    key = models.CharField(max_length=200)
    status = models.CharField(max_length=8, choices=WorkStatus.choices, default=WorkStatus.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "name", "key"], name="work_once_per_key")]
        indexes = [
            models.Index(
                fields=["tenant", "status", "-created_at"], name="work_unfinished", condition=~models.Q(status="done")
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.status})"


class RateLimit(models.Model):
    """The recent attempts under one limit. ``key`` is a keyed hash: the table tells no address, number or account."""

    key = models.BinaryField(primary_key=True, max_length=32)
    hits = ArrayField(models.BigIntegerField(), default=list, help_text="Microseconds since 1970, oldest first")
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return bytes(self.key).hex()[:12]
