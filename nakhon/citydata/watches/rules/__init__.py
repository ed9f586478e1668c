"""The pure decisions of watches: conditions, windows of readings, and the machine that opens and ends."""

from nakhon.citydata.watches.rules.conditions import NAMES, Condition, Scope, decimals
from nakhon.citydata.watches.rules.machine import (
    WINDOWED,
    Decision,
    Episode,
    Evaluator,
    Measure,
    Phase,
    Rule,
    State,
    Turn,
    replay,
    settle,
    take,
)
from nakhon.citydata.watches.rules.windows import Sample, Window

__all__ = [
    "NAMES",
    "WINDOWED",
    "Condition",
    "Decision",
    "Episode",
    "Evaluator",
    "Measure",
    "Phase",
    "Rule",
    "Sample",
    "Scope",
    "State",
    "Turn",
    "Window",
    "decimals",
    "replay",
    "settle",
    "take",
]
