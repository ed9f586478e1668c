"""The kind ``watch``: what is right is kept as written, what is wrong is told at its line with a remedy."""

from __future__ import annotations

from datetime import timedelta

import pytest

from nakhon.citydata.watches.definitions import WATCH
from nakhon.citydata.watches.rules import Measure
from nakhon.citydata.watches.shapes import read_body
from nakhon.kernel.definitions.checking import check
from nakhon.kernel.definitions.faults import DefinitionFault
from nakhon.kernel.definitions.reader import Source
from nakhon.kernel.errors import Invalid
from nakhon.kernel.tasks import system_context
from nakhon.people.models import Organisation
from tests.citydata.watches import stage

GOOD = """\
kind: watch
id: w
name: {th: กฎ, en: Rule}
when:
  sensor: air-station
  property: pm25
  condition: "value > 37.5"
then: [{alert: {severity: info, text: {th: ข้อความ, en: Text}}}]
"""


def _faults(yaml: str) -> list[DefinitionFault]:
    return check([Source("w.yaml", yaml.encode())]).faults


def test_a_definition_is_kept_under_the_words_that_people_write() -> None:
    found = stage.body(WATCH.example)
    kept = found.model_dump(mode="json")
    assert kept["for"] == "1h" and kept["clear"] == {"condition": "value < 35", "for": "30m"}
    assert kept["when"]["property"] == "pm25" and kept["when"]["average"] == "24h"
    assert read_body(kept) == found
    rule = found.rule(timedelta(hours=1))
    assert (rule.measure, rule.span, rule.lasting, rule.clear_lasting) == (
        Measure.AVERAGE, timedelta(days=1), timedelta(hours=1), timedelta(minutes=30),
    )  # fmt: skip


def test_what_a_definition_needs_first() -> None:
    inside = GOOD.replace('condition: "value > 37.5"', "inside: {register: flood-area}")
    assert [(one.kind, one.key) for one in WATCH.references(stage.body(inside))] == [
        ("sensor", "air-station"), ("register", "flood-area"),
    ]  # fmt: skip
    assert stage.body(GOOD.replace('condition: "value', 'rate: per 1h\n  condition: "value')).when.span == timedelta(
        hours=1
    )


@pytest.mark.parametrize(
    ("was", "now", "line", "said", "remedy"),
    [
        ("value > 37.5", "valeu > 37.5", 7, "“valeu”", "value"),
        ("value > 37.5", "value + 1", 7, "yes or no", "37.5"),
        ("value > 37.5", "value > 37.5 and value < 9", 7, "cannot be read", "&&"),
        ('  condition: "value > 37.5"\n', "", 5, "no condition", "condition"),
        (
            '  condition: "value > 37.5"',
            '  average: 24h\n  sum: 3h\n  condition: "value > 1"',
            8,
            "More than one",
            "Keep one",
        ),
        ('  condition: "value > 37.5"', '  average: 24 hours\n  condition: "value > 1"', 7, "length of time", "24h"),
        ('  condition: "value > 37.5"', '  average: 90d\n  condition: "value > 1"', 7, "too long", "31"),
        ('  condition: "value > 37.5"', '  silence: 3h\n  condition: "value > 1"', 8, "Silence", "Delete"),
        (
            '  condition: "value > 37.5"',
            '  repetition: {count: 3, within: 24h}\n  condition: "previous > 1"',
            8,
            "previous",
            "value",
        ),
        ('  condition: "value > 37.5"', '  repetition: {count: 1, within: 24h}\n  condition: "value > 1"', 7, "1", "2"),
        ("severity: info", "severity: loud", 8, "loud", "warning"),
        ("then:", "than:", 8, "than", "then"),
        ("text: {th: ข้อความ, en: Text}", "text: {th: ข้อความ}", 8, "en", "en"),
        ('condition: "value > 37.5"', 'condition: "value > 37.5"\n  enough: 1.5', 8, "1.5", "1"),
    ],
)
def test_what_is_wrong_is_told_at_its_line(was: str, now: str, line: int, said: str, remedy: str) -> None:
    assert was in GOOD
    faults = _faults(GOOD.replace(was, now))
    assert faults and faults[0].line == line, faults
    assert said in faults[0].message.en and remedy in faults[0].remedy.en, faults


def test_a_stream_that_the_stations_do_not_have(samui: Organisation) -> None:
    works = system_context(samui.tenant, "watches")
    stage.stations(works, "a")
    with pytest.raises(Invalid) as wrong:
        stage.watch(works, GOOD.replace("property: pm25", "property: pm24"))
    assert "pm25" in wrong.value.remedy.en
    assert stage.watch(works, GOOD).version == 1
