"""Verbs of the data-subject desk: receive a request, establish identity, act on it, refuse with a ground, withdraw, extend."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, NotFound
from nakhon.kernel.outbox import announce
from nakhon.kernel.verbs import verb
from nakhon.knowledge.dates import be_year, in_bangkok
from nakhon.knowledge.duties import access_request_due, rights_request_due
from nakhon.knowledge.text import Text
from nakhon.people.city.queries import legal_figure
from nakhon.people.erasure import erase_everything
from nakhon.people.errors import PersonNotFound, WrongStep
from nakhon.people.events import PersonErased, PersonRestricted, RightsRequestClosed, RightsRequestReceived
from nakhon.people.intake import Intake
from nakhon.people.models import Person, RequestChannel, RequestState, RightKind, RightsRequest, RightsStep
from nakhon.people.permissions import OWN_DATA, RIGHTS_DECIDE, RIGHTS_RECEIVE
from nakhon.people.rules.rights import due_after_pause, grounds_for, may_step
from nakhon.people.services.notices import requester_of, tell_requester
from nakhon.people.standing import all_ids, own_person, purpose_by_code

IDENTITY_METHODS: dict[str, Text] = {
    "ACCOUNT": Text("เข้าสู่ระบบด้วยบัญชีที่เชื่อมแล้ว", "Signed in with a linked account"),
    "CARD": Text("แสดงบัตรประจำตัวตัวจริง", "Showed the identity card"),
    "DOCUMENT": Text("ส่งสำเนาเอกสารและยืนยันทางโทรศัพท์", "Sent a copy and confirmed by telephone"),
    "THAID": Text("ยืนยันผ่าน ThaID", "Confirmed with ThaID"),
    "AGENT": Text("ผู้รับมอบอำนาจพร้อมหนังสือมอบอำนาจ", "An agent with a power of attorney"),
}
LONGEST_EXTENSION = 30


@verb(OWN_DATA)
def ask_right(ctx: Context, *, kind: str, detail: str = "", purpose: str = "") -> RightsRequest:
    """Exercise a right over the own data. The linked account is the identity, so work on it begins at once.

    OBJECT needs a ``purpose``; RECTIFY and COMPLAIN need ``detail``. Raises ``Invalid`` or ``NotLinked``.
    """
    person = own_person(ctx, lock=True)
    request = _receive(ctx, kind, RequestChannel.WEB, person, detail, purpose, "", "")
    request.identity_method, request.verified_at = "ACCOUNT", ctx.now
    _step(ctx, request, RequestState.IN_PROGRESS, Text("ยืนยันตัวตนด้วยบัญชีที่เชื่อมแล้ว", "Identity: the linked account"))
    return request


@verb(RIGHTS_RECEIVE)
def receive_request(
    ctx: Context,
    *,
    kind: str,
    channel: str,
    requester_name: str,
    requester_contact: str,
    detail: str = "",
    purpose: str = "",
    person_id: UUID | None = None,
) -> RightsRequest:
    """Enter a request that came by counter, post, e-mail or telephone. The clock starts now.

    Raises ``Invalid`` naming the fields, or ``PersonNotFound``.
    """
    person = _person(person_id) if person_id else None
    return _receive(ctx, kind, channel, person, detail, purpose, requester_name, requester_contact)


@verb(RIGHTS_RECEIVE)
def wait_for_identity(ctx: Context, *, request_id: UUID, version: int) -> RightsRequest:
    """Stop the clock while the requester is asked to prove who they are. Raises ``WrongStep`` or ``Conflict``."""
    request = _request(request_id, version)
    _step(
        ctx, request, RequestState.VERIFYING, Text("รอผู้ขอยืนยันตัวตน เวลาหยุดนับ", "Waiting for identity; the clock stands")
    )
    return request


@verb(RIGHTS_RECEIVE)
def confirm_identity(ctx: Context, *, request_id: UUID, version: int, method: str, person_id: UUID) -> RightsRequest:
    """Say how the requester was identified and whose data it is about; the clock runs on. Raises ``Invalid``, ``WrongStep``."""
    request = _request(request_id, version)
    intake = Intake()
    intake.choice("method", method, IDENTITY_METHODS)
    intake.done()
    request.person = _person(person_id)
    request.identity_method, request.verified_at = method, ctx.now
    text = IDENTITY_METHODS[method]
    _step(ctx, request, RequestState.IN_PROGRESS, Text(f"ยืนยันตัวตนแล้ว: {text.th}", f"Identity established: {text.en}"))
    return request


@verb(RIGHTS_DECIDE)
def fulfil_request(ctx: Context, *, request_id: UUID, version: int, answer: str = "") -> RightsRequest:
    """Grant a request and carry it out: an erasure erases, a restriction restricts, an objection stops the purpose.

    What an erasure had to keep, and why, is in ``result``. RECTIFY, COMPLAIN need an ``answer`` that says what was done.
    Raises ``Invalid``, ``WrongStep`` or ``Conflict``.
    """
    request = _request(request_id, version)
    if request.state != RequestState.IN_PROGRESS or request.person is None:
        raise WrongStep
    intake = Intake()
    text = intake.text(
        "answer", answer, required=request.kind in (RightKind.RECTIFY, RightKind.COMPLAIN), most=4000, lines=True
    )
    intake.done()
    request.answer = text or None
    requester = requester_of(request)
    person: Person = Person.objects.select_for_update(of=("self",)).get(pk=request.person_id)
    if request.kind == RightKind.ERASE:
        request.result = [outcome.as_dict() for outcome in erase_everything(ctx, person)]
        announce(ctx, PersonErased(str(person.pk)))
    elif request.kind == RightKind.RESTRICT:
        person.restricted_at = ctx.now
        person.version += 1
        person.save(update_fields=["restricted_at", "version"])
        announce(ctx, PersonRestricted(str(person.pk), True))
    _step(ctx, request, RequestState.FULFILLED, Text("ดำเนินการตามคำขอแล้ว", "The request was fulfilled"))
    request.person = person
    tell_requester(ctx, request, requester)
    return request


@verb(RIGHTS_DECIDE)
def refuse_request(ctx: Context, *, request_id: UUID, version: int, ground: str, answer: str) -> RightsRequest:
    """Refuse on a ground that the law names for this kind, with an answer to the requester; the appeal goes with it.

    Raises ``Invalid`` (no such ground for this kind, or no answer), ``WrongStep`` or ``Conflict``.
    """
    request = _request(request_id, version)
    intake = Intake()
    intake.choice("ground", ground, grounds_for(request.kind))
    request.answer = intake.text("answer", answer, required=True, most=4000, lines=True)
    intake.done()
    request.refusal_ground = ground
    text = grounds_for(request.kind)[ground]
    _step(ctx, request, RequestState.REFUSED, Text(f"ปฏิเสธ: {text.th}", f"Refused: {text.en}"))
    tell_requester(ctx, request, requester_of(request))
    return request


@verb(RIGHTS_DECIDE)
def extend_request(ctx: Context, *, request_id: UUID, version: int, days: int, reason_code: str) -> RightsRequest:
    """Give a difficult request up to 30 more days, once. ``reason_code`` is COMPLEX or MANY. Raises ``Invalid``."""
    request = _request(request_id, version)
    reasons = {
        "COMPLEX": Text("ข้อมูลซับซ้อนหรืออยู่หลายระบบ", "the data is complex or spread over systems"),
        "MANY": Text("มีคำขอจำนวนมาก", "there are many requests"),
    }
    intake = Intake()
    intake.choice("reason_code", reason_code, reasons)
    more = intake.whole("days", days, least=1, most=LONGEST_EXTENSION, required=True)
    if request.extended_days:
        intake.wrong("days", "ขยายเวลาไปแล้วหนึ่งครั้ง", "It was extended once already")
    intake.done()
    if not may_step(request.state, RequestState.REFUSED):
        raise WrongStep
    request.extended_days = more or 0
    request.due_on += timedelta(days=request.extended_days)
    why = reasons[reason_code]
    note = Text(f"ขยายเวลา {more} วัน เพราะ{why.th}", f"Extended by {more} days: {why.en}")
    _save_step(ctx, request, request.state, note)
    record(
        ctx, "people.rights.extended", request, detail={"number": request.number, "days": more, "reason": reason_code}
    )
    return request


@verb(OWN_DATA)
def withdraw_request(ctx: Context, *, request_id: UUID) -> RightsRequest:
    """Take back an own request that is not finished. Raises ``NotFound`` or ``WrongStep``."""
    person = own_person(ctx)
    request = _request(request_id, None)
    if request.person_id not in all_ids(person):
        raise NotFound
    _step(ctx, request, RequestState.WITHDRAWN, Text("ผู้ขอถอนคำขอ", "The requester withdrew it"))
    return request


def next_number(model: Any, prefix: str, ctx: Context) -> str:
    """The next number of a series: prefix, Thai calendar year, four digits. Serialised, so that none is given twice."""
    start = f"{prefix}{be_year(in_bangkok(ctx.now).date())}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"{model._meta.label}:{ctx.tenant.id}"])
    last = model.objects.filter(number__startswith=start).order_by("-number").values_list("number", flat=True).first()
    return f"{start}{int(last.removeprefix(start)) + 1 if last else 1:04d}"


def _receive(
    ctx: Context,
    kind: str,
    channel: str,
    person: Person | None,
    detail: str,
    purpose: str,
    name: str,
    contact: str,
) -> RightsRequest:
    intake = Intake()
    intake.choice("kind", kind, RightKind.values)
    intake.choice("channel", channel, RequestChannel.values)
    needs_detail = kind in (RightKind.RECTIFY, RightKind.COMPLAIN)
    detail = intake.text("detail", detail, required=needs_detail, most=4000, lines=True)
    name = intake.text("requester_name", name, required=channel != RequestChannel.WEB)
    contact = intake.text("requester_contact", contact, required=channel != RequestChannel.WEB)
    if kind == RightKind.OBJECT and not purpose:
        intake.wrong("purpose", "เลือกวัตถุประสงค์ที่ต้องการคัดค้าน", "Choose the purpose you object to")
    intake.done()
    received_on = in_bangkok(ctx.now).date()
    is_access = kind == RightKind.ACCESS
    key = "pdpa.access_request_days" if is_access else "pdpa.other_request_days"
    figure = legal_figure(ctx, figure=key, on=received_on)
    due = (access_request_due if is_access else rights_request_due)(received_on, [figure])
    request = RightsRequest(
        number=next_number(RightsRequest, "DSR-", ctx),
        kind=kind,
        channel=channel,
        person=person,
        purpose=purpose_by_code(purpose) if purpose else None,
        requester_name=name or None,
        requester_contact=contact or None,
        detail=detail or None,
        received_at=ctx.now,
        due_on=due,
        figure_id=figure.id,
        version=0,
    )
    request.state = RequestState.RECEIVED
    _save_step(ctx, request, "", Text("รับคำขอ", "Received"))
    facts = {"number": request.number, "kind": kind, "channel": channel, "due": due.isoformat(), "rule": figure.id}
    record(ctx, "people.rights.received", request, detail=facts)
    announce(ctx, RightsRequestReceived(str(request.pk), kind, due.isoformat()))
    return request


def _person(person_id: UUID) -> Person:
    person: Person | None = Person.objects.select_related("merged_into").filter(pk=person_id, erased_at=None).first()
    if person is None:
        raise PersonNotFound
    return person.merged_into or person


def _request(request_id: UUID, version: int | None) -> RightsRequest:
    rows = RightsRequest.objects.select_for_update(of=("self",)).select_related("person", "purpose")
    found: RightsRequest | None = rows.filter(pk=request_id).first()
    if found is None:
        raise NotFound(Text("ไม่พบคำขอนี้", "There is no such request"))
    if version is not None and found.version != version:
        raise Conflict
    return found


def _step(ctx: Context, request: RightsRequest, after: str, note: Text) -> None:
    before = request.state
    if not may_step(before, after):
        raise WrongStep
    today = in_bangkok(ctx.now).date()
    if after == RequestState.VERIFYING:
        request.paused_on = today
    elif before == RequestState.VERIFYING and request.paused_on is not None:
        request.due_on, days = due_after_pause(request.due_on, request.paused_on, today)
        request.paused_days += days
        request.paused_on = None
    request.state = after
    closed = after in (RequestState.FULFILLED, RequestState.REFUSED, RequestState.WITHDRAWN)
    if closed:
        request.closed_at = ctx.now
    _save_step(ctx, request, before, note)
    detail = {"number": request.number, "before": before, "after": after, "due": request.due_on.isoformat()}
    if request.refusal_ground:
        detail["ground"] = request.refusal_ground
    record(ctx, f"people.rights.{after.lower()}", request, detail=detail)
    if closed:
        announce(ctx, RightsRequestClosed(str(request.pk), after))


def _save_step(ctx: Context, request: RightsRequest, before: str, note: Text) -> None:
    request.version += 1
    request.save()
    RightsStep.objects.create(
        request=request, at=ctx.now, before=before, after=request.state, by_label=ctx.actor.trail_label,
        note_th=note.th, note_en=note.en,
    )  # fmt: skip
