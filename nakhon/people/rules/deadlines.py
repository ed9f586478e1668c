"""When the desk is reminded: of requests from a week before they are due, of breaches from a day before, until they are done."""

from __future__ import annotations

from datetime import date, datetime, timedelta

REQUEST_NEAR = timedelta(days=7)
BREACH_NEAR = timedelta(hours=24)


def request_is_near(due_on: date, today: date) -> bool:
    """Due within 7 days, today, or late."""
    return due_on - today <= REQUEST_NEAR


def breach_is_near(risk: str, deadline: datetime, now: datetime) -> bool:
    """To be notified within 24 hours, or late. Without risk to persons there is no duty to notify (PDPA s.37 (4))."""
    return risk != "NONE" and deadline - now <= BREACH_NEAR
