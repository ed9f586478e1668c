"""Checks across a set of well-formed definitions: order, circles, and what cannot stand side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from nakhon.kernel.definitions.faults import DefinitionFault
from nakhon.kernel.definitions.fields import DefinitionBody
from nakhon.kernel.definitions.kinds import Discord, Kind, kinds
from nakhon.knowledge.text import Text

if TYPE_CHECKING:
    from nakhon.kernel.definitions.checking import Document

Name = tuple[str, str]


def ordered(documents: Sequence[Document]) -> list[Document]:
    """Documents so that what is referred to comes first; circles are refused elsewhere, here they keep their order."""
    by_name = {document.name: document for document in documents}
    done: dict[Name, None] = {}

    def visit(document: Document, above: frozenset[Name]) -> None:
        if document.name in done or document.name in above:
            return
        for reference in document.kind.references(document.model):
            target = by_name.get((reference.kind, reference.key))
            if target is not None:
                visit(target, above | {document.name})
        done[document.name] = None

    rank = {name: index for index, name in enumerate(kinds())}
    for document in sorted(documents, key=lambda d: rank[d.kind.name]):
        visit(document, frozenset())
    return [by_name[name] for name in done]


def circles(documents: Sequence[Document]) -> list[DefinitionFault]:
    """References that lead back to where they began."""
    edges = {d.name: {(r.kind, r.key): r.path for r in d.kind.references(d.model)} for d in documents}
    faults = []
    for document in documents:
        trail, here = [document.key], document.name
        seen: set[Name] = set()
        stack = [(here, trail)]
        while stack:
            here, trail = stack.pop()
            for target in edges.get(here, {}):
                if target == document.name:
                    way = " → ".join([*trail, document.key])
                    path = next(iter(edges[document.name].values()))
                    faults.append(
                        document.fault(
                            path,
                            "definition.circle",
                            Text(f"อ้างถึงกันเป็นวงกลม: {way}", f"The references run in a circle: {way}"),
                            Text("แก้ให้รายการใดรายการหนึ่งไม่อ้างกลับ", "Let one of them not refer back"),
                        )
                    )
                    stack = []
                    break
                if target not in seen:
                    seen.add(target)
                    stack.append((target, [*trail, target[1]]))
    return faults


def discords(
    documents: Sequence[Document], others: Mapping[str, Sequence[DefinitionBody]] | None = None
) -> list[DefinitionFault]:
    """What kinds refuse to see side by side, among ``documents`` and ``others``: bodies by kind that are in force beside."""
    faults = []
    for kind in {document.kind.name: document.kind for document in documents}.values():
        own = {document.key: document for document in documents if document.kind is kind}
        bodies = [*(document.model for document in own.values()), *(others or {}).get(kind.name, ())]
        faults += [_discord(kind, own, discord) for discord in kind.together(bodies)]
    return faults


def _discord(kind: Kind, own: Mapping[str, Document], discord: Discord) -> DefinitionFault:
    if discord.key in own:
        return own[discord.key].fault(discord.path, "definition.together", discord.message, discord.remedy)
    # the one that the discord names is stored, so the fault is shown at one that came with these files
    told = Text(
        f"ขัดกับ {kind.name}/{discord.key} ที่ใช้อยู่: {discord.message.th}",
        f"It clashes with {kind.name}/{discord.key}, which is in force: {discord.message.en}",
    )
    return next(iter(own.values())).fault(("id",), "definition.together", told, discord.remedy)
