"""The HTTP API: the rooms' routers put together, once for the country and once for each city. OpenAPI 3.1 at openapi.json."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.security import django_auth

from nakhon import __version__
from nakhon.citydata.sensors import api as sensors
from nakhon.people import api as people
from nakhon.web.problems import install


def _api(name: str, title: str, description: str) -> NinjaAPI:
    made = NinjaAPI(
        title=title,
        version=__version__,
        description=description,
        urls_namespace=name,
        auth=django_auth,
        docs_url=None,
        openapi_url=None,
    )
    install(made)
    return made


country_api = _api(
    "country_api",
    "Nakhon: the country",
    "The public directory of organisations. Errors are RFC 9457 problems with Thai and English messages.",
)
country_api.add_router("", people.directory)

city_api = _api(
    "city_api",
    "Nakhon: a city",
    "What a city's own officers may read and change, with the session of the console and Django's CSRF header. "
    "Errors are RFC 9457 problems with Thai and English messages.",
)
city_api.add_router("", people.staff)
city_api.add_router("", people.directory)
city_api.add_router("", sensors.router)


@require_safe
def country_openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document of the country's API."""
    return JsonResponse(
        country_api.get_openapi_schema(path_prefix="/api/v1/"), json_dumps_params={"ensure_ascii": False}
    )


@require_safe
def city_openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document of a city's API; its addresses carry the city that was asked."""
    prefix = request.path.removesuffix("openapi.json")
    return JsonResponse(city_api.get_openapi_schema(path_prefix=prefix), json_dumps_params={"ensure_ascii": False})
