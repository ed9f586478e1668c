"""Every address of the platform: the technical ones, the APIs, then the pages, of which a city's come last."""

from django.urls import URLPattern, URLResolver, include, path

from nakhon.config.api import city_api, country_api
from nakhon.web import health, problem_pages
from nakhon.web import urls as web
from nakhon.web.converters import city_prefix

city_urls: list[URLPattern | URLResolver] = [path("api/v1/", city_api.urls), *web.city_urls]

urlpatterns: list[URLPattern | URLResolver] = [
    *health.urlpatterns,
    *problem_pages.urlpatterns,
    path("api/v1/", country_api.urls),
    *web.country_urls,
    path(city_prefix(), include((city_urls, "city"), namespace="city")),
]

handler400 = "nakhon.web.problems.bad_request"
handler403 = "nakhon.web.problems.permission_denied"
handler404 = "nakhon.web.problems.not_found"
handler500 = "nakhon.web.problems.server_error"
