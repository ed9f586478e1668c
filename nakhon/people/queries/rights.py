"""Questions of the data-subject desk and of the person: requests with their clocks, all that is held, who has looked."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import NotFound
from nakhon.kernel.models import AuditEntry
from nakhon.kernel.personal import DataSection
from nakhon.kernel.verbs import query
from nakhon.knowledge.dates import in_bangkok
from nakhon.knowledge.text import Text
from nakhon.people.erasure import collect_everything
from nakhon.people.errors import WrongStep
from nakhon.people.models import ProcessingPurpose, RequestChannel, RequestState, RightKind, RightsRequest
from nakhon.people.models.rights import REQUEST_CHANNEL_ENGLISH, RIGHT_ENGLISH, STATE_ENGLISH
from nakhon.people.permissions import OWN_DATA, RIGHTS_DECIDE, RIGHTS_READ
from nakhon.people.personal_values import opened
from nakhon.people.queries.persons import card_of
from nakhon.people.rules.rights import OPEN_STATES, REFUSAL_GROUNDS, STEPS, grounds_for
from nakhon.people.services.rights import IDENTITY_METHODS
from nakhon.people.standing import all_ids, own_person
from nakhon.people.types import AccessRow, Page, PersonCard, RequestCard, RequestRow, RequestStep

READING: dict[str, Text] = {
    "people.person.read": Text("เปิดดูข้อมูล (ปกปิดเลขสำคัญ)", "Opened the record, numbers masked"),
    "people.person.revealed": Text("เปิดดูข้อมูลที่ปกปิด", "Revealed masked data"),
    "people.sensitive.revealed": Text("เปิดดูข้อมูลอ่อนไหว", "Read sensitive data"),
    "people.person.edited": Text("แก้ไขข้อมูล", "Edited the record"),
    "people.person.registered": Text("ขึ้นทะเบียน", "Registered the record"),
    "people.person.merged": Text("รวมระเบียนที่ซ้ำ", "Merged a duplicate"),
    "people.person.exported": Text("ทำสำเนาข้อมูลทั้งหมด", "Made a copy of all data"),
    "people.person.account_linked": Text("เชื่อมบัญชีผู้ใช้", "Linked the account"),
    "people.sensitive.recorded": Text("บันทึกข้อมูลอ่อนไหว", "Recorded sensitive data"),
}


@query(RIGHTS_READ)
def rights_requests(ctx: Context, *, state: str = "open", kind: str = "", limit: int = 200) -> list[RequestRow]:
    """Requests at the desk, the most urgent first. ``state`` is "open", "closed", or one state's code."""
    rows = RightsRequest.objects.select_related("person")
    if state == "open":
        rows = rows.filter(state__in=OPEN_STATES)
    elif state == "closed":
        rows = rows.exclude(state__in=OPEN_STATES)
    elif state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    order = ("due_on", "pk") if state == "open" else ("-received_at", "-pk")
    return [_row(ctx, row) for row in rows.order_by(*order)[:limit]]


@query(RIGHTS_READ)
def rights_request(ctx: Context, *, request_id: UUID) -> RequestCard:
    """One request with its steps, and what may be done next. Opening it is recorded. Raises ``NotFound``."""
    request = _get(request_id)
    record(ctx, "people.rights.read", request, detail={"number": request.number})
    return _card(ctx, request, contact=True)


@query(RIGHTS_DECIDE)
def copy_for_request(ctx: Context, *, request_id: UUID) -> tuple[RequestCard, list[DataSection]]:
    """All that is held about the person of a request for access or portability, in clear, to be handed over. Recorded.

    Raises ``NotFound``, or ``WrongStep`` for other kinds and while the identity is not established.
    """
    request = _get(request_id)
    open_kinds = (RightKind.ACCESS, RightKind.PORTABILITY)
    if request.kind not in open_kinds or request.person_id is None or request.verified_at is None:
        raise WrongStep
    sections = collect_everything(ctx, request.person_id)
    record(ctx.for_purpose("rights"), "people.person.exported", request.person, detail={"request": request.number})
    return _card(ctx, request, contact=False), sections


@query(OWN_DATA)
def own_requests(ctx: Context) -> list[RequestRow]:
    """The reader's own requests, newest first."""
    rows = RightsRequest.objects.filter(person_id__in=all_ids(own_person(ctx))).select_related("person")
    return [_row(ctx, row) for row in rows.order_by("-received_at", "-pk")]


@query(OWN_DATA)
def own_request(ctx: Context, *, request_id: UUID) -> RequestCard:
    """One of the reader's own requests. Raises ``NotFound``."""
    request = _get(request_id)
    if request.person_id not in all_ids(own_person(ctx)):
        raise NotFound
    return _card(ctx, request, contact=True)


@query(OWN_DATA)
def own_data(ctx: Context) -> list[DataSection]:
    """Everything that every room holds about the reader, in clear: the right of access at once, without a request."""
    return collect_everything(ctx, own_person(ctx).pk)


@query(OWN_DATA)
def own_copy(ctx: Context) -> list[DataSection]:
    """The same as ``own_data``, recorded as a copy that was made."""
    person = own_person(ctx)
    sections = collect_everything(ctx, person.pk)
    record(ctx, "people.person.exported", person, detail={"by": "self"})
    return sections


@query(OWN_DATA)
def own_profile(ctx: Context) -> PersonCard:
    """The reader's own record as the profile form shows it, masked. Raises ``NotLinked``."""
    return card_of(ctx, own_person(ctx))


@query(OWN_DATA)
def who_looked(ctx: Context, *, before_seq: int | None = None, limit: int = 50) -> Page[AccessRow]:
    """Who read or changed the reader's own data, when and for what, newest first. ``after`` is the next ``before_seq``."""
    ids = [str(one) for one in all_ids(own_person(ctx))]
    rows = AuditEntry.objects.filter(object_type="people.person", object_id__in=ids, action__in=READING)
    if before_seq is not None:
        rows = rows.filter(seq__lt=before_seq)
    found = list(rows.order_by("-seq")[: limit + 1])
    names = {row.code: row.name for row in ProcessingPurpose.objects.all()}
    own = Text("คุณเอง", "You")
    page = [
        AccessRow(
            at=row.at,
            who=own.in_(ctx.language) if row.actor_id == ctx.actor.id else row.actor_label,
            action=row.action,
            action_text=READING[row.action],
            purpose=names.get(row.purpose),
        )
        for row in found[:limit]
    ]
    return Page(page, str(found[limit - 1].seq) if len(found) > limit else "")


def _get(request_id: UUID) -> RightsRequest:
    found: RightsRequest | None = (
        RightsRequest.objects.select_related("person", "purpose").filter(pk=request_id).first()
    )
    if found is None:
        raise NotFound(Text("ไม่พบคำขอนี้", "There is no such request"))
    return found


def _row(ctx: Context, row: RightsRequest) -> RequestRow:
    today: date = in_bangkok(ctx.now).date()
    name = row.person.full_name if row.person else opened(row.requester_name)
    return RequestRow(
        id=row.pk,
        number=row.number,
        kind=row.kind,
        kind_text=Text(RightKind(row.kind).label, RIGHT_ENGLISH[row.kind]),
        state=row.state,
        state_text=Text(RequestState(row.state).label, STATE_ENGLISH[row.state]),
        received_at=row.received_at,
        due_on=row.due_on,
        days_left=(row.due_on - (row.paused_on or today)).days if row.state in OPEN_STATES else None,
        is_paused=row.paused_on is not None,
        person_id=row.person_id,
        person_name=name,
    )


def _card(ctx: Context, row: RightsRequest, *, contact: bool) -> RequestCard:
    ground = REFUSAL_GROUNDS.get(row.refusal_ground)
    return RequestCard(
        row=_row(ctx, row),
        version=row.version,
        channel_text=Text(RequestChannel(row.channel).label, REQUEST_CHANNEL_ENGLISH[row.channel]),
        requester_name=opened(row.requester_name),
        requester_contact=opened(row.requester_contact) if contact else "",
        detail=opened(row.detail),
        purpose=row.purpose.name if row.purpose else None,
        identity_text=IDENTITY_METHODS.get(row.identity_method),
        verified_at=row.verified_at,
        paused_days=row.paused_days,
        extended_days=row.extended_days,
        closed_at=row.closed_at,
        refusal_text=ground.text if ground else None,
        answer=opened(row.answer),
        outcomes=tuple(
            (Text(**each["what"]), bool(each["kept"]), Text(**each["reason"]) if each["reason"] else None)
            for each in row.result
        ),
        steps=tuple(
            RequestStep(step.at, Text(step.note_th, step.note_en), _by(ctx, step.by_label)) for step in _steps(row)
        ),
        steps_open=STEPS[row.state],
        grounds=grounds_for(row.kind),
        rule=row.figure_id,
    )


def _steps(row: RightsRequest) -> list[Any]:
    return list(row.steps.order_by("at", "pk"))


def _by(ctx: Context, label: str) -> str:
    """Who took a step; citizens are never named here, only called what they are."""
    return Text("ผู้ขอ", "The requester").in_(ctx.language) if label == "citizen" else label
