"""Questions about purposes and consent: what is declared, how a person stands, may this data be used."""

from __future__ import annotations

from uuid import UUID

from nakhon.kernel.context import ActorKind, Context
from nakhon.kernel.errors import Forbidden
from nakhon.kernel.verbs import query
from nakhon.knowledge.text import Text
from nakhon.people.city.queries import legal_figure
from nakhon.people.errors import PersonNotFound
from nakhon.people.models import ConsentChannel, ConsentRecord, Person, ProcessingPurpose, PurposeNotice
from nakhon.people.models.purposes import CHANNEL_ENGLISH, SensitiveBasis
from nakhon.people.permissions import CONSENT_CHECK, CONSENT_READ, OWN_DATA, PURPOSE_READ
from nakhon.people.rules.consent import may_go_on
from nakhon.people.standing import all_ids, latest_consents, own_person, purpose_by_code, standing
from nakhon.people.types import ConsentEntry, ConsentState, PurposeCard


@query(PURPOSE_READ)
def purposes(ctx: Context, *, with_ended: bool = False) -> list[PurposeCard]:
    """The declared purposes with their latest notices, by code. Two queries."""
    rows = ProcessingPurpose.objects.order_by("code")
    if not with_ended:
        rows = rows.filter(ended_at=None)
    found = list(rows)
    notices = {
        (notice.purpose_id, notice.number): notice.text for notice in PurposeNotice.objects.filter(purpose__in=found)
    }
    return [
        PurposeCard(
            code=row.code,
            name=row.name,
            basis=row.basis,
            basis_text=row.basis_text,
            sensitive_basis=row.sensitive_basis,
            legal_reference=row.legal_reference,
            categories=tuple(row.categories),
            recipients=row.recipients,
            retention_months=row.retention_months,
            retention_action=row.retention_action,
            notice=notices[(row.pk, row.notice_number)],
            notice_number=row.notice_number,
            asks_consent=_asks(row),
            minor_may_consent=row.minor_may_consent,
            ended_at=row.ended_at,
        )
        for row in found
    ]


@query(PURPOSE_READ)
def figure_in_force(ctx: Context, *, key: str) -> int:
    """A figure of law as it stands today, for a page to say. Raises ``NoRuleInForce``."""
    return int(legal_figure(ctx, figure=key).value)


@query(CONSENT_CHECK)
def may_process(ctx: Context, *, person_id: UUID, purpose: str) -> bool:
    """Whether a person's data may be used for a purpose now: the one question to ask before any use.

    A citizen may ask about the own data only (``Forbidden`` otherwise). Raises ``PersonNotFound`` or ``PurposeUnknown``.
    """
    person = Person.objects.select_related("merged_into").filter(pk=person_id).first()
    if person is None:
        raise PersonNotFound
    person = person.merged_into or person
    if ctx.actor.kind is ActorKind.CITIZEN and str(person.account_id) != ctx.actor.id:
        raise Forbidden
    return may_go_on(standing(person, purpose_by_code(purpose)))


@query(OWN_DATA)
def own_consents(ctx: Context) -> list[ConsentState]:
    """How the reader stands to every purpose for which the own data is used, and to those that ask for consent."""
    person = own_person(ctx)
    used = set(person.uses.values_list("purpose__code", flat=True))
    return [state for state in _states(ctx, person) if state.asks_consent or state.purpose in used]


@query(CONSENT_READ)
def consents_of(ctx: Context, *, person_id: UUID) -> tuple[list[ConsentState], list[ConsentEntry]]:
    """How a person stands to each purpose, and the history of what was given and withdrawn, newest first."""
    person = Person.objects.filter(pk=person_id, merged_into=None).first()
    if person is None:
        raise PersonNotFound
    rows = ConsentRecord.objects.filter(person_id__in=all_ids(person)).select_related(
        "purpose", "notice", "by_guardian"
    )
    history = [
        ConsentEntry(
            at=row.at,
            purpose=row.purpose.name,
            granted=row.granted,
            notice_number=row.notice.number,
            notice_sha256=row.notice.sha256,
            channel=Text(ConsentChannel(row.channel).label, CHANNEL_ENGLISH[row.channel]),
            guardian=row.by_guardian.full_name if row.by_guardian else "",
        )
        for row in rows.order_by("-at", "-pk")
    ]
    return _states(ctx, person), history


def _asks(row: ProcessingPurpose) -> bool:
    return row.basis == "CONSENT" or row.sensitive_basis == SensitiveBasis.EXPLICIT_CONSENT


def _states(ctx: Context, person: Person) -> list[ConsentState]:
    last = latest_consents(all_ids(person))
    rows = {row.code: row.pk for row in ProcessingPurpose.objects.filter(ended_at=None)}
    found = []
    for card in purposes(ctx):
        word = last.get(rows[card.code])
        found.append(
            ConsentState(
                purpose=card.code,
                text=card.name,
                basis=card.basis,
                basis_text=card.basis_text,
                notice=card.notice,
                notice_number=card.notice_number,
                asks_consent=card.asks_consent,
                granted=word.granted if word else None,
                at=word.at if word else None,
                retention_months=card.retention_months,
                recipients=card.recipients,
            )
        )
    return found
