"""Brings registers, kinds of stations and defined datasets into one shape, only those that the actor may see. Four queries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Count, Q

from nakhon.citydata.catalog.models import Dataset, DatasetFile
from nakhon.citydata.catalog.shapes import DatasetDefinition
from nakhon.citydata.catalog.types import DatasetRow, Distribution, Origin
from nakhon.citydata.registers.access import may_see as may_see_register
from nakhon.citydata.registers.models import Register
from nakhon.citydata.registers.rules.metadata import dataset_fields, formats_of
from nakhon.citydata.registers.rules.shape import shape_of
from nakhon.citydata.sensors.access import may_see as may_see_kind
from nakhon.citydata.sensors.models import SensorKind, Thing
from nakhon.kernel.context import ActorKind, Context
from nakhon.kernel.definitions.fields import words
from nakhon.kernel.permissions import SYSTEM_ROLE
from nakhon.knowledge.collation import sort_key
from nakhon.knowledge.datacatalog import MANDATORY_ITEMS, PERSONAL_DATA, PUBLIC_DATA, missing_items
from nakhon.knowledge.text import Text
from nakhon.people.queries import organisation
from nakhon.people.roles import STAFF

STATION_FORMATS = ("CSV", "JSON")
_SPAN = re.compile(r"(\d+)([smhd])")
_UNITS = {"s": "วินาที", "m": "นาที", "h": "ชั่วโมง", "d": "วัน"}
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_CATEGORIES = {"open": PUBLIC_DATA, "personal": PERSONAL_DATA, "sensitive": PERSONAL_DATA}


def gathered(ctx: Context) -> list[DatasetRow]:
    """Every dataset that the actor may see, by Thai title; outsiders see open ones whose category is public data."""
    email = organisation(ctx).email
    found = [*_of_registers(ctx, email), *_of_stations(ctx, email), *_of_files(ctx, email)]
    if _is_outsider(ctx):
        found = [row for row in found if row.is_open and row.fields.get("data_category") in (PUBLIC_DATA, "", None)]
    return sorted(found, key=lambda row: (sort_key(row.title.th), row.key))


def _is_outsider(ctx: Context) -> bool:
    return ctx.actor.kind in (ActorKind.PUBLIC, ActorKind.CITIZEN)


def may_see_dataset(ctx: Context, body: DatasetDefinition) -> bool:
    """Whether the actor's roles may see a defined dataset: the roles it names, else everybody (open) or staff (internal)."""
    if SYSTEM_ROLE in ctx.actor.roles:
        return True
    if body.access.see is not None:
        named: frozenset[str] = frozenset(body.access.see)
    else:
        named = {"open": frozenset({"public"}), "internal": frozenset(STAFF)}.get(body.sensitivity, frozenset())
    return "public" in named or not named.isdisjoint(ctx.actor.roles)


def body_of(dataset: Dataset) -> DatasetDefinition:
    return DatasetDefinition.model_validate(dataset.body)


def _row(origin: Origin, source_key: str, fields: Mapping[str, Any], **more: Any) -> DatasetRow:
    numbers = missing_items(fields)
    category, is_open = fields.get("data_category"), more["is_open"]
    return DatasetRow(
        key=f"{origin}.{source_key}",
        origin=origin,
        source_key=source_key,
        fields=fields,
        missing=tuple(item for item in MANDATORY_ITEMS if item.number in numbers),
        publishable=is_open and category == PUBLIC_DATA and not numbers,
        keywords=tuple(word for word in str(fields.get("tag_string") or "").split(",") if word),
        license_id=str(fields.get("license_id") or ""),
        **more,
    )


def _of_registers(ctx: Context, email: str) -> Iterator[DatasetRow]:
    for register in Register.objects.filter(active=True):
        shape = shape_of(register)
        if not may_see_register(ctx, shape):
            continue
        body = shape.body
        fields = dataset_fields(body, ctx.tenant.name, email)
        yield _row(
            "register", register.key, fields, title=Text(fields["title"], fields["title_en"]),
            about=body.about.text if body.about else None, theme=body.metadata.theme or "", sensitivity=body.sensitivity,
            is_open=body.sensitivity == "open" and shape.is_open_to_outsiders, formats=tuple(formats_of(body)),
            attribution=words(body.metadata.attribution) if body.metadata.attribution else None,
            has_map=body.geometry != "none", count=register.record_count, changed_at=register.changed_at,
            distributions=_made(formats_of(body)),
        )  # fmt: skip


def _of_stations(ctx: Context, email: str) -> Iterator[DatasetRow]:
    amounts = dict(
        Thing.objects.filter(active=True).values("kind").annotate(all=Count("pk")).values_list("kind", "all").order_by()
    )
    for kind in SensorKind.objects.filter(active=True):
        if not may_see_kind(ctx, kind):
            continue
        given = kind.body.get("metadata") or {}
        is_open = "public" in ((kind.body.get("access") or {}).get("see") or ["public"])
        fields = _station_fields(ctx, kind, given, is_open, email)
        about = kind.body.get("about")
        yield _row(
            "sensor", kind.key, fields, title=Text(fields["title"], fields["title_en"]),
            about=Text(about["th"], about["en"]) if about else None, theme=str(given.get("theme") or ""),
            sensitivity="open" if is_open else "internal", is_open=is_open, formats=STATION_FORMATS,
            attribution=_both(given.get("attribution")), has_map=True, count=amounts.get(kind.pk, 0),
            changed_at=kind.changed_at, distributions=_made(STATION_FORMATS),
        )  # fmt: skip


def _station_fields(
    ctx: Context, kind: SensorKind, given: Mapping[str, Any], is_open: bool, email: str
) -> dict[str, Any]:
    title, about = _both(given.get("title")) or kind.name, kind.body.get("about") or {}
    every = _most_often(kind)
    keywords = given.get("keywords") or [stream["name"]["th"] for stream in kind.body["streams"].values()]
    objective = _both(given.get("objective"))
    return {
        "data_type": given.get("data_type") or "ข้อมูลระเบียน",
        "title": title.th, "title_en": title.en,
        "owner_org": ctx.tenant.name.th, "owner_org_en": ctx.tenant.name.en,
        "maintainer": given.get("maintainer") or "", "maintainer_email": given.get("maintainer_email") or email,
        "tag_string": ",".join(dict.fromkeys(keywords)),
        "notes": about.get("th") or "", "notes_en": about.get("en") or "",
        "objective": objective.th if objective else "",
        "update_frequency_unit": given.get("update_frequency_unit") or (every[1] if every else ""),
        "update_frequency_interval": given.get("update_frequency_interval") or (every[0] if every else None),
        "geo_coverage": given.get("geo_coverage") or "",
        "data_source": given.get("data_source") or ctx.tenant.name.th,
        "data_format": list(STATION_FORMATS),
        "data_category": given.get("data_category") or (PUBLIC_DATA if is_open else ""),
        "license_id": given.get("license_id") or "",
    }  # fmt: skip


def _most_often(kind: SensorKind) -> tuple[int, str] | None:
    spans = [_SPAN.fullmatch(str(stream.get("every") or "")) for stream in kind.body["streams"].values()]
    told = [(int(span[1]), span[2]) for span in spans if span]
    if not told:
        return None
    amount, unit = min(told, key=lambda one: one[0] * _SECONDS[one[1]])
    return amount, _UNITS[unit]


def _of_files(ctx: Context, email: str) -> Iterator[DatasetRow]:
    files: dict[Any, list[DatasetFile]] = {}
    for file in DatasetFile.objects.filter(Q(dataset__active=True)).order_by("added_at", "pk"):
        files.setdefault(file.dataset_id, []).append(file)
    for dataset in Dataset.objects.filter(active=True):
        body = body_of(dataset)
        if not may_see_dataset(ctx, body):
            continue
        there = _distributions(body, files.get(dataset.pk, []))
        fields = _file_fields(ctx, body, there, email)
        is_open = body.sensitivity == "open" and "public" in (body.access.see or ["public"])
        yield _row(
            "dataset", dataset.key, fields, title=Text(fields["title"], fields["title_en"]),
            about=body.about_.text if body.about_ else None, theme=body.metadata.theme or "", sensitivity=body.sensitivity,
            is_open=is_open, formats=tuple(fields["data_format"]),
            attribution=words(body.metadata.attribution) if body.metadata.attribution else None, has_map=False,
            count=len(there), changed_at=dataset.changed_at, distributions=there,
        )  # fmt: skip


def _file_fields(ctx: Context, body: DatasetDefinition, there: tuple[Distribution, ...], email: str) -> dict[str, Any]:
    given = body.metadata
    title = words(given.title) if given.title else body.name.text
    return {
        "data_type": body.data_type,
        "title": title.th, "title_en": title.en,
        "owner_org": ctx.tenant.name.th, "owner_org_en": ctx.tenant.name.en,
        "maintainer": given.maintainer or "", "maintainer_email": given.maintainer_email or email,
        "tag_string": ",".join(given.keywords),
        "notes": body.about_.th if body.about_ else "", "notes_en": body.about_.en if body.about_ else "",
        "objective": words(given.objective).th if given.objective else "",
        "update_frequency_unit": given.update_frequency_unit or "",
        "update_frequency_interval": given.update_frequency_interval,
        "geo_coverage": given.geo_coverage or "",
        "data_source": given.data_source or ctx.tenant.name.th,
        "data_format": list(dict.fromkeys(one.format for one in there)),
        "data_category": given.data_category or _CATEGORIES.get(body.sensitivity, ""),
        "license_id": given.license_id or "",
    }  # fmt: skip


def _distributions(body: DatasetDefinition, files: list[DatasetFile]) -> tuple[Distribution, ...]:
    of_files = [
        Distribution(
            format=format_of(file.name), name=Text(file.title_th, file.title_en), file_id=file.file_id, size=file.size,
            media_type=file.media_type,
        )
        for file in files
    ]  # fmt: skip
    return (*of_files, *(Distribution(link.format.upper(), link.name.text, url=link.url) for link in body.links))


def format_of(name: str) -> str:
    """The format as the catalogue calls it, by the ending of a stored file's name."""
    return {"GEOJSON": "GeoJSON"}.get(name.rpartition(".")[2].upper(), name.rpartition(".")[2].upper())


def _made(formats: tuple[str, ...]) -> tuple[Distribution, ...]:
    return tuple(Distribution(one, Text(f"ดาวน์โหลดเป็น {one}", f"Download as {one}")) for one in formats)


def _both(said: Any) -> Text | None:
    if isinstance(said, str) and said.strip():
        return Text(said, said)
    if isinstance(said, Mapping) and said.get("th") and said.get("en"):
        return Text(str(said["th"]), str(said["en"]))
    return None
