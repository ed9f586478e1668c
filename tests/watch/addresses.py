"""Walks every address of the platform, so that no page or API escapes the watchmen by being new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Address:
    """One URL pattern: its route with ``<kind:name>`` places, the door it stands behind, its parameters and their kinds."""

    route: str
    door: str
    parameters: tuple[tuple[str, str], ...]

    def path(self, values: dict[str, object]) -> str:
        """The address with its places filled; ``KeyError`` names a parameter that ``values`` does not know."""
        filled = self.route
        for name, kind in self.parameters:
            filled = filled.replace(f"<{kind}:{name}>", str(values[name])).replace(f"<{name}>", str(values[name]))
        return "/" + filled


def every_address() -> list[Address]:
    """Every address, country's and cities', in the order in which they are tried."""
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str, door: str) -> Iterator[Address]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern).lstrip("^").rstrip("$")
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route, str(pattern.default_kwargs.get("door", door)))
            continue
        parameters = []
        place = route
        while "<" in place:
            inside, _, place = place.partition("<")[2].partition(">")
            kind, _, name = inside.rpartition(":")
            parameters.append((name, kind or "str"))
        yield Address(route, str(pattern.default_args.get("door", door)), tuple(parameters))
