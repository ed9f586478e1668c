"""Postal addresses in Thailand: their parts, their checks, and how they are written outside and inside Bangkok."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nakhon.knowledge.digits import arabic_digits
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.geo import Position
from nakhon.knowledge.identity import IdentityError, parse_house_registration_id
from nakhon.knowledge.places import Place, PlaceError, PlaceLevel, lookup, read_postcode
from nakhon.knowledge.text import Language, Text

_HOUSE_NO = re.compile(r"^[0-9]{1,6}([/\-,][0-9]{1,6}){0,4}( ?[ก-ฮA-Za-z])?$")


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of an address; blank where there is none. Codes and numbers of houses are text.

    ``moo`` is the village number (หมู่ที่), an integer within the subdistrict; ``village`` the name of a housing estate.
    ``house_registration_id`` is the 11-digit รหัสประจำบ้าน. Source: house register (ท.ร. 14) and Thailand Post's form.
    """

    house_no: str = ""
    moo: int | None = None
    village: str = ""
    building: str = ""
    floor: str = ""
    room: str = ""
    alley: str = ""
    soi: str = ""
    road: str = ""
    subdistrict_code: str = ""
    district_code: str = ""
    province_code: str = ""
    postcode: str = ""
    house_registration_id: str = ""
    position: Position | None = None


def address_problems(address: Address) -> tuple[KnowledgeError, ...]:
    """Everything wrong with an address, so that a form can say it all at once; empty when it is sound.

    Checked: the subdistrict is known, each wider code given is its prefix, the postcode is one of the subdistrict's, the
    house number is written as in a house register, ``moo`` is 1-99, the house registration number has 11 digits.
    Source: DOPA codes nest; Thailand Post postcodes through geothai.
    """
    problems: list[KnowledgeError] = []
    house_no = arabic_digits(address.house_no).strip()
    if house_no and not _HOUSE_NO.match(house_no):
        problems.append(
            PlaceError(
                "addresses.house_no",
                Text("บ้านเลขที่ไม่ถูกรูปแบบ", "The house number is not written as in a house register"),
                Text("กรอกเช่น 99, 123/4 หรือ 12/3-5", "Write it like 99, 123/4 or 12/3-5"),
            )
        )
    if address.moo is not None and not 1 <= address.moo <= 99:
        problems.append(
            PlaceError(
                "places.moo",
                Text("หมู่ที่ต้องเป็นตัวเลข 1 ถึง 99", "The village number (moo) must be from 1 to 99"),
                Text("ตรวจสอบหมู่ที่ในทะเบียนบ้าน หากไม่มีให้เว้นว่าง", "See the house register; leave it empty if there is none"),
            )
        )
    if address.house_registration_id:
        try:
            parse_house_registration_id(address.house_registration_id)
        except IdentityError as wrong:
            problems.append(wrong)
    return (*problems, *_place_problems(address))


def validate_address(address: Address) -> None:
    """Raise the first problem of ``address_problems``; do nothing if there is none. Source: as ``address_problems``."""
    for problem in address_problems(address):
        raise problem


def format_address(address: Address, language: Language = "th") -> str:
    """The address on one line.

    Outside Bangkok ``123/4 หมู่ที่ 5 ซอยสุขใจ ถนนมิตรภาพ ตำบลในเมือง อำเภอเมืองขอนแก่น จังหวัดขอนแก่น 40000``; in Bangkok
    ``แขวง... เขต... กรุงเทพมหานคร``. English goes the same way from small to large. A single postcode of the subdistrict is
    filled in when none was given. Raises ``PlaceError`` if the subdistrict's code is unknown.
    Source: Thailand Post's form of address; Bangkok Administration Act B.E. 2528.
    """
    subdistrict = lookup(address.subdistrict_code)
    chain = (subdistrict, lookup(address.subdistrict_code[:4]), lookup(address.subdistrict_code[:2]))
    postcode = arabic_digits(address.postcode).strip()
    if not postcode and len(subdistrict.postcodes) == 1:
        postcode = subdistrict.postcodes[0]
    if language == "en":
        parts = [*_street_en(address), *(_english_name(place) for place in chain)]
        return f"{', '.join(parts)} {postcode}".strip()
    return " ".join(part for part in (*_street_th(address), *(place.full_name.th for place in chain), postcode) if part)


def _english_name(place: Place) -> str:
    return place.name.en if place.level is PlaceLevel.PROVINCE else place.full_name.en


def _street_th(address: Address) -> list[str]:
    named = (
        ("", address.house_no),
        ("ห้อง ", address.room),
        ("ชั้น ", address.floor),
        ("อาคาร", address.building),
        ("หมู่บ้าน", address.village),
        ("หมู่ที่ ", str(address.moo) if address.moo else ""),
        ("ตรอก", address.alley),
        ("ซอย", address.soi),
        ("ถนน", address.road),
    )
    # People type "ซอยสุขใจ" as often as "สุขใจ": the word is written once.
    return [word + value.strip().removeprefix(word.strip()).strip() for word, value in named if value.strip()]


def _street_en(address: Address) -> list[str]:
    named = (
        ("{}", address.house_no),
        ("Room {}", address.room),
        ("Floor {}", address.floor),
        ("{} Building", address.building),
        ("{} Village", address.village),
        ("Moo {}", str(address.moo) if address.moo else ""),
        ("Trok {}", address.alley),
        ("Soi {}", address.soi),
        ("{} Road", address.road),
    )
    return [form.format(value.strip()) for form, value in named if value.strip()]


def _place_problems(address: Address) -> list[KnowledgeError]:
    problems: list[KnowledgeError] = []
    wider = ((4, address.district_code), (2, address.province_code))
    smallest = address.subdistrict_code or address.district_code or address.province_code
    if not smallest:
        return [
            PlaceError(
                "addresses.no_place",
                Text("ยังไม่ได้เลือกตำบล", "No subdistrict was chosen"),
                Text("เลือกจังหวัด อำเภอ และตำบล", "Choose the province, the district and the subdistrict"),
            )
        ]
    for length, code in wider:
        if code and len(smallest) > length and smallest[:length] != code:
            problems.append(
                PlaceError(
                    "addresses.prefix",
                    Text(f"รหัส {smallest[:8]} ไม่ได้อยู่ในรหัส {code[:8]}", f"{smallest[:8]} does not lie in {code[:8]}"),
                    Text(
                        "เลือกจังหวัด อำเภอ และตำบลใหม่ให้ตรงกัน",
                        "Choose province, district and subdistrict again so that they agree",
                    ),
                )
            )
    try:
        place = lookup(smallest)
    except PlaceError as wrong:
        return [*problems, wrong]
    return [*problems, *_postcode_problems(address, place)]


def _postcode_problems(address: Address, place: Place) -> list[KnowledgeError]:
    if not address.postcode:
        return []
    try:
        postcode = read_postcode(address.postcode)
    except PlaceError as wrong:
        return [wrong]
    if not place.postcodes or postcode in place.postcodes:
        return []
    known = ", ".join(place.postcodes)
    return [
        PlaceError(
            "addresses.postcode_mismatch",
            Text(
                f"รหัสไปรษณีย์ {postcode} ไม่ใช่ของ{place.full_name.th}",
                f"{postcode} is not a postcode of {place.full_name.en}",
            ),
            Text(f"รหัสที่ใช้ได้: {known}", f"Its postcodes: {known}"),
        )
    ]
