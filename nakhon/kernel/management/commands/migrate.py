"""``migrate``: Django's, plus what the platform's database needs each time: keys, and rights of the web's and worker's role."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections

from nakhon.kernel.keys import ensure_keys


class Command(DjangoMigrate):
    def handle(self, *args: Any, **options: Any) -> None:
        ensure_keys()
        super().handle(*args, **options)
        if options.get("plan") or options.get("check_unapplied"):
            return
        grant_rights(options["database"])


def grant_rights(alias: str) -> None:
    """Let the role of the web and the worker use every table, and only add to those that only grow."""
    role = settings.NAKHON_APP_ROLE
    connection = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user", (role,))
        if cursor.fetchone() is None:
            return
        name = connection.ops.quote_name(role)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
        existing = set(connection.introspection.table_names(cursor))
        for model in apps.get_models():
            if getattr(model, "append_only", False) and model._meta.db_table in existing:
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {name}")
        # A partition is reached through its parent alone, whose row security then holds.
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relispartition AND c.relkind = 'r' "
            "AND pg_get_userbyid(c.relowner) = current_user"
        )
        for (partition,) in cursor.fetchall():
            cursor.execute(f"REVOKE ALL ON {connection.ops.quote_name(partition)} FROM {name}")
        if "django_migrations" in existing:
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {name}")
