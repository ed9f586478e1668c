"""The data-subject desk: requests under PDPA B.E. 2562 s.30-36 and s.73 with their steps, and personal data breaches (s.37)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from nakhon.kernel.personal import Category, Declaration, NotPersonal, Personal
from nakhon.kernel.sealed import SealedField
from nakhon.kernel.tenancy import TenantModel
from nakhon.people.models.persons import Person
from nakhon.people.models.purposes import ProcessingPurpose


class RightKind(models.TextChoices):
    ACCESS = "ACCESS", "ขอดูและขอสำเนาข้อมูล (มาตรา 30)"
    PORTABILITY = "PORTABILITY", "ขอรับหรือโอนข้อมูล (มาตรา 31)"
    OBJECT = "OBJECT", "คัดค้านการใช้ข้อมูล (มาตรา 32)"
    ERASE = "ERASE", "ขอให้ลบข้อมูล (มาตรา 33)"
    RESTRICT = "RESTRICT", "ขอให้ระงับการใช้ข้อมูล (มาตรา 34)"
    RECTIFY = "RECTIFY", "ขอแก้ไขข้อมูลให้ถูกต้อง (มาตรา 35-36)"
    COMPLAIN = "COMPLAIN", "ร้องเรียนการใช้ข้อมูล (มาตรา 73)"


RIGHT_ENGLISH = {
    "ACCESS": "See and get a copy (s.30)",
    "PORTABILITY": "Receive or transfer data (s.31)",
    "OBJECT": "Object to a use (s.32)",
    "ERASE": "Erase data (s.33)",
    "RESTRICT": "Restrict the use (s.34)",
    "RECTIFY": "Correct data (s.35-36)",
    "COMPLAIN": "Complain about a use (s.73)",
}


class RequestState(models.TextChoices):
    RECEIVED = "RECEIVED", "รับคำขอแล้ว"
    VERIFYING = "VERIFYING", "รอยืนยันตัวตน"
    IN_PROGRESS = "IN_PROGRESS", "กำลังดำเนินการ"
    FULFILLED = "FULFILLED", "ดำเนินการแล้ว"
    REFUSED = "REFUSED", "ปฏิเสธคำขอ"
    WITHDRAWN = "WITHDRAWN", "ผู้ขอถอนคำขอ"


STATE_ENGLISH = {
    "RECEIVED": "Received",
    "VERIFYING": "Waiting for identity",
    "IN_PROGRESS": "In progress",
    "FULFILLED": "Fulfilled",
    "REFUSED": "Refused",
    "WITHDRAWN": "Withdrawn",
}


class RequestChannel(models.TextChoices):
    WEB = "WEB", "เว็บไซต์"
    COUNTER = "COUNTER", "เคาน์เตอร์บริการ"
    POST = "POST", "ไปรษณีย์"
    EMAIL = "EMAIL", "อีเมล"
    PHONE = "PHONE", "โทรศัพท์"
    LINE = "LINE", "LINE"


REQUEST_CHANNEL_ENGLISH = {
    "WEB": "Website",
    "COUNTER": "Counter",
    "POST": "Post",
    "EMAIL": "E-mail",
    "PHONE": "Telephone",
    "LINE": "LINE",
}


class RightsRequest(TenantModel):
    """A request with its clock. ``due_on`` moves with pauses and an extension; ``result`` tells what was done, by code."""

    number = models.CharField(max_length=20)
    kind = models.CharField(max_length=12, choices=RightKind.choices)
    state = models.CharField(max_length=12, choices=RequestState.choices, default=RequestState.RECEIVED)
    channel = models.CharField(max_length=8, choices=RequestChannel.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="rights_requests")
    purpose = models.ForeignKey(ProcessingPurpose, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    requester_name = SealedField()
    requester_contact = SealedField()
    detail = SealedField()
    identity_method = models.CharField(max_length=20, blank=True)
    received_at = models.DateTimeField()
    due_on = models.DateField()
    paused_on = models.DateField(null=True, blank=True)
    paused_days = models.PositiveIntegerField(default=0)
    extended_days = models.PositiveIntegerField(default=0)
    verified_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    refusal_ground = models.CharField(max_length=30, blank=True)
    answer = SealedField()
    result = models.JSONField(default=list)
    figure_id = models.CharField(max_length=100, blank=True)
    version = models.PositiveIntegerField(default=1)

    personal: ClassVar[dict[str, Declaration]] = {
        "person": Personal(Category.CONTENT, ("rights",)),
        "requester_name": Personal(Category.IDENTITY, ("rights",)),
        "requester_contact": Personal(Category.CONTACT, ("rights",)),
        "detail": Personal(Category.CONTENT, ("rights",)),
        "answer": Personal(Category.CONTENT, ("rights",)),
    }

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "number"], name="rights_number_once_per_tenant")]
        indexes = [
            models.Index(fields=["tenant", "state", "due_on"], name="rights_by_state"),
            models.Index(fields=["tenant", "person", "-received_at"], name="rights_by_person"),
        ]

    def __str__(self) -> str:
        return self.number


class RightsStep(TenantModel):
    """One step of a request: from which state to which, when, by whom and with what note. Only grows."""

    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    before = models.CharField(max_length=12, blank=True)
    after = models.CharField(max_length=12)
    by_label = models.CharField(max_length=200, blank=True)
    note_th = models.CharField(max_length=500, blank=True)
    note_en = models.CharField(max_length=500, blank=True)

    append_only = True

    personal: ClassVar[dict[str, Declaration]] = {
        "by_label": Personal(Category.ACTIVITY, ("staff", "rights")),
        "note_th": NotPersonal("written by the platform, never by a person"),
        "note_en": NotPersonal("written by the platform, never by a person"),
    }

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "request", "at"], name="rights_steps")]

    def __str__(self) -> str:
        return self.after


class BreachRisk(models.TextChoices):
    UNKNOWN = "UNKNOWN", "ยังไม่ประเมิน"
    NONE = "NONE", "ไม่มีความเสี่ยงต่อสิทธิเสรีภาพ"
    RISK = "RISK", "มีความเสี่ยง"
    HIGH = "HIGH", "มีความเสี่ยงสูง"


BREACH_RISK_ENGLISH = {
    "UNKNOWN": "Not assessed yet",
    "NONE": "No risk to rights and freedoms",
    "RISK": "Risk",
    "HIGH": "High risk",
}


class BreachIncident(TenantModel):
    """A personal data breach. ``deadline_at`` is the last moment to notify the regulator: hours on the wall clock."""

    number = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    description = SealedField()
    categories = ArrayField(models.CharField(max_length=12), default=list)
    persons_affected = models.PositiveIntegerField(null=True, blank=True)
    occurred_at = models.DateTimeField(null=True, blank=True)
    aware_at = models.DateTimeField()
    deadline_at = models.DateTimeField()
    risk = models.CharField(max_length=8, choices=BreachRisk.choices, default=BreachRisk.UNKNOWN)
    assessment = models.TextField(blank=True)
    regulator_notified_at = models.DateTimeField(null=True, blank=True)
    late_reason = models.TextField(blank=True)
    persons_told_at = models.DateTimeField(null=True, blank=True)
    measures = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reported_by = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1)

    personal: ClassVar[dict[str, Declaration]] = {
        "description": Personal(Category.CONTENT, ("rights",)),
        "persons_affected": NotPersonal("a count"),
        "reported_by": Personal(Category.ACTIVITY, ("staff", "rights")),
    }

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "number"], name="breach_number_once_per_tenant")]
        indexes = [models.Index(fields=["tenant", "-aware_at"], name="breach_newest")]

    def __str__(self) -> str:
        return self.number
