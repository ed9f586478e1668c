"""Verbs on units (สำนัก กอง งาน ชุมชน): create, edit, move, close and open again. A closed unit keeps its history."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, NotFound
from nakhon.kernel.outbox import announce
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text
from nakhon.people.errors import UnitInUse, WouldCircle
from nakhon.people.events import UnitChanged, UnitClosed, UnitCreated, UnitMoved
from nakhon.people.intake import Intake
from nakhon.people.models import MembershipUnit, Unit, UnitKind
from nakhon.people.permissions import UNIT_EDIT
from nakhon.people.rules.trees import would_circle

_CODE = re.compile(r"^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$")
_SHOWN = 5


@verb(UNIT_EDIT)
def create_unit(
    ctx: Context,
    *,
    code: str,
    kind: str,
    name_th: str,
    name_en: str,
    parent_id: UUID | None = None,
    phone: str = "",
    email: str = "",
    position: int = 0,
) -> Unit:
    """Add a unit; ``code`` is its lasting short name within the organisation (a-z, 0-9, hyphen), ``position`` its order.

    Raises ``Invalid`` naming the fields, or ``NotFound`` (the parent).
    """
    intake = Intake()
    if not _CODE.match(code):
        intake.wrong(
            "code", "ใช้อักษรอังกฤษตัวเล็ก ตัวเลข และขีด 2-40 ตัว", "Use 2 to 40 lower-case letters, digits and hyphens"
        )
    elif Unit.objects.filter(code=code).exists():
        intake.wrong("code", "มีหน่วยงานย่อยที่ใช้รหัสนี้แล้ว", "Another unit has this code")
    intake.choice("kind", kind, UnitKind.values)
    values = _checked(intake, name_th=name_th, name_en=name_en, phone=phone, email=email, position=position)
    parent = _open_unit(parent_id) if parent_id else None
    intake.done()
    unit: Unit = Unit.objects.create(code=code, kind=kind, parent=parent, **values)
    record(
        ctx, "people.unit.created", unit, detail={"code": code, "kind": kind, "parent": parent.code if parent else ""}
    )
    announce(ctx, UnitCreated(str(unit.pk), code))
    return unit


@verb(UNIT_EDIT)
def edit_unit(
    ctx: Context,
    *,
    unit_id: UUID,
    version: int | None = None,
    kind: str | None = None,
    name_th: str | None = None,
    name_en: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    position: int | None = None,
) -> Unit:
    """Rename a unit or change its kind, contact or order; what is None stays.

    ``version`` is the one that was shown to whoever edits; definitions, which say how it shall be, give none.
    Raises ``Invalid``, ``NotFound``, or ``Conflict`` when somebody changed it since.
    """
    unit = _unit(unit_id)
    if version is not None and version != unit.version:
        raise Conflict
    intake = Intake()
    given = {"name_th": name_th, "name_en": name_en, "phone": phone, "email": email, "position": position}
    values = _checked(intake, **{name: value for name, value in given.items() if value is not None})
    if kind is not None:
        values["kind"] = intake.choice("kind", kind, UnitKind.values)
    intake.done()
    changed = [name for name, value in values.items() if getattr(unit, name) != value]
    for name in changed:
        setattr(unit, name, values[name])
    unit.version += bool(changed)
    unit.save()
    record(ctx, "people.unit.edited", unit, detail={"code": unit.code, "fields": changed})
    announce(ctx, UnitChanged(str(unit.pk), changed))
    return unit


@verb(UNIT_EDIT)
def move_unit(ctx: Context, *, unit_id: UUID, parent_id: UUID | None) -> Unit:
    """Put a unit below another one, or at the top (None). Raises ``WouldCircle`` or ``NotFound``."""
    unit = _unit(unit_id)
    parent = _open_unit(parent_id) if parent_id else None
    # Locking all of the organisation's units: two moves at once could close a circle that neither sees.
    parents = dict(Unit.objects.select_for_update().order_by("pk").values_list("pk", "parent_id"))
    if would_circle(parents, unit.pk, parent.pk if parent else None):
        raise WouldCircle(fields={"parent_id": WouldCircle.default_message})
    unit.parent = parent
    unit.save(update_fields=["parent"])
    record(ctx, "people.unit.moved", unit, detail={"code": unit.code, "parent": parent.code if parent else ""})
    announce(ctx, UnitMoved(str(unit.pk), str(parent.pk) if parent else ""))
    return unit


@verb(UNIT_EDIT)
def close_unit(ctx: Context, *, unit_id: UUID) -> Unit:
    """Close a unit that has neither members nor open parts. Raises ``UnitInUse`` naming them, ``Conflict`` when closed."""
    unit = _unit(unit_id)
    if unit.closed_at is not None:
        raise Conflict(
            Text("หน่วยงานนี้ปิดไปแล้ว", "The unit is closed already"), Text("ไม่ต้องทำอะไรอีก", "There is nothing left to do")
        )
    parts = list(Unit.objects.filter(parent=unit, closed_at=None).order_by("position", "name_th"))
    places = MembershipUnit.objects.filter(unit=unit, membership__ended_at=None).select_related("membership__user")
    members = [str(place.membership.user) for place in places]
    if parts or members:
        raise UnitInUse(_who_belongs([part.name for part in parts], members))
    unit.closed_at = ctx.now
    unit.save(update_fields=["closed_at"])
    record(ctx, "people.unit.closed", unit, detail={"code": unit.code})
    announce(ctx, UnitClosed(str(unit.pk)))
    return unit


@verb(UNIT_EDIT)
def reopen_unit(ctx: Context, *, unit_id: UUID) -> Unit:
    """Open a closed unit again. Raises ``NotFound`` (its parent is closed) or ``Conflict`` when it is open."""
    unit = _unit(unit_id)
    if unit.closed_at is None:
        raise Conflict(
            Text("หน่วยงานนี้เปิดอยู่แล้ว", "The unit is open already"), Text("ไม่ต้องทำอะไรอีก", "There is nothing left to do")
        )
    if unit.parent_id:
        _open_unit(unit.parent_id)
    unit.closed_at = None
    unit.save(update_fields=["closed_at"])
    record(ctx, "people.unit.reopened", unit, detail={"code": unit.code})
    announce(ctx, UnitChanged(str(unit.pk), ["closed_at"]))
    return unit


def _unit(unit_id: UUID) -> Unit:
    found: Unit | None = Unit.objects.select_for_update(of=("self",)).filter(pk=unit_id).first()
    if found is None:
        raise NotFound(Text("ไม่พบหน่วยงานย่อยนี้", "There is no such unit"))
    return found


def _open_unit(unit_id: UUID) -> Unit:
    found = _unit(unit_id)
    if found.closed_at is not None:
        raise NotFound(
            Text("หน่วยงานที่เลือกปิดไปแล้ว", "The unit chosen is closed"),
            Text("เลือกหน่วยงานที่เปิดอยู่", "Choose one that is open"),
        )
    return found


def _checked(intake: Intake, **given: Any) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in ("name_th", "name_en"):
        if name in given:
            values[name] = intake.text(name, given[name], required=True)
    if "phone" in given:
        values["phone"] = intake.office_phone("phone", given["phone"])
    if "email" in given:
        values["email"] = intake.email("email", given["email"])
    if "position" in given:
        values["position"] = intake.whole("position", given["position"], least=0, most=10_000) or 0
    return values


def _who_belongs(parts: list[Text], members: list[str]) -> Text:
    def listed(names: list[str], more: str) -> str:
        rest = len(names) - _SHOWN
        return ", ".join(names[:_SHOWN]) + (more.format(rest) if rest > 0 else "")

    th, en = [], []
    if parts:
        th.append(f"หน่วยย่อย: {listed([part.th for part in parts], ' และอีก {} หน่วย')}")
        en.append(f"parts: {listed([part.en for part in parts], ' and {} more')}")
    if members:
        th.append(f"บุคลากร: {listed(members, ' และอีก {} คน')}")
        en.append(f"members: {listed(members, ' and {} more')}")
    return Text(f"ยังปิดไม่ได้ เพราะมี {' และ '.join(th)}", f"It cannot be closed yet; it has {' and '.join(en)}")
