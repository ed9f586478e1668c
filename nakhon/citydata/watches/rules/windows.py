"""The readings of one stream within a span of time: kept in order, added up exactly, whatever the order of arrival."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

_SHIFT = 1074
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COMPACT = 4096


class Sample(NamedTuple):
    """A reading of one stream. ``good`` is False for a suspect one, ``inside`` tells of a moving thing's place, if asked."""

    time: datetime
    value: float | None
    good: bool = True
    inside: bool = True


def _exact(value: float) -> int:
    """``value`` as a whole number of 2**-1074: sums of such are exact, so no order of additions gives another result."""
    top, bottom = value.as_integer_ratio()
    return top << (_SHIFT - (bottom.bit_length() - 1))


@dataclass(slots=True)
class _Kept:
    sample: Sample
    exact: int
    flag: bool = False


class Window:
    """Readings of the last ``span`` up to a moment: after it began, or from its very beginning when ``closed``.

    ``every`` is how often the stream is expected to report; it divides the span into slots that are filled or not.
    """

    def __init__(self, span: timedelta, *, every: timedelta | None = None, closed: bool = False) -> None:
        self.span, self.every, self.closed = span, every, closed
        self._times: list[datetime] = []
        self._kept: list[_Kept] = []
        self._start = 0
        self._sum = 0
        self._flags = 0
        self._slots: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self._times) - self._start

    def put(self, sample: Sample, flag: bool = False) -> None:
        """Add a reading, or put it in the place of the one with the same time. Bad ones only take the other's place away."""
        at = bisect_left(self._times, sample.time, self._start)
        if at < len(self._times) and self._times[at] == sample.time:
            self._forget(self._kept[at])
            del self._times[at], self._kept[at]
        if sample.value is None or not sample.good or not math.isfinite(sample.value):
            return
        kept = _Kept(sample, _exact(sample.value), flag)
        self._times.insert(at, sample.time)
        self._kept.insert(at, kept)
        self._sum += kept.exact
        self._flags += flag
        if self.every is not None:
            self._slots[self._slot(sample.time)] += 1

    def reach(self, to: datetime) -> None:
        """Drop what has left the span that ends at ``to``."""
        edge = to - self.span
        find = bisect_left if self.closed else bisect_right
        start = find(self._times, edge, self._start)
        for kept in self._kept[self._start : start]:
            self._forget(kept)
        self._start = start
        if start > _COMPACT:
            del self._times[:start], self._kept[:start]
            self._start = 0

    def _slot(self, time: datetime) -> int:
        assert self.every is not None
        return (time - _EPOCH) // self.every

    def _forget(self, kept: _Kept) -> None:
        self._sum -= kept.exact
        self._flags -= kept.flag
        if self.every is not None:
            slot = self._slot(kept.sample.time)
            self._slots[slot] -= 1
            if not self._slots[slot]:
                del self._slots[slot]

    def covers(self, share: float, to: datetime) -> bool:
        """Whether readings fill ``share`` (0 to 1) of the span that ends at ``to``: by slots when ``every`` is known, otherwise
        by how far back they reach."""
        if not len(self):
            return False
        if self.every is not None:
            return len(self._slots) >= math.ceil(share * (self.span / self.every) - 1e-9)
        return to - self._times[self._start] >= share * self.span

    @property
    def mean(self) -> float:
        """The mean, rounded once."""
        return self._sum / (len(self) << _SHIFT)

    @property
    def total(self) -> float:
        """The sum, rounded once."""
        return self._sum / (1 << _SHIFT)

    @property
    def flagged(self) -> int:
        return self._flags

    @property
    def ends(self) -> tuple[Sample, Sample]:
        """The oldest and the newest reading. ``IndexError`` when there is none."""
        return self._kept[self._start].sample, self._kept[-1].sample
