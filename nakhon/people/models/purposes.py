"""Purposes of processing with their notices, which persons each touches, and consent as it was given and withdrawn."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from nakhon.kernel.personal import Category, Declaration, NotPersonal, Personal, RetentionAction
from nakhon.kernel.tenancy import TenantModel
from nakhon.knowledge.duties import LawfulBasis
from nakhon.knowledge.text import Text
from nakhon.people.models.persons import SERVICES, Person


class SensitiveBasis(models.TextChoices):
    """Why sensitive data may be processed: PDPA B.E. 2562 s.26."""

    EXPLICIT_CONSENT = "EXPLICIT_CONSENT", "ความยินยอมโดยชัดแจ้ง"
    VITAL_INTEREST = "VITAL_INTEREST", "ป้องกันอันตรายต่อชีวิต (26 (1))"
    MADE_PUBLIC = "MADE_PUBLIC", "เจ้าของข้อมูลเปิดเผยเองแล้ว (26 (3))"
    LEGAL_CLAIM = "LEGAL_CLAIM", "สิทธิเรียกร้องตามกฎหมาย (26 (4))"
    HEALTH_CARE = "HEALTH_CARE", "เวชศาสตร์ป้องกันและการดูแลสุขภาพ (26 (5) (ก))"
    PUBLIC_HEALTH = "PUBLIC_HEALTH", "ประโยชน์สาธารณะด้านสาธารณสุข (26 (5) (ข))"
    SOCIAL_PROTECTION = "SOCIAL_PROTECTION", "การคุ้มครองทางสังคมและแรงงาน (26 (5) (ค))"
    RESEARCH = "RESEARCH", "วิจัยหรือสถิติ (26 (5) (ง))"
    SUBSTANTIAL_INTEREST = "SUBSTANTIAL_INTEREST", "ประโยชน์สาธารณะที่สำคัญ (26 (5) (จ))"


SENSITIVE_BASIS_ENGLISH = {
    "EXPLICIT_CONSENT": "Explicit consent",
    "VITAL_INTEREST": "Vital interest (s.26 (1))",
    "MADE_PUBLIC": "Made public by the person (s.26 (3))",
    "LEGAL_CLAIM": "Legal claims (s.26 (4))",
    "HEALTH_CARE": "Preventive medicine and health care (s.26 (5)(a))",
    "PUBLIC_HEALTH": "Public health (s.26 (5)(b))",
    "SOCIAL_PROTECTION": "Social protection and labour (s.26 (5)(c))",
    "RESEARCH": "Research or statistics (s.26 (5)(d))",
    "SUBSTANTIAL_INTEREST": "Substantial public interest (s.26 (5)(e))",
}


class ProcessingPurpose(TenantModel):
    """Why personal data is kept: the basis, what, for whom, for how long. Its notice is versioned in ``PurposeNotice``."""

    code = models.SlugField(max_length=40)
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    basis = models.CharField(max_length=20, choices=[(basis.value, basis.value) for basis in LawfulBasis])
    sensitive_basis = models.CharField(max_length=20, blank=True, choices=SensitiveBasis.choices)
    legal_reference = models.CharField(max_length=300, blank=True)
    categories = ArrayField(models.CharField(max_length=12), default=list)
    recipients_th = models.CharField(max_length=500, blank=True)
    recipients_en = models.CharField(max_length=500, blank=True)
    retention_months = models.PositiveIntegerField()
    retention_action = models.CharField(max_length=10, choices=RetentionAction.choices)
    minor_may_consent = models.BooleanField(default=False)
    notice_number = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    personal: ClassVar[dict[str, Declaration]] = {
        "name_th": NotPersonal("the name of a purpose"),
        "name_en": NotPersonal("the name of a purpose"),
    }

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="purpose_once_per_tenant")]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> Text:
        return Text(self.name_th, self.name_en)

    @property
    def recipients(self) -> Text | None:
        return Text(self.recipients_th, self.recipients_en) if self.recipients_th and self.recipients_en else None

    @property
    def basis_text(self) -> Text:
        return LawfulBasis(self.basis).label


class PurposeNotice(TenantModel):
    """A version of a purpose's privacy notice, exactly as it was shown. Only grows."""

    purpose = models.ForeignKey(ProcessingPurpose, on_delete=models.PROTECT, related_name="notices")
    number = models.PositiveIntegerField()
    text_th = models.TextField()
    text_en = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    append_only = True

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "purpose", "number"], name="notice_once_per_number")]

    def __str__(self) -> str:
        return f"{self.purpose_id} {self.number}"

    @property
    def text(self) -> Text:
        return Text(self.text_th, self.text_en)


class PersonPurpose(TenantModel):
    """That a person's data is used for a purpose, since when, and when it was last: retention counts from there."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="uses")
    purpose = models.ForeignKey(ProcessingPurpose, on_delete=models.PROTECT, related_name="uses")
    since = models.DateTimeField()
    last_used_at = models.DateTimeField()

    personal: ClassVar[dict[str, Declaration]] = {"person": Personal(Category.ACTIVITY, (*SERVICES, "rights"))}

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "person", "purpose"], name="use_once_per_purpose")]
        indexes = [models.Index(fields=["tenant", "purpose", "last_used_at"], name="use_by_purpose")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.purpose_id}"


class ConsentChannel(models.TextChoices):
    WEB = "WEB", "เว็บไซต์"
    COUNTER = "COUNTER", "เคาน์เตอร์บริการ"
    PHONE = "PHONE", "โทรศัพท์"
    LINE = "LINE", "LINE"
    PAPER = "PAPER", "เอกสาร"


CHANNEL_ENGLISH = {"WEB": "Website", "COUNTER": "Counter", "PHONE": "Telephone", "LINE": "LINE", "PAPER": "Paper"}


class ConsentRecord(TenantModel):
    """Consent given or withdrawn, to the very text shown, by the person or a guardian. Only grows: the last one stands."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    purpose = models.ForeignKey(ProcessingPurpose, on_delete=models.PROTECT, related_name="consents")
    notice = models.ForeignKey(PurposeNotice, on_delete=models.PROTECT, related_name="+")
    granted = models.BooleanField()
    channel = models.CharField(max_length=8, choices=ConsentChannel.choices)
    at = models.DateTimeField()
    by_guardian = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_by = models.CharField(max_length=60, blank=True)

    append_only = True

    personal: ClassVar[dict[str, Declaration]] = {
        "person": Personal(Category.CONTENT, ("rights",)),
        "by_guardian": Personal(Category.FAMILY, ("rights",)),
        "recorded_by": Personal(Category.ACTIVITY, ("staff", "rights")),
    }

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "person", "purpose", "-id"], name="consent_by_person")]

    def __str__(self) -> str:
        return "granted" if self.granted else "withdrawn"
