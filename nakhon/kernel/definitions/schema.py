"""Every kind as JSON Schema 2020-12, for editors, and as a page of documentation, both made from its model."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from nakhon.kernel.definitions.kinds import Kind, kinds
from nakhon.knowledge.text import Text

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _without_titles(value: Any) -> Any:
    """Pydantic repeats each field's name as a title; an editor shows the description instead."""
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if not (k == "title" and isinstance(v, str))}
        # a value chosen by its type (whole number, number) may fit two branches, which oneOf would refuse
        return {("anyOf" if k == "oneOf" else k): _without_titles(v) for k, v in kept.items()}
    return [_without_titles(item) for item in value] if isinstance(value, list) else value


def _properties_kept(schema: dict[str, Any], original: Mapping[str, Any]) -> dict[str, Any]:
    """Puts back properties that are themselves called ``title``."""
    for place, told in (
        (schema, original),
        *((schema["$defs"][n], original["$defs"][n]) for n in original.get("$defs", {})),
    ):
        if "title" in told.get("properties", {}):
            place["properties"] = {k: _without_titles(v) for k, v in told["properties"].items()}
    return schema


def model_schema(model: type[BaseModel], name: str, text: Text, about: Text) -> dict[str, Any]:
    """The JSON Schema of a model, with its title and description in both languages."""
    made = model.model_json_schema(mode="validation")
    schema = _properties_kept(_without_titles(made), made)
    head = {
        "$schema": DIALECT, "$id": f"urn:nakhon:definition:{name}", "title": text.en, "th": text.th,
        "description": about.en, "description_th": about.th,
    }  # fmt: skip
    schema.pop("description", None)
    return {**head, **schema}


def kind_schema(kind: Kind) -> dict[str, Any]:
    """The JSON Schema of one file of the kind: one definition, or several under ``items``."""
    schema = model_schema(kind.model, kind.name, kind.text, kind.about)
    defs = schema.pop("$defs", {})
    keep = {key: schema.pop(key) for key in ("$schema", "$id", "title", "th", "description", "description_th")}
    item = dict(schema)
    item["required"] = [key for key in item.get("required", []) if key != "kind"]
    several = {
        "type": "object", "required": ["kind", "items"], "additionalProperties": False,
        "properties": {"kind": {"const": kind.name}, "items": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Item"}}},
    }  # fmt: skip
    return {**keep, "oneOf": [{"$ref": "#/$defs/One"}, several], "$defs": {**defs, "One": schema, "Item": item}}


def _type_of(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return f"[{name}](#{name.lower()})" if "properties" in defs.get(name, {}) else _type_of(defs[name], defs)
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    for key in ("anyOf", "oneOf"):
        if key in schema:
            kinds_of = [_type_of(part, defs) for part in schema[key] if part.get("type") != "null"]
            return " or ".join(dict.fromkeys(kinds_of))
    if schema.get("type") == "array":
        return f"list of {_type_of(schema.get('items', {}), defs)}"
    named = {
        "string": "text",
        "integer": "whole number",
        "number": "number",
        "boolean": "true or false",
        "object": "group",
    }
    shown = named.get(str(schema.get("type")), "any")
    if schema.get("format") == "date":
        shown = "date (2026-04-10)"
    limits = [
        f"{sign} {schema[key]}"
        for key, sign in (("minimum", "≥"), ("exclusiveMinimum", ">"), ("maximum", "≤"), ("exclusiveMaximum", "<"))
        if key in schema
    ]
    if "pattern" in schema:
        limits.append(f"`{schema['pattern']}`".replace("|", "\\|"))
    return f"{shown} ({', '.join(limits)})" if limits else shown


def _rows(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Iterator[str]:
    yield "| ช่อง · key | จำเป็น · required | ชนิด · type | ความหมาย | meaning |"
    yield "|---|---|---|---|---|"
    for name, field in schema.get("properties", {}).items():
        required = "ใช่ · yes" if name in schema.get("required", []) else ""
        if not required and field.get("default") not in (None, [], {}):
            required = f"default `{json.dumps(field['default'], ensure_ascii=False)}`"
        yield f"| `{name}` | {required} | {_type_of(field, defs)} | {field.get('th', '')} | {field.get('description', '')} |"


def model_page(model: type[BaseModel], name: str, text: Text, about: Text, example: str, schema_file: str) -> str:
    """A Markdown page about a model: fields with types in both languages, the groups within it, an example."""
    schema = model_schema(model, name, text, about)
    defs = schema.get("$defs", {})
    lines = [
        f"# {name}: {text.th} · {text.en}", "", about.th, "", about.en, "",
        f"JSON Schema: [{schema_file}](../schemas/{schema_file}). Generated by `nakhon definitions schema`; do not edit.", "",
        *_rows(schema, defs), "",
    ]  # fmt: skip
    for part, inner in defs.items():
        if "properties" in inner:
            lines += [f"## {part}", "", str(inner.get("description", "")), "", *_rows(inner, defs), ""]
    lines += ["## ตัวอย่าง · Example", "", "```yaml", example.rstrip(), "```", ""]
    return "\n".join(lines)


def kind_page(kind: Kind) -> str:
    return model_page(kind.model, kind.name, kind.text, kind.about, kind.example, f"{kind.name}.json")


def index_page() -> str:
    """The list of kinds."""
    lines = [
        "# ชนิดของคำนิยาม · Kinds of definition", "",
        "ไฟล์ YAML ที่ระบบเข้าใจ แต่ละชนิดมีหน้าของตน · The YAML files that the platform understands, a page for each kind.", "",
        "| ชนิด · kind | ชื่อ | name | ใช้ทำอะไร | what for |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for kind in sorted(kinds().values(), key=lambda kind: kind.name):
        lines.append(
            f"| [`{kind.name}`]({kind.name}.md) | {kind.text.th} | {kind.text.en} | {kind.about.th} | {kind.about.en} |"
        )
    return "\n".join([*lines, ""])


def as_json(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def generated() -> dict[Path, str]:
    """All generated files by their path below ``docs/reference``."""
    files = {Path("definitions/index.md"): index_page()}
    for kind in kinds().values():
        files[Path(f"schemas/{kind.name}.json")] = as_json(kind_schema(kind))
        files[Path(f"definitions/{kind.name}.md")] = kind_page(kind)
    return files
