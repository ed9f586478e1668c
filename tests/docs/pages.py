"""Reads the project's Markdown: pages, links with their anchors, tables, code spans."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
_OTHERS = {".git", ".venv", "node_modules", ".pytest_cache", ".mypy_cache", "vendor"}
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


def pages() -> list[Path]:
    """Every Markdown file of the checkout that is ours."""
    found = []
    for path in ROOT.rglob("*.md"):
        parts = path.relative_to(ROOT).parts
        if not _OTHERS.intersection(parts) and not parts[0].startswith("var") and not parts[0].startswith("."):
            found.append(path)
    return sorted(found)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tokens(path: Path) -> list[Token]:
    return _MARKDOWN.parse(path.read_text("utf-8"))


def _inside(path: Path) -> Iterator[Token]:
    for token in tokens(path):
        yield from token.children or []


def links(path: Path) -> list[str]:
    """Targets of links and pictures, as written."""
    found = []
    for token in _inside(path):
        target = token.attrGet("href") or token.attrGet("src")
        if target:
            found.append(unquote(str(target)))
    for token in [*tokens(path), *_inside(path)]:
        if token.type in ("html_block", "html_inline"):
            found += re.findall(r'(?:src|href|srcset)="([^"]+)"', token.content)
    return found


def is_elsewhere(target: str) -> bool:
    return bool(re.match(r"^[a-z][a-z0-9+.-]*:", target))


def resolve(path: Path, target: str) -> tuple[Path, str]:
    """The file that a relative link of ``path`` means, and the anchor in it ("" for none)."""
    file, _, anchor = target.partition("#")
    return (path if not file else (path.parent / file).resolve()), anchor


def _slug(heading: str) -> str:
    kept = "".join(
        c for c in heading.strip().lower() if c in " -_" or unicodedata.category(c)[0] in "LNM"
    )  # Thai vowels and tone marks are marks (M)
    return kept.replace(" ", "-")


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    found: set[str] = set()
    every = tokens(path)
    for at, token in enumerate(every):
        if token.type == "heading_open":
            inline = every[at + 1].children or []
            found.add(_slug("".join(child.content for child in inline if child.type in ("text", "code_inline"))))
    return found


def headings(path: Path, level: int) -> list[str]:
    every = tokens(path)
    return [every[at + 1].content for at, t in enumerate(every) if t.type == "heading_open" and t.tag == f"h{level}"]


def rows(path: Path) -> list[list[str]]:
    """The body rows of all tables of a page, each a list of cells as written."""
    found: list[list[str]] = []
    in_body = False
    for token in tokens(path):
        if token.type in ("tbody_open", "tbody_close"):
            in_body = token.type == "tbody_open"
        elif in_body and token.type == "tr_open":
            found.append([])
        elif in_body and token.type == "inline":
            found[-1].append(token.content)
    return found


def code_spans(path: Path) -> list[str]:
    return [token.content for token in _inside(path) if token.type == "code_inline"]


def code_blocks(path: Path, language: str) -> list[str]:
    return [t.content for t in tokens(path) if t.type == "fence" and t.info.strip().split(" ")[0] == language]
