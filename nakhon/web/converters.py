"""How a city appears in an address: by its slug, or not at all where one city has the whole deployment to itself."""

from __future__ import annotations

from django.conf import settings
from django.urls import register_converter


class OnlyCity:
    """Matches nothing and stands for the city of ``NAKHON_CITY``; the address of any other city cannot be made."""

    regex = ""

    def to_python(self, value: str) -> str:
        return str(settings.NAKHON_CITY)

    def to_url(self, value: object) -> str:
        if str(value) != settings.NAKHON_CITY:
            raise ValueError("another city")
        return ""


register_converter(OnlyCity, "only_city")


def city_prefix() -> str:
    """The route that the addresses of a city begin with."""
    return "<only_city:city>" if settings.NAKHON_CITY else "<slug:city>/"
