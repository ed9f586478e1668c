"""Every address of a city full of secrets, asked for by those who have no business there: nothing shows, nothing changes.

The city is the demonstration's Koh Samui with a bird's name in whatever text an officer might keep secret.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from nakhon.config.demo import organisations, people, records
from nakhon.kernel.tenancy import TenantModel, act_in
from nakhon.people import services
from nakhon.people.models import Membership, Organisation, User
from nakhon.people.services.persons import register_person
from nakhon.people.services.units import create_unit
from nakhon.solutions.services import keep_upload
from tests import make
from tests.watch import secret_data
from tests.watch.addresses import Address, every_address
from tests.web import signing

BIRD = "นกขมิ้นเหลืองอ่อน"
SECRETS = [BIRD, "oriole@citizen.example", "สมศรี", "somsri@citizen.example", "1000000000"]
"""What must not show: a name, an address, people of the demonstration, the beginning of their identity numbers."""
NOW = datetime(2026, 4, 10, 8, 30, tzinfo=UTC)
ADDRESSES = every_address()
OUTSIDERS = ["public", "citizen", "neighbour", "officer without a role", "officer without the second factor"]
MAY_CHANGE = {"kernel.auditentry", "kernel.audithead", "kernel.event", "kernel.work"}


def full_city() -> Organisation:
    organisations.load(NOW, lambda _: None)
    records.load("samui", NOW)
    people.load("samui", NOW)
    city = Organisation.objects.select_related("tenant").get(tenant__slug="samui")
    admin = make.ctx(city, "admin", "registrar", "officer")
    create_unit(admin, kind="SECTION", code="secret-works", name_th=f"งาน{BIRD}", name_en=f"Works of {BIRD}")
    fields = {"first_name": BIRD, "last_name": BIRD, "id_type": "NONE", "email": "oriole@citizen.example", "note": BIRD}
    person = register_person(admin, fields=fields)
    _matters_of(city, person.id)
    services.add_member(admin, email="oriole@staff.example", display_name=BIRD, roles=["officer"])
    secret_data.fill(city, BIRD, NOW)
    keep_upload(admin, name=f"{BIRD}.yaml", files={"secret.yaml": f"kind: unit\nid: x\nname: {BIRD}\n"})
    return city


def _matters_of(city: Organisation, person_id: UUID) -> None:
    """A sensitive fact, a rights request, a breach and a retention report, so that their pages are asked for real rows."""
    dpo = make.ctx(city, "dpo", "registrar")
    services.record_sensitive(dpo, person_id=person_id, kind="HEALTH", body=BIRD, purpose="care")
    services.receive_request(
        dpo, kind="ACCESS", channel="POST", requester_name=BIRD, requester_contact=BIRD, detail=BIRD
    )
    services.report_breach(dpo, title=BIRD, description=BIRD)
    services.set_retention_rule(dpo, subject="people.person", months=1, action="ANONYMISE", legal_basis=BIRD)
    services.report_retention(make.ctx(city, "dpo", now=NOW + timedelta(days=400)))


def _some_ids(city: Organisation) -> dict[str, object]:
    """An id of a row of the city for each ``<model>_id`` that an address may ask for."""
    found: dict[str, object] = {}
    with act_in(make.ctx(city)):
        for model in apps.get_models():
            if issubclass(model, TenantModel):
                row = model.objects.first()
                if row is not None:
                    found[f"{model._meta.model_name}_id"] = row.pk
        membership = Membership.objects.first()
        found["user_id"] = membership.user_id if membership else uuid4()
        for name, model in secret_data.ALIASES.items():
            row = model.objects.first()
            if row is not None:
                found[name] = row.pk
    return found


class _Values(dict[str, object]):
    """Values for the places of an address: ids of real rows of the city where there are some, else something plausible."""

    def __init__(self, city: Organisation, address: Address, ids: dict[str, object]) -> None:
        super().__init__(ids, city=city.tenant.slug, slug=city.tenant.slug)
        self._kinds = dict(address.parameters)
        self["register"] = "elder"
        if self._kinds.get("key") != "uuid":
            self["key"] = "secret"

    def __missing__(self, name: str) -> object:
        kind = self._kinds[name]
        return {"uuid": uuid4(), "int": 1}.get(kind, "x")


def _outsider(kind: str, city: Organisation) -> Client:
    client = signing.browser("th")
    if kind == "public":
        return client
    if kind == "citizen":
        client.force_login(User.objects.create_user("somebody@citizen.example"))
        return client
    if kind == "neighbour":
        neighbour = Organisation.objects.select_related("tenant").get(tenant__slug="yala")
        user = signing.member(neighbour, "admin", "dpo", "registrar", "officer")
        signing.sign_in(client, neighbour, user, signing.enrol_app(user))
        return client
    user = signing.member(city)
    if kind == "officer without a role":
        signing.sign_in(client, city, user, signing.enrol_app(user))
    else:
        client.force_login(user)
    return client


def _rows(city: Organisation) -> dict[str, int]:
    with act_in(make.ctx(city)):
        return {
            model._meta.label_lower: model.objects.count()
            for model in apps.get_models()
            if issubclass(model, TenantModel) and model._meta.label_lower not in MAY_CHANGE
        }


@pytest.mark.slow
@pytest.mark.parametrize("kind", OUTSIDERS)
def test_nothing_leaks(db: None, kind: str) -> None:
    city = full_city()
    client = _outsider(kind, city)
    ids, before = _some_ids(city), _rows(city)
    wrong: list[str] = []
    for address in ADDRESSES:
        if "signout" in address.route or "sessions" in address.route:
            continue
        path = address.path(_Values(city, address, ids))
        for ask in (client.get, client.post):
            answer = ask(path)
            name = f"{ask.__name__.upper()} {path} -> {answer.status_code}"
            if answer.status_code >= 500 and address.route != "healthz":
                wrong.append(f"{name}: it broke")
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            text = body.decode(errors="replace")
            wrong += [f"{name}: it shows {secret}" for secret in SECRETS if secret in text]
            inside = address.door == "staff" and kind != "officer without a role"
            if inside and answer.status_code < 300:
                wrong.append(f"{name}: the staff door stood open")
    assert wrong == []
    assert _rows(city) == before


@pytest.mark.slow
def test_the_secrets_are_there_to_be_leaked(db: None) -> None:
    """Beside the refusals, the success: who may, sees them. Otherwise the test above would prove nothing."""
    city = full_city()
    user = signing.member(city, "registrar", "officer", "admin")
    client = signing.browser("th")
    signing.sign_in(client, city, user, signing.enrol_app(user))
    persons = client.get("/samui/staff/persons/")
    units = client.get("/samui/staff/units/")
    assert BIRD in persons.content.decode()
    assert BIRD in units.content.decode()
    assert "oriole@citizen.example" not in persons.content.decode(), "masked by default"


def test_every_place_of_an_address_finds_a_row(db: None) -> None:
    """So that the walk above asks for things that exist: an address with an unknown ``<model>_id`` would prove little."""
    city = full_city()
    signing.member(city, "admin")
    known = set(_some_ids(city))
    named = {name for address in ADDRESSES for name, kind in address.parameters if kind == "uuid"}
    assert {name for name in named if name not in known and name not in NOT_ROWS} == set()
    assert all(isinstance(value, UUID) or str(value) for value in known)


NOT_ROWS: set[str] = set()
"""Places of addresses that name something else than a row of the city."""


def test_no_row_of_the_city_shows_to_sql_without_its_tenant(db: None) -> None:
    full_city()
    seen = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if issubclass(model, TenantModel):
                cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')
                seen[model._meta.label] = cursor.fetchone()[0]
    assert {label: count for label, count in seen.items() if count} == {}
