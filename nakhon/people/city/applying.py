"""Makes definitions of the city's kinds true: profile into the public record, calendars and figures into their tables."""

from __future__ import annotations

from typing import Any

from nakhon.kernel.context import Context
from nakhon.kernel.definitions.fields import words
from nakhon.people.city.models import CityProfile, CitySummary, LegalFigure, OfficeHours
from nakhon.people.city.office import WEEKDAYS, CalendarDefinition, FigureDefinition
from nakhon.people.city.profile import ProfileDefinition
from nakhon.people.services.organisations import edit_organisation


def apply_profile(ctx: Context, body: ProfileDefinition) -> None:
    """Publish the profile, and carry its chief figures to the directory; what it leaves out stays there as it is."""
    CityProfile.objects.update_or_create(
        tenant_id=ctx.tenant.id, defaults={"body": body.model_dump(mode="json"), "updated_at": ctx.now}
    )
    region = words(body.region) if body.region else None
    province = words(body.province) if body.province else None
    title = body.project.title if body.project else None
    CitySummary.objects.update_or_create(
        organisation_id=ctx.tenant.id,
        defaults={
            "region_th": region.th if region else "", "region_en": region.en if region else "",
            "province_th": province.th if province else "", "province_en": province.en if province else "",
            "project_th": title.th if title else "", "project_en": title.en if title else "",
            "domains": list(body.project.domains) if body.project else [],
            "sdgs": list(body.project.sdgs) if body.project else [], "updated_at": ctx.now,
        },
    )  # fmt: skip
    fields = _directory_fields(body)
    if fields:
        edit_organisation(ctx, **fields)


def _directory_fields(body: ProfileDefinition) -> dict[str, Any]:
    contact = body.contact
    website = contact.website if contact else None
    if website and not website.startswith(("http://", "https://")):
        website = f"https://{website}"
    given: dict[str, object | None] = {
        "vision": words(body.vision) if body.vision else None,
        "population": body.population,
        "area_km2": body.area_km2,
        "phone": ", ".join(contact.phones)[:100] if contact and contact.phones else None,
        "email": contact.email if contact else None,
        "website": website,
    }
    if body.location:
        given |= {"lat": body.location.lat, "lon": body.location.lon}
    return {name: value for name, value in given.items() if value is not None}


def remove_profile(ctx: Context, key: str) -> None:
    """Withdraw the public page's record; the directory keeps the organisation's last known figures."""
    CityProfile.objects.all().delete()
    CitySummary.objects.filter(organisation_id=ctx.tenant.id).delete()


def apply_calendar(ctx: Context, body: CalendarDefinition) -> None:
    dumped = body.model_dump(mode="json")
    week = {day: [[hours["opens"], hours["closes"]] for hours in dumped["week"][day]] for day in WEEKDAYS}
    OfficeHours.objects.update_or_create(
        tenant_id=ctx.tenant.id, key=body.id,
        defaults={
            "calendar": body.series, "name_th": body.name.th, "name_en": body.name.en,
            "effective_from": body.effective_from, "effective_to": body.effective_to, "week": week,
            "national_holidays": body.national_holidays,
            **{name: dumped[name] for name in ("holidays", "open_days", "special_days")},
        },
    )  # fmt: skip


def remove_calendar(ctx: Context, key: str) -> None:
    OfficeHours.objects.filter(key=key).delete()


def apply_figure(ctx: Context, body: FigureDefinition) -> None:
    LegalFigure.objects.update_or_create(
        tenant_id=ctx.tenant.id, key=body.id,
        defaults={
            "figure": body.series, "value": body.value, "unit": body.unit, "name_th": body.name.th, "name_en": body.name.en,
            "effective_from": body.effective_from, "effective_to": body.effective_to,
            "legal_basis": body.legal_basis, "source": body.source, "confirm": body.confirm,
        },
    )  # fmt: skip


def remove_figure(ctx: Context, key: str) -> None:
    LegalFigure.objects.filter(key=key).delete()
