"""/healthz and /metrics answer without session or city, tell strangers little, and never hang."""

from __future__ import annotations

import time
from typing import Any

import psycopg
import pytest
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import connection
from django.test import Client

from nakhon.kernel import health
from nakhon.web.language import LanguageMiddleware

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.web.door_urls")]


def _heartbeat(seconds_ago: int = 1) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))",
            [seconds_ago],
        )


@pytest.fixture
def home(settings: Any, tmp_path: Any) -> Any:
    settings.NAKHON_HOME = tmp_path
    return tmp_path


def test_well(home: Any) -> None:
    _heartbeat()
    answer = Client().get("/healthz")
    body = answer.json()
    assert answer.status_code == 200, body
    assert body["status"] == "ok"
    names = [check["name"] for check in body["checks"]]
    assert names == ["database", "row_security", "migrations", "worker", "queue", "disk", "keys", "storage"]
    assert all(check["detail_th"] and check["detail_en"] and check["ms"] >= 0 for check in body["checks"])
    assert answer["Cache-Control"] == "no-store"


def test_strangers_are_told_no_details(home: Any) -> None:
    body = Client(REMOTE_ADDR="203.0.113.5").get("/healthz").json()
    assert all(set(check) == {"name", "status"} for check in body["checks"])
    assert str(home) not in str(body)


def test_without_a_worker_it_is_degraded_and_not_ready(home: Any) -> None:
    assert Client().get("/healthz").json()["status"] == "degraded"
    assert Client().get("/healthz").status_code == 200
    assert Client().get("/healthz?ready").status_code == 503
    _heartbeat(3600)
    body = Client().get("/healthz").json()
    (worker,) = [check for check in body["checks"] if check["name"] == "worker"]
    assert worker["status"] == "degraded"
    assert "3600" in worker["detail_th"]
    assert Client().get("/healthz?ready").status_code == 503
    _heartbeat()
    assert Client().get("/healthz?ready").status_code == 200


def test_it_asks_neither_session_nor_language_nor_city(
    home: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("sessions are gone")

    monkeypatch.setattr(SessionMiddleware, "process_request", broken)
    monkeypatch.setattr(LanguageMiddleware, "__call__", broken)
    visitor = Client(raise_request_exception=False)
    visitor.cookies[settings.SESSION_COOKIE_NAME] = "somebody"
    assert visitor.get("/healthz").status_code == 200
    assert visitor.get("/metrics").status_code == 200
    assert visitor.get("/page").status_code == 500


def test_it_is_quick(home: Any) -> None:
    Client().get("/healthz")
    times = []
    for _ in range(7):
        started = time.perf_counter()
        Client().get("/healthz")
        times.append(time.perf_counter() - started)
    assert sorted(times)[3] < 0.25, times


def test_a_database_that_is_gone_is_said_and_not_waited_for(home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses() -> Any:
        raise psycopg.OperationalError("connection to /secret/path failed")

    monkeypatch.setattr(health, "_connect", refuses)
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    states = {check["name"]: check["status"] for check in answer.json()["checks"]}
    assert states["database"] == states["worker"] == "failing"
    assert states["keys"] == states["disk"] == "ok", "the rest is still told"
    assert "secret" not in answer.content.decode()


def test_only_get_and_head(home: Any) -> None:
    assert Client().post("/healthz").status_code == 405
    assert Client().head("/healthz").status_code == 200


def test_metrics_are_for_operators(settings: Any) -> None:
    page = Client().get("/metrics")
    assert page.status_code == 200
    assert page["Content-Type"].startswith("text/plain; version=0.0.4")
    stranger = Client(REMOTE_ADDR="203.0.113.5")
    assert stranger.get("/metrics").status_code == 404
    settings.NAKHON_METRICS_TOKEN = "a-long-token"
    assert stranger.get("/metrics").status_code == 404
    assert stranger.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 404
    assert stranger.get("/metrics", headers={"authorization": "Bearer a-long-token"}).status_code == 200


def test_requests_are_counted_by_route_and_not_by_address() -> None:
    Client().get("/case/4711/note")
    Client().get("/case/4712/note")
    Client().generic("INVENTED", "/case/4712/note")
    page = Client().get("/metrics").content.decode()
    assert 'nakhon_requests_total{method="GET",route="case/<int:number>/note",status="200"} 2.0' in page
    assert 'method="OTHER",route="case/<int:number>/note"' in page
    assert "4711" not in page
    assert 'nakhon_request_seconds_count{method="GET",route="case/<int:number>/note"} 2.0' in page


def test_every_request_has_a_number() -> None:
    answer = Client().get("/page")
    assert len(answer["X-Request-ID"]) == 32
    assert Client().get("/page")["X-Request-ID"] != answer["X-Request-ID"]
    assert Client().get("/page", headers={"x-request-id": "proxy-0123456789"})["X-Request-ID"] == "proxy-0123456789"
    for bad in ("short", "a b c d e f g h i", "x" * 65, "<script>alert(1)</script>", "1101700203452"):
        assert Client().get("/page", headers={"x-request-id": bad})["X-Request-ID"] != bad
