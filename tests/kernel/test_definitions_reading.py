"""A wrong YAML file tells its line, what is wrong and the remedy, in Thai and English; a right one is read as YAML 1.2."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel
from pydantic_core._pydantic_core import list_all_errors
from rich.cells import cell_len

from nakhon.kernel.definitions import syntax
from nakhon.kernel.definitions.checking import check, check_raw
from nakhon.kernel.definitions.collecting import BadArchive, TooManyFiles, from_path, from_zip, zip_of
from nakhon.kernel.definitions.faults import DefinitionFault, FaultyDefinitions, caret, render_faults
from nakhon.kernel.definitions.fields import OWN_ERROR
from nakhon.kernel.definitions.kinds import Kind, kinds, register_kind
from nakhon.kernel.definitions.problems import CANNOT_OCCUR, SAYINGS, said
from nakhon.kernel.definitions.reader import RawDocument, Source, read
from nakhon.kernel.definitions.sayings import Problem
from nakhon.knowledge.text import Text
from tests.kernel.definition_files import UNIT, WRONG

THAI = re.compile(r"[\u0e00-\u0e7f]")


def faults_of(text: str | bytes) -> list[DefinitionFault]:
    return check([Source("wrong.yaml", text if isinstance(text, bytes) else text.encode())]).faults


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_tells_line_and_remedy(name: str) -> None:
    text, code, line = WRONG[name]
    faults = faults_of(text)
    assert (code, line) in [(fault.code, fault.line) for fault in faults], faults
    for fault in faults:
        assert THAI.search(fault.message.th) and THAI.search(fault.remedy.th)
        assert not THAI.search(re.sub(r"“[^”]*”|\{th:[^}]*\}", "", fault.message.en)), fault.message.en
        assert fault.remedy.en and fault.file == "wrong.yaml"
    shown = render_faults(faults, language="th")
    assert f"wrong.yaml:{line}:" in shown if line else "wrong.yaml" in shown
    assert "วิธีแก้" in shown


def test_every_fault_of_every_file_at_once() -> None:
    checked = check(
        [
            Source("a.yaml", b"kind: unit\nid: works\nlevel: division\nposition: -1\n"),
            Source("b.yaml", b"kind: units\n---\nkind: unit\nid: X\n"),
            Source("c.yaml", UNIT.encode()),
            Source("d.yaml", b"kind: unit\nid: aa\nphone: 077\nlevel: division\nname: {th: x, en: y}\n"),
        ]
    )
    assert [(f.file, f.line, f.code.removeprefix("definition.")) for f in checked.faults] == [
        ("a.yaml", 1, "missing"), ("a.yaml", 3, "literal_error"), ("a.yaml", 4, "greater_than_equal"),
        ("b.yaml", 1, "unknown_kind"), ("b.yaml", 3, "missing"), ("b.yaml", 3, "missing"), ("b.yaml", 4, "string_pattern_mismatch"),
        ("d.yaml", 3, "yaml.leading_zero"), ("d.yaml", 4, "literal_error"),
    ]  # fmt: skip
    assert [document.key for document in checked.documents] == ["works"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("kind: unti\nid: works\n", "unit"),
        ("kind: unit\nid: works\nlevl: DIVISION\nname: {th: ก, en: W}\n", "level"),
        ("kind: unit\nid: works\nlevel: SECTOIN\nname: {th: ก, en: W}\n", "SECTION"),
    ],
)
def test_did_you_mean(text: str, hint: str) -> None:
    (fault,) = faults_of(text)
    assert f"“{hint}”" in fault.remedy.th and f"“{hint}”" in fault.remedy.en


def test_an_unknown_kind_lists_the_known_ones() -> None:
    (fault,) = faults_of("kind: service\nid: complaint\n")
    assert all(name in fault.remedy.th for name in kinds())


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("kind: organisation-profile\npopulation: 68,300\n", "68300"),
        ("kind: organisation-profile\npopulation: ๖๘๓๐๐\n", "68300"),
        (UNIT + "phone: 077421421\n", '"077421421"'),
        (UNIT.replace("{th: กองช่าง, en: Works}", "กองช่าง"), "name: {th: กองช่าง, en: …}"),
    ],
)
def test_the_remedy_is_what_to_write(text: str, remedy: str) -> None:
    (fault,) = faults_of(text)
    assert remedy in fault.remedy.th and remedy in fault.remedy.en


def test_the_caret_stands_under_the_place_for_thai_too() -> None:
    (fault,) = faults_of("kind: unit\nid: works\nname: {th: กองช่างผู้ใหญ่, en: 5}\nlevel: DIVISION\n")
    line, mark = caret(fault)
    assert line.index("5") + 1 == fault.column
    assert cell_len(mark) - 1 == cell_len(line[: line.index("5")])
    far = DefinitionFault("a", 1, 501, "", "x", Text("ก", "a"), Text("ก", "a"), "ก" * 500 + "!" + "ข" * 500)
    line, mark = caret(far)
    assert line[len(mark) - 1] == "!" and len(line) < 200


def test_yaml_1_2_is_read_not_1_1() -> None:
    raws, faults = read(
        Source("a.yaml", b"a: no\nb: 12:30\nc: on\nd: 2026-04-10\ne: 1_000\nf: true\ng: ~\nyes: 1.50\n1: x\n")
    )
    assert not faults
    assert raws[0].value == {
        "a": "no", "b": "12:30", "c": "on", "d": "2026-04-10", "e": "1_000", "f": True, "g": None, "yes": 1.5, "1": "x",
    }  # fmt: skip


def test_notepad_saves_with_a_mark_and_windows_line_ends() -> None:
    checked = check([Source("a.yaml", b"\xef\xbb\xbf" + UNIT.replace("\n", "\r\n").encode())])
    assert not checked.faults and checked.documents[0].key == "works"
    (fault,) = check([Source("a.yaml", (UNIT + "positon: 1\n").replace("\n", "\r\n").encode())]).faults
    assert (fault.line, fault.excerpt) == (5, "positon: 1")


def test_positions_and_source_of_items() -> None:
    head, first = "kind: unit\nitems:\n", "  - id: a1\n    level: OFFICE\n    name: {th: ก, en: A}\n"
    text = f"{head}{first}  # next\n  - {{id: b1, level: OFFICE, name: {{th: ข, en: B}}}}\n"
    one, two = check([Source("u.yaml", text.encode())]).documents
    assert (one.line, two.line) == (3, 7)
    assert one.source.startswith(first)
    assert two.source == "  - {id: b1, level: OFFICE, name: {th: ข, en: B}}\n"


def test_a_megabyte_is_read_in_seconds() -> None:
    item = "  - {id: u%06d, level: SECTION, name: {th: งานทดสอบระบบเมืองอัจฉริยะ, en: A section of the test}}\n"
    text = "kind: unit\nitems:\n" + "".join(item % number for number in range(6500))
    assert 900_000 < len(text.encode()) < 1_000_000
    checked = check([Source("big.yaml", text.encode())])
    assert not checked.faults and len(checked.documents) == 6500


def test_refused_whole() -> None:
    with pytest.raises(FaultyDefinitions) as refused:
        raise FaultyDefinitions(faults_of("kind: unit\nid: X\n"))
    assert "wrong.yaml:1:1" in refused.value.message.th and "อีก 2 จุด" in refused.value.message.th


def test_every_complaint_of_the_parser_is_translated() -> None:
    folder = Path(yaml.__file__).parent
    told = set()
    for name in ("scanner.py", "parser.py", "reader.py"):
        code = (folder / name).read_text(encoding="utf-8")
        told |= set(re.findall(r'"((?:expected|found|could not|mapping|sequence|special)[^"]+)"', code))
    told -= {"found undefined tag handle %r", "found a tag"} - {"found undefined tag handle %r"}
    assert len(told) > 20
    unknown = [problem for problem in told if syntax.rule_for(problem) is syntax.OTHERWISE]
    assert not unknown


def test_every_error_of_the_models_is_translated() -> None:
    types = {error["type"] for error in list_all_errors()}
    assert not set(SAYINGS) & set(CANNOT_OCCUR)
    assert types == (set(SAYINGS) - {OWN_ERROR}) | set(CANNOT_OCCUR)


@pytest.mark.parametrize("error", [e for e in list_all_errors() if e["type"] in SAYINGS], ids=lambda e: str(e["type"]))
def test_each_saying_can_be_said(error: dict[str, object]) -> None:
    class Shape(BaseModel):
        name: str = "x"

    context = dict.fromkeys(error.get("example_context") or {}, "7")
    for got in (None, "ข้อความ", 3, 2.5, True, [], {}):
        message, remedy = said(Problem(str(error["type"]), context, got, ("name",), Shape.model_json_schema()))
        assert THAI.search(message.th) and THAI.search(remedy.th)
        assert not THAI.search(message.en.replace("ข้อความ", "")) and remedy.en


def test_a_kind_is_registered_before_the_freeze_and_once() -> None:
    unit = kinds()["unit"]
    with pytest.raises(RuntimeError, match="frozen"):
        register_kind(unit)


def test_a_kind_must_name_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    from nakhon.kernel.definitions import kinds as registry

    monkeypatch.setattr(registry, "_frozen", False)
    unit = kinds()["unit"]
    with pytest.raises(ValueError, match="registered already"):
        register_kind(unit)
    other = Kind("other", unit.model, unit.text, unit.about, "", unit.permission, "others", unit.apply, unit.remove)
    with pytest.raises(ValueError, match="Literal"):
        register_kind(other)


def test_each_kind_has_an_example_that_is_right() -> None:
    for kind in kinds().values():
        checked = check([Source("example.yaml", kind.example.encode())])
        assert not checked.faults, render_faults(checked.faults, language="en")
        assert {document.kind.name for document in checked.documents} == {kind.name}


def test_a_zip_is_unpacked_within_limits(tmp_path: Path) -> None:
    files = {
        "pack/solution.yaml": "id: x",
        "pack/units/u.yaml": UNIT,
        "pack/readme.txt": "no",
        "pack/.git/a.yaml": "no",
    }
    assert set(from_zip(zip_of(files))) == {"solution.yaml", "units/u.yaml"}
    assert zip_of(files) == zip_of(dict(reversed(files.items())))
    with pytest.raises(BadArchive):
        from_zip(b"PK\x03\x04 not a zip")
    with pytest.raises(BadArchive, match="outside"):
        from_zip(zip_of({"../../etc/cron.yaml": "x"}))
    with pytest.raises(TooManyFiles):
        from_zip(zip_of({f"{number}.yaml": "a: 1" for number in range(501)}))
    with pytest.raises(TooManyFiles):
        from_zip(zip_of({f"{number}.yaml": b"0" * 2_000_000 for number in range(12)}))


def test_a_folder_is_read_without_hidden_files_and_links_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("secret: 1")
    folder = tmp_path / "pack"
    (folder / "units").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    (folder / "units" / "u.yaml").write_text(UNIT)
    (folder / ".hidden" / "h.yaml").write_text(UNIT)
    (folder / "link.yaml").symlink_to(outside)
    assert list(from_path(folder)) == ["units/u.yaml"]


def test_raw_documents_can_be_checked_alone() -> None:
    raw = RawDocument("x.yaml", ["kind: unit"], {"kind": "unit"}, {(): (1, 1)})
    assert {fault.code for fault in check_raw([raw]).faults} == {"definition.missing"}


def test_a_hostile_file_costs_little() -> None:
    hostile = {
        "deep": b"a: " + b"[" * 900_000,
        "bomb": b"a: &a [x,x,x]\n" + b"".join(b"b%d: &b%d [*a,*a,*a]\n" % (i, i) for i in range(100)),
        "all wrong": b"kind: unit\nitems:\n" + b"".join(b"- {id: X%d}\n" % i for i in range(50_000)),
    }
    for name, data in hostile.items():
        faults = check([Source(name, data)]).faults
        assert 1 <= len(faults) <= 600
        assert len(render_faults(faults)) < 100_000
