"""Somebody is told: officers of what came in and of what is due, once a day; requesters of their answer; no e-mail says more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from nakhon.kernel import tasks
from nakhon.kernel.context import Context, system_actor
from nakhon.kernel.errors import Forbidden, NotFound, SignInRequired
from nakhon.kernel.models import AuditEntry, Work
from nakhon.kernel.tenancy import act_in
from nakhon.people import services
from nakhon.people.models import BreachIncident, Membership, Organisation, RightsRequest, User
from nakhon.people.rules.deadlines import breach_is_near, request_is_near
from nakhon.people.types import Registered
from tests import make

DPO, SECOND, ADMIN = "dpo@samui.example", "second@samui.example", "admin@samui.example"
PERSONAL = ("สมชาย", "ใจดี", "1234567890121", "0812345678", "แฟลชไดรฟ์", "สมหญิง")


@pytest.fixture(autouse=True)
def by_smtp(settings: Any) -> Iterator[None]:
    """E-mail goes to Django's outbox as it would go to a server, instead of into files."""
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.BASE_URL = "https://city.example"
    mail.outbox = []
    yield


def member(city: Organisation, email: str, *roles: str, language: str = "th", **more: Any) -> User:
    user = User.objects.create_user(email=email, display_name=email, language=language)
    with act_in(make.ctx(city)):
        Membership.objects.create(user=user, roles=list(roles), started_at=make.NOW, **more)
    return user


@pytest.fixture
def officers(city: Organisation) -> None:
    member(city, DPO, "dpo")
    member(city, SECOND, "officer", "dpo", language="en")
    member(city, "left@samui.example", "dpo", ended_at=make.NOW - timedelta(days=1))
    member(city, ADMIN, "admin")


def work_off(city: Organisation) -> list[EmailMessage]:
    """Let the worker's task do all that waits, handlers first and then their e-mails; what was sent, to whom in order."""
    mail.outbox = []
    for _ in range(3):
        with act_in(make.ctx(city)):
            waiting = list(Work.objects.filter(status="pending").order_by("created_at", "pk"))
        for work in waiting:
            tasks.do(str(city.pk), str(work.pk))
    for sent in mail.outbox:
        text = f"{sent.subject} {sent.body}"
        assert not [word for word in PERSONAL if word in text], "an e-mail lies open: nothing personal is in it"
    return sorted(mail.outbox, key=lambda sent: sent.to)


def report(city: Organisation, at: datetime = make.NOW) -> BreachIncident:
    incident: BreachIncident = services.report_breach(
        make.ctx(city, "officer", now=at), title="แฟลชไดรฟ์ของสมหญิงหาย", description="สมหญิง ใจดี ทำหาย"
    )
    return incident


def test_a_request_that_arrives_is_told_to_every_protection_officer(
    city: Organisation, citizen: Context, officers: None
) -> None:
    request = services.ask_right(citizen, kind="ACCESS", detail="ขอสำเนาข้อมูลของสมชาย")
    first, second = work_off(city)
    assert (first.to, second.to) == ([DPO], [SECOND])
    assert request.number in first.subject and request.number in second.subject
    assert "ต้องตอบภายในวันที่ 10 พฤษภาคม 2569" in first.body and "by 10 May 2026" in second.body
    assert f"https://city.example/samui/staff/rights/{request.pk}/" in first.body
    with act_in(citizen):
        entry = AuditEntry.objects.get(action="people.rights.officers_told")
    assert (entry.detail, entry.object_id) == ({"number": request.number, "officers": 2}, str(request.pk))
    # a handler that runs again tells nobody again
    services.tell_officers_of_request(replace(citizen, actor=system_actor("worker")), request_id=request.pk)
    assert work_off(city) == []


def test_a_breach_is_told_with_its_deadline(city: Organisation, officers: None) -> None:
    incident = report(city)
    first, second = work_off(city)
    assert (first.to, second.to) == ([DPO], [SECOND])
    assert "13 เม.ย. 69" in first.body.replace("2569", "69") and "15:30" in second.body.replace(".", ":")
    assert f"https://city.example/samui/staff/breaches/{incident.pk}/" in second.body
    services.tell_officers_of_breach(make.ctx(city, "dpo"), breach_id=incident.pk)
    assert work_off(city) == []


def test_where_nobody_is_protection_officer_yet_the_administrators_are_told(
    city: Organisation, citizen: Context
) -> None:
    services.ask_right(citizen, kind="ACCESS")
    assert work_off(city) == []
    member(city, ADMIN, "admin")
    report(city)
    assert [sent.to for sent in work_off(city)] == [[ADMIN]]


def test_another_citys_officers_hear_nothing(city: Organisation, yala: Organisation, citizen: Context) -> None:
    member(yala, "dpo@yala.example", "dpo")
    request = services.ask_right(citizen, kind="ACCESS")
    report(city)
    assert work_off(city) == work_off(yala) == []
    with pytest.raises(NotFound):
        services.tell_officers_of_request(make.ctx(yala, "dpo"), request_id=request.pk)
    with pytest.raises(NotFound):
        services.tell_officers_of_breach(make.ctx(yala, "dpo"), breach_id=UUID(int=1))


def remind(city: Organisation, at: datetime) -> list[str]:
    return services.remind_of_deadlines(make.ctx(city, "dpo", now=at))


def test_what_is_due_within_a_week_is_reminded_once_a_day_until_it_is_done(
    city: Organisation, citizen: Context, dpo: Context, officers: None
) -> None:
    request = services.ask_right(citizen, kind="ACCESS")  # received on 10 April, due on 10 May
    work_off(city)
    assert remind(city, datetime(2026, 5, 2, 16, 59, tzinfo=UTC)) == []
    assert work_off(city) == []
    third_of_may = datetime(2026, 5, 2, 17, 0, tzinfo=UTC)
    assert remind(city, third_of_may) == [request.number]
    first, _ = work_off(city)
    assert "1 เรื่อง" in first.subject and "เลยกำหนด" not in first.subject
    assert f"https://city.example/samui/staff/rights/{request.pk}/" in first.body
    remind(city, third_of_may + timedelta(hours=23, minutes=59))
    assert work_off(city) == [], "once a day, however often the job runs"
    remind(city, third_of_may + timedelta(hours=24))
    assert len(work_off(city)) == 2
    remind(city, third_of_may + timedelta(days=8))
    late, in_english = work_off(city)
    assert "เลยกำหนดแล้ว 1 เรื่อง" in late.subject and "LATE" in in_english.body
    services.fulfil_request(dpo, request_id=request.pk, version=request.version)
    work_off(city)
    assert remind(city, third_of_may + timedelta(days=9)) == []
    assert work_off(city) == []


def test_a_clock_that_stands_is_not_reminded_of(city: Organisation, dpo: Context, officers: None) -> None:
    request = services.receive_request(
        dpo, kind="ACCESS", channel="POST", requester_name="สมหญิง", requester_contact="ตู้ ปณ. 9"
    )
    services.wait_for_identity(dpo, request_id=request.pk, version=request.version)
    assert remind(city, make.NOW + timedelta(days=40)) == []


def test_a_breach_is_reminded_in_its_last_day_and_when_late_unless_told_or_harmless(
    city: Organisation, dpo: Context, officers: None
) -> None:
    waiting, told, harmless = report(city), report(city), report(city)
    services.notify_regulator(dpo, breach_id=told.pk, version=1)
    services.assess_breach(dpo, breach_id=harmless.pk, version=1, risk="NONE", assessment="ไฟล์เข้ารหัส")
    assert remind(city, waiting.deadline_at - timedelta(hours=25)) == []
    assert remind(city, waiting.deadline_at - timedelta(hours=24)) == [waiting.number]
    assert remind(city, waiting.deadline_at + timedelta(days=3)) == [waiting.number]


def test_who_may_not_send_out_notices(city: Organisation, citizen: Context) -> None:
    request, incident = services.ask_right(citizen, kind="ACCESS"), report(city)
    for role in ("officer", "admin", "registrar", "executive", "citizen"):
        ctx = make.ctx(city, role)
        for call in (
            lambda c=ctx: services.remind_of_deadlines(c),
            lambda c=ctx: services.tell_officers_of_request(c, request_id=request.pk),
            lambda c=ctx: services.tell_officers_of_breach(c, breach_id=incident.pk),
        ):
            with pytest.raises(Forbidden):
                call()
    with pytest.raises(SignInRequired):
        services.remind_of_deadlines(make.ctx(city))


def _answer(dpo: Context, request: RightsRequest) -> None:
    services.refuse_request(
        dpo, request_id=request.pk, version=request.version, ground="NO_DATA", answer="ไม่มีข้อมูลสมชาย"
    )


def test_the_citizen_hears_that_the_answer_is_there(city: Organisation, citizen: Context, dpo: Context) -> None:
    request = services.ask_right(citizen, kind="ACCESS")
    assert work_off(city) == []
    services.fulfil_request(dpo, request_id=request.pk, version=request.version, answer="ส่งสำเนาให้สมชายแล้ว")
    (sent,) = work_off(city)
    assert sent.to == ["somchai@example.com"] and request.number in sent.subject
    assert f"https://city.example/samui/me/requests/{request.pk}/" in sent.body
    refused = services.ask_right(citizen, kind="RESTRICT")
    _answer(dpo, refused)
    assert [each.subject for each in work_off(city)] == [f"คำขอใช้สิทธิเลขที่ {refused.number} ได้รับคำตอบแล้ว"]


def test_whoever_is_erased_hears_of_it_but_gets_no_link(city: Organisation, citizen: Context, dpo: Context) -> None:
    later = make.NOW + timedelta(days=365 * 6)
    request = services.ask_right(replace(citizen, now=later), kind="ERASE")
    services.fulfil_request(replace(dpo, now=later), request_id=request.pk, version=request.version)
    with act_in(dpo):
        Work.objects.update(due_at=make.NOW)
    (sent,) = work_off(city)
    assert sent.to == ["somchai@example.com"] and "https://" not in sent.body


@pytest.mark.parametrize(
    ("contact", "to"), [("me@example.com", ["me@example.com"]), ("ตู้ ปณ. 9", []), ("a@ b", []), ("@line-id", [])]
)
def test_a_request_at_the_counter_is_answered_where_it_asked_to_be(
    city: Organisation, dpo: Context, contact: str, to: list[str]
) -> None:
    request = services.receive_request(
        dpo, kind="ACCESS", channel="COUNTER", requester_name="สมหญิง", requester_contact=contact
    )
    _answer(dpo, request)
    assert [address for sent in work_off(city) for address in sent.to] == to


def test_a_withdrawal_is_no_answer(city: Organisation, citizen: Context, somchai: Registered) -> None:
    request = services.ask_right(citizen, kind="ACCESS")
    services.withdraw_request(citizen, request_id=request.pk)
    assert work_off(city) == []


def test_the_job_of_the_morning(city: Organisation, citizen: Context, officers: None) -> None:
    request = services.ask_right(citizen, kind="ACCESS")
    work_off(city)
    (schedule,) = [one for one in tasks.schedules() if one.name == "people.deadlines"]
    assert schedule.cron == "0 8 * * *"
    ctx = Context(tenant=citizen.tenant, actor=system_actor("schedule"), now=make.NOW + timedelta(days=30))
    with act_in(ctx):
        schedule.function(ctx)
    assert [sent.to for sent in work_off(city)] == [[DPO], [SECOND]]
    assert request.number


@pytest.mark.django_db(transaction=True)
def test_the_real_worker_carries_it_from_the_fact_to_the_mailbox(city: Organisation, citizen: Context) -> None:
    member(city, DPO, "dpo")
    mail.outbox = []
    request = services.ask_right(citizen, kind="ACCESS")
    assert mail.outbox == [], "nothing leaves within the transaction of the request"
    make.run_worker()
    assert [sent.to for sent in mail.outbox] == [[DPO]] and request.number in mail.outbox[0].subject


@pytest.mark.parametrize(
    ("due", "near"), [(date(2026, 5, 8), False), (date(2026, 5, 7), True), (date(2026, 1, 1), True)]
)
def test_near_for_a_request(due: date, near: bool) -> None:
    assert request_is_near(due, date(2026, 4, 30)) is near


@pytest.mark.parametrize(
    ("risk", "hours", "near"), [("UNKNOWN", 24, True), ("HIGH", 25, False), ("RISK", -100, True), ("NONE", 1, False)]
)
def test_near_for_a_breach(risk: str, hours: int, near: bool) -> None:
    assert breach_is_near(risk, make.NOW + timedelta(hours=hours), make.NOW) is near
