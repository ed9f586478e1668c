"""A file's name as it is kept and shown: harmless, short, and with the ending that its content deserves."""

from __future__ import annotations

import re
import unicodedata

from nakhon.kernel.files.types import EXTENSIONS

LONGEST = 150
"""Characters. Thai takes three bytes each in UTF-8, and file systems stop at 255 bytes; names here are never paths anyway."""

_SEPARATORS = re.compile(r"[/\\]")
_RESERVED = re.compile(r'[<>:"|?*%]')
_SPACES = re.compile(r"\s+")


def clean_name(given: str, fallback: str = "file") -> str:
    """``given`` in NFC, its last path part only, without control, format and reserved characters.

    Zero-width and direction-changing characters go too, with which an ending can be made to read as another.
    """
    name = unicodedata.normalize("NFC", given or "")
    name = _SEPARATORS.split(name)[-1]
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C" or c in "\t\n")
    name = _SPACES.sub(" ", _RESERVED.sub("_", name)).strip(" .")
    if len(name) > LONGEST:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: LONGEST - len(ending) - 1]}.{ending}" if dot and len(ending) <= 10 else name[:LONGEST]
    return name.strip(" .") or fallback


def with_ending(name: str, media_type: str) -> str:
    """``name`` with an ending that goes with ``media_type``; a wrong one is replaced, so that no ending lies."""
    endings = EXTENSIONS[media_type]
    if name.lower().endswith(endings):
        return name
    stem, dot, ending = name.rpartition(".")
    known = {known for group in EXTENSIONS.values() for known in group} | {".heic", ".heif", ".bmp", ".tif", ".tiff"}
    return (stem if dot and f".{ending.lower()}" in known else name) + endings[0]
