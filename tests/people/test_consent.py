"""Purposes and consent: TEST-1.6 of the domain, minors, notices by version, withdrawing as easily as giving."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, Forbidden, Invalid, SignInRequired
from nakhon.kernel.models import Event
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.dates import DatePrecision
from nakhon.knowledge.duties import LawfulBasis
from nakhon.knowledge.text import Text
from nakhon.people import queries, services
from nakhon.people.errors import ConsentNotTheBasis, GuardianNeeded, PurposeUnknown
from nakhon.people.models import ConsentRecord, Organisation, PurposeNotice
from nakhon.people.rules.consent import Standing, Who, may_go_on, who_consents
from nakhon.people.types import Registered
from tests import make


def test_withdrawn_consent_stops_one_purpose_and_not_a_public_task(citizen: Context, somchai: Registered) -> None:
    def may(purpose: str) -> bool:
        return queries.may_process(citizen, person_id=somchai.id, purpose=purpose)

    assert (may("newsletter"), may("complaints")) == (False, True)
    services.give_consent(citizen, purpose="newsletter", notice_number=1)
    assert (may("newsletter"), may("complaints")) == (True, True)
    services.withdraw_consent(citizen, purpose="newsletter")
    assert (may("newsletter"), may("complaints")) == (False, True)
    with act_in(citizen):
        names = Event.objects.filter(name__startswith="people.Consent").order_by("pk").values_list("name", flat=True)
        assert list(names) == ["people.ConsentGiven", "people.ConsentWithdrawn"]


def test_the_record_holds_the_very_words(citizen: Context, somchai: Registered, dpo: Context) -> None:
    services.give_consent(citizen, purpose="newsletter", notice_number=1)
    services.give_consent(citizen, purpose="newsletter", notice_number=1)
    _, history = queries.consents_of(dpo, person_id=somchai.id)
    (entry,) = history
    with act_in(dpo):
        notice = PurposeNotice.objects.get(purpose__code="newsletter")
    assert entry.notice_sha256 == hashlib.sha256(f"{notice.text_th}\n\n{notice.text_en}".encode()).hexdigest()
    assert (entry.granted, entry.channel.en, entry.at) == (True, "Website", make.NOW)


def test_a_new_notice_asks_again(citizen: Context, dpo: Context, somchai: Registered) -> None:
    services.give_consent(citizen, purpose="newsletter", notice_number=1)
    services.define_purpose(
        dpo, code="newsletter", name=Text("ข่าวเมือง", "City news"), basis="CONSENT",
        notice=Text("ข้อความใหม่", "New words"), categories=["CONTACT"], retention_months=12,
    )  # fmt: skip
    with pytest.raises(Conflict):
        services.give_consent(citizen, purpose="newsletter", notice_number=1)
    services.give_consent(citizen, purpose="newsletter", notice_number=2)
    _, history = queries.consents_of(dpo, person_id=somchai.id)
    assert [entry.notice_number for entry in history] == [2, 1]


def test_consent_is_not_asked_where_it_is_not_the_basis(citizen: Context) -> None:
    for purpose in ("complaints", "permits"):
        with pytest.raises(ConsentNotTheBasis):
            services.give_consent(citizen, purpose=purpose, notice_number=1)
        with pytest.raises(ConsentNotTheBasis):
            services.withdraw_consent(citizen, purpose=purpose)
    with pytest.raises(PurposeUnknown):
        services.give_consent(citizen, purpose="nothing", notice_number=1)
    states = {state.purpose: state for state in queries.own_consents(citizen)}
    assert {code for code, state in states.items() if state.asks_consent} == {"newsletter", "satisfaction"}
    assert "registry" in states and "water" not in states, "only what is used or asks"


def test_for_a_child_a_guardian_consents(dpo: Context, register: Callable[..., UUID], somchai: Registered) -> None:
    child = register(first_name="น้ำ", birth_date="1 ม.ค. 2563")
    give = {"person_id": child, "purpose": "newsletter", "granted": True, "channel": "COUNTER"}
    with pytest.raises(GuardianNeeded):
        services.record_consent(dpo, **give)  # type: ignore[arg-type]
    with pytest.raises(GuardianNeeded):
        services.record_consent(dpo, **{**give, "purpose": "satisfaction"})  # type: ignore[arg-type]
    services.record_consent(dpo, **give, guardian_id=somchai.id)  # type: ignore[arg-type]
    _, history = queries.consents_of(dpo, person_id=child)
    assert history[0].guardian == "นายสมชาย ใจดี"
    services.record_consent(dpo, **{**give, "granted": False})  # type: ignore[arg-type]
    assert queries.may_process(dpo, person_id=child, purpose="newsletter") is False
    teen = register(first_name="วัยรุ่น", birth_date="1 ม.ค. 2553")
    services.record_consent(dpo, **{**give, "person_id": teen, "purpose": "satisfaction"})  # type: ignore[arg-type]
    with pytest.raises(GuardianNeeded):
        services.record_consent(dpo, **{**give, "person_id": teen})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("birth", "precision", "alone", "who"),
    [
        (date(2016, 4, 11), DatePrecision.DAY, False, Who.PARENT),
        (date(2016, 4, 10), DatePrecision.DAY, False, Who.SELF_WITH_PARENT),
        (date(2016, 4, 10), DatePrecision.DAY, True, Who.SELF),
        (date(2016, 4, 11), DatePrecision.DAY, True, Who.PARENT),
        (date(2006, 4, 11), DatePrecision.DAY, False, Who.SELF_WITH_PARENT),
        (date(2006, 4, 10), DatePrecision.DAY, False, Who.SELF),
        (date(2006, 1, 1), DatePrecision.YEAR, False, Who.SELF_WITH_PARENT),
        (date(2006, 4, 1), DatePrecision.MONTH, False, Who.SELF_WITH_PARENT),
        (None, DatePrecision.DAY, False, Who.SELF),
    ],
)
def test_who_may_consent(birth: date | None, precision: DatePrecision, alone: bool, who: Who) -> None:
    on = date(2026, 4, 10)
    assert who_consents(birth, precision, on, parent_below=10, majority=20, minor_may_consent=alone) is who


@pytest.mark.parametrize("basis", list(LawfulBasis))
def test_when_a_use_may_go_on(basis: LawfulBasis) -> None:
    def may(**changes: bool) -> bool:
        plain = {
            "purpose_ended": False,
            "consent_stands": False,
            "objected": False,
            "restricted": False,
            "erased": False,
        }
        return may_go_on(Standing(basis=basis, **{**plain, **changes}))

    assert may() is (basis is not LawfulBasis.CONSENT)
    assert may(consent_stands=True) is True
    assert may(purpose_ended=True, consent_stands=True) is False
    assert may(erased=True, consent_stands=True) is False
    assert may(restricted=True, consent_stands=True) is (
        basis in (LawfulBasis.LEGAL_OBLIGATION, LawfulBasis.VITAL_INTEREST)
    )
    open_to_objection = (LawfulBasis.PUBLIC_TASK, LawfulBasis.LEGITIMATE_INTEREST, LawfulBasis.ARCHIVE_RESEARCH)
    assert may(objected=True, consent_stands=True) is (basis not in open_to_objection)


def test_refusals(city: Organisation, dpo: Context, citizen: Context, register: Callable[..., UUID]) -> None:
    other = register()
    with pytest.raises(Forbidden):
        queries.may_process(citizen, person_id=other, purpose="complaints")
    with pytest.raises(SignInRequired):
        services.give_consent(make.ctx(city), purpose="newsletter", notice_number=1)
    with pytest.raises(Forbidden):
        queries.consents_of(make.ctx(city, "admin"), person_id=other)
    with pytest.raises(Forbidden):
        services.end_purpose(make.ctx(city, "admin"), code="newsletter")
    with pytest.raises(Invalid):
        services.record_consent(dpo, person_id=other, purpose="newsletter", granted=True, channel="PIGEON")
    with pytest.raises(Invalid) as refused:
        services.define_purpose(
            dpo, code="x", name=Text("ก", "a"), basis="BECAUSE", notice=Text("ก", "a"), categories=["SENSITIVE"],
            retention_months=0,
        )  # fmt: skip
    assert set(refused.value.fields) == {"basis", "sensitive_basis", "retention_months"}


def test_an_ended_purpose_stops_all_use(dpo: Context, somchai: Registered) -> None:
    services.end_purpose(dpo, code="complaints")
    with pytest.raises(PurposeUnknown):
        queries.may_process(dpo, person_id=somchai.id, purpose="complaints")
    assert "complaints" not in {row.code for row in queries.purposes(dpo)}
    assert services.adopt_typical_purposes(dpo) == [], "adopting again changes nothing"


def test_consent_records_only_grow(citizen: Context, somchai: Registered) -> None:
    services.give_consent(citizen, purpose="newsletter", notice_number=1)
    with act_in(citizen):
        for act in (lambda: ConsentRecord.objects.update(granted=False), lambda: ConsentRecord.objects.all().delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                act()
