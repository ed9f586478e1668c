"""``nakhon definitions``: check, plan, apply, export and look back at YAML definitions of a city, and print their schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from nakhon.config.commands import _definitions as shared
from nakhon.knowledge.text import Text


@click.group("definitions", short_help="คำนิยาม YAML ของเมือง · a city's YAML definitions")
def command() -> None:
    """คำนิยาม YAML ของเมือง: ตรวจ วางแผน ใช้ ส่งออก และดูประวัติ

    Definitions of a city: lint, plan, apply, export, history, schema.

    Exit codes: 0 done, 1 refused, 2 wrong use.
    """


def _documents(path: Path) -> Any:
    from nakhon.kernel.definitions.checking import check
    from nakhon.kernel.definitions.collecting import definition_files, from_path, sources
    from nakhon.kernel.definitions.faults import FaultyDefinitions

    beside = "" if path.is_file() else f"{path}/"
    found = {path.name: path.read_bytes()} if path.is_file() else definition_files(from_path(path))
    checked = check(sources(found, beside=beside or (f"{path.parent}/" if str(path.parent) != "." else "")))
    if checked.faults:
        raise FaultyDefinitions(checked.faults)
    return checked.documents


def _names(values: tuple[str, ...]) -> list[tuple[str, str]]:
    pairs = []
    for value in values:
        kind, slash, key = value.partition("/")
        if not (kind and slash and key):
            raise click.BadParameter(f"{value}: ชนิด/รหัส · kind/id")
        pairs.append((kind, key))
    return pairs


@command.command("lint")
@click.argument("path")
@shared.language
@shared.as_json
def lint(path: str, language: str, as_json: bool) -> None:
    """ตรวจไฟล์หรือโฟลเดอร์ ไม่ต้องเปิดระบบ · Check a file or a folder; nothing needs to run."""
    shared.load(database=False)
    from nakhon.kernel.definitions.faults import FaultyDefinitions

    place = shared.existing(path, language)
    with shared.refusals(language):
        try:
            documents = _documents(place)
        except FaultyDefinitions as error:
            if not as_json:
                raise
            click.echo(
                json.dumps({"ok": False, "faults": [f.as_data() for f in error.faults]}, ensure_ascii=False, indent=1)
            )
            raise click.exceptions.Exit(shared.REFUSED) from None
    if as_json:
        click.echo(json.dumps({"ok": True, "definitions": [f"{d.kind.name}/{d.key}" for d in documents], "faults": []}))
    elif not documents:
        shared.stop(Text(f"ไม่มีไฟล์ YAML ใน {path}", f"There are no YAML files in {path}"), language)
    else:
        shared.say(Text(f"ถูกต้อง: {len(documents)} คำนิยาม", f"Well formed: {len(documents)} definition(s)"), language)


_remove = click.option("--remove", multiple=True, metavar="KIND/ID", help="นำคำนิยามนี้ออกด้วย · take this one out as well")
_prune = click.option(
    "--prune", is_flag=True, help="นำคำนิยามของเมืองเองที่ไม่มีในไฟล์ออก · take out the city's own that are not in the files"
)
_keep = click.option("--keep-data", is_flag=True, help="คงรายการที่ยังมีข้อมูลไว้ · keep what still holds data")


@command.command("plan")
@click.argument("path")
@shared.city_option
@_remove
@_prune
@_keep
@shared.language
@shared.as_json
def plan(
    path: str, city: str, remove: tuple[str, ...], prune: bool, keep_data: bool, language: str, as_json: bool
) -> None:
    """แสดงว่าจะมีอะไรเปลี่ยน โดยยังไม่เปลี่ยน · Show what would change, and change nothing."""
    shared.load()
    from nakhon.kernel.definitions.queries import plan_definitions

    place, ctx = shared.existing(path, language), shared.context(city, language)
    with shared.refusals(language):
        made = plan_definitions(
            ctx, documents=_documents(place), remove=_names(remove), prune=prune, keep_data=keep_data
        )
    shared.show_plan(made, language, as_json)


@command.command("apply")
@click.argument("path")
@shared.city_option
@_remove
@_prune
@_keep
@shared.yes
@shared.language
def apply(
    path: str, city: str, remove: tuple[str, ...], prune: bool, keep_data: bool, yes: bool, language: str
) -> None:
    """แสดงแผน ถามยืนยัน แล้วใช้ทั้งหมดหรือไม่ใช้เลย · Show the plan, ask, then apply all of it or nothing."""
    shared.load()
    from nakhon.kernel.definitions.queries import plan_definitions
    from nakhon.kernel.definitions.services import apply_definitions

    place, ctx = shared.existing(path, language), shared.context(city, language)
    with shared.refusals(language):
        told: dict[str, Any] = {
            "documents": _documents(place),
            "remove": _names(remove),
            "prune": prune,
            "keep_data": keep_data,
        }
        made = plan_definitions(ctx, **told)
        shared.show_plan(made, language, False)
        if made.is_empty:
            return
        if not shared.confirmed(yes, language):
            raise click.exceptions.Exit(shared.REFUSED)
        apply_definitions(ctx, plan_hash=made.hash, **told)
    shared.say(Text("ใช้แผนเรียบร้อยแล้ว", "Applied"), language)


@command.command("export")
@shared.city_option
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="โฟลเดอร์ปลายทาง · the folder to write to",
)
@click.option("--kind", "kinds", multiple=True, help="เฉพาะชนิดนี้ · this kind only")
@shared.language
def export(city: str, out: Path, kinds: tuple[str, ...], language: str) -> None:
    """เขียนคำนิยามที่ใช้อยู่เป็นไฟล์ YAML · Write what is in force as YAML files."""
    shared.load()
    from nakhon.kernel.definitions.collecting import write_files
    from nakhon.kernel.definitions.queries import export_definitions

    ctx = shared.context(city, language)
    with shared.refusals(language):
        files = export_definitions(ctx, kinds=kinds)
    for written in write_files(files, out):
        click.echo(str(written))


@command.command("history")
@click.argument("name", metavar="KIND/ID")
@shared.city_option
@shared.language
@shared.as_json
def history(name: str, city: str, language: str, as_json: bool) -> None:
    """แสดงทุกรุ่นของคำนิยาม ใครแก้ เมื่อใด อะไรเปลี่ยน · Every version: who, when, and what changed."""
    shared.load()
    from nakhon.kernel.definitions.planning import ACTIONS
    from nakhon.kernel.definitions.queries import definition_history
    from nakhon.kernel.definitions.rendering import render_changes
    from nakhon.knowledge.dates import in_bangkok

    (pair,), ctx = _names((name,)), shared.context(city, language)
    with shared.refusals(language):
        lines = definition_history(ctx, kind=pair[0], key=pair[1])
    if as_json:
        body = [{"number": v.number, "act": v.act, "at": v.applied_at.isoformat(), "by": v.applied_by, "solution": v.solution,
                 "sha256": v.digest, "changes": [c.as_data() for c in v.changes]} for v in lines]  # fmt: skip
        click.echo(json.dumps(body, ensure_ascii=False, indent=1))
        return
    for line in lines:
        at = in_bangkok(line.applied_at).strftime("%Y-%m-%d %H:%M")
        brought = f" ({line.solution} {line.solution_version})" if line.solution else ""
        click.echo(f"v{line.number}  {at}  {ACTIONS[line.act].in_(language)}  {line.applied_by}{brought}")
        if line.changes:
            click.echo(render_changes(line.changes, colour=shared.colour()))


@command.command("schema")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("docs/reference"), show_default=True,
              help="โฟลเดอร์ปลายทาง (schemas/ และ definitions/) · folder for schemas/ and definitions/")  # fmt: skip
@click.option("--check", is_flag=True, help="ตรวจว่าไฟล์ตรงกับโค้ด · only see whether the files are up to date")
@shared.language
def schema(out: Path, check: bool, language: str) -> None:
    """เขียน JSON Schema และหน้าอ้างอิงของทุกชนิด · Write the JSON Schema and the page of every kind."""
    shared.load(database=False)
    from nakhon.solutions.reference import generated

    if out.name == "schemas":
        out = out.parent
    stale = []
    for relative, content in generated().items():
        target = out / relative
        if not target.is_file() or target.read_text(encoding="utf-8") != content:
            stale.append(str(target))
            if not check:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(content, encoding="utf-8")
    for name in stale:
        click.echo(name)
    if check and stale:
        shared.stop(
            Text("ไฟล์เหล่านี้ไม่ตรงกับโค้ด เรียก nakhon definitions schema", "These are stale: run nakhon definitions schema"),
            language,
            shared.REFUSED,
        )
    shared.say(Text(f"เขียนใหม่ {len(stale)} ไฟล์", f"{len(stale)} file(s) written"), language)
