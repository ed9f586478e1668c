"""The HTTP API by its own protocol: the public directory, a city's units and staff, and who is turned away how."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from nakhon.people.models import Organisation
from tests.web import signing
from tests.web.conftest import plain_static_names

__all__ = ["plain_static_names"]


def _staff(city: Organisation, *roles: str, strict: bool = False) -> Client:
    user = signing.member(city, *roles)
    client = signing.browser("th")
    signing.sign_in(client, city, user, signing.enrol_app(user))
    client.handler.enforce_csrf_checks = strict
    return client


def _post(client: Client, path: str, body: dict[str, Any], **more: Any) -> Any:
    return client.post(path, body, content_type="application/json", **more)


NEW = {"code": "works", "kind": "DIVISION", "name": {"th": "กองช่าง", "en": "Public Works"}}


def test_the_directory_is_public_and_searchable(samui: Organisation, yala: Organisation) -> None:
    client = signing.browser("th")
    found = client.get("/api/v1/organisations", {"q": "ยะลา"}).json()
    assert [row["slug"] for row in found["organisations"]] == ["yala"]
    one = client.get("/api/v1/organisations/samui").json()
    assert (one["name"]["th"], one["kind"]) == ("เทศบาลนครเกาะสมุย", "CITY_MUN")
    missing = client.get("/api/v1/organisations/atlantis")
    assert missing.status_code == 404
    assert missing.headers["Content-Type"] == "application/problem+json"
    assert set(missing.json()["messages"]) == {"th", "en"}


def test_pages_of_the_directory_follow_each_other(samui: Organisation, yala: Organisation) -> None:
    client = signing.browser("th")
    first = client.get("/api/v1/organisations", {"limit": 1}).json()
    second = client.get("/api/v1/organisations", {"limit": 1, "after": first["after"]}).json()
    assert [row["slug"] for page in (first, second) for row in page["organisations"]] == ["samui", "yala"]
    assert second["after"] == ""


def test_an_administrator_adds_lists_and_closes_units(samui: Organisation) -> None:
    client = _staff(samui, "admin")
    made = _post(client, "/samui/api/v1/units", NEW)
    assert made.status_code == 201
    assert [unit["code"] for unit in client.get("/samui/api/v1/units").json()] == ["works"]
    closed = _post(client, f"/samui/api/v1/units/{made.json()['id']}/close", {})
    assert closed.json()["closed_at"] is not None
    assert client.get("/samui/api/v1/units").json() == []
    assert [member["roles"] for member in client.get("/samui/api/v1/members").json()] == [["admin"]]


def test_wrong_input_names_the_field_in_both_languages_and_keeps_nothing(samui: Organisation) -> None:
    client = _staff(samui, "admin")
    answer = _post(client, "/samui/api/v1/units", NEW | {"code": "ก", "kind": "KINGDOM"})
    problem = answer.json()
    assert answer.status_code in (400, 422)
    assert {row["field"] for row in problem["errors"]} == {"code", "kind"}
    assert all(set(row["messages"]) == {"th", "en"} for row in problem["errors"])
    assert client.get("/samui/api/v1/units").json() == []
    assert _post(client, "/samui/api/v1/units", {"code": "works"}).status_code in (400, 422)


@pytest.mark.parametrize(("roles", "status"), [((), 403), (("officer",), 403)], ids=["no role", "an officer"])
def test_whoever_lacks_the_permission_is_refused(samui: Organisation, roles: tuple[str, ...], status: int) -> None:
    client = _staff(samui, *roles)
    assert _post(client, "/samui/api/v1/units", NEW).status_code == status


def test_the_public_and_the_neighbour_get_nothing(samui: Organisation, yala: Organisation) -> None:
    assert signing.browser("th").get("/samui/api/v1/units").status_code == 401
    neighbour = _staff(yala, "admin")
    assert neighbour.get("/samui/api/v1/units").status_code == 403
    assert _post(neighbour, "/samui/api/v1/units", NEW).status_code == 403
    assert neighbour.get("/yala/api/v1/units").status_code == 200


def test_a_forged_form_of_another_site_is_refused(samui: Organisation) -> None:
    client = _staff(samui, "admin", strict=True)
    assert _post(client, "/samui/api/v1/units", NEW).status_code in (401, 403)
    token = client.cookies["csrftoken"].value
    assert _post(client, "/samui/api/v1/units", NEW, headers={"X-CSRFToken": token}).status_code == 201
