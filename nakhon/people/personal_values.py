"""Turns what was entered about a person into columns: checked, normalised, sealed by the model, with blind indexes beside."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from nakhon.kernel.sealed import Sealed, Unopenable, blind_index
from nakhon.kernel.tenancy import require_tenant_id
from nakhon.knowledge.addresses import Address, address_problems, format_address
from nakhon.knowledge.dates import DatePrecision, be_year, format_known
from nakhon.knowledge.digits import arabic_digits
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.identity import IdType, format_id, normalise_id, parse_national_id
from nakhon.knowledge.names import find_prefix
from nakhon.knowledge.phones import parse_phone
from nakhon.knowledge.places import ancestors, lookup
from nakhon.knowledge.text import Language, Text
from nakhon.knowledge.words import normalise
from nakhon.people.intake import REQUIRED, Intake, told
from nakhon.people.models import Person
from nakhon.people.rules import masks

DETAIL_PARTS = ("house_no", "moo", "village", "building", "floor", "room", "alley", "soi", "road")
PLACE_PARTS = ("subdistrict_code", "postcode")
NAME_PARTS = ("prefix", "first_name", "middle_name", "last_name")


@dataclass(frozen=True, slots=True)
class SealedValue:
    """A sealed column: what it is called and how it is masked and written."""

    label: Text
    mask: Callable[[str], str]
    write: Callable[[str], str] = str


def _phone(e164: str) -> str:
    try:
        return parse_phone(e164).display.th
    except KnowledgeError:
        return e164


def _id(digits: str) -> str:
    try:
        return format_id(digits)
    except KnowledgeError:
        return digits


SEALED: dict[str, SealedValue] = {
    "national_id": SealedValue(Text("เลขประจำตัว 13 หลัก", "13-digit identity number"), masks.mask_national_id, _id),
    "passport_no": SealedValue(Text("เลขหนังสือเดินทาง", "Passport number"), masks.mask_passport),
    "birth_date": SealedValue(Text("วันเกิด", "Date of birth"), masks.mask_all),
    "phone": SealedValue(Text("โทรศัพท์", "Telephone"), masks.mask_phone, _phone),
    "email": SealedValue(Text("อีเมล", "E-mail"), masks.mask_email),
    "address": SealedValue(Text("ที่อยู่", "Address"), masks.mask_all),
    "note": SealedValue(Text("หมายเหตุ", "Note"), masks.mask_all),
}

_PASSPORT = re.compile(r"^[A-Z0-9]{5,15}$")
_NAME = re.compile(r"^[^\d<>{}\[\]|\\^~`@#$%&*=+]+$")


def opened(value: object) -> str:
    """The text in clear, "" for none. What no key opens any more is shown as a mask, so that one bad cell spoils no list."""
    if isinstance(value, Sealed):
        try:
            return value.reveal()
        except Unopenable:
            return masks.MASK
    return value if isinstance(value, str) else ""


def masked(person: Person, name: str) -> str:
    """How the column is shown without a purpose; "" when nothing is held."""
    clear = opened(getattr(person, name))
    return SEALED[name].mask(clear) if clear else ""


def index_of(model_column: str, value: str) -> bytes | None:
    """The blind index of a normalised value in the open tenant; None for none."""
    return blind_index(model_column, value, require_tenant_id()) if value else None


def name_keys(first: str, middle: str, last: str) -> tuple[str, str]:
    """How a name is searched and sorted: the whole of it, and the last name alone."""
    return normalise(" ".join(part for part in (first, middle, last) if part)), normalise(last)


def birth_of(person: Person) -> tuple[date | None, DatePrecision]:
    text = opened(person.birth_date)
    try:
        return (date.fromisoformat(text) if text else None), DatePrecision(person.birth_precision or "DAY")
    except ValueError:
        return None, DatePrecision.DAY


def birth_text(person: Person) -> Text | None:
    born, precision = birth_of(person)
    return format_known(born, precision) if born else None


def likeness(person: Person) -> bytes | None:
    """The same for persons with the same name and Thai year of birth; None when either is unknown."""
    born, _ = birth_of(person)
    return (
        index_of("people.person.likeness", f"{person.name_key}|{be_year(born)}") if born and person.name_key else None
    )


def address_of(detail: object, subdistrict_code: str, postcode: str) -> Address:
    """The address put together again from its sealed detail and its open place."""
    clear = opened(detail)
    whole: dict[str, Any] = json.loads(clear) if clear and clear != masks.MASK else {}
    whole["subdistrict_code"], whole["postcode"] = subdistrict_code, postcode
    return Address(**whole)


def address_text(detail: object, subdistrict_code: str, postcode: str, language: Language = "th") -> str:
    """On one line; without a subdistrict, whatever detail there is."""
    address = address_of(detail, subdistrict_code, postcode)
    if subdistrict_code:
        try:
            return format_address(address, language)
        except KnowledgeError:
            pass
    return " ".join(str(value) for value in asdict(address).values() if value)


def place_text(subdistrict_code: str) -> Text | None:
    """Subdistrict, district and province in words; None when unknown."""
    if not subdistrict_code:
        return None
    try:
        chain = [lookup(subdistrict_code), *reversed(ancestors(subdistrict_code))]
    except KnowledgeError:
        return None
    return Text(" ".join(place.full_name.th for place in chain), ", ".join(place.full_name.en for place in chain))


def read_address(intake: Intake, parts: Mapping[str, Any]) -> tuple[str | None, str, str]:
    """Detail as JSON text (None when there is none), subdistrict and postcode from the parts of a form."""
    moo = intake.whole("moo", parts.get("moo"), least=1, most=99)
    texts: dict[str, Any] = {
        name: intake.text(name, arabic_digits(str(parts.get(name) or "")), most=100)
        for name in (*DETAIL_PARTS, *PLACE_PARTS)
        if name != "moo"
    }
    address = Address(**texts, moo=moo)
    if any(texts.values()) or moo:
        for problem in address_problems(address):
            where = {"addresses.house_no": "house_no", "places.moo": "moo", "places.postcode": "postcode"}
            where |= {"addresses.postcode_mismatch": "postcode"}
            intake.problems.setdefault(where.get(problem.code, "subdistrict_code"), told(problem))
    detail: dict[str, Any] = {name: texts[name] for name in DETAIL_PARTS if name != "moo" and texts[name]}
    if moo:
        detail["moo"] = moo
    return json.dumps(detail, ensure_ascii=False) if detail else None, texts["subdistrict_code"], texts["postcode"]


def fill_person(
    person: Person, given: Mapping[str, Any], *, clear: Iterable[str] = (), registering: bool = False
) -> list[str]:
    """Put checked values on the instance and return the names of what changed.

    Names, ``id_type`` and the place are set when given. A sealed value that came back blank or masked stays as it is;
    ``clear`` names those to empty. Raises ``Invalid`` naming the fields.
    """
    intake = Intake()
    changed: list[str] = []
    for name in SEALED:
        if masks.half_masked(given.get(name), masked(person, name)):
            intake.wrong(name, "พิมพ์ค่าใหม่ทั้งหมดแทนค่าที่ปกปิด", "Type the whole new value in place of the masked one")
    _fill_names(person, given, intake, changed, registering)
    for name in clear:
        if name in SEALED and getattr(person, name) is not None:
            changed.append(name)
            _empty(person, name)
    _fill_identity(person, given, intake, changed, clear)
    _fill_contact(person, given, intake, changed)
    if any(str(given.get(part) or "").strip() for part in DETAIL_PARTS) or (
        "subdistrict_code" in given and str(given["subdistrict_code"] or "") != person.subdistrict_code
    ):
        detail, subdistrict, postcode = read_address(intake, given)
        # A new place without a house number replaces the old place wholly: its old house number lies elsewhere.
        person.address, person.subdistrict_code, person.postcode = detail, subdistrict, postcode
        changed.append("address")
    intake.done()
    person.name_key, person.last_key = name_keys(person.first_name, person.middle_name, person.last_name)
    person.likeness_index = likeness(person)
    return list(dict.fromkeys(changed))


def _fill_names(
    person: Person, given: Mapping[str, Any], intake: Intake, changed: list[str], registering: bool
) -> None:
    for name in NAME_PARTS:
        if name not in given and not registering:
            continue
        value = intake.text(name, given.get(name), required=name == "first_name", most=60 if name == "prefix" else 100)
        if value and not _NAME.match(value):
            intake.wrong(name, "ชื่อมีตัวเลขหรือเครื่องหมายที่ใช้ไม่ได้", "A name cannot hold digits or such signs")
        if name == "prefix" and value and (known := find_prefix(value)):
            value = known.th
        if value != getattr(person, name):
            changed.append(name)
            setattr(person, name, value)


def _fill_identity(
    person: Person, given: Mapping[str, Any], intake: Intake, changed: list[str], clear: Iterable[str]
) -> None:
    kind = intake.choice("id_type", given.get("id_type", person.id_type), [each.value for each in IdType])
    if kind in {each.value for each in IdType} and kind != person.id_type:
        changed.append("id_type")
        person.id_type = kind
    number = given.get("national_id")
    if not masks.left_as_it_was(number, masked(person, "national_id")):
        found = intake.read("national_id", normalise_id(str(number)), parse_national_id)
        if found is not None and found.digits != opened(person.national_id):
            changed.append("national_id")
            person.national_id = found.digits
            person.national_id_index = index_of("people.person.national_id", found.digits)
    passport = given.get("passport_no")
    if not masks.left_as_it_was(passport, masked(person, "passport_no")):
        value = re.sub(r"[\s-]", "", arabic_digits(str(passport))).upper()
        if not _PASSPORT.match(value):
            intake.wrong("passport_no", "เลขหนังสือเดินทางเป็นอักษรอังกฤษและตัวเลข 5-15 ตัว", "5 to 15 letters and digits")
        elif value != opened(person.passport_no):
            changed.append("passport_no")
            person.passport_no, person.passport_index = value, index_of("people.person.passport_no", value)
    if kind in (IdType.NATIONAL_ID, IdType.PINK_CARD) and person.national_id is None:
        intake.problems.setdefault("national_id", REQUIRED)
    if kind == IdType.PASSPORT and person.passport_no is None:
        intake.problems.setdefault("passport_no", REQUIRED)


def _fill_contact(person: Person, given: Mapping[str, Any], intake: Intake, changed: list[str]) -> None:
    for name, reader in (("phone", intake.phone), ("email", intake.email)):
        if masks.left_as_it_was(given.get(name), masked(person, name)):
            continue
        value = reader(name, given[name])
        if value and value != opened(getattr(person, name)):
            changed.append(name)
            setattr(person, name, value)
            setattr(person, f"{name}_index", index_of(f"people.person.{name}", value.lower()))
    if not masks.left_as_it_was(given.get("birth_date"), masked(person, "birth_date")):
        born = intake.date("birth_date", given["birth_date"])
        today = given.get("today")
        if born is not None and isinstance(today, date) and born.value > today:
            intake.wrong("birth_date", "วันเกิดอยู่ในอนาคต", "The date of birth lies in the future")
        elif born is not None and (born.value.isoformat(), born.precision) != (
            opened(person.birth_date),
            person.birth_precision,
        ):
            changed.append("birth_date")
            person.birth_date, person.birth_precision = born.value.isoformat(), born.precision.value
    if not masks.left_as_it_was(given.get("note"), masked(person, "note")):
        changed.append("note")
        person.note = intake.text("note", given["note"], most=2000, lines=True)


def _empty(person: Person, name: str) -> None:
    setattr(person, name, None)
    index = {"national_id": "national_id_index", "passport_no": "passport_index", "phone": "phone_index"}
    index |= {"email": "email_index"}
    if name in index:
        setattr(person, index[name], None)
    if name == "birth_date":
        person.birth_precision = ""
    if name == "address":
        person.subdistrict_code = person.postcode = ""
