"""Whatever a body holds, the YAML that is written of it reads back to the same body; differences are complete and minimal."""

from __future__ import annotations

import json
from typing import Any

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nakhon.kernel.definitions.checking import check, full_body
from nakhon.kernel.definitions.difference import differences
from nakhon.kernel.definitions.kinds import kinds
from nakhon.kernel.definitions.reader import Source, read
from nakhon.kernel.definitions.writing import files_for, to_yaml

letters = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(
    "\n\t :#-'\"“”\\%@&*!|>{}[],กขเแ็่0๑\u200b\u00a0\u2028"
)
texts = st.text(letters, max_size=40) | st.sampled_from(
    ["no", "YES", "on", "null", "~", "", "012", "0x1F", "1e5", "12:30", "2026-04-10", "1_000", ".5", "-", "- a", "a: b", "<<", "=",
     ".nan", "-.inf", "true", "True", "“ก”", " a ", "a\n", "\na", "a\n\n b\n", "0o17", "1,508", "+5", "…", "---", "...", "# x", "?"]
)  # fmt: skip
numbers = st.integers(-(10**17), 10**17) | st.floats(allow_nan=False, allow_infinity=False, width=32).map(
    lambda x: round(x, 4)
)
plain = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts.filter(str.strip), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=250, deadline=None)
@given(st.dictionaries(texts.filter(str.strip), plain, min_size=1, max_size=5))
@example({"a": 1e16, "b": 1e-7, "c": 123456789012345.5})
@example({"a": "\u2028x\u2029", "\ufeffb": "\ufeff"})
def test_what_is_written_reads_back(value: dict[str, Any]) -> None:
    text = to_yaml(value)
    documents, faults = read(Source("x.yaml", text.encode()))
    assert faults == [], (text, faults)
    assert json.dumps(documents[0].value) == json.dumps(value)


words = st.text(letters, min_size=1, max_size=30).filter(str.strip)
both = st.fixed_dictionaries({"th": words, "en": words})
either = words | both
optional = st.none()
profiles = st.fixed_dictionaries(
    {"kind": st.just("organisation-profile"), "id": st.just("profile")},
    optional={
        "vision": either,
        "mayor": either,
        "area_km2": st.floats(0.001, 999_999).map(lambda x: round(x, 3)),
        "population": st.integers(0, 10**7),
        "contact": st.fixed_dictionaries({"phones": st.lists(words, max_size=3), "phone_as_printed": words}),
        "project": st.fixed_dictionaries(
            {"title": both, "domains": st.lists(st.sampled_from(["ENV", "GOV", "LIV"]), min_size=1, unique=True)},
            optional={
                "sdgs": st.lists(st.integers(1, 17), unique=True, max_size=4),
                "rationale": st.lists(either, max_size=3),
                "budget": st.fixed_dictionaries({"amount_baht": st.integers(0, 10**10), "source": words}),
                "metrics": st.lists(
                    st.fixed_dictionaries(
                        {"id": st.from_regex(r"[a-z]{1,5}", fullmatch=True), "label": either, "unit": words, "kind": st.just("actual"),
                         "value": st.integers(0, 10**6) | st.floats(0, 10**6).map(lambda x: round(x, 2))}
                    ),
                    max_size=3, unique_by=lambda metric: metric["id"],
                ),
            },
        ),
    },
)  # fmt: skip
units = st.lists(
    st.fixed_dictionaries(
        {"kind": st.just("unit"), "id": st.from_regex(r"[a-z][a-z0-9-]{0,8}[a-z0-9]", fullmatch=True),
         "level": st.sampled_from(["OFFICE", "DIVISION", "SECTION", "COMMUNITY"]), "name": both},
        optional={"phone": words, "position": st.integers(0, 10_000)},
    ),
    min_size=1, max_size=5, unique_by=lambda unit: unit["id"],
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(profiles, units)
def test_exported_bodies_lint_clean_and_change_nothing(profile: dict[str, Any], tree: list[dict[str, Any]]) -> None:
    bodies = [("organisation-profile", profile), *(("unit", unit) for unit in tree)]
    full = {
        (name, body["id"]): full_body(kinds()[name].model.model_validate_json(json.dumps(body)))
        for name, body in bodies
    }
    files = files_for([(name, body) for (name, _), body in full.items()])
    checked = check([Source(name, text.encode()) for name, text in files.items()])
    assert checked.faults == []
    assert {document.name: document.body for document in checked.documents} == full
    assert all(differences(full[document.name], document.body) == () for document in checked.documents)


@settings(max_examples=300, deadline=None)
@given(plain, plain)
def test_differences_tell_all_and_nothing_else(old: Any, new: Any) -> None:
    assert differences(old, old) == ()
    changes = differences(old, new)
    assert bool(changes) == (json.dumps(old) != json.dumps(new) and not _same(old, new))
    assert len({(change.path, change.mark) for change in changes}) == len(changes) or any(
        "." in c.path or "[" in c.path for c in changes
    )


def _same(old: Any, new: Any) -> bool:
    """Equal but for the order of keys."""
    return json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True)


def test_lists_of_named_things_are_compared_by_name() -> None:
    old = [{"id": "a", "v": 1}, {"id": "b", "v": 2}, {"id": "c", "v": 3}]
    new = [{"id": "b", "v": 2}, {"id": "c", "v": 4}, {"id": "d", "v": 5}]
    assert [(c.path, c.mark) for c in differences(old, new)] == [
        ("[0]", "removed"),
        ("[1].v", "changed"),
        ("[2]", "added"),
    ]
    assert [(c.path, c.old, c.new) for c in differences({"x": ["a", "b", "c"]}, {"x": ["a", "c"]})] == [
        ("x[1]", "b", None)
    ]
    assert [(c.path, c.mark) for c in differences({"a": 1}, {"a": True})] == [("a", "changed")]


def test_other_yaml_readers_get_the_same_texts() -> None:
    value = {"a": ["no", "012", "1:30", "1_000", "0o17", "0x1F", "on", "~", "=", "<<", "1e5", "1.5e3", "0b1"]}
    assert yaml.safe_load(to_yaml(value)) == value
