"""The tables of the Local Smart City Report 2566 in ``demo/country`` as records of the open-data solution's registers."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from typing import Any

from nakhon.config.demo.filling import Row
from nakhon.config.demo.organisations import FOLDER

_WHOLE = frozenset({"number", "year", "valid_years"})
_NUMBERS = frozenset({"success", "progress"})
_AREAS = {
    "number": "order", "project": "project_name_th", "area_type": "area_type", "lao": "lao_name_th", "lao_type": "lao_type_th",
    "province": "province_th", "province_en": "province_en", "region": "region_th_derived", "region_en": "region_en_derived",
    "announcement": "announcement_no", "announced_on": "announcement_date_iso", "decided_on": "meeting_date_iso",
    "valid_years": "valid_years", "ends_on": "expires_iso_derived", "note": "note",
}  # fmt: skip
_AWARDS = {
    "number": "id", "holder": "holder_th", "award": "award_th", "award_en": "award_en", "year": "year_be", "level": "level_th",
    "awarder": "awarder_th", "project": "project_th", "note": "note",
}  # fmt: skip
_PROGRESS = {
    "number": "order", "name": "name_th", "starts": "start_iso", "ends": "end_iso", "success": "success_pct",
    "progress": "progress_pct", "state": "status", "as_of": "as_of_iso", "note": "note",
}  # fmt: skip


def _table(name: str, columns: Mapping[str, str]) -> Iterator[Row]:
    """Rows of a file of ``demo/country``, by property; an empty cell is left out."""
    with (FOLDER / "country" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Row({prop: _value(prop, row[column]) for prop, column in columns.items() if row[column].strip()})


def _value(prop: str, text: str) -> Any:
    if prop in _WHOLE:
        return int(text)
    return float(text) if prop in _NUMBERS else text.strip()


def areas() -> Iterator[Row]:
    return _table("smart_city_areas", _AREAS)


def awards() -> Iterator[Row]:
    return _table("awards", _AWARDS)


def progress() -> Iterator[Row]:
    return _table("progress", _PROGRESS)
