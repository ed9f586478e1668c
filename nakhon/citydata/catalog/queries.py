"""The questions of the catalogue: which datasets there are, what one holds, how it is taken away and how often."""

from __future__ import annotations

from collections import Counter
from datetime import date
from uuid import UUID

from nakhon.citydata.catalog.counting import count_use
from nakhon.citydata.catalog.errors import DatasetFileMissing, DatasetNotFound
from nakhon.citydata.catalog.gathering import gathered
from nakhon.citydata.catalog.models import DatasetUse
from nakhon.citydata.catalog.permissions import DATASET_READ, USAGE_READ
from nakhon.citydata.catalog.previews import preview_of
from nakhon.citydata.catalog.types import DatasetPage, DatasetRow, Preview, UsageDay
from nakhon.kernel.context import Context
from nakhon.kernel.files.queries import open_file
from nakhon.kernel.files.types import OpenedFile
from nakhon.kernel.verbs import query
from nakhon.knowledge.words import matches

MOST = 1000


@query(DATASET_READ)
def datasets(
    ctx: Context,
    *,
    text: str = "",
    origin: str = "",
    format: str = "",
    keyword: str = "",
    license_id: str = "",
    publishable: bool | None = None,
    offset: int = 0,
    limit: int = 50,
) -> DatasetPage:
    """Datasets that the actor may see, by Thai title, and how many have which origin, format and keyword. Five queries.

    ``text`` finds Thai words inside sentences, in both languages; what is left out does not limit.
    """
    found = [row for row in gathered(ctx) if not text.strip() or matches(text, _searched(row))]
    if origin:
        found = [row for row in found if row.origin == origin]
    if format:
        found = [row for row in found if format.lower() in (one.lower() for one in row.formats)]
    if keyword:
        found = [row for row in found if keyword in row.keywords]
    if license_id:
        found = [row for row in found if row.license_id == license_id]
    if publishable is not None:
        found = [row for row in found if row.publishable is publishable]
    facets: dict[str, dict[str, int]] = {
        "origin": dict(Counter(row.origin for row in found)),
        "format": dict(Counter(one for row in found for one in row.formats).most_common()),
        "keyword": dict(Counter(word for row in found for word in row.keywords).most_common(30)),
    }
    start = max(0, offset)
    return DatasetPage(tuple(found[start : start + max(0, min(limit, MOST))]), len(found), facets)


@query(DATASET_READ)
def dataset(ctx: Context, *, key: str) -> DatasetRow:
    """One dataset, counted as seen. Raises ``DatasetNotFound``, also for one that the actor may not see."""
    row = _found(ctx, key)
    count_use(ctx, key, "view")
    return row


@query(DATASET_READ)
def dataset_preview(ctx: Context, *, key: str) -> Preview:
    """The first ten rows of a dataset, its columns and where it lies; counted. Raises ``DatasetNotFound``."""
    found = preview_of(ctx, _found(ctx, key))
    count_use(ctx, key, "preview")
    return found


@query(DATASET_READ)
def open_dataset_file(ctx: Context, *, key: str, file_id: UUID) -> OpenedFile:
    """The bytes of a file of a dataset, counted as taken away. Raises ``DatasetNotFound``, ``DatasetFileMissing``."""
    row = _found(ctx, key)
    if all(one.file_id != file_id for one in row.distributions):
        raise DatasetFileMissing
    opened = open_file(ctx, file_id=file_id)
    count_use(ctx, key, "download")
    return opened


@query(DATASET_READ)
def note_dataset_download(ctx: Context, *, key: str) -> None:
    """Count that a dataset was taken away by another door (an export, a link of others). Raises ``DatasetNotFound``."""
    _found(ctx, key)
    count_use(ctx, key, "download")


@query(USAGE_READ)
def dataset_usage(ctx: Context, *, key: str, since: date, until: date) -> list[UsageDay]:
    """How often a dataset was used on each day from ``since`` to ``until``, both included; days without use are left out."""
    _found(ctx, key)
    rows = DatasetUse.objects.filter(dataset=key, day__gte=since, day__lte=until).order_by("day")
    return [UsageDay(row.day, row.view, row.preview, row.download) for row in rows]


def _found(ctx: Context, key: str) -> DatasetRow:
    row = next((row for row in gathered(ctx) if row.key == key), None)
    if row is None:
        raise DatasetNotFound
    return row


def _searched(row: DatasetRow) -> str:
    about = (row.about.th, row.about.en) if row.about else ()
    return " \n ".join((row.title.th, row.title.en, *about, *row.keywords, row.theme, row.source_key))
