"""A city begins its map with roads and places, names their source, and mends what is wrong."""

from __future__ import annotations

import pytest

from nakhon.citydata.registers.errors import RecordInvalid
from nakhon.citydata.registers.queries import find_records, get_record, map_layers, tile
from nakhon.citydata.registers.services import add_record, edit_record
from nakhon.kernel.errors import NakhonError
from nakhon.solutions.story import Stage

SOURCE = {
    "source": "OpenStreetMap", "attribution_th": "© ผู้ร่วมสร้าง OpenStreetMap", "attribution_en": "© OpenStreetMap contributors",
    "data_licence": "ODbL 1.0", "email": "gis@example.go.th",
}  # fmt: skip
ROAD = {"type": "LineString", "coordinates": [[100.06, 9.53], [100.07, 9.54]]}


def story(stage: Stage) -> None:
    everybody, officer = stage.ctx(), stage.ctx("officer")
    with pytest.raises(NakhonError):
        stage.install("street-map")  # the source must be told
    stage.install("street-map", **SOURCE)

    add_record(officer, register="road", data={"code": "R1", "class": "lane", "source": "openstreetmap"}, geometry=ROAD)
    place = {"code": "P1", "name": "โรงเรียนเทศบาล ๑", "kind": "school", "source": "survey"}
    add_record(officer, register="place", data=place, geometry={"type": "Point", "coordinates": [100.0612, 9.5312]})

    # the public finds the school by a word inside its name, and the map names whose data it shows
    assert [row.key for row in find_records(everybody, register="place", text="โรงเรียน").rows] == ["P1"]
    assert {layer.attribution.en for layer in map_layers(everybody) if layer.attribution} == {
        "© OpenStreetMap contributors"
    }
    assert b"R1" in tile(everybody, register="road", z=12, x=3186, y=1939)

    # a road is a line: a point is refused; and the lane gets its name
    with pytest.raises(RecordInvalid):
        add_record(
            officer, register="road", data={"code": "R2", "source": "survey"},
            geometry={"type": "Point", "coordinates": [100.06, 9.53]},
        )  # fmt: skip
    road = get_record(officer, register="road", key="R1")
    edit_record(officer, register="road", record=road.id, revision=road.revision, data={"name": "ซอยชายหาด"})
    assert get_record(everybody, register="road", key="R1").title == "ซอยชายหาด"
