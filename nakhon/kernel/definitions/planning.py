"""Compares well-formed definitions with what an organisation has in force: a plan that can be read, hashed and applied."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from pydantic import ValidationError

from nakhon.kernel.context import Context
from nakhon.kernel.definitions.checking import Document, canonical, digest_of, full_body, parse_body
from nakhon.kernel.definitions.difference import Change, differences
from nakhon.kernel.definitions.errors import DefinitionHoldsData, DefinitionInUse, DefinitionNotFound, FaultyDefinitions
from nakhon.kernel.definitions.faults import DefinitionFault
from nakhon.kernel.definitions.fields import DefinitionBody
from nakhon.kernel.definitions.kinds import Kind, Reference, kinds
from nakhon.kernel.definitions.models import Act, Definition, DefinitionVersion
from nakhon.kernel.definitions.sets import circles, discords, ordered
from nakhon.kernel.definitions.shapes import listed, nearest
from nakhon.knowledge.text import Text

Name = tuple[str, str]
UNCHANGED, RELEASED = "unchanged", "released"

ACTIONS: dict[str, Text] = {
    Act.CREATED.value: Text("เพิ่ม", "create"),
    Act.CHANGED.value: Text("แก้ไข", "change"),
    Act.REMOVED.value: Text("นำออก", "remove"),
    Act.RESTORED.value: Text("นำกลับมา", "restore"),
    UNCHANGED: Text("คงเดิม", "unchanged"),
    RELEASED: Text("คงไว้เป็นของหน่วยงานเอง", "keep as the organisation's own"),
}


def title_of(body: Mapping[str, Any] | None) -> Text | None:
    """The ``name`` of a body in both languages, or None."""
    name = (body or {}).get("name")
    return Text(name["th"], name["en"]) if isinstance(name, dict) and name.get("th") and name.get("en") else None


@dataclass(frozen=True, slots=True)
class Stored:
    """A definition as the store has it: its row and its newest version."""

    row: Definition
    version: DefinitionVersion

    @property
    def in_force(self) -> bool:
        return self.row.removed_at is None


@dataclass(frozen=True, slots=True)
class Entry:
    """What happens to one definition. ``action`` is a key of ``ACTIONS``; ``warning`` is what to think of before;
    ``title`` is the definition's own name where its kind has one."""

    kind: str
    key: str
    action: str
    changes: tuple[Change, ...] = ()
    file: str = ""
    line: int = 0
    warning: Text | None = None
    version: int = 0
    digest: str = ""
    title: Text | None = None
    document: Document | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        return f"{self.kind}/{self.key}"

    @property
    def action_text(self) -> Text:
        return ACTIONS[self.action]

    @property
    def kind_text(self) -> Text:
        found = kinds().get(self.kind)
        return found.text if found else Text(self.kind, self.kind)

    def as_data(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "key": self.key, "action": self.action, "file": self.file, "line": self.line,
            "version": self.version, "warning": self.warning.as_dict() if self.warning else None,
            "changes": [change.as_data() for change in self.changes],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """All that applying would do. ``hash`` stands for exactly this plan over exactly this state of the store."""

    tenant: str
    solution: str
    solution_version: str
    entries: tuple[Entry, ...]

    def count(self, *actions: str) -> int:
        return sum(entry.action in actions for entry in self.entries)

    @property
    def is_empty(self) -> bool:
        return self.count(UNCHANGED) == len(self.entries)

    @property
    def hash(self) -> str:
        rows = [[e.kind, e.key, e.action, e.version, e.digest] for e in self.entries]
        return sha256(
            canonical({"t": self.tenant, "s": self.solution, "v": self.solution_version, "e": rows}).encode()
        ).hexdigest()

    def as_data(self) -> dict[str, Any]:
        return {
            "organisation": self.tenant, "solution": self.solution, "solution_version": self.solution_version, "hash": self.hash,
            "counts": {action: self.count(action) for action in ACTIONS},
            "entries": [entry.as_data() for entry in self.entries],
        }  # fmt: skip


def stored(names: Iterable[Name] | None = None) -> dict[Name, Stored]:
    """The store's rows with their newest versions, by name; within the open tenant."""
    rows = Definition.objects.order_by("kind", "key")
    wanted = None if names is None else set(names)
    if wanted is not None:
        rows = rows.filter(kind__in={kind for kind, _ in wanted})
    found = {row.pk: row for row in rows if wanted is None or row.name in wanted}
    newest = {
        version.definition_id: version
        for version in DefinitionVersion.objects.filter(definition_id__in=found).order_by("definition_id", "number")
    }
    return {row.name: Stored(row, newest[row.pk]) for row in found.values()}


def comparable(kind: Kind, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A stored body as today's model writes it; unchanged when today's model no longer reads it."""
    try:
        return full_body(parse_body(kind, body))
    except ValidationError:
        return body


def _dangling(documents: Sequence[Document], store: Mapping[Name, Stored], going: set[Name]) -> list[DefinitionFault]:
    known = {document.name for document in documents}
    known |= {name for name, found in store.items() if found.in_force and name not in going}
    faults = []
    for document in documents:
        for reference in document.kind.references(document.model):
            if (reference.kind, reference.key) in known:
                continue
            keys = sorted(key for kind, key in known if kind == reference.kind)
            meant = nearest(reference.key, keys)
            hint = (f"หมายถึง “{meant}” หรือไม่ ", f"Did you mean “{meant}”? ") if meant else ("", "")
            there = (
                (f"ที่มีอยู่: {listed(keys)}", f"There are: {listed(keys)}")
                if keys
                else (
                    f"เพิ่ม {reference.kind} “{reference.key}” ก่อน",
                    f"Add the {reference.kind} “{reference.key}” first",
                )
            )
            faults.append(
                document.fault(
                    reference.path,
                    "definition.dangling",
                    Text(
                        f"อ้างถึง {reference.kind} “{reference.key}” ซึ่งไม่มีอยู่",
                        f"It refers to the {reference.kind} “{reference.key}”, which does not exist",
                    ),
                    Text(hint[0] + there[0], hint[1] + there[1]),
                )
            )
    return faults


def _others(
    documents: Sequence[Document], store: Mapping[Name, Stored], going: set[Name]
) -> dict[str, list[DefinitionBody]]:
    """By kind, the bodies that stay in force beside ``documents``; those today's model cannot read are left out."""
    new = {document.name for document in documents}
    found: dict[str, list[DefinitionBody]] = {}
    for name, there in store.items():
        kind = kinds().get(name[0])
        if kind is not None and there.in_force and name not in going and name not in new:
            with contextlib.suppress(ValidationError):
                found.setdefault(name[0], []).append(parse_body(kind, there.version.body or {}))
    return found


def keys_in_force(kind: str) -> set[str]:
    """Ids of the definitions of a kind that are in force in the open tenant."""
    return set(Definition.objects.filter(kind=kind, removed_at=None).values_list("key", flat=True))


def _entry(document: Document, found: Stored | None, solution: str) -> Entry | DefinitionFault:
    shared: dict[str, Any] = {"kind": document.kind.name, "key": document.key, "file": document.file, "line": document.line,
                              "digest": document.digest, "title": title_of(document.body), "document": document}  # fmt: skip
    if found is None:
        return Entry(action=Act.CREATED.value, **shared)
    if found.in_force and found.row.solution and solution and found.row.solution != solution:
        return document.fault(
            ("id",),
            "definition.owned",
            Text(
                f"{document.kind.text.th} “{document.key}” เป็นของชุดระบบ {found.row.solution}",
                f"{document.kind.name} “{document.key}” belongs to the solution {found.row.solution}",
            ),
            Text("ใช้รหัส (id) อื่น หรือนำชุดระบบนั้นออกก่อน", "Use another id, or remove that solution first"),
        )
    shared["version"] = found.version.number
    if not found.in_force:
        return Entry(action=Act.RESTORED.value, **shared)
    changes = differences(comparable(document.kind, found.version.body or {}), document.body)
    adopts = bool(solution) and found.row.solution != solution
    if not changes:
        return Entry(action=UNCHANGED, **shared)
    warning = None
    if adopts:
        warning = Text("หน่วยงานเขียนรายการนี้ไว้เอง การใช้แผนนี้จะแทนที่ของเดิม (ของเดิมยังอยู่ในประวัติ)",
                       "The organisation wrote this itself; applying replaces it (the old one stays in the history)")  # fmt: skip
    elif solution and found.version.solution != solution:
        warning = Text("หน่วยงานแก้รายการนี้ไว้เองหลังติดตั้ง การใช้แผนนี้จะแทนที่สิ่งที่แก้ไว้",
                       "The organisation changed this after installing; applying replaces its change")  # fmt: skip
    return Entry(action=Act.CHANGED.value, changes=changes, warning=warning, **shared)


def referring(names: Iterable[Name], store: Mapping[Name, Stored], going: set[Name]) -> dict[Name, list[str]]:
    """Who, among what stays in force, refers to each of ``names``."""
    who: dict[Name, list[str]] = {}
    wanted = {f"{kind}/{key}": (kind, key) for kind, key in names}
    for name, found in store.items():
        if found.in_force and name not in going:
            for named in found.row.names:
                if named in wanted:
                    who.setdefault(wanted[named], []).append(f"{name[0]}/{name[1]}")
    return who


def _require_free(going: set[Name], store: Mapping[Name, Stored], documents: Sequence[Document]) -> None:
    redefined = {document.name for document in documents}
    rest = {name: found for name, found in store.items() if name not in redefined}
    who = referring(going, rest, going)
    if who:
        (kind, key), users = next(iter(sorted(who.items())))
        raise DefinitionInUse(
            Text(
                f"นำ {kind}/{key} ออกไม่ได้ เพราะยังมีรายการที่อ้างถึง: {listed(users)}",
                f"{kind}/{key} cannot be removed; it is referred to by: {listed(users)}",
            )
        )


def _held(ctx: Context, going: Iterable[Name]) -> dict[Name, Text]:
    held: dict[Name, Text] = {}
    for name in going:
        kind = kinds().get(name[0])
        data = kind.holds(ctx, name[1]) if kind else None
        if data is not None:
            held[name] = data
    return held


def _kept(going: set[Name], held: Mapping[Name, Text], store: Mapping[Name, Stored]) -> set[Name]:
    """What holds data, and what it refers to: a section that stays keeps its division."""
    kept = set(held)
    frontier = list(kept)
    while frontier:
        for named in store[frontier.pop()].row.names:
            kind, _, key = named.partition("/")
            if (kind, key) in going and (kind, key) not in kept:
                kept.add((kind, key))
                frontier.append((kind, key))
    return kept


def make_plan(
    ctx: Context,
    documents: Sequence[Document],
    *,
    solution: str = "",
    solution_version: str = "",
    remove: Iterable[Name] = (),
    prune: bool = False,
    keep_data: bool = False,
) -> Plan:
    """The plan for ``documents`` within the open tenant.

    A solution's definitions that are not among ``documents`` go; with ``prune`` so do the organisation's own of the kinds
    that occur; ``remove`` names further ones. ``keep_data`` keeps those that hold data as the organisation's own.
    Raises ``FaultyDefinitions``, ``DefinitionInUse``, ``DefinitionHoldsData`` or ``DefinitionNotFound``.
    """
    store = stored()
    names = {document.name for document in documents}
    going = set(remove)
    for kind, key in going:
        if (kind, key) not in store or not store[kind, key].in_force:
            raise DefinitionNotFound(Text(f"ไม่พบคำนิยาม {kind}/{key}", f"There is no definition {kind}/{key}"))
    present = {document.kind.name for document in documents}
    for name, found in store.items():
        own = prune and not found.row.solution and name[0] in present
        if found.in_force and name not in names and (own or (solution and found.row.solution == solution)):
            going.add(name)
    both = going & names
    going -= both
    held = _held(ctx, sorted(going))
    if held and not keep_data:
        name, data = next(iter(held.items()))
        raise DefinitionHoldsData(
            Text(f"{name[0]}/{name[1]} ยังมีข้อมูลอยู่: {data.th}", f"{name[0]}/{name[1]} still holds data: {data.en}")
        )
    kept = _kept(going, held, store)
    going -= kept
    _require_free(going, store, documents)
    faults = (
        circles(documents) + _dangling(documents, store, going) + discords(documents, _others(documents, store, going))
    )
    entries: list[Entry] = []
    for document in ordered(documents):
        result = _entry(document, store.get(document.name), solution)
        if isinstance(result, DefinitionFault):
            faults.append(result)
        else:
            entries.append(_foreseen(ctx, result))
    if faults:
        raise FaultyDefinitions(faults)
    entries += _removals(going, store)
    entries += [
        Entry(
            *name,
            RELEASED,
            version=store[name].version.number,
            warning=held.get(name),
            title=title_of(store[name].version.body),
        )
        for name in sorted(kept)
    ]
    return Plan(ctx.tenant.slug, solution, solution_version, tuple(entries))


def _foreseen(ctx: Context, entry: Entry) -> Entry:
    """The entry with what its kind foresees for data that is there, beside the warning that it has already."""
    if entry.document is None or entry.action not in (Act.CHANGED.value, Act.RESTORED.value):
        return entry
    text = entry.document.kind.foresee(ctx, entry.document.model)
    if text is None:
        return entry
    both = Text(f"{entry.warning.th} {text.th}", f"{entry.warning.en}. {text.en}") if entry.warning else text
    return replace(entry, warning=both)


def _removals(going: set[Name], store: Mapping[Name, Stored]) -> list[Entry]:
    """Removals so that what refers goes before what it refers to."""
    done: list[Name] = []

    def visit(name: Name) -> None:
        if name in done:
            return
        for other in sorted(going):
            if other != name and f"{name[0]}/{name[1]}" in store[other].row.names:
                visit(other)
        done.append(name)

    for name in sorted(going):
        visit(name)
    return [
        Entry(
            *name,
            Act.REMOVED.value,
            version=store[name].version.number,
            digest=digest_of(store[name].version.body or {}),
            title=title_of(store[name].version.body),
        )
        for name in done
    ]


def names_in(document: Document) -> list[str]:
    """What a document refers to, as "kind/key"."""
    found: Iterable[Reference] = document.kind.references(document.model)
    return sorted({f"{reference.kind}/{reference.key}" for reference in found})
