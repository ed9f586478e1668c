"""The page of the organisation's own record: seen by its staff, edited by its administrator, added to by those who may."""

from __future__ import annotations

import pytest
from django.test import Client

from nakhon.knowledge.text import Text
from nakhon.people import services
from nakhon.people.models import Organisation
from tests import make
from tests.web.signing import trail
from tests.web.staff import at_the_console, console, nobody_else_gets_in, text_of

pytestmark = pytest.mark.django_db
__all__ = ["console"]

RECORD = {
    "name_th": "เทศบาลนครเกาะสมุย", "name_en": "Koh Samui City Municipality", "vision_th": "เมืองน่าอยู่", "vision_en": "",
    "province_code": "84", "district_code": "8404", "dla_code": "", "phone": "077-421-421", "email": "info@samui.go.th",
    "website": "https://www.kohsamuicity.go.th", "population": "๖๘,๐๐๐", "area_km2": "252", "lat": "9.461", "lon": "99.996",
    "hue": "45", "version": "1",
}  # fmt: skip
EDIT = "/samui/staff/organisation/edit/"


def _now(city: Organisation) -> Organisation:
    return Organisation.objects.select_related("tenant", "parent").get(pk=city.pk)


def test_the_record_is_edited_and_shown(console: Client, samui: Organisation) -> None:
    answer = console.post(EDIT, RECORD)
    assert answer.status_code == 302 and answer["Location"] == "/samui/staff/organisation/"
    now = _now(samui)
    assert (now.population, now.hue, now.district_code, round(now.location.y, 3)) == (68_000, 45, "8404", 9.461)
    page = text_of(console.get(answer["Location"]))
    assert "Surat Thani" in page and "68,000" in page and "252" in page and "เมืองน่าอยู่" in page and "9.46100" in page
    assert 'href="mailto:info@samui.go.th"' in page and "organisation-map" in page and "was saved" in page
    assert trail(samui)[-1][0] == "people.organisation.edited"


def test_what_was_entered_comes_back_for_the_next_edit(console: Client, samui: Organisation) -> None:
    console.post(EDIT, RECORD)
    page = text_of(console.get(EDIT))
    for kept in ('value="252"', 'value="68000"', 'value="9.461"', 'value="45" checked', 'value="8404" selected'):
        assert kept in page, kept


def test_a_colour_between_those_on_offer_is_not_moved_by_saving(console: Client, samui: Organisation) -> None:
    Organisation.objects.filter(pk=samui.pk).update(hue=41)
    assert console.post(EDIT, RECORD).status_code == 302
    assert _now(samui).hue == 41
    console.post(EDIT, {**RECORD, "hue": "300", "version": "2"})
    assert _now(samui).hue == 300


def test_two_who_edit_at_once_both_see_both_values(console: Client, samui: Organisation) -> None:
    assert console.post(EDIT, {**RECORD, "phone": "077-111-111"}).status_code == 302
    refused = console.post(EDIT, {**RECORD, "phone": "077-222-222", "province_code": "84", "hue": "300"})
    page = text_of(refused)
    assert refused.status_code == 409 and "Somebody changed this" in page
    assert "077-111-111" in page and 'value="077-222-222"' in page
    assert [row.label.en for row in refused.context["differences"]] == ["Telephone", "The organisation's colour"]
    assert (_now(samui).phone, _now(samui).hue) == ("077-111-111", 45)
    knowing = {**RECORD, "phone": "077-222-222", "version": str(refused.context["form"]["version"].value())}
    assert console.post(EDIT, knowing).status_code == 302
    assert _now(samui).phone == "077-222-222"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name_th", "", "This field is required"),
        ("email", "nobody", "Not an e-mail address"),
        ("website", "kohsamui", "begins with https://"),
        ("population", "many", "Enter a whole number"),
        ("area_km2", "-3", "square kilometres"),
        ("lat", "99.9", "must lie in Thailand"),
        ("district_code", "8301", "does not lie in the province"),
        ("province_code", "99", "Choose one from the list"),
        ("hue", "7", "7"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_entered_is_lost(
    console: Client, samui: Organisation, field: str, value: str, told: str
) -> None:
    answer = console.post(EDIT, {**RECORD, "phone": "077-000-000", field: value})
    page = text_of(answer)
    assert answer.status_code == 422 and told in page and "error-summary" in page
    assert 'value="077-000-000"' in page and "เมืองน่าอยู่" in page
    assert _now(samui).phone == ""


def test_everything_wrong_is_told_at_once(console: Client) -> None:
    page = text_of(console.post(EDIT, {**RECORD, "email": "x", "website": "y", "lat": "z"}))
    assert "Not an e-mail address" in page and "begins with https://" in page and "must lie in Thailand" in page


def test_the_districts_are_those_of_the_province_chosen(console: Client) -> None:
    answer = console.post(EDIT, {**RECORD, "province_code": "50"})
    page = text_of(answer)
    assert answer.status_code == 422 and 'value="5001"' in page and 'value="8404"' not in page


def test_the_tree_around_it(samui: Organisation) -> None:
    province = make.city("surat-province", "จังหวัดสุราษฎร์ธานี", "Surat Thani Province")
    Organisation.objects.filter(pk=province.pk).update(kind="PROVINCE")
    Organisation.objects.filter(pk=samui.pk).update(parent=province)
    below, _ = at_the_console(samui, "officer")
    page = text_of(below.get("/samui/staff/organisation/"))
    assert (
        page.index("Surat Thani Province") < page.index('aria-current="true">Koh Samui')
        and "No organisation stands below" in page
    )
    above, _ = at_the_console(province, "admin")
    page = text_of(above.get("/surat-province/staff/organisation/"))
    assert "Koh Samui City Municipality" in page and "Add an organisation below" in page


def test_a_province_adds_an_organisation_below_itself_and_a_city_may_not(samui: Organisation, console: Client) -> None:
    province = make.city("surat-province", "จังหวัดสุราษฎร์ธานี", "Surat Thani Province")
    Organisation.objects.filter(pk=province.pk).update(kind="PROVINCE")
    client, _ = at_the_console(province, "admin")
    path = "/surat-province/staff/organisation/new/"
    new = {"slug": "phangan", "kind": "SUB_MUN", "name_th": "เทศบาลตำบลเกาะพะงัน", "name_en": "Ko Pha-ngan"}
    bad = client.post(path, {**new, "slug": "staff"})
    assert (
        bad.status_code == 422
        and "no word the platform reserves" in text_of(bad)
        and 'value="Ko Pha-ngan"' in text_of(bad)
    )
    assert client.post(path, {"slug": "phangan"}).status_code == 422
    assert client.post(path, new).status_code == 302
    assert Organisation.objects.get(tenant__slug="phangan").parent == province
    refused = console.post("/samui/staff/organisation/new/", {**new, "slug": "other"})
    assert refused.status_code == 422 and "Only a ministry, department or province" in text_of(refused)
    assert "Add an organisation below" not in text_of(console.get("/samui/staff/organisation/"))
    assert not Organisation.objects.filter(tenant__slug="other").exists()


def test_an_officer_reads_and_changes_nothing(samui: Organisation) -> None:
    services.edit_organisation(make.ctx(samui, "admin"), vision=Text("น่าอยู่", "Liveable"))
    officer, _ = at_the_console(samui, "officer")
    page = text_of(officer.get("/samui/staff/organisation/"))
    assert "Liveable" in page and "Edit the record" not in page
    assert officer.post(EDIT, RECORD).status_code == 403
    assert officer.post("/samui/staff/organisation/new/", {}).status_code == 403
    assert _now(samui).phone == ""


def test_nobody_else_gets_in(samui: Organisation, yala: Organisation) -> None:
    nobody_else_gets_in(samui, yala, "/samui/staff/organisation/", without="")
    nobody_else_gets_in(samui, yala, EDIT)
    nobody_else_gets_in(samui, yala, EDIT, method="post")
    nobody_else_gets_in(samui, yala, "/samui/staff/organisation/new/", method="post")
