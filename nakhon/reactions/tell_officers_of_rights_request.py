"""When a rights request arrives, the data protection officers of the city are told by e-mail."""

from __future__ import annotations

from uuid import UUID

from nakhon.kernel.context import Context
from nakhon.kernel.outbox import on
from nakhon.people.events import RightsRequestReceived
from nakhon.people.services import tell_officers_of_request


@on(RightsRequestReceived, "people.tell-officers-of-rights-request")
def tell(ctx: Context, fact: RightsRequestReceived) -> None:
    tell_officers_of_request(ctx, request_id=UUID(fact.request_id))
