"""Browser assets made by others: which files are taken from ``node_modules``, and where they are served from.

Nothing is loaded from another host, so each file is copied under ``static/vendor/`` (not committed). Icons are few and
small, so they are committed in ``icons/lucide.json`` and this module is also how one more is added.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

WEB = Path(__file__).resolve().parent
NODE_MODULES = WEB.parent.parent / "node_modules"
STATIC_VENDOR = WEB / "static" / "vendor"
ICON_FILE = WEB / "icons" / "lucide.json"

_FACE = "@fontsource/ibm-plex-sans-thai-looped"
_FACE_FILE = "ibm-plex-sans-thai-looped-{subset}-{weight}-normal.woff2"

VENDOR: list[tuple[str, str]] = [
    ("htmx.org/dist/htmx.min.js", "htmx/htmx.min.js"),
    ("htmx.org/LICENSE", "htmx/LICENSE"),
    ("maplibre-gl/dist/maplibre-gl.mjs", "maplibre/maplibre-gl.mjs"),
    # The library looks for its worker beside itself under exactly this name.
    ("maplibre-gl/dist/maplibre-gl-worker.mjs", "maplibre/maplibre-gl-worker.mjs"),
    ("maplibre-gl/dist/maplibre-gl.css", "maplibre/maplibre-gl.css"),
    ("maplibre-gl/LICENSE.txt", "maplibre/LICENSE.txt"),
    ("echarts/dist/echarts.esm.min.mjs", "echarts/echarts.esm.min.mjs"),
    ("echarts/LICENSE", "echarts/LICENSE"),
    (f"{_FACE}/LICENSE", "fonts/LICENSE"),
    *(
        (f"{_FACE}/files/{name}", f"fonts/{name}")
        for subset in ("thai", "latin", "latin-ext")
        for weight in (400, 500, 600, 700)
        for name in [_FACE_FILE.format(subset=subset, weight=weight)]
    ),
]
"""Pairs of (path under ``node_modules``, path under ``static/vendor``)."""

# Debugging maps are not shipped, and a reference to a missing file would stop Django's hashed static storage.
_SOURCE_MAP = re.compile(rb"\n?(//|/\*)# sourceMappingURL=[^\n]*\n?$")


class VendorError(Exception):
    """A browser asset is not where npm should have put it."""


def install_vendor(node_modules: Path = NODE_MODULES, target: Path = STATIC_VENDOR) -> list[Path]:
    """Copy every file of ``VENDOR`` to ``target``; files that are already the same are left alone.

    Returns the paths that were written (empty when all was in place). Files that an older list left behind are
    removed. Raises ``VendorError`` naming the missing packages and the command that mends it.
    """
    missing = sorted({source for source, _ in VENDOR if not (node_modules / source).is_file()})
    if missing:
        raise VendorError(
            "ไม่พบไฟล์ของหน้าเว็บ ให้รันคำสั่ง npm ci แล้วลองอีกครั้ง / "
            "Browser assets are missing: run `npm ci` and try again. Missing: " + ", ".join(missing)
        )
    written: list[Path] = []
    for source, destination in VENDOR:
        content = (node_modules / source).read_bytes()
        if destination.endswith((".mjs", ".js", ".css")):
            content = _SOURCE_MAP.sub(b"\n", content)
        path = target / destination
        if path.is_file() and path.read_bytes() == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.append(path)
    wanted = {destination for _, destination in VENDOR}
    for path in target.rglob("*"):
        if path.is_file() and path.relative_to(target).as_posix() not in wanted:
            path.unlink()
    for folder in sorted((p for p in target.rglob("*") if p.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            shutil.rmtree(folder)
    return written


def add_icons(names: Iterable[str], node_modules: Path = NODE_MODULES, icon_file: Path = ICON_FILE) -> list[str]:
    """Take more icons of the Lucide set into ``icons/lucide.json``; returns the names that were new.

    Raises ``VendorError`` for a name that the set does not have; nothing is written then.
    """
    package = node_modules / "lucide-static"
    known = json.loads(icon_file.read_text("utf-8")) if icon_file.is_file() else {"icons": {}}
    added: dict[str, str] = {}
    for name in names:
        source = package / "icons" / f"{name}.svg"
        if not source.is_file():
            raise VendorError(
                f"ไม่มีไอคอนชื่อ {name} ในชุด Lucide ตรวจชื่อหรือรัน npm ci / "
                f"The Lucide set has no icon {name!r}: check the name, or run `npm ci`."
            )
        body = re.search(r"<svg[^>]*>(.*)</svg>", source.read_text("utf-8"), re.S)
        if body is None:
            raise VendorError(f"{source} is not an SVG drawing.")
        if name not in known["icons"]:
            added[name] = re.sub(r"\s*\n\s*", "", body[1]).replace(" />", "/>").strip()
    version = json.loads((package / "package.json").read_text("utf-8"))["version"] if added else known.get("version")
    document = {
        "set": "Lucide",
        "version": version,
        "license": "ISC, (c) Lucide Icons and Contributors; parts MIT, (c) Cole Bemis (Feather)",
        "icons": dict(sorted({**known["icons"], **added}.items())),
    }
    icon_file.parent.mkdir(parents=True, exist_ok=True)
    icon_file.write_text(json.dumps(document, ensure_ascii=False, indent=0) + "\n", "utf-8")
    return sorted(added)
