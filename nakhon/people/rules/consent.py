"""Who may consent for whom, and whether a use may go on. Ages are figures of law, chosen by the day of the consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nakhon.knowledge.ages import age
from nakhon.knowledge.dates import DatePrecision
from nakhon.knowledge.duties import LawfulBasis
from nakhon.knowledge.duties import may_process as basis_allows

PARENT_BELOW = "pdpa.minor.parent_consent_below_age"
MAJORITY = "pdpa.minor.majority_age"


class Who(StrEnum):
    """Who can give consent: the person alone, a holder of parental power for a young child, or both for an older minor."""

    SELF = "SELF"
    PARENT = "PARENT"
    SELF_WITH_PARENT = "SELF_WITH_PARENT"


def who_consents(
    birth: date | None,
    precision: DatePrecision,
    on: date,
    *,
    parent_below: int,
    majority: int,
    minor_may_consent: bool,
) -> Who:
    """Below ``parent_below`` years a parent; below ``majority`` the minor with a parent, unless ``minor_may_consent`` says
    that this is an act which a minor may do alone. Where the birth is known only roughly, the younger age counts; where it
    is unknown, the person is taken to be of age. Source: PDPA B.E. 2562 s.20; Civil and Commercial Code s.19, s.22-24.
    """
    if birth is None or birth > on:
        return Who.SELF
    years = age(birth, on, precision).at_least
    if years < parent_below:
        return Who.PARENT
    if years < majority and not minor_may_consent:
        return Who.SELF_WITH_PARENT
    return Who.SELF


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known about a person and one purpose when asking whether a use may go on."""

    basis: LawfulBasis
    purpose_ended: bool
    consent_stands: bool
    objected: bool
    restricted: bool
    erased: bool


_DESPITE_RESTRICTION = frozenset({LawfulBasis.LEGAL_OBLIGATION, LawfulBasis.VITAL_INTEREST})
_OPEN_TO_OBJECTION = frozenset({LawfulBasis.PUBLIC_TASK, LawfulBasis.LEGITIMATE_INTEREST, LawfulBasis.ARCHIVE_RESEARCH})


def may_go_on(standing: Standing) -> bool:
    """Whether the data may be used for the purpose.

    Never for a purpose that ended or a person erased; while restricted (s.34) only for a legal duty or a vital interest;
    after an objection that was granted (s.32) not for the bases that are open to it; otherwise as the basis says, which
    asks for consent only where consent is the basis (s.19, s.24).
    """
    if standing.purpose_ended or standing.erased:
        return False
    if standing.restricted and standing.basis not in _DESPITE_RESTRICTION:
        return False
    if standing.objected and standing.basis in _OPEN_TO_OBJECTION:
        return False
    return basis_allows(standing.basis, consent_stands=standing.consent_stands)
