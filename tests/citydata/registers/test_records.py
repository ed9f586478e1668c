"""Records: added, changed, retired, restored; found by words, conditions and places; and every refusal beside it."""

from __future__ import annotations

from typing import Any

import pytest

from nakhon.citydata.registers import queries, services
from nakhon.citydata.registers.errors import (
    FilterRefused,
    KeyTaken,
    NeedsApproval,
    RecordConflict,
    RecordInvalid,
    RecordNotFound,
    RecordRetired,
    RegisterClosed,
    RegisterNotFound,
    TooManyRecords,
)
from nakhon.citydata.registers.models import Record
from nakhon.citydata.registers.types import Filter
from nakhon.kernel.errors import Forbidden, Invalid, SignInRequired
from nakhon.kernel.models import AuditEntry, Event
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.registers.stage import HERE, LAMPS, at, define, keys, lamp


def test_a_record_is_added_announced_and_found(city: Organisation) -> None:
    card = lamp(city, 1, note="หน้าโรงเรียนวัดสว่าง", cost=1200.5)
    assert (card.key, card.title, card.revision, card.status) == ("KS-0001", "KS-0001", 1, "ACTIVE")
    assert card.geometry == {"type": "Point", "coordinates": [100.06, 9.53]} and not card.is_coarse
    with act_in(make.ctx(city)):
        assert AuditEntry.objects.filter(action="citydata.record.added").count() == 1
        assert Event.objects.get(name="citydata.RecordAdded").payload["key"] == "KS-0001"
    public = queries.get_record(make.ctx(city), register="lamp", key="KS-0001")
    assert "cost" not in public.data and public.made_by == "" and public.data["watts"] == 30
    assert queries.get_record(make.ctx(city, "officer"), register="lamp", key="KS-0001").data["cost"] == 1200.5
    assert queries.register_named(make.ctx(city), key="lamp").record_count == 1


@pytest.mark.parametrize(
    ("data", "field", "says"),
    [
        ({"watts": 30}, "code", "รหัส"),
        ({"code": "KS-1", "watts": 30}, "code", "รูปแบบ"),
        ({"code": "KS-0001", "watts": "สามสิบ"}, "watts", "กำลังไฟต้องเป็นจำนวนเต็ม แต่พบ “สามสิบ”"),
        ({"code": "KS-0001", "watts": 0}, "watts", "กำลังไฟต้องไม่น้อยกว่า 1 W"),
        ({"code": "KS-0001", "watts": 5, "state": "lost"}, "state", "สภาพต้องเลือกจาก ใช้ได้, ชำรุด"),
        ({"code": "KS-0001", "watts": 5, "fixed_on": "2026-02-30"}, "fixed_on", "ซ่อมล่าสุดต้องเป็นวันที่"),
        ({"code": "KS-0001", "watts": 5, "tags": ["a", "a"]}, "tags", "ซ้ำ"),
        ({"code": "KS-0001", "watts": 5, "wats": 5}, "wats", "ไม่มีคุณสมบัติ “wats”"),
        ({"code": "KS-0001", "watts": 5, "cost": float("nan")}, "cost", "NaN"),
    ],
)
def test_what_the_definition_refuses_is_told_by_its_title(
    city: Organisation, data: dict[str, Any], field: str, says: str
) -> None:
    with pytest.raises(RecordInvalid) as refused:
        services.add_record(make.ctx(city, "officer"), register="lamp", data=data)
    assert says in refused.value.fields[field].th and refused.value.fields[field].en
    assert keys(city, "officer") == []


def test_every_fault_is_told_at_once(city: Organisation) -> None:
    with pytest.raises(RecordInvalid) as refused:
        services.add_record(
            make.ctx(city, "officer"), register="lamp", data={"watts": 0, "state": "x"}, geometry=at(9.53, 100.06)
        )
    assert set(refused.value.fields) == {"code", "watts", "state", "geometry"}
    assert "สลับกัน" in refused.value.fields["geometry"].th


def test_who_may_write(city: Organisation) -> None:
    data = {"code": "KS-0001", "watts": 1}
    with pytest.raises(SignInRequired):
        services.add_record(make.ctx(city), register="lamp", data=data)
    for role in ("citizen", "dpo", "admin"):
        with pytest.raises(Forbidden):
            services.add_record(make.ctx(city, role), register="lamp", data=data)
    # The permission alone is not enough: the register's definition must name the role.
    with pytest.raises(RegisterClosed):
        services.add_record(make.ctx(city, "registrar"), register="lamp", data=data)
    with pytest.raises(NeedsApproval):
        services.add_record(make.ctx(city, "officer"), register="works", data={"name": "ทางเท้า"})
    assert services.add_record(make.ctx(city, "supervisor"), register="works", data={"name": "ทางเท้า"}).key == "1"


def test_a_key_stands_once(city: Organisation) -> None:
    lamp(city, 1)
    with pytest.raises(KeyTaken):
        lamp(city, 1)
    other = lamp(city, 2)
    with pytest.raises(KeyTaken):
        _edit(city, other.id, 1, code="KS-0001")
    assert _edit(city, other.id, 1, code="KS-0003").key == "KS-0003"
    assert keys(city) == ["KS-0001", "KS-0003"]


def _edit(city: Organisation, record: Any, revision: int, **data: Any) -> Any:
    return services.edit_record(make.ctx(city, "officer"), register="lamp", record=record, revision=revision, data=data)


def test_numbers_are_given_where_no_property_is_the_key(city: Organisation) -> None:
    boss = make.ctx(city, "supervisor")
    made = [services.add_record(boss, register="works", data={"name": f"งาน {n}"}).key for n in range(3)]
    assert made == ["1", "2", "3"]
    assert services.add_record(boss, register="works", data={"name": "งาน"}, key="10").key == "10"
    assert services.add_record(boss, register="works", data={"name": "งาน"}).key == "11"


def test_an_edit_keeps_what_was_there(city: Organisation) -> None:
    card = lamp(city, 1, state="good", note="เดิม")
    moved = services.edit_record(
        make.ctx(city, "officer"), register="lamp", record=card.id, revision=1, data={"watts": 60, "note": None},
        geometry=at(100.07, 9.54),
    )  # fmt: skip
    assert (
        moved.revision == 2 and moved.data["watts"] == 60 and moved.data["state"] == "good" and "note" not in moved.data
    )
    newest, oldest = queries.record_history(make.ctx(city, "officer"), register="lamp", record_id=card.id)
    assert newest.changes == {"watts": (30, 60), "note": ("เดิม", None)} and newest.moved and newest.act == "EDITED"
    assert oldest.act == "CREATED" and oldest.data["note"] == "เดิม" and oldest.revision == 1
    with pytest.raises(Forbidden):
        queries.record_history(make.ctx(city, "citizen"), register="lamp", record_id=card.id)
    same = _edit(city, card.id, 2, watts=60)
    assert same.revision == 2, "saving what is there already makes no revision"


def test_two_editors_lose_nothing(city: Organisation) -> None:
    card = lamp(city, 1)
    _edit(city, card.id, 1, watts=60)
    with pytest.raises(RecordConflict) as clash:
        _edit(city, card.id, 1, watts=90, note="ของฉัน")
    assert clash.value.current.data["watts"] == 60 and clash.value.yours == {"watts": 90, "note": "ของฉัน"}
    assert _edit(city, card.id, 2, watts=90).data["watts"] == 90


def test_retired_and_restored(city: Organisation) -> None:
    card = lamp(city, 1)
    officer = make.ctx(city, "officer")
    _edit(city, card.id, 1, watts=60)
    services.retire_record(officer, register="lamp", record=card.id, revision=2, reason="ชนหัก")
    assert keys(city) == [] and keys(city, "officer", status="RETIRED") == ["KS-0001"]
    assert keys(city, status="RETIRED") == [], "the public is not shown what was retired"
    with pytest.raises(RecordNotFound):
        queries.get_record(make.ctx(city), register="lamp", key="KS-0001")
    with pytest.raises(RecordRetired):
        _edit(city, card.id, 3, watts=70)
    with pytest.raises(RecordRetired):
        services.retire_record(officer, register="lamp", record=card.id, revision=3)
    with pytest.raises(RecordNotFound):
        services.restore_record(officer, register="lamp", record=card.id, revision=9)
    back = services.restore_record(officer, register="lamp", record=card.id, revision=1)
    assert (back.status, back.revision, back.data["watts"]) == ("ACTIVE", 4, 30) and keys(city) == ["KS-0001"]
    acts = [row.act for row in queries.record_history(officer, register="lamp", record_id=card.id)]
    assert acts == ["RESTORED", "RETIRED", "EDITED", "CREATED"]
    assert queries.register_named(officer, key="lamp").record_count == 1


def test_words_inside_thai_sentences(city: Organisation) -> None:
    lamp(city, 1, note="ติดตั้งหน้าโรงเรียนวัดสว่างอารมณ์ใกล้สะพาน")
    lamp(city, 2, note="ริมคลองแม่ข่า", state="broken")
    assert keys(city, text="โรงเรียน") == ["KS-0001"] and keys(city, text="สะพาน โรงเรียน") == ["KS-0001"]
    assert keys(city, text="ชำรุด") == keys(city, text="broken") == ["KS-0002"], "labels are found in both languages"
    assert keys(city, text="KS-0002") == ["KS-0002"]
    assert (
        keys(city, text="โรงพยาบาล") == [] and keys(city, text="'); DROP TABLE") == [] and keys(city, text="!!") == []
    )


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ([Filter("watts", "eq", 30)], [1]),
        ([Filter("watts", "ge", 30), Filter("watts", "lt", 90)], [1, 2]),
        ([Filter("state", "in", ["good", "broken"])], [1, 2]),
        ([Filter("state", "missing")], [3]),
        ([Filter("state", "present"), Filter("state", "ne", "good")], [2]),
        ([Filter("note", "contains", "คลอง")], [2]),
        ([Filter("note", "starts", "หน้า")], [1]),
        ([Filter("tags", "eq", "led")], [1, 3]),
        ([Filter("tags", "in", ["old", "x"])], [2]),
        ([Filter("fixed_on", "gt", "2026-01-01")], [2]),
        ([Filter("key", "in", ["KS-0003", "KS-0001"])], [1, 3]),
        ([Filter("note", "contains", "%' OR 1=1 --")], []),
    ],
)
def test_conditions(city: Organisation, asked: list[Filter], wanted: list[int]) -> None:
    lamp(city, 1, watts=30, state="good", note="หน้าโรงเรียน", tags=["led"], fixed_on="2025-12-31")
    lamp(city, 2, watts=60, state="broken", note="ริมคลอง", tags=["old"], fixed_on="2026-03-01")
    lamp(city, 3, watts=90, tags=["led", "new"])
    assert keys(city, filters=asked) == [f"KS-{number:04}" for number in wanted]


@pytest.mark.parametrize(
    "wrong",
    [
        Filter("cost", "ge", 1),
        Filter("colour", "eq", "red"),
        Filter("watts", "eq", "30"),
        Filter("watts", "contains", "3"),
        Filter("note", "ge", "a"),
        Filter("key", "ge", "a"),
        Filter("changed_at", "ge", "yesterday"),
        Filter("watts", "like", 3),  # type: ignore[arg-type]
    ],
)
def test_conditions_refused(city: Organisation, wrong: Filter) -> None:
    with pytest.raises(FilterRefused) as refused:
        keys(city, filters=[wrong])
    assert refused.value.fields[wrong.name].th


def test_what_is_for_staff_filters_and_sorts_for_staff_only(city: Organisation) -> None:
    lamp(city, 1, cost=100)
    lamp(city, 2, cost=50)
    assert keys(city, "officer", filters=[Filter("cost", "ge", 60)]) == ["KS-0001"]
    assert keys(city, "officer", sort="cost") == ["KS-0002", "KS-0001"]
    for asked in ({"sort": "cost"}, {"filters": [Filter("cost", "ge", 60)]}):
        with pytest.raises(FilterRefused):
            keys(city, **asked)


@pytest.mark.parametrize("sort", ["key", "-key", "watts", "-watts", "note", "-note", "changed_at"])
def test_pages_by_key_show_each_record_once(city: Organisation, sort: str) -> None:
    for number in range(1, 24):
        lamp(city, number, watts=(number * 7) % 5 + 1, **({"note": f"จุด {number % 4}"} if number % 3 else {}))
    seen: list[str] = []
    after = ""
    while True:
        page = queries.find_records(make.ctx(city), register="lamp", sort=sort, after=after, limit=5)
        seen += [row.key for row in page.rows]
        after = page.after
        if not after:
            break
    whole = [row.key for row in queries.find_records(make.ctx(city), register="lamp", sort=sort, limit=100).rows]
    assert seen == whole and len(set(seen)) == 23
    with pytest.raises(Invalid):
        queries.find_records(make.ctx(city), register="lamp", after="nonsense")


def test_thai_is_sorted_as_the_dictionary_does(city: Organisation) -> None:
    for number, note in enumerate(["แมว", "กา", "เกาะ", "ขา"], 1):
        lamp(city, number, note=note)
    rows = queries.find_records(make.ctx(city), register="lamp", sort="note").rows
    assert [row.data["note"] for row in rows] == ["กา", "เกาะ", "ขา", "แมว"]


def test_a_box(city: Organisation) -> None:
    lamp(city, 1)
    lamp(city, 2, place=at(100.10, 9.60))
    assert keys(city, bbox=[100.05, 9.52, 100.07, 9.54]) == ["KS-0001"]
    assert queries.count_records(make.ctx(city), register="lamp", bbox=[100, 9, 101, 10]) == 2
    for wrong in ([100, 9, 101], [101, 9, 100, 10], ["a", 1, 2, 3]):
        with pytest.raises(FilterRefused):
            keys(city, bbox=wrong)  # type: ignore[arg-type]


def test_counts_by_a_property(city: Organisation) -> None:
    for number, state in enumerate(["good", "good", "broken", None], 1):
        lamp(city, number, **({"state": state} if state else {}), tags=["led"] if number < 3 else ["led", "old"])
    rows = queries.record_counts(make.ctx(city), register="lamp", by="state")
    assert [(row.label.th, row.count) for row in rows] == [("ใช้ได้", 2), ("ชำรุด", 1), ("ไม่ระบุ", 1)]
    assert [(row.value, row.count) for row in queries.record_counts(make.ctx(city), register="lamp", by="tags")] == [
        ("led", 4),
        ("old", 2),
    ]
    with pytest.raises(FilterRefused):
        queries.record_counts(make.ctx(city), register="lamp", by="cost")


def test_many_are_edited_together_or_not_at_all(city: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 6):
        lamp(city, number, watts=30 if number < 4 else 60)
    officer = make.ctx(city, "officer")
    asked = [Filter("watts", "eq", 30)]
    shown = queries.bulk_preview(officer, register="lamp", change={"watts": 45}, filters=asked)
    assert (shown.chosen, shown.changing, list(shown.problems)) == (3, 3, [])
    assert services.bulk_edit_records(officer, register="lamp", change={"watts": 45}, filters=asked) == 3
    assert keys(city, filters=[Filter("watts", "eq", 45)]) == ["KS-0001", "KS-0002", "KS-0003"]
    with pytest.raises(RecordInvalid) as refused:
        services.bulk_edit_records(officer, register="lamp", change={"watts": 0})
    assert "กำลังไฟ" in refused.value.fields["watts"].th
    assert queries.bulk_preview(officer, register="lamp", change={"watts": 0}).problems
    for change in ({}, {"code": "KS-0009"}, {"colour": 1}):
        with pytest.raises(RecordInvalid):
            services.bulk_edit_records(officer, register="lamp", change=change)
    with pytest.raises(RegisterClosed):
        services.bulk_edit_records(make.ctx(city, "registrar"), register="lamp", change={"watts": 45})
    monkeypatch.setattr("nakhon.citydata.registers.selecting.MOST", 2)
    with pytest.raises(TooManyRecords):
        services.bulk_edit_records(officer, register="lamp", change={"watts": 45})


def test_another_city_sees_nothing(city: Organisation, yala: Organisation) -> None:
    card = lamp(city, 1)
    with pytest.raises(RegisterNotFound):
        keys(yala, "officer")
    define(yala, LAMPS)
    assert keys(yala, "officer") == [] and keys(yala, text="KS-0001") == [] and keys(yala, bbox=[97, 6, 105, 20]) == []
    with pytest.raises(RecordNotFound):
        queries.get_record(make.ctx(yala, "officer"), register="lamp", record_id=card.id)
    with pytest.raises(RecordNotFound):
        _edit(yala, card.id, 1, watts=1)
    lamp(yala, 1, watts=99)
    with act_in(make.ctx(city)):
        assert Record.objects.get().data["watts"] == 30
    assert HERE == (100.06, 9.53)


def test_a_compound_is_found_by_the_words_inside_it(city: Organisation) -> None:
    lamp(city, 1, note="หน้าสวนสาธารณะริมบึง")
    lamp(city, 2, note="หน้าสวนลุงมี")
    assert keys(city, text="สาธารณะ") == ["KS-0001"] and keys(city, text="สวนสาธารณะ") == ["KS-0001"]
    assert keys(city, text="สวน") == ["KS-0001", "KS-0002"]
    assert keys(city, text="ณะ") == [], "what is no word inside finds nothing"
