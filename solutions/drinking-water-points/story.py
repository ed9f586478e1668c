"""Somebody thirsty finds a tested point nearby; a failed test shuts it on the map the same minute."""

from __future__ import annotations

import pytest

from nakhon.citydata.registers.errors import RecordInvalid
from nakhon.citydata.registers.queries import features, find_records, get_record, map_layers, record_counts
from nakhon.citydata.registers.services import add_record, edit_record
from nakhon.citydata.registers.types import Filter
from nakhon.kernel.errors import Forbidden
from nakhon.solutions.story import Stage

POINT = {
    "code": "W1",
    "name": "จุดเติมน้ำหน้าตลาด",
    "kind": "refill",
    "quality": "passed",
    "source": "survey",
    "contact": "075-000000",
}
AT = {"type": "Point", "coordinates": [99.9665, 8.4325]}
NEARBY = (99.96, 8.42, 99.97, 8.44)


def story(stage: Stage) -> None:
    everybody, officer = stage.ctx(), stage.ctx("officer")
    stage.install("drinking-water-points", email="water@example.go.th")
    point = add_record(officer, register="drinking-water-point", data=POINT, geometry=AT)
    shop = {"code": "W2", "name": "ร้านหวานน้อย", "kind": "less-sugar", "quality": "none", "source": "survey"}
    add_record(
        officer, register="drinking-water-point", data=shop, geometry={"type": "Point", "coordinates": [99.98, 8.5]}
    )

    # nearby, only the first; a word inside its name finds it; the keeper's telephone is not the public's
    (found,) = features(everybody, register="drinking-water-point", bbox=NEARBY)["features"]
    assert found["id"] == "W1" and "contact" not in found["properties"]
    assert [row.key for row in find_records(everybody, register="drinking-water-point", text="ตลาด").rows] == ["W1"]
    assert get_record(officer, register="drinking-water-point", key="W1").masked == ("contact",)

    # the test fails: the record of it is public, and the point turns red on the map
    test = {
        "code": "T1",
        "point": "W1",
        "tested_on": "2026-04-10",
        "ph": 6.9,
        "coliform": True,
        "result": "failed",
        "source": "survey",
    }
    add_record(officer, register="drinking-water-test", data=test)
    edit_record(
        officer, register="drinking-water-point", record=point.id, revision=point.revision,
        data={"quality": "failed", "tested_on": "2026-04-10"},
    )  # fmt: skip
    (layer,) = [one for one in map_layers(everybody) if one.register == "drinking-water-point"]
    assert ("failed", "red") in [(value, colour) for value, _, colour in layer.legend]
    unsafe = find_records(everybody, register="drinking-water-point", filters=[Filter("quality", "eq", "failed")])
    assert [row.key for row in unsafe.rows] == ["W1"]
    counts = {one.value: one.count for one in record_counts(everybody, register="drinking-water-test", by="result")}
    assert counts == {"failed": 1}

    # a pH that does not exist is refused, and so is the public's hand
    with pytest.raises(RecordInvalid):
        add_record(officer, register="drinking-water-test", data={**test, "code": "T2", "ph": 15})
    with pytest.raises(Forbidden):
        add_record(everybody, register="drinking-water-test", data={**test, "code": "T3"})
