"""What the tests of the people's pages share: signed-in browsers for each role, and a person in the register."""

from __future__ import annotations

from uuid import UUID

from django.test import Client
from django.utils import timezone

from nakhon.kernel.models import AuditEntry
from nakhon.kernel.tenancy import act_in, new_id
from nakhon.people import services
from nakhon.people.models import Organisation, User
from tests import make
from tests.people.conftest import SOMCHAI
from tests.web.signing import browser, code_to, enrol_app, member, sign_in


def staff(city: Organisation, *roles: str, language: str = "en") -> Client:
    """A browser signed in with both factors as somebody with ``roles``."""
    user = member(city, *roles)
    client = browser(language)
    sign_in(client, city, user, enrol_app(user))
    return client


def citizen(city: Organisation, language: str = "en") -> tuple[Client, User]:
    """A browser signed in through the citizens' door by a one-time code; each call another person, for limits outlive a test."""
    client = browser(language)
    slug, email = city.tenant.slug, f"{new_id().hex}@example.com"
    client.post(f"/{slug}/signin/", {"contact": email})
    client.post(f"/{slug}/signin/code/", {"code": code_to(city, email)})
    client.post(f"/{slug}/signin/finish/", {"name": "สมชาย ใจดี", "language": language, "notice": "on"})
    return client, User.objects.get(email=email)


def somchai(city: Organisation) -> UUID:
    """Somchai in the register of ``city``, which has declared the typical purposes."""
    services.adopt_typical_purposes(make.ctx(city, "dpo"))
    now = timezone.now()
    return services.register_person(make.ctx(city, "registrar", now=now), fields=SOMCHAI).id


def actions(city: Organisation, prefix: str = "people.") -> list[str]:
    with act_in(make.ctx(city, "admin")):
        rows = AuditEntry.objects.filter(action__startswith=prefix).order_by("seq")
        return list(rows.values_list("action", flat=True))
