"""``nakhon restore``: bring a backup into an empty home, verified part by part before anything is put in place.

Everything is first unpacked beside the home and compared with the manifest; the database is restored under another name
and its rows counted. Only then does it all take its place. A failure leaves the home as empty as it was.
"""

from __future__ import annotations

import json
import shutil
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

import psycopg
from psycopg import sql

from nakhon.config.run import manifest as manifests
from nakhon.config.run import roles, secrets
from nakhon.config.run.backup import run_client
from nakhon.config.run.cluster import Cluster
from nakhon.config.run.envelope import Opener, damaged
from nakhon.config.run.environment import Environment, resolve
from nakhon.config.run.errors import RunError
from nakhon.config.run.home import Home
from nakhon.config.run.manifest import DEMONSTRATION, DUMP, FOLDERS, NAME, SECRETS, Manifest
from nakhon.config.run.prepare import DEMO_STAMP, migrate
from nakhon.config.run.progress import Note, Steps
from nakhon.config.run.secrets import Secrets
from nakhon.knowledge.text import Text

INCOMING = "nakhon_incoming"
_BLOCK = 1 << 20


def restore(home: Home, source: Path, passphrase: str) -> Manifest:
    """Fill the empty ``home`` from ``source``. Returns the backup's manifest once everything was verified and migrated.

    RunError: the home is not empty, the managed database is not empty, a wrong passphrase, a damaged file, rows missing.
    """
    refuse_unless_empty(home)
    if not source.is_file():
        raise RunError(
            Text(th=f"ไม่พบไฟล์ {source}", en=f"There is no file {source}"),
            Text(th="ตรวจชื่อและที่อยู่ของไฟล์", en="Check the name and the folder"),
        )
    steps = Steps()
    home.path.parent.mkdir(parents=True, exist_ok=True)
    existed = home.path.exists()
    # Beside the home, on the same disk: attachments then take their place by a rename.
    with tempfile.TemporaryDirectory(dir=home.path.parent, prefix=f".{home.path.name}-restore-") as place:
        unpacked = Path(place)
        with steps.step(Text(th="ถอดรหัสและตรวจทุกส่วน", en="Decrypting and checking every part")) as note:
            manifest = unpack(source, passphrase, unpacked, note)
        try:
            _put_in_place(home, unpacked, manifest, steps)
        except BaseException:
            _clear(home, existed)
            raise
    return manifest


def refuse_unless_empty(home: Home) -> None:
    """RunError when the home holds anything, for a restore must never mix two cities' data."""
    if not home.is_empty():
        raise RunError(
            Text(th=f"{home.path} มีข้อมูลอยู่แล้ว", en=f"{home.path} already holds data"),
            Text(
                th="กู้คืนลงในโฟลเดอร์ว่างเท่านั้น เช่น NAKHON_HOME=/srv/nakhon-new nakhon restore ไฟล์",
                en="Restore into an empty home only, for example NAKHON_HOME=/srv/nakhon-new nakhon restore FILE",
            ),
        )


def unpack(source: Path, passphrase: str, target: Path, note: Note) -> Manifest:
    """Open the sealed archive into ``target`` and compare every part with the manifest. RunError if anything differs."""
    found: dict[str, manifests.Part] = {}
    manifest: Manifest | None = None
    try:
        with source.open("rb") as file:
            opener = Opener(file, passphrase)
            with tarfile.open(fileobj=opener, mode="r|") as archive:  # type: ignore[call-overload]
                for entry in archive:
                    content = archive.extractfile(entry)
                    if content is None or not _is_expected(entry.name):
                        raise damaged()
                    if entry.name == NAME:
                        manifest = Manifest.from_json(content.read())
                        continue
                    note(entry.name)
                    path = target / entry.name
                    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                    reader = manifests.HashingReader(content)
                    with path.open("xb") as out:
                        while block := reader.read(_BLOCK):
                            out.write(block)
                    path.chmod(0o600)
                    found[entry.name] = reader.part()
            # tarfile stops at its own end; what lies behind must open too, up to the seal's end mark.
            while opener.read(_BLOCK):
                pass
    except tarfile.TarError:
        raise damaged() from None
    if manifest is None or found != manifest.parts or not {DUMP, SECRETS} <= found.keys():
        raise damaged()
    return manifest


def _is_expected(name: str) -> bool:
    """Only names that a backup writes: nothing absolute, nothing that climbs out."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        return False
    return name in (NAME, DUMP, SECRETS, *DEMONSTRATION) or (path.parts[0] in FOLDERS and len(path.parts) > 1)


def _put_in_place(home: Home, unpacked: Path, manifest: Manifest, steps: Steps) -> None:
    home.create()
    old = json.loads((unpacked / SECRETS).read_text())
    # New database passwords for a new cluster; the signing key is kept, so that links and sessions stay valid.
    secrets.store(home, Secrets.fresh(secret_key=str(old["secret_key"])))
    environment = resolve(home)
    with steps.step(Text(th="กู้คืนฐานข้อมูล", en="Restoring the database")):
        if environment.managed:
            _into_managed(environment, unpacked / DUMP, manifest)
        else:
            _into_private(environment, Cluster(home), unpacked / DUMP, manifest)
    with steps.step(Text(th="วางไฟล์แนบและกุญแจ", en="Placing attachments and keys")):
        for folder in FOLDERS:
            place = home.path / folder
            if (unpacked / folder).is_dir():
                place.rmdir()
                shutil.move(unpacked / folder, place)
                place.chmod(0o700)
        for name in DEMONSTRATION:
            if (unpacked / name).is_file():
                shutil.move(unpacked / name, home.path / name)
        (home.run / DEMO_STAMP).write_text("restored\n")
    migrate(environment, steps)
    if environment.cluster is not None:
        environment.cluster.stop()


def _into_private(environment: Environment, cluster: Cluster, dump: Path, manifest: Manifest) -> None:
    """Restore under another name, count, then rename."""
    cluster.create()
    cluster.start()
    roles.prepare_private(cluster, secrets.load(environment.home), database=INCOMING)
    incoming = environment.owner_url.rpartition("/")[0] + f"/{INCOMING}"
    _load(environment, incoming, dump, manifest)
    with cluster.connect() as connection:
        names = sql.Identifier(INCOMING), sql.Identifier(roles.DATABASE)
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))


def _into_managed(environment: Environment, dump: Path, manifest: Manifest) -> None:
    with psycopg.connect(environment.owner_url) as connection:
        if list(manifests.tables(connection)):
            raise RunError(
                Text(th="ฐานข้อมูลตาม DATABASE_URL มีตารางอยู่แล้ว", en="The database of DATABASE_URL already has tables"),
                Text(
                    th="สร้างฐานข้อมูลเปล่าแล้วชี้ DATABASE_URL ไปที่นั่น",
                    en="Make an empty database and point DATABASE_URL to it",
                ),
            )
    kept = secrets.load(environment.home)
    roles.prepare_managed(environment.owner_url, environment.app_role, kept.app_password, app_url_given=False)
    try:
        _load(environment, environment.owner_url, dump, manifest)
    except BaseException:
        with psycopg.connect(environment.owner_url, autocommit=True) as connection:
            for table in list(manifests.tables(connection)):
                connection.execute(sql.SQL("DROP TABLE IF EXISTS public.{} CASCADE").format(sql.Identifier(table)))
        raise


def _load(environment: Environment, url: str, dump: Path, manifest: Manifest) -> None:
    """One transaction: all of the dump or nothing. Extensions and the schema itself are there already."""
    contents = run_client(environment, "pg_restore", ["--list", str(dump)])
    wanted = dump.with_suffix(".list")
    skipped: tuple[str, ...] = (
        " EXTENSION ",
        " SCHEMA - public ",
        " COMMENT - SCHEMA public ",
        " COMMENT - EXTENSION ",
    )
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT has_table_privilege('spatial_ref_sys', 'INSERT')").fetchone()
        if row is not None and not row[0]:
            skipped += (" TABLE DATA public spatial_ref_sys ",)
    wanted.write_text("\n".join(line for line in contents.splitlines() if not any(word in line for word in skipped)))
    words = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", f"--use-list={wanted}"]
    database = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    run_client(environment, "pg_restore", [*words, f"--dbname={database}", str(dump)])
    with psycopg.connect(url) as connection:
        rows = manifests.count_rows(connection)
    if rows != manifest.rows:
        wrong = sorted(name for name in {*rows, *manifest.rows} if rows.get(name) != manifest.rows.get(name))
        raise RunError(
            Text(
                th=f"จำนวนแถวไม่ตรงกับสำเนาสำรองใน {len(wrong)} ตาราง",
                en=f"{len(wrong)} table(s) differ from the backup in rows",
            ),
            Text(th="ใช้สำเนาสำรองฉบับอื่น ยังไม่มีข้อมูลใดถูกวางลง", en="Use another backup; nothing was put in place"),
            detail=", ".join(wrong),
        )


def _clear(home: Home, existed: bool) -> None:
    """Back to the empty home it was."""
    cluster = Cluster(home)
    cluster.stop()
    if cluster.moved:
        shutil.rmtree(cluster.base, ignore_errors=True)
    if cluster.socket_directory.parent != cluster.base / "run":
        shutil.rmtree(cluster.socket_directory, ignore_errors=True)
    for path in home.path.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    if not existed:
        home.path.rmdir()
