"""How a watch sees one stream: from readings in order of time to "it opened" and "it ended".

The same steps drive the live work and a trial over past data, so that the two cannot disagree. Every decision carries the
time of the data that brought it about, never the time at which somebody looked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from nakhon.citydata.watches.errors import ConditionFailed
from nakhon.citydata.watches.rules.conditions import Condition, Scope
from nakhon.citydata.watches.rules.windows import Sample, Window
from nakhon.knowledge.text import Text

ZERO = timedelta(0)
GAP_IN_INTERVALS = 3
"""A condition is believed to have gone on over a pause of so many expected readings, not over a longer one."""


class Measure(StrEnum):
    LATEST = "latest"
    AVERAGE = "average"
    SUM = "sum"
    RATE = "rate"
    SILENCE = "silence"
    INSIDE = "inside"
    REPETITION = "repetition"


WINDOWED = frozenset({Measure.AVERAGE, Measure.SUM, Measure.RATE, Measure.REPETITION})


class Phase(StrEnum):
    CALM = "CALM"
    PENDING = "PENDING"
    OPEN = "OPEN"


class Turn(StrEnum):
    OPENED = "opened"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a watch asks of a stream. ``span`` belongs to the windowed measures and to silence; ``enough`` is the share of the
    span that readings must fill; ``every`` how often the stream reports, when that is known."""

    measure: Measure = Measure.LATEST
    condition: Condition | None = None
    span: timedelta = ZERO
    count: int = 1
    lasting: timedelta = ZERO
    clear: Condition | None = None
    clear_lasting: timedelta = ZERO
    enough: float = 0.75
    every: timedelta | None = None

    @property
    def memory(self) -> timedelta:
        """How far back readings are needed to judge the present one."""
        return self.span if self.measure in WINDOWED else ZERO


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered of a stream between two looks. Times are those of readings.

    ``seen`` is the newest reading; ``judged`` the last time at which the condition could be asked, with its ``value`` and the
    ``previous`` one; ``since`` is when the condition began to hold; ``clearing`` when the way out began to hold.
    """

    phase: Phase = Phase.CALM
    seen: datetime | None = None
    judged: datetime | None = None
    value: float | None = None
    previous: float | None = None
    since: datetime | None = None
    opened: datetime | None = None
    clearing: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        times = {name: getattr(self, name) for name in _TIMES}
        return {
            "phase": self.phase.value,
            "value": self.value,
            "previous": self.previous,
            **{name: time.isoformat() if time is not None else None for name, time in times.items()},
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> State:
        """The reverse of ``as_json``; an empty mapping is a stream never looked at."""
        if not data:
            return State()
        times = {name: datetime.fromisoformat(data[name]) if data.get(name) else None for name in _TIMES}
        return State(phase=Phase(data["phase"]), value=data["value"], previous=data["previous"], **times)


_TIMES = ("seen", "judged", "since", "opened", "clearing")


@dataclass(frozen=True, slots=True)
class Decision:
    """``at`` is when it came about, ``since`` from when the condition held, ``value`` what was measured."""

    turn: Turn
    at: datetime
    since: datetime
    value: float | None


def settle(rule: Rule, state: State, at: datetime, holds: bool, over: bool) -> tuple[State, list[Decision]]:
    """The next state when at ``at`` the condition ``holds``, or the way out (``over``) does. Pure."""
    value = state.value
    broken = rule.every is not None and state.judged is not None and at - state.judged > GAP_IN_INTERVALS * rule.every
    if state.phase is Phase.OPEN:
        if holds or not over:
            return replace(state, judged=at, clearing=None), []
        clearing = at if state.clearing is None or broken else state.clearing
        if at - clearing < rule.clear_lasting:
            return replace(state, judged=at, clearing=clearing), []
        since = state.since or at
        calm = replace(state, phase=Phase.CALM, judged=at, since=None, opened=None, clearing=None)
        return calm, [Decision(Turn.ENDED, at, since, value)]
    if not holds:
        return replace(state, phase=Phase.CALM, judged=at, since=None), []
    since = at if state.since is None or broken else state.since
    if at - since < rule.lasting:
        return replace(state, phase=Phase.PENDING, judged=at, since=since), []
    opened = replace(state, phase=Phase.OPEN, judged=at, since=since, opened=at, clearing=None)
    return opened, [Decision(Turn.OPENED, at, since, value)]


class Evaluator:
    """One stream under one rule. Feed readings with ``step`` and the passing of time with ``advance``.

    ``window`` holds the readings of ``rule.memory`` before ``state.seen``, when a state is taken up again.
    ``fault`` says why the condition could not be asked the last time, or None.
    """

    def __init__(
        self,
        rule: Rule,
        *,
        thing: Mapping[str, Any] | None = None,
        record: Mapping[str, Any] | None = None,
        state: State | None = None,
        window: Iterable[Sample] = (),
    ) -> None:
        self.rule, self.state = rule, state or State()
        self.thing, self.record = thing or {}, record or {}
        self.fault: Text | None = None
        closed = rule.measure is Measure.RATE
        every = rule.every if rule.measure in (Measure.AVERAGE, Measure.SUM) else None
        self._window = Window(rule.span, every=every, closed=closed) if rule.measure in WINDOWED else None
        for sample in window:
            self._keep(sample)

    def step(self, sample: Sample) -> list[Decision]:
        """Take a reading. One that is late, or corrects another, is weighed with the rest of its window at the newest time;
        what was decided before stays decided."""
        state = self.state
        self.fault = None
        if self.rule.measure is Measure.SILENCE:
            return self._heard(sample.time)
        late = state.seen is not None and sample.time < state.seen
        self._keep(sample)
        if self._window is None:
            if late or not sample.good or sample.value is None:
                return []
            at, value = sample.time, sample.value
        else:
            at = state.seen if late and state.seen is not None else sample.time
            self._window.reach(at)
            found = self._measured(at)
            if not late:
                self.state = replace(state, seen=at)
            if found is None:
                return []
            value = found
        return self._judge(at, value, sample.inside)

    def reconsider(self) -> list[Decision]:
        """Judge the newest time anew, after readings came late into the window that the evaluator was made with."""
        at = self.state.seen
        if self._window is None or at is None:
            return []
        self._window.reach(at)
        value = self._measured(at)
        return [] if value is None else self._judge(at, value, True)

    def advance(self, to: datetime) -> list[Decision]:
        """Let time pass up to ``to``. Only silence comes about without a reading; its time is when it became due."""
        state = self.state
        if self.rule.measure is not Measure.SILENCE or state.phase is Phase.OPEN:
            return []
        if state.seen is None:
            self.state = replace(state, seen=to)
            return []
        due = state.seen + self.rule.span + self.rule.lasting
        if to < due:
            return []
        value = (due - state.seen).total_seconds()
        self.state = replace(state, phase=Phase.OPEN, since=state.seen, opened=due, judged=due, value=value)
        return [Decision(Turn.OPENED, due, state.seen, value)]

    def _heard(self, time: datetime) -> list[Decision]:
        if self.state.seen is not None and time <= self.state.seen:
            return []
        decisions = self.advance(time)
        state = self.state
        if state.phase is Phase.OPEN:
            # A store-and-forward device may tell of a time before the silence was noticed: nothing ends before it began.
            at = max(time, state.opened or time)
            decisions.append(Decision(Turn.ENDED, at, state.since or time, state.value))
        self.state = State(seen=time, judged=time)
        return decisions

    def _keep(self, sample: Sample) -> None:
        if self._window is None:
            return
        flag = False
        if self.rule.measure is Measure.REPETITION and sample.good and sample.value is not None:
            flag = (
                self._ask(self.rule.condition, Scope(sample.value, None, sample.time, self.thing, self.record)) or False
            )
        self._window.put(sample, flag)

    def _measured(self, at: datetime) -> float | None:
        """The measure at ``at``, or None while there is too little to go by."""
        window, rule = self._window, self.rule
        assert window is not None
        if rule.measure is Measure.REPETITION:
            return float(window.flagged)
        if rule.measure is Measure.RATE:
            if len(window) < 2:
                return None
            first, last = window.ends
            elapsed = last.time - first.time
            if last.value is None or first.value is None or elapsed < rule.enough * rule.span:
                return None
            return (last.value - first.value) * (rule.span / elapsed)
        if not window.covers(rule.enough, at):
            return None
        return window.mean if rule.measure is Measure.AVERAGE else window.total

    def _judge(self, at: datetime, value: float, inside: bool) -> list[Decision]:
        state, rule = self.state, self.rule
        fresh = state.judged is None or at > state.judged
        previous = state.value if fresh else state.previous
        self.fault = None
        if rule.measure is Measure.REPETITION:
            holds: bool | None = value >= rule.count
            scope = None
        else:
            scope = Scope(value, previous, at, self.thing, self.record)
            holds = inside if rule.condition is None else self._ask(rule.condition, scope)
        if rule.measure is Measure.INSIDE and not inside:
            holds = False
        over: bool | None = not holds
        if rule.clear is not None and scope is not None and state.phase is Phase.OPEN:
            over = self._ask(rule.clear, scope)
            if rule.measure is Measure.INSIDE:
                over = over or not inside
        seen = at if state.seen is None or at > state.seen else state.seen
        if holds is None or over is None:
            self.state = replace(state, seen=seen)
            return []
        state = replace(state, seen=seen, value=value, previous=previous)
        self.state, decisions = settle(rule, state, at, holds, over)
        return decisions

    def _ask(self, condition: Condition | None, scope: Scope) -> bool | None:
        """True, False, or None when the data allow no answer (told in ``fault``)."""
        if condition is None:
            return True
        try:
            return condition.holds(scope)
        except ConditionFailed as failed:
            self.fault = failed.message
            return None


@dataclass(frozen=True, slots=True)
class Episode:
    """A stretch of time during which the watch was open; ``ended`` is None when it still was at the end."""

    since: datetime
    opened: datetime
    ended: datetime | None
    value: float | None

    def lasted(self, until: datetime) -> timedelta:
        return (self.ended or until) - self.opened


def replay(evaluator: Evaluator, samples: Iterable[Sample], until: datetime) -> list[Episode]:
    """What the evaluator would have done with ``samples`` (in order of time) up to ``until``."""
    episodes: list[Episode] = []
    for sample in samples:
        take(evaluator.step(sample), episodes)
    take(evaluator.advance(until), episodes)
    return episodes


def take(decisions: Iterable[Decision], episodes: list[Episode]) -> None:
    """Add decisions to a list of episodes."""
    for decision in decisions:
        if decision.turn is Turn.OPENED:
            episodes.append(Episode(decision.since, decision.at, None, decision.value))
        elif episodes and episodes[-1].ended is None:
            episodes[-1] = replace(episodes[-1], ended=decision.at)
