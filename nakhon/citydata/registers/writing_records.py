"""The core that writes records, one or a hundred thousand: checked first without a database, then stored in a few statements.

Rows go in as arrays of columns: PostgreSQL refuses COPY into a table with row security, and the running platform's role may
not make temporary tables.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from nakhon.citydata.registers.models import ImportRun, Record, RecordStatus, RecordVersion, Register, VersionAct
from nakhon.citydata.registers.rules.places import PlaceRefused, read_place
from nakhon.citydata.registers.rules.shape import Shape, shape_of
from nakhon.citydata.registers.rules.terms import indexed_terms_of, terms_of
from nakhon.citydata.registers.rules.values import Problems, checked, cleaned
from nakhon.kernel.context import Context
from nakhon.kernel.sealed import Sealed, seal
from nakhon.kernel.tenancy import new_id
from nakhon.knowledge.text import Text

CHUNK = 2000
_FEW = 100
_KEY_LENGTH = 200
_SEAL = "citydata_registers.record.sealed"
_MOST_TERMS = 400
_NEXT = "\x1e"
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_ADD, _UPDATE, _UPSERT = "add", "update", "upsert"
POLICIES = (_ADD, _UPDATE, _UPSERT)


class Prepared(msgspec.Struct, frozen=True):
    """A record that is fit to store. ``sealed`` is the JSON of its protected properties or None.

    ``ewkb`` and ``coarse`` are EWKB in hexadecimal or None; ``key`` is "" where the register gives numbers; ``moves`` tells
    whether the place was given; ``partial`` that properties left out stay as they are.
    """

    key: str
    data: dict[str, Any]
    sealed: str | None
    ewkb: str | None
    coarse: str | None
    terms: tuple[str, ...]
    warnings: tuple[Text, ...] = ()
    moves: bool = True
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a record cannot be stored, by property (``geometry`` and ``key`` beside). Nothing protected is quoted."""

    problems: Problems


@dataclass(slots=True)
class Written:
    """What became of the rows given, by their places in the list."""

    added: list[UUID] = field(default_factory=list)
    changed: list[UUID] = field(default_factory=list)
    same: int = 0
    refused: list[tuple[int, Text]] = field(default_factory=list)
    ids: dict[int, UUID] = field(default_factory=dict)


def terms_for(shape: Shape, data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The words by which a search finds the record: of its searched properties, in both languages where they have labels."""
    found: dict[str, None] = dict.fromkeys(terms_of(key)) if key else {}
    for name in shape.searched:
        value = data.get(name)
        if value is None:
            continue
        if name in shape.labelled:
            known = shape.terms_of_labels[name].get(value) if isinstance(value, str) else None
            if known is None:
                label = shape.label(name, value)
                known = (*indexed_terms_of(label.th), *indexed_terms_of(label.en))
            found.update(dict.fromkeys(known))
        elif isinstance(value, list):
            for one in value:
                found.update(dict.fromkeys(indexed_terms_of(str(one))))
        else:
            found.update(dict.fromkeys(indexed_terms_of(str(value))))
    return tuple(found)[:_MOST_TERMS]


def prepare(
    shape: Shape,
    data: Mapping[str, Any],
    geometry: Any = None,
    key: str = "",
    *,
    moves: bool = True,
    partial: bool = False,
) -> Prepared | Refusal:
    """Check one record against its register. No database is asked.

    ``data`` holds JSON values by property; what is empty is left out. ``geometry`` is a GeoJSON geometry, any object with
    ``wkb``, or None; with ``moves=False`` a stored place stays as it is. ``key`` is needed only where no property is the key;
    without one the register gives a number. With ``partial`` only the properties given are checked, and what is required is
    asked for when the row turns out to be new.
    """
    clean = cleaned(data)
    problems = checked(shape, clean, partial=partial)
    place = None
    try:
        place = read_place(geometry, shape.body.geometry, shape.body.outside, coarse=shape.hides_places)
    except PlaceRefused as refused:
        problems["geometry"] = refused.text
    if place is None and moves and not partial and shape.body.geometry_required and "geometry" not in problems:
        problems["geometry"] = Text("ต้องมีตำแหน่ง", "A place is required")
    if shape.body.key is not None:
        key = str(clean.get(shape.body.key, ""))
    key = " ".join(key.split())
    if len(key) > _KEY_LENGTH:
        problems["key"] = Text(f"รหัสยาวเกิน {_KEY_LENGTH} ตัวอักษร", f"The key is longer than {_KEY_LENGTH} characters")
    if problems:
        return Refusal(problems)
    hidden = {name: clean[name] for name in shape.protected if name in clean}
    plain = {name: value for name, value in clean.items() if name not in hidden} if hidden else clean
    return Prepared(
        key=key,
        data=plain,
        sealed=canonical(hidden) if hidden else None,
        ewkb=place.ewkb if place else None,
        coarse=(place.coarse or None) if place else None,
        terms=terms_for(shape, plain, key),
        warnings=place.warnings if place else (),
        moves=moves and not (partial and geometry is None),
        partial=partial,
    )


def canonical(values: Mapping[str, Any]) -> str:
    return _encode(values)


def opened(blob: Any) -> dict[str, Any]:
    """The protected properties of a record in clear. For verbs that record why, and for comparing before a write."""
    if not isinstance(blob, Sealed):
        return {}
    found: dict[str, Any] = json.loads(blob.reveal())
    return found


def write_prepared(
    ctx: Context,
    register: Register,
    rows: Sequence[Prepared],
    *,
    import_run: ImportRun | None = None,
    policy: str = _UPSERT,
    act: str = VersionAct.EDITED,
) -> Written:
    """Store prepared rows in the caller's transaction: new ones are added, known keys changed with their history kept.

    ``policy`` is ``upsert``, ``add`` (a known key is refused) or ``update`` (an unknown key is refused). A row that changes
    nothing is counted as ``same``; a key given twice in one call is refused the second time. The register is locked until
    the end of the transaction.
    """
    if policy not in POLICIES:
        raise ValueError(f"policy is one of {', '.join(POLICIES)}")
    written = Written()
    if not rows:
        return written
    locked = Register.objects.select_for_update(of=("self",)).get(pk=register.pk)
    keyed = _numbered(locked, rows)
    first: dict[str, int] = {}
    for index, (key, _) in enumerate(keyed):
        if first.setdefault(key, index) != index:
            written.refused.append((index, Text(f"รหัส “{key}” ซ้ำกับแถวก่อนหน้า", f"The key “{key}” was given before")))
    shape = shape_of(locked)
    known = {row.key: row for row in _locked_records(locked, list(first))}
    fresh: list[tuple[UUID, str, Prepared]] = []
    changes: list[tuple[Record, Prepared]] = []
    for key, index in first.items():
        row, there = keyed[index][1], known.get(key)
        reason = _refused(shape, key, row, there, policy)
        if there is not None and reason is None:
            row = _merged(shape, row, there)
            reason = _first_problem(shape, row) if row.partial else None
        if reason is not None:
            written.refused.append((index, reason))
        elif there is None:
            identity = new_id()
            fresh.append((identity, key, row))
            written.added.append(identity)
            written.ids[index] = identity
        else:
            written.ids[index] = there.pk
            if _differs(there, row):
                changes.append((there, row))
                written.changed.append(there.pk)
            else:
                written.same += 1
    run_id = import_run.pk if import_run is not None else None
    for start in range(0, len(fresh), CHUNK):
        _insert(ctx, locked, fresh[start : start + CHUNK], run_id)
    back = sum(1 for there, _ in changes if there.status == RecordStatus.RETIRED)
    for start in range(0, len(changes), CHUNK):
        _change(ctx, changes[start : start + CHUNK], run_id, act)
    locked.record_count += len(fresh) + back
    if fresh or changes:
        locked.save(update_fields=["record_count", "number"])
    register.record_count, register.number = locked.record_count, locked.number
    written.refused.sort(key=lambda pair: pair[0])
    return written


def _numbered(register: Register, rows: Sequence[Prepared]) -> list[tuple[str, Prepared]]:
    """Each row with its key; rows without one get the register's next numbers."""
    found = []
    for row in rows:
        key = row.key
        if not key:
            register.number += 1
            key = str(register.number)
        elif key.isascii() and key.isdigit() and len(key) < 18:
            register.number = max(register.number, int(key))
        found.append((key, row))
    return found


def _locked_records(register: Register, keys: list[str]) -> list[Record]:
    rows: list[Record] = []
    if len(keys) > _FEW:
        # Most rows of a large file are new: only keys that are there are fetched with all that they hold.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT key FROM citydata_registers_record WHERE tenant_id = %s AND register_id = %s "
                "AND key = ANY(string_to_array(%s, E'\\x1e'))",
                [register.tenant_id, register.pk, _column(keys)],
            )
            keys = [key for (key,) in cursor.fetchall()]
    for start in range(0, len(keys), CHUNK):
        part = Record.objects.select_for_update(of=("self",)).filter(
            register=register, key__in=keys[start : start + CHUNK]
        )
        rows += part.order_by("key")
    return rows


def _refused(shape: Shape, key: str, row: Prepared, there: Record | None, policy: str) -> Text | None:
    if there is not None and policy == _ADD:
        return Text(f"มีระเบียนรหัส “{key}” แล้ว", f"A record “{key}” is there already")
    if there is None and policy == _UPDATE:
        return Text(f"ไม่มีระเบียนรหัส “{key}” ให้แก้ไข", f"There is no record “{key}” to change")
    if there is None and row.partial:
        if shape.body.geometry_required and row.ewkb is None:
            return Text("ต้องมีตำแหน่ง", "A place is required")
        return _first_problem(shape, row)
    return None


def _first_problem(shape: Shape, row: Prepared) -> Text | None:
    whole = {**row.data, **(json.loads(row.sealed) if row.sealed else {})}
    return next(iter(checked(shape, whole).values()), None)


def _merged(shape: Shape, row: Prepared, there: Record) -> Prepared:
    """A partial row laid over the record that is there."""
    if not row.partial:
        return row
    data = {**there.data, **row.data}
    hidden = {**opened(there.sealed), **json.loads(row.sealed)} if row.sealed else opened(there.sealed)
    return msgspec.structs.replace(
        row, data=data, sealed=canonical(hidden) if hidden else None, terms=terms_for(shape, data, there.key)
    )


def _differs(there: Record, row: Prepared) -> bool:
    if there.status == RecordStatus.RETIRED or there.data != row.data:
        return True
    if row.moves:
        stored = there.geometry.hexewkb.decode().lower() if there.geometry is not None else None
        if stored != (row.ewkb.lower() if row.ewkb else None):
            return True
    return canonical(opened(there.sealed)) != (row.sealed or "{}")


_INSERT = """
INSERT INTO citydata_registers_record (id, tenant_id, register_id, key, data, sealed, geometry, coarse, terms, status, revision,
    made_at, made_by, changed_at, changed_by, import_run_id)
SELECT n.id::uuid, %(tenant)s, %(register)s, n.key, n.data::jsonb, n.sealed, n.ewkb::geometry, n.coarse::geometry,
    array_to_tsvector(string_to_array(coalesce(n.terms, ''), E'\\x1f')), 'ACTIVE', 1, %(now)s, %(who)s, %(now)s, %(who)s, %(run)s
FROM unnest(string_to_array(%(ids)s, E'\\x1e'), string_to_array(%(keys)s, E'\\x1e'), string_to_array(%(data)s, E'\\x1e'),
    %(sealed)s::bytea[], string_to_array(%(ewkb)s, E'\\x1e', ''), string_to_array(%(coarse)s, E'\\x1e', ''),
    string_to_array(%(terms)s, E'\\x1e')) AS n(id, key, data, sealed, ewkb, coarse, terms)
"""
_APPLY = """
UPDATE citydata_registers_record AS r SET data = n.data::jsonb, sealed = n.sealed,
    geometry = CASE WHEN n.moves THEN n.ewkb::geometry ELSE r.geometry END,
    coarse = CASE WHEN n.moves THEN n.coarse::geometry ELSE r.coarse END,
    terms = array_to_tsvector(string_to_array(n.terms, E'\\x1f')), status = n.status, revision = r.revision + 1,
    changed_at = %(now)s, changed_by = %(who)s, import_run_id = %(run)s
FROM unnest(%(ids)s::uuid[], %(data)s::text[], %(sealed)s::bytea[], %(ewkb)s::text[], %(coarse)s::text[], %(terms)s::text[],
    %(moves)s::boolean[], %(statuses)s::text[]) AS n(id, data, sealed, ewkb, coarse, terms, moves, status)
WHERE r.id = n.id AND r.tenant_id = %(tenant)s
"""


def seal_text(ctx: Context, text: str | None) -> bytes | None:
    """The JSON of protected properties as the cell of a record holds it."""
    return seal(text, _SEAL, ctx.tenant.id).blob if text and text != "{}" else None


def who(ctx: Context) -> str:
    """How a record names who changed it: as the audit trail does."""
    return ctx.actor.trail_label[:200]


def _insert(ctx: Context, register: Register, rows: Sequence[tuple[UUID, str, Prepared]], run_id: UUID | None) -> None:
    sealed = [seal_text(ctx, row.sealed) for _, _, row in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            {
                "tenant": ctx.tenant.id, "register": register.pk, "now": ctx.now, "who": who(ctx), "run": run_id,
                "ids": _column(str(identity) for identity, _, _ in rows),
                "keys": _column(key for _, key, _ in rows),
                "data": _column(canonical(row.data) for _, _, row in rows),
                "sealed": sealed if any(sealed) else None,
                "ewkb": _column(row.ewkb or "" for _, _, row in rows),
                "coarse": _column(row.coarse or "" for _, _, row in rows),
                "terms": _column("\x1f".join(_with_key(row.terms, key)) for _, key, row in rows),
            },
        )  # fmt: skip


def _column(cells: Iterable[str]) -> str:
    """A column of many rows as one text: an array is taken apart cell by cell on its way, a text goes as it is.

    No cell holds the separator: JSON writes control characters as escapes, and keys and words are cut at them.
    """
    return _NEXT.join(cells)


def _with_key(terms: tuple[str, ...], key: str) -> tuple[str, ...]:
    own = terms_of(key)
    return terms if set(own) <= set(terms) else (*own, *terms)


def keep_versions(ctx: Context, records: Iterable[Record], act: str, run_id: UUID | None = None) -> None:
    """Write down what the records are now, before they are changed."""
    RecordVersion.objects.bulk_create(
        [
            RecordVersion(
                record=record, revision=record.revision, key=record.key, data=record.data,
                # A seal is bound to its column, so what moves to the history is sealed anew.
                sealed=record.sealed.reveal() if isinstance(record.sealed, Sealed) else None,
                geometry=record.geometry, status=record.status, since=record.changed_at, since_by=record.changed_by,
                changed_at=ctx.now, changed_by=who(ctx), act=act, import_run_id=run_id,
            )
            for record in records
        ],
        batch_size=CHUNK,
    )  # fmt: skip


def _change(ctx: Context, pairs: Sequence[tuple[Record, Prepared]], run_id: UUID | None, act: str) -> None:
    keep_versions(ctx, (record for record, _ in pairs), act, run_id)
    with connection.cursor() as cursor:
        cursor.execute(
            _APPLY,
            {
                "tenant": ctx.tenant.id, "now": ctx.now, "who": who(ctx), "run": run_id,
                "ids": [record.pk for record, _ in pairs],
                "data": [canonical(row.data) for _, row in pairs],
                "sealed": [seal_text(ctx, row.sealed) for _, row in pairs],
                "ewkb": [row.ewkb for _, row in pairs],
                "coarse": [row.coarse for _, row in pairs],
                "terms": ["\x1f".join(_with_key(row.terms, record.key)) for record, row in pairs],
                "moves": [row.moves for _, row in pairs],
                "statuses": [RecordStatus.ACTIVE.value] * len(pairs),
            },
        )  # fmt: skip


def set_status(
    ctx: Context, register: Register, records: Sequence[Record], status: str, act: str, run_id: UUID | None = None
) -> None:
    """Retire records or bring them back, with their history. The caller has locked them; all must have the other status."""
    locked = Register.objects.select_for_update(of=("self",)).get(pk=register.pk)
    keep_versions(ctx, records, act, run_id)
    ids = [record.pk for record in records]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE citydata_registers_record SET status = %s, revision = revision + 1, changed_at = %s, changed_by = %s, "
            "import_run_id = coalesce(%s, import_run_id) WHERE id = ANY(%s) AND tenant_id = %s",
            [status, ctx.now, who(ctx), run_id, ids, ctx.tenant.id],
        )
    locked.record_count += len(ids) if status == RecordStatus.ACTIVE else -len(ids)
    locked.save(update_fields=["record_count"])
    register.record_count = locked.record_count
