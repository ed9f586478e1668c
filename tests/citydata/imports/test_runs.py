"""A file's way into a register: looked at, mapped, tried, worked through by the real worker, told, undone."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from nakhon.citydata.registers.importing import queries, services, tasks
from nakhon.citydata.registers.importing.errors import (
    BadRowsClosed,
    ImportBusy,
    ImportNotFound,
    ImportStateWrong,
    MappingRefused,
)
from nakhon.citydata.registers.importing.types import Policy
from nakhon.citydata.registers.models import BadRow, ImportRun, Record, RecordStatus, RecordVersion
from nakhon.citydata.registers.reading.errors import FormatUnknown, NothingInside
from nakhon.citydata.registers.services import edit_record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Forbidden, NotFound
from nakhon.kernel.files.models import Attachment
from nakhon.kernel.models import AuditEntry, Event
from nakhon.kernel.tasks import system_context
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.imports import files, stage
from tests.citydata.registers.stage import ELDERS, LAMPS, WORKS, ZONES, define

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def city(transactional_db: None, samui: Organisation) -> Organisation:
    define(samui, LAMPS, WORKS, ELDERS, ZONES)
    return samui


@pytest.fixture
def officer(city: Organisation) -> Context:
    return make.ctx(city, "officer")


def test_a_file_becomes_records(officer: Context) -> None:
    run = stage.begin(officer, stage.csv_of([stage.lamp(1), stage.lamp(2)]))
    assert run.state == "UPLOADED"
    assert run.mapping["columns"] == stage.COLUMNS
    assert run.mapping["geometry"] == {"from": "columns", "x": "ลองจิจูด", "y": "ละติจูด"}
    assert run.srid == 4326
    run = stage.map_lamps(officer, run)
    preview = queries.import_preview(officer, run_id=run.id)
    assert (preview.sampled, preview.good) == (2, 2)
    assert preview.rows[0].values == {"code": "KS-0001", "watts": 100, "state": "good", "fixed_on": "2026-01-15"}
    assert preview.rows[0].place == (100.00001, 9.53)
    assert stage.records(officer) == {}
    services.confirm_import(officer, run_id=run.id)
    stage.work(officer)
    done = queries.import_run(officer, run_id=run.id)
    assert (done.state, done.rows_total, done.rows_good, done.rows_bad, done.rows_added) == ("DONE", 2, 2, 0, 2)
    assert done.share == 1.0
    there = stage.records(officer)
    assert there["KS-0001"].data == {"code": "KS-0001", "watts": 100, "state": "good", "fixed_on": "2026-01-15"}
    assert there["KS-0002"].geometry.coords == (100.00002, 9.53)
    assert there["KS-0001"].made_by == "officer"
    assert not (Path(settings.NAKHON_HOME) / "imports" / run.id.hex).exists()
    with act_in(officer):
        assert Event.objects.filter(name="citydata.ImportFinished").get().payload["good"] == 2
        acts = list(
            AuditEntry.objects.filter(action__startswith="citydata.import")
            .order_by("seq")
            .values_list("action", flat=True)
        )
    assert acts == [f"citydata.import.{act}" for act in ("begun", "mapped", "confirmed", "finished")]


def test_bad_rows_are_told_mended_and_sent_again(officer: Context) -> None:
    rows = [
        stage.lamp(1), stage.lamp(2, watts="มาก"), stage.lamp(3, state="หาย", fixed_on="31/02/2569"),
        stage.lamp(4, code="KS-1"), stage.lamp(5, lon=9.53, lat=100.0), stage.lamp(1),
        stage.lamp(7, watts=""), stage.lamp(8, lon="=cmd"),
    ]  # fmt: skip
    run = stage.map_lamps(officer, stage.begin(officer, stage.csv_of(rows)))
    preview = queries.import_preview(officer, run_id=run.id)
    assert (preview.sampled, preview.good) == (8, 1), [(row.number, row.problems) for row in preview.rows]
    done = stage.bring_in(officer, rows)
    assert (done.rows_good, done.rows_bad) == (1, 7)
    bad = {row.row: row for row in queries.bad_rows(officer, run_id=done.id)}
    assert sorted(bad) == [3, 4, 5, 6, 7, 8, 9]
    assert "1,250.5" in bad[3].reasons[0].en and bad[3].reasons[0].th.startswith("กำลังไฟ:")
    assert len(bad[4].reasons) == 2
    assert "swapped" in bad[6].reasons[0].en
    assert "row 2" in bad[7].reasons[0].en
    sent = queries.bad_rows_file(officer, run_id=done.id).decode("utf-8-sig")
    back = list(csv.DictReader(io.StringIO(sent)))
    assert [row["แถวที่"] for row in back] == ["3", "4", "5", "6", "7", "8", "9"]
    assert back[-1]["ลองจิจูด"] == "'=cmd" and back[0]["ต้องแก้ไข"]
    mended = [row | {"กำลังไฟ": "40", "สภาพ": "ชำรุด", "ซ่อมล่าสุด": "28/02/2569"} for row in back[:2]]
    again = stage.begin(officer, stage.csv_of(mended, list(back[0])[:6]))
    services.confirm_import(officer, run_id=stage.map_lamps(officer, again).id)
    stage.work(officer)
    assert set(stage.records(officer)) == {"KS-0001", "KS-0002", "KS-0003"}


def test_policies(officer: Context) -> None:
    stage.bring_in(officer, [stage.lamp(1), stage.lamp(2), stage.lamp(3)])
    added = stage.bring_in(officer, [stage.lamp(1, watts=5), stage.lamp(4)])
    assert (added.rows_added, added.rows_changed, added.rows_bad) == (1, 0, 1)
    updated = stage.bring_in(officer, [stage.lamp(2, watts=50), stage.lamp(9)], Policy.UPDATE)
    assert (updated.rows_added, updated.rows_changed, updated.rows_bad) == (0, 1, 1)
    both = stage.bring_in(officer, [stage.lamp(1), stage.lamp(2, watts=60), stage.lamp(5)], Policy.UPSERT)
    assert (both.rows_added, both.rows_changed, both.rows_same, both.rows_bad) == (1, 1, 1, 0)
    whole = stage.bring_in(officer, [stage.lamp(1), stage.lamp(6), stage.lamp(3, watts="มาก")], Policy.REPLACE)
    assert (whole.rows_added, whole.rows_same, whole.rows_bad, whole.rows_retired) == (1, 1, 1, 3)
    # What stands in the file with a fault is not retired: the thing is there.
    assert set(stage.records(officer)) == {"KS-0001", "KS-0003", "KS-0006"}
    assert set(stage.records(officer, status=RecordStatus.RETIRED)) == {"KS-0002", "KS-0004", "KS-0005"}


def test_what_is_not_in_the_file_stays(officer: Context) -> None:
    stage.bring_in(officer, [stage.lamp(1)])
    columns = {"code": "รหัส", "watts": "กำลังไฟ"}
    rows = [stage.lamp(1, watts=70)]
    stage.bring_in(officer, rows, Policy.UPSERT, columns=columns, geometry=None, srid=None)
    there = stage.records(officer)["KS-0001"]
    assert there.data == {"code": "KS-0001", "watts": 70, "state": "good", "fixed_on": "2026-01-15"}
    assert there.geometry is not None


def test_an_import_is_undone_and_later_work_is_kept(officer: Context) -> None:
    stage.bring_in(officer, [stage.lamp(1), stage.lamp(2), stage.lamp(3)])
    before = stage.records(officer)
    run = stage.bring_in(officer, [stage.lamp(1, watts=11), stage.lamp(2, watts=22), stage.lamp(4)], Policy.REPLACE)
    assert (run.rows_changed, run.rows_added, run.rows_retired) == (2, 1, 1)
    two = stage.records(officer)["KS-0002"]
    edit_record(officer, register="lamp", record=two.pk, revision=two.revision, data={**two.data, "watts": 222})
    services.undo_import(officer, run_id=run.id)
    stage.work(officer)
    undone = queries.import_run(officer, run_id=run.id)
    assert (undone.state, undone.options["undone"], undone.options["kept"]) == ("UNDONE", 3, 1)
    after = stage.records(officer)
    assert set(after) == {"KS-0001", "KS-0002", "KS-0003"}
    assert after["KS-0001"].data == before["KS-0001"].data and after["KS-0001"].revision == 3
    assert after["KS-0002"].data["watts"] == 222
    with act_in(officer):
        assert RecordVersion.objects.filter(record=before["KS-0001"].pk, act="UNDONE").count() == 1
    with pytest.raises(ImportStateWrong):
        services.undo_import(officer, run_id=run.id)


def test_cancel_stops_and_keeps_until_undone(officer: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "CHUNK", 500)
    run = stage.map_lamps(officer, stage.begin(officer, stage.csv_of(stage.lamp(i) for i in range(1200))))
    services.confirm_import(officer, run_id=run.id)
    _one_step(officer, run.id, 0)
    services.cancel_import(officer, run_id=run.id)
    stage.work(officer)
    stopped = queries.import_run(officer, run_id=run.id)
    assert (stopped.state, stopped.rows_read) == ("CANCELLED", 500)
    assert len(stage.records(officer)) == 500
    services.undo_import(officer, run_id=run.id)
    stage.work(officer)
    assert stage.records(officer) == {}
    with pytest.raises(ImportStateWrong):
        services.cancel_import(officer, run_id=run.id)


def _one_step(ctx: Context, run_id, cursor: int) -> None:
    from nakhon.kernel.models import Tenant

    with act_in(ctx), transaction.atomic():
        tasks.step(system_context(Tenant.objects.get(pk=ctx.tenant.id), "worker"), run_id=str(run_id), cursor=cursor)


def test_a_worker_that_dies_in_a_chunk_goes_on_exactly(officer: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "CHUNK", 500)
    rows = [stage.lamp(i, watts="x" if i % 100 == 7 else 100) for i in range(1700)]
    run = stage.map_lamps(officer, stage.begin(officer, stage.csv_of(rows)))
    services.confirm_import(officer, run_id=run.id)
    _one_step(officer, run.id, 0)
    with pytest.raises(KeyboardInterrupt), act_in(officer), transaction.atomic():
        _one_step(officer, run.id, 500)
        raise KeyboardInterrupt
    # The local layout of the file may be lost as well: another machine makes the same one anew.
    tasks.kept.forget_folder(run.id)
    _one_step(officer, run.id, 0)
    assert queries.import_run(officer, run_id=run.id).rows_read == 500
    stage.work(officer)
    done = queries.import_run(officer, run_id=run.id)
    assert (done.state, done.rows_read, done.rows_good, done.rows_bad) == ("DONE", 1700, 1683, 17)
    assert len(stage.records(officer)) == 1683
    with act_in(officer):
        assert BadRow.objects.filter(run_id=run.id).count() == 17


def test_keys_given_twice_are_seen_over_the_whole_file(officer: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "CHUNK", 500)
    rows = [stage.lamp(i) for i in range(600)] + [stage.lamp(3, watts=9)]
    done = stage.bring_in(officer, rows, Policy.UPSERT)
    assert (done.rows_added, done.rows_changed, done.rows_bad) == (600, 0, 1)
    assert "row 5" in queries.bad_rows(officer, run_id=done.id)[0].reasons[0].en
    assert stage.records(officer)["KS-0003"].data["watts"] == 100


@pytest.mark.parametrize("kind", ["tis620", "xlsx", "geojson", "gpkg", "shp"])
def test_every_format_comes_in(officer: Context, tmp_path: Path, kind: str) -> None:
    heads = ("code", "watts", "longitude", "latitude")
    rows = [("KS-0001", 100, 99.9601, 9.5357), ("KS-0002", 40, 100.0136, 9.512)]
    if kind == "tis620":
        text = "รหัส;กำลังไฟ;Longitude;Latitude;หมายเหตุ\n" + "\n".join(";".join([*map(str, row), "ถนน"]) for row in rows)
        path = tmp_path / "x.csv"
        path.write_bytes(text.encode("cp874"))
    elif kind == "xlsx":
        path = files.workbook(tmp_path / "x.xlsx", [heads, *rows])
    elif kind == "geojson":
        features = [
            {
                "type": "Feature",
                "properties": {"code": c, "watts": w},
                "geometry": {"type": "Point", "coordinates": [x, y]},
            }
            for c, w, x, y in rows
        ]
        path = files.geojson(tmp_path / "x.geojson", features)
    else:
        files.LAMPS[:], kept = [(c, "โคม", w, x, y) for c, w, x, y in rows], list(files.LAMPS)
        try:
            path = files.map_file(tmp_path / "x.gpkg") if kind == "gpkg" else files.shapefile(tmp_path)
        finally:
            files.LAMPS[:] = kept
    run = stage.begin(officer, path.read_bytes(), path.name)
    assert run.srid == 4326, run.found["systems"]
    run = services.map_import(
        officer, run_id=run.id, columns=run.mapping["columns"], geometry=run.mapping["geometry"], srid=run.srid
    )
    services.confirm_import(officer, run_id=run.id)
    stage.work(officer)
    there = stage.records(officer)
    assert {key: row.data["watts"] for key, row in there.items()} == {"KS-0001": 100, "KS-0002": 40}
    assert there["KS-0002"].geometry.coords == pytest.approx((100.0136, 9.512))


def test_utm_and_indian_1975_are_asked_for_and_converted(officer: Context) -> None:
    from nakhon.knowledge.coordinates import Position, from_wgs84

    x, y = from_wgs84(Position(9.53, 100.06), 24047)
    data = f"รหัส,กำลังไฟ,UTM_E,UTM_N\nKS-0001,100,{x},{y}\n".encode()
    run = stage.begin(officer, data)
    assert run.srid is None and {one["epsg"] for one in run.found["systems"]} >= {32647, 24047}
    where = {"from": "columns", "x": "UTM_E", "y": "UTM_N"}
    with pytest.raises(MappingRefused) as caught:
        services.map_import(officer, run_id=run.id, columns=run.mapping["columns"], geometry=where)
    assert "srid" in caught.value.fields
    services.map_import(officer, run_id=run.id, columns=run.mapping["columns"], geometry=where, srid=24047)
    services.confirm_import(officer, run_id=run.id)
    stage.work(officer)
    assert stage.records(officer)["KS-0001"].geometry.coords == pytest.approx((100.06, 9.53), abs=1e-7)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"columns": {"watts": "กำลังไฟ"}}, "code"),
        ({"columns": {"code": "รหัส"}}, "watts"),
        ({"columns": stage.COLUMNS | {"colour": "สภาพ"}}, "colour"),
        ({"columns": stage.COLUMNS | {"state": "สี"}}, "state"),
        ({"columns": {}}, "columns"),
        ({"policy": "erase"}, "policy"),
        ({"geometry": {"from": "columns", "x": "ลองจิจูด", "y": "ลองจิจูด"}}, "geometry"),
        ({"geometry": {"from": "geometry"}}, "geometry"),
        ({"srid": None}, "srid"),
        ({"srid": 999999}, "srid"),
    ],
)
def test_mappings_that_cannot_work_are_refused(officer: Context, changed: dict, field: str) -> None:
    run = stage.begin(officer, stage.csv_of([stage.lamp(1)]))
    with pytest.raises(MappingRefused) as caught:
        stage.map_lamps(officer, run, **changed)
    assert field in caught.value.fields
    with pytest.raises(ImportStateWrong):
        services.confirm_import(officer, run_id=run.id)


def test_a_file_is_read_again_as_told(officer: Context, tmp_path: Path) -> None:
    path = files.workbook(tmp_path / "x.xlsx", [["a", "b"], ["รหัส", "กำลังไฟ"], ["KS-0001", 5]])
    run = stage.begin(officer, path.read_bytes(), "x.xlsx")
    assert run.found["columns"] == ["a", "b"]
    run = services.map_import(
        officer,
        run_id=run.id,
        columns={"code": "รหัส", "watts": "กำลังไฟ"},
        policy=Policy.UPSERT,
        reading={"header_row": 2, "header_rows": 1},
    )
    assert run.found["columns"] == ["รหัส", "กำลังไฟ"]
    assert queries.import_preview(officer, run_id=run.id).rows[0].values == {"code": "KS-0001", "watts": 5}


def test_nothing_is_kept_of_a_file_that_is_refused(officer: Context) -> None:
    folder = Path(settings.NAKHON_HOME) / "imports"
    before = set(folder.glob("*"))
    for data, error in ((b"%PDF-1.7 x", FormatUnknown), (b"\r\n", NothingInside)):
        with pytest.raises(error):
            stage.begin(officer, data)
    with act_in(officer):
        assert not ImportRun.objects.exists() and not Attachment.objects.exists()
    assert set(folder.glob("*")) == before


def test_a_file_that_breaks_off_ends_the_run_with_a_reason(officer: Context, tmp_path: Path) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"code": f"KS-{i:04d}", "watts": 5},
            "geometry": {"type": "Point", "coordinates": [100, 9.5]},
        }
        for i in range(3000)
    ]
    path = files.geojson(tmp_path / "x.geojson", features)
    run = stage.begin(officer, path.read_bytes()[:-60], "x.geojson")
    services.map_import(
        officer, run_id=run.id, columns=run.mapping["columns"], geometry=run.mapping["geometry"], srid=4326
    )
    services.confirm_import(officer, run_id=run.id)
    stage.work(officer)
    failed = queries.import_run(officer, run_id=run.id)
    assert failed.state == "FAILED" and failed.error is not None and "2,999" in failed.error.en
    assert stage.records(officer) == {}


def test_two_imports_do_not_work_on_one_register(officer: Context) -> None:
    first = stage.map_lamps(officer, stage.begin(officer, stage.csv_of([stage.lamp(1)])))
    second = stage.map_lamps(officer, stage.begin(officer, stage.csv_of([stage.lamp(2)])))
    services.confirm_import(officer, run_id=first.id)
    with pytest.raises(ImportBusy):
        services.confirm_import(officer, run_id=second.id)
    stage.work(officer)
    services.confirm_import(officer, run_id=second.id)


def test_who_may_not(city: Organisation, yala: Organisation, officer: Context) -> None:
    run = stage.begin(officer, stage.csv_of([stage.lamp(1)]))
    other = make.ctx(yala, "officer")
    with pytest.raises(ImportNotFound):
        queries.import_run(other, run_id=run.id)
    with pytest.raises(NotFound):
        stage.begin(other, stage.csv_of([stage.lamp(1)]))
    for roles in ((), ("citizen",), ("executive",), ("admin",)):
        ctx = make.ctx(city, *roles)
        for call in (
            lambda ctx=ctx: stage.begin(ctx, b"a,b\n1,2\n"),
            lambda ctx=ctx: queries.import_run(ctx, run_id=run.id),
            lambda ctx=ctx: services.cancel_import(ctx, run_id=run.id),
        ):
            with pytest.raises(Forbidden):
                call()
    # An officer sees the elders and may not write; in the works an officer proposes and a supervisor writes.
    with pytest.raises(Forbidden):
        stage.begin(officer, b"code,name\nA,x\n", register="elder")
    with pytest.raises(Forbidden):
        stage.begin(officer, "name\nถนน\n".encode(), register="works")
    assert (
        stage.begin(make.ctx(city, "supervisor"), "name,budget\nถนน,5\n".encode(), register="works").state == "UPLOADED"
    )


def test_protected_values_are_sealed_masked_and_not_quoted(city: Organisation) -> None:
    keeper = make.ctx(city, "registrar", purpose="ปรับปรุงทะเบียน")
    data = "รหัส,ชื่อ,โรคประจำตัว,ชุมชน\nE1,สมชาย ใจดี,เบาหวาน,บ่อผุด\n,สมหญิง ลับมาก,ความดัน,แม่น้ำ\n".encode()
    run = stage.begin(keeper, data, "elders.csv", "elder")
    run = services.map_import(keeper, run_id=run.id, columns=run.mapping["columns"])
    preview = queries.import_preview(keeper, run_id=run.id)
    assert preview.rows[0].values["name"] == "•••" and preview.points == ()
    services.confirm_import(keeper, run_id=run.id)
    stage.work(keeper)
    with act_in(keeper):
        row = Record.objects.get(key="E1")
        assert row.data == {"code": "E1", "community": "บ่อผุด"} and "สมชาย" in row.sealed.reveal()
        bad = BadRow.objects.get(run_id=run.id)
        assert bad.values == {} and "สมหญิง" in bad.sealed.reveal() and "สมหญิง" not in str(bad.reasons)
        seen = AuditEntry.objects.filter(action="citydata.import.bad_rows")
        assert not seen.exists()
    assert "สมหญิง" in queries.bad_rows_file(keeper, run_id=run.id).decode("utf-8-sig")
    with act_in(keeper):
        assert seen.count() == 1
    other = replace(keeper, actor=replace(keeper.actor, id="another"))
    with pytest.raises(BadRowsClosed):
        queries.bad_rows_file(other, run_id=run.id)


def test_files_are_forgotten_in_time(officer: Context) -> None:
    from datetime import timedelta

    done = stage.bring_in(officer, [stage.lamp(1)])
    with act_in(officer):
        ends = ImportRun.objects.get(pk=done.id).finished_at
    given_up = stage.begin(replace(officer, now=ends), stage.csv_of([stage.lamp(8)]))
    for days, left in ((6, {given_up.id, done.id}), (8, {done.id}), (31, set())):
        with act_in(officer), transaction.atomic():
            tasks.forget_old_files(replace(officer, now=ends + timedelta(days=days)))
            assert set(ImportRun.objects.filter(file__isnull=False).values_list("pk", flat=True)) >= left
    assert queries.import_run(officer, run_id=given_up.id).state == "CANCELLED"
    with act_in(officer):
        assert not ImportRun.objects.filter(file__isnull=False).exists()
        assert not Attachment.objects.filter(erased_at=None).exists()
