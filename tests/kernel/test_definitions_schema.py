"""The generated reference is true: schemas and pages match the models, and editors judge as the platform does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from nakhon.kernel.definitions.checking import check
from nakhon.kernel.definitions.kinds import kinds
from nakhon.kernel.definitions.reader import Source, read
from nakhon.kernel.definitions.schema import kind_schema
from nakhon.solutions.packs import catalogue
from nakhon.solutions.reference import EXAMPLE, generated

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
FILES = [
    *sorted((ROOT / "demo" / "cities").glob("*/*.yaml")),
    *sorted((ROOT / "solutions/municipal-office").glob("*/*.yaml")),
]


@pytest.mark.parametrize("path", generated(), ids=str)
def test_the_generated_files_are_up_to_date(path: Path) -> None:
    target = REFERENCE / path
    assert target.is_file() and target.read_text(encoding="utf-8") == generated()[path], (
        "run: nakhon definitions schema"
    )


def test_there_are_no_pages_of_kinds_that_are_gone() -> None:
    here = {p.relative_to(REFERENCE) for folder in ("schemas", "definitions") for p in (REFERENCE / folder).iterdir()}
    assert here == set(generated())


@pytest.mark.parametrize("name", [*kinds(), "solution"])
def test_each_schema_is_a_schema_in_both_languages(name: str) -> None:
    schema = json.loads((REFERENCE / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
    assert schema["$schema"].endswith("2020-12/schema")
    jsonschema.Draft202012Validator.check_schema(schema)
    assert not [path for path, field in _fields(schema) if "description" not in field or "th" not in field]


def _fields(schema: Any, path: str = "") -> list[tuple[str, dict[str, Any]]]:
    found = [
        (f"{path}.{name}", field) for name, field in schema.get("properties", {}).items() if name != "items" or path
    ]
    for name, inner in schema.get("$defs", {}).items():
        found += _fields(inner, f"{path}/{name}")
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_schema_and_platform_agree_on_real_files(file: Path) -> None:
    documents, faults = read(Source(file.name, file.read_bytes()))
    assert not faults and not check([Source(file.name, file.read_bytes())]).faults
    for document in documents:
        schema = kind_schema(kinds()[document.value["kind"]])
        jsonschema.validate(document.value, schema, cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.name)
def test_schema_and_platform_refuse_the_same(kind: Any) -> None:
    schema = kind_schema(kind)
    example = read(Source("e.yaml", kind.example.encode()))[0][0].value
    jsonschema.validate(example, schema, cls=jsonschema.Draft202012Validator)
    for change in ({"nmae": 1}, {"kind": "other"}, {"id": 5}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**example, **change}, schema, cls=jsonschema.Draft202012Validator)


def test_the_example_of_a_solution_and_the_catalogue_match_their_schema() -> None:
    schema = json.loads((REFERENCE / "schemas/solution.json").read_text(encoding="utf-8"))
    for text in (EXAMPLE, *((folder / "solution.yaml").read_text(encoding="utf-8") for folder in catalogue().values())):
        jsonschema.validate(yaml.safe_load(text), schema, cls=jsonschema.Draft202012Validator)
