"""The data-subject desk: clocks of TEST-1.6, identity and pauses, erasure with what a law keeps, own data and who looked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, Forbidden, Invalid, NotFound, SignInRequired
from nakhon.kernel.models import AuditEntry, Event
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.duties import LawfulBasis
from nakhon.knowledge.text import Text
from nakhon.people import queries, services
from nakhon.people.errors import NotLinked, PersonNotFound, WrongStep
from nakhon.people.models import Organisation, Person
from nakhon.people.rules.rights import STEPS, Use, grounds_for, may_step, months_after, why_kept
from nakhon.people.types import Registered
from tests import make

TEN_MARCH = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)


def _at(ctx: Context, moment: datetime) -> Context:
    return replace(ctx, now=moment)


def test_access_received_on_10_march_is_due_on_9_april(citizen: Context) -> None:
    request = services.ask_right(_at(citizen, TEN_MARCH), kind="ACCESS")
    assert (request.due_on, request.state, request.number) == (date(2026, 4, 9), "IN_PROGRESS", "DSR-2569-0001")
    assert request.figure_id == "pdpa.access_request_days@2022-06-01"
    (row,) = queries.own_requests(_at(citizen, TEN_MARCH + timedelta(days=31)))
    assert row.days_left == -1


def test_the_clock_stands_while_identity_is_awaited(dpo: Context, somchai: Registered) -> None:
    officer = replace(dpo, actor=replace(dpo.actor, id="officer", roles=frozenset({"officer"})))
    request = services.receive_request(
        _at(officer, TEN_MARCH), kind="ACCESS", channel="POST", requester_name="สมชาย ใจดี", requester_contact="ตู้ ปณ. 9"
    )
    waiting = services.wait_for_identity(_at(officer, TEN_MARCH + timedelta(days=1)), request_id=request.pk, version=1)
    (row,) = queries.rights_requests(_at(dpo, TEN_MARCH + timedelta(days=20)))
    assert (row.is_paused, row.days_left) == (True, 29)
    going = services.confirm_identity(
        _at(officer, TEN_MARCH + timedelta(days=11)), request_id=request.pk, version=waiting.version, method="CARD",
        person_id=somchai.id,
    )  # fmt: skip
    assert (going.due_on, going.paused_days, going.state) == (date(2026, 4, 19), 10, "IN_PROGRESS")
    later = services.extend_request(dpo, request_id=request.pk, version=going.version, days=15, reason_code="MANY")
    assert later.due_on == date(2026, 5, 4)
    with pytest.raises(Invalid):
        services.extend_request(dpo, request_id=request.pk, version=later.version, days=15, reason_code="MANY")
    card = queries.rights_request(dpo, request_id=request.pk)
    assert [step.text.en.split(";")[0] for step in card.steps] == [
        "Received", "Waiting for identity", "Identity established: Showed the identity card",
        "Extended by 15 days: there are many requests",
    ]  # fmt: skip


def test_numbers_run_per_thai_year(citizen: Context) -> None:
    first, second = (services.ask_right(citizen, kind="ACCESS").number for _ in range(2))
    new_year = services.ask_right(_at(citizen, datetime(2026, 12, 31, 17, 0, tzinfo=UTC)), kind="ACCESS").number
    assert (first, second, new_year) == ("DSR-2569-0001", "DSR-2569-0002", "DSR-2570-0001")


def test_an_objection_that_is_granted_stops_the_purpose(citizen: Context, dpo: Context, somchai: Registered) -> None:
    with pytest.raises(Invalid) as refused:
        services.ask_right(citizen, kind="OBJECT")
    assert set(refused.value.fields) == {"purpose"}
    request = services.ask_right(citizen, kind="OBJECT", purpose="complaints")
    assert queries.may_process(dpo, person_id=somchai.id, purpose="complaints") is True
    services.fulfil_request(dpo, request_id=request.pk, version=request.version)
    assert queries.may_process(dpo, person_id=somchai.id, purpose="complaints") is False
    assert queries.may_process(dpo, person_id=somchai.id, purpose="permits") is True


def test_a_restriction_that_is_granted_restricts(citizen: Context, dpo: Context, somchai: Registered) -> None:
    request = services.ask_right(citizen, kind="RESTRICT")
    services.fulfil_request(dpo, request_id=request.pk, version=request.version)
    assert queries.may_process(dpo, person_id=somchai.id, purpose="complaints") is False
    assert queries.may_process(dpo, person_id=somchai.id, purpose="permits") is True
    assert queries.person_card(dpo, person_id=somchai.id).is_restricted


def test_refusing_names_a_ground_of_law_and_the_appeal(citizen: Context, dpo: Context) -> None:
    request = services.ask_right(citizen, kind="ACCESS")
    for ground, answer in (("LEGAL_DUTY", "x"), ("BECAUSE", "x"), ("OTHERS_RIGHTS", "")):
        with pytest.raises(Invalid):
            services.refuse_request(dpo, request_id=request.pk, version=request.version, ground=ground, answer=answer)
    services.refuse_request(
        dpo, request_id=request.pk, version=request.version, ground="OTHERS_RIGHTS", answer="มีข้อมูลของผู้อื่นปนอยู่"
    )
    card = queries.own_request(citizen, request_id=request.pk)
    assert card.row.state == "REFUSED" and card.refusal_text and card.answer == "มีข้อมูลของผู้อื่นปนอยู่"
    with pytest.raises(WrongStep):
        services.fulfil_request(dpo, request_id=request.pk, version=card.version)
    with act_in(dpo):
        entry = AuditEntry.objects.get(action="people.rights.refused")
        assert entry.detail["ground"] == "OTHERS_RIGHTS" and "ผู้อื่น" not in str(entry.detail)


def test_erasing_keeps_what_a_law_keeps_and_says_why(
    dpo: Context, citizen: Context, registrar: Context, somchai: Registered
) -> None:
    services.use_person(registrar, person_id=somchai.id, purpose="permits")
    services.give_consent(citizen, purpose="newsletter", notice_number=1)
    later = _at(dpo, make.NOW + timedelta(days=365 * 6))
    request = services.ask_right(_at(citizen, later.now), kind="ERASE")
    done = services.fulfil_request(later, request_id=request.pk, version=request.version)
    kept = {each["what"]["en"]: each["kept"] for each in done.result}
    assert kept == {
        "Name": True, "13-digit identity number": True, "Telephone": True, "E-mail": True, "Address": True,
        "Date of birth": False, "Note": False,
    }  # fmt: skip
    reason = next(each["reason"] for each in done.result if each["kept"])
    assert "ใบอนุญาต" in reason["th"] and "2036-04-10" in reason["en"]
    assert queries.may_process(later, person_id=somchai.id, purpose="newsletter") is False
    card = queries.person_card(later, person_id=somchai.id)
    assert [use.code for use in card.purposes] == ["permits"]
    assert not card.field("note").is_held and card.field("national_id").is_held


def test_erasing_when_nothing_keeps_it_leaves_nobody(
    dpo: Context, citizen: Context, registrar: Context, somchai: Registered
) -> None:
    later = _at(dpo, make.NOW + timedelta(days=365 * 6))
    request = services.ask_right(_at(citizen, later.now), kind="ERASE")
    done = services.fulfil_request(later, request_id=request.pk, version=request.version)
    assert {each["kept"] for each in done.result} == {False}
    with pytest.raises(PersonNotFound):
        queries.person_card(later, person_id=somchai.id)
    for text in ("1234567890121", "0812345678", "สมชาย"):
        assert queries.find_persons(later, text=text).rows == []
    with pytest.raises(NotLinked):
        queries.own_data(citizen)
    with act_in(dpo):
        person = Person.objects.get(pk=somchai.id)
        assert person.erased_at and person.national_id is None and person.full_name == "—"
        assert Event.objects.filter(name="people.PersonErased").count() == 1
        with connection.cursor() as cursor:
            everything = ""
            for table in ("people_person", "kernel_auditentry", "kernel_event", "people_rightsstep"):
                cursor.execute(f"SELECT coalesce(string_agg(t::text, ''), '') FROM {table} t")
                everything += cursor.fetchone()[0]
    assert "ใจดี" not in everything and "1234567890121" not in everything
    again = services.register_person(registrar, fields={"first_name": "สมชาย", "id_type": "NATIONAL_ID",
                                                        "national_id": "1234567890121"})  # fmt: skip
    assert again.id != somchai.id


def test_own_data_shows_everything_and_a_copy_is_recorded(citizen: Context, somchai: Registered) -> None:
    sections = {section.code: section for section in queries.own_data(citizen)}
    values = {item.code: item.value for item in sections["person"].records[0]}
    assert values["national_id"] == "1-2345-67890-12-1" and values["note"] == "ติดต่อหลัง 16.30 น."
    assert "purposes" in sections
    assert queries.own_copy(citizen)
    with act_in(citizen):
        assert AuditEntry.objects.filter(action="people.person.exported", object_id=str(somchai.id)).count() == 1


def test_a_person_sees_who_looked_and_why(citizen: Context, registrar: Context, somchai: Registered) -> None:
    queries.person_card(registrar, person_id=somchai.id)
    services.reveal_person(
        registrar, person_id=somchai.id, fields=["phone"], purpose="complaints", reason="แจ้งผลซ่อมถนน"
    )
    page = queries.who_looked(citizen, limit=2)
    assert [(row.who, row.action, row.purpose.en if row.purpose else None) for row in page.rows] == [
        ("registrar", "people.person.revealed", "Complaints and requests"),
        ("registrar", "people.person.read", None),
    ]
    rest = queries.who_looked(citizen, before_seq=int(page.after))
    assert [row.action for row in rest.rows] == ["people.person.account_linked", "people.person.registered"]


def test_each_sees_only_the_own(
    citizen: Context, city: Organisation, yala: Organisation, dpo: Context, register: Callable[..., UUID]
) -> None:
    request = services.ask_right(citizen, kind="ACCESS")
    stranger = make.ctx(city, "citizen", actor_id=str(UUID(int=5)))
    for call in (
        lambda: queries.own_request(stranger, request_id=request.pk),
        lambda: queries.own_data(stranger),
        lambda: queries.who_looked(stranger),
        lambda: services.withdraw_request(stranger, request_id=request.pk),
    ):
        with pytest.raises(NotFound):
            call()
    with pytest.raises(NotFound):
        queries.rights_request(make.ctx(yala, "dpo"), request_id=request.pk)
    with pytest.raises(SignInRequired):
        queries.own_data(make.ctx(city))
    for role in ("officer", "admin", "executive"):
        with pytest.raises(Forbidden):
            queries.rights_requests(make.ctx(city, role))
        with pytest.raises(Forbidden):
            services.fulfil_request(make.ctx(city, role), request_id=request.pk, version=request.version)
    with pytest.raises(Conflict):
        services.fulfil_request(dpo, request_id=request.pk, version=request.version + 1)
    assert services.withdraw_request(citizen, request_id=request.pk).state == "WITHDRAWN"
    with pytest.raises(WrongStep):
        services.withdraw_request(citizen, request_id=request.pk)


def test_a_copy_is_for_access_and_portability_after_identity(
    citizen: Context, dpo: Context, somchai: Registered
) -> None:
    access = services.ask_right(citizen, kind="ACCESS")
    card, sections = queries.copy_for_request(dpo, request_id=access.pk)
    assert card.row.number == access.number and sections
    with act_in(dpo):
        entry = AuditEntry.objects.get(action="people.person.exported")
        assert (entry.purpose, entry.object_id) == ("rights", str(somchai.id))
    other = services.ask_right(citizen, kind="RESTRICT")
    post = services.receive_request(
        dpo, kind="ACCESS", channel="POST", requester_name="ก", requester_contact="ข", person_id=somchai.id
    )
    for request in (other, post):
        with pytest.raises(WrongStep):
            queries.copy_for_request(dpo, request_id=request.pk)


def test_what_is_required_at_the_desk(dpo: Context, citizen: Context) -> None:
    with pytest.raises(Invalid) as refused:
        services.receive_request(dpo, kind="WISH", channel="PIGEON", requester_name="", requester_contact="")
    assert set(refused.value.fields) == {"kind", "channel", "requester_name", "requester_contact"}
    with pytest.raises(Invalid) as refused:
        services.ask_right(citizen, kind="RECTIFY")
    assert set(refused.value.fields) == {"detail"}
    request = services.ask_right(citizen, kind="COMPLAIN", detail="มีผู้เปิดดูข้อมูลโดยไม่มีเหตุ")
    with pytest.raises(Invalid) as refused:
        services.fulfil_request(dpo, request_id=request.pk, version=request.version)
    assert set(refused.value.fields) == {"answer"}
    with act_in(dpo), connection.cursor() as cursor:
        cursor.execute("SELECT r::text FROM people_rightsrequest r")
        assert "ไม่มีเหตุ" not in cursor.fetchone()[0]


@pytest.mark.parametrize("before", list(STEPS))
@pytest.mark.parametrize("after", list(STEPS))
def test_the_steps(before: str, after: str) -> None:
    forward = ["RECEIVED", "VERIFYING", "IN_PROGRESS"]
    allowed = before in forward and (
        after in ("REFUSED", "WITHDRAWN")
        or (after == "FULFILLED" and before == "IN_PROGRESS")
        or (after in forward and forward.index(after) > forward.index(before))
    )
    assert may_step(before, after) is allowed


@pytest.mark.parametrize(
    ("basis", "months", "kept"),
    [
        (LawfulBasis.LEGAL_OBLIGATION, 12, True), (LawfulBasis.LEGAL_OBLIGATION, 11, False), (LawfulBasis.PUBLIC_TASK, 12, True),
        (LawfulBasis.ARCHIVE_RESEARCH, 12, True), (LawfulBasis.CONTRACT, 12, True), (LawfulBasis.CONSENT, 120, False),
        (LawfulBasis.VITAL_INTEREST, 120, False), (LawfulBasis.LEGITIMATE_INTEREST, 120, False),
    ],
)  # fmt: skip
def test_what_a_law_keeps(basis: LawfulBasis, months: int, kept: bool) -> None:
    used = make.NOW - timedelta(days=364)
    assert (why_kept(Use("x", Text("ก", "a"), basis, months, used), make.NOW) is not None) is kept


def test_months_end_where_the_calendar_does() -> None:
    assert months_after(datetime(2026, 1, 31, tzinfo=UTC), 1) == datetime(2026, 2, 28, tzinfo=UTC)
    assert months_after(datetime(2024, 2, 29, tzinfo=UTC), 12) == datetime(2025, 2, 28, tzinfo=UTC)
    assert months_after(datetime(2026, 3, 31, tzinfo=UTC), -13) == datetime(2025, 2, 28, tzinfo=UTC)
    assert "LEGAL_DUTY" in grounds_for("ERASE") and "LEGAL_DUTY" not in grounds_for("ACCESS")
