"""Layers, vector tiles and features: what they carry, what they leave out, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from nakhon.citydata.registers import queries, services
from nakhon.citydata.registers.errors import FilterRefused, RegisterNotFound
from nakhon.citydata.registers.types import Filter
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.registers.stage import HERE, at, define, elder, lamp
from tests.citydata.registers.stage import LAMPS as LAMPS_TEXT

TILE = {"z": 14, "x": 12745, "y": 7756}
"""The tile of zoom 14 in which ``HERE`` lies."""


def _decoded(tile: bytes) -> dict[str, Any]:
    """The layer names, keys and texts of a tile, by a small reader of protocol buffers (Mapbox Vector Tile 2.1)."""
    found: dict[str, Any] = {"layers": [], "keys": set(), "texts": set(), "features": 0}

    def varint(data: bytes, at: int) -> tuple[int, int]:
        value = shift = 0
        while True:
            byte = data[at]
            value |= (byte & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if byte < 0x80:
                return value, at

    def fields(data: bytes) -> Any:
        at = 0
        while at < len(data):
            tag, at = varint(data, at)
            if tag & 7 == 2:
                size, at = varint(data, at)
                yield tag >> 3, data[at : at + size]
                at += size
            elif tag & 7 == 0:
                value, at = varint(data, at)
                yield tag >> 3, value
            else:
                size = 8 if tag & 7 == 1 else 4
                yield tag >> 3, data[at : at + size]
                at += size

    for number, layer in fields(tile):
        assert number == 3
        for part, value in fields(layer):
            if part == 1:
                found["layers"].append(value.decode())
            elif part == 2:
                found["features"] += 1
            elif part == 3:
                found["keys"].add(value.decode())
            elif part == 4:
                found["texts"] |= {inner.decode() for kind, inner in fields(value) if kind == 1}
    return found


def test_a_tile_carries_what_its_viewer_may_see(city: Organisation) -> None:
    lamp(city, 1, state="good", cost=99, note="หน้าวัด", tags=["led"])
    public = _decoded(queries.tile(make.ctx(city), register="lamp", **TILE))
    assert public["layers"] == ["lamp"] and public["features"] == 1 and "KS-0001" in public["texts"]
    assert {"key", "code", "watts", "state", "note"} <= public["keys"] and "cost" not in public["keys"]
    staff = _decoded(queries.tile(make.ctx(city, "officer"), register="lamp", **TILE))
    assert "cost" in staff["keys"]
    assert queries.tile(make.ctx(city), register="lamp", z=14, x=0, y=0) == b""


def test_a_guarded_tile_is_coarse_and_tells_no_name(city: Organisation) -> None:
    elder(city, "E1")
    shown = _decoded(queries.tile(make.ctx(city, "officer"), register="elder", z=10, x=796, y=484))
    assert shown["features"] == 1 and shown["keys"] == {"key", "code"}
    near = [
        _decoded(queries.tile(make.ctx(city, "officer"), register="elder", z=13, x=x, y=y))
        for x in (6372, 6373)
        for y in (3877, 3878)
    ]
    assert {"key", "code", "community"} in [tile["keys"] for tile in near] and all(
        "name" not in tile["keys"] for tile in near
    )
    exact = queries.tile(make.ctx(city, "registrar", purpose="visit"), register="elder", **TILE)
    coarse = queries.tile(make.ctx(city, "registrar"), register="elder", **TILE)
    assert exact != coarse


def test_points_upon_one_another_are_drawn_once_from_afar(city: Organisation) -> None:
    for number in range(1, 31):
        lamp(city, number, place=at(HERE[0] + number * 1e-6, HERE[1]))
    afar = _decoded(queries.tile(make.ctx(city), register="lamp", z=8, x=199, y=121))
    assert 1 <= afar["features"] <= 4 and "point_count" in afar["keys"]
    near = _decoded(queries.tile(make.ctx(city), register="lamp", z=16, x=50983, y=31025))
    assert near["features"] == 30 and "point_count" not in near["keys"]


@pytest.mark.parametrize("wrong", [(-1, 0, 0), (23, 0, 0), (3, 8, 0), (3, 0, -1)])
def test_no_such_tile(city: Organisation, wrong: tuple[int, int, int]) -> None:
    z, x, y = wrong
    with pytest.raises(FilterRefused):
        queries.tile(make.ctx(city), register="lamp", z=z, x=x, y=y)


def test_below_its_zoom_and_without_places_a_tile_is_empty(samui: Organisation) -> None:
    define(samui, LAMPS_TEXT.replace("label: code}", "label: code, min_zoom: 12}"))
    lamp(samui, 1)
    assert queries.tile(make.ctx(samui), register="lamp", z=11, x=1593, y=969) == b""
    assert queries.tile(make.ctx(samui), register="lamp", **TILE) != b""


def test_retired_records_leave_the_map(city: Organisation) -> None:
    card = lamp(city, 1)
    services.retire_record(make.ctx(city, "officer"), register="lamp", record=card.id, revision=1)
    assert queries.tile(make.ctx(city), register="lamp", **TILE) == b""
    assert queries.features(make.ctx(city), register="lamp")["features"] == []


def test_features_of_a_box(city: Organisation) -> None:
    lamp(city, 1, state="good", cost=5)
    lamp(city, 2, place=at(100.2, 9.7))
    found = queries.features(make.ctx(city), register="lamp", bbox=[100.05, 9.5, 100.1, 9.6])
    assert [one["id"] for one in found["features"]] == ["KS-0001"] and not found["is_coarse"]
    assert found["features"][0]["geometry"] == at(*HERE) and "cost" not in found["features"][0]["properties"]
    first = queries.features(make.ctx(city), register="lamp", limit=1)
    second = queries.features(make.ctx(city), register="lamp", limit=1, after=first["after"])
    assert [one["id"] for one in (*first["features"], *second["features"])] == ["KS-0001", "KS-0002"]
    with pytest.raises(FilterRefused):
        queries.features(make.ctx(city), register="lamp", filters=[Filter("cost", "eq", 5)])


def test_layers_and_their_legend(city: Organisation) -> None:
    lamp(city, 1)
    lamp(city, 2, place=at(100.2, 9.7))
    layers = {layer.register: layer for layer in queries.map_layers(make.ctx(city))}
    assert "elder" not in layers and "works" not in layers
    found = layers["lamp"]
    assert [(value, label.th, color) for value, label, color in found.legend] == [
        ("good", "ใช้ได้", "green"),
        ("broken", "ชำรุด", "red"),
    ]
    assert found.bounds == (100.06, 9.53, 100.2, 9.7) and found.count == 2 and found.label == "code"
    assert found.license_id == "Open Data Common" and "cost" not in {card.name for card in found.properties}
    with pytest.raises(RegisterNotFound):
        queries.map_layer(make.ctx(city), register="elder")


def test_the_functions_that_find_keep_to_their_city(city: Organisation, yala: Organisation) -> None:
    """They run as the schema's owner, whom row security does not bind, so they are asked directly."""
    lamp(city, 1)
    identity = queries.register_named(make.ctx(city), key="lamp").id
    box = "ST_MakeEnvelope(97, 5, 106, 21, 4326)"
    asked = (
        f"SELECT count(*) FROM citydata_records_within('{identity}', {box}, false, 10)",
        f"SELECT count(*) FROM citydata_records_found('{identity}', {box}, false, NULL, NULL) AS f",
        f"SELECT count(*) FROM citydata_records_found('{identity}', NULL, false, 'ks':*, NULL) AS f".replace(
            "'ks':*", "'ks'"
        ),
    )
    for sql in asked:
        with act_in(make.ctx(city)), connection.cursor() as cursor:
            cursor.execute(sql)
            assert cursor.fetchone() == (1,)
        with act_in(make.ctx(yala)), connection.cursor() as cursor:
            cursor.execute(sql)
            assert cursor.fetchone() == (0,)
        with connection.cursor() as cursor:
            cursor.execute(sql)
            assert cursor.fetchone() == (0,)
