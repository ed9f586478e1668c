"""Every failure becomes a page or a problem with its status, in two languages, and never tells what it should not."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.management import call_command
from django.test import Client, RequestFactory

from nakhon.kernel import errors
from nakhon.kernel.postgis.base import DatabaseWrapper
from nakhon.knowledge.text import Text
from nakhon.web import problems
from nakhon.web.problem_pages import explained
from tests.web.door_urls import FAILURES

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.door_urls")]

STATUSES = {
    "forbidden": 403,
    "sign-in": 401,
    "not-found": 404,
    "conflict": 409,
    "too-many": 429,
    "too-large": 413,
    "unavailable": 503,
    "no-tenant": 500,
    "invalid": 422,
    "pydantic": 422,
    "knowledge": 422,
    "django-404": 404,
    "django-403": 403,
    "suspicious": 400,
    "bug": 500,
}


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def test_every_failure_is_in_the_table() -> None:
    assert STATUSES.keys() == FAILURES.keys()


@pytest.mark.parametrize("how", STATUSES)
def test_a_page_for_people(visitor: Client, how: str) -> None:
    answer = visitor.get(f"/fail/{how}", headers={"accept": "text/html"})
    body = answer.content.decode()
    assert answer.status_code == STATUSES[how]
    assert answer["Content-Type"].startswith("text/html")
    assert answer["Cache-Control"] == "no-store"
    assert '<html lang="th"' in body
    assert answer["X-Request-ID"] in body
    assert "secret" not in body
    assert "Traceback" not in body
    assert "1-1017" not in body
    english = visitor.get(f"/fail/{how}?lang=en", headers={"accept": "text/html"})
    assert '<html lang="en"' in english.content.decode()


@pytest.mark.parametrize("how", STATUSES)
@pytest.mark.parametrize("place", ["/fail/", "/api/fail/"])
def test_a_problem_for_programs(visitor: Client, how: str, place: str) -> None:
    answer = visitor.get(f"{place}{how}", headers={"accept": "application/json"})
    body = answer.json()
    assert answer.status_code == body["status"] == STATUSES[how]
    assert answer["Content-Type"] == "application/problem+json"
    assert body["type"].startswith("/problems/")
    assert set(body) >= {"type", "title", "status", "detail", "instance", "code", "remedy", "messages", "request_id"}
    assert body["instance"] == body["request_id"] == answer["X-Request-ID"]
    assert body["messages"]["th"] == body["detail"]
    assert body["messages"]["en"] != body["detail"]
    assert "secret" not in answer.content.decode()
    assert visitor.get(body["type"]).status_code == 200, "the type leads to an explanation"


def test_the_language_that_was_asked_for(visitor: Client) -> None:
    def detail(**headers: str) -> str:
        return str(visitor.get("/api/fail/forbidden", headers=headers).json()["detail"])

    assert detail() == "คุณไม่มีสิทธิ์ทำรายการนี้"
    assert detail(accept_language="en-GB,th;q=0.5") == "You may not do this"
    assert detail(accept_language="fr") == "คุณไม่มีสิทธิ์ทำรายการนี้"
    visitor.cookies["nakhon_language"] = "en"
    assert detail(accept_language="th") == "You may not do this"


def test_fields_are_named_in_both_languages(visitor: Client) -> None:
    (row,) = visitor.get("/api/fail/invalid").json()["errors"]
    assert row == {
        "field": "phone",
        "pointer": "#/phone",
        "detail": "เบอร์ไม่ครบ",
        "messages": {"th": "เบอร์ไม่ครบ", "en": "The number is too short"},
    }
    said = visitor.post("/api/person", json.dumps({"amount": "x"}), content_type="application/json").json()
    assert said["status"] == 422
    assert {row["field"]: row["messages"]["en"] for row in said["errors"]} == {
        "body.name": "This is required",
        "body.amount": "This must be a whole number",
    }
    assert "เบอร์ไม่ครบ" in visitor.get("/fail/invalid").content.decode()


def test_a_rule_of_knowledge_keeps_its_code_and_is_explained_with_its_kind(visitor: Client) -> None:
    body = visitor.get("/api/fail/knowledge").json()
    assert (body["code"], body["type"], body["remedy"]) == ("identity.check_digit", "/problems/invalid", "ตรวจอีกครั้ง")


def test_headers_say_when_to_come_back_and_how_to_be_known(visitor: Client) -> None:
    assert visitor.get("/fail/too-many")["Retry-After"] == "17"
    assert visitor.get("/api/fail/too-many").json()["retry_after"] == 17
    assert "Retry-After" not in visitor.get("/fail/forbidden")
    assert visitor.get("/api/fail/sign-in")["WWW-Authenticate"].startswith("Session")
    assert visitor.get("/api/fail/auth").status_code == 401
    assert visitor.get("/api/fail/http-404").json()["code"] == "not_found"


def test_a_wrong_method_says_which_are_right(visitor: Client) -> None:
    page = visitor.get("/form")
    assert (page.status_code, page["Allow"]) == (405, "POST")
    assert "ที่อยู่นี้ไม่รับคำขอแบบนี้" in page.content.decode()
    assert visitor.get("/form", headers={"accept": "application/json"}).json()["code"] == "method_not_allowed"


def test_no_such_address(visitor: Client) -> None:
    assert visitor.get("/no/such/page").status_code == 404
    assert visitor.get("/api/no-such").json()["code"] == "not_found"
    assert visitor.get("/problems/no.such.code").status_code == 404


def test_a_form_without_its_token_is_refused_kindly() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/form", {"a": "1"})
    assert answer.status_code == 403
    assert "หมดอายุ" in answer.content.decode()
    assert strict.post("/form", {"a": "1"}, headers={"accept": "application/json"}).json()["code"] == "form_expired"


def test_what_is_too_large_is_refused_before_it_is_read(visitor: Client, settings: Any) -> None:
    settings.NAKHON_MAX_UPLOAD_MB = 1
    answer = visitor.post("/form", {"a": "x" * 1_100_000})
    assert answer.status_code == 413
    assert "เกินกำหนด 1 MB" in answer.content.decode()
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert visitor.post("/form", {"a": "x" * 5000}).status_code == 413
    assert visitor.post("/form", {"a": "small"}).content == b"small"


def test_library_failures_are_mapped() -> None:
    request = RequestFactory().get("/x")
    problem = problems.problem_of(RequestDataTooBig("secret"), request)
    assert problem is not None
    assert (problem.status, problem.code) == (413, "too_large")
    assert problems.problem_of(ValueError("anything"), request) is None


def test_a_failure_is_logged_with_its_number_and_told_without_the_database(
    visitor: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = visitor.get("/fail/bug")
    (row,) = [record for record in caplog.records if record.name == "nakhon.problems"]
    assert row.request_id == answer["X-Request-ID"]  # type: ignore[attr-defined]
    assert row.exc_info

    def gone(*_: Any, **__: Any) -> None:
        raise AssertionError("the page for failures asked the database")

    monkeypatch.setattr(DatabaseWrapper, "create_cursor", gone)
    visitor.cookies[settings.SESSION_COOKIE_NAME] = "somebody"
    answer = visitor.get("/fail/bug")
    assert answer.status_code == 500
    assert answer["X-Request-ID"] in answer.content.decode()


def test_the_page_for_failures_does_not_need_its_template(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problems, "select_template", lambda names: (_ for _ in ()).throw(RuntimeError("no templates")))
    answer = visitor.get("/fail/bug")
    assert answer.status_code == 500
    assert "ระบบขัดข้อง" in answer.content.decode()
    assert answer["X-Request-ID"] in answer.content.decode()


def test_every_code_is_explained_and_documented(visitor: Client) -> None:
    rows = explained()
    assert {"forbidden", "not_found", "rate_limited", "file.too_large", "server_error"} <= {row.code for row in rows}
    index = visitor.get("/problems/").content.decode()
    for row in rows:
        assert f'href="/problems/{row.code}"' in index
    for code in ("forbidden", "file.too_large"):
        assert visitor.get(f"/problems/{code}?lang=en").status_code == 200
    call_command("document_problems", check=True)


def test_codes_are_claimed_once_and_speak_plainly() -> None:
    for code, kind in problems.known().items():
        assert code == code.lower(), code
        assert isinstance(kind.default_message, Text)
        assert 400 <= problems.status_of(kind) < 600
    assert problems.status_of(errors.NakhonError) == 400
