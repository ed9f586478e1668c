"""Looking at a run's file: what it holds, what is suggested, whether a mapping can work."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from nakhon.citydata.registers.access import find_register
from nakhon.citydata.registers.importing import kept, places
from nakhon.citydata.registers.importing.errors import ImportNotFound, ImportStateWrong, MappingRefused
from nakhon.citydata.registers.importing.mapping import GeometryFrom, suggest, suggest_geometry
from nakhon.citydata.registers.importing.types import KEY, Policy
from nakhon.citydata.registers.importing.values import BadValue
from nakhon.citydata.registers.models import ImportRun
from nakhon.citydata.registers.reading.opening import open_source
from nakhon.citydata.registers.reading.types import MB, Limits, ReadingOptions, Source
from nakhon.citydata.registers.rules.shape import Shape
from nakhon.kernel.context import Context
from nakhon.knowledge.coordinates import CoordinatesError, likely_systems
from nakhon.knowledge.text import Text

READING = ("encoding", "delimiter", "layer", "header_row", "header_rows")
_SAMPLE = 200
_KEY_NAMES = {"title": "Record key", "th": "รหัสระเบียน"}
_POINT_SIZE = 21


@dataclass(frozen=True, slots=True)
class Look:
    """What is proposed for a run: sure columns only are in ``mapping``; everything else waits in ``found`` for a person."""

    found: dict[str, Any]
    mapping: dict[str, Any]
    srid: int | None


def limits() -> Limits:
    return Limits(size=settings.NAKHON_MAX_UPLOAD_MB * MB)


def open_run(ctx: Context, run_id: UUID, *, lock: bool = False) -> tuple[ImportRun, Shape]:
    """The run and its register's shape, if the actor sees the register. Raises ``ImportNotFound`` and what ``find_register`` raises."""
    rows = ImportRun.objects.select_for_update(of=("self",)) if lock else ImportRun.objects.all()
    run = rows.select_related("register", "file").filter(pk=run_id).first()
    if run is None:
        raise ImportNotFound
    _, shape = find_register(ctx, run.register.key, closed=True)
    return run, shape


def local_file(run: ImportRun) -> Path:
    """The run's file on the local disk. Raises ``ImportStateWrong`` when it was erased."""
    if run.file is None or run.file.erased_at is not None:
        raise ImportStateWrong(
            Text("ไฟล์ของการนำเข้านี้ถูกลบแล้ว", "The file of this import was erased"),
            Text("ส่งไฟล์ใหม่อีกครั้ง", "Send the file again"),
        )
    return kept.fetch(run.file, kept.folder_of(run.pk) / "source")


def source_of(run: ImportRun) -> Source:
    """The run's file, opened as the person said."""
    said = {"encoding": run.encoding if run.format == "csv" else run.options.get("encoding", ""), "layer": run.layer}
    said |= {key: run.options[key] for key in READING if run.options.get(key)}
    return open_source(local_file(run), ReadingOptions.of(said, limits()))


def look(source: Source, shape: Shape) -> Look:
    """Suggestions for a file that goes into the register of ``shape``."""
    found = source.inspection
    sample = list(itertools.islice(source.rows(), _SAMPLE))
    properties: dict[str, Mapping[str, Any]] = dict(shape.body.record.model_dump(mode="json")["properties"])
    if shape.body.key is None:
        properties[KEY] = _KEY_NAMES
    suggestions = suggest(found.columns, properties)
    where = None
    if shape.body.geometry != "none":
        where = suggest_geometry(found.columns, [row.values for row in sample], has_geometry=found.has_geometry)
    systems, srid = _systems(where, sample, found.srid)
    told = {
        "columns": list(found.columns),
        "layers": [{"name": one.name, "geometry": one.geometry} for one in found.layers],
        "delimiter": found.delimiter,
        "header_row": found.header_row,
        "header_rows": found.header_rows,
        "has_geometry": found.has_geometry,
        "srid": found.srid,
        "suggestions": [one.as_dict() for one in suggestions],
        "geometry": where.as_dict() if where else None,
        "systems": systems,
        "notes": [note.as_dict() for note in found.notes],
    }
    mapping = {
        "columns": {one.property: one.column for one in suggestions if one.sure},
        "geometry": where.as_dict() if where else None,
    }
    return Look(told, mapping, srid)


def _systems(
    where: GeometryFrom | None, sample: list[Any], told: int | None
) -> tuple[list[dict[str, Any]], int | None]:
    """The systems that the sample may be in, likeliest first, and the one to propose: what the file says when the numbers bear
    it out, or the only one possible. Two data that only a known place can tell apart are left to a person."""
    pairs = []
    for row in sample:
        try:
            wkb = places.wkb_of(row.values, row.geometry, where)
        except BadValue:
            continue
        if wkb is not None:
            pairs.append(_middle(wkb))
    if not pairs:
        return [], told
    try:
        likely = likely_systems(pairs)
    except CoordinatesError:
        return [], told if told not in (None, places.WGS84) else None
    systems = [
        {
            "epsg": one.system.epsg,
            "swapped": one.system.swapped,
            "name": one.system.name.as_dict(),
            "share": round(one.share, 3),
            "notes": [note.as_dict() for note in one.notes],
        }
        for one in likely
    ]
    straight = {one.system.epsg for one in likely if not one.system.swapped}
    if told is not None and (told in straight or told not in places.SYSTEMS):
        return systems, told
    return systems, next(iter(straight)) if len(straight) == 1 and len(likely) == 1 else None


def _middle(wkb: bytes) -> tuple[float, float]:
    import shapely

    shape = shapely.from_wkb(wkb)
    inside = shape if len(wkb) == _POINT_SIZE else shape.representative_point()
    return float(inside.x), float(inside.y)


def check_mapping(run: ImportRun, shape: Shape, mapping: Mapping[str, Any], srid: int | None, policy: str) -> None:
    """Raise ``MappingRefused`` naming everything that cannot work."""
    wrong: dict[str, Text] = {}
    columns, there = mapping["columns"], set(run.preview.get("columns", ()))
    known = set(shape.properties) | ({KEY} if shape.body.key is None else set())
    for name, column in columns.items():
        if name not in known:
            wrong[name] = Text(f"ทะเบียนนี้ไม่มีคุณสมบัติ “{name}”", f"The register has no property “{name}”")
        elif column not in there:
            wrong[name] = Text(f"ไฟล์ไม่มีคอลัมน์ “{column}”", f"The file has no column “{column}”")
    if policy not in set(Policy):
        wrong["policy"] = Text("เลือกวิธีจัดการรายการเดิม", "Choose what to do with known records")
    if not columns:
        wrong["columns"] = Text("ยังไม่ได้จับคู่คอลัมน์ใดเลย", "No column is mapped yet")
    wrong |= _wrong_keys(shape, columns, policy)
    wrong |= _wrong_place(
        shape, mapping.get("geometry"), there, srid, has_geometry=bool(run.preview.get("has_geometry"))
    )
    if wrong:
        raise MappingRefused(fields=wrong)


def _wrong_keys(shape: Shape, columns: Mapping[str, str], policy: str) -> dict[str, Text]:
    wrong: dict[str, Text] = {}
    key = shape.body.key
    if key is not None and key not in columns:
        title = shape.name_of(key)
        wrong[key] = Text(
            f"ต้องเลือกคอลัมน์ของ “{title.th}” ซึ่งเป็นรหัสของระเบียน", f"Choose the column of “{title.en}”, the records' key"
        )
    if key is None and KEY not in columns and policy in (Policy.UPDATE, Policy.UPSERT):
        wrong["policy"] = Text(
            "ไม่มีคอลัมน์รหัส จึงจับคู่กับรายการเดิมไม่ได้ เลือกเพิ่มรายการใหม่ หรือเลือกคอลัมน์รหัสระเบียน",
            "Without a key column, known records cannot be found: add only, or choose the column of the record key",
        )
    if policy in (Policy.ADD, Policy.REPLACE):
        for name in shape.body.record.required:
            if name not in columns and name not in wrong:
                title = shape.name_of(name)
                wrong[name] = Text(f"ต้องมีคอลัมน์ของ “{title.th}”", f"“{title.en}” is required: choose its column")
    return wrong


def _wrong_place(
    shape: Shape, where: Mapping[str, str] | None, there: set[str], srid: int | None, *, has_geometry: bool
) -> dict[str, Text]:
    if where is None:
        if shape.body.geometry_required:
            return {
                "geometry": Text(
                    "ทะเบียนนี้ต้องมีตำแหน่ง เลือกที่มาของตำแหน่ง", "The register needs places: say where they come from"
                )
            }
        return {}
    if shape.body.geometry == "none":
        return {"geometry": Text("ทะเบียนนี้ไม่มีตำแหน่ง", "The register has no places")}
    kind = where.get("from")
    needed = {"geometry": [], "columns": ["x", "y"], "pair": ["x"], "wkt": ["x"]}.get(str(kind))
    if (
        needed is None
        or (kind == "geometry" and not has_geometry)
        or any(where.get(side) not in there for side in needed)
    ):
        return {"geometry": Text("เลือกคอลัมน์ของพิกัดจากไฟล์นี้", "Choose the columns of the coordinates from this file")}
    if kind == "columns" and where.get("x") == where.get("y"):
        return {"geometry": Text("พิกัดสองด้านต้องมาจากคนละคอลัมน์", "The two coordinates come from different columns")}
    if srid is None:
        return {"srid": Text("เลือกระบบพิกัดของไฟล์", "Choose the coordinate system of the file")}
    if not places.known_system(srid):
        return {"srid": Text(f"ไม่รู้จักระบบพิกัด EPSG:{srid}", f"The coordinate system EPSG:{srid} is not known")}
    return {}
