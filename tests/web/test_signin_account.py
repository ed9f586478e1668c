"""My account: devices, second factors, idle sessions, notices about new devices, proving again who one is."""

from __future__ import annotations

import time

import pytest
from django.conf import settings
from django.test import Client

from nakhon.people.models import Organisation, User
from nakhon.web.signin import factors, session, sessions
from nakhon.web.signin.passwords import GuessableValidator
from tests.web.signing import (
    PASSWORD,
    app_code,
    browser,
    code_to,
    enrol_app,
    letters_to,
    member,
    sign_in,
    trail,
)
from tests.web.test_signin_citizens import ask, e164, fresh_phone

pytestmark = pytest.mark.django_db


def citizen(samui: Organisation) -> tuple[Client, User]:
    phone = fresh_phone()
    user = User.objects.create_user(None, None, phone=e164(phone), phone_verified=True, display_name="Wan")
    client = browser()
    ask(client, phone)
    client.post("/samui/signin/code/", {"code": code_to(samui, e164(phone))})
    return client, user


def _set(client: Client, key: str, value: object) -> None:
    kept = client.session
    kept[key] = value
    kept.save()


@pytest.mark.parametrize(("kind", "limit"), [("staff", 12 * 3600), ("citizen", 30 * 24 * 3600)])
def test_an_idle_session_ends(samui: Organisation, kind: str, limit: int) -> None:
    if kind == "staff":
        user = member(samui, "officer")
        client = browser()
        sign_in(client, samui, user, enrol_app(user))
    else:
        client, user = citizen(samui)
    assert abs(client.session.get_expiry_age() - limit) < 5
    signed = dict(client.session[session.SIGNED])
    _set(client, session.SIGNED, {**signed, "seen": time.time() - limit + 100})
    assert client.get("/samui/account/").status_code == 200
    assert time.time() - client.session[session.SIGNED]["seen"] < 10, "activity is noted"
    _set(client, session.SIGNED, {**signed, "seen": time.time() - limit - 1})
    answer = client.get("/samui/account/")
    assert answer.status_code == 302 and "signin" in answer["Location"]
    assert "_auth_user_id" not in client.session


def test_devices_are_listed_and_ended(samui: Organisation) -> None:
    user = member(samui, "officer")
    secret = enrol_app(user)
    first, second = browser(), browser()
    sign_in(first, samui, user, secret)
    second.post("/samui/staff/signin/", {"email": user.email, "password": PASSWORD})
    second.post("/samui/signin/second-factor/", {"code": app_code(secret, 1)})
    page = first.get("/samui/account/").content.decode()
    assert page.count("Chrome · Linux") >= 2 and "This device" in page
    other = next(row for row in sessions.list_sessions(user, first.session.session_key or "") if not row.current)
    stranger, _ = citizen(samui)
    assert stranger.post(f"/samui/account/sessions/{other.id}/end/").status_code == 404, "nobody ends another's session"
    assert second.get("/samui/staff/").status_code == 200
    first.post(f"/samui/account/sessions/{other.id}/end/")
    assert second.get("/samui/staff/").status_code == 302
    assert first.get("/samui/staff/").status_code == 200
    first.post("/samui/account/sessions/end/")
    assert first.get("/samui/staff/").status_code == 302
    assert trail(samui)[-1][0] == "web.session.all_ended"


def test_a_new_device_is_told_by_e_mail_and_a_known_one_is_not(samui: Organisation) -> None:
    user = member(samui, "officer")
    secret = enrol_app(user)
    client = browser()
    sign_in(client, samui, user, secret)
    assert sum("อุปกรณ์ใหม่" in letter for letter in letters_to(samui, str(user.email))) == 1
    client.post("/samui/signout/")
    client.post("/samui/staff/signin/", {"email": user.email, "password": PASSWORD})
    client.post("/samui/signin/second-factor/", {"code": app_code(secret, 1)})
    assert sum("อุปกรณ์ใหม่" in letter for letter in letters_to(samui, str(user.email))) == 1


def test_a_factor_is_removed_after_proof_but_never_the_last_of_staff(samui: Organisation) -> None:
    user = member(samui, "officer")
    secret = enrol_app(user)
    client = browser()
    sign_in(client, samui, user, secret)
    row = factors.factors_of(user)[0]
    answer = client.post(f"/samui/account/second-factor/{row.id}/remove/", follow=True)
    assert "last second factor cannot be removed" in answer.content.decode()
    assert factors.has_second_factor(user)

    records = client.session["account_authentication_methods"]
    _set(client, "account_authentication_methods", [{**record, "at": record["at"] - 301} for record in records])
    answer = client.get(f"/samui/account/second-factor/{row.id}/remove/")
    assert answer["Location"].startswith("/samui/account/confirm/"), "the proof is too old"
    refused = client.post("/samui/account/confirm/", {"code": "000000", "next": "/samui/account/"})
    assert refused.status_code == 422
    client.post("/samui/account/confirm/", {"code": app_code(secret, 1), "next": "/samui/account/"})
    assert client.get(f"/samui/account/second-factor/{row.id}/remove/").status_code == 200


def test_a_citizen_may_add_and_remove_an_app(samui: Organisation) -> None:
    client, user = citizen(samui)
    page = client.get("/samui/account/second-factor/app/").content.decode()
    assert "<svg" in page
    secret = client.session["mfa.totp.secret"]
    client.post("/samui/account/second-factor/app/", {"code": app_code(secret)})
    assert factors.has_second_factor(user)
    row = factors.factors_of(user)[0]
    assert client.post(f"/samui/account/second-factor/{row.id}/remove/").status_code == 302
    assert factors.factors_of(user) == [], "recovery codes go with the last factor"


def test_a_citizen_proves_again_by_code(samui: Organisation) -> None:
    client, user = citizen(samui)
    records = client.session["account_authentication_methods"]
    _set(client, "account_authentication_methods", [{**record, "at": record["at"] - 301} for record in records])
    assert client.get("/samui/account/second-factor/")["Location"].startswith("/samui/account/confirm/")
    from nakhon.kernel.limits import forgive

    forgive(f"sms:{user.phone}", "code.resend")
    client.post("/samui/account/confirm/", {"send": "1", "next": "/samui/account/second-factor/"})
    wrong = client.post("/samui/account/confirm/", {"code": "abc", "next": "/samui/account/second-factor/"})
    assert wrong.status_code == 422
    code = code_to(samui, str(user.phone))
    answer = client.post("/samui/account/confirm/", {"code": code, "next": "/samui/account/second-factor/"})
    assert answer["Location"] == "/samui/account/second-factor/"
    assert client.get("/samui/account/second-factor/").status_code == 200


def test_a_changed_password_keeps_this_device_and_ends_the_others(samui: Organisation) -> None:
    user = member(samui, "officer")
    secret = enrol_app(user)
    here, there = browser(), browser()
    sign_in(here, samui, user, secret)
    there.post("/samui/staff/signin/", {"email": user.email, "password": PASSWORD})
    there.post("/samui/signin/second-factor/", {"code": app_code(secret, 1)})
    assert here.post("/samui/account/password/", {"password": "somchai2569"}).status_code == 422
    assert here.post("/samui/account/password/", {"password": "มะพร้าว-จักรยาน-พายุ-ซอส"}).status_code == 302
    assert here.get("/samui/staff/").status_code == 200
    assert there.get("/samui/staff/").status_code == 302


def test_the_account_needs_somebody_signed_in(samui: Organisation) -> None:
    for path in ("", "confirm/", "password/", "second-factor/", "second-factor/app/", "second-factor/1/remove/"):
        answer = browser().get(f"/samui/account/{path}")
        assert answer.status_code == 302 and answer["Location"].startswith("/samui/signin/?next="), path


@pytest.mark.parametrize(
    "weak",
    ["password2569", "P@ssw0rd2026!", "qwertyuiop12", "123456789012", "aaaaaaaaaaaa", "samui2569!!!", "abcabcabcabc",
     "nakhon-admin-1", "ฟหกดเ้่าสวง1"],
)  # fmt: skip
def test_guessable_passwords_are_refused(weak: str) -> None:
    with pytest.raises(Exception, match="เดาง่าย"):
        GuessableValidator().validate(weak)


@pytest.mark.parametrize("good", [PASSWORD, "correct horse battery staple", "kT7#vLq9!xWz2p", "มะพร้าว-จักรยาน-พายุ-ซอส"])
def test_good_passwords_pass(good: str) -> None:
    GuessableValidator().validate(good)


def test_the_settings_hold() -> None:
    assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert (settings.SESSION_IDLE_STAFF, settings.SESSION_IDLE_CITIZEN) == (43_200, 2_592_000)
    assert settings.SESSION_COOKIE_HTTPONLY and settings.SESSION_COOKIE_SAMESITE == "Lax"
