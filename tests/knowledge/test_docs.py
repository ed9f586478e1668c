"""docs/reference/knowledge.md: its examples run, and no file or public function of the room is left out."""

from __future__ import annotations

import ast
import doctest
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/reference/knowledge.md"
MODULES = sorted(path for path in (ROOT / "nakhon/knowledge").glob("*.py") if path.name != "__init__.py")


def test_every_example_of_the_page_runs() -> None:
    found = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert found.attempted >= 40
    assert found.failed == 0


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_every_public_function_is_on_the_page(module: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    tree = ast.parse(module.read_text(encoding="utf-8"))
    public = [node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    assert [node.name for node in public if f"`{node.name}`" not in page] == []
    if module.name != "errors.py":
        assert f"· {module.name}\n" in page


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_every_public_function_says_what_it_does_and_its_source(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            assert "Source:" in (ast.get_docstring(node) or ""), node.name


def test_every_code_of_an_error_belongs_to_its_file() -> None:
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith("Error"):
                code = node.args[0] if node.args else None
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    room = code.value.partition(".")[0]
                    assert (ROOT / f"nakhon/knowledge/{room}.py").exists(), code.value
