"""Changes the key that seals personal fields: a new key in front, every sealed cell sealed anew, the old keys dropped.

It may be stopped and started again at any point: cells that the newest key sealed are passed over, and old keys are
dropped only when a look at every table, with writers held off, finds none that still needs them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models, transaction

from nakhon.kernel.audit import record
from nakhon.kernel.errors import Unavailable
from nakhon.kernel.keys import add_field_key, keyring, retire_field_keys
from nakhon.kernel.models import Tenant
from nakhon.kernel.sealed import Sealed, SealedField, seal, sealed_fields
from nakhon.kernel.tasks import system_context
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.text import Text

BATCH = 500


class NotAllSealed(Unavailable):
    code = "keys.not_all_sealed"
    default_message = Text("ยังมีข้อมูลที่ใช้กุญแจเก่าอยู่ จึงยังไม่ทิ้งกุญแจเก่า", "Some data still needs the old key, so it was kept")
    default_remedy = Text("สั่ง nakhon keys rotate --resume อีกครั้ง", "Run again: nakhon keys rotate --resume")


@dataclass(frozen=True, slots=True)
class Rotation:
    """What was done: the id of the key that now seals, cells sealed anew, keys dropped."""

    key_id: str
    cells: int
    retired: int


Progress = Callable[[str, str, int], None]
"""Called with the tenant's slug, the table and the number of cells sealed anew so far."""


def sealed_models() -> list[type[models.Model]]:
    """Every table with sealed columns, by label."""
    return sorted((model for model in apps.get_models() if sealed_fields(model)), key=lambda model: model._meta.label)


def rotate_keys(progress: Progress | None = None, *, resume: bool = False) -> Rotation:
    """Seal every personal field with a new key and drop the old ones; ``resume`` goes on with the newest key instead.

    The platform may stay in use meanwhile: all processes read the ring anew when its file changes. The blind indexes have
    a key of their own and stay. Raises ``NotAllSealed`` when a cell appeared that the pass did not meet.
    """
    if not resume or len(keyring().field) < 2:
        add_field_key()
    newest = keyring().field[0][0]
    cells = 0
    for tenant in Tenant.objects.order_by("slug"):
        ctx = system_context(tenant, "keys")
        with act_in(ctx):
            before = cells
            for model in sealed_models():
                cells = _seal_anew(model, newest, cells, _teller(progress, tenant, model))
            if cells > before:
                record(ctx, "kernel.keys.rotated", newest, detail={"cells": cells - before})
    return Rotation(newest, cells, _retire(newest))


def _teller(progress: Progress | None, tenant: Tenant, model: type[models.Model]) -> Callable[[int], None]:
    def tell(cells: int) -> None:
        if progress is not None:
            progress(tenant.slug, model._meta.label, cells)

    return tell


def _old(column: SealedField, newest: str) -> tuple[str, list[bytes]]:
    name = connection.ops.quote_name(column.column or column.name)
    return f"{name} IS NOT NULL AND substring({name} FROM 1 FOR 4) <> %s", [bytes.fromhex(newest)]


def _where(model: type[models.Model], newest: str) -> tuple[str, list[bytes]]:
    parts = [_old(column, newest) for column in sealed_fields(model)]
    return " OR ".join(f"({sql})" for sql, _ in parts), [value for _, values in parts for value in values]


def _seal_anew(model: type[models.Model], newest: str, cells: int, tell: Callable[[int], None]) -> int:
    """One batch a transaction, rows locked, so that no edit is lost and a kill costs one batch at most."""
    columns = sealed_fields(model)
    table = connection.ops.quote_name(model._meta.db_table)
    where, values = _where(model, newest)
    names = ", ".join(connection.ops.quote_name(column.column or column.name) for column in columns)
    sets = ", ".join(f"{connection.ops.quote_name(column.column or column.name)} = %s" for column in columns)
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, tenant_id, {names} FROM {table} WHERE {where} LIMIT {BATCH} FOR UPDATE",  # noqa: S608
                values,
            )
            rows = cursor.fetchall()
            for key, tenant_id, *blobs in rows:
                renewed: list[bytes | None] = []
                for column, blob in zip(columns, blobs, strict=True):
                    old = Sealed(bytes(blob), column.column_name, tenant_id) if blob is not None else None
                    if old is not None and old.key_id != newest:
                        renewed.append(seal(old.reveal(), column.column_name, tenant_id).blob)
                        cells += 1
                    else:
                        renewed.append(old.blob if old is not None else None)
                cursor.execute(f"UPDATE {table} SET {sets} WHERE id = %s", [*renewed, key])  # noqa: S608
        if not rows:
            return cells
        tell(cells)


def _retire(newest: str) -> int:
    """Drop the old keys while nobody can write a sealed table, after seeing that no cell needs them."""
    with transaction.atomic(), connection.cursor() as cursor:
        for model in sealed_models():
            cursor.execute(f"LOCK TABLE {connection.ops.quote_name(model._meta.db_table)} IN SHARE MODE")
        for tenant in Tenant.objects.order_by("slug"):
            with act_in(system_context(tenant, "keys")):
                for model in sealed_models():
                    where, values = _where(model, newest)
                    table = connection.ops.quote_name(model._meta.db_table)
                    with connection.cursor() as looking:
                        looking.execute(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE {where})", values)  # noqa: S608
                        if looking.fetchone()[0]:
                            raise NotAllSealed
        return retire_field_keys()
