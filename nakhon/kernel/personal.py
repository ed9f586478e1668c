"""What is personal: each column that tells about a person declares its category and purposes, and each room that holds
personal data registers how it is shown to that person, erased, and forgotten when its time is over.

The record of processing activities (PDPA B.E. 2562 s.39), "my data" and the retention job are all made from this.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.apps import apps
from django.db import models

from nakhon.kernel.context import Context
from nakhon.kernel.sealed import SealedField
from nakhon.knowledge.text import Text


class Category(StrEnum):
    """Kinds of personal data, as a notice and the record of processing name them. SENSITIVE is that of PDPA s.26."""

    IDENTITY = "IDENTITY"
    CONTACT = "CONTACT"
    ADDRESS = "ADDRESS"
    BIRTH = "BIRTH"
    FAMILY = "FAMILY"
    ACCOUNT = "ACCOUNT"
    ACTIVITY = "ACTIVITY"
    CONTENT = "CONTENT"
    SENSITIVE = "SENSITIVE"

    @property
    def text(self) -> Text:
        return _CATEGORY_TEXTS[self]


_CATEGORY_TEXTS = {
    Category.IDENTITY: Text("ข้อมูลระบุตัวตน (ชื่อ เลขประจำตัว)", "Identity (name, identity numbers)"),
    Category.CONTACT: Text("ข้อมูลติดต่อ (โทรศัพท์ อีเมล)", "Contact (telephone, e-mail)"),
    Category.ADDRESS: Text("ที่อยู่และทะเบียนบ้าน", "Address and house registration"),
    Category.BIRTH: Text("วันเดือนปีเกิด", "Date of birth"),
    Category.FAMILY: Text("ครัวเรือนและความสัมพันธ์ในครอบครัว", "Household and family relations"),
    Category.ACCOUNT: Text("บัญชีผู้ใช้และการเข้าสู่ระบบ", "Account and sign-in"),
    Category.ACTIVITY: Text("ประวัติการใช้งานระบบ", "Record of use"),
    Category.CONTENT: Text("ข้อความที่กรอกและคำร้อง", "Texts entered and requests made"),
    Category.SENSITIVE: Text("ข้อมูลอ่อนไหวตามมาตรา 26", "Sensitive data under section 26"),
}


@dataclass(frozen=True, slots=True)
class Personal:
    """A column that tells about a person: of which category, and for which purposes (their codes) it is kept."""

    category: Category
    purposes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotPersonal:
    """A column whose name looks personal but that tells about no person, and why."""

    reason: str


Declaration = Personal | NotPersonal
Declarations = Mapping[str, Declaration]

_declared: dict[str, dict[str, Declaration]] = {}

_LOOKS_PERSONAL = re.compile(
    r"(^|_)(name|label|phone|mobile|tel|email|mail|address|ip|birth|born|national_id|passport|citizen|house|contact|"
    r"prefix|surname|nickname|gender|religion|note|account|user|person|guardian|actor|last_login|ip_address|"
    r"latitude|longitude|location)(_|$)"
)
# Tables of Django, PostGIS and the queue that hold no person.
_IMPERSONAL_APPS = frozenset({"contenttypes", "gis", "procrastinate", "sessions", "auth"})
# A suffix for a language, an index or an identifier does not change what a column tells.
_NOT_TELLING = re.compile(r"_(th|en)$")


def declare(model_label: str, fields: Declarations) -> None:
    """Declare columns of a model that cannot carry a ``personal`` attribute itself (one of a library)."""
    _declared.setdefault(model_label.lower(), {}).update(fields)


def declarations() -> dict[str, dict[str, Declaration]]:
    """Every declaration by model label (``people.person``) and column."""
    found: dict[str, dict[str, Declaration]] = {label: dict(fields) for label, fields in _declared.items()}
    for model in apps.get_models():
        own = model.__dict__.get("personal")
        if own:
            found.setdefault(model._meta.label_lower, {}).update(own)
    return found


def undeclared() -> list[str]:
    """Columns (``app.model.column``) that look personal, or are sealed, and that nobody declared."""
    known = declarations()
    missing = []
    for model in apps.get_models():
        label = model._meta.label_lower
        if model._meta.app_label in _IMPERSONAL_APPS:
            continue
        for column in model._meta.concrete_fields:
            if column.name in known.get(label, {}):
                continue
            plain = _NOT_TELLING.sub("", column.name)
            if isinstance(column, SealedField) or (_LOOKS_PERSONAL.search(plain) and not column.primary_key):
                missing.append(f"{label}.{column.name}")
    return sorted(missing)


def unknown_columns() -> list[str]:
    """Declarations of columns that no longer exist."""
    wrong = []
    for label, fields in declarations().items():
        try:
            names = {column.name for column in apps.get_model(label)._meta.get_fields()}
        except LookupError:
            wrong.append(label)
            continue
        wrong += [f"{label}.{name}" for name in fields if name not in names]
    return sorted(wrong)


@dataclass(frozen=True, slots=True)
class DataItem:
    """One value that is held about a person: what it is called, and its text in clear."""

    code: str
    label: Text
    value: str


@dataclass(frozen=True, slots=True)
class DataSection:
    """What one room holds about a person: its records, each a list of items. ``kept_for`` says why it is there."""

    code: str
    title: Text
    records: tuple[tuple[DataItem, ...], ...]
    kept_for: Text | None = None


class RetentionAction(models.TextChoices):
    DELETE = "DELETE", "ลบ"
    ANONYMISE = "ANONYMISE", "ทำให้ระบุตัวไม่ได้"
    ARCHIVE = "ARCHIVE", "เก็บเข้าคลัง"


RETENTION_ENGLISH = {"DELETE": "Delete", "ANONYMISE": "Anonymise", "ARCHIVE": "Archive"}


@dataclass(frozen=True, slots=True)
class Erasure:
    """What became of one kind of data when its person asked for erasure. ``reason`` is given when it was kept."""

    what: Text
    kept: bool
    reason: Text | None = None

    def as_dict(self) -> dict[str, object]:
        return {
            "what": self.what.as_dict(),
            "kept": self.kept,
            "reason": self.reason.as_dict() if self.reason else None,
        }


@dataclass(frozen=True, slots=True)
class PersonalDataSource:
    """How a room answers a person's rights. Both functions run inside the tenant and take the person's id.

    ``collect(ctx, person_id)`` gives all that is held; ``erase(ctx, person_id)`` removes what no law keeps and tells both.
    """

    code: str
    text: Text
    collect: Callable[[Context, UUID], list[DataSection]]
    erase: Callable[[Context, UUID], list[Erasure]]


@dataclass(frozen=True, slots=True)
class RetentionSubject:
    """Rows that a room forgets after a time. ``find(ctx, before, limit)`` gives the ids of rows whose last use lies before
    ``before``; ``act(ctx, ids, action)`` deletes or anonymises them and returns how many it did."""

    code: str
    text: Text
    find: Callable[[Context, datetime, int], list[UUID]]
    act: Callable[[Context, list[UUID], str], int]
    actions: frozenset[str] = field(default_factory=lambda: frozenset({"DELETE", "ANONYMISE"}))


_sources: dict[str, PersonalDataSource] = {}
_subjects: dict[str, RetentionSubject] = {}


def register_source(source: PersonalDataSource) -> PersonalDataSource:
    """Add a room's answers to a person's rights. ``ValueError`` for a code registered twice."""
    if source.code in _sources:
        raise ValueError(f"The personal data source {source.code!r} is registered already")
    _sources[source.code] = source
    return source


def sources() -> list[PersonalDataSource]:
    return [_sources[code] for code in sorted(_sources)]


def register_retention(subject: RetentionSubject) -> RetentionSubject:
    """Add rows that are forgotten after a time. ``ValueError`` for a code registered twice."""
    if subject.code in _subjects:
        raise ValueError(f"The retention subject {subject.code!r} is registered already")
    _subjects[subject.code] = subject
    return subject


def retention_subjects() -> dict[str, RetentionSubject]:
    return dict(sorted(_subjects.items()))
