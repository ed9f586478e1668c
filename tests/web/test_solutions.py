"""Solutions and definitions in the console: read the plan, say yes; wrong files show their line and remedy."""

from __future__ import annotations

import html
import io
import re
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from nakhon.kernel.definitions.collecting import zip_of
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Membership, MembershipUnit, Organisation, Unit
from nakhon.solutions.packs import check_pack
from nakhon.solutions.queries import list_solutions
from tests import make
from tests.solutions.stage import City
from tests.solutions.test_solutions import UNITS, files
from tests.web.signing import browser, enrol_app, member, sign_in

SOLUTIONS = "/samui/staff/solutions/"
DEFINITIONS = "/samui/staff/definitions/"


def signed_in(city: Organisation, *roles: str, language: str = "en") -> Client:
    user = member(city, *roles)
    client = browser(language)
    sign_in(client, city, user, enrol_app(user))
    return client


@pytest.fixture
def admin_client(samui: Organisation) -> Client:
    return signed_in(samui, "admin")


def text(response: HttpResponse | Any) -> str:
    return html.unescape(response.content.decode())


def plan_of(response: HttpResponse | Any) -> str:
    found = re.search(r'name="plan" value="([0-9a-f]{64})"', text(response))
    assert found is not None, "the page shows a plan to confirm"
    return found[1]


def send(client: Client, **sent: str | bytes) -> Any:
    uploads = [
        SimpleUploadedFile(name.replace("_", "."), data.encode() if isinstance(data, str) else data)
        for name, data in sent.items()
    ]
    return client.post(SOLUTIONS + "upload/", {"files": uploads})


def test_the_list_and_one_solution_are_shown_in_both_languages(samui: Organisation, admin_client: Client) -> None:
    page = text(admin_client.get(SOLUTIONS))
    assert "A typical municipal office" in page and "Not installed" in page
    page = text(admin_client.get(SOLUTIONS + "municipal-office/?lang=th"))
    assert "สำนักงานเทศบาลมาตรฐาน" in page and "เพิ่ม 57 แก้ไข 0" in page and "ติดตั้งตามแผนนี้" in page


def test_a_solution_is_installed_as_planned(samui: Organisation, admin_client: Client) -> None:
    shown = admin_client.get(SOLUTIONS + "municipal-office/")
    answer = admin_client.post(SOLUTIONS + "municipal-office/", {"plan": plan_of(shown)}, follow=True)
    assert answer.status_code == 200 and "A typical municipal office was installed" in text(answer)
    assert "Nothing changes" in text(admin_client.get(SOLUTIONS + "municipal-office/"))
    with act_in(make.ctx(samui)):
        assert Unit.objects.count() == 47


def test_a_plan_that_is_no_longer_true_is_shown_again(samui: Organisation, admin_client: Client) -> None:
    shown = admin_client.get(SOLUTIONS + "municipal-office/")
    City(samui).define("kind: unit\nid: finance\nlevel: DIVISION\nname: {th: การคลัง, en: Money}\n")
    answer = admin_client.post(SOLUTIONS + "municipal-office/", {"plan": plan_of(shown)})
    assert answer.status_code == 409 and "Look at the new plan" in text(answer)
    assert (
        plan_of(answer) != plan_of(shown)
        and "<del>Money</del>" in text(answer)
        and "<ins>Finance Division</ins>" in text(answer)
    )


def test_what_must_be_filled_in_is_asked_and_kept(samui: Organisation, admin_client: Client) -> None:
    page = text(admin_client.get(SOLUTIONS + "city-profile/"))
    assert 'name="p-vision_th"' in page and 'name="plan"' not in page
    wrong = admin_client.get(SOLUTIONS + "city-profile/", {"p-vision_th": "น่าอยู่", "p-population": "มาก"})
    assert wrong.status_code == 422
    assert (
        'value="น่าอยู่"' in text(wrong)
        and 'value="มาก"' in text(wrong)
        and "write a number, for instance 68300" in text(wrong)
    )
    values = {"p-vision_th": "น่าอยู่", "p-vision_en": "Liveable", "p-population": "1,234"}
    shown = admin_client.get(SOLUTIONS + "city-profile/", values)
    answer = admin_client.post(SOLUTIONS + "city-profile/", {**values, "plan": plan_of(shown)}, follow=True)
    assert answer.status_code == 200 and "was installed" in text(answer)
    assert "Liveable" in text(browser("en").get("/samui/")) or "น่าอยู่" in text(browser("en").get("/samui/"))


def test_a_wrong_file_shows_line_and_remedy(samui: Organisation, admin_client: Client) -> None:
    answer = send(admin_client, a_yaml=UNITS.replace("level: SECTION", "levle: SECTION"))
    page = text(answer)
    assert answer.status_code == 422
    assert "line 4, column 18" in page and "<mark>levle:</mark>" in page and "Did you mean “level”?" in page
    admin_client.cookies["nakhon_language"] = "th"
    page = text(send(admin_client, a_yaml=UNITS.replace("level: SECTION", "levle: SECTION")))
    assert "บรรทัด 4 ตำแหน่ง 18" in page and "หมายถึง “level” หรือไม่" in page
    with act_in(make.ctx(samui)):
        assert not Unit.objects.exists()


def test_hostile_text_in_a_file_is_only_text(samui: Organisation, admin_client: Client) -> None:
    answer = send(admin_client, a_yaml="kind: <script>alert(1)</script>\nid: x\n")
    assert b"<script>alert(1)" not in answer.content and "<script>alert(1)</script>" in text(answer)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a_zip", b"PK nothing", "The zip file cannot be read"),
        ("a_zip", zip_of({"readme.txt": "x"}), "Choose YAML files"),
    ],
)
def test_what_is_no_archive_is_refused(
    samui: Organisation, admin_client: Client, name: str, data: bytes, said: str
) -> None:
    answer = send(admin_client, **{name: data})
    assert answer.status_code == 422 and said in text(answer)


def test_nothing_chosen_is_refused(samui: Organisation, admin_client: Client) -> None:
    answer = admin_client.post(SOLUTIONS + "upload/", {})
    assert answer.status_code == 422 and "Choose YAML files" in text(answer)


def test_yaml_files_are_planned_then_applied(samui: Organisation, admin_client: Client) -> None:
    shown = admin_client.get(send(admin_client, a_yaml=UNITS)["Location"])
    assert "2 to create" in text(shown)
    address = shown.request["PATH_INFO"]
    answer = admin_client.post(address, {"plan": plan_of(shown)}, follow=True)
    assert "The new definitions are in force" in text(answer) and "works" in text(answer)
    assert admin_client.get(address).status_code == 404, "the draft is gone"

    City(samui).define(UNITS.replace("Works", "Public works"))
    history = text(admin_client.get(DEFINITIONS + "unit/works/"))
    assert "Version 2" in history and "<del>Works</del>" in history and "The text as written" in history
    archive = zipfile.ZipFile(io.BytesIO(admin_client.get(DEFINITIONS + "export/").content))
    assert archive.namelist() == ["samui/units/units.yaml"]


def test_files_can_be_forgotten(samui: Organisation, admin_client: Client) -> None:
    address = send(admin_client, a_yaml=UNITS)["Location"]
    answer = admin_client.post(address, {"drop": "1"}, follow=True)
    assert "nothing was changed" in text(answer) and admin_client.get(address).status_code == 404


def test_a_reference_that_is_not_there_is_told_when_planning(samui: Organisation, admin_client: Client) -> None:
    address = send(
        admin_client, a_yaml="kind: unit\nid: lights\nlevel: SECTION\nparent: wroks\nname: {th: ไฟ, en: L}\n"
    )["Location"]
    answer = admin_client.get(address)
    assert (
        answer.status_code == 422
        and "“wroks”, which does not exist" in text(answer)
        and 'name="plan"' not in text(answer)
    )


def test_a_solution_is_sent_as_a_zip_installed_exported_and_removed(samui: Organisation, admin_client: Client) -> None:
    shown = admin_client.get(send(admin_client, trial_zip=zip_of(files(), "trial"))["Location"])
    answer = admin_client.post(shown.request["PATH_INFO"], {"plan": plan_of(shown)}, follow=True)
    assert "Test was installed" in text(answer)
    exported = admin_client.get(SOLUTIONS + "trial/export/")
    assert exported["Content-Disposition"] == 'attachment; filename="trial.zip"'
    with zipfile.ZipFile(io.BytesIO(exported.content)) as archive:
        pack, faults = check_pack(
            {name.removeprefix("trial/"): archive.read(name) for name in archive.namelist()}, folder="trial"
        )
    assert pack is not None and not faults

    shown = admin_client.get(SOLUTIONS + "trial/remove/")
    assert "2 to remove" in text(shown)
    answer = admin_client.post(SOLUTIONS + "trial/remove/", {"plan": plan_of(shown)}, follow=True)
    assert "Test was removed" in text(answer)
    assert admin_client.get(SOLUTIONS + "trial/remove/").status_code == 404
    assert {line.id: line.state.value for line in list_solutions(make.ctx(samui, "admin"))}["trial"] == "removed"


def test_removal_says_who_works_there_and_can_keep_it(samui: Organisation, admin_client: Client) -> None:
    from tests.solutions.stage import pack as packed

    City(samui).install_pack(packed(files()))
    with act_in(make.ctx(samui)):
        MembershipUnit.objects.create(membership=Membership.objects.get(), unit=Unit.objects.get(code="lights"))
    page = admin_client.get(SOLUTIONS + "trial/remove/")
    assert "1 member(s) of staff work in lights" in text(page) and 'name="plan"' not in text(page)
    page = admin_client.get(SOLUTIONS + "trial/remove/", {"keep": "1"})
    answer = admin_client.post(SOLUTIONS + "trial/remove/", {"keep": "1", "plan": plan_of(page)}, follow=True)
    assert "Test was removed" in text(answer)


def test_who_may_see_and_do(samui: Organisation, yala: Organisation) -> None:
    City(samui).define(UNITS)
    auditor = signed_in(samui, "auditor")
    assert auditor.get(SOLUTIONS).status_code == 200 and "Send files" not in text(auditor.get(SOLUTIONS))
    assert 'method="post"' not in text(auditor.get(SOLUTIONS + "municipal-office/")).partition("<main")[2]
    assert auditor.get(DEFINITIONS + "unit/works/").status_code == 200
    for address in (SOLUTIONS + "upload/", SOLUTIONS + "municipal-office/remove/"):
        assert auditor.get(address).status_code == 403
    assert auditor.post(SOLUTIONS + "municipal-office/", {"plan": "x"}).status_code == 403
    officer = signed_in(samui, "officer")
    for address in (SOLUTIONS, DEFINITIONS, DEFINITIONS + "export/", SOLUTIONS + "municipal-office/"):
        assert officer.get(address).status_code == 403
        assert browser().get(address).status_code == 302
    stranger = signed_in(yala, "admin")
    assert stranger.get(SOLUTIONS).status_code in (302, 403)
    assert stranger.get("/yala/staff/definitions/unit/works/").status_code == 404
