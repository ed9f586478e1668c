"""A department publishes figures with a licence of its choice; anybody filters and takes them; a mend goes through approval."""

from __future__ import annotations

import pytest

from nakhon.citydata.registers.errors import NeedsApproval
from nakhon.citydata.registers.exporting.queries import export_file
from nakhon.citydata.registers.exporting.services import begin_export
from nakhon.citydata.registers.queries import find_records, get_record, register_metadata, register_named
from nakhon.citydata.registers.services import add_record, decide_change, edit_record, propose_change
from nakhon.citydata.registers.types import Filter
from nakhon.kernel.errors import NakhonError
from nakhon.knowledge.datacatalog import missing_items, require_publishable
from nakhon.solutions.story import Stage

ROWS = (
    {"number": 1, "name": "เทศบาลนครยะลา", "success": 57, "progress": 81, "state": "tracked", "as_of": "2023-12"},
    {"number": 2, "name": "เทศบาลนครนครสวรรค์", "success": 20, "progress": 46, "state": "tracked", "as_of": "2023-12"},
    {"number": 3, "name": "พื้นที่ที่ยังไม่มีข้อมูล", "state": "no_data", "as_of": "2023-12"},
)


def story(stage: Stage) -> None:
    everybody, officer, supervisor = stage.ctx(), stage.ctx("officer"), stage.ctx("supervisor")
    with pytest.raises(NakhonError):
        stage.install("open-data")  # the publisher chooses a licence first
    stage.install("open-data", data_licence="Creative Commons Attributions", email="opendata@example.go.th")

    # each dataset tells the fourteen items and may be published
    for key in ("smart-city-area", "smart-city-award", "smart-city-progress"):
        told = register_metadata(everybody, key=key)
        assert missing_items(told) == () and told["license_id"] == "Creative Commons Attributions"
        require_publishable(told)
        assert register_named(everybody, key=key).is_open

    # the supervisor enters the figures; a figure that is not known stays empty, never zero
    for row in ROWS:
        add_record(supervisor, register="smart-city-progress", data=row)
    ahead = find_records(everybody, register="smart-city-progress", filters=[Filter("progress", "ge", 50)])
    assert [row.title for row in ahead.rows] == ["เทศบาลนครยะลา"]
    unknown = find_records(everybody, register="smart-city-progress", filters=[Filter("success", "missing")])
    assert [row.key for row in unknown.rows] == ["3"]

    # anybody takes the table away
    made = begin_export(everybody, register="smart-city-progress", format="csv", headings="th")
    taken = b"".join(export_file(everybody, run_id=made.id).chunks()).decode("utf-8-sig")
    assert "เทศบาลนครสวรรค์" not in taken and "เทศบาลนครนครสวรรค์" in taken and "ความสำเร็จ" in taken

    # published figures change only after somebody else has looked
    record = get_record(officer, register="smart-city-progress", key="3")
    with pytest.raises(NeedsApproval):
        edit_record(
            officer, register="smart-city-progress", record=record.id, revision=record.revision, data={"success": 5}
        )
    asked = propose_change(
        officer, register="smart-city-progress", act="EDIT", reason="ได้รับรายงานแล้ว", record=record.id,
        revision=record.revision, data={"success": 5, "state": "tracked"},
    )  # fmt: skip
    decide_change(supervisor, change_id=asked.id, approve=True)
    assert get_record(everybody, register="smart-city-progress", key="3").data["success"] == 5
