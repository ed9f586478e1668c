"""A solution as files: read from the catalogue, a folder or a zip, checked whole, filled in for a city."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from nakhon.kernel.definitions.checking import Checked, Document, check_raw, parse_model, with_reading
from nakhon.kernel.definitions.collecting import definition_files, from_path, from_zip, sources
from nakhon.kernel.definitions.faults import DefinitionFault, FaultyDefinitions, in_order
from nakhon.kernel.definitions.faults import Path as ValuePath
from nakhon.kernel.definitions.kinds import kinds
from nakhon.kernel.definitions.reader import RawDocument, Source, read
from nakhon.kernel.definitions.shapes import listed, nearest
from nakhon.knowledge.text import Text
from nakhon.solutions.errors import ParametersMissing, SolutionNotFound
from nakhon.solutions.manifest import FILE, Manifest, Parameter

CATALOGUE = Path(__file__).resolve().parents[2] / "solutions"
Values = Mapping[str, str | int | float]

_PLACE = re.compile(r"\$\{([^}]*)\}")
_GONE = object()


@dataclass(frozen=True)
class Pack:
    """A solution that is well formed: its manifest, and its YAML files by path."""

    manifest: Manifest
    files: Mapping[str, str] = field(repr=False)

    @property
    def id(self) -> str:
        return self.manifest.id

    @cached_property
    def digest(self) -> str:
        """SHA-256 over paths and contents, in hexadecimal."""
        total = sha256()
        for name, content in sorted(self.files.items()):
            total.update(f"{name}\0{content}\0".encode())
        return total.hexdigest()

    def documents(self, values: Values) -> list[Document]:
        """The definitions, filled in with ``values``. Raises ``FaultyDefinitions``."""
        checked = _check(self.manifest, {name: text.encode() for name, text in self.files.items()}, values)
        if checked.faults:
            raise FaultyDefinitions(checked.faults)
        return checked.documents


def _manifest(found: Mapping[str, bytes]) -> tuple[Manifest | None, RawDocument | None, list[DefinitionFault]]:
    if FILE not in found:
        near = nearest(FILE, [name.rpartition("/")[2] for name in found])
        hint = (f" (พบ {near})", f" (there is {near})") if near and near != FILE else ("", "")
        return None, None, [DefinitionFault(
            FILE, 0, 0, "", "solution.no_manifest",
            Text(f"ไม่พบไฟล์ {FILE}{hint[0]}", f"There is no {FILE}{hint[1]}"),
            Text(f"สร้างไฟล์ {FILE} ที่ชั้นบนสุดของโฟลเดอร์ ระบุ id, name, summary, version, first_built_by, domains และ licence",
                 f"Write a {FILE} at the top of the folder with id, name, summary, version, first_built_by, domains and licence"),
        )]  # fmt: skip
    raws, faults = read(Source(FILE, found[FILE]))
    if faults:
        return None, None, faults
    if len(raws) > 1 or not isinstance(raws[0].value, dict):
        return None, raws[0], [_fault(raws[0], (), "solution.manifest",
            Text(f"{FILE} ต้องเป็นกลุ่มของช่องเพียงกลุ่มเดียว", f"{FILE} must be one group of keys"),
            Text("เริ่มด้วย id: รหัสชุดระบบ", "Begin with id: …"))]  # fmt: skip
    manifest, faults = parse_model(raws[0], Manifest)
    if manifest is not None:
        faults = _unknown_kinds(manifest, raws[0])
    return (manifest if not faults else None), raws[0], faults


def _fault(raw: RawDocument, path: ValuePath, code: str, message: Text, remedy: Text) -> DefinitionFault:
    from nakhon.kernel.definitions.faults import path_text

    line, column = raw.mark(path)
    return DefinitionFault(raw.file, line, column, path_text(path), code, message, remedy, raw.excerpt(line))


def _unknown_kinds(manifest: Manifest, raw: RawDocument) -> list[DefinitionFault]:
    known = sorted(kinds())
    return [
        _fault(raw, ("needs", "kinds", index), "definition.unknown_kind",
               Text(f"ไม่รู้จักคำนิยามชนิด “{name}”", f"No kind of definition is called “{name}”"),
               Text(f"ชนิดที่ใช้ได้: {listed(known)}", f"Kinds that can be used: {listed(known)}"))
        for index, name in enumerate(manifest.needs.kinds)
        if name not in known
    ]  # fmt: skip


def _filled(
    value: Any,
    parameters: Mapping[str, Parameter],
    values: Values,
    raw: RawDocument,
    path: ValuePath,
    faults: list[DefinitionFault],
) -> Any:
    """The value with ``${id}`` replaced; ``_GONE`` where an optional parameter has no value, and what that leaves empty."""
    if isinstance(value, dict):
        kept = {k: _filled(v, parameters, values, raw, (*path, k), faults) for k, v in value.items()}
        kept = {k: v for k, v in kept.items() if v is not _GONE}
        return kept if kept or not value else _GONE
    if isinstance(value, list):
        items = [_filled(v, parameters, values, raw, (*path, i), faults) for i, v in enumerate(value)]
        items = [item for item in items if item is not _GONE]
        return items if items or not value else _GONE
    if not isinstance(value, str) or "${" not in value:
        return value
    names = _PLACE.findall(value)
    unknown = [name for name in names if name not in parameters]
    if unknown:
        meant = nearest(unknown[0], parameters)
        hint = (f"หมายถึง ${{{meant}}} หรือไม่ ", f"Did you mean ${{{meant}}}? ") if meant else ("", "")
        there = listed(sorted(parameters))
        told = Text(f"ไม่มีพารามิเตอร์ “{unknown[0]}” ใน {FILE}", f"{FILE} has no parameter “{unknown[0]}”")
        remedy = Text(f"{hint[0]}พารามิเตอร์ที่มี: {there or '-'}", f"{hint[1]}There are: {there or 'none'}")
        faults.append(_fault(raw, path, "solution.unknown_parameter", told, remedy))
        return value
    if any(name not in values for name in names):
        return _GONE
    if value == f"${{{names[0]}}}":
        return values[names[0]]
    return _PLACE.sub(lambda match: str(values[match.group(1)]), value)


def _check(manifest: Manifest, found: Mapping[str, bytes], values: Values) -> Checked:
    parameters = {parameter.id: parameter for parameter in manifest.parameters}
    raws: list[RawDocument] = []
    faults: list[DefinitionFault] = []
    for source in sources(definition_files(found)):
        documents, wrong = read(source)
        faults += wrong
        for raw in documents:
            filled = _filled(deepcopy(raw.value), parameters, values, raw, (), faults)
            raw.value = {} if filled is _GONE else filled
            raws.append(raw)
    if not raws and not faults:
        faults.append(DefinitionFault(
            FILE, 0, 0, "", "solution.empty",
            Text("ชุดระบบไม่มีคำนิยามเลย", "The solution holds no definition"),
            Text("เพิ่มไฟล์คำนิยามในโฟลเดอร์ย่อย เช่น units/units.yaml",
                 "Add definition files in sub-folders, for instance units/units.yaml")))  # fmt: skip
    return with_reading(faults, check_raw(raws))


def check_pack(found: Mapping[str, bytes], *, folder: str = "") -> tuple[Pack | None, list[DefinitionFault]]:
    """A solution from its files, or everything that is wrong with it. ``folder`` is the name of its folder, if known."""
    manifest, raw, faults = _manifest(found)
    if manifest is None:
        rest = _definitions_alone(found)
        return None, in_order([*faults, *rest])
    if folder and manifest.id != folder and raw is not None:
        faults.append(_fault(raw, ("id",), "solution.folder",
            Text(f"รหัส “{manifest.id}” ไม่ตรงกับชื่อโฟลเดอร์ “{folder}”", f"The id “{manifest.id}” is not the folder's name “{folder}”"),
            Text(f"แก้ id เป็น {folder} หรือเปลี่ยนชื่อโฟลเดอร์", f"Write id: {folder}, or rename the folder")))  # fmt: skip
    examples = {parameter.id: parameter.example for parameter in manifest.parameters}
    faults += _check(manifest, found, examples).faults
    if faults:
        return None, in_order(faults)
    wanted = {FILE, *definition_files(found)}
    return Pack(manifest, {name: data.decode("utf-8-sig") for name, data in found.items() if name in wanted}), []


def _definitions_alone(found: Mapping[str, bytes]) -> list[DefinitionFault]:
    """Faults that can be told even while solution.yaml is wrong: how the other files are written."""
    return [fault for source in sources(definition_files(found)) for fault in read(source)[1]]


def pack_from(found: Mapping[str, bytes], *, folder: str = "") -> Pack:
    """The solution. Raises ``FaultyDefinitions``."""
    pack, faults = check_pack(found, folder=folder)
    if pack is None:
        raise FaultyDefinitions(faults)
    return pack


def files_at(path: Path) -> dict[str, bytes]:
    """The files of a solution in a folder or a zip. Raises ``FilesNotFound``, ``BadArchive`` or ``TooManyFiles``."""
    return from_zip(path.read_bytes()) if path.is_file() and path.suffix == ".zip" else from_path(path)


def catalogue() -> dict[str, Path]:
    """Folders of the solutions that come with the platform, by id."""
    return (
        {folder.name: folder for folder in sorted(CATALOGUE.iterdir()) if (folder / FILE).is_file()}
        if CATALOGUE.is_dir()
        else {}
    )


def pack_of(solution: str) -> Pack:
    """A solution of the catalogue. Raises ``SolutionNotFound`` or ``FaultyDefinitions``."""
    known = catalogue()
    if solution not in known:
        meant = nearest(solution, known)
        hint = (f" หมายถึง {meant} หรือไม่", f"; did you mean {meant}?") if meant else ("", "")
        raise SolutionNotFound(Text(f"ไม่มีชุดระบบชื่อ {solution}{hint[0]}", f"No solution is called {solution}{hint[1]}"))
    return pack_from(from_path(known[solution]), folder=solution)


def _typed(parameter: Parameter, given: object) -> str | int | float | None:
    """A value as the parameter wants it, None when it is empty. ``ValueError`` when it cannot be read."""
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    if parameter.type == "text":
        return str(given).strip()
    plain = str(given).replace(",", "").strip()
    return int(plain) if parameter.type == "whole" else float(plain)


def fill(manifest: Manifest, given: Mapping[str, object], facts: Mapping[str, object]) -> dict[str, str | int | float]:
    """Values for the manifest's parameters: what was given, else what the directory knows; optional ones may be missing.

    Raises ``ParametersMissing`` naming each parameter that is required and empty, unknown, or of the wrong type.
    """
    known = {parameter.id: parameter for parameter in manifest.parameters}
    wrong: dict[str, Text] = {
        name: Text(
            f"ไม่มีพารามิเตอร์นี้ ที่มี: {listed(sorted(known)) or '-'}",
            f"There is no such parameter; there are: {listed(sorted(known)) or 'none'}",
        )
        for name in given
        if name not in known
    }
    values: dict[str, str | int | float] = {}
    for name, parameter in known.items():
        try:
            value = _typed(parameter, given.get(name))
            if value is None and parameter.fact:
                value = _typed(parameter, facts.get(parameter.fact))
        except ValueError:
            wrong[name] = Text(
                f"{parameter.name.th}: กรอกเป็นตัวเลข เช่น {parameter.example}",
                f"{parameter.name.en}: write a number, for instance {parameter.example}",
            )
            continue
        if value is not None:
            values[name] = value
        elif parameter.required:
            wrong[name] = Text(
                f"กรอก{parameter.name.th} เช่น {parameter.example}",
                f"Fill in {parameter.name.en}, for instance {parameter.example}",
            )
    if wrong:
        told = Text(
            "; ".join(f"{k}: {v.th}" for k, v in wrong.items()), "; ".join(f"{k}: {v.en}" for k, v in wrong.items())
        )
        raise ParametersMissing(told, fields=wrong)
    return values
