"""The form of a record, made from its register's definition: fields by type, the place, and what was typed read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict

from nakhon.citydata.registers.rules.entries import EntryRefused, read_entry
from nakhon.citydata.registers.types import UNCHANGED, PropertyCard, RecordCard, RegisterCard
from nakhon.kernel.errors import NakhonError
from nakhon.knowledge import dates
from nakhon.knowledge.digits import parse_number
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.text import Text
from nakhon.web.asking import Ask, ask, ask_choice, ask_date, ask_lines, ask_several, hidden
from nakhon.web.standing import symbol

LAT, LON, DRAWN, FILE, WAS = "at-lat", "at-lon", "at-shape", "at-file", "at-was"
REASON, KEY, REVISION = "by-reason", "by-key", "by-revision"
"""The form's own fields: no property has a hyphen in its name, so none can take their place."""
OWN = (LAT, LON, DRAWN, FILE, WAS, REVISION)
FEW, LONG = 5, 150
MOST_SHAPE = 5 * 1024 * 1024
_YES_NO = [("true", Text("ใช่", "Yes")), ("false", Text("ไม่ใช่", "No"))]
_NOT_GIVEN = Text("ไม่ระบุ", "Not given")
_KEPT = Text("ปกปิดไว้ เว้นว่างเพื่อคงค่าเดิม", "Masked; leave blank to keep what is there")


class RecordForm(Ask):
    """A record as an officer enters it. ``card`` is the record being edited, None for a new one."""

    def __init__(
        self, register: RegisterCard, card: RecordCard | None = None, request: HttpRequest | None = None,
        *, only: tuple[str, ...] | None = None, place: bool = True,
    ) -> None:  # fmt: skip
        self.register, self.card = register, card
        posted = request is not None and request.method == "POST"
        self.sent = request.FILES.get(f"r-{FILE}") if posted and request is not None else None
        super().__init__(request.POST if posted and request is not None else None, prefix="r", initial=self._first())
        self.fields[REVISION], self.fields[WAS] = hidden(), hidden()
        self.cards = [one for one in register.properties if only is None or one.name in only]
        if card is None and not register.key_property and only is None:
            hint = Text("เว้นว่างให้ระบบออกเลขให้", "Leave blank for the next number")
            self.fields[KEY] = ask(Text("รหัสระเบียน", "Record key"), hint=hint, most=200)
        for one in self.cards:
            self.fields[one.name] = field_of(one, need=one.required and only is None, masked=self._is_masked(one))
        if place and only is None and register.geometry != "none":
            self._add_place()

    def _is_masked(self, one: PropertyCard) -> bool:
        return self.card is not None and one.protected and one.name in self.card.masked

    def _first(self) -> dict[str, Any]:
        card = self.card
        if card is None:
            return {}
        first = {name: written(one, card.data[name]) for name in card.data if (one := self.register.property(name))}
        first |= {REVISION: str(card.revision), WAS: "", LAT: "", LON: "", DRAWN: ""}
        shape = card.geometry
        # A coarse place is no place to begin from: saved again, it would become the record's own.
        if shape is not None and not card.is_coarse:
            first[WAS] = first[DRAWN] = json.dumps(shape)
            if shape.get("type") == "Point":
                lon, lat = shape["coordinates"][:2]
                first |= {LAT: f"{lat:.7f}".rstrip("0"), LON: f"{lon:.7f}".rstrip("0")}
        return first

    def _add_place(self) -> None:
        need = self.register.geometry_required and self.card is None
        if self.register.geometry in ("Point", "any"):
            self.fields[LAT] = ask(Text("ละติจูด", "Latitude"), need=need, inputmode="decimal", autocomplete="off")
            self.fields[LON] = ask(Text("ลองจิจูด", "Longitude"), need=need, inputmode="decimal", autocomplete="off")
        label = Text("รูปทรง (GeoJSON)", "Shape (GeoJSON)")
        hint = Text("วาดบนแผนที่ หรือวาง GeoJSON ที่มีอยู่", "Draw on the map, or paste GeoJSON that you have")
        self.fields[DRAWN] = ask_lines(label, hint=hint, rows=3)
        self.fields[FILE] = forms.FileField(
            label=Text("ไฟล์ GeoJSON", "GeoJSON file"), required=False,  # type: ignore[arg-type]
            widget=forms.FileInput(attrs={"accept": ".geojson,.json"}),
        )  # fmt: skip

    @property
    def has_place(self) -> bool:
        return DRAWN in self.fields

    def groups_shown(self) -> list[Any]:
        """The fields of the properties, in the definition's order."""
        names = [name for name in self.fields if name not in OWN]
        return [self[name] for name in names]

    @property
    def lat(self) -> Any:
        return self[LAT] if LAT in self.fields else None

    @property
    def lon(self) -> Any:
        return self[LON]

    @property
    def geometry(self) -> Any:
        return self[DRAWN]

    @property
    def geometry_file(self) -> Any:
        return self[FILE]

    def ask_reason(self) -> None:
        """Ask why, for a change that somebody else decides."""
        hint = Text("ผู้อนุมัติจะเห็นข้อความนี้", "The approver sees this")
        self.fields[REASON] = ask_lines(Text("เหตุผลที่ขอแก้ไข", "Why you ask for it"), need=True, hint=hint, rows=2)

    def reason(self) -> str:
        return self._text(REASON)

    def read(self) -> dict[str, Any] | None:
        """What was entered, by property: None empties one, and masked ones left blank stay out. None when something cannot be
        read; each fault then stands at its field."""
        found: dict[str, Any] = {}
        for one in self.cards:
            raw = self._raw(one)
            if not raw and (one.protected or (self.card is None)):
                continue
            try:
                found[one.name] = read_entry(one, raw) if raw else None
            except EntryRefused as refused:
                self.add_error(one.name, ValidationError(refused.text))  # type: ignore[arg-type]
        return None if self.errors else found

    def _raw(self, one: PropertyCard) -> Any:
        key = self.add_prefix(one.name)
        if one.type == "array" and one.choices and isinstance(self.data, QueryDict):
            return self.data.getlist(key)
        return str(self.data.get(key, "")).strip()

    def revision_shown(self) -> int:
        text = str(self.data.get(self.add_prefix(REVISION), ""))
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def key_given(self) -> str:
        return str(self.data.get(self.add_prefix(KEY), "")).strip()

    def place(self) -> Any:
        """The place entered, as GeoJSON; None for none, ``UNCHANGED`` where it is as it was shown. A fault stands at its field."""
        if not self.has_place:
            return UNCHANGED
        was, shape = self._text(WAS), self._text(DRAWN)
        if self.sent is not None:
            return self._of_file()
        lat, lon = self._text(LAT), self._text(LON)
        first = self._first() if self.card is not None else {}
        typed = (lat, lon) != (first.get(LAT, ""), first.get(LON, ""))
        if typed and (lat or lon):
            return self._of_numbers(lat, lon)
        if not shape and not lat and not lon:
            # Nothing was there and nothing was given; or the place was taken away.
            return None if was else (UNCHANGED if self.card is not None else None)
        if not shape:
            return self._of_numbers(lat, lon) if self.card is None else UNCHANGED
        return UNCHANGED if self.card is not None and shape == was else self._of_json(shape)

    def _text(self, name: str) -> str:
        return str(self.data.get(self.add_prefix(name), "")).strip()

    def _of_numbers(self, lat: str, lon: str) -> Any:
        if "," in lat and not lon:
            lat, _, lon = (part.strip() for part in lat.partition(","))
        try:
            return {"type": "Point", "coordinates": [float(parse_number(lon)), float(parse_number(lat))]}
        except (KnowledgeError, ValueError):
            words = Text(
                "พิมพ์ละติจูดและลองจิจูดเป็นตัวเลข เช่น 9.5350 และ 100.0600", "Type both as numbers, such as 9.5350 and 100.0600"
            )
            self.add_error(LAT, ValidationError(words))  # type: ignore[arg-type]
            return None

    def _of_json(self, text: str) -> Any:
        try:
            found = json.loads(text)
            if found.get("type") == "FeatureCollection":
                found = found["features"][0]
            return found["geometry"] if found.get("type") == "Feature" else found
        except (ValueError, KeyError, IndexError, AttributeError, TypeError):
            words = Text(
                "อ่านรูปทรงไม่ได้ วาดบนแผนที่ หรือวาง GeoJSON ทั้งก้อน",
                "The shape cannot be read: draw it, or paste the whole GeoJSON",
            )
            self.add_error(DRAWN, ValidationError(words))  # type: ignore[arg-type]
            return None

    def _of_file(self) -> Any:
        if self.sent is None or (self.sent.size or 0) > MOST_SHAPE:
            words = Text("ไฟล์รูปทรงใหญ่เกิน 5 MB", "The file of the shape is larger than 5 MB")
            self.add_error(FILE, ValidationError(words))  # type: ignore[arg-type]
            return None
        return self._of_json(self.sent.read().decode("utf-8-sig", errors="replace"))

    def refused(self, error: NakhonError) -> None:
        """As ``Ask``; what is wrong with the place stands at the field where it was given."""
        own = {"geometry": LAT if LAT in self.fields and not self._text(DRAWN) else DRAWN, "reason": REASON, "key": KEY}
        for name, field in own.items():
            if name in error.fields and name not in self.fields and field in self.fields:
                error.fields[field] = error.fields.pop(name)
        super().refused(error)

    def again(self, revision: int) -> None:
        """Let what was entered be sent again, knowing the record as it is now."""
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix(REVISION)] = str(revision)
        self.data = data


def field_of(card: PropertyCard, *, need: bool, masked: bool = False) -> forms.Field:
    """The field of a property: choices by their words, numbers with their unit, days in the Buddhist era."""
    hint = _KEPT if masked else card.description
    made: forms.Field
    if card.choices:
        choices = [(str(one.value), one.label) for one in card.choices]
        if card.type == "array":
            made = ask_several(card.title, choices, need=need, hint=hint)
        elif len(choices) <= FEW:
            listed = choices if need else [("", _NOT_GIVEN), *choices]
            made = ask_choice(card.title, listed, need=need, hint=hint, radio=True)
        else:
            made = ask_choice(card.title, choices, need=need, hint=hint, blank=_NOT_GIVEN)
    elif card.type == "boolean":
        listed = _YES_NO if need else [("", _NOT_GIVEN), *_YES_NO]
        made = ask_choice(card.title, listed, need=need, hint=hint, radio=True)
    elif card.format == "date":
        made = ask_date(card.title, need=need, hint=hint)
    elif card.format == "date-time":
        made = ask(card.title, need=need, hint=hint or Text("เช่น 15/1/2569 13:30", "Such as 15/1/2569 13:30 (B.E.)"))
    elif card.type in ("integer", "number"):
        mode = "numeric" if card.type == "integer" else "decimal"
        made = ask(card.title, need=need, hint=hint or _range(card), inputmode=mode, autocomplete="off")
        made.unit, made.width = symbol(card.unit), "s"  # type: ignore[attr-defined]
    elif card.type == "array":
        made = ask(card.title, need=need, hint=hint or Text("คั่นแต่ละค่าด้วยจุลภาค", "Put a comma between the values"))
    elif int(card.schema.get("maxLength") or 0) > LONG:
        made = ask_lines(card.title, need=need, hint=hint, rows=3)
    else:
        made = ask(card.title, need=need, hint=hint, most=card.schema.get("maxLength"), autocomplete="off")
    made.name_of_property = card.name  # type: ignore[attr-defined]
    return made


def _range(card: PropertyCard) -> Text | None:
    low, high = card.schema.get("minimum"), card.schema.get("maximum")
    if low is None or high is None:
        return None
    return Text(f"ตั้งแต่ {low:,} ถึง {high:,}", f"From {low:,} to {high:,}")


def written(card: PropertyCard, value: Any) -> Any:
    """A value as it stands in its field: days in the Buddhist era, lists with commas, choices by their value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return [str(one) for one in value] if card.choices else ", ".join(str(one) for one in value)
    if card.format == "date":
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            return str(value)
        return f"{day.day}/{day.month}/{dates.be_year(day)}"
    if card.format == "date-time":
        try:
            moment = dates.in_bangkok(datetime.fromisoformat(str(value)))
        except ValueError:
            return str(value)
        return f"{moment.day}/{moment.month}/{dates.be_year(moment.date())} {moment:%H:%M}"
    return "" if value is None else str(value)


def place_config(form: RecordForm, layer_color: str, language: str, center: Any) -> Mapping[str, Any]:
    """What the map beside the form needs."""
    return {
        "mode": "pick",
        "geometry": form.register.geometry,
        "color": layer_color,
        "language": language,
        "center": center,
    }
