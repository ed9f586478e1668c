"""The machine: each measure, how long a condition must hold, the way out, late and missing data, and replay = step by step."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nakhon.citydata.watches.rules import (
    Condition,
    Decision,
    Episode,
    Evaluator,
    Measure,
    Phase,
    Rule,
    Sample,
    State,
    Turn,
    Window,
    replay,
    take,
)

T0 = datetime(2026, 4, 10, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ABOVE = Condition("value > 37.5")


def hourly(*values: float | None, start: datetime = T0, every: timedelta = HOUR) -> list[Sample]:
    return [Sample(start + i * every, value) for i, value in enumerate(values) if value is not None]


def turns(rule: Rule, samples: list[Sample], until: datetime | None = None) -> list[tuple[str, float, float]]:
    """Decisions as (turn, hours after T0, hours after T0 since when)."""
    evaluator = Evaluator(rule)
    decisions: list[Decision] = []
    for sample in samples:
        decisions += evaluator.step(sample)
    decisions += evaluator.advance(until or samples[-1].time)
    return [(d.turn.value, (d.at - T0) / HOUR, (d.since - T0) / HOUR) for d in decisions]


def test_latest_opens_at_once_and_ends_at_the_first_value_below() -> None:
    rule = Rule(condition=ABOVE)
    assert turns(rule, hourly(30, 38, 40, 37.5, 39)) == [("opened", 1, 1), ("ended", 3, 1), ("opened", 4, 4)]
    assert turns(rule, hourly(30, 37.5, 20)) == []


def test_a_condition_must_hold_as_long_as_the_rule_says() -> None:
    rule = Rule(condition=ABOVE, lasting=2 * HOUR)
    assert turns(rule, hourly(38, 39, 30, 38, 38, 38)) == [("opened", 5, 3)]
    assert turns(rule, hourly(38, 39, 30, 38, 38, 30)) == []


def test_a_pause_longer_than_three_intervals_breaks_the_holding() -> None:
    rule = Rule(condition=ABOVE, lasting=4 * HOUR, every=HOUR)
    assert turns(rule, hourly(38, None, None, 38, 38)) == [("opened", 4, 0)]
    assert turns(rule, hourly(38, None, None, None, None, 38, 38)) == []


def test_hysteresis_a_value_between_the_two_lines_changes_nothing() -> None:
    rule = Rule(condition=ABOVE, clear=Condition("value < 35"), clear_lasting=HOUR)
    found = turns(rule, hourly(38, 36, 37, 34, 36, 34, 34, 36, 38))
    assert found == [("opened", 0, 0), ("ended", 6, 0), ("opened", 8, 8)]


def test_a_way_out_that_overlaps_with_the_condition_does_not_flap() -> None:
    rule = Rule(condition=ABOVE, clear=Condition("value < 50"))
    assert turns(rule, hourly(38, 39, 40, 30)) == [("opened", 0, 0), ("ended", 3, 0)]


def test_an_average_needs_three_quarters_of_its_hours() -> None:
    rule = Rule(Measure.AVERAGE, ABOVE, span=24 * HOUR, every=HOUR)
    assert turns(rule, hourly(*[40.0] * 17)) == []
    assert turns(rule, hourly(*[40.0] * 18)) == [("opened", 17, 17)]
    assert turns(Rule(Measure.AVERAGE, ABOVE, span=24 * HOUR, every=HOUR, enough=0.5), hourly(*[40.0] * 12)) == [
        ("opened", 11, 11)
    ]
    suspect = [sample._replace(good=False) for sample in hourly(*[40.0] * 18)]
    assert turns(rule, suspect) == []


def test_five_readings_of_one_hour_do_not_stand_for_five_hours() -> None:
    rule = Rule(Measure.AVERAGE, ABOVE, span=8 * HOUR, every=HOUR)
    assert turns(rule, hourly(*[40.0] * 30, every=timedelta(minutes=10))) == []


def test_a_sum_and_a_rate() -> None:
    rain = Rule(Measure.SUM, Condition("value > 35"), span=3 * HOUR, every=HOUR, enough=0.3)
    assert turns(rain, hourly(10, 20, 5, 20, 0, 0)) == [("opened", 3, 3), ("ended", 4, 3)]
    river = Rule(Measure.RATE, Condition("value > 0.5"), span=HOUR)
    levels = hourly(1.0, 1.1, 1.2, 1.4, 1.9, 2.0, 2.0, every=HOUR / 2)
    assert turns(river, levels) == [("opened", 2, 2), ("ended", 3, 2)]
    assert turns(river, hourly(1.0, 5.0, every=HOUR / 2)) == [], "half an hour is too short to tell of an hour"


def test_repetition_counts_readings_within_the_span() -> None:
    rule = Rule(Measure.REPETITION, Condition("value == 1"), span=24 * HOUR, count=3)
    presses = [Sample(T0 + h * HOUR, v) for h, v in ((0, 1.0), (1, 0.0), (20, 1.0), (25, 1.0), (26, 1.0), (60, 0.0))]
    assert turns(rule, presses) == [("opened", 26, 26), ("ended", 60, 26)]


def test_silence_comes_due_by_itself_and_ends_when_heard() -> None:
    rule = Rule(Measure.SILENCE, span=3 * HOUR)
    samples = [Sample(T0, 1.0), Sample(T0 + 2 * HOUR, 1.0), Sample(T0 + 8 * HOUR, None)]
    assert turns(rule, samples) == [("opened", 5, 2), ("ended", 8, 2)]
    assert turns(rule, samples, T0 + 11 * HOUR)[-1] == ("opened", 11, 8)
    assert turns(rule, samples, T0 + 10 * HOUR)[-1][0] == "ended"


def test_a_thing_never_heard_is_silent_from_when_the_watch_began() -> None:
    evaluator = Evaluator(Rule(Measure.SILENCE, span=3 * HOUR))
    assert evaluator.advance(T0) == [] and evaluator.advance(T0 + 2 * HOUR) == []
    assert [d.at for d in evaluator.advance(T0 + 9 * HOUR)] == [T0 + 3 * HOUR]
    assert evaluator.advance(T0 + 10 * HOUR) == []


def test_inside_asks_for_the_place_and_the_condition() -> None:
    rule = Rule(Measure.INSIDE, Condition("value > 1"))
    track = [Sample(T0 + i * HOUR, v, True, place) for i, (v, place) in enumerate(
        [(2.0, False), (0.5, True), (2.0, True), (2.0, True), (2.0, False)])]  # fmt: skip
    assert turns(rule, track) == [("opened", 2, 2), ("ended", 4, 2)]
    assert turns(Rule(Measure.INSIDE), track) == [("opened", 1, 1), ("ended", 4, 1)]


def test_a_late_reading_moves_the_mean_but_not_the_latest() -> None:
    latest = Evaluator(Rule(condition=ABOVE))
    latest.step(Sample(T0 + 2 * HOUR, 30.0))
    assert latest.step(Sample(T0, 90.0)) == [] and latest.state.value == 30.0
    mean = Evaluator(Rule(Measure.AVERAGE, ABOVE, span=4 * HOUR, every=HOUR, enough=0.5))
    for sample in hourly(None, 30.0, 40.0):
        assert mean.step(sample) == []
    decisions = mean.step(Sample(T0, 60.0))
    assert [(d.turn, d.at, d.value) for d in decisions] == [(Turn.OPENED, T0 + 2 * HOUR, fmean([60, 30, 40]))]
    assert mean.step(Sample(T0 - 30 * HOUR, 900.0)) == [] and mean.state.value == fmean([60, 30, 40])


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    evaluator = Evaluator(Rule(condition=ABOVE))
    assert evaluator.step(Sample(T0, 99.0))[0].turn is Turn.OPENED
    assert evaluator.step(Sample(T0, 9.0))[0].turn is Turn.ENDED
    assert evaluator.state.previous is None and evaluator.state.value == 9.0


def test_a_condition_that_cannot_be_asked_changes_nothing_and_says_why() -> None:
    evaluator = Evaluator(Rule(condition=Condition("value > record.limit")), record={"limit": 30.0})
    evaluator.step(Sample(T0, 40.0))
    assert evaluator.state.phase is Phase.OPEN and evaluator.fault is None
    evaluator.record = {}
    assert evaluator.step(Sample(T0 + HOUR, 10.0)) == []
    assert evaluator.state.phase is Phase.OPEN and evaluator.fault is not None and "limit" in evaluator.fault.en


def test_the_state_survives_being_written_down() -> None:
    evaluator = Evaluator(Rule(condition=ABOVE, clear=Condition("value < 20"), clear_lasting=5 * HOUR))
    for sample in hourly(38, 40, 10):
        evaluator.step(sample)
    assert evaluator.state.clearing is not None
    assert State.from_json(evaluator.state.as_json()) == evaluator.state
    assert State.from_json({}) == State()


numbers = st.floats(min_value=-200, max_value=200, allow_nan=False).map(lambda x: round(x, 2))
rules = st.sampled_from([
    Rule(condition=ABOVE),
    Rule(condition=Condition("previous != null && value - previous > 20.0")),
    Rule(condition=ABOVE, lasting=2 * HOUR, clear=Condition("value < 20"), clear_lasting=HOUR, every=HOUR),
    Rule(Measure.AVERAGE, ABOVE, span=5 * HOUR, every=HOUR, lasting=HOUR),
    Rule(Measure.AVERAGE, Condition("value > previous"), span=5 * HOUR),
    Rule(Measure.SUM, Condition("value > 60"), span=3 * HOUR, every=HOUR, enough=0.3),
    Rule(Measure.RATE, Condition("value > 10"), span=2 * HOUR),
    Rule(Measure.REPETITION, ABOVE, span=6 * HOUR, count=2),
    Rule(Measure.SILENCE, span=3 * HOUR),
])  # fmt: skip
steps = st.lists(st.tuples(st.integers(1, 300), numbers), min_size=1, max_size=60)


def _samples(raw: list[tuple[int, float]]) -> list[Sample]:
    time, found = T0, []
    for minutes, value in raw:
        time += timedelta(minutes=minutes)
        found.append(Sample(time, value))
    return found


@settings(max_examples=150, deadline=None)
@given(rules, steps, st.data())
def test_replaying_in_one_go_equals_stopping_and_taking_up_again(
    rule: Rule, raw: list[tuple[int, float]], data: st.DataObject
) -> None:
    samples = _samples(raw)
    end = samples[-1].time + 4 * HOUR
    whole = replay(Evaluator(rule), samples, end)
    episodes: list[Episode] = []
    state, done = State(), 0
    while done < len(samples):
        size = data.draw(st.integers(1, len(samples)))
        before = [] if state.seen is None else [s for s in samples[:done] if s.time >= state.seen - rule.memory]
        evaluator = Evaluator(rule, state=State.from_json(state.as_json()), window=before)
        for sample in samples[done : done + size]:
            take(evaluator.step(sample), episodes)
        # The live work also looks at the clock, at whatever moment it comes round.
        ahead = samples[done + size].time if done + size < len(samples) else end
        last = samples[min(done + size, len(samples)) - 1].time
        take(evaluator.advance(last + (ahead - last) * data.draw(st.floats(0, 1))), episodes)
        state, done = evaluator.state, done + size
    take(Evaluator(rule, state=state).advance(end), episodes)
    assert episodes == whole


@settings(max_examples=100, deadline=None)
@given(steps, st.randoms(use_true_random=False))
def test_readings_in_any_order_come_to_the_same_mean_exactly(raw: list[tuple[int, float]], shuffle: object) -> None:
    samples = _samples(raw)
    rule = Rule(Measure.AVERAGE, ABOVE, span=50 * HOUR, every=HOUR, enough=0.0001)
    evaluator = Evaluator(rule)
    mixed = list(samples)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    for sample in mixed:
        evaluator.step(sample)
    newest = samples[-1].time
    within = [s.value for s in samples if s.time > newest - rule.span and s.value is not None]
    assert evaluator.state.value == math.fsum(within) / len(within) or evaluator.state.value == pytest.approx(
        fmean(within), rel=1e-15
    )
    ordered = Evaluator(rule)
    for sample in samples:
        ordered.step(sample)
    assert ordered.state.value == evaluator.state.value
    assert ordered.state.phase == evaluator.state.phase or rule.lasting


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), numbers), min_size=1, max_size=80))
def test_a_window_knows_what_a_list_would(raw: list[tuple[int, float]]) -> None:
    window, held = Window(10 * HOUR, every=HOUR), {}
    newest = T0
    for hours, value in raw:
        time = T0 + hours * HOUR
        newest = max(newest, time)
        window.put(Sample(time, value))
        held[time] = value
        window.reach(newest)
        # Once dropped, a reading stays dropped unless it is sent again within the span.
        held = {t: v for t, v in held.items() if t > newest - 10 * HOUR}
        assert len(window) == len(held)
        if held:
            assert window.mean == pytest.approx(fmean(held.values()), abs=1e-9)
            assert window.covers(1.0, newest) is (len(held) >= 10)
