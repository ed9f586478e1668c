"""The definitions, files and messages that the how-to pages show work as they are written there."""

from __future__ import annotations

import io
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from nakhon.citydata.registers.importing.queries import bad_rows, import_run
from nakhon.citydata.registers.importing.services import begin_import, confirm_import, map_import
from nakhon.citydata.registers.queries import find_records
from nakhon.citydata.sensors.services import add_device, add_thing, make_device_key
from nakhon.kernel.definitions.checking import check
from nakhon.kernel.definitions.reader import Source
from nakhon.knowledge.text import Text
from nakhon.people.models import Organisation
from tests import make
from tests.solutions.stage import City

HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to"
PAGES = ("make-a-register", "connect-a-device", "write-a-watch", "pull-a-feed")


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a language on a page."""
    text = (HOW_TO / f"{page}.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def definition(page: str) -> str:
    return next(block for block in blocks(page, "yaml") if "kind:" in block)


@pytest.mark.parametrize("page", PAGES)
def test_definitions_that_are_shown_are_well_formed(page: str) -> None:
    found = check([Source(f"{page}.yaml", definition(page).encode())])
    assert found.faults == [] and len(found.documents) == 1


def test_the_watch_that_is_shown_watches_the_sensor_that_is_shown(samui: Organisation) -> None:
    city = City(samui)
    city.define(definition("connect-a-device"))
    assert city.define(definition("write-a-watch")).count("created") == 1


def test_the_file_that_is_shown_goes_in_as_the_page_tells(samui: Organisation) -> None:
    city, officer = City(samui), make.ctx(samui, "officer")
    city.define(definition("make-a-register"))
    (sample,) = [block for block in blocks("import-a-file", "") if block.startswith("รหัส")]
    run = begin_import(officer, register="bench", stream=io.BytesIO(sample.encode()), name="benches.csv")
    map_import(officer, run_id=run.id, columns=run.mapping["columns"], geometry=run.mapping["geometry"], srid=run.srid)
    confirm_import(officer, run_id=run.id)
    city.work()
    done = import_run(officer, run_id=run.id)
    assert (done.state, done.rows_good, done.rows_bad) == ("DONE", 2, 1)
    (bad,) = bad_rows(officer, run_id=run.id)
    assert bad.row == 4 and "จำนวนที่นั่ง" in str(bad.reasons)
    found = find_records(make.ctx(samui), register="bench").rows
    assert next(row.data for row in found) == {"code": "BN-001", "seats": 3, "state": "good"}


def sent(block: str) -> list[str]:
    """The words of the curl in a block, as a shell parts them."""
    return shlex.split(block.partition("curl ")[2].replace("\\\n", " "))


@pytest.mark.django_db(transaction=True)
def test_the_requests_that_are_shown_are_taken(client: Any, yala: Organisation) -> None:
    City(yala).define(definition("connect-a-device"))
    admin = make.ctx(yala, "admin")
    thing = add_thing(admin, kind="school-air", key="one", name=Text("หนึ่ง", "One"), lon=101.28, lat=6.55)
    add_device(admin, thing=thing.number, slug="air-01")
    head = {"Authorization": f"Bearer {make_device_key(admin, device='air-01').key}"}
    stored = []
    for block in [one for one in blocks("connect-a-device", "sh") if "curl" in one]:
        words = sent(block)
        address = words[-1].replace("$NAKHON", "")
        if "-d" in words:
            body: str | None = words[words.index("-d") + 1]
            json.loads(str(body))
        else:
            body = block.split("'")[1].encode().decode("unicode_escape") if "--data-binary" in words else None
        kind = "text/csv" if address.endswith("csv") else "application/json"
        if body is None:
            assert client.get(address, headers=head).json()["device"] == "air-01"
        else:
            stored.append(client.post(address, body, content_type=kind, headers=head).json())
    assert [(one["stored"], one["refused"]) for one in stored] == [(2, 0), (2, 0), (2, 0)]
    refused = client.get("/yala/api/v1/device", headers={"Authorization": "Bearer wrong"})
    assert refused.status_code == 401
