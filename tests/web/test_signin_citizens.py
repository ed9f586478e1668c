"""The citizens' door: codes by SMS and e-mail, the first sign-in, wrong and old codes, safe ways back."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import pytest
from django.test import Client

from nakhon.people.models import Organisation, User
from nakhon.web.signin import codes
from tests.web.signing import browser, code_to, letters_to, trail, whole_trail, work_off

pytestmark = pytest.mark.django_db


def fresh_phone() -> str:
    """A mobile number that no test used before: limits are counted per number and outlive a test's transaction."""
    return f"08{secrets.randbelow(10**8):08d}"


def e164(phone: str) -> str:
    return "+66" + phone[1:]


def ask(client: Client, contact: str, next_url: str = "") -> None:
    answer = client.post("/samui/signin/", {"contact": contact, "next": next_url})
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == "/samui/signin/code/"


def test_a_first_sign_in_by_phone_opens_an_account(samui: Organisation) -> None:
    client, phone = browser(), fresh_phone()
    ask(client, phone, "/samui/account/")
    code = code_to(samui, e164(phone))
    answer = client.post("/samui/signin/code/", {"code": code})
    assert answer["Location"] == "/samui/signin/finish/"
    assert not User.objects.filter(phone=e164(phone)).exists(), "no account before the notice was read"

    refused = client.post("/samui/signin/finish/", {"name": "สมหญิง ใจงาม", "language": "th"})
    assert refused.status_code == 422
    assert "privacy notice" in refused.content.decode().lower() or "tick the box" in refused.content.decode()

    answer = client.post("/samui/signin/finish/", {"name": "สมหญิง ใจงาม", "language": "th", "notice": "on"})
    assert (answer.status_code, answer["Location"]) == (302, "/samui/account/")
    user = User.objects.get(phone=e164(phone))
    assert (user.display_name, user.phone_verified, user.has_usable_password()) == ("สมหญิง ใจงาม", True, False)
    assert client.get("/samui/account/").status_code == 200
    actions = [action for action, _ in trail(samui)]
    assert actions == ["web.code.sent", "web.account.opened", "web.signin.done"]
    assert phone not in whole_trail(samui) and e164(phone) not in whole_trail(samui)


def test_thai_digits_and_spaces_are_read(samui: Organisation) -> None:
    client, phone = browser(), fresh_phone()
    ask(client, phone.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")))
    code = code_to(samui, e164(phone)).translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    answer = client.post("/samui/signin/code/", {"code": f"{code[:3]} {code[3:]}"})
    assert answer["Location"] == "/samui/signin/finish/"


def test_a_known_e_mail_signs_in_and_the_key_of_the_session_changes(samui: Organisation) -> None:
    email = f"{fresh_phone()}@example.com"
    user = User.objects.create_user(email, None, display_name="Malee")
    client = browser()
    ask(client, email.upper())
    before = client.session.session_key
    answer = client.post("/samui/signin/code/", {"code": code_to(samui, email)})
    assert (answer.status_code, answer["Location"]) == (302, "/samui/me/")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.session.session_key != before
    assert trail(samui)[-1][1] == {"door": "citizen", "method": "code:email", "new_device": True}


def test_the_answer_is_the_same_for_known_and_unknown(samui: Organisation) -> None:
    known = f"{fresh_phone()}@example.com"
    User.objects.create_user(known, None)
    pages = []
    for email in (known, f"{fresh_phone()}@example.com"):
        client = browser()
        ask(client, email)
        page = client.get("/samui/signin/code/").content.decode()
        shown = codes.read_contact(email).shown
        token = page.split('name="csrfmiddlewaretoken" value="')
        pages.append(
            "".join(part.split('"', 1)[1] if at else part for at, part in enumerate(token)).replace(shown, "X")
        )
    assert pages[0] == pages[1]


def test_five_wrong_tries_end_a_code(samui: Organisation) -> None:
    client, phone = browser(), fresh_phone()
    ask(client, phone)
    code = code_to(samui, e164(phone))
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for left in (4, 3, 2, 1, 0):
        answer = client.post("/samui/signin/code/", {"code": wrong})
        assert answer.status_code == 422
        assert f"{left} tries left" in answer.content.decode()
    answer = client.post("/samui/signin/code/", {"code": code})
    assert answer.status_code == 422
    assert "can no longer be used" in answer.content.decode()
    assert [detail["reason"] for action, detail in trail(samui) if action == "web.signin.failed"] == [
        *["signin.wrong_code"] * 5,
        "signin.code_over",
    ]
    assert "_auth_user_id" not in client.session


def test_a_code_is_over_after_ten_minutes(samui: Organisation) -> None:
    client, phone = browser(), fresh_phone()
    ask(client, phone)
    code = code_to(samui, e164(phone))
    kept = dict(client.session[codes.KEPT])
    session = client.session
    over = datetime.fromisoformat(kept["expires_at"]) - timedelta(minutes=10)
    session[codes.KEPT] = {**kept, "expires_at": over.isoformat()}
    session.save()
    answer = client.post("/samui/signin/code/", {"code": code})
    assert answer.status_code == 422
    assert "can no longer be used" in answer.content.decode()


def test_a_code_works_only_in_the_browser_that_asked(samui: Organisation) -> None:
    first, second, phone = browser(), browser(), fresh_phone()
    ask(first, phone)
    code = code_to(samui, e164(phone))
    answer = second.post("/samui/signin/code/", {"code": code})
    assert (answer.status_code, answer["Location"]) == (302, "/samui/signin/")


def test_another_code_waits_a_minute(samui: Organisation) -> None:
    client, phone = browser(), fresh_phone()
    ask(client, phone)
    answer = client.post("/samui/signin/code/again/", follow=True)
    assert "Wait" in answer.content.decode()
    work_off(samui)
    assert len(letters_to(samui, e164(phone))) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter your mobile number or e-mail"),
        ("02-123-4567", "cannot receive a text message"),
        ("12345", "telephone number"),
        ("somchai", "a mobile number such as 081-234-5678, or an e-mail"),
        ("somchai@", "not an e-mail address"),
    ],
)
def test_a_contact_that_cannot_be_reached_is_refused(samui: Organisation, typed: str, said: str) -> None:
    answer = browser().post("/samui/signin/", {"contact": typed})
    assert answer.status_code == 422
    assert said.lower() in answer.content.decode().lower()
    assert trail(samui) == []


@pytest.mark.parametrize(
    "evil", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:evil.example"]
)
def test_the_way_back_stays_on_this_host(samui: Organisation, evil: str) -> None:
    email = f"{fresh_phone()}@example.com"
    User.objects.create_user(email, None)
    client = browser()
    ask(client, email, evil)
    answer = client.post("/samui/signin/code/", {"code": code_to(samui, email)})
    assert answer["Location"] == "/samui/me/"


def test_a_closed_account_does_not_get_in(samui: Organisation) -> None:
    email = f"{fresh_phone()}@example.com"
    User.objects.create_user(email, None, is_active=False)
    client = browser()
    ask(client, email)
    answer = client.post("/samui/signin/code/", {"code": code_to(samui, email)}, follow=True)
    assert "closed" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert trail(samui)[-1][1]["reason"] == "closed"


def test_the_country_asks_for_the_city(samui: Organisation, yala: Organisation) -> None:
    page = browser().get("/signin/").content.decode()
    assert "/samui/signin/" in page and "/yala/signin/" in page
    page = browser().get("/signin/?q=ยะลา&for=staff").content.decode()
    assert "/yala/staff/signin/" in page and "/samui/" not in page
    assert "No city found" in browser().get("/signin/?q=atlantis").content.decode()


def test_signing_out_needs_a_post(samui: Organisation) -> None:
    email = f"{fresh_phone()}@example.com"
    User.objects.create_user(email, None)
    client = browser()
    ask(client, email)
    client.post("/samui/signin/code/", {"code": code_to(samui, email)})
    assert client.get("/samui/signout/").status_code == 200
    assert client.get("/samui/account/").status_code == 200
    client.post("/samui/signout/")
    assert client.get("/samui/account/")["Location"].startswith("/samui/signin/?next=")
    assert trail(samui)[-1][0] == "web.signin.ended"
