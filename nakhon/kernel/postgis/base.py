"""Keeps PostgreSQL's ``nakhon.tenant`` setting, which the row security policies read, equal to the open tenant.

Every cursor compares the context with what the connection was last told, and tells it anew when they differ. A roll-back
undoes settings made inside the transaction, so after one the connection no longer trusts its memory.
"""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db.backends.postgis import base
from psycopg.pq import TransactionStatus


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostGIS back end plus the tenant setting."""

    _told: str | None = None

    def _current_tenant(self) -> str:
        from nakhon.kernel.tenancy import current_tenant_id

        tenant_id = current_tenant_id()
        return str(tenant_id) if tenant_id is not None else ""

    def _tell_tenant(self) -> None:
        wanted = self._current_tenant()
        if wanted == self._told or self.connection is None:
            return
        if self.connection.info.transaction_status == TransactionStatus.INERROR:
            return
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('nakhon.tenant', %s, false)", (wanted,))
        self._told = wanted

    def create_cursor(self, name: str | None = None) -> Any:
        self._tell_tenant()
        return super().create_cursor(name)

    def connect(self) -> None:
        self._told = None
        super().connect()

    def _close(self) -> None:
        self._told = None
        super()._close()  # type: ignore[misc]

    def _rollback(self) -> None:
        self._told = None
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._told = None
