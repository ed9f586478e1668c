"""The staff's door: password and second factor, enrolment, recovery, resets, invitations, other cities, limits."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from nakhon.kernel.audit import verify
from nakhon.kernel.errors import Forbidden, NotFound, SignInRequired
from nakhon.kernel.tenancy import new_id
from nakhon.people.models import Organisation, User
from nakhon.people.services.members import add_member
from nakhon.web.signin import factors, links, services
from tests import make
from tests.web.signing import (
    PASSWORD,
    app_code,
    browser,
    enrol_app,
    join,
    letters_to,
    link_to,
    member,
    secret_of,
    sign_in,
    trail,
    whole_trail,
    work_off,
)

pytestmark = pytest.mark.django_db

SIGN_IN = "/samui/staff/signin/"
FACTOR = "/samui/signin/second-factor/"


def test_password_and_app_open_the_console(samui: Organisation) -> None:
    user = member(samui, "officer")
    secret = enrol_app(user)
    client = browser()
    answer = client.post(SIGN_IN, {"email": user.email, "password": PASSWORD, "next": "/samui/staff/?x=1"})
    assert (answer.status_code, answer["Location"]) == (302, FACTOR)
    assert "_auth_user_id" not in client.session, "a password alone starts no session"
    assert client.get("/samui/staff/").status_code == 302
    before = client.session.session_key
    answer = client.post(FACTOR, {"code": app_code(secret)})
    assert (answer.status_code, answer["Location"]) == (302, "/samui/staff/?x=1")
    assert client.session.session_key != before
    assert client.get("/samui/staff/").status_code == 200
    assert [action for action, _ in trail(samui)] == [
        "web.password.passed",
        "web.second_factor.passed",
        "web.signin.done",
    ]
    assert list(verify(make.ctx(samui, "admin"))) == []


def test_a_wrong_password_an_unknown_e_mail_and_a_stranger_get_one_answer(
    samui: Organisation, yala: Organisation
) -> None:
    here, elsewhere = member(samui, "officer"), member(yala, "admin")
    pages = []
    for email, password in (
        (here.email, "ผิดแน่นอน-ไม่ใช่รหัสนี้"),
        ("nobody@example.go.th", PASSWORD),
        (elsewhere.email, PASSWORD),
    ):
        answer = browser().post(SIGN_IN, {"email": email, "password": password})
        assert answer.status_code == 422
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
        text = re.sub(r"<script id[^>]*application/json.*?</script>", "", text, flags=re.S)
        pages.append(text.replace(str(email), "X"))
    assert pages[0] == pages[1] == pages[2]
    assert "The e-mail or the password is not right" in pages[0]
    assert [detail["reason"] for _, detail in trail(samui)] == ["password", "password", "not_member"]
    assert "nobody@example.go.th" not in whole_trail(samui)
    assert trail(yala) == []


def test_without_a_second_factor_one_may_only_enrol_one(samui: Organisation) -> None:
    user = member(samui, "admin")
    client = browser()
    answer = client.post(SIGN_IN, {"email": user.email, "password": PASSWORD})
    assert answer["Location"] == "/samui/staff/"
    answer = client.get("/samui/staff/")
    assert (answer.status_code, answer["Location"]) == (302, FACTOR), "roles are withheld"
    assert client.get(FACTOR)["Location"] == "/samui/account/second-factor/"
    assert client.get("/samui/account/second-factor/").status_code == 200
    page = client.get("/samui/account/second-factor/app/").content.decode()
    assert "<svg" in page and "style=" not in page
    secret = re.search(r"data-secret>([A-Z2-7 ]+)<", page)
    assert secret is not None
    assert client.get("/samui/account/second-factor/app/").content.decode().count(secret[1]) == 1, (
        "a reload changes nothing"
    )

    refused = client.post("/samui/account/second-factor/app/", {"code": "000000"})
    assert refused.status_code == 422
    assert not factors.has_second_factor(user)

    answer = client.post("/samui/account/second-factor/app/", {"code": app_code(secret[1].replace(" ", ""))})
    codes = re.findall(r"<code>(\d{5}-\d{5})</code>", answer.content.decode())
    assert len(set(codes)) == 10
    assert client.get("/samui/staff/").status_code == 200, "the session has now passed a second factor"
    assert "web.second_factor.enrolled" in [action for action, _ in trail(samui)]
    assert secret[1].replace(" ", "") not in str(factors.Authenticator.objects.get(user=user, type="totp").data), (
        "sealed"
    )
    assert secret_of(user) == secret[1].replace(" ", "")


def test_a_code_of_the_app_passes_once(samui: Organisation) -> None:
    user = member(samui, "officer")
    secret = enrol_app(user)
    first = browser()
    sign_in(first, samui, user, secret)
    second = browser()
    second.post(SIGN_IN, {"email": user.email, "password": PASSWORD})
    used = secret and app_code(secret)
    answer = second.post(FACTOR, {"code": used})
    assert answer.status_code == 422
    assert "used already" in answer.content.decode()
    answer = second.post(FACTOR, {"code": app_code(secret, 1)})
    assert answer.status_code == 302


def test_a_recovery_code_passes_once_and_is_told_by_e_mail(samui: Organisation) -> None:
    user = member(samui, "officer")
    enrol_app(user)
    code = factors.renew_recovery_codes(user)[0]
    for passes in (True, False):
        client = browser()
        client.post(SIGN_IN, {"email": user.email, "password": PASSWORD})
        answer = client.post(FACTOR, {"code": f"{code[:5]}-{code[5:]}"})
        assert answer.status_code == (302 if passes else 422)
    assert any("9" in letter and "รหัสสำรอง" in letter for letter in letters_to(samui, str(user.email)))


def test_recovery_codes_are_shown_once_renewed_and_downloaded(samui: Organisation) -> None:
    user = member(samui, "officer")
    secret = enrol_app(user)
    client = browser()
    sign_in(client, samui, user, secret)
    first = client.post("/samui/account/recovery-codes/")
    codes = re.findall(r"<code>(\d{5}-\d{5})</code>", first.content.decode())
    assert len(codes) == 10
    assert client.get("/samui/account/recovery-codes/").status_code == 405
    file = client.post("/samui/account/recovery-codes/download/", {"codes": " ".join([*codes, "<script>"])})
    assert file["Content-Disposition"].startswith("attachment")
    assert all(code in file.content.decode() for code in codes) and "<script>" not in file.content.decode()
    second = re.findall(r"<code>(\d{5}-\d{5})</code>", client.post("/samui/account/recovery-codes/").content.decode())
    assert not set(codes) & set(second)
    assert factors.check_recovery_code(user, codes[0]) is None
    assert factors.check_recovery_code(user, second[0]) is not None


def test_a_code_by_sms_is_no_first_factor_for_staff(samui: Organisation) -> None:
    """Somebody on the staff who came through the citizens' door gets neither the console nor a new second factor."""
    user = member(samui, "admin")
    client = browser()
    from tests.web.test_signin_citizens import ask, code_to

    ask(client, str(user.email))
    client.post("/samui/signin/code/", {"code": code_to(samui, str(user.email))})
    assert client.get("/samui/staff/")["Location"] == FACTOR
    assert client.get(FACTOR)["Location"] == SIGN_IN
    answer = client.get("/samui/account/second-factor/app/")
    assert answer["Location"].startswith("/samui/account/confirm/"), "the password is asked for first"
    refused = client.post("/samui/account/confirm/", {"password": "ไม่ใช่รหัสผ่านนี้แน่นอน"})
    assert refused.status_code == 422
    answer = client.post("/samui/account/confirm/", {"password": PASSWORD, "next": "/samui/account/second-factor/app/"})
    assert answer["Location"] == "/samui/account/second-factor/app/"
    assert client.get("/samui/account/second-factor/app/").status_code == 200


def test_too_many_passwords_lock_the_account_for_a_while(samui: Organisation) -> None:
    user = member(samui, "officer")
    for _ in range(10):
        assert browser().post(SIGN_IN, {"email": user.email, "password": "ผิดผิดผิดผิดผิดผิด"}).status_code == 422
    answer = browser().post(SIGN_IN, {"email": user.email, "password": PASSWORD})
    assert answer.status_code == 422
    assert "Too many attempts" in answer.content.decode()
    assert trail(samui)[-1][1]["reason"] == "rate_limited"
    other = member(samui, "officer")
    assert browser().post(SIGN_IN, {"email": other.email, "password": PASSWORD}).status_code == 302


def test_too_many_wrong_second_factors_lock_too(samui: Organisation) -> None:
    user = member(samui, "officer")
    secret = enrol_app(user)
    client = browser()
    client.post(SIGN_IN, {"email": user.email, "password": PASSWORD})
    for _ in range(8):
        client.post(FACTOR, {"code": "123123"})
    answer = client.post(FACTOR, {"code": app_code(secret)})
    assert answer.status_code == 422
    assert "Too many attempts" in answer.content.decode()


def test_an_invitation_sets_a_password_and_a_second_factor(samui: Organisation) -> None:
    user = member(samui, "officer", password=None)
    admin = make.ctx(samui, "admin", now=timezone.now())
    services.send_invitation(admin, user_id=user.pk)
    path = link_to(samui, str(user.email))
    assert path.startswith("/samui/staff/signin/invitation/")
    client = browser()
    assert client.get(path).status_code == 200
    for weak, said in (
        ("short", "12 characters"),
        ("password2569!", "easy to guess"),
        ("qwertyuiop12", "easy to guess"),
    ):
        answer = client.post(path, {"password": weak})
        assert answer.status_code == 422 and said in answer.content.decode(), weak
    answer = client.post(path, {"password": PASSWORD})
    assert answer.status_code == 302
    assert client.get("/samui/staff/")["Location"] == FACTOR
    assert client.get("/samui/account/second-factor/app/").status_code == 200
    again = browser().get(path)
    assert again.status_code == 410 and "expired or was used" in again.content.decode()
    assert "web.invitation.used" in [action for action, _ in trail(samui)]


def test_a_new_member_is_invited_and_one_with_a_password_is_welcomed(samui: Organisation, yala: Organisation) -> None:
    email = f"{new_id().hex}@example.go.th"
    add_member(make.ctx(samui, "admin", now=timezone.now()), email=email, display_name="มาลี", roles=["officer"])
    path = link_to(samui, email)
    assert path.startswith("/samui/staff/signin/invitation/")
    browser().post(path, {"password": PASSWORD})
    add_member(make.ctx(yala, "admin", now=timezone.now()), email=email, roles=["officer"])
    assert link_to(yala, email) == "/yala/staff/signin/"
    with pytest.raises(Forbidden):
        add_member(make.ctx(samui, "officer"), email="x@example.go.th", roles=["admin"])
    assert letters_to(samui, "x@example.go.th") == []


def test_an_invitation_is_over_after_72_hours_and_holds_in_its_city_only(
    samui: Organisation, yala: Organisation
) -> None:
    user = member(samui, "officer", password=None)
    then = make.ctx(samui, "admin", now=timezone.now() - timedelta(hours=71, minutes=59))
    token = links.make_token(then, user, links.INVITATION)
    assert browser().get(f"/samui/staff/signin/invitation/{token}/").status_code == 200
    assert browser().get(f"/yala/staff/signin/invitation/{token}/").status_code == 410
    assert browser().get(f"/samui/staff/signin/password/{token}/").status_code == 410, "not for another purpose"
    assert browser().get(f"/samui/staff/signin/invitation/{token[:-2]}xx/").status_code == 410
    late = links.make_token(replace(then, now=then.now - timedelta(minutes=2)), user, links.INVITATION)
    assert browser().get(f"/samui/staff/signin/invitation/{late}/").status_code == 410


def test_a_password_reset_keeps_the_second_factor_and_ends_sessions(samui: Organisation) -> None:
    user = member(samui, "officer")
    secret = enrol_app(user)
    old = browser()
    sign_in(old, samui, user, secret)
    client = browser()
    assert "Check your e-mail" in client.post("/samui/staff/signin/reset/", {"email": user.email}).content.decode()
    path = link_to(samui, str(user.email))
    changed = "ร่ม-กะทิ-ดาวเสาร์-บันได"
    assert client.post(path, {"password": changed})["Location"] == SIGN_IN
    assert old.get("/samui/staff/").status_code == 302, "other sessions ended"
    assert client.post(SIGN_IN, {"email": user.email, "password": PASSWORD}).status_code == 422
    answer = client.post(SIGN_IN, {"email": user.email, "password": changed})
    assert answer["Location"] == FACTOR, "the second factor is still asked for"
    assert client.get("/samui/staff/").status_code == 302
    assert browser().get(path).status_code == 410


def test_a_reset_says_the_same_for_everybody_and_writes_to_members_only(
    samui: Organisation, yala: Organisation
) -> None:
    stranger = member(yala, "officer")
    for email in (str(stranger.email), "nobody-at-all@example.go.th"):
        answer = browser().post("/samui/staff/signin/reset/", {"email": email})
        assert answer.status_code == 200 and "Check your e-mail" in answer.content.decode()
        assert letters_to(samui, email) == []


def test_only_another_administrator_resets_a_lost_second_factor(samui: Organisation, yala: Organisation) -> None:
    user = member(samui, "officer")
    secret = enrol_app(user)
    client = browser()
    sign_in(client, samui, user, secret)
    with pytest.raises(Forbidden):
        services.reset_second_factor(make.ctx(samui, "officer"), user_id=user.pk, reason="lost phone")
    with pytest.raises(SignInRequired):
        services.reset_second_factor(make.ctx(samui), user_id=user.pk, reason="lost phone")
    with pytest.raises(NotFound):
        services.reset_second_factor(make.ctx(yala, "admin"), user_id=user.pk, reason="lost phone")
    with pytest.raises(NotFound):
        services.send_invitation(make.ctx(yala, "admin"), user_id=user.pk)
    with pytest.raises(Exception, match="your own"):
        services.reset_second_factor(
            make.ctx(samui, "admin", actor_id=str(user.pk)), user_id=user.pk, reason="lost phone"
        )
    assert factors.has_second_factor(user)

    services.reset_second_factor(make.ctx(samui, "admin"), user_id=user.pk, reason="โทรศัพท์หาย ยืนยันตัวต่อหน้าแล้ว")
    assert not factors.has_second_factor(user)
    assert client.get("/samui/staff/").status_code == 302
    assert trail(samui)[-1][0] == "web.second_factor.reset"
    assert any("รีเซ็ต" in letter for letter in letters_to(samui, str(user.email)))


def test_the_page_of_a_members_access(samui: Organisation) -> None:
    admin, officer, target = member(samui, "admin"), member(samui, "officer"), member(samui, "officer")
    enrol_app(target)
    at_work, at_desk = browser(), browser()
    sign_in(at_work, samui, admin, enrol_app(admin))
    sign_in(at_desk, samui, officer, enrol_app(officer))
    page = f"/samui/staff/members/{target.pk}/access/"
    assert at_desk.get(page).status_code == 403
    assert browser().get(page)["Location"].startswith("/samui/staff/signin/")
    assert at_work.get(page).status_code == 200
    refused = at_work.post(f"/samui/staff/members/{target.pk}/reset-second-factor/", {"reason": "x"})
    assert refused.status_code == 422 and factors.has_second_factor(target)
    assert (
        at_desk.post(f"/samui/staff/members/{target.pk}/reset-second-factor/", {"reason": "lost phone"}).status_code
        == 403
    )
    answer = at_work.post(
        f"/samui/staff/members/{target.pk}/reset-second-factor/", {"reason": "lost phone, seen in person"}
    )
    assert answer.status_code == 302 and not factors.has_second_factor(target)
    at_work.post(f"/samui/staff/members/{target.pk}/invite/")
    assert any("/samui/staff/signin/" in letter for letter in letters_to(samui, str(target.email)))


def test_another_citys_roles_stay_there(samui: Organisation, yala: Organisation) -> None:
    user = member(samui, "admin")
    client = browser()
    sign_in(client, samui, user, enrol_app(user))
    assert client.get("/samui/staff/").status_code == 200
    assert client.get("/yala/staff/").status_code == 403
    join(yala, user, "officer")
    assert client.get("/yala/staff/").status_code == 200


def test_passwords_are_kept_with_argon2(samui: Organisation) -> None:
    assert member(samui, "officer").password.startswith("argon2$argon2id$")


def test_no_letter_or_entry_holds_a_password_or_a_secret(samui: Organisation) -> None:
    user = member(samui, "officer")
    secret = enrol_app(user)
    client = browser()
    sign_in(client, samui, user, secret)
    work_off(samui)
    assert PASSWORD not in whole_trail(samui) and secret not in whole_trail(samui)
    assert User.objects.get(pk=user.pk).last_login is not None


def test_the_citizens_door_does_not_lengthen_a_staff_session(samui: Organisation) -> None:
    """Else twelve hours of idling became thirty days by signing in once more with a code."""
    from tests.web.test_signin_citizens import ask, code_to

    user = member(samui, "officer")
    secret = enrol_app(user)
    client = browser()
    sign_in(client, samui, user, secret)
    ask(client, str(user.email))
    client.post("/samui/signin/code/", {"code": code_to(samui, str(user.email))})
    client.post(FACTOR, {"code": app_code(secret, 1)})
    assert client.get("/samui/account/").status_code == 200, "signed in as a citizen"
    assert client.get("/samui/staff/")["Location"] == FACTOR, "the proofs of the staff's door are gone"


def test_pages_and_letters_speak_both_languages(samui: Organisation) -> None:
    thai, english = browser("th"), browser("en")
    assert "สำหรับเจ้าหน้าที่" in thai.get(SIGN_IN).content.decode()
    assert "Staff sign-in" in english.get(SIGN_IN).content.decode()
    user = member(samui, "officer")
    User.objects.filter(pk=user.pk).update(language="en")
    english.post("/samui/staff/signin/reset/", {"email": user.email})
    assert "Set a new password" in letters_to(samui, str(user.email))[-1]
