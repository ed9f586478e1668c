"""GeoJSON (RFC 7946), read feature by feature: a collection, a single feature, or one feature a line."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from nakhon.citydata.registers.reading import shapes
from nakhon.citydata.registers.reading.errors import NothingInside, TooMuch, Unreadable
from nakhon.citydata.registers.reading.nesting import ShallowJson
from nakhon.citydata.registers.reading.types import Format, Inspection, Layer, ReadingOptions, SourceRow
from nakhon.knowledge.text import Text

_LOOKED_AT = 2000
_BATCH = 1000
_EPSG = re.compile(r"EPSG:{1,2}(\d{4,6})$|EPSG:[\d.]*:(\d{4,6})$", re.IGNORECASE)
_BUFFER = 256 * 1024


class GeojsonSource:
    """A GeoJSON file. Raises ``Unreadable``, ``NothingInside``, ``TooMuch``."""

    def __init__(self, path: Path, options: ReadingOptions) -> None:
        self._path, self._limits = path, options.limits
        self._prefix = self._find_prefix()
        names: dict[str, None] = {}
        kinds: dict[str, None] = {}
        count = 0
        for feature in itertools.islice(self._features(), _LOOKED_AT):
            count += 1
            properties, geometry = feature.get("properties"), feature.get("geometry")
            if "id" in feature:
                names.setdefault("id")
            if isinstance(properties, dict):
                names.update(dict.fromkeys(map(str, properties)))
            if isinstance(geometry, dict):
                kinds.setdefault(str(geometry.get("type")))
        if not count:
            raise NothingInside
        if len(names) > self._limits.columns:
            raise TooMuch
        kind = next(iter(kinds)) if len(kinds) == 1 else ("any" if kinds else "")
        self.inspection = Inspection(
            format=Format.GEOJSON,
            columns=tuple(names),
            encoding="utf-8",
            layers=(Layer("features", kind),),
            layer="features",
            has_geometry=bool(kinds),
            srid=self._find_srid(),
        )

    def rows(self) -> Iterator[SourceRow]:
        features = enumerate(self._features(), start=1)
        while batch := list(itertools.islice(features, _BATCH)):
            made = shapes.from_geojson([feature.get("geometry") for _, feature in batch], self._limits.vertices)
            for (number, feature), (wkb, fault) in zip(batch, made, strict=True):
                values = feature.get("properties")
                values = dict(values) if isinstance(values, dict) else {}
                if "id" in feature:
                    values.setdefault("id", feature["id"])
                yield SourceRow(number, values, wkb, fault)

    def _open(self) -> BinaryIO:
        file = self._path.open("rb")
        if file.read(3) != b"\xef\xbb\xbf":
            file.seek(0)
        return file

    def _find_prefix(self) -> str:
        """Where the features are: in "features.item", or at the top, one a line or a single one."""
        for _, (path, event, value) in zip(range(100_000), self._events(), strict=False):
            if path == "features" and event == "start_array":
                return "features.item"
            if path == "type" and event == "string" and value == "Feature":
                return ""
            if event == "start_array" and path == "":
                break
        raise Unreadable(
            Text("ไฟล์ JSON นี้ไม่ใช่ GeoJSON", "This JSON file is not GeoJSON"),
            Text(
                "ส่งออกจากโปรแกรมแผนที่เป็น GeoJSON แบบ FeatureCollection",
                "Export it from the map program as GeoJSON with a FeatureCollection",
            ),
        )

    def _find_srid(self) -> int | None:
        """From the member ``crs`` of GeoJSON before RFC 7946, where there is one; 4326 otherwise."""
        for path, event, value in self._events():
            if path == "crs.properties.name" and event == "string":
                found = _EPSG.search(value)
                return int(found.group(1) or found.group(2)) if found else 4326
            if (path, event) in (("features", "start_array"), ("", "end_map")):
                break
        return 4326

    def _events(self) -> Iterator[tuple[str, str, Any]]:
        import ijson

        with self._open() as file:
            yield from _whole(ijson.parse(ShallowJson(file), use_float=True, multiple_values=True, buf_size=_BUFFER))

    def _features(self) -> Iterator[dict[str, Any]]:
        import ijson

        with self._open() as file:
            found = ijson.items(
                ShallowJson(file), self._prefix, use_float=True, multiple_values=not self._prefix, buf_size=_BUFFER
            )
            for feature in _whole(found):
                if isinstance(feature, dict):
                    yield feature
                else:
                    raise Unreadable


def _whole(items: Iterable[Any]) -> Iterator[Any]:
    """What breaks off in the middle is said to be damaged, and where."""
    import ijson

    count = 0
    try:
        for item in items:
            yield item
            count += 1
    except (ijson.JSONError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        raise Unreadable(
            Text(
                f"ไฟล์ GeoJSON เสียหรือขาดตอน หลังอ่านได้ {count:,} ส่วน",
                f"The GeoJSON is damaged or breaks off after {count:,} parts",
            )
        ) from error
