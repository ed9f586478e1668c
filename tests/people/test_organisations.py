"""The directory: who may enter, edit and move organisations; no circles; search in both languages."""

from __future__ import annotations

import pytest

from nakhon.kernel.errors import Conflict, Forbidden, Invalid, NotFound, SignInRequired
from nakhon.kernel.models import AuditEntry, Event
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.text import Text
from nakhon.people import queries, services
from nakhon.people.errors import WouldCircle
from nakhon.people.models import Organisation
from tests import make


@pytest.fixture
def ministry(db: None) -> Organisation:
    return services.found_organisation(
        slug="moi", kind="MINISTRY", name=Text("กระทรวงมหาดไทย", "Ministry of Interior"), now=make.NOW
    )


@pytest.fixture
def province(ministry: Organisation) -> Organisation:
    return services.create_organisation(
        make.ctx(ministry, "admin"),
        slug="changwat-84",
        kind="PROVINCE",
        name=Text("จังหวัดสุราษฎร์ธานี", "Surat Thani Province"),
        province_code="84",
    )


def test_a_ministry_creates_below_itself_and_both_chains_tell(ministry: Organisation, province: Organisation) -> None:
    assert province.parent_id == ministry.pk
    for organisation in (ministry, province):
        with act_in(make.ctx(organisation)):
            assert (
                AuditEntry.objects.filter(action="people.organisation.created", object_id=str(province.pk)).count() == 1
            )
    with act_in(make.ctx(province)):
        assert Event.objects.get().payload == {"organisation_id": str(province.pk)}


def test_a_city_creates_nothing(province: Organisation, samui: Organisation) -> None:
    for ctx in (make.ctx(samui, "admin"), make.ctx(province, "officer")):
        with pytest.raises(Forbidden):
            services.create_organisation(ctx, slug="new-town", kind="SAO", name=Text("อบต.ใหม่", "New SAO"))
    with pytest.raises(SignInRequired):
        services.create_organisation(make.ctx(province), slug="new-town", kind="SAO", name=Text("อบต.ใหม่", "New SAO"))
    assert not Organisation.objects.filter(tenant__slug="new-town").exists()


def test_a_province_keeps_to_its_own_branch(ministry: Organisation, province: Organisation) -> None:
    with pytest.raises(Forbidden):
        services.create_organisation(
            make.ctx(province, "admin"),
            slug="dla",
            kind="DEPARTMENT",
            name=Text("กรม", "Department"),
            parent_slug="moi",
        )


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"slug": "Bad Slug"}, {"slug"}),
        ({"slug": "staff"}, {"slug"}),
        ({"slug": "moi"}, {"slug"}),
        ({"kind": "VILLAGE"}, {"kind"}),
        ({"province_code": "99"}, {"province_code"}),
        ({"province_code": "84", "district_code": "5001"}, {"district_code"}),
        ({"lat": 98.98, "lon": 18.79}, {"lat"}),
        ({"website": "javascript:alert(1)", "email": "nobody"}, {"website", "email"}),
        ({"population": "-5", "hue": 360, "area_km2": "abc"}, {"population", "hue", "area_km2"}),
    ],
)
def test_wrong_input_is_refused_field_by_field(
    ministry: Organisation, fields: dict[str, object], wrong: set[str]
) -> None:
    given = {"slug": "new-town", "kind": "SAO", "name": Text("ใหม่", "New"), **fields}
    with pytest.raises(Invalid) as refused:
        services.create_organisation(make.ctx(ministry, "admin"), **given)  # type: ignore[arg-type]
    assert set(refused.value.fields) == wrong


def test_two_editors_of_the_record_do_not_overwrite_each_other(samui: Organisation) -> None:
    admin = make.ctx(samui, "admin")
    assert services.edit_organisation(admin, version=1, phone="077-1").version == 2
    with pytest.raises(Conflict):
        services.edit_organisation(admin, version=1, phone="077-2")
    samui.refresh_from_db()
    assert samui.phone == "077-1"
    assert services.edit_organisation(admin, version=2, phone="077-2").version == 3


def test_the_administrator_edits_the_own_record_only(samui: Organisation, yala: Organisation) -> None:
    edited = services.edit_organisation(
        make.ctx(samui, "admin"), population="๖๘,๐๐๐", area_km2="252", lat="9.5", lon="100.01", name_en="City of Samui"
    )
    assert (edited.population, edited.location.coords) == (68000, (100.01, 9.5))
    samui.tenant.refresh_from_db()
    assert samui.tenant.name_en == "City of Samui"
    with act_in(make.ctx(samui)):
        entry = AuditEntry.objects.get(action="people.organisation.edited")
        assert sorted(entry.detail["fields"]) == ["area_km2", "location", "name_en", "population"]
    for role in ("officer", "dpo", "executive"):
        with pytest.raises(Forbidden):
            services.edit_organisation(make.ctx(samui, role), population=1)
    yala.refresh_from_db()
    assert yala.population is None


def test_moving_never_makes_a_circle(ministry: Organisation, province: Organisation) -> None:
    ctx = make.ctx(ministry, "admin")
    services.create_organisation(
        ctx, slug="surat", kind="CITY_MUN", name=Text("ทน.", "City"), parent_slug="changwat-84"
    )
    moved = services.move_organisation(ctx, slug="surat", parent_slug="moi")
    assert moved.parent_id == ministry.pk
    for below in ("changwat-84", "surat"):
        services.move_organisation(ctx, slug="surat", parent_slug="changwat-84")
        with pytest.raises(WouldCircle):
            services.move_organisation(ctx, slug="changwat-84", parent_slug=below)
    with pytest.raises(Forbidden):
        services.move_organisation(ctx, slug="surat", parent_slug="")
    with pytest.raises(NotFound):
        services.move_organisation(ctx, slug="nowhere", parent_slug="moi")


def test_the_directory_is_public_and_searched_in_both_languages(
    ministry: Organisation, province: Organisation, samui: Organisation, yala: Organisation
) -> None:
    public = make.ctx(samui)
    names = [row.tenant.slug for row in queries.directory(public).rows]
    assert names == ["moi", "changwat-84", "samui", "yala"], "Thai dictionary order"
    assert [row.tenant.slug for row in queries.directory(public, text="เกาะสมุย").rows] == ["samui"]
    assert [row.tenant.slug for row in queries.directory(public, text="YALA").rows] == ["yala"]
    assert [row.tenant.slug for row in queries.directory(public, kind="PROVINCE").rows] == ["changwat-84"]
    assert [row.tenant.slug for row in queries.directory(public, province_code="84").rows] == ["changwat-84"]
    assert queries.directory(public, text="ไม่มี").rows == []


def test_pages_by_key_meet_every_row_once(ministry: Organisation, samui: Organisation, yala: Organisation) -> None:
    seen, after = [], ""
    while True:
        page = queries.directory(make.ctx(samui), after=after, limit=1)
        seen += [row.tenant.slug for row in page.rows]
        after = page.after
        if not after:
            break
    assert seen == ["moi", "samui", "yala"]
    with pytest.raises(Invalid):
        queries.directory(make.ctx(samui), after="!!")


def test_the_tree_in_one_query(
    ministry: Organisation, province: Organisation, django_assert_num_queries: object
) -> None:
    services.create_organisation(
        make.ctx(ministry, "admin"), slug="surat", kind="CITY_MUN", name=Text("ทน.", "City"), parent_slug="changwat-84"
    )
    with django_assert_num_queries(1):  # type: ignore[operator]
        (root,) = queries.organisation_tree(make.ctx(ministry))
    assert (root.slug, root.children[0].slug, root.children[0].children[0].slug) == ("moi", "changwat-84", "surat")
    assert [node.slug for node in queries.organisation_tree(make.ctx(ministry), root_slug="changwat-84")] == ["surat"]
    with pytest.raises(NotFound):
        queries.organisation(make.ctx(ministry), slug="nowhere")
