"""Key rotation: every sealed cell under the new key, the same values, no trace of the old ciphertext; stopped and resumed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from nakhon.kernel import keys, rotation
from nakhon.kernel.audit import verify
from nakhon.kernel.context import Context
from nakhon.kernel.keys import ensure_keys, keyring
from nakhon.kernel.personal import declarations
from nakhon.kernel.rotation import NotAllSealed, rotate_keys, sealed_models
from nakhon.kernel.tenancy import act_in
from nakhon.people import queries, services
from nakhon.people.models import Organisation, Person
from tests import make
from tests.people.conftest import SOMCHAI


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, settings: Any) -> Iterator[None]:
    """A ring of its own, made before anything is sealed: a rotation must not touch that of the other tests."""
    settings.NAKHON_KEYS_DIR = tmp_path / "keys"
    ensure_keys()
    yield


def _cells(ctx: Context) -> str:
    with act_in(ctx), connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(p::text, '|') FROM people_person p")
        return str(cursor.fetchone()[0])


def test_values_stay_and_the_old_ciphertext_is_gone(
    own_keys: None, samui: Organisation, yala: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    ids: dict[str, UUID] = {}
    for city in (samui, yala):
        ctx = make.ctx(city, "registrar")
        services.adopt_typical_purposes(make.ctx(city, "dpo"))
        ids[city.tenant.slug] = services.register_person(ctx, fields=SOMCHAI).id
        for number in range(4):
            services.register_person(ctx, fields={"first_name": "คน", "phone": f"08100000{number:02d}"})
    old_key = keyring().field[0][0]
    ctx = make.ctx(samui, "registrar")
    with act_in(ctx):
        before = {
            name: bytes(getattr(Person.objects.get(pk=ids["samui"]), name).blob) for name in ("national_id", "phone")
        }
    told: list[tuple[str, str, int]] = []
    done = rotate_keys(lambda *step: told.append(step))
    # 5 sealed values and the address and the note of Somchai, 4 telephones, in each of two cities
    assert (done.cells, done.retired, len(keyring().field)) == (2 * (6 + 4), 1, 1)
    assert keyring().field[0][0] == done.key_id != old_key and told[-1][2] == done.cells
    everything = _cells(ctx)
    for blob in before.values():
        assert blob.hex() not in everything
    assert old_key not in everything
    revealed = services.reveal_person(
        ctx,
        person_id=ids["samui"],
        fields=["national_id", "phone", "email"],
        purpose="complaints",
        reason="ตรวจหลังเปลี่ยน",
    )
    assert revealed.values["national_id"] == "1-2345-67890-12-1" and revealed.values["email"] == "somchai@example.com"
    assert queries.find_persons(ctx, text="0812345678").rows[0].id == ids["samui"], "blind indexes stay"
    for city in (samui, yala):
        assert list(verify(make.ctx(city))) == []


def test_stopped_halfway_it_is_resumed(
    own_keys: None, city: Organisation, register: Callable[..., UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    for number in range(5):
        register(phone=f"08100000{number:02d}")

    def stop(slug: str, table: str, cells: int) -> None:
        if cells >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate_keys(stop)
    assert len(keyring().field) == 2, "the old key stays as long as something needs it"
    half = keyring().field[0][0]
    assert [row.phone_masked for row in queries.find_persons(make.ctx(city, "registrar"), text="0810000004").rows]
    done = rotate_keys(resume=True)
    assert (done.key_id, done.retired, len(keyring().field)) == (half, 1, 1)
    assert queries.find_persons(make.ctx(city, "registrar"), text="0810000004").rows[0].phone_masked == "081-xxx-0004"


def test_the_old_key_is_not_dropped_while_a_cell_needs_it(
    own_keys: None, city: Organisation, register: Callable[..., UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    register(phone="0810000000")
    monkeypatch.setattr(rotation, "_seal_anew", lambda model, newest, cells, tell: cells)
    with pytest.raises(NotAllSealed):
        rotate_keys()
    assert len(keyring().field) == 2


def test_a_running_process_sees_a_new_ring(own_keys: None, tmp_path: Path) -> None:
    first = keyring().field[0][0]
    ring = keys.keys_file()
    other = ring.read_text(encoding="utf-8").replace(first, "00000000")
    copy = ring.with_suffix(".new")
    copy.write_text(other, encoding="utf-8")
    copy.replace(ring)
    assert keyring().field[0][0] == "00000000"


def test_no_sealed_column_lies_in_a_table_that_only_grows() -> None:
    models = sealed_models()
    assert Person in models
    for model in models:
        assert not getattr(model, "append_only", False), f"{model._meta.label}: its key could never be changed"
        assert {column.name for column in rotation.sealed_fields(model)} <= set(declarations()[model._meta.label_lower])
