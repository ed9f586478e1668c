"""The kind ``register``: what is refused and where, what a plan foresees, what a removal keeps."""

from __future__ import annotations

import pytest

from nakhon.citydata.registers import queries, services
from nakhon.citydata.registers.defining import KeyFixed
from nakhon.citydata.registers.definitions import REGISTER
from nakhon.citydata.registers.errors import RegisterInactive, RegisterNotFound
from nakhon.kernel.definitions.errors import DefinitionHoldsData
from nakhon.kernel.errors import Forbidden
from nakhon.knowledge.datacatalog import missing_items
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.registers.stage import ELDERS, LAMPS, define, faults, keys, lamp, plan


def test_the_example_is_right() -> None:
    assert faults(REGISTER.example) == []


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        ("title: Code, th: รหัส", "title: Code", "record.properties.code", "th"),
        ("title: Code, th: รหัส", "th: รหัส", "record.properties.code", "title"),
        ("minimum: 1,", "minimun: 1,", "record.properties.watts", "minimun"),
        ("type: integer", "type: int", "record.properties.watts.type", ""),
        ("minimum: 1,", "maxLength: 5,", "record.properties.watts.maxLength", "does not go with type: integer"),
        ('"^KS-[0-9]{4}$"', '"^KS-[0-9"', "record.properties.code.pattern", "no valid JSON Schema"),
        ("watts: {type", "Watts: {type", "record.properties", "cannot be the name of a property"),
        ("watts: {type", "status: {type", "record.properties", "cannot be the name of a property"),
        ("required: [code, watts]", "required: [code, watt]", "record.required", "not among the properties"),
        ("key: code", "key: cod", "key", "no property “cod”"),
        ("key: code", "key: state", "key", "cannot tell records apart"),
        ("sort: code}", "sort: colour}", "list", "no property “colour”"),
        ("map: {by: state", "map: {by: colour", "map", "no property “colour”"),
        ("good: green", "good: chartreuse", "map.values.good", ""),
        ("geometry: Point", "geometry: Circle", "geometry", ""),
        ("geometry: Point", "geometry: none", "map", "cannot be on the map"),
        ("edit: [officer]", "edit: [public]", "access.edit", "cannot be given edit"),
        ("approve: [supervisor]", "approve: [auditor]", "access.approve", "cannot be given approve"),
        ("about: {th", "sensitivity: internal\nabout: {th", "access", "cannot be open to public"),
        (
            "sensitivity: internal}",
            "sensitivity: personal, search: true}",
            "record.properties.cost.search",
            "cannot be searched",
        ),
        ("enum: [good, broken]", "enum: [good, good]", "record.properties.state.enum", "twice"),
        ("broken: {th: ชำรุด", "lost: {th: ชำรุด", "record.properties.state.labels", "not in enum"),
        ("items: {type: string}, ", "", "record.properties.tags.type", "must say what its values are"),
    ],
)
def test_refused_in_its_place(old: str, new: str, place: str, says: str) -> None:
    assert old in LAMPS
    found = faults(LAMPS.replace(old, new, 1))
    assert any(f" {place}" in fault and says in fault for fault in found), found


def test_a_protected_title_or_filter_is_refused() -> None:
    assert any("cannot be a record's name" in fault for fault in faults(ELDERS + "title: name\n"))
    assert any("is protected" in fault for fault in faults(ELDERS + "list: {filters: [illness]}\n"))


def test_who_defines(samui: Organisation) -> None:
    define(samui, LAMPS)
    assert queries.register_named(make.ctx(samui), key="lamp").name.en == "Street lamps"
    with pytest.raises(RegisterNotFound):
        queries.register_named(make.ctx(samui), key="lamps")
    with pytest.raises(Forbidden):
        plan_as_officer(samui)


def plan_as_officer(samui: Organisation) -> None:
    from nakhon.kernel.definitions.checking import check
    from nakhon.kernel.definitions.queries import plan_definitions
    from nakhon.kernel.definitions.reader import Source

    plan_definitions(make.ctx(samui, "officer"), documents=check([Source("a.yaml", LAMPS.encode())]).documents)


def test_a_plan_tells_which_records_a_changed_schema_breaks(city: Organisation) -> None:
    for number in range(1, 5):
        lamp(city, number, watts=30 * number)
    harmless = plan(city, LAMPS.replace("maximum: 1000", "maximum: 120"))
    assert [entry.warning for entry in harmless.entries] == [None]
    (entry,) = plan(city, LAMPS.replace("maximum: 1000", "maximum: 60")).entries
    assert entry.warning is not None and "2 of 4" in entry.warning.en and "KS-0003, KS-0004" in entry.warning.en
    assert "2 จาก 4 ระเบียน" in entry.warning.th and "watts (2)" in entry.warning.th
    define(city, LAMPS.replace("maximum: 1000", "maximum: 60"))
    assert keys(city) == [f"KS-{number:04}" for number in range(1, 5)], "what no longer fits stays until it is edited"
    card = queries.get_record(make.ctx(city, "officer"), register="lamp", key="KS-0004")
    with pytest.raises(Exception, match="must be at most 60"):
        services.edit_record(
            make.ctx(city, "officer"), register="lamp", record=card.id, revision=1, data={"state": "good"}
        )


def test_another_geometry_is_foreseen(city: Organisation) -> None:
    lamp(city, 1)
    (entry,) = plan(city, LAMPS.replace("geometry: Point", "geometry: LineString")).entries
    assert entry.warning is not None and "geometry (1)" in entry.warning.en


def test_the_key_stays_while_records_are_there(city: Organisation) -> None:
    other = LAMPS.replace("key: code", "key: watts").replace("sort: code", "sort: watts")
    define(city, other)
    define(city, LAMPS)
    lamp(city, 1)
    with pytest.raises(KeyFixed):
        define(city, other)


def test_a_register_with_records_is_not_removed(city: Organisation) -> None:
    remove = {"remove": [("register", "lamp")]}
    card = lamp(city, 1)
    with pytest.raises(DefinitionHoldsData, match="1 records"):
        plan(city, **remove)
    services.retire_record(make.ctx(city, "officer"), register="lamp", record=card.id, revision=1)
    with pytest.raises(DefinitionHoldsData):
        plan(city, **remove)
    define(city, remove=[("register", "zone")])
    with pytest.raises(RegisterInactive):
        queries.register_named(make.ctx(city, "officer"), key="zone")
    with pytest.raises(RegisterNotFound):
        queries.register_named(make.ctx(city), key="zone")
    assert "zone" not in {card.key for card in queries.registers(make.ctx(city, "officer"))}
    assert "zone" in {card.key for card in queries.registers(make.ctx(city, "officer"), with_closed=True)}


def test_what_each_sees_of_the_definition(city: Organisation) -> None:
    public, staff = (queries.register_named(make.ctx(city, *roles), key="lamp") for roles in ((), ("officer",)))
    assert public.property("cost") is None and not public.may_edit and public.is_open
    assert staff.property("cost") is not None and staff.may_edit and not staff.may_approve
    state = public.property("state")
    assert state is not None and [choice.label.th for choice in state.choices] == ["ใช้ได้", "ชำรุด"]
    assert "cost" not in queries.register_schema(make.ctx(city), key="lamp")["properties"]
    assert queries.register_schema(make.ctx(city), key="lamp")["properties"]["watts"]["maximum"] == 1000


def test_metadata_is_derived_and_gaps_are_told(city: Organisation) -> None:
    found = queries.register_metadata(make.ctx(city), key="lamp")
    assert (
        found["title"] == "โคมไฟถนน" and found["owner_org"] == "เทศบาลนครเกาะสมุย" and "GeoJSON" in found["data_format"]
    )
    assert found["data_category"] == "ข้อมูลสาธารณะ" and missing_items(found) == (4, 5, 9, 10)


def test_properties_stay_in_the_order_of_the_definition(city: Organisation) -> None:
    """Forms, tables and files follow it; names of different lengths would come out otherwise."""
    card = queries.register_named(make.ctx(city, "officer"), key="lamp")
    written = [line.strip().split(":")[0] for line in LAMPS.partition("properties:")[2].splitlines()]
    wanted = [name for name in written if card.property(name)]
    assert [one.name for one in card.properties] == list(dict.fromkeys(wanted)) != sorted(wanted, key=len)
