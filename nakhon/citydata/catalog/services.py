"""The verbs of the catalogue: add and remove the files of a dataset."""

from __future__ import annotations

from uuid import UUID

from nakhon.citydata.catalog.errors import DatasetFileMissing, DatasetNotFound
from nakhon.citydata.catalog.events import DatasetFileAdded, DatasetFileRemoved
from nakhon.citydata.catalog.files import ACCEPTED, OWNER, SENSITIVITY
from nakhon.citydata.catalog.gathering import body_of, may_see_dataset
from nakhon.citydata.catalog.models import Dataset, DatasetFile
from nakhon.citydata.catalog.permissions import DATASET_EDIT
from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Invalid
from nakhon.kernel.files.services import attach_file, remove_file, store_file
from nakhon.kernel.files.types import Upload
from nakhon.kernel.outbox import announce
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text


@verb(DATASET_EDIT)
def add_dataset_file(
    ctx: Context, *, dataset: str, stream: Upload, name: str, title_th: str, title_en: str = "", claimed_type: str = ""
) -> DatasetFile:
    """Add a file to a defined dataset (its own key); English is the Thai title where none is given.

    Raises ``DatasetNotFound``, ``Invalid`` (the title), and what storing a file raises.
    """
    found = _dataset(ctx, dataset)
    if not title_th.strip() or max(len(title_th), len(title_en)) > 300:
        raise Invalid(fields={"title_th": Text("เขียนชื่อไฟล์ 1-300 อักขระ", "Write a title of 1 to 300 characters")})
    sensitivity = SENSITIVITY[body_of(found).sensitivity]
    info = store_file(
        ctx, stream=stream, name=name, claimed_type=claimed_type, sensitivity=sensitivity, policy=ACCEPTED
    )
    attach_file(ctx, file_id=info.id, owner_type=OWNER, owner_id=str(found.pk), policy=ACCEPTED)
    file = DatasetFile(
        dataset=found, file_id=info.id, title_th=title_th.strip(), title_en=(title_en.strip() or title_th.strip()),
        name=info.name, media_type=info.media_type, size=info.size, added_at=ctx.now,
    )  # fmt: skip
    file.save(force_insert=True)
    found.changed_at = ctx.now
    found.save(update_fields=["changed_at"])
    record(
        ctx, "citydata.dataset.file_added", found, detail={"dataset": dataset, "file": str(info.id), "size": info.size}
    )
    announce(ctx, DatasetFileAdded(dataset, str(info.id)))
    return file


@verb(DATASET_EDIT)
def remove_dataset_file(ctx: Context, *, dataset: str, file_id: UUID) -> None:
    """Take a file out of a dataset. Raises ``DatasetNotFound``, ``DatasetFileMissing``, ``Forbidden`` (somebody else's file)."""
    found = _dataset(ctx, dataset)
    file = DatasetFile.objects.filter(dataset=found, file_id=file_id).first()
    if file is None:
        raise DatasetFileMissing
    remove_file(ctx, file_id=file_id)
    file.delete()
    found.changed_at = ctx.now
    found.save(update_fields=["changed_at"])
    record(ctx, "citydata.dataset.file_removed", found, detail={"dataset": dataset, "file": str(file_id)})
    announce(ctx, DatasetFileRemoved(dataset, str(file_id)))


def _dataset(ctx: Context, key: str) -> Dataset:
    found: Dataset | None = Dataset.objects.select_for_update().filter(key=key, active=True).first()
    if found is None or not may_see_dataset(ctx, body_of(found)):
        raise DatasetNotFound
    return found
