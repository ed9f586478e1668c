"""Collects definition files from a folder, a single file or a zip, within limits, and packs files into a zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from nakhon.kernel.definitions.reader import MAX_BYTES, Source
from nakhon.kernel.errors import Invalid, NotFound, TooLarge
from nakhon.knowledge.text import Text

MAX_FILES = 500
MAX_TOTAL = 10_000_000
SUFFIXES = (".yaml", ".yml")
_EPOCH = (1980, 1, 1, 0, 0, 0)


class FilesNotFound(NotFound):
    code = "definitions.files_not_found"
    default_remedy = Text("ตรวจเส้นทางของไฟล์หรือโฟลเดอร์อีกครั้ง", "Check the path of the file or folder")


class BadArchive(Invalid):
    code = "definitions.bad_archive"
    default_message = Text("ไฟล์ zip อ่านไม่ได้", "The zip file cannot be read")
    default_remedy = Text(
        "สร้างไฟล์ zip ใหม่จากโฟลเดอร์ของชุดระบบแล้วส่งอีกครั้ง", "Zip the solution's folder again and send it once more"
    )


class TooManyFiles(TooLarge):
    code = "definitions.too_many"
    default_message = Text(
        f"มีไฟล์เกิน {MAX_FILES} ไฟล์ หรือรวมกันเกิน 10 MB", f"More than {MAX_FILES} files, or more than 10 MB in all"
    )
    default_remedy = Text(
        "แบ่งเป็นหลายชุด หรือเอาไฟล์ที่ไม่ใช่คำนิยามออก", "Split it, or leave out files that are no definitions"
    )


def _limit(found: Mapping[str, bytes]) -> None:
    if len(found) > MAX_FILES or sum(map(len, found.values())) > MAX_TOTAL:
        raise TooManyFiles


def from_path(path: Path) -> dict[str, bytes]:
    """Files below a folder (or one file) by relative path with "/". Hidden files and links out of the folder are left out.

    Raises ``FilesNotFound`` or ``TooManyFiles``.
    """
    if path.is_file():
        return {path.name: path.read_bytes()}
    if not path.is_dir():
        raise FilesNotFound(Text(f"ไม่พบไฟล์หรือโฟลเดอร์ {path}", f"There is no file or folder {path}"))
    root = path.resolve()
    found: dict[str, bytes] = {}
    for file in sorted(path.rglob("*")):
        relative = file.relative_to(path)
        hidden = any(part.startswith((".", "__")) for part in relative.parts)
        if hidden or not file.is_file() or not file.resolve().is_relative_to(root):
            continue
        if file.suffix in SUFFIXES:
            found[relative.as_posix()] = file.read_bytes()
            _limit(found)
    return found


def from_zip(data: bytes) -> dict[str, bytes]:
    """The YAML files of a zip by path; one folder around everything is taken away.

    Sizes are taken from what is really unpacked, so that a zip bomb stops early. Raises ``BadArchive`` or ``TooManyFiles``.
    """
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                name = PurePosixPath(entry.filename.replace("\\", "/"))
                if (
                    entry.is_dir()
                    or name.suffix not in SUFFIXES
                    or any(p.startswith((".", "__")) for p in name.parts if p != "..")
                ):
                    continue
                if name.is_absolute() or ".." in name.parts:
                    raise BadArchive(
                        Text(
                            f"ไฟล์ {name} ใน zip ชี้ออกนอกโฟลเดอร์", f"The file {name} in the zip points outside its folder"
                        )
                    )
                with archive.open(entry) as file:
                    found[name.as_posix()] = file.read(MAX_BYTES + 1)
                _limit(found)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise BadArchive from error
    return without_wrapper(found)


def without_wrapper(found: Mapping[str, bytes]) -> dict[str, bytes]:
    """Paths without the one folder that holds them all, if ``solution.yaml`` lies directly in it."""
    wrapper = next(
        (name.partition("/")[0] for name in found if name.count("/") == 1 and name.endswith("/solution.yaml")), None
    )
    if wrapper is not None and all(name.startswith(f"{wrapper}/") for name in found):
        return {name.removeprefix(f"{wrapper}/"): data for name, data in found.items()}
    return dict(found)


def sources(found: Mapping[str, bytes], *, beside: str = "") -> list[Source]:
    """Files as sources in the order of their paths; ``beside`` is put before the names shown to people."""
    return [Source(f"{beside}{name}", data) for name, data in sorted(found.items())]


def definition_files(found: Mapping[str, bytes]) -> dict[str, bytes]:
    """What holds definitions: YAML files but ``solution.yaml`` and what lies in ``demo/``."""
    return {
        name: data
        for name, data in found.items()
        if name.endswith(SUFFIXES) and name != "solution.yaml" and not name.startswith("demo/")
    }


def zip_of(files: Mapping[str, str | bytes], folder: str = "") -> bytes:
    """A zip of the files, the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            info = zipfile.ZipInfo(f"{folder}/{name}" if folder else name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content.encode() if isinstance(content, str) else content)
    return out.getvalue()


def write_files(files: Mapping[str, str], out: Path) -> Iterable[Path]:
    """Write files below ``out`` and yield their paths."""
    for name, content in sorted(files.items()):
        target = out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
        yield target
