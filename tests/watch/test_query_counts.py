"""How many queries each page of the console and the portal needs: committed, so that a slow page shows as a diff.

After a wanted change: ``NAKHON_WRITE_SNAPSHOTS=1 pytest tests/watch/test_query_counts.py``.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from nakhon.people.models import Organisation
from tests.watch.addresses import every_address
from tests.watch.test_leaks import full_city
from tests.web import signing

COMMITTED = Path(__file__).with_name("query_counts.json")
MOST = 60


def _count(client: Client, path: str) -> int | None:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = client.get(path)
        if answer.streaming:
            b"".join(answer.streaming_content)
    return len(captured) if answer.status_code == 200 else None


@pytest.mark.slow
def test_pages_need_no_more_queries_than_is_written(db: None) -> None:
    city: Organisation = full_city()
    user = signing.member(city, "admin", "officer", "registrar", "dpo", "auditor", "supervisor", "executive")
    client = signing.browser("th")
    signing.sign_in(client, city, user, signing.enrol_app(user))
    counts: dict[str, int] = {}
    for address in every_address():
        names = [name for name, _ in address.parameters]
        if names not in ([], ["city"]) or address.route in ("healthz", "metrics") or "signout" in address.route:
            continue
        path = address.path({"city": "samui"})
        client.get(path)
        found = _count(client, path)
        if found is not None:
            counts[address.route] = found
    if os.environ.get("NAKHON_WRITE_SNAPSHOTS"):
        COMMITTED.write_text(json.dumps(counts, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    written: dict[str, int] = json.loads(COMMITTED.read_text(encoding="utf-8"))
    assert {route: n for route, n in counts.items() if n > MOST} == {}, "too many: is there a query in a loop?"
    assert counts == written


@pytest.mark.slow
def test_a_list_twice_as_long_needs_no_more_queries(db: None) -> None:
    """The lists that grow with a city's size are asked again with more rows in them."""
    from nakhon.people.services.persons import register_person
    from nakhon.people.services.units import create_unit
    from tests import make

    city = full_city()
    user = signing.member(city, "admin", "officer", "registrar", "dpo")
    client = signing.browser("th")
    signing.sign_in(client, city, user, signing.enrol_app(user))
    lists = ["/samui/staff/persons/", "/samui/staff/units/", "/samui/staff/members/"]
    for path in lists:
        assert client.get(path).status_code == 200, path
    before = {path: _count(client, path) for path in lists}
    ctx = make.ctx(city, "admin", "registrar", "officer")
    for number in range(8):
        create_unit(ctx, kind="SECTION", code=f"more-{number}", name_th=f"งาน {number}", name_en=f"Work {number}")
        register_person(
            ctx, fields={"first_name": "มานี", "last_name": f"ตัวอย่าง{'กขคงจฉชซ'[number]}", "id_type": "NONE"}
        )
        signing.member(city, "officer")
    assert {path: _count(client, path) for path in lists} == before
