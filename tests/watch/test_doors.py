"""Every verb and query of the platform, called by those who may not: nobody gets past the door."""

from __future__ import annotations

import pytest

from nakhon.kernel.errors import Forbidden, SignInRequired
from nakhon.kernel.permissions import allows, table
from nakhon.kernel.verbs import Door, doors
from nakhon.people.models import Organisation
from nakhon.people.roles import ROLES, STAFF_ROLES
from tests import make

DOORS = sorted(
    (door for door in doors().values() if door.function.__module__.startswith("nakhon.")), key=lambda d: d.name
)


def test_there_are_doors_to_watch() -> None:
    assert len(DOORS) > 20


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_the_public_the_neighbour_and_the_wrong_officer_stay_outside(samui: Organisation, door: Door) -> None:
    call = getattr(__import__(door.function.__module__, fromlist=["_"]), door.function.__name__)
    if not allows(["public"], door.permission):
        with pytest.raises(SignInRequired):
            call(make.ctx(samui))
    if not allows(["public", "citizen"], door.permission):
        with pytest.raises(Forbidden):
            call(make.ctx(samui, "citizen"))
    for role in STAFF_ROLES:
        if not allows(["public", "citizen", role], door.permission):
            with pytest.raises(Forbidden):
                call(make.ctx(samui, role))


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_every_door_says_what_it_does_and_is_of_its_room(door: Door) -> None:
    assert door.summary, "a verb or query begins with a line that says what it does"
    place = "services" if door.kind == "verb" else "queries"
    assert place in door.function.__module__.split("."), f"a {door.kind} lives in its room's {place}"


def test_the_table_names_only_roles_that_exist() -> None:
    unknown = {role for row in table().values() for role in row.roles} - set(ROLES)
    assert unknown == set()


def test_no_permission_is_left_without_a_door_or_a_page() -> None:
    used = {door.permission for door in DOORS}
    import re
    from pathlib import Path

    root = Path(__file__).resolve().parents[2] / "nakhon"
    sources = {path: path.read_text(encoding="utf-8") for path in root.rglob("*.py")}
    for code in table():
        if code in used:
            continue
        named = [path for path, text in sources.items() if re.search(rf'register\(\s*"{re.escape(code)}"', text)]
        constant = re.search(rf'(\w+) = register\(\s*"{re.escape(code)}"', sources[named[0]]) if named else None
        assert constant, code
        users = [p for p, text in sources.items() if p not in named and re.search(rf"\b{constant[1]}\b", text)]
        same = len(re.findall(rf"\b{constant[1]}\b", sources[named[0]])) > 1
        assert users or same, f"{code} is registered and never asked for"
