"""Every address of the platform: the technical ones, the APIs, then the pages, of which a city's come last."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from nakhon.config.api import city_api, city_openapi, country_api, country_openapi
from nakhon.web import files, health, problem_pages
from nakhon.web import urls as web
from nakhon.web.converters import city_prefix

city_urls: list[URLPattern | URLResolver] = [
    path("api/v1/openapi.json", city_openapi, name="openapi"),
    path("api/v1/", city_api.urls),
    *web.city_urls,
]

# Where one city has the deployment to itself its API stands at the root, and holds the directory too.
country_apis: list[URLPattern | URLResolver] = [
    path("api/v1/openapi.json", country_openapi, name="openapi"),
    path("api/v1/", country_api.urls),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *health.urlpatterns,
    *problem_pages.urlpatterns,
    *files.urlpatterns,
    *([] if settings.NAKHON_CITY else country_apis),
    *web.country_urls,
    path(city_prefix(), include((city_urls, "city"), namespace="city")),
]

handler400 = "nakhon.web.problems.bad_request"
handler403 = "nakhon.web.problems.permission_denied"
handler404 = "nakhon.web.problems.not_found"
handler500 = "nakhon.web.problems.server_error"
