"""Which column of a file is which property of a register: what is sure, what is likely, and where the coordinates are. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from nakhon.knowledge.text import Text
from nakhon.knowledge.words import normalise

LIKELY = 0.78
"""How alike two names must be to be offered; only names that are the same are taken without asking."""
_MARGIN = 0.08
_PARENTHESES = re.compile(r"[(\[（]([^)\]）]*)[)\]）]")
_NOT_LETTERS = re.compile(r"[\s_\-./:]+")

_X = ("lon", "lng", "long", "longitude", "x", "easting", "east", "utm_e", "utmx", "pointx", "coordx", "ลองจิจูด", "ลองติจูด", "ลองกิจูด", "พิกัดx", "พิกัดลองจิจูด", "พิกัดตะวันออก", "e")  # fmt: skip  # noqa: E501
_Y = ("lat", "latitude", "y", "northing", "north", "utm_n", "utmy", "pointy", "coordy", "ละติจูด", "แลตติจูด", "ละติจู", "พิกัดy", "พิกัดละติจูด", "พิกัดเหนือ", "n")  # fmt: skip  # noqa: E501
_WKT = ("wkt", "geom", "geometry", "thegeom", "shape", "รูปทรง")
_WKT_BEGINS = re.compile(r"^\s*(SRID=\d+;)?\s*(MULTI)?(POINT|LINESTRING|POLYGON)\b", re.IGNORECASE)
_PAIR = ("coords", "coordinates", "coordinate", "latlon", "latlng", "lonlat", "location", "พิกัด", "ตำแหน่งพิกัด")
_NUMBER = r"\s*['\"]?\s*(-?\d+(?:\.\d+)?)\s*['\"]?\s*"
PAIR = re.compile(rf"^[\[(]?{_NUMBER}[,;\s]{_NUMBER}[\])]?$")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``column`` for ``property``. ``sure`` only when the names are the same; otherwise a person decides, and ``why`` helps."""

    property: str
    column: str
    sure: bool
    why: Text

    def as_dict(self) -> dict[str, Any]:
        return {"property": self.property, "column": self.column, "sure": self.sure, "why": self.why.as_dict()}


@dataclass(frozen=True, slots=True)
class GeometryFrom:
    """Where a row's place comes from: the file's own geometry, two columns, a pair written in one column, or WKT in one.

    ``kind`` is geometry, columns, pair or wkt; ``x`` names the first column and ``y`` the second."""

    kind: str
    x: str = ""
    y: str = ""

    def as_dict(self) -> dict[str, str]:
        return {"from": self.kind, "x": self.x, "y": self.y}


SAME = Text("ชื่อตรงกัน", "The names are the same")
ALIKE = Text("ชื่อคล้ายกัน โปรดยืนยัน", "The names are alike: please confirm")
OTHER_UNIT = Text(
    "ชื่อตรงกันแต่หน่วยในวงเล็บไม่ตรงกับหน่วยของทะเบียน โปรดยืนยันและแปลงหน่วยก่อน",
    "The names are the same, but the unit in brackets is another: confirm, and convert first",
)


def plain(name: str) -> str:
    """A name as it is compared: one writing of Thai, no brackets, blanks or punctuation."""
    return _NOT_LETTERS.sub("", normalise(_PARENTHESES.sub(" ", name)))


def suggest(columns: Sequence[str], properties: Mapping[str, Mapping[str, Any]]) -> list[Suggestion]:
    """One suggestion at most for each property, and each column once. Names that are the same go first."""
    found: dict[str, Suggestion] = {}
    taken: set[str] = set()
    for name, schema in properties.items():
        wanted = {plain(word) for word in (name, schema.get("title"), schema.get("th")) if isinstance(word, str)}
        same = [column for column in columns if column not in taken and plain(column) in wanted]
        if not same:
            continue
        column = next((one for one in same if one == name), same[0])
        unit_differs = _unit_differs(column, str(schema.get("unit") or ""))
        sure = len(same) == 1 or column == name
        found[name] = Suggestion(
            name, column, sure and not unit_differs, OTHER_UNIT if unit_differs else SAME if sure else ALIKE
        )
        taken.add(column)
    scores = sorted(
        (
            (max(_alike(column, word) for word in (name, schema.get("title"), schema.get("th")) if word), name, column)
            for name, schema in properties.items()
            if name not in found
            for column in columns
            if column not in taken
        ),
        reverse=True,
    )
    for score, name, column in scores:
        if score < LIKELY:
            break
        rivals = [s for s, n, c in scores if (n == name) != (c == column) and c not in taken and n not in found]
        if name in found or column in taken or any(score - rival < _MARGIN for rival in rivals):
            continue
        found[name] = Suggestion(name, column, False, ALIKE)
        taken.add(column)
    return [found[name] for name in properties if name in found]


def _alike(column: str, word: str) -> float:
    one, other = plain(column), plain(word)
    return SequenceMatcher(None, one, other, autojunk=False).ratio() if one and other else 0.0


def _unit_differs(column: str, unit: str) -> bool:
    written = _PARENTHESES.findall(column)
    return (
        bool(unit and written)
        and plain(written[-1]) != plain(unit)
        and bool(re.fullmatch(r"[^\s\d]{1,6}", written[-1]))
    )


def suggest_geometry(
    columns: Sequence[str], sample: Sequence[Mapping[str, Any]], *, has_geometry: bool
) -> GeometryFrom | None:
    """The file's own geometry; else a column of WKT; else two columns named so; else one with pairs; else None."""
    if has_geometry:
        return GeometryFrom("geometry")
    for column in columns:
        given = [str(row[column]) for row in sample if row.get(column)]
        if plain(column) in _WKT and given and all(_WKT_BEGINS.match(text) for text in given):
            return GeometryFrom("wkt", column)
    named = {column: _NOT_LETTERS.sub("", normalise(column)) for column in columns}
    x, y = _first(named, _X), _first(named, _Y)
    if x and y and x != y:
        return GeometryFrom("columns", x, y)
    for column in columns:
        if plain(column) in _PAIR or named[column] in _PAIR:
            given = [str(row[column]) for row in sample if row.get(column)]
            if given and sum(bool(PAIR.match(text)) for text in given) > 0.8 * len(given):
                return GeometryFrom("pair", column)
    return None


def _first(named: Mapping[str, str], wanted: Sequence[str]) -> str:
    """The column whose name, with or without a word after it in brackets, is one of ``wanted``, in that order."""
    for word in wanted:
        target = _NOT_LETTERS.sub("", word)
        for column, name in named.items():
            if name == target or plain(column) == target:
                return column
        for column, name in named.items():
            if len(target) > 2 and name.endswith(target):
                return column
    return ""


def pair_of(text: str) -> tuple[float, float] | None:
    """The two numbers of "100.5, 13.7" or "['100.5', '13.7']", in the order written."""
    found = PAIR.match(text.strip())
    return (float(found.group(1)), float(found.group(2))) if found else None
