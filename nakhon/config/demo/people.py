"""Enters the demonstration's few invented people and their households, once for each city."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import yaml

from nakhon.config.demo.organisations import FOLDER, organisations
from nakhon.config.demo.records import context_of
from nakhon.kernel.context import Context
from nakhon.knowledge.identity import check_digit
from nakhon.knowledge.places import subdistricts
from nakhon.people.queries.persons import find_persons
from nakhon.people.services.households import create_household, move_person
from nakhon.people.services.persons import register_person
from nakhon.people.services.purposes import adopt_typical_purposes


def invented_ids() -> Iterator[str]:
    """Identity numbers that satisfy the check digit and name a registry office that does not exist (0000)."""
    for number in range(1, 10_000_000):
        twelve = f"10000{number:07d}"
        yield f"{twelve}{check_digit(twelve)}"


def load(slug: str, now: datetime) -> None:
    """Declare the purposes of a typical municipality, then enter the people where none of them is yet."""
    with (FOLDER / "people.yaml").open(encoding="utf-8") as file:
        households: list[dict[str, Any]] = yaml.safe_load(file)["households"]
    ctx = context_of(slug, now)
    adopt_typical_purposes(ctx)
    numbers = invented_ids()
    district = next(str(row["district"]) for row in organisations() if row["slug"] == slug)
    place = subdistricts(district)[0]
    for household in households:
        _enter(ctx, household, place.code, place.postcodes[0] if place.postcodes else "", numbers)


def _enter(ctx: Context, household: dict[str, Any], subdistrict: str, postcode: str, numbers: Iterator[str]) -> None:
    members = [(row, next(numbers)) for row in household["members"]]
    if find_persons(ctx, text=members[0][1]).rows:
        return
    address: dict[str, Any] = {name: household[name] for name in ("house_no", "moo", "road") if name in household}
    address |= {"subdistrict_code": subdistrict, "postcode": postcode}
    home = create_household(ctx, fields=address)
    for row, number in members:
        fields = {name: row[name] for name in ("prefix", "first_name", "last_name", "email") if name in row}
        fields |= address | {"id_type": "NATIONAL_ID", "national_id": number, "birth_date": row["born"]}
        person = register_person(ctx, fields=fields)
        move_person(ctx, person_id=person.id, household_id=home, relation=row["relation"])
