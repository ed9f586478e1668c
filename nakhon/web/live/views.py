"""The page's way to a ticket for its live stream: an ordinary request, with the ordinary sign-in and permissions."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.http import require_GET

from nakhon.web.console import ctx_of
from nakhon.web.live.tickets import LIFE, ticket_for


@require_GET
def ticket(request: HttpRequest) -> JsonResponse:
    """A ticket for what the reader may see now. The public gets one too: for what is public."""
    response = JsonResponse({"ticket": ticket_for(ctx_of(request)), "seconds": LIFE})
    response["Cache-Control"] = "no-store"
    return response


public_urls = [path("live/ticket", ticket, name="live_ticket")]
