"""Makes dataset definitions true. One that is taken out rests with its files and comes back with them."""

from __future__ import annotations

from nakhon.citydata.catalog.models import Dataset, DatasetFile
from nakhon.citydata.catalog.shapes import DatasetDefinition
from nakhon.kernel.context import Context
from nakhon.knowledge.text import Text


def apply_dataset(ctx: Context, body: DatasetDefinition) -> None:
    Dataset.objects.update_or_create(
        tenant_id=ctx.tenant.id, key=body.id,
        defaults={
            "name_th": body.name.th, "name_en": body.name.en, "body": body.model_dump(mode="json"), "active": True,
            "changed_at": ctx.now,
        },
    )  # fmt: skip


def remove_dataset(ctx: Context, key: str) -> None:
    Dataset.objects.filter(key=key).update(active=False, changed_at=ctx.now)


def dataset_holds(ctx: Context, key: str) -> Text | None:
    """Files that people have added."""
    files = DatasetFile.objects.filter(dataset__key=key).count()
    return Text(f"มีไฟล์ {files} ไฟล์ในชุดข้อมูล {key}", f"{files} file(s) belong to the dataset {key}") if files else None
