"""Verbs on the staff: add a member, change roles, units and title, end a membership. One administrator always remains."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, NotFound
from nakhon.kernel.outbox import announce
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text
from nakhon.people.errors import AlreadyMember, LastAdministrator
from nakhon.people.events import MemberAdded, MemberChanged, MembershipEnded
from nakhon.people.intake import REQUIRED, Intake
from nakhon.people.models import Membership, MembershipUnit, Unit, User
from nakhon.people.permissions import MEMBER_EDIT
from nakhon.people.roles import STAFF_ROLES


@verb(MEMBER_EDIT)
def add_member(
    ctx: Context,
    *,
    email: str,
    display_name: str = "",
    roles: Iterable[str],
    title: str = "",
    unit_ids: Iterable[UUID] = (),
) -> Membership:
    """Make the account with ``email`` (a new one where there is none) staff of the acting organisation.

    A membership that ended is taken up again. Raises ``Invalid`` (fields), ``NotFound`` (a unit) or ``AlreadyMember``.
    A new account has no password: it enrols through the invitation that sign-in sends on ``people.MemberAdded``.
    """
    intake = Intake()
    email = intake.email("email", email, required=True)
    display_name = intake.text("display_name", display_name)
    title = intake.text("title", title)
    chosen = _roles(intake, roles)
    intake.done()
    units = _units(unit_ids)
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email=email, display_name=display_name, created_at=ctx.now)
    membership: Membership | None = Membership.objects.select_for_update().filter(user=user).first()
    if membership is not None and (membership.ended_at is None or membership.ended_at > ctx.now):
        raise AlreadyMember
    if membership is None:
        membership = Membership(user=user, started_at=ctx.now)
    membership.roles, membership.title, membership.ended_at = chosen, title, None
    membership.save()
    _place(membership, units)
    record(ctx, "people.member.added", membership, detail={"roles": chosen, "units": [unit.code for unit in units]})
    announce(ctx, MemberAdded(str(membership.pk), str(user.pk), chosen))
    return membership


@verb(MEMBER_EDIT)
def change_member(
    ctx: Context,
    *,
    membership_id: UUID,
    roles: Iterable[str] | None = None,
    title: str | None = None,
    unit_ids: Iterable[UUID] | None = None,
) -> Membership:
    """Change a member's roles, title or units; what is None stays.

    Raises ``Invalid``, ``NotFound``, or ``LastAdministrator`` when nobody would administer the organisation any more.
    """
    membership = _running(ctx, membership_id)
    intake = Intake()
    changed: list[str] = []
    before = list(membership.roles)
    if title is not None:
        new_title = intake.text("title", title)
        changed += ["title"] if new_title != membership.title else []
        membership.title = new_title
    if roles is not None:
        chosen = _roles(intake, roles)
        changed += ["roles"] if chosen != before else []
        membership.roles = chosen
    intake.done()
    if "admin" in before and "admin" not in membership.roles:
        _keep_an_administrator(ctx, membership)
    units = _units(unit_ids) if unit_ids is not None else None
    membership.save()
    if units is not None and _place(membership, units):
        changed.append("units")
    detail = {"fields": changed, "roles_before": before, "roles": membership.roles}
    record(ctx, "people.member.changed", membership, detail=detail)
    announce(ctx, MemberChanged(str(membership.pk), str(membership.user_id), list(membership.roles)))
    return membership


@verb(MEMBER_EDIT)
def end_membership(ctx: Context, *, membership_id: UUID) -> Membership:
    """End a membership now; its roles are gone at once, its history stays. Raises ``LastAdministrator`` or ``NotFound``."""
    membership = _running(ctx, membership_id)
    if "admin" in membership.roles:
        _keep_an_administrator(ctx, membership)
    membership.ended_at = ctx.now
    membership.save(update_fields=["ended_at"])
    MembershipUnit.objects.filter(membership=membership).delete()
    record(ctx, "people.member.ended", membership, detail={"roles": membership.roles})
    announce(ctx, MembershipEnded(str(membership.pk), str(membership.user_id)))
    return membership


def _running(ctx: Context, membership_id: UUID) -> Membership:
    # All administrators first and in one order: two of them who remove each other at once queue up instead of succeeding both.
    list(Membership.objects.select_for_update().filter(roles__contains=["admin"]).order_by("pk"))
    found: Membership | None = (
        Membership.objects.select_for_update(of=("self",)).select_related("user").filter(pk=membership_id).first()
    )
    if found is None:
        raise NotFound(Text("ไม่พบบุคลากรคนนี้", "There is no such member of staff"))
    if found.ended_at is not None and found.ended_at <= ctx.now:
        raise Conflict(
            Text("บุคลากรคนนี้พ้นหน้าที่ไปแล้ว", "This membership has ended"),
            Text("เพิ่มเป็นบุคลากรอีกครั้งด้วยอีเมลเดิม", "Add the person again with the same e-mail"),
        )
    return found


def _keep_an_administrator(ctx: Context, leaving: Membership) -> None:
    others = Membership.objects.filter(roles__contains=["admin"]).exclude(pk=leaving.pk).exclude(ended_at__lte=ctx.now)
    if not others.exists():
        raise LastAdministrator


def _roles(intake: Intake, roles: Iterable[str]) -> list[str]:
    chosen = [role for role in STAFF_ROLES if role in set(roles)]
    unknown = sorted(set(roles) - set(STAFF_ROLES))
    if unknown:
        intake.wrong("roles", f"ไม่มีบทบาท {', '.join(unknown)}", f"There is no role {', '.join(unknown)}")
    elif not chosen:
        intake.problems.setdefault("roles", REQUIRED)
    return chosen


def _units(unit_ids: Iterable[UUID]) -> list[Unit]:
    wanted = list(dict.fromkeys(unit_ids))
    units = list(Unit.objects.filter(pk__in=wanted, closed_at=None))
    if len(units) != len(wanted):
        raise NotFound(
            Text("ไม่พบหน่วยงานย่อยที่เลือก หรือปิดไปแล้ว", "A unit chosen does not exist or is closed"),
            Text("เลือกหน่วยงานที่เปิดอยู่", "Choose units that are open"),
        )
    return units


def _place(membership: Membership, units: list[Unit]) -> bool:
    """Make ``units`` the member's units; True when that changed anything."""
    now = set(MembershipUnit.objects.filter(membership=membership).values_list("unit_id", flat=True))
    wanted = {unit.pk for unit in units}
    MembershipUnit.objects.filter(membership=membership, unit_id__in=now - wanted).delete()
    for unit_id in wanted - now:
        MembershipUnit.objects.create(membership=membership, unit_id=unit_id)
    return now != wanted
