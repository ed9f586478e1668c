"""What every answer tells the browser, who is believed about where they are, and what never leaves for another host."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory
from ninja import NinjaAPI

from nakhon.web.problems import install
from nakhon.web.security import client_address, content_security_policy, is_operator

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.door_urls")]

POLICY = {
    "default-src 'self'",
    "img-src 'self' data: blob:",
    "style-src 'self'",
    "script-src 'self'",
    "worker-src 'self' blob:",
    "connect-src 'self'",
    "font-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
}


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    "address",
    [
        "/page",
        "/data",
        "/fail/forbidden",
        "/fail/bug",
        "/api/fail/conflict",
        "/no-such",
        "/healthz",
        "/problems/",
        "/form",
    ],
)
def test_every_answer_carries_the_headers(visitor: Client, address: str) -> None:
    answer = visitor.get(address)
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=(self)" in answer["Permissions-Policy"]
    assert "microphone=()" in answer["Permissions-Policy"]
    assert "Strict-Transport-Security" not in answer, "only under TLS"


def test_under_tls_browsers_are_told_to_stay_there(settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    assert Client().get("/page", secure=True)["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "Strict-Transport-Security" not in Client().get("/page")


def test_a_base_map_adds_its_host_and_no_other() -> None:
    policy = content_security_policy("https://tiles.example.go.th/styles/basic.json?key=1")
    assert "connect-src 'self' https://tiles.example.go.th;" in policy
    assert "img-src 'self' data: blob: https://tiles.example.go.th;" in policy
    assert policy.count("https:") == 2
    assert "script-src 'self';" in policy
    with pytest.raises(ValueError, match="NAKHON_BASEMAP_STYLE"):
        content_security_policy("javascript:alert(1)")


def test_answers_made_for_somebody_stay_out_of_caches(visitor: Client, settings: Any) -> None:
    assert "Cache-Control" not in visitor.get("/data")
    assert visitor.get("/data", headers={"authorization": "Bearer x"})["Cache-Control"] == "private, no-store"
    visitor.cookies[settings.SESSION_COOKIE_NAME] = "somebody"
    assert visitor.get("/data")["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in visitor.get("/page")


def test_a_proxy_is_believed_only_when_it_is_ours_and_only_its_own_word(settings: Any) -> None:
    request = RequestFactory().get("/", headers={"x-forwarded-for": "127.0.0.1, 198.51.100.9"}, REMOTE_ADDR="10.0.0.1")
    assert client_address(request) == "10.0.0.1"
    settings.NAKHON_TRUST_PROXY = True
    assert client_address(request) == "198.51.100.9"
    odd = RequestFactory().get("/", headers={"x-forwarded-for": "<script>"}, REMOTE_ADDR="10.0.0.1")
    assert client_address(odd) == "10.0.0.1"


def test_an_operator_is_the_machine_itself_or_holds_the_token(settings: Any) -> None:
    def asks(address: str, **headers: str) -> bool:
        return is_operator(RequestFactory().get("/", headers=headers, REMOTE_ADDR=address))

    assert asks("127.0.0.1")
    assert asks("::1")
    assert not asks("10.0.0.1")
    assert not asks("127.0.0.1", x_forwarded_for="127.0.0.1"), "through a proxy that was not declared"
    assert not asks("10.0.0.1", authorization="Bearer ")
    settings.NAKHON_METRICS_TOKEN = "a-long-token"
    assert asks("10.0.0.1", authorization="Bearer a-long-token")
    assert not asks("10.0.0.1", authorization="Bearer another-token")
    assert not asks("10.0.0.1", authorization="Basic a-long-token")
    settings.NAKHON_TRUST_PROXY = True
    assert not asks("127.0.0.1", x_forwarded_for="198.51.100.9")
    assert asks("127.0.0.1", x_forwarded_for="127.0.0.1")


def test_no_api_shows_a_page_that_loads_from_another_host(visitor: Client) -> None:
    assert visitor.get("/api/docs").status_code == 404
    assert visitor.get("/api/openapi.json").status_code == 200
    api = NinjaAPI(urls_namespace="another")
    install(api)
    assert api.docs_url is None


def test_the_pages_of_ours_name_no_other_host(visitor: Client) -> None:
    import re

    for address in ("/problems/", "/problems/forbidden", "/fail/forbidden", "/fail/bug", "/no-such"):
        body = visitor.get(address, headers={"accept": "text/html"}).content.decode()
        loads = re.findall(r"<(?:script|link|img|iframe|source)[^>]*?(?:src|href)=\"([^\"]+)\"", body)
        assert loads or "<h1>" in body
        assert [found for found in loads if found.startswith(("http", "//"))] == []
        assert not re.search(r"<script(?![^>]*src=)|\sstyle=\"|\son[a-z]+=\"", body), "nothing inline"
