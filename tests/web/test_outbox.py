"""The pages of the outbox: what waits, what died and why (without personal values), trying again, events, schedules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.test import Client

from nakhon.kernel import outbox, tasks
from nakhon.kernel.models import Work, WorkStatus
from nakhon.kernel.tenancy import act_in
from nakhon.people import services
from nakhon.people.models import Organisation
from nakhon.web.cron_words import cron_words
from tests import make
from tests.web.signing import trail, work_off
from tests.web.staff import at_the_console, console, nobody_else_gets_in, text_of

pytestmark = pytest.mark.django_db
__all__ = ["console"]


QUOTING = "no answer to somsri@example.com about '%s ของสมศรี'"


@dataclass(frozen=True)
class GateStuck(outbox.Fact):
    name: ClassVar[str] = "test.GateStuck"
    gate: str


@pytest.fixture(autouse=True)
def stuck() -> Iterator[None]:
    @outbox.on(GateStuck, "test.gate")
    def handler(ctx: object, fact: GateStuck) -> None:
        raise ConnectionError(QUOTING % fact.gate)

    yield
    outbox._handlers.pop(GateStuck.name)


def _work(city: Organisation, gate: str = "G-1", *, dead: bool = True) -> Work:
    ctx = make.ctx(city, "officer")
    event = outbox.announce(ctx, GateStuck(gate=gate))
    with act_in(ctx):
        work = Work.objects.get(event=event)
    for attempt in range(tasks.ATTEMPTS if dead else 0):
        if attempt < tasks.ATTEMPTS - 1:
            with pytest.raises(ConnectionError):
                tasks.do(str(ctx.tenant.id), str(work.pk))
        else:
            tasks.do(str(ctx.tenant.id), str(work.pk))
    return work


def _status(city: Organisation, work: Work) -> str:
    with act_in(make.ctx(city)):
        return str(Work.objects.get(pk=work.pk).status)


def test_nothing_waits(console: Client, samui: Organisation) -> None:
    assert "Waiting" in text_of(console.get("/samui/staff/outbox/")), "signing in has queued a letter"
    work_off(samui)
    assert "All background work is done" in text_of(console.get("/samui/staff/outbox/"))


def test_dead_and_waiting_work_is_listed_and_told_apart(console: Client, samui: Organisation) -> None:
    dead, waiting = _work(samui), _work(samui, "G-2", dead=False)
    both, only_dead, only_waiting = (
        text_of(console.get(f"/samui/staff/outbox/{query}")) for query in ("", "?status=dead", "?status=pending")
    )
    assert str(dead.pk) in both and str(waiting.pk) in both and "ConnectionError: no answer to [struck out]" in both
    assert str(dead.pk) in only_dead and str(waiting.pk) not in only_dead
    assert str(waiting.pk) in only_waiting and str(dead.pk) not in only_waiting
    for page in (both, only_dead):
        assert "somsri" not in page and "สมศรี" not in page
    assert console.get("/samui/staff/outbox/?status=nonsense").status_code == 200
    assert console.get("/samui/staff/outbox/?after=nonsense").status_code == 422


def test_one_piece_of_work_says_why_it_failed(console: Client, samui: Organisation) -> None:
    work = _work(samui)
    page = text_of(console.get(f"/samui/staff/outbox/work/{work.pk}/"))
    assert "8 of 8" in page and "test.GateStuck" in page and "G-1" in page and "Try it again" in page
    assert "outbox.run(ctx, work)" in page and "somsri" not in page and "สมศรี" not in page
    thai, _ = at_the_console(samui, "admin", language="th")
    assert "[ปกปิด]" in text_of(thai.get(f"/samui/staff/outbox/work/{work.pk}/"))


def test_a_dead_letter_is_tried_again_and_only_once(console: Client, samui: Organisation) -> None:
    work = _work(samui)
    path = f"/samui/staff/outbox/work/{work.pk}/"
    assert console.post(f"{path}replay/").status_code == 302
    assert _status(samui, work) == WorkStatus.PENDING
    assert trail(samui)[-1] == ("kernel.work.replayed", {"work": "test.gate", "attempts": 8})
    assert "Try it again" not in text_of(console.get(path))
    again = console.post(f"{path}replay/")
    assert again.status_code == 409 and "is not a dead letter" in text_of(again)


def test_all_at_once(console: Client, samui: Organisation, yala: Organisation) -> None:
    mine, other, theirs = _work(samui), _work(samui, "G-2"), _work(yala)
    assert "Try all failed work again" in text_of(console.get("/samui/staff/outbox/"))
    assert console.post("/samui/staff/outbox/replay/").status_code == 302
    assert "2 will be tried again now" in text_of(console.get("/samui/staff/outbox/"))
    assert [_status(samui, work) for work in (mine, other)] == ["pending", "pending"]
    assert _status(yala, theirs) == "dead"
    console.post("/samui/staff/outbox/replay/")
    page = text_of(console.get("/samui/staff/outbox/"))
    assert "There are no dead letters" in page and "Try all failed work again" not in page


def test_another_citys_work_is_not_there(console: Client, yala: Organisation) -> None:
    theirs = _work(yala)
    assert str(theirs.pk) not in text_of(console.get("/samui/staff/outbox/"))
    assert console.get(f"/samui/staff/outbox/work/{theirs.pk}/").status_code == 404
    assert console.post(f"/samui/staff/outbox/work/{theirs.pk}/replay/").status_code == 404
    assert _status(yala, theirs) == "dead"


def test_events_with_what_became_of_them(console: Client, samui: Organisation) -> None:
    _work(samui)
    services.create_unit(make.ctx(samui, "admin"), code="works", kind="DIVISION", name_th="กองช่าง", name_en="Works")
    page = text_of(console.get("/samui/staff/outbox/events/"))
    assert "Unit created" in page and "people.UnitCreated" in page and "works" in page and "1 failed" in page
    people = text_of(console.get("/samui/staff/outbox/events/?name=people"))
    assert "people.UnitCreated" in people and "test.GateStuck" not in people
    assert console.get("/samui/staff/outbox/events/?after=nonsense").status_code == 422


def test_the_schedule_is_in_words(console: Client) -> None:
    page = text_of(console.get("/samui/staff/outbox/schedules/"))
    assert "files.sweep" in page and "Every day at 02:23" in page and "Not yet" in page


def test_nobody_else_gets_in(samui: Organisation, yala: Organisation) -> None:
    work = _work(samui)
    for path in ("", "events/", "schedules/", f"work/{work.pk}/"):
        nobody_else_gets_in(samui, yala, f"/samui/staff/outbox/{path}", without="auditor")
    for path in ("replay/", f"work/{work.pk}/replay/"):
        nobody_else_gets_in(samui, yala, f"/samui/staff/outbox/{path}", method="post", without="auditor")
    assert _status(samui, work) == "dead"


@pytest.mark.parametrize(
    ("cron", "thai", "english"),
    [
        ("* * * * *", "ทุกนาที", "Every minute"),
        ("*/5 * * * *", "ทุก 5 นาที", "Every 5 minutes"),
        ("7 * * * *", "ทุกชั่วโมง นาทีที่ 7", "Every hour, at minute 7"),
        ("0 */6 * * *", "ทุก 6 ชั่วโมง นาทีที่ 0", "Every 6 hours, at minute 0"),
        ("23 2 * * *", "ทุกวัน เวลา 02:23 น.", "Every day at 02:23"),
        ("41 1 * * 0", "ทุกวันอาทิตย์ เวลา 01:41 น.", "Every Sunday at 01:41"),
        ("41 1 * * 7", "ทุกวันอาทิตย์ เวลา 01:41 น.", "Every Sunday at 01:41"),
        ("0 8 * * 1", "ทุกวันจันทร์ เวลา 08:00 น.", "Every Monday at 08:00"),
        ("0 8 * * 1-5", "ทุกวันจันทร์ถึงวันศุกร์ เวลา 08:00 น.", "Monday to Friday at 08:00"),
        ("30 0 1 * *", "ทุกวันที่ 1 ของเดือน เวลา 00:30 น.", "On day 1 of every month at 00:30"),
        ("0 0 1 10 *", "ตามรูปแบบเวลา cron: 0 0 1 10 *", "By the cron pattern 0 0 1 10 *"),
        ("* * *", "ตามรูปแบบเวลา cron: * * *", "By the cron pattern * * *"),
    ],
)
def test_cron_in_words(cron: str, thai: str, english: str) -> None:
    assert (cron_words(cron).th, cron_words(cron).en) == (thai, english)
