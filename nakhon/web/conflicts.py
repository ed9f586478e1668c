"""Two people edited one record: what is saved now beside what was entered, so that nobody overwrites unseen and nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict

from nakhon.knowledge.digits import arabic_digits
from nakhon.knowledge.text import Text


@dataclass(frozen=True, slots=True)
class Difference:
    """A field whose saved value is not what was entered; both as a person reads them, "–" for none."""

    label: Any
    saved: Text
    entered: Text


def version_of(form: forms.Form) -> int:
    """The version that the form was shown with; 0, which no record has, when the form does not say."""
    text = str(form.cleaned_data.pop("version", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def differences(form: forms.Form, saved: Mapping[str, Any]) -> list[Difference]:
    """What a bound form would change of ``saved``, which holds the saved values by the names of the fields."""
    found = []
    for name, now in saved.items():
        field, entered = form.fields[name], form.cleaned_data.get(name)
        if not _same(_plain(now), _plain(entered)):
            found.append(Difference(field.label, _shown(field, now), _shown(field, entered)))
    return found


def again(form: forms.Form, version: int) -> None:
    """Let the form, with all that was entered, be sent again knowing what is saved now."""
    data = cast(QueryDict, form.data).copy()
    data["version"] = str(version)
    form.data = data


def _same(saved: str, entered: str) -> bool:
    """Equal as texts, or as numbers however they were written: 68000 and ๖๘,๐๐๐."""
    if saved == entered:
        return True
    try:
        return float(saved) == float(arabic_digits(entered).replace(",", ""))
    except ValueError:
        return False


def _plain(value: Any) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _shown(field: forms.Field, value: Any) -> Text:
    text = _plain(value)
    for code, label in getattr(field, "choices", ()):
        if str(code) == text and isinstance(label, Text):
            return label
    return Text(text or "–", text or "–")
