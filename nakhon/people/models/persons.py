"""Persons: whoever the organisation serves. Names in clear for daily work; numbers, contacts, birth and address sealed."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Collate

from nakhon.kernel.personal import Category, Declaration, Personal
from nakhon.kernel.sealed import SealedField
from nakhon.kernel.tenancy import TenantModel
from nakhon.knowledge.dates import DatePrecision
from nakhon.knowledge.identity import IdType
from nakhon.knowledge.names import PersonName, full_name
from nakhon.people.models.accounts import User

SERVICES = ("complaints", "water", "care", "permits", "school-support", "cctv", "emergency", "registry")
"""Purposes of the services that a person is met in."""
REACHING = (*SERVICES, "rights", "newsletter", "satisfaction")
"""Purposes for which somebody is written to or called."""


def choices_of(kinds: type[IdType] | type[DatePrecision]) -> list[tuple[str, str]]:
    return [(kind.value, kind.value) for kind in kinds]


class Person(TenantModel):
    """A person. ``..._index`` columns are blind indexes; ``merged_into`` is set on a duplicate, which only points on."""

    id_type = models.CharField(max_length=12, choices=choices_of(IdType), default=IdType.NONE.value)
    national_id = SealedField()
    national_id_index = models.BinaryField(max_length=32, null=True)
    passport_no = SealedField()
    passport_index = models.BinaryField(max_length=32, null=True)
    prefix = models.CharField(max_length=60, blank=True)
    first_name = models.CharField(max_length=100, blank=True)
    middle_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    name_key = models.CharField(max_length=320, blank=True, db_collation="C")
    last_key = models.CharField(max_length=110, blank=True, db_collation="C")
    likeness_index = models.BinaryField(max_length=32, null=True)
    birth_date = SealedField()
    birth_precision = models.CharField(max_length=5, blank=True, choices=choices_of(DatePrecision))
    phone = SealedField()
    phone_index = models.BinaryField(max_length=32, null=True)
    email = SealedField()
    email_index = models.BinaryField(max_length=32, null=True)
    address = SealedField()
    subdistrict_code = models.CharField(max_length=6, blank=True)
    postcode = models.CharField(max_length=5, blank=True)
    note = SealedField()
    account = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from")
    merged_at = models.DateTimeField(null=True, blank=True)
    restricted_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    last_used_at = models.DateTimeField()

    personal: ClassVar[dict[str, Declaration]] = {
        "id_type": Personal(Category.IDENTITY, SERVICES),
        "national_id": Personal(
            Category.IDENTITY, ("water", "care", "permits", "school-support", "registry", "rights")
        ),
        "national_id_index": Personal(Category.IDENTITY, ("water", "care", "permits", "registry", "rights")),
        "passport_no": Personal(Category.IDENTITY, ("water", "care", "permits", "registry", "rights")),
        "passport_index": Personal(Category.IDENTITY, ("water", "care", "permits", "registry", "rights")),
        "prefix": Personal(Category.IDENTITY, SERVICES),
        "first_name": Personal(Category.IDENTITY, (*SERVICES, "rights")),
        "middle_name": Personal(Category.IDENTITY, (*SERVICES, "rights")),
        "last_name": Personal(Category.IDENTITY, (*SERVICES, "rights")),
        "name_key": Personal(Category.IDENTITY, (*SERVICES, "rights")),
        "last_key": Personal(Category.IDENTITY, (*SERVICES, "rights")),
        "likeness_index": Personal(Category.IDENTITY, ("registry",)),
        "birth_date": Personal(Category.BIRTH, ("care", "school-support", "registry", "statistics")),
        "birth_precision": Personal(Category.BIRTH, ("care", "school-support", "registry")),
        "phone": Personal(Category.CONTACT, REACHING),
        "phone_index": Personal(Category.CONTACT, REACHING),
        "email": Personal(Category.CONTACT, REACHING),
        "email_index": Personal(Category.CONTACT, REACHING),
        "address": Personal(Category.ADDRESS, ("water", "care", "permits", "emergency", "registry")),
        "subdistrict_code": Personal(Category.ADDRESS, ("complaints", "care", "registry", "statistics")),
        "postcode": Personal(Category.ADDRESS, ("water", "permits", "registry")),
        "note": Personal(Category.CONTENT, ("complaints", "care", "registry")),
        "account": Personal(Category.ACCOUNT, SERVICES),
    }

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "national_id_index"],
                condition=models.Q(merged_into=None),
                name="person_once_per_national_id",
            ),
            models.UniqueConstraint(
                fields=["tenant", "passport_index"],
                condition=models.Q(merged_into=None),
                name="person_once_per_passport",
            ),
            models.UniqueConstraint(
                fields=["tenant", "account"], condition=models.Q(merged_into=None), name="person_once_per_account"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "national_id_index"], name="person_by_national_id"),
            models.Index(fields=["tenant", "passport_index"], name="person_by_passport"),
            models.Index(fields=["tenant", "phone_index"], name="person_by_phone"),
            models.Index(fields=["tenant", "email_index"], name="person_by_email"),
            models.Index(fields=["tenant", "likeness_index"], name="person_by_likeness"),
            models.Index(fields=["tenant", "name_key"], name="person_by_name"),
            models.Index(fields=["tenant", "last_key"], name="person_by_last_name"),
            models.Index(fields=["tenant", "last_used_at"], name="person_by_last_use"),
            models.Index(
                models.F("tenant"), Collate("name_key", "th-x-icu"), models.F("id"), name="person_in_thai_order"
            ),
            GinIndex(OpClass(models.F("name_key"), "gin_trgm_ops"), name="person_by_part_of_name"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def written_name(self) -> PersonName:
        return PersonName(self.prefix, self.first_name, self.middle_name, self.last_name)

    @property
    def full_name(self) -> str:
        """As documents write it. An erased person has none and is told by what is left: that it was erased."""
        return full_name(self.written_name) if self.first_name else "—"


class SensitiveKind(models.TextChoices):
    """Kinds of data under PDPA B.E. 2562 s.26 that a municipality meets."""

    HEALTH = "HEALTH", "สุขภาพ"
    DISABILITY = "DISABILITY", "ความพิการ"
    RELIGION = "RELIGION", "ศาสนาหรือความเชื่อ"
    ETHNICITY = "ETHNICITY", "เชื้อชาติหรือเผ่าพันธุ์"
    CRIMINAL = "CRIMINAL", "ประวัติอาชญากรรม"
    BIOMETRIC = "BIOMETRIC", "ข้อมูลชีวภาพ"
    OTHER = "OTHER", "ข้อมูลอ่อนไหวอื่น"


SENSITIVE_ENGLISH = {
    "HEALTH": "Health",
    "DISABILITY": "Disability",
    "RELIGION": "Religion or belief",
    "ETHNICITY": "Race or ethnic origin",
    "CRIMINAL": "Criminal record",
    "BIOMETRIC": "Biometric data",
    "OTHER": "Other sensitive data",
}


class PersonSensitive(TenantModel):
    """One sensitive fact about a person, kept apart under its own permission and for one purpose."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sensitive")
    kind = models.CharField(max_length=10, choices=SensitiveKind.choices)
    body = SealedField()
    purpose = models.ForeignKey("people.ProcessingPurpose", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    personal: ClassVar[dict[str, Declaration]] = {
        "person": Personal(Category.SENSITIVE, ("care", "school-support", "emergency")),
        "kind": Personal(Category.SENSITIVE, ("care", "school-support", "emergency")),
        "body": Personal(Category.SENSITIVE, ("care", "school-support", "emergency")),
        "recorded_by": Personal(Category.ACTIVITY, ("staff",)),
    }

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "person", "kind"], name="sensitive_by_person")]

    def __str__(self) -> str:
        return self.kind
