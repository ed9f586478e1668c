"""What goes out of a register: what the asker may see and no more, at once or in the background, for a week."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from nakhon.citydata.registers.exporting import queries, services, tasks
from nakhon.citydata.registers.importing.errors import ExportNotFound, ExportTooLarge
from nakhon.citydata.registers.models import ExportRun
from nakhon.citydata.registers.services import add_record
from nakhon.citydata.registers.types import Filter
from nakhon.citydata.registers.writing.errors import NoPlaces
from nakhon.citydata.registers.writing.types import ExportFormat
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Invalid, NotFound
from nakhon.kernel.files.models import Attachment
from nakhon.kernel.models import AuditEntry
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.imports import stage
from tests.citydata.registers.stage import ELDERS, LAMPS, at, define

pytestmark = pytest.mark.django_db(transaction=True)

PLAIN = """\
kind: register
id: shop
name: {th: ร้านค้า, en: Shops}
geometry: none
record: {required: [name], properties: {name: {type: string, title: Name, th: ชื่อ}}}
access: {see: [public], edit: [officer]}
"""


@pytest.fixture
def city(transactional_db: None, samui: Organisation) -> Organisation:
    define(samui, LAMPS, ELDERS, PLAIN)
    officer = make.ctx(samui, "officer")
    for number, watts in ((1, 100), (2, 40), (3, 250)):
        data = {"code": f"KS-000{number}", "watts": watts, "cost": 1500.5, "fixed_on": "2026-01-15", "note": "=1+1"}
        add_record(officer, register="lamp", data=data, geometry=at(100 + number / 100, 9.5))
    keeper = make.ctx(samui, "registrar", purpose="ปรับปรุงทะเบียน")
    elder = {"code": "E1", "name": "สมชาย ใจดี", "illness": "เบาหวาน", "community": "บ่อผุด"}
    add_record(keeper, register="elder", data=elder, geometry=at(100.0612345, 9.5312345))
    return samui


@pytest.fixture
def officer(city: Organisation) -> Context:
    return make.ctx(city, "officer")


def _bytes(ctx: Context, run) -> bytes:
    return queries.export_file(ctx, run_id=run.id).read()


def _table(ctx: Context, run) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_bytes(ctx, run).decode("utf-8-sig"))))


def test_a_small_file_is_there_at_once(officer: Context) -> None:
    run = services.begin_export(officer, register="lamp", format="csv", be_dates=True)
    assert (run.state, run.rows, run.name) == ("DONE", 3, "lamp.csv")
    rows = _table(officer, run)
    assert [row["รหัส"] for row in rows] == ["KS-0001", "KS-0002", "KS-0003"]
    assert rows[0]["กำลังไฟ (W)"] == "100" and rows[0]["ราคา (บาท)"] == "1500.5"
    assert rows[0]["ซ่อมล่าสุด (พ.ศ.)"] == "15/01/2569" and rows[0]["หมายเหตุ"] == "'=1+1"
    with act_in(officer):
        assert AuditEntry.objects.filter(action="citydata.export.begun").get().detail["rows"] == 3


@pytest.mark.parametrize("format", list(ExportFormat))
def test_every_format(officer: Context, format: ExportFormat) -> None:
    run = services.begin_export(officer, register="lamp", format=format.value)
    assert run.rows == 3 and run.size and len(_bytes(officer, run)) == run.size


def test_what_was_chosen_and_nothing_else(officer: Context) -> None:
    run = services.begin_export(
        officer,
        register="lamp",
        format="csv",
        filters=[Filter("watts", "ge", 100)],
        columns=["code", "watts"],
        headings="key",
    )
    assert _table(officer, run) == [
        {"code": "KS-0001", "watts": "100", "longitude": "100.01", "latitude": "9.5"},
        {"code": "KS-0003", "watts": "250", "longitude": "100.03", "latitude": "9.5"},
    ]
    boxed = services.begin_export(officer, register="lamp", format="csv", bbox=(100.015, 9, 100.025, 10))
    assert [row["รหัส"] for row in _table(officer, boxed)] == ["KS-0002"]
    for wrong in ({"columns": ["colour"]}, {"format": "pdf"}, {"headings": "latin"}):
        with pytest.raises(Invalid):
            services.begin_export(officer, **({"register": "lamp", "format": "csv"} | wrong))
    with pytest.raises(NoPlaces):
        services.begin_export(officer, register="shop", format="geojson")


def test_the_public_gets_open_properties_only(city: Organisation, officer: Context) -> None:
    public = make.ctx(city)
    run = services.begin_export(public, register="lamp", format="geojson")
    found = json.loads(_bytes(public, run))
    assert set(found["features"][0]["properties"]) == {"code", "watts", "fixed_on", "note"}
    with pytest.raises(Invalid):
        services.begin_export(public, register="lamp", format="csv", columns=["cost"])
    with pytest.raises(NotFound):
        services.begin_export(public, register="elder", format="csv")
    own = services.begin_export(officer, register="lamp", format="csv")
    for other in (public, make.ctx(city, "supervisor"), make.ctx(city, "citizen")):
        with pytest.raises(ExportNotFound):
            queries.export_file(other, run_id=own.id)
    assert [one.id for one in queries.export_runs(officer, register="lamp")] == [own.id]
    assert queries.export_runs(public, register="lamp") == []


def test_another_city_finds_nothing(city: Organisation, yala: Organisation, officer: Context) -> None:
    run = services.begin_export(officer, register="lamp", format="csv")
    other = make.ctx(yala, "officer", actor_id=officer.actor.id)
    with pytest.raises(NotFound):
        services.begin_export(other, register="lamp", format="csv")
    with pytest.raises(ExportNotFound):
        queries.export_run(other, run_id=run.id)


def test_a_sensitive_register_gives_no_secret_and_no_exact_place(city: Organisation, officer: Context) -> None:
    coarse = _table(officer, services.begin_export(officer, register="elder", format="csv"))
    assert set(coarse[0]) == {"รหัส", "ชุมชน", "ลองจิจูด", "ละติจูด"}
    assert coarse[0]["ลองจิจูด"] != "100.0612345"
    assert abs(float(coarse[0]["ลองจิจูด"]) - 100.0612345) < 0.02
    keeper = make.ctx(city, "registrar", purpose="ปรับปรุงทะเบียน")
    run = services.begin_export(keeper, register="elder", format="csv")
    assert _table(keeper, run)[0]["ลองจิจูด"] == "100.0612345"
    assert "สมชาย" not in _bytes(keeper, run).decode() and "เบาหวาน" not in _bytes(keeper, run).decode()


def test_a_large_file_comes_in_the_background_for_its_asker(
    city: Organisation, officer: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 2)
    monkeypatch.setattr(services, "FOR_PUBLIC", 2)
    run = services.begin_export(officer, register="elder", format="csv")
    assert run.state == "DONE"
    run = services.begin_export(officer, register="lamp", format="gpkg")
    assert run.state == "WAITING"
    with pytest.raises(ExportNotFound):
        queries.export_file(officer, run_id=run.id)
    stage.work(officer)
    assert queries.export_run(officer, run_id=run.id).state == "DONE"
    assert _bytes(officer, run).startswith(b"SQLite format 3")
    with pytest.raises(ExportTooLarge):
        services.begin_export(make.ctx(city), register="lamp", format="csv")
    # The background works as the platform, and still gives an officer no exact place.
    monkeypatch.setattr(services, "AT_ONCE", 0)
    hidden = services.begin_export(officer, register="elder", format="csv")
    stage.work(officer)
    assert _table(officer, hidden)[0]["ลองจิจูด"] != "100.0612345"


def test_a_file_expires(officer: Context) -> None:
    run = services.begin_export(officer, register="lamp", format="csv")
    later = replace(officer, now=officer.now + timedelta(days=7, minutes=1))
    with pytest.raises(ExportNotFound):
        queries.export_file(later, run_id=run.id)
    with act_in(later), transaction.atomic():
        tasks.expire(later)
        assert ExportRun.objects.get(pk=run.id).state == "EXPIRED"
        assert not Attachment.objects.filter(erased_at=None).exists()


@pytest.mark.parametrize("format", ["csv", "xlsx", "geojson", "gpkg", "shp"])
def test_what_went_out_comes_in_again(city: Organisation, officer: Context, format: str) -> None:
    from nakhon.citydata.registers.importing import queries as imports
    from nakhon.citydata.registers.importing import services as importing

    sent = services.begin_export(officer, register="lamp", format=format)
    run = stage.begin(officer, _bytes(officer, sent), sent.name)
    assert {"code", "watts"} <= set(run.mapping["columns"])
    importing.map_import(
        officer,
        run_id=run.id,
        columns=run.mapping["columns"],
        geometry=run.mapping["geometry"],
        srid=run.srid,
        policy="upsert",
    )
    importing.confirm_import(officer, run_id=run.id)
    stage.work(officer)
    done = imports.import_run(officer, run_id=run.id)
    assert (done.rows_same, done.rows_changed, done.rows_bad) == (3, 0, 0), imports.bad_rows(officer, run_id=run.id)
