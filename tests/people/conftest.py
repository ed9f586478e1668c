"""Fixtures of the people room: a city that has declared its purposes, and a person in its register."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from nakhon.kernel.context import Context
from nakhon.kernel.models import AuditEntry
from nakhon.kernel.tenancy import act_in
from nakhon.people import services
from nakhon.people.models import Organisation, User
from nakhon.people.types import Registered
from tests import make

SOMCHAI = {
    "prefix": "นาย",
    "first_name": "สมชาย",
    "last_name": "ใจดี",
    "id_type": "NATIONAL_ID",
    "national_id": "1-2345-67890-12-1",
    "birth_date": "15 ม.ค. 2500",
    "phone": "081-234-5678",
    "email": "somchai@Example.com",
    "house_no": "99/1",
    "moo": "5",
    "subdistrict_code": "840401",
    "note": "ติดต่อหลัง 16.30 น.",
}


def trail_of(ctx: Context, **where: Any) -> list[AuditEntry]:
    """The trail as it stands, by what is asked for, oldest first."""
    with act_in(ctx):
        return list(AuditEntry.objects.filter(**where).order_by("seq"))


@pytest.fixture
def city(samui: Organisation) -> Organisation:
    """Koh Samui with the purposes of a typical municipality."""
    services.adopt_typical_purposes(make.ctx(samui, "dpo"))
    return samui


@pytest.fixture
def registrar(city: Organisation) -> Context:
    return make.ctx(city, "registrar")


@pytest.fixture
def dpo(city: Organisation) -> Context:
    return make.ctx(city, "dpo")


@pytest.fixture
def somchai(registrar: Context) -> Registered:
    return services.register_person(registrar, fields=SOMCHAI)


@pytest.fixture
def citizen(city: Organisation, registrar: Context, somchai: Registered) -> Context:
    """Somchai himself, signed in with an account that an officer linked to his record."""
    user = User.objects.create_user(email="somchai@example.com", display_name="สมชาย")
    services.link_account(registrar, person_id=somchai.id, user_id=user.pk)
    return make.ctx(city, "citizen", actor_id=str(user.pk))


@pytest.fixture
def register(registrar: Context) -> Callable[..., UUID]:
    """Registers somebody with the fields given and returns the id."""

    def make_person(**fields: str) -> UUID:
        return services.register_person(registrar, fields={"first_name": "ทดสอบ", **fields}).id

    return make_person
