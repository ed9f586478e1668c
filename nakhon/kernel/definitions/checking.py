"""Checks definitions without a database: the envelope, the kind's model, and what a set of files says twice or wrongly."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from nakhon.kernel.definitions.faults import DefinitionFault, Path, in_order, path_text
from nakhon.kernel.definitions.fields import DefinitionBody
from nakhon.kernel.definitions.kinds import Kind, kinds
from nakhon.kernel.definitions.problems import faults_from
from nakhon.kernel.definitions.reader import RawDocument, Source, read
from nakhon.kernel.definitions.sets import circles, discords
from nakhon.kernel.definitions.shapes import Schema, listed, nearest
from nakhon.knowledge.text import Text

ENOUGH = 500
"""Checking stops when so many faults were found: nobody reads more, and a hostile file costs no more time."""

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Document:
    """One definition that is well formed. ``body`` is its JSON, complete with defaults; ``source`` what was written."""

    kind: Kind
    key: str
    model: DefinitionBody
    body: dict[str, Any]
    source: str
    file: str
    line: int
    raw: RawDocument = field(repr=False, compare=False)
    base: Path = field(default=(), compare=False)

    @property
    def name(self) -> tuple[str, str]:
        return self.kind.name, self.key

    @property
    def digest(self) -> str:
        """SHA-256 of the body's canonical JSON, in hexadecimal."""
        return digest_of(self.body)

    def fault(self, path: Path, code: str, message: Text, remedy: Text) -> DefinitionFault:
        """A fault at ``path`` of this definition."""
        whole = (*self.base, *path)
        line, column = self.raw.mark(whole)
        return DefinitionFault(self.file, line, column, path_text(whole), code, message, remedy, self.raw.excerpt(line))


@dataclass(frozen=True, slots=True)
class Checked:
    """What a set of files holds: the good definitions, and the faults of the others."""

    documents: list[Document]
    faults: list[DefinitionFault]


def canonical(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(body: Mapping[str, Any]) -> str:
    return sha256(canonical(body).encode()).hexdigest()


@lru_cache(maxsize=64)
def schema_of(model: type[BaseModel]) -> Schema:
    """The JSON Schema of a kind's model, as pydantic makes it."""
    return model.model_json_schema(mode="validation")


def parse_body(kind: Kind, value: Mapping[str, Any]) -> DefinitionBody:
    """The model of a stored or exported body. Raises pydantic's ``ValidationError``."""
    return kind.model.model_validate_json(json.dumps(value))


def full_body(model: DefinitionBody) -> dict[str, Any]:
    """A model's JSON with every default written out, so that a later default cannot change an older version."""
    return model.model_dump(mode="json")


def _envelope_fault(raw: RawDocument, path: Path, code: str, message: Text, remedy: Text) -> DefinitionFault:
    line, column = raw.mark(path)
    return DefinitionFault(raw.file, line, column, path_text(path), code, message, remedy, raw.excerpt(line))


def _kind_of(raw: RawDocument, value: Mapping[str, Any], base: Path) -> Kind | DefinitionFault:
    known = kinds()
    names = listed(sorted(known))
    if "kind" not in value:
        near = nearest("kind", value, 0.7)
        hint = (f" (พบ “{near}” หมายถึง kind หรือไม่)", f" (did you mean kind by “{near}”?)") if near else ("", "")
        return _envelope_fault(
            raw,
            base,
            "definition.no_kind",
            Text(f"ไม่ได้ระบุชนิดของคำนิยาม{hint[0]}", f"The definition does not say its kind{hint[1]}"),
            Text(f"เพิ่มบรรทัด kind: ชนิด ที่ใช้ได้: {names}", f"Add a line kind: …, one of: {names}"),
        )
    name = value["kind"]
    if not isinstance(name, str) or name not in known:
        meant = nearest(str(name), known)
        hint = (f"หมายถึง “{meant}” หรือไม่ ", f"Did you mean “{meant}”? ") if meant else ("", "")
        return _envelope_fault(
            raw,
            (*base, "kind"),
            "definition.unknown_kind",
            Text(f"ไม่รู้จักคำนิยามชนิด “{name}”", f"No kind of definition is called “{name}”"),
            Text(f"{hint[0]}ชนิดที่ใช้ได้: {names}", f"{hint[1]}Kinds that can be used: {names}"),
        )
    return known[name]


def parse_model(
    raw: RawDocument, model: type[M], value: Mapping[str, Any] | None = None, base: Path = ()
) -> tuple[M | None, list[DefinitionFault]]:
    """A value of a document as a model, or the faults of it in their places."""
    value = raw.value if value is None else value
    try:
        return model.model_validate_json(json.dumps(value)), []
    except ValidationError as error:
        return None, faults_from(error.errors(include_url=False), raw, base, value, schema_of(model))


def _one(raw: RawDocument, value: Any, base: Path) -> tuple[Document | None, list[DefinitionFault]]:
    if not isinstance(value, dict):
        listed_here = isinstance(value, list)
        return None, [
            _envelope_fault(
                raw,
                base,
                "definition.not_a_group",
                Text("คำนิยามต้องเป็นกลุ่มของช่อง (kind: … id: …)", "A definition must be a group of keys (kind: … id: …)"),
                Text(
                    "เขียน kind: ชนิด ในบรรทัดแรก แล้วใส่รายการไว้ใต้ items: หรือคั่นแต่ละคำนิยามด้วยบรรทัด ---",
                    "Write kind: … first and the list below items:, or part the definitions with a line ---",
                )
                if listed_here
                else Text(
                    "เริ่มด้วย kind: ชนิด และ id: รหัส แล้วตามด้วยช่องอื่น", "Begin with kind: … and id: …, then the other keys"
                ),
            )
        ]
    kind = _kind_of(raw, value, base)
    if isinstance(kind, DefinitionFault):
        return None, [kind]
    model, faults = parse_model(raw, kind.model, value, base)
    if model is None:
        return None, faults
    return Document(
        kind, model.id, model, full_body(model), raw.source(base), raw.file, raw.mark(base)[0], raw, base
    ), []


def _spread(raw: RawDocument) -> tuple[list[tuple[Any, Path]], list[DefinitionFault]]:
    """The definitions of one YAML document: itself, or each of its ``items``, which take over its ``kind``."""
    value = raw.value
    if not isinstance(value, dict) or "items" not in value:
        return [(value, ())], []
    kind = _kind_of(raw, value, ())
    if isinstance(kind, DefinitionFault):
        return [], [kind]
    if "items" in kind.model.model_fields:
        return [(value, ())], []
    if not isinstance(value["items"], list) or not value["items"]:
        return [], [_items_fault(raw, ("items",))]
    beside = [key for key in value if key not in ("kind", "items")]
    faults = [_beside_fault(raw, key) for key in beside]
    shared = {"kind": value["kind"]}
    return [
        ({**shared, **item} if isinstance(item, dict) else item, ("items", index))
        for index, item in enumerate(value["items"])
    ], faults


def _items_fault(raw: RawDocument, path: Path) -> DefinitionFault:
    return _envelope_fault(
        raw,
        path,
        "definition.items",
        Text("items ต้องเป็นรายการของคำนิยามอย่างน้อยหนึ่งรายการ", "items must be a list of at least one definition"),
        Text("เขียนแต่ละรายการขึ้นต้นด้วย - id: … หรือลบช่อง items", "Begin each with - id: …, or delete the key items"),
    )


def _beside_fault(raw: RawDocument, key: str) -> DefinitionFault:
    line, column = raw.mark((key,), key=True)
    return DefinitionFault(
        raw.file,
        line,
        column,
        key,
        "definition.beside_items",
        Text(f"ช่อง “{key}” อยู่คู่กับ items ไม่ได้", f"The key “{key}” cannot stand beside items"),
        Text(f"ย้าย {key} เข้าไปในแต่ละรายการของ items", f"Move {key} into each of the items"),
        raw.excerpt(line),
    )


def _twice(documents: Sequence[Document]) -> list[DefinitionFault]:
    first: dict[tuple[str, str], Document] = {}
    faults: list[DefinitionFault] = []
    for document in documents:
        earlier = first.setdefault(document.name, document)
        if earlier is not document:
            place = f"{earlier.file}:{earlier.line}"
            faults.append(
                document.fault(
                    ("id",),
                    "definition.twice",
                    Text(
                        f"{document.kind.text.th} “{document.key}” มีสองครั้ง ครั้งแรกอยู่ที่ {place}",
                        f"{document.kind.name} “{document.key}” is there twice; first in {place}",
                    ),
                    Text("เก็บไว้เพียงแห่งเดียว หรือใช้รหัส (id) อื่น", "Keep one of them, or give it another id"),
                )
            )
    return faults


def check_raw(raws: Iterable[RawDocument]) -> Checked:
    """Check documents that were read already."""
    documents: list[Document] = []
    faults: list[DefinitionFault] = []
    for raw in raws:
        values, wrong = _spread(raw)
        faults += wrong
        for value, base in values:
            document, found = _one(raw, value, base)
            faults += found
            if document is not None:
                documents.append(document)
            if len(faults) >= ENOUGH:
                return Checked(documents, in_order(faults))
    faults += _twice(documents) or [*circles(documents), *discords(documents)]
    return Checked(documents, in_order(faults))


def check(sources: Iterable[Source]) -> Checked:
    """Read and check files. Everything that can be said without a database is said, all at once."""
    raws: list[RawDocument] = []
    faults: list[DefinitionFault] = []
    for source in sources:
        found, wrong = read(source)
        raws += found
        faults += wrong
    return with_reading(faults, check_raw(raws))


def with_reading(faults: Iterable[DefinitionFault], checked: Checked) -> Checked:
    """What was checked together with ``faults`` of reading; where reading failed, nothing more is said of the same place."""
    told = list(faults)
    places = {(fault.file, fault.line, fault.column) for fault in told}
    more = [fault for fault in checked.faults if (fault.file, fault.line, fault.column) not in places]
    return Checked(checked.documents, in_order([*told, *more]))
