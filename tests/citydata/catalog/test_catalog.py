"""The catalogue: one list of registers, stations and files; only what one may see; the fourteen items; previews; counts."""

from __future__ import annotations

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from nakhon.citydata.catalog import queries, services
from nakhon.citydata.catalog.applying import apply_dataset, dataset_holds, remove_dataset
from nakhon.citydata.catalog.definitions import DATASET
from nakhon.citydata.catalog.errors import DatasetFileMissing, DatasetNotFound
from nakhon.citydata.catalog.models import Dataset, DatasetUse
from nakhon.citydata.catalog.shapes import DatasetDefinition
from nakhon.citydata.registers import services as registers
from nakhon.citydata.sensors.models import SensorKind
from nakhon.kernel.context import Context
from nakhon.kernel.definitions.checking import check
from nakhon.kernel.definitions.reader import Source
from nakhon.kernel.errors import Forbidden, Invalid, SignInRequired
from nakhon.kernel.files.errors import TypeRefused
from nakhon.kernel.files.queries import open_file
from nakhon.kernel.models import AuditEntry
from nakhon.kernel.tasks import system_context
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.datacatalog import DatasetError, require_publishable
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.registers import stage
from tests.citydata.watches import stage as stations
from tests.make import NOW

COMPLETE = DATASET.example
CSV = "ปี,ยอด\n2568,100\n2569,120\n".encode()


@pytest.fixture
def public(samui: Organisation) -> Context:
    return make.ctx(samui)


@pytest.fixture
def works(samui: Organisation) -> Context:
    return system_context(samui.tenant, "test", NOW)


def _define(ctx: Context, yaml: str = COMPLETE) -> DatasetDefinition:
    checked = check([Source("d.yaml", yaml.encode())])
    assert checked.faults == [], checked.faults
    body = checked.documents[0].model
    assert isinstance(body, DatasetDefinition)
    with act_in(ctx), transaction.atomic():
        apply_dataset(ctx, body)
    return body


def _keys(ctx: Context, **limits: object) -> list[str]:
    return [row.key for row in queries.datasets(ctx, **limits).rows]  # type: ignore[arg-type]


def test_registers_stations_and_files_are_one_list(samui: Organisation, public: Context, works: Context) -> None:
    stage.define(samui, stage.LAMPS, stage.WORKS, stage.ELDERS)
    stations.stations(works, "a", "b")
    _define(works)
    assert _keys(public) == ["register.lamp", "dataset.budget-2569", "sensor.air-station"]
    assert set(_keys(make.ctx(samui, "officer"))) == {*_keys(public), "register.works", "register.elder"}
    assert "register.elder" not in _keys(make.ctx(samui, "executive"))
    found = queries.datasets(public)
    assert found.total == 3 and found.facets["origin"] == {"dataset": 1, "sensor": 1, "register": 1}
    assert found.facets["format"]["CSV"] == 2
    air = queries.dataset(public, key="sensor.air-station")
    assert (air.count, air.fields["update_frequency_unit"], air.fields["update_frequency_interval"]) == (2, "ชั่วโมง", 1)
    assert air.fields["data_category"] == "ข้อมูลสาธารณะ" and not air.publishable


def test_another_city_sees_nothing_and_hidden_ones_do_not_exist(
    samui: Organisation, yala: Organisation, public: Context, works: Context
) -> None:
    stage.define(samui, stage.WORKS)
    _define(works)
    assert queries.datasets(make.ctx(yala, "officer")).total == 0
    for ctx, key in ((make.ctx(yala), "dataset.budget-2569"), (public, "register.works"), (public, "register.nope")):
        with pytest.raises(DatasetNotFound):
            queries.dataset(ctx, key=key)
        with pytest.raises(DatasetNotFound):
            queries.dataset_preview(ctx, key=key)
    assert queries.dataset(make.ctx(samui, "officer"), key="register.works").sensitivity == "internal"


def test_the_fourteen_items_are_derived_or_told_as_missing(
    samui: Organisation, public: Context, works: Context
) -> None:
    _define(works)
    whole = queries.dataset(public, key="dataset.budget-2569")
    assert whole.publishable and whole.missing == ()
    require_publishable(whole.fields)
    _define(works, COMPLETE.replace("  license_id: Open Data Common\n", "").replace("  maintainer: กองคลัง\n", ""))
    lacking = queries.dataset(public, key="dataset.budget-2569")
    assert not lacking.publishable and [item.number for item in lacking.missing] == [4, 14]
    with pytest.raises(DatasetError):
        require_publishable(lacking.fields)
    assert _keys(public, publishable=True) == [] and _keys(public, publishable=False) == ["dataset.budget-2569"]


def test_data_that_are_personal_by_category_are_not_shown_to_the_public(
    samui: Organisation, public: Context, works: Context
) -> None:
    _define(works, COMPLETE.replace("  license_id:", "  data_category: ข้อมูลส่วนบุคคล\n  license_id:"))
    assert _keys(public) == [] and _keys(make.ctx(samui, "citizen")) == []
    assert _keys(make.ctx(samui, "officer")) == ["dataset.budget-2569"]


def test_search_finds_words_inside_thai_sentences(samui: Organisation, public: Context, works: Context) -> None:
    stage.define(samui, stage.LAMPS)
    _define(works)
    assert _keys(public, text="โคมไฟ") == ["register.lamp"]
    assert _keys(public, text="งบประมาณรายจ่าย") == ["dataset.budget-2569"]
    assert _keys(public, text="Ordinance") == ["dataset.budget-2569"]
    assert _keys(public, text="การคลัง") == ["dataset.budget-2569"]
    assert _keys(public, text="รถเมล์") == []
    assert _keys(public, keyword="ไฟ") == ["register.lamp"] and _keys(public, format="geojson") == ["register.lamp"]
    assert _keys(public, origin="sensor") == []


def test_a_register_is_previewed_as_the_actor_may_see_it(samui: Organisation, public: Context) -> None:
    stage.define(samui, stage.LAMPS)
    officer = make.ctx(samui, "officer")
    for i in range(12):
        registers.add_record(
            officer, register="lamp", data={"code": f"KS-{i:04}", "watts": 100 + i, "cost": 9.5},
            geometry={"type": "Point", "coordinates": [100.0 + i / 100, 9.5]},
        )  # fmt: skip
    found = queries.dataset_preview(public, key="register.lamp")
    assert len(found.rows) == 10 and found.total == 12
    assert found.rows[0]["code"] == "KS-0000" and found.rows[0]["watts"] == 100
    assert "cost" not in {one.name for one in found.columns}
    assert "cost" in {one.name for one in queries.dataset_preview(officer, key="register.lamp").columns}
    assert next(one.unit for one in found.columns if one.name == "watts") == "W"
    assert found.extent == pytest.approx((100.0, 9.5, 100.11, 9.5))


def test_stations_are_previewed_with_their_latest_values(samui: Organisation, public: Context, works: Context) -> None:
    first, _ = stations.stations(works, "a", "b")
    stations.send(works, first, [12.5])
    found = queries.dataset_preview(public, key="sensor.air-station")
    assert [row.get("pm25") for row in found.rows] == [12.5, None]
    assert next(one for one in found.columns if one.name == "pm25").unit == "ug/m3"
    assert found.extent == pytest.approx((100.0, 9.5, 100.01, 9.5)) and found.total == 2
    with act_in(works):
        SensorKind.objects.update(body={**stations_body(), "access": {"see": ["officer"]}})
    with pytest.raises(DatasetNotFound):
        queries.dataset_preview(public, key="sensor.air-station")
    assert not queries.dataset(make.ctx(samui, "officer"), key="sensor.air-station").is_open


def stations_body() -> dict[str, object]:
    return {"streams": stations.STREAMS}


def test_files_are_added_previewed_taken_away_and_removed(samui: Organisation, public: Context, works: Context) -> None:
    _define(works)
    officer = make.ctx(samui, "officer")
    file = services.add_dataset_file(
        officer, dataset="budget-2569", stream=io.BytesIO(CSV), name="งบ.csv", title_th="ยอดรายปี", title_en="By year"
    )
    row = queries.dataset(public, key="dataset.budget-2569")
    assert [(one.format, one.name.en) for one in row.distributions] == [
        ("CSV", "By year"),
        ("PDF", "The full ordinance"),
    ]
    assert row.formats == ("CSV", "PDF") and row.count == 2
    shown = queries.dataset_preview(public, key="dataset.budget-2569")
    assert [one.name for one in shown.columns] == ["ปี", "ยอด"] and [str(one["ยอด"]) for one in shown.rows] == [
        "100",
        "120",
    ]
    assert queries.open_dataset_file(public, key="dataset.budget-2569", file_id=file.file_id).read() == CSV
    with pytest.raises(DatasetFileMissing):
        queries.open_dataset_file(public, key="dataset.budget-2569", file_id=uuid4())
    with act_in(works):
        assert dataset_holds(works, "budget-2569") is not None
        assert AuditEntry.objects.filter(action="citydata.dataset.file_added").count() == 1
    with pytest.raises(DatasetFileMissing):
        services.remove_dataset_file(officer, dataset="budget-2569", file_id=uuid4())
    services.remove_dataset_file(officer, dataset="budget-2569", file_id=file.file_id)
    assert queries.dataset_preview(public, key="dataset.budget-2569").note is not None
    assert queries.dataset(public, key="dataset.budget-2569").count == 1


def test_who_may_not_add_and_what_is_not_taken(
    samui: Organisation, yala: Organisation, public: Context, works: Context
) -> None:
    _define(works)

    def send(ctx: Context, data: bytes = CSV, name: str = "a.csv", title: str = "ชื่อ") -> None:
        services.add_dataset_file(ctx, dataset="budget-2569", stream=io.BytesIO(data), name=name, title_th=title)

    with pytest.raises(SignInRequired):
        send(public)
    with pytest.raises(Forbidden):
        send(make.ctx(samui, "executive"))
    with pytest.raises(DatasetNotFound):
        send(make.ctx(yala, "officer"))
    with pytest.raises(Invalid):
        send(make.ctx(samui, "officer"), title=" ")
    with pytest.raises(TypeRefused):
        send(make.ctx(samui, "officer"), data=b"\x7fELF\x02\x01\x01" + b"\0" * 64, name="a.bin")


def test_a_file_opens_only_while_its_dataset_is_shown(samui: Organisation, public: Context, works: Context) -> None:
    _define(works)
    file = services.add_dataset_file(
        make.ctx(samui, "officer"), dataset="budget-2569", stream=io.BytesIO(CSV), name="a.csv", title_th="ก"
    )
    assert open_file(public, file_id=file.file_id).read() == CSV
    _define(works, COMPLETE.replace("data_type:", "sensitivity: internal\ndata_type:"))
    with pytest.raises(SignInRequired):
        open_file(public, file_id=file.file_id)
    assert open_file(make.ctx(samui, "auditor"), file_id=file.file_id).read() == CSV
    with act_in(works), transaction.atomic():
        remove_dataset(works, "budget-2569")
    with pytest.raises(Forbidden):
        open_file(make.ctx(samui, "auditor"), file_id=file.file_id)
    _define(works)
    assert queries.dataset(public, key="dataset.budget-2569").count == 2, "it comes back with its file"
    with act_in(works):
        assert Dataset.objects.count() == 1


def test_use_is_counted_by_day_and_nobody_is_named(samui: Organisation, public: Context, works: Context) -> None:
    _define(works)
    for _ in range(3):
        queries.dataset(public, key="dataset.budget-2569")
    queries.dataset_preview(make.ctx(samui, "citizen"), key="dataset.budget-2569")
    queries.note_dataset_download(make.ctx(samui, now=NOW + timedelta(hours=9)), key="dataset.budget-2569")
    queries.dataset(works, key="dataset.budget-2569")
    officer = make.ctx(samui, "officer")
    found = queries.dataset_usage(
        officer, key="dataset.budget-2569", since=NOW.date(), until=NOW.date() + timedelta(days=1)
    )
    assert [(one.day.day, one.view, one.preview, one.download) for one in found] == [(10, 3, 1, 0), (11, 0, 0, 1)]
    with pytest.raises(SignInRequired):
        queries.dataset_usage(public, key="dataset.budget-2569", since=NOW.date(), until=NOW.date())
    assert {field.name for field in DatasetUse._meta.fields} == {
        "id",
        "tenant",
        "dataset",
        "day",
        "view",
        "preview",
        "download",
    }


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("https://example.go.th/budget-2569.pdf", "budget.pdf", "web address"),
        ("data_type: ข้อมูลสถิติ", "data_type: สถิติ", "สถิติ"),
        ("data_type:", "sensitivity: personal\naccess: {see: [public]}\ndata_type:", "cannot be public"),
        ("  keywords:", "  keyword:", "keyword"),
    ],
)
def test_wrong_definitions(was: str, now: str, said: str) -> None:
    assert was in COMPLETE
    faults = check([Source("d.yaml", COMPLETE.replace(was, now).encode())]).faults
    assert faults and said in faults[0].message.en, faults
