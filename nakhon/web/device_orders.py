"""Forms for the commands of a device, made of their schemas, and what was entered in the types of the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from nakhon.citydata.sensors.types import ThingDetail
from nakhon.knowledge.text import Text
from nakhon.web.asking import Ask, ask, ask_choice, ask_yes


def order_forms(detail: ThingDetail, bound: forms.Form | None = None) -> list[dict[str, Any]]:
    """A form for each command of the thing's kind, made of the command's schema."""
    found = []
    for name, order in detail.commands.items():
        label = order.get("name") or {}
        mine = bound is not None and bound.prefix == name
        found.append({
            "name": name, "text": Text(label.get("th") or name, label.get("en") or name),
            "form": bound if mine else order_form(name, order["schema"]), "timeout": order.get("timeout", ""),
        })  # fmt: skip
    return found


def order_form(name: str, schema: Mapping[str, Any], data: Any = None) -> Ask:
    """The form of one command: a field for each property of its schema, or one value where it is no object."""
    asked: dict[str, forms.Field] = {}
    parts = schema.get("properties") if schema.get("type") == "object" else {"value": schema}
    for code, part in (parts or {}).items():
        title = str(part.get("title") or code)
        label = Text(str(part.get("th") or title), title)
        about = part.get("description")
        hint = Text(str(about), str(about)) if about else None
        need = code in schema.get("required", [])
        if part.get("enum"):
            asked[code] = ask_choice(
                label, [(str(one), Text(str(one), str(one))) for one in part["enum"]], need=need, hint=hint
            )
        elif part.get("type") == "boolean":
            asked[code] = ask_yes(label, hint=hint)
        else:
            numeric: dict[str, Any] = {"inputmode": "decimal"} if part.get("type") in ("integer", "number") else {}
            asked[code] = ask(label, need=need, hint=hint, **numeric)
    made: type[Ask] = type("OrderForm", (Ask,), asked)
    return made(data, prefix=name)


def order_body(form: Ask, schema: Mapping[str, Any]) -> Any:
    """What was entered, in the types of the schema; what cannot be read stays text, which the verb then refuses."""
    is_object = schema.get("type") == "object"
    parts = schema.get("properties", {}) if is_object else {"value": schema}
    body = {code: _typed(value, parts[code]) for code, value in form.given().items() if value != ""}
    return body if is_object else body.get("value")


def _typed(value: Any, part: Mapping[str, Any]) -> Any:
    if part.get("enum"):
        return next((one for one in part["enum"] if str(one) == value), value)
    try:
        if part.get("type") == "integer":
            return int(value)
        if part.get("type") == "number":
            return float(value)
    except ValueError:
        return value
    return value
