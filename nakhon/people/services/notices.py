"""Verbs that tell people of the data-subject desk: its officers of what came in and what is due, requesters of their answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import NotFound
from nakhon.kernel.verbs import verb
from nakhon.knowledge.dates import format_long, format_moment, in_bangkok
from nakhon.knowledge.text import Text
from nakhon.people import letters
from nakhon.people.intake import is_email
from nakhon.people.messages import Channel, Message, send
from nakhon.people.models import BreachIncident, Membership, RightsRequest, User
from nakhon.people.permissions import BREACH_HANDLE, RIGHTS_DECIDE
from nakhon.people.personal_values import opened
from nakhon.people.rules.deadlines import breach_is_near, request_is_near
from nakhon.people.rules.rights import OPEN_STATES


@verb(RIGHTS_DECIDE)
def tell_officers_of_request(ctx: Context, *, request_id: UUID) -> int:
    """Write to the data protection officers that a request came in. Twice is once. Returns how many. Raises ``NotFound``."""
    request = RightsRequest.objects.filter(pk=request_id).first()
    if request is None:
        raise NotFound
    address = _page(ctx, "right", rightsrequest_id=request.pk)
    letter = letters.request_received(ctx.tenant.name, request.number, request.due_on, address)
    told = _tell(ctx, f"rights-received:{request.pk}", letter)
    record(ctx, "people.rights.officers_told", request, detail={"number": request.number, "officers": told})
    return told


@verb(BREACH_HANDLE)
def tell_officers_of_breach(ctx: Context, *, breach_id: UUID) -> int:
    """Write to the data protection officers that a breach was reported. Twice is once. Returns how many. Raises ``NotFound``."""
    incident = BreachIncident.objects.filter(pk=breach_id).first()
    if incident is None:
        raise NotFound
    address = _page(ctx, "breach", breachincident_id=incident.pk)
    letter = letters.breach_reported(ctx.tenant.name, incident.number, incident.deadline_at, address)
    told = _tell(ctx, f"breach-reported:{incident.pk}", letter)
    record(ctx, "people.breach.officers_told", incident, detail={"number": incident.number, "officers": told})
    return told


@verb(RIGHTS_DECIDE)
def remind_of_deadlines(ctx: Context) -> list[str]:
    """What the daily job does: one e-mail to each officer with all that is due soon or late. Returns the numbers of those.

    However often it runs on a day in Bangkok, nobody is reminded twice.
    """
    due = [*_requests_due(ctx), *_breaches_due(ctx)]
    told = 0
    if due:
        day = in_bangkok(ctx.now).date()
        told = _tell(ctx, f"deadlines:{day.isoformat()}", letters.deadlines(ctx.tenant.name, due))
    numbers = [item.number for item in due]
    record(ctx, "people.rights.reminded", detail={"numbers": numbers, "officers": told})
    return numbers


@dataclass(frozen=True, slots=True)
class Requester:
    """Where the answer to a request may be announced. Taken before an erasure, which leaves nobody to write to."""

    email: str
    language: str
    has_account: bool


def requester_of(request: RightsRequest) -> Requester | None:
    """The e-mail that came with the request, else the account's, else the record's; None when there is none."""
    person = request.person
    account = person.account if person else None
    contact = opened(request.requester_contact)
    known = [contact if is_email(contact) else "", (account.email or "") if account else ""]
    known.append(opened(person.email) if person else "")
    email = next((each for each in known if each), "")
    return Requester(email, account.language if account else "th", account is not None) if email else None


def tell_requester(ctx: Context, request: RightsRequest, requester: Requester | None) -> None:
    """Queue the e-mail that a request was answered, with the link for those who still have an account linked here."""
    if requester is None:
        return
    still = requester.has_account and request.person is not None and request.person.account_id is not None
    address = _page(ctx, "own_request", rightsrequest_id=request.pk) if still else ""
    letter = letters.request_answered(ctx.tenant.name, request.number, address)
    message = Message(Channel.EMAIL, requester.email, letter.subject, letter.body, requester.language)
    send(ctx, message, key=f"rights-answered:{request.pk}")


def _requests_due(ctx: Context) -> list[letters.Due]:
    today = in_bangkok(ctx.now).date()
    rows = RightsRequest.objects.filter(state__in=OPEN_STATES, paused_on=None).order_by("due_on", "pk")
    found = []
    for row in rows:
        if not request_is_near(row.due_on, today):
            continue
        late, day = row.due_on < today, format_long(row.due_on)
        text = Text(f"คำขอใช้สิทธิ ต้องตอบภายในวันที่ {day.th}", f"rights request, to be answered by {day.en}")
        found.append(letters.Due(row.number, _page(ctx, "right", rightsrequest_id=row.pk), _or_late(text, late), late))
    return found


def _breaches_due(ctx: Context) -> list[letters.Due]:
    rows = BreachIncident.objects.filter(closed_at=None, regulator_notified_at=None).order_by("deadline_at", "pk")
    found = []
    for row in rows:
        if not breach_is_near(row.risk, row.deadline_at, ctx.now):
            continue
        late, moment = row.deadline_at < ctx.now, format_moment(row.deadline_at)
        text = Text(
            f"เหตุข้อมูลรั่วไหล ต้องแจ้ง สคส. ภายใน {moment.th}", f"data breach, regulator to be notified by {moment.en}"
        )
        found.append(
            letters.Due(row.number, _page(ctx, "breach", breachincident_id=row.pk), _or_late(text, late), late)
        )
    return found


def _or_late(text: Text, late: bool) -> Text:
    return Text(f"เลยกำหนดแล้ว {text.th}", f"LATE: {text.en}") if late else text


def _tell(ctx: Context, key: str, letter: letters.Letter) -> int:
    officers = _officers(ctx)
    for user in officers:
        message = Message(Channel.EMAIL, user.email or "", letter.subject, letter.body, user.language)
        send(ctx, message, key=f"{key}:{user.pk}")
    return len(officers)


def _officers(ctx: Context) -> list[User]:
    """Who looks after privacy here; the administrators where nobody has that role yet, so that nothing comes in unseen."""
    rows = Membership.objects.select_related("user").filter(user__is_active=True).exclude(ended_at__lte=ctx.now)
    for role in ("dpo", "admin"):
        found = [row.user for row in rows.filter(roles__contains=[role]).order_by("pk") if row.user.email]
        if found:
            return found
    return []


def _page(ctx: Context, name: str, **arguments: Any) -> str:
    """The full address of a page of the city, under the platform's public address."""
    return urljoin(settings.BASE_URL + "/", reverse(f"city:{name}", kwargs={"city": ctx.tenant.slug, **arguments}))
