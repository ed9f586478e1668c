"""Form components: a field with label, hint and error, the summary of errors, a one-time code, upload and password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.template import Context, Library

from nakhon.knowledge.text import Text
from nakhon.web.templatetags.nakhon_text import language_of, say

register = Library()


def _errors(bound: BoundField, language: str) -> list[str]:
    """The field's errors in the page's language; a two-language message is chosen, any other shown as it is."""
    found: list[str] = []
    for error in bound.errors.as_data():
        message = error.message if isinstance(error, ValidationError) else error
        if isinstance(message, Text):
            sentence = message.in_(language)
            found.append(sentence % error.params if error.params else sentence)
        else:
            found.extend(str(part) for part in error.messages)
    return found


def _shape(widget: forms.Widget, asked: str) -> str:
    """Which layout a widget gets; ``asked`` (the tag's ``as``) wins."""
    if asked:
        return asked
    if isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.PasswordInput):
        return "password"
    if isinstance(widget, forms.FileInput):
        return "file"
    if isinstance(widget, forms.DateInput):
        return "date"
    return "input"


@register.inclusion_tag("components/field.html", takes_context=True)
def field(context: Context, bound: BoundField, **options: Any) -> dict[str, Any]:
    """One form field: ``{% field form.phone hint=... prefix="+66" width="s" %}``.

    Labels, hints and errors may be ``Text``. Options: as (input, date, otp, password, file, check, choices), prefix,
    suffix, width ("xs", "s", "m"), boxed (choices as boxes), autocomplete, placeholder, inputmode, hint, label, need
    ("required", "optional", "none"; without it optional fields are marked, required ones are not).
    """
    language = language_of(context)
    shape = _shape(bound.field.widget, options.pop("as", ""))
    errors = _errors(bound, language)
    hint = say(options.pop("hint", "") or bound.help_text, language)
    base = bound.id_for_label or bound.auto_id or bound.html_name
    described = [f"{base}-{part}" for part, there in (("hint", hint or shape == "date"), ("error", errors)) if there]
    attrs: dict[str, Any] = {"class": "", **{k: options[k] for k in ("autocomplete", "inputmode") if k in options}}
    if options.get("placeholder"):
        attrs["placeholder"] = say(options["placeholder"], language)
    if shape == "otp":
        attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code", "pattern": "[0-9๐-๙]*", "data-otp": ""}
    if shape == "password":
        attrs.setdefault("autocomplete", "current-password")
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if errors:
        attrs["aria-invalid"] = "true"
    need = options.pop("need", "") or ("none" if bound.field.required else "optional")
    if isinstance(bound.field.widget, forms.Select) and shape != "choices":
        bound.field.widget.choices = _said(bound.field.widget.choices, language)
    widget = None if shape == "choices" else bound.as_widget(attrs=attrs)
    choices = [_choice(sub, language) for sub in bound.subwidgets] if shape == "choices" else []
    return {
        "request": context.get("request"),
        "bound": bound,
        "shape": shape,
        "label": say(options.pop("label", "") or bound.label, language),
        "hint": hint,
        "errors": errors,
        "base": base,
        "need": need,
        "widget": widget,
        "choices": choices,
        "described": " ".join(described),
        **options,
    }


def _said(choices: Any, language: str) -> list[Any]:
    """Choices in the page's language, groups included. The widget belongs to this form alone, so it may be changed."""
    return [
        (say(value, language), _said(label, language))
        if isinstance(label, list | tuple)
        else (value, say(label, language))
        for value, label in choices
    ]


def _choice(sub: Any, language: str) -> dict[str, Any]:
    data = sub.data
    hint = getattr(data.get("value"), "hint", "")
    return {**data, "label": say(sub.choice_label, language), "hint": say(hint, language), "id": sub.id_for_label}


@register.inclusion_tag("components/error_summary.html", takes_context=True)
def error_summary(context: Context, form: forms.BaseForm, focus: bool = True) -> dict[str, Any]:
    """All errors of a form above it, each a link to its field; nothing when there are none. It takes the focus."""
    language = language_of(context)
    items: list[dict[str, str]] = []
    for name in form.errors:
        if name == "__all__":
            for error in form.errors.as_data()[name]:
                message = error.message
                text = message.in_(language) if isinstance(message, Text) else " ".join(error.messages)
                items.append({"href": "", "text": text})
            continue
        bound = form[name]
        first = bound.subwidgets[0].id_for_label if bound.field.widget.__class__.__name__ in _GROUPS else ""
        href = f"#{first or bound.id_for_label or bound.auto_id}"
        label = say(bound.label, language)
        items += [{"href": href, "text": f"{label}: {text}"} for text in _errors(bound, language)]
    return {"request": context.get("request"), "items": items, "focus": focus}


_GROUPS = {"RadioSelect", "CheckboxSelectMultiple"}
