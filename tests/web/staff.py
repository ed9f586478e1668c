"""Somebody on the staff at the console, signed in with both factors, and those who must not get in."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape

import pytest
from django.http import HttpResponse
from django.test import Client

from nakhon.people.models import Organisation, User
from tests.web.signing import browser, enrol_app, member, sign_in


def at_the_console(city: Organisation, *roles: str, language: str = "en") -> tuple[Client, User]:
    """A browser in which a new member of the staff with ``roles`` is signed in."""
    user = member(city, *roles)
    client = browser(language)
    sign_in(client, city, user, enrol_app(user))
    return client, user


def text_of(answer: HttpResponse) -> str:
    """The page as it reads, with its entities resolved."""
    return unescape(answer.content.decode())


def nobody_else_gets_in(
    samui: Organisation, yala: Organisation, path: str, *, method: str = "get", without: str = "officer"
) -> None:
    """The public is sent to sign in (or refused), a neighbour's administrator and a role ``without`` the permission are refused."""
    public = browser()
    answer = getattr(public, method)(path)
    if method == "get":
        assert answer.status_code == 302 and "/staff/signin/" in answer["Location"], path
    else:
        assert answer.status_code == 401, path
    neighbour, _ = at_the_console(yala, "admin")
    assert getattr(neighbour, method)(path).status_code == 403, path
    if without:
        client, _ = at_the_console(samui, without)
        assert getattr(client, method)(path).status_code == 403, path


@pytest.fixture
def console(samui: Organisation) -> Iterator[Client]:
    """The browser of an administrator of Samui."""
    client, _ = at_the_console(samui, "admin")
    yield client
