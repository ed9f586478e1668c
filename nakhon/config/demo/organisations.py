"""Enters the demonstration's organisations in the directory; those that are there already are left as they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from nakhon.knowledge.text import Text
from nakhon.people.access import organisation_by_slug
from nakhon.people.services.organisations import found_organisation

FOLDER = Path(__file__).resolve().parents[3] / "demo"


def organisations() -> list[dict[str, Any]]:
    """The rows of ``demo/organisations.yaml``, parents before children."""
    with (FOLDER / "organisations.yaml").open(encoding="utf-8") as file:
        rows: list[dict[str, Any]] = yaml.safe_load(file)["organisations"]
    return rows


def load(now: datetime, say: Callable[[str], None]) -> None:
    """Enter what is missing."""
    for row in organisations():
        if organisation_by_slug(row["slug"]) is not None:
            continue
        fields = {
            "province_code": row.get("province"),
            "district_code": row.get("district"),
            "lat": row.get("lat"),
            "lon": row.get("lon"),
            "hue": row.get("hue"),
        }
        found_organisation(
            slug=row["slug"],
            kind=row["kind"],
            name=Text(**row["name"]),
            parent_slug=row.get("parent", ""),
            now=now,
            is_demonstration=True,
            **{name: value for name, value in fields.items() if value is not None},
        )
        say(row["name"]["th"])
