"""Providers through the whole OpenID Connect dance with a real provider on loopback: first sign-in, linking, refusals."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client
from oidc_provider_mock import run_server_in_thread

from nakhon.config.sign_in import _provider
from nakhon.people.models import Organisation, User
from nakhon.web.signin import session
from tests import make
from tests.web.signing import PASSWORD, app_code, browser, enrol_app, member, sign_in, trail, whole_trail

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(autouse=True)
def providers(issuer: str, settings: Any) -> None:
    common = {
        "server_url": issuer,
        "client_id": "nakhon",
        "secret": "s3cret",
        "token_auth_method": "client_secret_post",
    }
    rows = [
        {**common, "id": "line", "kind": "line", "fetch_userinfo": True, "scopes": ["openid", "profile", "email"]},
        {**common, "id": "thaid", "kind": "thaid", "scopes": ["openid", "profile"], "fetch_userinfo": True,
         "token_auth_method": "client_secret_post"},
        {**common, "id": "office", "name": {"th": "บัญชีสำนักงาน", "en": "Office account"}, "for": "staff"},
    ]  # fmt: skip
    settings.NAKHON_OIDC = [_provider(row, at) for at, row in enumerate(rows)]
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            **settings.SOCIALACCOUNT_PROVIDERS["openid_connect"],
            "APPS": [
                {"provider_id": row["id"], "name": row["name"]["th"], "client_id": row["client_id"], "secret": row["secret"],
                 "settings": {"server_url": row["server_url"], "scope": row["scopes"], "fetch_userinfo": row["fetch_userinfo"],
                              "token_auth_method": row["token_auth_method"]}}
                for row in settings.NAKHON_OIDC
            ],
        }
    }  # fmt: skip


def subject(issuer: str, **claims: Any) -> str:
    """Somebody whom the provider knows; returns their subject identifier."""
    sub = secrets.token_hex(8)
    answer = requests.put(f"{issuer}/users/{sub}", json=claims, timeout=5)
    assert answer.ok, answer.text
    return sub


def dance(client: Client, start: str, sub: str) -> Any:
    """Follow ``start`` to the provider, agree there as ``sub``, and come back; returns the platform's answer."""
    away = client.get(start)
    assert away.status_code == 302, away.content.decode()
    asked = parse_qs(urlsplit(away["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["state"]
    assert asked["redirect_uri"][0].endswith("/callback/")
    back = requests.post(away["Location"], data={"sub": sub}, allow_redirects=False, timeout=5)
    assert back.status_code in (302, 303), back.text
    parts = urlsplit(back.headers["Location"])
    return client.get(f"{parts.path}?{parts.query}")


def test_a_first_sign_in_opens_an_account_and_the_second_is_straight(samui: Organisation, issuer: str) -> None:
    email = f"{secrets.token_hex(6)}@example.com"
    sub = subject(issuer, name="สมหญิง ใจงาม", email=email, email_verified=True)
    client = browser()
    answer = dance(client, "/samui/signin/with/line/?next=/samui/account/", sub)
    assert answer["Location"] == "/samui/signin/finish/"
    page = client.get("/samui/signin/finish/").content.decode()
    assert "สมหญิง ใจงาม" in page
    answer = client.post("/samui/signin/finish/", {"name": "สมหญิง ใจงาม", "language": "th", "notice": "on"})
    assert answer["Location"] == "/samui/account/"
    user = User.objects.get(email=email)
    row = user.socialaccount_set.get()
    assert (row.provider, row.uid, row.extra_data) == ("line", sub, {}), "no claim is kept raw"
    assert not row.socialtoken_set.exists()

    again = browser()
    answer = dance(again, "/samui/signin/with/line/", sub)
    assert (answer.status_code, answer["Location"]) == (302, "/samui/me/")
    assert again.session["_auth_user_id"] == str(user.pk)
    assert [action for action, _ in trail(samui)] == ["web.account.opened", "web.signin.done", "web.signin.done"]
    assert email not in whole_trail(samui)


def test_an_unverified_e_mail_is_not_believed(samui: Organisation, issuer: str) -> None:
    email = f"{secrets.token_hex(6)}@example.com"
    owner = User.objects.create_user(email, None)
    client = browser()
    answer = dance(
        client, "/samui/signin/with/line/", subject(issuer, name="Mallory", email=email, email_verified=False)
    )
    assert answer["Location"] == "/samui/signin/finish/"
    client.post("/samui/signin/finish/", {"name": "Mallory", "language": "en", "notice": "on"})
    made = User.objects.get(pk=client.session["_auth_user_id"])
    assert made.pk != owner.pk and made.email is None


def test_a_provider_is_linked_only_after_signing_in_to_the_account(samui: Organisation, issuer: str) -> None:
    from tests.web.test_signin_citizens import ask, code_to

    email = f"{secrets.token_hex(6)}@example.com"
    owner = User.objects.create_user(email, None)
    sub = subject(issuer, name="Owner", email=email, email_verified=True)
    client = browser()
    answer = dance(client, "/samui/signin/with/line/", sub)
    assert answer["Location"] == "/samui/signin/"
    assert "_auth_user_id" not in client.session and not owner.socialaccount_set.exists()
    assert client.get("/samui/signin/finish/")["Location"] == "/samui/signin/", "no second account for the same e-mail"
    ask(client, email)
    answer = client.post("/samui/signin/code/", {"code": code_to(samui, email)})
    assert answer["Location"] == "/samui/account/link/waiting/"
    assert client.get("/samui/account/link/waiting/").status_code == 200
    assert not owner.socialaccount_set.exists(), "only after a yes"
    client.post("/samui/account/link/waiting/")
    assert owner.socialaccount_set.get().uid == sub
    assert "web.provider.linked" in [action for action, _ in trail(samui)]


def test_linking_from_the_account_page_needs_this_sessions_own_wish(samui: Organisation, issuer: str) -> None:
    email = f"{secrets.token_hex(6)}@example.com"
    first = subject(issuer, name="A", email=email, email_verified=True)
    client = browser()
    dance(client, "/samui/signin/with/line/", first)
    client.post("/samui/signin/finish/", {"name": "สมชาย", "language": "en", "notice": "on"})
    user = User.objects.get(email=email)
    assert client.get("/samui/account/link/thaid/go/")["Location"] == "/samui/account/", (
        "a link from elsewhere does nothing"
    )
    page = client.post("/samui/account/link/thaid/").content.decode()
    go = re.search(r'href="(/samui/account/link/thaid/go/)"', page)
    assert go is not None
    answer = dance(client, go[1], subject(issuer, name="B"))
    assert answer["Location"] == "/samui/account/"
    assert sorted(user.socialaccount_set.values_list("provider", flat=True)) == ["line", "thaid"]

    other = browser()
    dance(other, "/samui/signin/with/line/", subject(issuer, name="C"))
    other.post("/samui/signin/finish/", {"name": "Other", "language": "en", "notice": "on"})
    other.post("/samui/account/link/line/")
    answer = dance(other, "/samui/account/link/line/go/", first)
    assert "linked to somebody else" in other.get(answer["Location"]).content.decode()
    assert user.socialaccount_set.filter(uid=first).exists()

    row = user.socialaccount_set.get(provider="thaid")
    assert other.post(f"/samui/account/unlink/{row.pk}/").status_code == 404
    client.post(f"/samui/account/unlink/{row.pk}/")
    assert not user.socialaccount_set.filter(provider="thaid").exists()


def test_the_national_id_of_thaid_stays_sealed_in_the_session(samui: Organisation, issuer: str, settings: Any) -> None:
    settings.NAKHON_OIDC[1]["claims"] = {"national_id": "nickname"}
    sub = subject(issuer, name="สมชาย ใจดี", given_name="สมชาย", family_name="ใจดี", nickname="1101700230708")
    client = browser()
    dance(client, "/samui/signin/with/thaid/", sub)
    client.post("/samui/signin/finish/", {"name": "สมชาย ใจดี", "language": "th", "notice": "on"})
    user = User.objects.get(pk=client.session["_auth_user_id"])
    row = user.socialaccount_set.get()
    assert row.uid != sub and len(row.uid) == 64, (
        "the subject may be the national ID itself, so only a keyed hash is kept"
    )
    request = type("Request", (), {"session": client.session})()
    identity = session.verified_identity(request, make.ctx(samui, "citizen"))
    assert identity is not None and identity.national_id == "1101700230708"
    assert "1101700230708" not in repr(identity)
    assert "1101700230708" not in str(dict(client.session)) + whole_trail(samui) + str(row.__dict__) + str(
        user.__dict__
    )


def test_staff_by_their_offices_provider_still_owe_the_second_factor(samui: Organisation, issuer: str) -> None:
    user = member(samui, "officer")
    secret = enrol_app(user)
    sub = subject(issuer, name="Officer", email=str(user.email), email_verified=True)
    client = browser()
    answer = dance(client, "/samui/staff/signin/with/office/", sub)
    assert answer["Location"] == "/samui/staff/signin/", "not linked yet"
    sign_in_then_link(client, user, secret)
    again = browser()
    answer = dance(again, "/samui/staff/signin/with/office/", sub)
    assert answer["Location"] == "/samui/signin/second-factor/"
    assert again.get("/samui/staff/").status_code == 302
    again.post("/samui/signin/second-factor/", {"code": app_code(secret, 1)})
    assert again.get("/samui/staff/").status_code == 200


def sign_in_then_link(client: Client, user: User, secret: str) -> None:
    client.post("/samui/staff/signin/", {"email": user.email, "password": PASSWORD})
    answer = client.post("/samui/signin/second-factor/", {"code": app_code(secret)})
    assert answer["Location"] == "/samui/account/link/waiting/"
    client.post("/samui/account/link/waiting/")
    assert user.socialaccount_set.get().provider == "office"


def test_a_provider_of_the_other_door_and_an_unknown_one_are_refused(samui: Organisation) -> None:
    assert browser().get("/samui/signin/with/office/").status_code == 404
    assert browser().get("/samui/staff/signin/with/line/").status_code == 404
    assert browser().get("/samui/signin/with/nobody/").status_code == 404


def test_a_forged_or_repeated_answer_is_refused(samui: Organisation, issuer: str) -> None:
    client = browser()
    client.get("/samui/signin/with/line/")
    answer = client.get("/signin/oidc/line/callback/?code=stolen&state=forged")
    assert answer["Location"] == "/samui/signin/"
    assert "did not work" in client.get("/samui/signin/").content.decode()
    assert trail(samui)[-1] == ("web.signin.failed", {"method": "line", "reason": "unknown"})
    assert "_auth_user_id" not in client.session


def test_saying_no_at_the_provider_leads_back(samui: Organisation, issuer: str) -> None:
    client = browser()
    away = client.get("/samui/signin/with/line/")
    back = requests.post(away["Location"], data={"action": "deny"}, allow_redirects=False, timeout=5)
    parts = urlsplit(back.headers["Location"])
    # This provider forgets the state, which RFC 6749 (4.1.2.1) has every provider send back.
    state = parse_qs(urlsplit(away["Location"]).query)["state"][0]
    answer = client.get(f"{parts.path}?{parts.query}&state={state}")
    assert answer["Location"] == "/samui/signin/"
    assert trail(samui)[-1][1]["reason"] == "cancelled"


def test_a_provider_that_is_down_is_told_in_words(samui: Organisation, settings: Any) -> None:
    for app in settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]:
        app["settings"]["server_url"] = "http://localhost:9"
    client = browser()
    answer = client.get("/samui/signin/with/line/")
    assert answer["Location"] == "/samui/signin/"
    assert "did not work" in client.get("/samui/signin/").content.decode()


def test_a_staff_session_stays_when_a_citizen_provider_is_not_linked(samui: Organisation, issuer: str) -> None:
    user = member(samui, "officer")
    client = browser()
    sign_in(client, samui, user, enrol_app(user))
    answer = dance(client, "/samui/signin/with/line/", subject(issuer, name="Somebody else"))
    assert answer["Location"] == "/samui/signin/finish/"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"kind": "facebook"}, "kind"),
        ({"kind": "line"}, "client_id"),
        ({"id": "x", "name": "x", "server_url": "http://sso.example.go.th", "client_id": "a", "secret": "b"}, "https"),
        ({"id": "x", "name": "x", "server_url": "https://x", "client_id": "a", "secret": "b", "for": "robots"}, "for"),
    ],
)
def test_wrong_settings_are_told_by_name(row: dict[str, str], said: str) -> None:
    with pytest.raises(Exception, match=said):
        _provider(row, 0)


def test_known_kinds_fill_in_their_addresses() -> None:
    line = _provider({"id": "line", "kind": "line", "client_id": "a", "secret": "b"}, 0)
    assert (line["server_url"], line["for"]) == ("https://access.line.me", ["citizen"])
    thaid = _provider({"id": "thaid", "kind": "thaid", "client_id": "a", "secret": "b"}, 0)
    assert thaid["claims"] == {"national_id": "pid"}
