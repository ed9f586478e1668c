"""Taking back an import: changed records as they were, added ones retired; what others changed since is left alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from nakhon.citydata.registers.models import ImportRun, Record, RecordStatus, RecordVersion, VersionAct
from nakhon.citydata.registers.rules.places import coarse_of
from nakhon.citydata.registers.rules.shape import Shape, shape_of
from nakhon.citydata.registers.writing_records import Prepared, canonical, opened, set_status, terms_for, write_prepared
from nakhon.kernel.context import Context
from nakhon.kernel.sealed import Sealed

SOME = 1000


def undo_some(ctx: Context, run: ImportRun) -> bool:
    """Take back up to ``SOME`` changes, counting them in the run's ``options``. Answers whether there is more to do."""
    versions = RecordVersion.objects.select_related("record").filter(import_run=run).order_by("pk")
    if run.options["after"]:
        versions = versions.filter(pk__gt=run.options["after"])
    if some := list(versions[:SOME]):
        _restore(ctx, run, some)
        run.options = {**run.options, "after": str(some[-1].pk)}
        return True
    added = Record.objects.select_for_update(of=("self",)).filter(
        import_run=run, status=RecordStatus.ACTIVE, revision=1
    )
    if fresh := list(added.order_by("key")[:SOME]):
        set_status(ctx, run.register, fresh, RecordStatus.RETIRED, VersionAct.UNDONE)
        run.options = {**run.options, "undone": run.options["undone"] + len(fresh)}
        return True
    return False


def _restore(ctx: Context, run: ImportRun, versions: Sequence[RecordVersion]) -> None:
    shape = shape_of(run.register)
    locked = {
        row.pk: row
        for row in Record.objects.select_for_update(of=("self",))
        .filter(pk__in=[version.record_id for version in versions]).order_by("key")
    }  # fmt: skip
    back: list[Prepared] = []
    retired: list[str] = []
    kept = 0
    for version in versions:
        there = locked.get(version.record_id)
        if there is None or there.revision != version.revision + 1:
            kept += 1
        else:
            back.append(_as_prepared(shape, version))
            if version.status == RecordStatus.RETIRED:
                retired.append(version.key)
    write_prepared(ctx, run.register, back, policy="update", act=VersionAct.UNDONE)
    if retired:
        rows = Record.objects.select_for_update(of=("self",)).filter(
            register=run.register, key__in=retired, status=RecordStatus.ACTIVE
        )
        set_status(ctx, run.register, list(rows.order_by("key")), RecordStatus.RETIRED, VersionAct.UNDONE)
    run.options = {
        **run.options, "undone": run.options["undone"] + len(back), "kept": run.options["kept"] + kept,
    }  # fmt: skip


def _as_prepared(shape: Shape, version: RecordVersion) -> Prepared:
    """A version as it is written again: it was right when it was made, so it is not checked anew."""
    hidden = opened(cast("Sealed | None", version.sealed))
    coarse = None
    if version.geometry is not None and shape.hides_places:
        inside = (
            version.geometry.centroid if "Point" in version.geometry.geom_type else version.geometry.point_on_surface
        )
        coarse = coarse_of(inside.x, inside.y)
    return Prepared(
        key=version.key,
        data=version.data,
        sealed=canonical(hidden) if hidden else None,
        ewkb=version.geometry.hexewkb.decode() if version.geometry is not None else None,
        coarse=coarse,
        terms=terms_for(shape, version.data, version.key),
    )
