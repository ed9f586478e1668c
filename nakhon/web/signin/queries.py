"""Questions about one's own account and about a member's means of signing in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.socialaccount.models import SocialAccount

from nakhon.kernel.context import Context
from nakhon.kernel.errors import NotFound
from nakhon.kernel.verbs import query
from nakhon.people.access import is_member
from nakhon.people.models import User
from nakhon.people.permissions import MEMBER_EDIT
from nakhon.web.signin import factors, sessions
from nakhon.web.signin.permissions import OWN_ACCOUNT


@dataclass(frozen=True, slots=True)
class LinkedProvider:
    """A provider linked to an account."""

    id: int
    provider: str
    linked_at: datetime


@dataclass(frozen=True, slots=True)
class AccountOverview:
    """Everything that the page My account shows."""

    user: User
    is_staff_here: bool
    has_password: bool
    second_factors: list[factors.Factor]
    recovery_left: int | None
    sessions: list[sessions.OpenSession]
    providers: list[LinkedProvider]


@query(OWN_ACCOUNT)
def my_account(ctx: Context, *, session_key: str = "") -> AccountOverview:
    """The account that acts. ``session_key`` marks the device that asks. Raises ``NotFound``."""
    user = User.objects.filter(pk=UUID(ctx.actor.id)).first() if ctx.actor.id else None
    if user is None:
        raise NotFound
    found = factors.factors_of(user)
    codes = next((factor for factor in found if factor.kind == factors.RECOVERY), None)
    return AccountOverview(
        user=user,
        is_staff_here=is_member(ctx.tenant, user, ctx.now),
        has_password=user.has_usable_password(),
        second_factors=[factor for factor in found if factor.kind != factors.RECOVERY],
        recovery_left=codes.left if codes else None,
        sessions=sessions.list_sessions(user, session_key),
        providers=[
            LinkedProvider(row.pk, row.provider, row.date_joined)
            for row in SocialAccount.objects.filter(user=user).order_by("date_joined")
        ],
    )


@query(MEMBER_EDIT)
def member_access(ctx: Context, *, user_id: UUID) -> tuple[User, list[factors.Factor]]:
    """A member of this city's staff and what they have enrolled. Raises ``NotFound`` for anybody else."""
    user = User.objects.filter(pk=user_id).first()
    if user is None or not is_member(ctx.tenant, user, ctx.now):
        raise NotFound
    return user, factors.factors_of(user)
