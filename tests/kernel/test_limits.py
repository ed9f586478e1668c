"""Rate limits are exact, survive roll-backs, are shared by all processes and tell nothing about whom they count."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from nakhon.kernel import limits
from nakhon.kernel.errors import TooMany
from nakhon.kernel.limits import forgive, limit
from nakhon.people.models import Organisation
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)


def test_so_many_and_no_more() -> None:
    assert [limit("0812345678", "code.send", 3, 60, now=make.NOW) for _ in range(3)] == [2, 1, 0]
    with pytest.raises(TooMany) as refused:
        limit("0812345678", "code.send", 3, 60, now=make.NOW)
    assert refused.value.retry_after == 60
    assert refused.value.remedy.th == "รอ 60 วินาที แล้วลองใหม่"
    assert refused.value.remedy.en == "Wait 60 seconds and try again"
    assert limit("0899999999", "code.send", 3, 60, now=make.NOW) == 2, "somebody else is not held up"
    assert limit("0812345678", "code.check", 3, 60, now=make.NOW) == 2, "nor another limit"


def test_the_window_slides() -> None:
    for seconds in (0, 30, 40):
        limit("a", "x", 3, MINUTE, now=make.NOW + timedelta(seconds=seconds))
    with pytest.raises(TooMany) as refused:
        limit("a", "x", 3, MINUTE, now=make.NOW + timedelta(seconds=50))
    assert refused.value.retry_after == 10, "until the first of the three is a minute old"
    assert limit("a", "x", 3, MINUTE, now=make.NOW + timedelta(seconds=60)) == 0
    with pytest.raises(TooMany):
        limit("a", "x", 3, MINUTE, now=make.NOW + timedelta(seconds=61))
    assert limit("a", "x", 3, MINUTE, now=make.NOW + timedelta(seconds=90)) == 0


def test_a_refused_attempt_does_not_prolong_the_wait() -> None:
    limit("a", "x", 1, MINUTE, now=make.NOW)
    for second in range(1, 60, 10):
        with pytest.raises(TooMany):
            limit("a", "x", 1, MINUTE, now=make.NOW + timedelta(seconds=second))
    assert limit("a", "x", 1, MINUTE, now=make.NOW + MINUTE) == 0


def test_an_attempt_counts_though_its_transaction_is_rolled_back() -> None:
    for _ in range(2):
        with pytest.raises(RuntimeError), transaction.atomic():
            limit("guesser", "code.check", 2, 60, now=make.NOW)
            raise RuntimeError("the code was wrong")
    with pytest.raises(TooMany):
        limit("guesser", "code.check", 2, 60, now=make.NOW)


def test_never_more_than_allowed_at_the_same_instant() -> None:
    passed: list[int] = []
    refused: list[int] = []
    start = threading.Barrier(12)

    def hammer() -> None:
        start.wait()
        for _ in range(10):
            try:
                passed.append(limit("everybody", "burst", 25, 3600))
            except TooMany as error:
                refused.append(error.retry_after)
        connection.close()

    threads = [threading.Thread(target=hammer) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 25
    assert sorted(passed) == list(range(25)), "each who passed was told a different number left"
    assert len(refused) == 95
    assert all(3500 < wait <= 3600 for wait in refused)


def test_counted_by_account_address_or_tenant() -> None:
    samui = make.city("samui", "เกาะสมุย", "Koh Samui")
    yala = make.city("yala", "ยะลา", "Yala")
    clerk = make.ctx(samui, "officer", actor_id="1")
    assert limit(clerk, "x", 1, 60) == 0
    with pytest.raises(TooMany):
        limit(clerk, "x", 1, 60)
    assert limit(make.ctx(samui, "officer", actor_id="2"), "x", 1, 60) == 0
    assert limit(make.ctx(yala, "officer", actor_id="1"), "x", 1, 60) == 0, "another organisation counts by itself"

    assert limit(_public(samui, "203.0.113.7"), "x", 1, 60) == 0
    with pytest.raises(TooMany):
        limit(_public(samui, "203.0.113.7"), "x", 1, 60)
    assert limit(_public(samui, "203.0.113.8"), "x", 1, 60) == 0
    assert limit(_public(samui, "2001:db8:1:2::1"), "x", 1, 60) == 0
    with pytest.raises(TooMany):
        limit(_public(samui, "2001:db8:1:2:ffff::9"), "x", 1, 60)

    assert limit(clerk, "y", 1, 60, by="tenant") == 0
    with pytest.raises(TooMany):
        limit(_public(samui, "198.51.100.1"), "y", 1, 60, by="tenant")


def _public(organisation: Organisation, address: str) -> limits.Context:
    from dataclasses import replace

    return replace(make.ctx(organisation), address=address)


def test_forgiven_after_success() -> None:
    limit("a", "x", 1, 60)
    forgive("a", "x")
    assert limit("a", "x", 1, 60) == 0


def test_the_table_of_limits_and_its_setting(settings: pytest.FixtureRequest) -> None:
    assert limit("a", "code.send") == limits.DEFAULTS["code.send"].amount - 1
    settings.NAKHON_LIMITS = "code.send=1/2h"  # type: ignore[attr-defined]
    assert limits.table()["code.send"].per == timedelta(hours=2)
    assert limit("b", "code.send") == 0
    with pytest.raises(TooMany) as refused:
        limit("b", "code.send")
    assert refused.value.remedy.th == "รอ 120 นาที แล้วลองใหม่"
    with pytest.raises(KeyError):
        limit("a", "no.such.limit")


@pytest.mark.parametrize("text", ["code.send", "code.send=3", "code.send=x/1h", "code.send=3/1y", "codes.send=3/1h"])
def test_a_wrong_setting_says_what_is_wrong(text: str) -> None:
    with pytest.raises(ValueError, match="NAKHON_LIMITS"):
        limits.parse(text)


@pytest.mark.parametrize(("amount", "per"), [(0, 60), (1001, 60), (1, 0), (1, -5)])
def test_an_impossible_limit_is_refused(amount: int, per: int) -> None:
    with pytest.raises(ValueError, match="A limit allows"):
        limit("a", "x", amount, per)


def test_the_table_tells_nothing_and_is_swept() -> None:
    limit("somchai@example.go.th", "code.send", 3, 60, now=make.NOW)
    limit("fresh", "code.send", 3, 3600, now=make.NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT kernel_ratelimit::text FROM kernel_ratelimit")
        assert "somchai" not in str(cursor.fetchall())
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'kernel_ratelimit'")
        assert cursor.fetchone()[0] in ("u", b"u")
    assert limits.sweep(timestamp=int((make.NOW + timedelta(minutes=5)).timestamp())) == 1
    assert limits.sweep(timestamp=int((make.NOW + timedelta(minutes=5)).timestamp())) == 0


def test_every_limit_says_what_it_counts_and_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/settings.md").read_text(encoding="utf-8")
    for row in limits.DEFAULTS.values():
        assert f"`{row.name}`" in page, f"document the limit {row.name} in docs/reference/settings.md"
