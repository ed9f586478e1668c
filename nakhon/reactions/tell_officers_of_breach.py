"""When a personal data breach is reported, the data protection officers of the city are told by e-mail at once."""

from __future__ import annotations

from uuid import UUID

from nakhon.kernel.context import Context
from nakhon.kernel.outbox import on
from nakhon.people.events import BreachReported
from nakhon.people.services import tell_officers_of_breach


@on(BreachReported, "people.tell-officers-of-breach")
def tell(ctx: Context, fact: BreachReported) -> None:
    tell_officers_of_breach(ctx, breach_id=UUID(fact.breach_id))
