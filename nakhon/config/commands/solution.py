"""``nakhon solution``: list, check, plan, apply, export and remove solutions, folders of YAML that a city installs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from nakhon.config.commands import _definitions as shared
from nakhon.knowledge.text import Text


@click.group("solution", short_help="ชุดระบบที่เมืองติดตั้งได้ · solutions that a city installs")
def command() -> None:
    """ชุดระบบ: ดูรายการ ตรวจ วางแผน ติดตั้ง ส่งออก และนำออก

    Solutions: list, lint, plan, apply, export, remove. SOLUTION is an id of the list, or a folder or zip of one's own.

    Exit codes: 0 done, 1 refused, 2 wrong use.
    """


def _pack(ctx: Any, solution: str) -> Any:
    """A folder or a zip when there is one of that path, else a solution by its id."""
    from nakhon.solutions.packs import files_at, pack_from
    from nakhon.solutions.queries import solution_pack

    path = Path(solution)
    if "/" in solution or path.suffix == ".zip" or (path.is_dir() and (path / "solution.yaml").is_file()):
        return pack_from(files_at(path), folder=path.resolve().name if path.is_dir() else "")
    return solution_pack(ctx, solution=solution)


def _values(pairs: tuple[str, ...]) -> dict[str, str]:
    values = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.BadParameter(f"{pair}: ชื่อ=ค่า · name=value", param_hint="--set")
        values[name.strip()] = value
    return values


_set = click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help="กรอกพารามิเตอร์ · fill in a parameter"
)
_keep = click.option(
    "--keep-data", is_flag=True, help="คงรายการที่ยังมีข้อมูลไว้เป็นของเมือง · keep what holds data as the city's own"
)


@command.command("list")
@click.option("--city", default="", help="แสดงสถานะของเมืองนี้ · with the state in this city")
@shared.language
@shared.as_json
def list_(city: str, language: str, as_json: bool) -> None:
    """ชุดระบบที่มี และสถานะในเมือง · What there is, and its state in a city."""
    shared.load(database=bool(city))
    from nakhon.solutions.queries import known_solutions, list_solutions

    with shared.refusals(language):
        lines = list_solutions(shared.context(city, language)) if city else known_solutions()
    if as_json:
        rows = [{"id": s.id, "name": s.name.as_dict(), "summary": s.summary.as_dict(), "version": s.version, "domains": s.domains,
                 "sdgs": s.sdgs, "state": s.state.value if city else None, "installed_version": s.installed_version or None,
                 "faults": [f.as_data() for f in s.faults]} for s in lines]  # fmt: skip
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for line in lines:
        state = f"  [{line.state.text.in_(language)}]" if city or line.faults else ""
        click.echo(f"{line.id}  {line.version}{state}\n    {line.name.in_(language)}: {line.summary.in_(language)}")


@command.command("lint")
@click.argument("path")
@shared.language
@shared.as_json
def lint(path: str, language: str, as_json: bool) -> None:
    """ตรวจชุดระบบในโฟลเดอร์หรือ zip ไม่ต้องเปิดระบบ · Check a solution in a folder or zip; nothing needs to run."""
    shared.load(database=False)
    from nakhon.kernel.definitions.faults import render_faults
    from nakhon.solutions.packs import CATALOGUE, check_pack, files_at

    place = Path(path)
    if not place.exists() and (CATALOGUE / path).is_dir():
        place = CATALOGUE / path
    place = shared.existing(str(place), language)
    with shared.refusals(language):
        pack, faults = check_pack(files_at(place), folder=place.resolve().name if place.is_dir() else "")
    if as_json:
        click.echo(
            json.dumps({"ok": pack is not None, "faults": [f.as_data() for f in faults]}, ensure_ascii=False, indent=1)
        )
    elif pack is None:
        click.echo(render_faults(faults, language=language, colour=shared.colour()), err=True)
    else:
        shared.say(
            Text(f"ถูกต้อง: {pack.id} {pack.manifest.version}", f"Well formed: {pack.id} {pack.manifest.version}"),
            language,
        )
    if pack is None:
        raise click.exceptions.Exit(shared.REFUSED)


@command.command("plan")
@click.argument("solution")
@shared.city_option
@_set
@_keep
@shared.language
@shared.as_json
def plan(solution: str, city: str, settings: tuple[str, ...], keep_data: bool, language: str, as_json: bool) -> None:
    """แสดงว่าการติดตั้งจะเปลี่ยนอะไร · Show what installing would change."""
    shared.load()
    from nakhon.solutions.queries import plan_solution

    ctx = shared.context(city, language)
    with shared.refusals(language):
        made = plan_solution(ctx, pack=_pack(ctx, solution), values=_values(settings), keep_data=keep_data)
    shared.show_plan(made.plan, language, as_json)


@command.command("apply")
@click.argument("solution")
@shared.city_option
@_set
@_keep
@shared.yes
@shared.language
def apply(solution: str, city: str, settings: tuple[str, ...], keep_data: bool, yes: bool, language: str) -> None:
    """แสดงแผน ถามยืนยัน แล้วติดตั้งหรือปรับปรุง · Show the plan, ask, then install or update."""
    shared.load()
    from nakhon.solutions.queries import plan_solution
    from nakhon.solutions.services import apply_solution

    ctx = shared.context(city, language)
    with shared.refusals(language):
        pack, values = _pack(ctx, solution), _values(settings)
        made = plan_solution(ctx, pack=pack, values=values, keep_data=keep_data)
        shared.show_plan(made.plan, language, False)
        if not made.plan.is_empty and not shared.confirmed(yes, language):
            raise click.exceptions.Exit(shared.REFUSED)
        apply_solution(ctx, pack=pack, plan_hash=made.hash, values=values, keep_data=keep_data)
    shared.say(
        Text(f"ติดตั้ง {pack.id} {pack.manifest.version} แล้ว", f"Installed {pack.id} {pack.manifest.version}"), language
    )


@command.command("export")
@click.argument("solution")
@shared.city_option
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="โฟลเดอร์หรือไฟล์ .zip ปลายทาง · a folder or a .zip file"
)
@shared.language
def export(solution: str, city: str, out: Path, language: str) -> None:
    """เขียนชุดระบบตามที่เมืองใช้อยู่จริง รวมสิ่งที่เมืองแก้เอง · Write the solution as the city has it, its own changes included."""
    shared.load()
    from nakhon.kernel.definitions.collecting import write_files, zip_of
    from nakhon.solutions.queries import export_solution

    ctx = shared.context(city, language)
    with shared.refusals(language):
        files = export_solution(ctx, solution=solution)
    if out.suffix == ".zip":
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(zip_of(files, solution))
        click.echo(str(out))
        return
    target = out if out.name == solution else out / solution
    for written in write_files(files, target):
        click.echo(str(written))


@command.command("remove")
@click.argument("solution")
@shared.city_option
@_keep
@shared.yes
@shared.language
def remove(solution: str, city: str, keep_data: bool, yes: bool, language: str) -> None:
    """แสดงแผน ถามยืนยัน แล้วนำออก ประวัติยังอยู่และติดตั้งกลับได้ · Take a solution out; its history stays and it can come back."""
    shared.load()
    from nakhon.solutions.queries import plan_removal
    from nakhon.solutions.services import remove_solution

    ctx = shared.context(city, language)
    with shared.refusals(language):
        made = plan_removal(ctx, solution=solution, keep_data=keep_data)
        shared.show_plan(made.plan, language, False)
        if not shared.confirmed(yes, language):
            raise click.exceptions.Exit(shared.REFUSED)
        remove_solution(ctx, solution=solution, plan_hash=made.hash, keep_data=keep_data)
    shared.say(Text(f"นำ {solution} ออกแล้ว", f"Removed {solution}"), language)
