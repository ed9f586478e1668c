"""Maps from afar: points of one square come once with their number, small shapes stay away, large registers are sampled."""

from __future__ import annotations

from typing import Any

from django.db import connection

from nakhon.citydata.registers import queries, services
from nakhon.citydata.registers.models import Register
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.registers.stage import HERE, lamp

MANY = 4000
_FILL = """
INSERT INTO citydata_registers_record (id, tenant_id, register_id, key, data, geometry, status, revision, made_at, made_by,
    changed_at, changed_by)
SELECT gen_random_uuid(), %(tenant)s, %(register)s, 'KS-' || lpad(n::text, 4, '0'), jsonb_build_object('note', repeat('ก', 100)),
    ST_SetSRID(ST_MakePoint(%(lon)s + n %% 50 / 1000.0, %(lat)s + n / 50 / 1000.0), 4326), 'ACTIVE', 1, now(), '', now(), ''
FROM generate_series(1, %(many)s) AS n
"""


def _thinned(city: Organisation, register: str, *, kinds: str, cell: float, smallest: float, most: int) -> list[Any]:
    ctx = make.ctx(city)
    with act_in(ctx), connection.cursor() as cursor:
        row = Register.objects.get(key=register)
        cursor.execute(
            "SELECT key, ST_X(ST_Centroid(place)), many FROM "
            "citydata_records_thinned(%s, ST_MakeEnvelope(97, 5, 106, 21, 4326), false, %s, %s, %s, %s)",
            [row.pk, kinds, cell, smallest, most],
        )
        return list(cursor.fetchall())


def _fill(city: Organisation) -> None:
    ctx = make.ctx(city)
    with act_in(ctx), connection.cursor() as cursor:
        row = Register.objects.get(key="lamp")
        values = {"tenant": ctx.tenant.id, "register": row.pk, "lon": HERE[0], "lat": HERE[1], "many": MANY}
        cursor.execute(_FILL, values)
        row.record_count = MANY
        row.save(update_fields=["record_count"])


def test_points_of_a_square_come_once_with_their_number(city: Organisation) -> None:
    _fill(city)
    afar = _thinned(city, "lamp", kinds="points", cell=0.01, smallest=0, most=MANY)
    assert sum(many for _, _, many in afar) == MANY and len(afar) < MANY / 40
    near = _thinned(city, "lamp", kinds="points", cell=0.0001, smallest=0, most=MANY)
    assert len(near) == MANY and {many for _, _, many in near} == {1}


def test_a_register_with_too_many_is_sampled_and_its_numbers_are_scaled(city: Organisation) -> None:
    _fill(city)
    some = _thinned(city, "lamp", kinds="points", cell=0.0001, smallest=0, most=MANY // 4)
    assert MANY / 10 < len(some) < MANY / 2
    assert MANY / 2 < sum(many for _, _, many in some) < MANY * 2
    assert some == _thinned(city, "lamp", kinds="points", cell=0.0001, smallest=0, most=MANY // 4), "no tile flickers"


def test_another_city_sees_none_of_it(city: Organisation) -> None:
    lamp(city, 1)
    with act_in(make.ctx(city)):
        row = Register.objects.get(key="lamp")
    other = make.city("hatyai", "หาดใหญ่", "Hat Yai")
    with act_in(make.ctx(other)), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM citydata_records_thinned(%s, ST_MakeEnvelope(97, 5, 106, 21, 4326), false, 'both', 1, 0, 10)",
            [row.pk],
        )
        assert cursor.fetchone()[0] == 0
    assert [key for key, _, _ in _thinned(city, "lamp", kinds="both", cell=1, smallest=0, most=10)] == ["KS-0001"]


def _square(side: float) -> dict[str, Any]:
    x, y = HERE
    return {"type": "Polygon", "coordinates": [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]]}


def test_areas_smaller_than_a_dot_stay_away_from_afar(city: Organisation) -> None:
    for name, side in (("small", 1e-5), ("large", 0.5)):
        services.add_record(
            make.ctx(city, "officer"), register="zone", data={"name": name}, geometry=_square(side), key=name
        )
    assert [key for key, _, _ in _thinned(city, "zone", kinds="shapes", cell=1, smallest=1e-3, most=10)] == ["large"]
    both = _thinned(city, "zone", kinds="shapes", cell=1, smallest=1e-6, most=10)
    assert {key for key, _, _ in both} == {"small", "large"}
    afar = queries.tile(make.ctx(city, "officer"), register="zone", z=8, x=199, y=121)
    assert b"large" in afar and b"small" not in afar
