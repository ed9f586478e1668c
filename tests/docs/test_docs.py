"""The documents are true: links lead somewhere, paths and commands exist, lists are complete, nothing is stale."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from django.apps import apps

from nakhon.kernel.definitions.kinds import kinds
from nakhon.kernel.management.commands.document_verbs import PAGE, load_doors, render
from nakhon.kernel.permissions import table
from nakhon.people.models import OrganisationKind, UnitKind
from nakhon.people.roles import ROLES
from tests.docs.pages import (
    DOCS,
    ROOT,
    anchors,
    code_blocks,
    code_spans,
    headings,
    is_elsewhere,
    links,
    name,
    pages,
    resolve,
    rows,
)

MAP, GLOSSARY, README = DOCS / "map.md", DOCS / "glossary.md", ROOT / "README.md"
HOW_TO = ["add-a-room.md", "add-a-standard.md", "add-a-reaction.md"]
WITH_PATHS = [MAP, ROOT / "SECURITY.md", README, *(DOCS / "how-to" / page for page in HOW_TO)]
ADRS = sorted((DOCS / "adr").glob("[0-9]*.md"))
THAI = re.compile(r"[\u0e01-\u0e5b]")


def rooms() -> list[str]:
    return sorted(path.parent.name for path in (ROOT / "nakhon").glob("*/__init__.py"))


def future_rooms() -> set[str]:
    """Rooms that the storeys of pyproject.toml name in brackets and that do not exist yet."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(contract for contract in contracts if contract["id"] == "storeys")["layers"]
    return {found for layer in layers for found in re.findall(r"nakhon\.(\w+)", layer)} - set(rooms())


# -- links ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", pages(), ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    dead = []
    for target in links(page):
        if is_elsewhere(target):
            continue
        file, anchor = resolve(page, target)
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors(file)):
            dead.append(target)
    assert dead == []


def test_a_dead_link_would_be_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One\n[a](#one) [b](#two) [c](gone.md) ![d](gone.png)\n", "utf-8")
    found = {target: resolve(page, target) for target in links(page)}
    assert set(found) == {"#one", "#two", "gone.md", "gone.png"}
    assert anchors(page) == {"one"}
    assert not found["gone.md"][0].exists()


def test_every_page_is_reached_from_the_index() -> None:
    seen: set[Path] = set()
    waiting = [DOCS / "index.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or not page.is_file():
            continue
        seen.add(page)
        for target in links(page):
            if not is_elsewhere(target):
                place = resolve(page, target)[0]
                waiting += sorted(place.glob("*.md")) if place.is_dir() else [place]
    assert sorted(name(page) for page in pages() if DOCS in page.parents and page not in seen) == []


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_page_speaks_both_languages(page: Path) -> None:
    text = page.read_text("utf-8")
    assert THAI.search(text), "a page needs at least its title and summary in Thai"
    assert re.search(r"[a-z]{3}", text)


# -- paths and commands ---------------------------------------------------------------------------------------------------


def _is_path(span: str) -> bool:
    if re.search(r"[<>\s(){}$:=…]", span) or span.startswith(("/", "-", ".", "http", "var", "keys/")):
        return False
    known = {path.name for path in ROOT.iterdir()} | set(rooms())
    return "/" in span and span.split("/", 1)[0] in known


@pytest.mark.parametrize("page", WITH_PATHS, ids=name)
def test_paths_that_are_named_exist(page: Path) -> None:
    missing = []
    for span in code_spans(page):
        if not _is_path(span):
            continue
        place = ROOT if (ROOT / span.split("/", 1)[0]).exists() else ROOT / "nakhon"
        if not list(place.glob(span.rstrip("/"))):
            missing.append(span)
    assert missing == []


def _commands() -> set[str]:
    return {path.stem.replace("_", "-") for path in (ROOT / "nakhon/config/commands").glob("*.py")} - {"--init--"}


def _made() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))


@pytest.mark.parametrize("page", [*WITH_PATHS, DOCS / "index.md", ROOT / "CONTRIBUTING.md"], ids=name)
def test_commands_that_are_named_exist(page: Path) -> None:
    told = [*code_spans(page), *(line for kind in ("sh", "bash", "console") for b in code_blocks(page, kind)
                                 for line in b.splitlines())]  # fmt: skip
    make = {found for text in told for found in re.findall(r"(?:^|[\s&;])make ([a-z-]+)", " " + text)}
    nakhon = {found for text in told for found in re.findall(r"(?:^|[\s&;/])nakhon ([a-z][a-z-]*)", " " + text)}
    assert make <= _made()
    assert nakhon <= _commands()


@cache
def _source() -> str:
    kinds = {".py", ".html", ".yaml"}
    return "\n".join(p.read_text("utf-8") for p in sorted((ROOT / "nakhon").rglob("*")) if p.suffix in kinds)


def _resolves(dotted: str) -> bool:
    """Is ``kernel.tenancy.act_in`` a module of the platform, or something in one?"""
    parts = ["nakhon", *dotted.removeprefix("nakhon.").split(".")]
    for end in range(len(parts), 1, -1):
        module = ".".join(parts[:end])
        if _has_module(module):
            thing: object = import_module(module)
            try:
                for name_ in parts[end:]:
                    thing = getattr(thing, name_)
            except AttributeError:
                return False
            return True
    return False


def _has_module(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


@pytest.mark.parametrize("page", [GLOSSARY, *ADRS, *WITH_PATHS], ids=name)
def test_names_in_code_that_are_told_exist(page: Path) -> None:
    """Dotted names are modules or things in them, or stand so in the source (permissions, facts, audit actions)."""
    wrong = []
    for span in code_spans(page):
        bare = span.removeprefix("nakhon.")
        if not re.fullmatch(r"[a-z]+(\.\w+)+", bare) or bare.split(".")[0] not in rooms():
            continue
        if re.search(r"\.(py|md|yaml|json|css|html|csv)$", bare) or f'"{bare}"' in _source():
            continue
        if not _resolves(bare):
            wrong.append(span)
    assert wrong == []


def test_a_name_that_does_not_exist_would_be_seen() -> None:
    assert _resolves("kernel.tenancy.act_in") and _resolves("nakhon.kernel.models.WorkStatus.DEAD")
    assert not _resolves("kernel.tenancy.act_out") and not _resolves("kernel.tenants")


@pytest.mark.parametrize("page", [GLOSSARY, *ADRS, *WITH_PATHS], ids=name)
def test_variables_that_are_told_exist(page: Path) -> None:
    told = set(re.findall(r"\bNAKHON_[A-Z0-9_]+", page.read_text("utf-8")))
    assert {one for one in told if one not in _source()} == set()


def test_the_readme_shows_the_two_commands() -> None:
    text = README.read_text("utf-8")
    assert "make up" in text and "make test" in text


# -- the map --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", rooms())
def test_every_room_is_on_the_map(room: str) -> None:
    found = [row for row in rows(MAP) if row and row[0] in (f"`{room}`", f"`nakhon/{room}/`")]
    assert len(found) == 1, "docs/map.md needs one row for the room"
    assert "not built" not in " ".join(found[0])


def test_rooms_to_come_are_called_that() -> None:
    for room in future_rooms():
        mentioned = [row for row in rows(MAP) if row and row[0] == f"`{room}`"]
        assert mentioned, room
        assert all("not built" in " ".join(row) for row in mentioned), room


def test_the_map_tells_where_to_change_what() -> None:
    wanted = [row for row in rows(MAP) if len(row) == 3 and row[0] and "`" in row[1]]
    assert len(wanted) >= 30


# -- decisions ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ADRS, ids=name)
def test_a_decision_has_its_four_parts(page: Path) -> None:
    assert headings(page, 2) == ["Context", "Decision", "Consequences", "Alternatives considered"]
    number = int(page.name.split("-", 1)[0])
    assert headings(page, 1)[0].startswith(f"{number}. ")


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(page.name[:4]) for page in ADRS] == list(range(1, len(ADRS) + 1))


# -- the glossary ---------------------------------------------------------------------------------------------------------


def _places() -> str:
    return "\n".join(row[2] for row in rows(GLOSSARY))


def test_the_glossary_is_in_order_and_bilingual() -> None:
    found = rows(GLOSSARY)
    assert len(found) >= 80
    english = [row[0] for row in found]
    assert english == sorted(english, key=str.lower)
    assert len(set(english)) == len(english), "one term per concept"
    for row in found:
        assert len(row) == 4 and all(row), row
        assert THAI.search(row[1]), row


@pytest.mark.parametrize("room", [*rooms(), *sorted(future_rooms())])
def test_rooms_are_in_the_glossary(room: str) -> None:
    assert f"room `{room}`" in _places()


@pytest.mark.parametrize("role", ROLES)
def test_roles_are_in_the_glossary_by_their_thai_name(role: str) -> None:
    found = [row for row in rows(GLOSSARY) if f"role `{role}`" in row[2]]
    assert len(found) == 1
    assert ROLES[role].th in found[0][1]


@pytest.mark.parametrize("kind", OrganisationKind.values)
def test_kinds_of_organisations_are_in_the_glossary_by_their_thai_name(kind: str) -> None:
    found = [row for row in rows(GLOSSARY) if f"organisation kind `{kind}`" in row[2]]
    assert len(found) == 1
    assert OrganisationKind(kind).label in found[0][1]


@pytest.mark.parametrize("kind", UnitKind.values)
def test_kinds_of_units_are_in_the_glossary_by_their_thai_name(kind: str) -> None:
    found = [row for row in rows(GLOSSARY) if f"unit kind `{kind}`" in row[2]]
    assert len(found) == 1
    assert UnitKind(kind).label in found[0][1]


def test_families_of_permissions_are_in_the_glossary() -> None:
    families = {row.room for row in table().values()}
    assert {family for family in families if f"`{family}" not in _places()} == set()


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_kinds_of_definitions_are_in_the_glossary_by_their_thai_name(kind: str) -> None:
    found = [row for row in rows(GLOSSARY) if f"definition kind `{kind}`" in row[2]]
    assert len(found) == 1
    assert kinds()[kind].text.th in found[0][1]


# -- verbs and queries ----------------------------------------------------------------------------------------------------


def test_every_verb_and_query_has_its_line() -> None:
    found = load_doors()
    assert len(found) > 20
    page = PAGE.read_text("utf-8")
    missing = [door.name for door in found if f"| `{door.name.split('.', 1)[1]}`<br>" not in page]
    assert missing == [], "run: .venv/bin/python -m nakhon.config.run.django document_verbs"


def test_the_list_of_verbs_is_not_stale() -> None:
    fresh = render(load_doors())
    assert PAGE.read_text("utf-8") == fresh, "run: .venv/bin/python -m nakhon.config.run.django document_verbs"


def test_every_door_is_loaded_with_its_room() -> None:
    """A door that only a test or a page imports would be missing in the worker."""
    loaded = {config.name.split(".")[1] for config in apps.get_app_configs() if config.name.startswith("nakhon.")}
    assert {door.room for door in load_doors()} <= loaded


# -- the other files ------------------------------------------------------------------------------------------------------


def test_the_changelog_has_an_unreleased_part() -> None:
    parts = headings(ROOT / "CHANGELOG.md", 2)
    assert parts and parts[0].strip("[]") == "Unreleased"


def test_publiccode_has_what_the_standard_demands() -> None:
    """publiccode.yml 0.4, keys whose presence is mandatory, and its limits on the descriptions."""
    said = yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))
    keys = ("publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus", "softwareType",
            "description", "legal", "maintenance", "localisation")  # fmt: skip
    assert [key for key in keys if not said.get(key)] == []
    assert said["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"}
    assert said["legal"]["license"] == "Apache-2.0"
    assert said["maintenance"]["type"] != "community" or said["maintenance"]["contacts"][0]["name"]
    assert isinstance(said["localisation"]["localisationReady"], bool)
    assert set(said["localisation"]["availableLanguages"]) == {"th", "en"} == set(said["description"])
    for text in said["description"].values():
        assert len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
        assert len(text["features"]) >= 5
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert said["softwareVersion"] == project["version"]


def test_hooks_before_a_commit_fetch_nothing() -> None:
    repos = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert {repo["repo"] for repo in repos} == {"local"}
    assert {hook["language"] for repo in repos for hook in repo["hooks"]} == {"system"}


def test_components_of_others_are_attributed() -> None:
    """Each direct dependency is named with its licence in docs/attributions.md."""
    told = (DOCS / "attributions.md").read_text("utf-8").lower()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {re.split(r"[\[<>=!~ ]", line, maxsplit=1)[0].lower() for line in project["dependencies"]}
    packages = yaml.safe_load((ROOT / "package.json").read_text("utf-8"))
    wanted |= set(packages["dependencies"]) | set(packages.get("devDependencies", {}))
    assert {one for one in wanted if f"`{one}`" not in told} == set()
