"""Rows belong to an organisation. No tenant, no query: the manager refuses, and PostgreSQL row security is the second lock.

``act_in(ctx)`` opens the organisation's data for the code inside it; verbs and queries do so themselves. The database
connection (``nakhon.kernel.postgis``) follows the same variable, so both locks always turn together.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self
from uuid import UUID

from django.db import models, router
from uuid6 import uuid7

from nakhon.kernel.context import Context
from nakhon.kernel.errors import NoTenant

_current: ContextVar[Context | None] = ContextVar("nakhon_context", default=None)


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): unguessable enough for a link, ordered enough for an index."""
    return UUID(bytes=uuid7().bytes)


def current_context() -> Context | None:
    """The context whose organisation's data is open, or None."""
    return _current.get()


def current_tenant_id() -> UUID | None:
    ctx = _current.get()
    return ctx.tenant.id if ctx is not None else None


def require_tenant_id() -> UUID:
    """The open tenant's id; raises ``NoTenant`` outside ``act_in``."""
    tenant_id = current_tenant_id()
    if tenant_id is None:
        raise NoTenant
    return tenant_id


@contextmanager
def act_in(ctx: Context) -> Iterator[Context]:
    """Open the data of ``ctx.tenant`` for the block. Nested blocks of other tenants restore the outer one at their end."""
    token = _current.set(ctx)
    try:
        yield ctx
    finally:
        _current.reset(token)


class Tenant(models.Model):
    """The owner of rows. What kind of organisation it is, and its name in the world, is told by ``people``."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=40, unique=True)
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return self.slug


class TenantQuerySet(models.QuerySet[Any]):
    """A query set limited to the open tenant; writing a row of another tenant is refused."""

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> list[Any]:
        tenant_id = require_tenant_id()
        rows = list(objs)
        for row in rows:
            row._claim(tenant_id)
        return super().bulk_create(rows, *args, **kwargs)


class TenantManager(models.Manager.from_queryset(TenantQuerySet)):  # type: ignore[misc]
    """The manager that cannot forget the tenant: outside ``act_in`` every query raises ``NoTenant``."""

    use_in_migrations = False

    def get_queryset(self) -> models.QuerySet[Any]:
        tenant_id = require_tenant_id()
        queryset: models.QuerySet[Any] = super().get_queryset()
        return queryset.filter(tenant_id=tenant_id)


class TenantModel(models.Model):
    """Base of every table that holds an organisation's rows.

    Its migration must add ``RowSecurity``, and one of its indexes or unique constraints must begin with ``tenant``
    (tests check both).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, editable=False, related_name="+", db_index=False)

    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def _claim(self, tenant_id: UUID) -> None:
        if self.tenant_id is None:
            self.tenant_id = tenant_id
        elif self.tenant_id != tenant_id:
            raise NoTenant

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        """Stamps a new row with the open tenant; refuses (``NoTenant``) to save a row of any other."""
        self._claim(require_tenant_id())
        super().save_base(*args, **kwargs)

    def refreshed(self) -> Self:
        """The row read again from the database, locked until the end of the transaction."""
        using = router.db_for_write(type(self), instance=self)
        return type(self).objects.using(using).select_for_update().get(pk=self.pk)
