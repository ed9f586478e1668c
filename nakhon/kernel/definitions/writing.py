"""Writes definitions as YAML that reads back to the same values: here, and in any other YAML 1.2 scalars."""

from __future__ import annotations

import contextlib
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import yaml
from pydantic import ValidationError

from nakhon.kernel.definitions import scalars
from nakhon.kernel.definitions.checking import parse_body
from nakhon.kernel.definitions.kinds import kinds

_WIDTH = 110


class _Writer(yaml.SafeDumper):
    """PyYAML's dumper, which quotes what YAML 1.1 would misread, taught to quote what our reader refuses as well."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


_REFUSED = re.compile("|".join(
    f"(?:{pattern.pattern})" for pattern in (scalars.LEADING_ZERO, scalars.OTHER_BASE, scalars.EXPONENT, scalars.NOT_A_NUMBER,
                                             scalars.INTEGER, scalars.DECIMAL)
) + r"|[“”‘’].*[“”‘’]\Z", re.DOTALL)  # fmt: skip
_UNSEEN = {*scalars.INVISIBLE, "\t", "\x85", "\u2028", "\u2029"}
_Writer.yaml_implicit_resolvers = {
    first: [rule for rule in rules if rule[0] != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.SafeDumper.yaml_implicit_resolvers.items()
}


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = None
    if _REFUSED.match(value) or any(character in _UNSEEN for character in value):
        style = '"'
    elif "\n" in value:
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _number(dumper: yaml.SafeDumper, value: float) -> yaml.ScalarNode:
    """A float without an exponent, which our reader takes for a code."""
    text = format(Decimal(repr(value)), "f")
    return dumper.represent_scalar("tag:yaml.org,2002:float", text if "." in text else f"{text}.0")


_Writer.add_representer(str, _text)
_Writer.add_representer(float, _number)


def to_yaml(value: Any) -> str:
    """YAML 1.2 for JSON values: UTF-8, keys in their order, long Thai texts on lines of their own."""
    out = io.StringIO()
    yaml.dump(value, out, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=_WIDTH, default_flow_style=False)
    return out.getvalue().removesuffix("...\n")


def written(kind_name: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """A stored body as one would write it: without what is the default anyway, kind and id first."""
    kind = kinds().get(kind_name)
    value = dict(body)
    if kind is not None:
        with contextlib.suppress(ValidationError):
            value = parse_body(kind, body).model_dump(mode="json", exclude_defaults=True)
    return {"kind": kind_name, "id": body.get("id"), **{k: v for k, v in value.items() if k not in ("kind", "id")}}


def files_for(bodies: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, str]:
    """Files by path: one definition gives ``folder/id.yaml``, several of a kind ``folder/kind.yaml`` with ``items``."""
    by_kind: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for kind_name, body in bodies:
        by_kind[kind_name].append(written(kind_name, body))
    files: dict[str, str] = {}
    for kind_name, values in sorted(by_kind.items()):
        known = kinds().get(kind_name)
        folder = known.folder if known else kind_name
        if len(values) == 1:
            files[f"{folder}/{values[0]['id']}.yaml"] = to_yaml(values[0])
        else:
            items = [{k: v for k, v in value.items() if k != "kind"} for value in values]
            files[f"{folder}/{folder}.yaml"] = to_yaml({"kind": kind_name, "items": items})
    return files
