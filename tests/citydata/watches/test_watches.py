"""Watches and alerts in people's hands: switching, acknowledging, giving away, ending, and who may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from nakhon.citydata.sensors.models import SensorKind
from nakhon.citydata.watches import queries, services
from nakhon.citydata.watches.applying import remove_watch
from nakhon.citydata.watches.errors import AlertClosed, AlertNotFound, TrialNeeded, WatchNotFound
from nakhon.citydata.watches.models import Alert, Trial, Watch
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, Forbidden, Invalid, SignInRequired
from nakhon.kernel.models import AuditEntry, Event
from nakhon.kernel.tasks import system_context
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from nakhon.people.services import add_member, create_unit
from tests import make
from tests.citydata.watches import stage
from tests.make import NOW

OFF = stage.DUST.replace("enabled: true", "enabled: false")
HOUR = timedelta(hours=1)


@pytest.fixture
def works(samui: Organisation) -> Context:
    return system_context(samui.tenant, "watches", NOW)


@pytest.fixture
def head(samui: Organisation) -> Context:
    return make.ctx(samui, "supervisor")


def _tried(ctx: Context) -> None:
    with act_in(ctx):
        watch = Watch.objects.get()
        Trial.objects.create(
            watch=watch, version=watch.version, since=NOW, until=NOW, state="DONE", asked_at=NOW, finished_at=NOW
        )


def _alert(works: Context) -> int:
    stage.watch(works)
    (stream,) = stage.stations(works, "a")
    stage.send(works, stream, [99])
    stage.look(works)
    return stream


def test_switching_on_needs_a_trial_or_a_reason_that_is_recorded(
    works: Context, head: Context, samui: Organisation
) -> None:
    stage.watch(works, OFF)
    with pytest.raises(TrialNeeded):
        services.switch_on_watch(head, watch="dust")
    with pytest.raises(Invalid) as short:
        services.switch_on_watch(head, watch="dust", untried_reason="เร่ง")
    assert set(short.value.fields) == {"untried_reason"}
    with pytest.raises(Forbidden):
        services.switch_on_watch(make.ctx(samui, "officer"), watch="dust", untried_reason="สถานีเพิ่งติดตั้งวันนี้")
    services.switch_on_watch(head, watch="dust", untried_reason="สถานีเพิ่งติดตั้งวันนี้ ยังไม่มีข้อมูล")
    row = queries.watch_card(head, watch="dust")
    assert row.enabled and not row.tried and row.untried_reason.startswith("สถานี")
    with act_in(works):
        entry = AuditEntry.objects.get(action="citydata.watch.switched_on")
        assert entry.detail["untried"].startswith("สถานี") and entry.detail["trial"] == ""
    with pytest.raises(Conflict):
        services.switch_on_watch(head, watch="dust")
    services.switch_off_watch(head, watch="dust")
    _tried(works)
    services.switch_on_watch(head, watch="dust")
    row = queries.watch_card(head, watch="dust")
    assert row.enabled and row.tried and row.untried_reason == ""
    with act_in(works):
        assert list(Event.objects.filter(name="citydata.WatchSwitched").order_by("pk").values_list("payload__on", flat=True)) == [
            True, False, True,
        ]  # fmt: skip


def test_another_rule_must_be_tried_anew_other_words_need_not(works: Context, head: Context) -> None:
    stage.watch(works, OFF)
    _tried(works)
    services.switch_on_watch(head, watch="dust")
    stage.watch(works, OFF.replace("Too much dust", "Much dust"))
    row = queries.watch_card(head, watch="dust")
    assert (row.version, row.enabled, row.tried) == (1, True, True)
    stage.watch(works, OFF.replace("37.5", "50"))
    row = queries.watch_card(head, watch="dust")
    assert (row.version, row.enabled, row.tried) == (2, False, False)
    with pytest.raises(TrialNeeded):
        services.switch_on_watch(head, watch="dust")


def test_switching_off_ends_what_is_alive(works: Context, head: Context) -> None:
    _alert(works)
    services.switch_off_watch(head, watch="dust")
    alert = queries.alert_card(head, number=1)
    assert (alert.state, alert.end_reason) == ("ENDED", "switched_off")
    with pytest.raises(Conflict):
        services.switch_off_watch(head, watch="dust")


def test_a_watch_taken_out_keeps_its_history_and_comes_back(works: Context, head: Context) -> None:
    _alert(works)
    with act_in(works), transaction.atomic():
        remove_watch(works, "dust")
    assert queries.watch_list(head) == []
    with pytest.raises(WatchNotFound):
        queries.watch_card(head, watch="dust")
    assert queries.alert_card(head, number=1).end_reason == "withdrawn"
    stage.watch(works, OFF)
    assert [row.key for row in queries.watch_list(head)] == ["dust"]
    assert not queries.watch_card(head, watch="dust").enabled


def test_an_alert_is_acknowledged_once_with_a_note(works: Context, samui: Organisation, yala: Organisation) -> None:
    _alert(works)
    officer = replace(make.ctx(samui, "officer"), now=NOW + HOUR)
    services.acknowledge_alert(officer, number=1, note="กำลังไปดู")
    row = queries.alert_card(officer, number=1)
    assert (row.state, row.acknowledged_at, row.note) == ("ACKNOWLEDGED", NOW + HOUR, "กำลังไปดู")
    with pytest.raises(Conflict):
        services.acknowledge_alert(officer, number=1)
    with pytest.raises(AlertNotFound):
        services.acknowledge_alert(officer, number=2)
    with pytest.raises(AlertNotFound):
        services.acknowledge_alert(make.ctx(yala, "officer"), number=1)
    with pytest.raises(Forbidden):
        services.acknowledge_alert(make.ctx(samui, "executive"), number=1)
    with pytest.raises(SignInRequired):
        queries.alert_list(make.ctx(samui))
    counts = queries.alert_counts(officer)
    assert (counts.open, counts.acknowledged, counts.by_severity["warning"], counts.ended_today) == (0, 1, 1, 0)


def test_ending_by_hand_says_what_was_found_and_does_not_come_back_at_once(works: Context, head: Context) -> None:
    stream = _alert(works)
    with pytest.raises(Invalid):
        services.end_alert(head, number=1, note="  ")
    services.end_alert(head, number=1, note="เผาใบไม้ใกล้สถานี ดับแล้ว")
    with pytest.raises(AlertClosed):
        services.end_alert(head, number=1, note="อีกครั้ง")
    with pytest.raises(AlertClosed):
        services.acknowledge_alert(head, number=1)
    stage.send(works, stream, [99], start=NOW + HOUR)
    assert stage.look(works, NOW + HOUR).opened == 0
    stage.send(works, stream, [10, 99], start=NOW + 2 * HOUR)
    assert stage.look(works, NOW + 3 * HOUR).opened == 1
    page = queries.alert_list(head)
    assert [(row.number, row.state, row.end_reason) for row in page.rows] == [(2, "OPEN", ""), (1, "ENDED", "person")]


def test_giving_an_alert_to_a_unit_or_a_person(
    works: Context, head: Context, samui: Organisation, admin: Context
) -> None:
    _alert(works)
    assert queries.alert_card(head, number=1).unit == "environment", "the definition named an owner"
    create_unit(admin, code="health", kind="DIVISION", name_th="กองสาธารณสุข", name_en="Health")
    member = add_member(admin, email="a@example.com", display_name="สมชาย ใจดี", roles=["officer"], unit_ids=[])
    services.assign_alert(head, number=1, unit="health", member_id=member.pk)
    row = queries.alert_card(head, number=1)
    assert (row.unit, row.member_id) == ("health", member.pk)
    with pytest.raises(Invalid) as wrong:
        services.assign_alert(head, number=1, unit="nope", member_id=uuid4())
    assert set(wrong.value.fields) == {"unit", "member_id"}
    assert [row.number for row in queries.alert_list(head, unit="health").rows] == [1]
    with act_in(works):
        fact = Event.objects.get(name="citydata.AlertAssigned")
        assert fact.payload["unit"] == "health" and "สมชาย" not in str(fact.payload)


def test_the_list_is_filtered_and_paged(works: Context, head: Context) -> None:
    stage.watch(works)
    for stream in stage.stations(works, *"abcde"):
        stage.send(works, stream, [99])
    stage.look(works)
    services.end_alert(head, number=2, note="ตรวจแล้ว")
    first = queries.alert_list(head, limit=2)
    assert [row.number for row in first.rows] == [5, 4]
    second = queries.alert_list(head, limit=2, after=first.after)
    assert [row.number for row in second.rows] == [3, 2]
    last = queries.alert_list(head, limit=2, after=second.after)
    assert [row.number for row in last.rows] == [1] and last.after == ""
    assert [row.number for row in queries.alert_list(head, state="LIVE").rows] == [5, 4, 3, 1]
    assert [row.number for row in queries.alert_list(head, state="ENDED").rows] == [2]
    assert len(queries.alert_list(head, severity="info").rows) == 0
    assert len(queries.alert_list(head, thing=first.rows[0].thing_number).rows) == 1
    for wrong in ({"state": "SOMETIMES"}, {"severity": "bad"}, {"after": "x"}):
        with pytest.raises(Invalid):
            queries.alert_list(head, **wrong)
    with act_in(works):
        assert Alert.objects.count() == 5


def test_who_may_not_see_the_stations_sees_neither_their_watches_nor_alerts(
    works: Context, head: Context, samui: Organisation
) -> None:
    _alert(works)
    with act_in(works):
        kind = SensorKind.objects.get()
        kind.body = {**kind.body, "access": {"see": ["registrar", "supervisor"]}}
        kind.save()
    officer = make.ctx(samui, "officer")
    assert queries.watch_list(officer) == [] and queries.alert_list(officer).rows == ()
    assert queries.alert_counts(officer).open == 0
    with pytest.raises(AlertNotFound):
        queries.alert_card(officer, number=1)
    with pytest.raises(AlertNotFound):
        services.acknowledge_alert(officer, number=1)
    with pytest.raises(WatchNotFound):
        services.try_watch(officer, watch="dust", since=NOW - HOUR)
    assert len(queries.watch_list(head)) == 1
    services.acknowledge_alert(head, number=1)
