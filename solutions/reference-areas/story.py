"""A city has its province, districts and subdistricts on the map, by the same codes as everybody; nobody else changes them."""

from __future__ import annotations

import io

import pytest

from nakhon.citydata.registers.errors import RegisterClosed
from nakhon.citydata.registers.importing.services import begin_import, confirm_import, map_import
from nakhon.citydata.registers.queries import find_records, get_record, map_layers, register_metadata, tile
from nakhon.citydata.registers.services import add_record
from nakhon.citydata.registers.types import Filter
from nakhon.knowledge.datacatalog import missing_items
from nakhon.solutions.story import Stage

DISTRICTS = """{"type": "FeatureCollection", "features": [
{"type": "Feature", "properties": {"code": "9501", "name_th": "เมืองยะลา", "name_en": "Mueang Yala", "province_code": "95"},
 "geometry": {"type": "Polygon", "coordinates": [[[101.2, 6.45], [101.35, 6.45], [101.35, 6.6], [101.2, 6.6], [101.2, 6.45]]]}},
{"type": "Feature", "properties": {"code": "9502", "name_th": "เบตง", "name_en": "Betong", "province_code": "95"},
 "geometry": {"type": "Polygon", "coordinates": [[[101.0, 5.7], [101.3, 5.7], [101.3, 6.0], [101.0, 6.0], [101.0, 5.7]]]}},
{"type": "Feature", "properties": {"code": "95", "name_th": "ยะลา", "name_en": "Yala", "province_code": "95"}, "geometry": null}
]}"""


def story(stage: Stage) -> None:
    everybody, registrar = stage.ctx(), stage.ctx("registrar")
    stage.install("reference-areas", email="gis@example.go.th")
    assert {layer.register for layer in map_layers(everybody)} == {"province", "district", "subdistrict"}

    # the registrar brings in the outlines; a code of the wrong length is refused, the others go in
    run = begin_import(registrar, register="district", stream=io.BytesIO(DISTRICTS.encode()), name="districts.geojson")
    map_import(registrar, run_id=run.id, columns=run.mapping["columns"], geometry=run.mapping["geometry"], srid=4326)
    confirm_import(registrar, run_id=run.id)
    stage.work()
    assert [row.key for row in find_records(everybody, register="district").rows] == ["9501", "9502"]

    # the public finds a district by its name and by its province, and sees it on the map
    assert [row.key for row in find_records(everybody, register="district", text="เบตง").rows] == ["9502"]
    inside = [Filter("province_code", "eq", "95")]
    assert len(find_records(everybody, register="district", filters=inside).rows) == 2
    assert b"9501" in tile(everybody, register="district", z=9, x=400, y=246)
    assert get_record(everybody, register="district", key="9501").data["name_en"] == "Mueang Yala"

    # the source is named, the description is complete, and an officer does not change what all refer to
    (layer,) = [layer for layer in map_layers(everybody) if layer.register == "district"]
    assert layer.attribution is not None and "CC BY-IGO" in layer.attribution.en
    assert missing_items(register_metadata(everybody, key="district")) == ()
    with pytest.raises(RegisterClosed):
        add_record(stage.ctx("officer"), register="district", data={"code": "9503", "name_th": "ก", "name_en": "K"})
