"""Forms that only ask: what was entered goes to a verb as it is, and what the verb refused comes back beside its field.

The rules live in the rooms; a form knows labels, order and how wide a field is, and keeps what was entered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict
from django.http import QueryDict

from nakhon.kernel.errors import NakhonError
from nakhon.knowledge.text import Text
from nakhon.web.console import whole

Choices = Iterable[tuple[str, Text]]


def _said(text: Text | None) -> Any:
    """A ``Text`` where Django's types expect a str: the field component chooses the language."""
    return text if text is not None else ""


def ask(
    label: Text, *, need: bool = False, hint: Text | None = None, most: int | None = None, **attrs: str
) -> forms.Field:
    """One line of text. ``attrs`` go to the input: ``inputmode``, ``autocomplete`` ..."""
    return forms.CharField(
        label=_said(label), required=need, help_text=_said(hint), widget=forms.TextInput({**attrs, **_most(most)})
    )


def ask_lines(label: Text, *, need: bool = False, hint: Text | None = None, rows: int = 4) -> forms.Field:
    return forms.CharField(
        label=_said(label), required=need, help_text=_said(hint), widget=forms.Textarea({"rows": str(rows)})
    )


def ask_date(label: Text, *, need: bool = False, hint: Text | None = None) -> forms.Field:
    """A written date, Buddhist era or not: the verb or ``dates.parse`` reads it, so the input is plain text."""
    return forms.CharField(label=_said(label), required=need, help_text=_said(hint), widget=forms.DateInput())


def ask_choice(
    label: Text,
    choices: Choices,
    *,
    need: bool = True,
    blank: Text | None = None,
    hint: Text | None = None,
    radio: bool = False,
) -> forms.Field:
    listed: list[Any] = [("", blank)] if blank is not None else []
    widget = forms.RadioSelect() if radio else forms.Select()
    return forms.ChoiceField(
        label=_said(label), required=need, help_text=_said(hint), choices=[*listed, *choices], widget=widget
    )


def ask_several(label: Text, choices: Choices, *, need: bool = False, hint: Text | None = None) -> forms.Field:
    return forms.MultipleChoiceField(
        label=_said(label), required=need, help_text=_said(hint), choices=list(choices),
        widget=forms.CheckboxSelectMultiple(),
    )  # fmt: skip


def ask_yes(label: Text, *, hint: Text | None = None) -> forms.Field:
    return forms.BooleanField(label=_said(label), required=False, help_text=_said(hint))


def hidden() -> forms.Field:
    return forms.CharField(required=False, widget=forms.HiddenInput())


def _most(most: int | None) -> dict[str, str]:
    return {"maxlength": str(most)} if most else {}


class Ask(forms.Form):
    """Base of such forms. ``groups`` puts fields under headings; without it they stand in order."""

    groups: ClassVar[Sequence[tuple[Text, Sequence[str]]]] = ()
    use_required_attribute = False

    def full_clean(self) -> None:
        """Nothing is judged here: the verb does."""
        self._errors = ErrorDict()
        self.cleaned_data = {}

    def given(self) -> dict[str, Any]:
        """What was entered, by field: text, a list for several choices, True or False for a tick."""
        found: dict[str, Any] = {}
        data = self.data
        for name, one in self.fields.items():
            key = self.add_prefix(name)
            if isinstance(one, forms.MultipleChoiceField):
                found[name] = data.getlist(key) if isinstance(data, QueryDict) else list(data.get(key, []))
            elif isinstance(one, forms.BooleanField):
                found[name] = key in data
            else:
                found[name] = str(data.get(key, ""))
        return found

    def refused(self, error: NakhonError) -> None:
        """Put a verb's refusal where it belongs: beside the fields it names, the rest above the form."""
        if not error.fields:
            self.add_error(None, ValidationError(_said(whole(error))))
        for name, text in error.fields.items():
            self.add_error(name if name in self.fields else None, ValidationError(_said(text)))

    def sections(self) -> list[tuple[Text | None, list[BoundField]]]:
        """The visible fields under their headings, for the template."""
        if not self.groups:
            return [(None, self.visible_fields())]
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in self.groups]
