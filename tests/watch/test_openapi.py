"""The APIs' OpenAPI documents are committed, so that a change that breaks a client shows as a diff.

After a wanted change: ``NAKHON_WRITE_SNAPSHOTS=1 pytest tests/watch/test_openapi.py``.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from django.test import Client

from nakhon.config.api import city_api, country_api
from nakhon.people.models import Organisation

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi"
APIS = {"country": country_api, "city": city_api}


@pytest.mark.parametrize("name", APIS)
def test_the_committed_document_is_the_true_one(samui: Organisation, client: Client, name: str) -> None:
    address = "/api/v1/openapi.json" if name == "country" else "/samui/api/v1/openapi.json"
    answer = client.get(address)
    assert answer.status_code == 200
    text = json.dumps(answer.json(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    path = FOLDER / f"{name}.json"
    if os.environ.get("NAKHON_WRITE_SNAPSHOTS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def test_the_document_is_valid_openapi() -> None:
    from openapi_spec_validator import validate

    for path in FOLDER.glob("*.json"):
        validate(json.loads(path.read_text(encoding="utf-8")))
