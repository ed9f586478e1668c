"""Personal data breaches: 72 hours on the wall clock, the duties by risk, and who may do what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, Forbidden, Invalid, NotFound, SignInRequired
from nakhon.kernel.models import AuditEntry
from nakhon.kernel.tenancy import act_in
from nakhon.people import queries, services
from nakhon.people.errors import WrongStep
from nakhon.people.models import BreachIncident, Organisation
from tests import make

BANGKOK = ZoneInfo("Asia/Bangkok")
FIRST_OF_MAY = datetime(2026, 5, 1, 22, 0, tzinfo=BANGKOK)


@pytest.fixture
def incident(samui: Organisation) -> BreachIncident:
    return services.report_breach(
        make.ctx(samui, "officer", now=datetime(2026, 5, 2, 1, 0, tzinfo=UTC)), title="ส่งอีเมลผิดคน",
        description="ไฟล์รายชื่อผู้สูงอายุของนางสมหญิงถูกส่งออก", aware_at=FIRST_OF_MAY, categories=["IDENTITY"],
    )  # fmt: skip


@pytest.fixture
def dpo(samui: Organisation) -> Context:
    return make.ctx(samui, "dpo", now=datetime(2026, 5, 2, 3, 0, tzinfo=UTC))


def test_aware_on_1_may_22_00_is_due_on_4_may_22_00_although_it_is_a_holiday(incident: BreachIncident) -> None:
    assert incident.deadline_at == datetime(2026, 5, 4, 22, 0, tzinfo=BANGKOK)
    assert incident.number == "BR-2569-0001"


def test_the_duties_follow_the_risk(incident: BreachIncident, dpo: Context) -> None:
    def duties() -> list[str]:
        return [text.en for text in queries.breach(dpo, breach_id=incident.pk).row.duties]

    assert duties() == ["Assess the risk", "Notify the regulator", "Record the measures taken"]
    one = services.assess_breach(dpo, breach_id=incident.pk, version=1, risk="HIGH", assessment="มีข้อมูลสุขภาพ")
    assert duties() == ["Notify the regulator", "Tell the persons, with remedies", "Record the measures taken"]
    with pytest.raises(Invalid) as refused:
        services.close_breach(dpo, breach_id=incident.pk, version=one.version)
    assert set(refused.value.fields) == {"at", "persons_told_at", "measures"}
    two = services.notify_regulator(dpo, breach_id=incident.pk, version=one.version)
    three = services.tell_persons(dpo, breach_id=incident.pk, version=two.version)
    four = services.assess_breach(
        dpo, breach_id=incident.pk, version=three.version, risk="HIGH", assessment="เหมือนเดิม", measures="เรียกคืนไฟล์แล้ว"
    )
    services.close_breach(dpo, breach_id=incident.pk, version=four.version)
    assert duties() == []
    with pytest.raises(WrongStep):
        services.tell_persons(dpo, breach_id=incident.pk, version=five(dpo, incident))


def five(ctx: Context, incident: BreachIncident) -> int:
    return queries.breach(ctx, breach_id=incident.pk).version


def test_without_risk_nobody_need_be_told(incident: BreachIncident, dpo: Context) -> None:
    done = services.assess_breach(
        dpo, breach_id=incident.pk, version=1, risk="NONE", assessment="ไฟล์เข้ารหัส", measures="เปลี่ยนรหัสผ่าน"
    )
    assert services.close_breach(dpo, breach_id=incident.pk, version=done.version).closed_at == dpo.now


def test_after_the_deadline_a_reason_is_due(incident: BreachIncident, dpo: Context) -> None:
    late = replace(dpo, now=incident.deadline_at + timedelta(seconds=1))
    assert queries.breaches(late)[0].is_overdue
    assert not queries.breaches(dpo)[0].is_overdue
    with pytest.raises(Invalid) as refused:
        services.notify_regulator(late, breach_id=incident.pk, version=1)
    assert set(refused.value.fields) == {"late_reason"}
    services.notify_regulator(late, breach_id=incident.pk, version=1, late_reason="ตรวจสอบขอบเขตเหตุอยู่")
    with pytest.raises(Invalid):
        services.notify_regulator(late, breach_id=incident.pk, version=2, at=FIRST_OF_MAY - timedelta(hours=1))
    with act_in(late):
        assert AuditEntry.objects.get(action="people.breach.regulator_notified").detail["late"] is True


def test_refusals(samui: Organisation, yala: Organisation, incident: BreachIncident, dpo: Context) -> None:
    good: dict[str, Any] = {"title": "หาย", "description": "แฟลชไดรฟ์หาย"}
    with pytest.raises(SignInRequired):
        services.report_breach(make.ctx(samui), **good)
    with pytest.raises(Forbidden):
        services.report_breach(make.ctx(samui, "citizen"), **good)
    for wrong in ({"title": ""}, {"aware_at": make.NOW + timedelta(days=1)}, {"categories": ["X"]},
                  {"occurred_at": make.NOW, "aware_at": make.NOW - timedelta(days=1)}):  # fmt: skip
        with pytest.raises(Invalid):
            services.report_breach(make.ctx(samui, "officer"), **{**good, **wrong})
    for role in ("officer", "admin"):
        with pytest.raises(Forbidden):
            queries.breach(make.ctx(samui, role), breach_id=incident.pk)
    for role in ("executive", "auditor"):
        with pytest.raises(Forbidden):
            services.close_breach(make.ctx(samui, role), breach_id=incident.pk, version=1)
    with pytest.raises(NotFound):
        queries.breach(make.ctx(yala, "dpo"), breach_id=incident.pk)
    with pytest.raises(Conflict):
        services.tell_persons(dpo, breach_id=incident.pk, version=9)
