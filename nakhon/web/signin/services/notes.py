"""What happened at the door, written down: sign-ins, failures, second factors, sign-outs; and who is told by e-mail."""

from __future__ import annotations

import logging
from typing import Any

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.verbs import verb
from nakhon.people.messages import Channel, Message, send
from nakhon.people.models import User
from nakhon.web.signin import factors, letters
from nakhon.web.signin.permissions import SIGN_IN

log = logging.getLogger("nakhon.signin")


def notify(ctx: Context, user: User, letter: letters.Letter) -> None:
    """Tell an account's owner about a change, by e-mail, where there is an address."""
    if user.email:
        send(ctx, Message(Channel.EMAIL, user.email, letter.subject, letter.body, user.language))


@verb(SIGN_IN)
def note_sign_in(ctx: Context, *, user: User, kind: str, method: str, new_device: bool, device: str) -> None:
    """Record that ``user`` signed in, and write to them when the device is a new one."""
    record(ctx, "web.signin.done", user, detail={"door": kind, "method": method, "new_device": new_device})
    log.info("signed in", extra={"door": kind, "method": method, "tenant": ctx.tenant.slug})
    if new_device:
        notify(ctx, user, letters.new_device(ctx.tenant.name, ctx.now, device))


@verb(SIGN_IN)
def note_failure(ctx: Context, *, method: str, reason: str, user_id: str = "") -> None:
    """Record that somebody did not get in. ``reason`` is a code; nothing that was typed is kept."""
    record(ctx, "web.signin.failed", user_id or None, detail={"method": method, "reason": reason})
    log.warning("sign-in failed", extra={"method": method, "reason": reason, "tenant": ctx.tenant.slug})


@verb(SIGN_IN)
def note_sign_out(ctx: Context) -> None:
    """Record that the account signed out."""
    record(ctx, "web.signin.ended", ctx.actor.id or None)


@verb(SIGN_IN)
def note_second_factor(ctx: Context, *, user: User, kind: str) -> None:
    """Record that ``user`` passed a second factor of ``kind``; a recovery code is also told by e-mail, with what is left."""
    detail: dict[str, Any] = {"factor": kind}
    if kind == factors.RECOVERY:
        left = sum(factor.left for factor in factors.factors_of(user))
        detail["left"] = left
        notify(ctx, user, letters.recovery_code_used(ctx.tenant.name, ctx.now, left))
    record(ctx, "web.second_factor.passed", user, detail=detail)
