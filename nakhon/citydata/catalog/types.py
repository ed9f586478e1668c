"""Public shapes of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from nakhon.knowledge.datacatalog import MandatoryItem
from nakhon.knowledge.text import Text

Origin = Literal["register", "sensor", "dataset"]
Use = Literal["view", "preview", "download"]
USES: tuple[Use, ...] = ("view", "preview", "download")


@dataclass(frozen=True, slots=True)
class Distribution:
    """A way to take a dataset away. ``url`` is a link of others; ``file_id`` a file of the catalogue; with neither, the format
    is made from the register or the station on request. ``size`` in bytes where it is known."""

    format: str
    name: Text
    url: str = ""
    file_id: UUID | None = None
    size: int | None = None
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """A dataset. ``key`` is ``register.<key>``, ``sensor.<key>`` or ``dataset.<key>``; ``source_key`` the last part.

    ``fields`` are the fourteen items in the names of the national CKAN extension; ``missing`` those that nobody told;
    ``is_open`` that everybody may see it; ``publishable`` that it may be harvested: open, public by category, and complete.
    ``count`` is of records, of things, or of files and links.
    """

    key: str
    origin: Origin
    source_key: str
    title: Text
    about: Text | None
    theme: str
    sensitivity: str
    is_open: bool
    publishable: bool
    missing: tuple[MandatoryItem, ...]
    fields: Mapping[str, Any]
    keywords: tuple[str, ...]
    formats: tuple[str, ...]
    license_id: str
    attribution: Text | None
    has_map: bool
    count: int
    changed_at: datetime
    distributions: tuple[Distribution, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class DatasetPage:
    """``total`` counts what was found; ``facets`` says, for each of origin, format and keyword, how many have which value."""

    rows: tuple[DatasetRow, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class PreviewColumn:
    name: str
    title: Text
    type: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a dataset. ``extent`` is (west, south, east, north) in degrees; ``note`` says why there is nothing."""

    columns: tuple[PreviewColumn, ...]
    rows: tuple[Mapping[str, Any], ...]
    total: int | None
    extent: tuple[float, float, float, float] | None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class UsageDay:
    day: date
    view: int
    preview: int
    download: int
