"""The two database roles: the owner of the schema, and the running platform, which row security binds.

The running platform's role is no superuser, cannot bypass row security and can create neither roles nor databases.
"""

from __future__ import annotations

from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from nakhon.config.run.cluster import Cluster
from nakhon.config.run.errors import RunError
from nakhon.config.run.secrets import Secrets
from nakhon.knowledge.text import Text

OWNER = "nakhon_owner"
APP = "nakhon_app"
DATABASE = "nakhon"
EXTENSIONS: tuple[LiteralString, ...] = ("postgis", "pg_trgm", "btree_gist")
_APP_RIGHTS: LiteralString = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
_OWNER_RIGHTS: LiteralString = "LOGIN NOSUPERUSER BYPASSRLS NOCREATEROLE NOREPLICATION"

Connection = psycopg.Connection[tuple[Any, ...]]


def prepare_private(cluster: Cluster, secrets: Secrets, *, database: str = DATABASE, for_tests: bool = False) -> bool:
    """Make roles, database and extensions of a private cluster true, whatever was there; True when the database was made.

    For tests the owner may also create databases, and ``template1`` carries the extensions and rights into each of them.
    """
    with cluster.connect() as connection:
        rights = _OWNER_RIGHTS + (" CREATEDB" if for_tests else " NOCREATEDB")
        _role(connection, OWNER, secrets.owner_password, rights)
        _role(connection, APP, secrets.app_password, _APP_RIGHTS)
        if for_tests:
            connection.execute(
                sql.SQL("GRANT {} TO {} WITH ADMIN OPTION").format(sql.Identifier(APP), sql.Identifier(OWNER))
            )
            with cluster.connect("template1") as template:
                _furnish(template)
                _let_in(template, OWNER, APP)
        return make_database(cluster, database, connection)


def make_database(cluster: Cluster, database: str, connection: Connection | None = None) -> bool:
    """Create ``database`` for the owner if it is missing, with its extensions and the app role's rights; True when created."""
    if connection is None:
        with cluster.connect() as own:
            return make_database(cluster, database, own)
    made = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone() is None
    if made:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8'").format(
                sql.Identifier(database), sql.Identifier(OWNER)
            )
        )
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
    connection.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database), sql.Identifier(APP))
    )
    with cluster.connect(database) as inside:
        _furnish(inside)
        # A city may add a coordinate system of its own, and a restore must be able to bring it back.
        inside.execute(sql.SQL("GRANT SELECT, INSERT ON spatial_ref_sys TO {}").format(sql.Identifier(OWNER)))
        _let_in(inside, OWNER, APP)
    return made


def _role(connection: Connection, name: str, password: str, rights: LiteralString) -> None:
    verb: LiteralString = "ALTER"
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone() is None:
        verb = "CREATE"
    connection.execute(
        sql.SQL(verb + " ROLE {} " + rights + " PASSWORD {}").format(sql.Identifier(name), sql.Literal(password))
    )


def _furnish(connection: Connection) -> None:
    for extension in EXTENSIONS:
        connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))


def _let_in(connection: Connection, owner: str, app: str) -> None:
    """USAGE on the schema, and rights on what the owner will create; each time, for it costs nothing when already so."""
    for statement in rights_sql(owner, app):
        connection.execute(statement)


def rights_sql(owner: str, app: str) -> list[sql.Composed]:
    """The statements that let ``app`` work with what ``owner`` creates in schema ``public``."""
    names = {"owner": sql.Identifier(owner), "app": sql.Identifier(app)}
    return [
        sql.SQL(text).format(**names)
        for text in (
            "GRANT CREATE, USAGE ON SCHEMA public TO {owner}",
            "GRANT USAGE ON SCHEMA public TO {app}",
            "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public "
            "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
            "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
        )
    ]


# -- a managed PostgreSQL -------------------------------------------------------------------------------------------------


def managed_app_role(owner_url: str) -> str:
    """The running platform's role on a server that other databases share: ``nakhon_app_<database>``."""
    return f"{APP}_{conninfo_to_dict(owner_url).get('dbname') or DATABASE}"[:63]


def prepare_managed(owner_url: str, app_role: str, app_password: str, *, app_url_given: bool) -> None:
    """Check the server's extensions and make the running platform's role; RunError carries the SQL when rights are missing.

    ``app_url_given`` says that the administrator made the role himself (``NAKHON_APP_DATABASE_URL``): then it is only
    given its rights on the schema.
    """
    try:
        connection = psycopg.connect(owner_url, autocommit=True, connect_timeout=15)
    except psycopg.Error as error:
        raise RunError(
            Text(th="เชื่อมต่อฐานข้อมูลตาม DATABASE_URL ไม่ได้", en="The database of DATABASE_URL cannot be reached"),
            Text(
                th="ตรวจที่อยู่ ชื่อผู้ใช้ รหัสผ่าน และเครือข่าย หรือยกเลิก DATABASE_URL เพื่อใช้ฐานข้อมูลส่วนตัวของระบบ",
                en="Check address, user, password and network, or unset DATABASE_URL to use the platform's private database",
            ),
            detail=str(error),
        ) from error
    with connection:
        try:
            _furnish(connection)
            if not app_url_given:
                _role(connection, app_role, app_password, "LOGIN")
            owner = str(connection.execute("SELECT current_user").fetchone()[0])  # type: ignore[index]
            if owner != app_role:
                database = sql.Identifier(connection.info.dbname)
                connection.execute(
                    sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(app_role))
                )
                _let_in(connection, owner, app_role)
        except psycopg.errors.InsufficientPrivilege as error:
            raise RunError(
                Text(
                    th="บัญชีใน DATABASE_URL ไม่มีสิทธิ์สร้างบทบาทหรือส่วนขยายของฐานข้อมูล",
                    en="The account of DATABASE_URL may not create the database role or extensions",
                ),
                Text(
                    th="ขอให้ผู้ดูแลฐานข้อมูลสั่ง SQL ด้านล่าง แล้วกำหนด NAKHON_APP_DATABASE_URL",
                    en="Ask the database administrator to run the SQL below, then set NAKHON_APP_DATABASE_URL",
                ),
                detail=administrator_sql(owner_url, app_role),
            ) from error
        flaws = bypasses(connection, app_role)
        if flaws:
            raise RunError(
                Text(
                    th=f"บทบาท {app_role} ข้ามการแยกข้อมูลระหว่างเมืองได้ ({', '.join(flaws)})",
                    en=f"The role {app_role} could bypass the separation of cities ({', '.join(flaws)})",
                ),
                Text(
                    th=f"สั่งที่ฐานข้อมูล: ALTER ROLE {app_role} NOSUPERUSER NOBYPASSRLS; และอย่าให้เป็นเจ้าของตาราง",
                    en=f"Run at the server: ALTER ROLE {app_role} NOSUPERUSER NOBYPASSRLS; and never let it own the tables",
                ),
            )


def administrator_sql(owner_url: str, app_role: str) -> str:
    """What a database administrator runs once when the owner's account may not do it itself."""
    parts = conninfo_to_dict(owner_url)
    owner, database = str(parts.get("user") or OWNER), str(parts.get("dbname") or DATABASE)
    with_database = sql.SQL("GRANT CONNECT ON DATABASE {} TO {};").format(
        sql.Identifier(database), sql.Identifier(app_role)
    )
    lines = [f"CREATE EXTENSION IF NOT EXISTS {extension};" for extension in EXTENSIONS]
    lines.append(f"CREATE ROLE {sql.Identifier(app_role).as_string()} {_APP_RIGHTS} PASSWORD '<choose-a-long-one>';")
    lines.append(with_database.as_string())
    lines += [statement.as_string() + ";" for statement in rights_sql(owner, app_role)]
    return "\n".join(lines)


def bypasses(connection: Connection, app_role: str) -> list[str]:
    """Why ``app_role`` would not be bound by row security; empty when it is bound."""
    row = connection.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = %s", (app_role,)).fetchone()
    if row is None:
        return ["missing"]
    flaws = [name for name, is_set in zip(("superuser", "bypassrls"), row, strict=True) if is_set]
    owned = connection.execute(
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity"
        " AND pg_has_role(%s, relowner, 'USAGE')",
        (app_role,),
    ).fetchone()
    return flaws + (["owns tables"] if owned and owned[0] else [])
