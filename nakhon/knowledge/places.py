"""Province, district and subdistrict of Thailand with their DOPA codes and postcodes: look up, list, search.

Data: the ``geothai`` package (data CC BY 4.0, GeoThai; from DOPA and Thailand Post), read on first use. Villages are not
in it: a village is the subdistrict's code and its number (หมู่ที่).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from nakhon.knowledge.digits import arabic_digits
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.text import Text

if TYPE_CHECKING:
    from geothai.types import District, Province, Subdistrict

BANGKOK_PROVINCE = "10"
ATTRIBUTION = Text(
    "รหัสและชื่อเขตการปกครอง: GeoThai (CC BY 4.0) จากกรมการปกครองและไปรษณีย์ไทย",
    "Administrative codes and names: GeoThai (CC BY 4.0), from DOPA and Thailand Post",
)


class PlaceError(KnowledgeError):
    """A code, name or postcode that is not a place, or places that do not belong together."""


class PlaceLevel(StrEnum):
    """Length of the code: 2, 4, 6 and 8 digits. Source: TIS 1099 and DOPA codes."""

    PROVINCE = "PROVINCE"
    DISTRICT = "DISTRICT"
    SUBDISTRICT = "SUBDISTRICT"
    VILLAGE = "VILLAGE"


_LEVELS = {2: PlaceLevel.PROVINCE, 4: PlaceLevel.DISTRICT, 6: PlaceLevel.SUBDISTRICT, 8: PlaceLevel.VILLAGE}
# What each level is called outside and inside Bangkok. Source: Bangkok Administration Act B.E. 2528 for เขต and แขวง.
_TITLES = {
    PlaceLevel.PROVINCE: (Text("จังหวัด", "Province"), Text("จังหวัด", "Province")),
    PlaceLevel.DISTRICT: (Text("อำเภอ", "District"), Text("เขต", "District")),
    PlaceLevel.SUBDISTRICT: (Text("ตำบล", "Subdistrict"), Text("แขวง", "Subdistrict")),
    PlaceLevel.VILLAGE: (Text("หมู่ที่", "Moo"), Text("หมู่ที่", "Moo")),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One place. ``name`` is bare, without ตำบล, อำเภอ, เขต or จังหวัด; ``postcodes`` only for subdistricts."""

    code: str
    name: Text
    postcodes: tuple[str, ...] = ()

    @property
    def level(self) -> PlaceLevel:
        return _LEVELS[len(self.code)]

    @property
    def parent_code(self) -> str | None:
        """The code without its last two digits; None for a province."""
        return self.code[:-2] or None

    @property
    def in_bangkok(self) -> bool:
        return self.code.startswith(BANGKOK_PROVINCE)

    @property
    def title(self) -> Text:
        """ตำบล or แขวง, อำเภอ or เขต, จังหวัด."""
        return _TITLES[self.level][self.in_bangkok]

    @property
    def full_name(self) -> Text:
        """``ตำบลศรีภูมิ`` / ``Si Phum Subdistrict``; Bangkok itself carries no word จังหวัด."""
        if self.level is PlaceLevel.PROVINCE and self.in_bangkok:
            return self.name
        if self.level is PlaceLevel.VILLAGE:
            return Text(f"{self.title.th} {int(self.code[6:])}", f"{self.title.en} {int(self.code[6:])}")
        return Text(self.title.th + self.name.th, f"{self.name.en} {self.title.en}")

    @property
    def iso_code(self) -> str | None:
        """``TH-50`` for a province, otherwise None. Source: ISO 3166-2:TH."""
        return f"TH-{self.code}" if self.level is PlaceLevel.PROVINCE else None


def provinces() -> tuple[Place, ...]:
    """The 77 provinces, Bangkok among them, by code. Source: DOPA codes, geothai."""
    import geothai

    return tuple(_province(row) for row in geothai.provinces())


def districts(province_code: str) -> tuple[Place, ...]:
    """The districts of a province by code. Raises ``PlaceError`` for an unknown province. Source: DOPA codes, geothai."""
    import geothai

    _require_level(province_code, PlaceLevel.PROVINCE)
    return tuple(_district(row) for row in geothai.districts(province_code))


def subdistricts(district_code: str) -> tuple[Place, ...]:
    """The subdistricts of a district by code. Raises ``PlaceError`` for an unknown district. Source: DOPA codes, geothai."""
    import geothai

    _require_level(district_code, PlaceLevel.DISTRICT)
    return tuple(_subdistrict(row) for row in geothai.subdistricts(district_code))


def lookup(code: str) -> Place:
    """The place of a code of 2, 4, 6 or 8 digits. Codes are text: they are never numbers.

    An 8-digit village exists if its subdistrict does. Raises ``PlaceError``: ``places.abolished`` names the successors of
    a code that DOPA withdrew, ``places.unknown`` for anything else. Source: DOPA codes and abolition dates, geothai.
    """
    import geothai

    if len(code) == 8 and code.isascii() and code.isdigit() and code[6:] != "00":
        parent = lookup(code[:6])
        moo = int(code[6:])
        return Place(code, Text(f"หมู่ที่ {moo}", f"Moo {moo}"), parent.postcodes)
    if (province := geothai.province(code)) is not None:
        return _province(province)
    if (district := geothai.district(code)) is not None:
        return _district(district)
    if (subdistrict := geothai.subdistrict(code)) is not None:
        return _subdistrict(subdistrict)
    raise _unknown(code)


def ancestors(code: str) -> tuple[Place, ...]:
    """The places that hold the place of ``code``, widest first: province, district, ... Raises ``PlaceError``.

    Source: the codes nest, each two digits longer than its parent's.
    """
    place = lookup(code)
    return tuple(lookup(place.code[:length]) for length in (2, 4, 6) if length < len(place.code))


def village_code(subdistrict_code: str, moo: int) -> str:
    """The 8-digit code of village ``moo`` (1-99) of a subdistrict. Raises ``PlaceError``. Source: DOPA village codes."""
    _require_level(subdistrict_code, PlaceLevel.SUBDISTRICT)
    if not 1 <= moo <= 99:
        raise PlaceError(
            "places.moo",
            Text("หมู่ที่ต้องเป็นตัวเลข 1 ถึง 99", "The village number (moo) must be from 1 to 99"),
            Text("ตรวจสอบหมู่ที่ในทะเบียนบ้าน", "See the house register for it"),
        )
    return f"{subdistrict_code}{moo:02d}"


def find_by_postcode(postcode: str) -> tuple[Place, ...]:
    """The subdistricts that use a five-digit postcode, by code; Thai digits are read too. Empty if none does.

    Raises ``PlaceError`` if it is not five digits. Source: Thailand Post, geothai.
    """
    import geothai

    return tuple(_subdistrict(row) for row in geothai.by_postal_code(read_postcode(postcode)))


def read_postcode(text: str) -> str:
    """The five digits of a postcode in Thai or Arabic digits. Raises ``PlaceError``. Source: Thailand Post."""
    digits = arabic_digits(text).strip()
    if len(digits) != 5 or not (digits.isascii() and digits.isdigit()):
        raise PlaceError(
            "places.postcode",
            Text("รหัสไปรษณีย์ต้องเป็นตัวเลข 5 หลัก", "A postcode has 5 digits"),
            Text("ตรวจสอบรหัสไปรษณีย์ เช่น 50200", "Check it, for example 50200"),
        )
    return digits


def search(text: str, *, limit: int = 10) -> tuple[Place, ...]:
    """Places whose Thai or English name, or code, or postcode answers ``text``, best first.

    Several words narrow it: ``ศรีภูมิ เชียงใหม่`` is the subdistrict of that name in that province, ``ต.`` ``อ.`` ``จ.`` may
    be written, and spaces inside an English name do not matter. Empty text finds nothing. Source: geothai.
    """
    import geothai

    query = " ".join(arabic_digits(text).split())
    if not query or limit < 1:
        return ()
    if query.isascii() and query.isdigit():
        return _by_number(query)[:limit]
    if whole := geothai.search(query, limit=limit):
        return tuple(_area(result.area) for result in whole)
    words = query.split(" ")[:_MOST_WORDS]
    return tuple(lookup(code) for code in _within(words, {}, None)[:limit])


# A name may itself have spaces ("Si Phum Chiang Mai"), so every way of grouping the words is tried; six words bound that.
_MOST_WORDS = 6


def _within(words: list[str], seen: dict[str, list[str]], inner: list[str] | None) -> list[str]:
    """Codes named by the first words that lie in what the following words name; groups are tried longest first."""
    import geothai

    if not words:
        return inner or []
    for taken in range(len(words), 0, -1):
        name = " ".join(words[:taken])
        if name not in seen:
            seen[name] = [result.area.code for result in geothai.search(name, limit=2000)]
        around = set(seen[name])
        kept = seen[name] if inner is None else [code for code in inner if around & {code[:2], code[:4]} - {code}]
        if kept and (found := _within(words[taken:], seen, kept)):
            return found
    return []


@cache
def _successors() -> dict[str, tuple[str, ...]]:
    from geothai.abolished import abolished_areas

    return {area.code: area.successors for area in abolished_areas()}


def _by_number(digits: str) -> tuple[Place, ...]:
    try:
        return find_by_postcode(digits) if len(digits) == 5 else (lookup(digits),)
    except PlaceError:
        return ()


def _require_level(code: str, level: PlaceLevel) -> None:
    if lookup(code).level is not level:
        raise _unknown(code)


def _unknown(code: str) -> PlaceError:
    shown = code[:12]
    if code in _successors():
        after = ", ".join(_successors()[code])
        return PlaceError(
            "places.abolished",
            Text(f"รหัส {shown} ถูกยกเลิกแล้ว", f"Code {shown} was abolished"),
            Text(f"ใช้รหัสใหม่: {after}", f"Use what took its place: {after}")
            if after
            else Text("ค้นหารหัสปัจจุบันจากชื่อ", "Search for today's code by name"),
        )
    return PlaceError(
        "places.unknown",
        Text(f"ไม่พบรหัสเขตการปกครอง {shown}", f"No place has the code {shown}"),
        Text(
            "รหัสจังหวัดมี 2 หลัก อำเภอ 4 หลัก ตำบล 6 หลัก ตรวจสอบกับรหัสของกรมการปกครอง",
            "A province has 2 digits, a district 4, a subdistrict 6: compare it with DOPA's codes",
        ),
    )


def _area(row: Province | District | Subdistrict) -> Place:
    return lookup(row.code)


def _province(row: Province) -> Place:
    return Place(row.code, Text(row.name_th, row.name_en))


def _district(row: District) -> Place:
    return Place(row.code, Text(row.name_th.removeprefix("เขต") if row.code[:2] == "10" else row.name_th, row.name_en))


def _subdistrict(row: Subdistrict) -> Place:
    return Place(row.code, Text(row.name_th, row.name_en), tuple(row.postal_codes))
