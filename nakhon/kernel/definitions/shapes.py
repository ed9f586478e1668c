"""Finds in a JSON Schema what may stand at a path: known keys, allowed values, and how a field is described."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from nakhon.kernel.definitions.faults import Path
from nakhon.knowledge.text import Text

Schema = dict[str, Any]


def resolved(schema: Schema, root: Schema) -> Iterator[Schema]:
    """The schema itself with references followed and alternatives spread out."""
    reference = schema.get("$ref")
    if reference is not None:
        target = root
        for part in str(reference).removeprefix("#/").split("/"):
            target = target[part]
        yield from resolved(target, root)
        return
    alternatives = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]
    if not alternatives:
        yield schema
    for alternative in alternatives:
        yield from resolved(alternative, root)


def at(root: Schema, path: Path) -> list[Schema]:
    """The schemas that may describe the value at ``path``; empty when nothing may stand there."""
    here = list(resolved(root, root))
    for part in path:
        below: list[Schema] = []
        for schema in here:
            if isinstance(part, int):
                if "items" in schema:
                    below += resolved(schema["items"], root)
            elif part in schema.get("properties", {}):
                below += resolved(schema["properties"][part], root)
            elif isinstance(schema.get("additionalProperties"), dict):
                below += resolved(schema["additionalProperties"], root)
        here = below
    return here


def keys_at(root: Schema, path: Path) -> list[str]:
    """The keys that the mapping at ``path`` may have, in the order of the model."""
    found: dict[str, None] = {}
    for schema in at(root, path):
        found.update(dict.fromkeys(schema.get("properties", {})))
    return list(found)


def description_at(root: Schema, path: Path) -> Text | None:
    """How the field at ``path`` is described in both languages, or None."""
    if not path:
        return None
    for schema in at(root, path[:-1]):
        described = schema.get("properties", {}).get(path[-1], {})
        if "description" in described and "th" in described:
            return Text(str(described["th"]), str(described["description"]))
    return None


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word that ``word`` probably means, or None."""
    candidates = list(known)
    lower = {candidate.lower().replace("_", "-"): candidate for candidate in candidates}
    found = difflib.get_close_matches(word.lower().replace("_", "-"), list(lower), n=1, cutoff=cutoff)
    return lower[found[0]] if found else None


def listed(values: Sequence[object], limit: int = 20) -> str:
    """Values as a short list for a sentence."""
    shown = ", ".join(str(value) for value in values[:limit])
    return shown + (f" … (+{len(values) - limit})" if len(values) > limit else "")
