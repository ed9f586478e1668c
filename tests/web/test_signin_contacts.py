"""A citizen changes the phone or e-mail of the account: proved by a code to the new one, told to the old one, never taken."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress

from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, Forbidden
from nakhon.people.messages import Channel
from nakhon.people.models import Organisation, User
from nakhon.web.signin import services
from nakhon.web.signin.codes import read_contact
from tests import make
from tests.web.signing import browser, code_to, enrol_app, letters_to, member, sign_in, trail
from tests.web.test_signin_account import citizen
from tests.web.test_signin_citizens import e164, fresh_phone

pytestmark = pytest.mark.django_db
PAGE, CODE = "/samui/account/contact/", "/samui/account/contact/code/"


def ctx_of(samui: Organisation, user: User) -> Context:
    return make.ctx(samui, "citizen", actor_id=str(user.pk))


def test_a_new_phone_is_proved_and_the_old_one_told(samui: Organisation) -> None:
    client, user = citizen(samui)
    old, new = str(user.phone), fresh_phone()
    assert PAGE in client.get("/samui/account/").content.decode()
    assert client.post(PAGE, {"contact": new})["Location"] == CODE
    code = code_to(samui, e164(new))
    wrong = client.post(CODE, {"code": "000000" if code != "000000" else "111111"})
    user.refresh_from_db()
    assert wrong.status_code == 422 and user.phone == old
    assert client.post(CODE, {"code": code})["Location"] == "/samui/account/"
    user.refresh_from_db()
    assert (user.phone, user.phone_verified) == (e164(new), True)
    told = letters_to(samui, old)
    assert told and all(e164(new) not in str(each) for each in told), "the old one hears of it, not of the new one"
    assert "web.contact.changed" in str(trail(samui))
    assert services.find_by_contact(read_contact(new)) == user
    assert services.find_by_contact(read_contact(old)) is None


def test_an_e_mail_is_added_and_belongs_to_one_account_only(samui: Organisation) -> None:
    _, user = citizen(samui)
    services.change_contact(ctx_of(samui, user), contact=read_contact("New@Example.com"))
    user.refresh_from_db()
    assert user.email == "new@example.com"
    assert EmailAddress.objects.get(user=user).verified
    _, other = citizen(samui)
    for taken in ("new@example.com", str(user.phone)):
        with pytest.raises(Conflict):
            services.change_contact(ctx_of(samui, other), contact=read_contact(taken))
    other.refresh_from_db()
    assert other.email is None and other.phone != user.phone


def test_nobody_gets_there_without_proof_or_with_a_staff_account(samui: Organisation) -> None:
    assert browser().get(PAGE).status_code == 302
    client, _ = citizen(samui)
    assert client.get(CODE)["Location"] == PAGE, "no code was asked for"
    assert client.post(PAGE, {"contact": "12"}).status_code == 422
    officer = member(samui, "officer")
    contact = read_contact("x@example.com")
    assert contact.channel is Channel.EMAIL
    with pytest.raises(Forbidden):
        services.change_contact(make.ctx(samui, "officer", actor_id=str(officer.pk)), contact=contact)
    signed = browser()
    sign_in(signed, samui, officer, enrol_app(officer))
    assert PAGE not in signed.get("/samui/account/").content.decode()
