"""Background work of registers: fitting records to a changed definition."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from nakhon.citydata.registers.defining import REFIT
from nakhon.citydata.registers.models import Record, Register
from nakhon.citydata.registers.rules.places import coarse_of
from nakhon.citydata.registers.rules.shape import shape_of
from nakhon.citydata.registers.writing_records import canonical, opened, seal_text, terms_for
from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.outbox import enqueue, job

STEP = 5000
_SET = """
UPDATE citydata_registers_record AS r SET data = n.data::jsonb, sealed = n.sealed, coarse = n.coarse::geometry,
    terms = array_to_tsvector(string_to_array(n.terms, E'\\x1f'))
FROM unnest(%(ids)s::uuid[], %(data)s::text[], %(sealed)s::bytea[], %(coarse)s::text[], %(terms)s::text[])
    AS n(id, data, sealed, coarse, terms)
WHERE r.id = n.id AND r.tenant_id = %(tenant)s
"""


@job(REFIT)
def refit_register(ctx: Context, register: str, after: str) -> None:
    """Seal what became protected, open what no longer is, cut the words anew and make places coarse: 5,000 records a turn.

    The values stay what they were, so no revision is counted; safe to run twice. The versions in the history follow their
    record's rule when they are shown, and are sealed here with it.
    """
    row = Register.objects.filter(key=register).first()
    if row is None:
        return
    shape = shape_of(row)
    rows = (
        Record.objects.select_for_update(of=("self",)).filter(register=row).prefetch_related("versions").order_by("pk")
    )
    batch = list((rows.filter(pk__gt=UUID(after)) if after else rows)[:STEP])
    if not batch:
        record(ctx, "citydata.register.refitted", row, detail={"register": register})
        return
    parts: dict[str, list[object]] = {name: [] for name in ("ids", "data", "sealed", "coarse", "terms")}
    for found in batch:
        whole = {**found.data, **opened(found.sealed)}
        hidden = {name: value for name, value in whole.items() if name in shape.protected}
        data = {name: value for name, value in whole.items() if name not in shape.protected}
        inside = found.geometry.point_on_surface if found.geometry is not None and shape.hides_places else None
        parts["ids"].append(found.pk)
        parts["data"].append(canonical(data))
        parts["sealed"].append(seal_text(ctx, canonical(hidden)) if hidden else None)
        parts["coarse"].append(coarse_of(inside.x, inside.y) if inside is not None else None)
        parts["terms"].append("\x1f".join(terms_for(shape, data, found.key)))
        for version in found.versions.all():
            older = {**version.data, **opened(version.sealed)}
            kept = {name: value for name, value in older.items() if name in shape.protected}
            version.data = {name: value for name, value in older.items() if name not in shape.protected}
            version.sealed = canonical(kept) if kept else None
            version.save(update_fields=["data", "sealed"])
    with connection.cursor() as cursor:
        cursor.execute(_SET, {"tenant": ctx.tenant.id, **parts})
    last = str(batch[-1].pk)
    enqueue(ctx, REFIT, key=f"{row.pk}:{row.version}:{last}", register=register, after=last)
