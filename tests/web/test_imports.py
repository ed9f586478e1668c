"""The journey of a file through the pages: sent, matched, previewed, confirmed, reported, undone; each refusal beside it."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from nakhon.citydata.registers import queries
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.registers.stage import LAMPS, WORKS, define
from tests.web.people_pages import browser, citizen, staff
from tests.web.staff import text_of

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "/samui/staff/registers/lamp/imports/"
ROWS = "รหัส,กำลังไฟ (W),สภาพ,ละติจูด,ลองจิจูด\nKS-0001,๓๐,ใช้ได้,9.53,100.06\nKS-0002,60,ชำรุด,9.54,100.07\nKS-0003,มาก,ใช้ได้,9.55,100.05\n"


@pytest.fixture
def city(samui: Organisation) -> Organisation:
    define(samui, LAMPS, WORKS)
    return samui


def _file(text: str = ROWS, name: str = "lamps.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), content_type="text/csv")


def _keys(city: Organisation) -> list[str]:
    return [row.key for row in queries.find_records(make.ctx(city, "officer"), register="lamp").rows]


def test_a_file_goes_all_the_way_and_back(city: Organisation) -> None:
    client = staff(city, "officer")
    mapping = client.post(NEW, {"file": _file()})["Location"]
    page = client.get(mapping)
    text = text_of(page)
    assert "Same name" in text and "KS-0001" in text and "WGS 84" in text and "Fits the numbers" in text
    chosen = {f"c.{row['name']}": row["column"] for row in page.context["rows"] if row["column"]}
    assert chosen["c.code"] == "รหัส" and chosen["c.watts"] == "กำลังไฟ (W)"
    sent = {**chosen, "from": "columns", "x": "ลองจิจูด", "y": "ละติจูด", "system": "4326", "policy": "add"}
    wrong = client.post(mapping, {**sent, "c.code": "", "system": ""})
    assert (
        wrong.status_code == 422
        and "the records' key" in text_of(wrong)
        and "Choose the coordinate system" in text_of(wrong)
    )
    preview = client.post(mapping, sent)["Location"]
    shown = client.get(preview)
    assert shown.context["preview"].good == 2 and "มาก" in text_of(shown) and len(shown.context["map"]["points"]) == 2
    assert _keys(city) == [], "nothing changes before it is confirmed"
    run = preview.removesuffix("preview/")
    assert client.get(run).status_code == 302, "the run waits at its step"
    assert client.post(f"{run}act/", {"act": "undo"}).status_code == 409
    working = client.post(f"{run}act/", {"act": "confirm"}, follow=True)
    assert "hx-get" in text_of(working) and "You may close this page" in text_of(working)
    make.run_worker()
    part = client.get(f"{run}progress/", headers={"HX-Request": "true"})
    assert "hx-get" not in text_of(part) and "<html" not in text_of(part), "it stops asking when it is over"
    assert _keys(city) == ["KS-0001", "KS-0002"]
    report = text_of(client.get(run))
    assert "มาก" in report and "Undo this import" in report
    bad = client.get(f"{run}download/bad-rows.csv").content.decode("utf-8-sig")
    assert "KS-0003" in bad and "KS-0001" not in bad
    assert "lamps.csv" in text_of(client.get("/samui/staff/imports/"))
    assert client.post(f"{run}act/", {"act": "undo"}).status_code == 302
    make.run_worker()
    make.run_worker()  # the first turn asks for another, which finds nothing more to take back
    assert _keys(city) == []
    assert "Undone" in text_of(client.get(run)), client.get(run).context["run"]


def test_files_that_cannot_be_read_say_why(city: Organisation) -> None:
    client = staff(city, "officer")
    assert client.post(NEW, {}).status_code == 422
    answer = client.post(NEW, {"file": SimpleUploadedFile("lamps.exe", b"MZ\x00\x01")})
    assert answer.status_code == 422 and "cannot be taken" in text_of(answer)
    mapping = client.post(NEW, {"file": _file()})["Location"]
    run = mapping.removesuffix("mapping/")
    assert client.post(f"{run}act/", {"act": "cancel"}).status_code == 302
    assert "Cancelled" in text_of(client.get(run))
    other = run.replace("/lamp/", "/works/")
    assert client.get(other).status_code == 404, "an import belongs to its register"


def test_an_empty_table_has_the_right_headings(city: Organisation) -> None:
    client = staff(city, "officer", language="th")
    text = client.get(f"{NEW}download/template.csv").content.decode("utf-8-sig")
    assert text.startswith("รหัส,กำลังไฟ,สภาพ") and "ละติจูด,ลองจิจูด" in text
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{NEW}download/template.xlsx").content))
    assert [cell.value for cell in book.active[1]][:2] == ["รหัส", "กำลังไฟ"]


def test_who_may_not_import(city: Organisation) -> None:
    assert browser().get(NEW).status_code == 302
    assert citizen(city)[0].get(NEW).status_code == 403
    for path in (NEW, "/samui/staff/imports/", f"{NEW}download/template.csv"):
        assert staff(city, "executive").get(path).status_code == 403
    assert staff(city, "officer").post("/samui/staff/registers/works/imports/", {"file": _file()}).status_code == 403
