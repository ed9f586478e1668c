"""Questions about a city's own record: its public profile, its office calendar on a day, its legal figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db.models import F, Q

from nakhon.kernel.context import Context
from nakhon.kernel.errors import NotFound
from nakhon.kernel.verbs import query
from nakhon.knowledge.calendar import Interval, OfficeCalendar
from nakhon.knowledge.dates import in_bangkok
from nakhon.knowledge.holidays import national_holidays
from nakhon.knowledge.legal import EffectiveRow, legal_figures, select
from nakhon.knowledge.text import Text
from nakhon.people.city.models import CityProfile, CitySummary, LegalFigure, OfficeHours
from nakhon.people.city.office import WEEKDAYS
from nakhon.people.city.page import page_of
from nakhon.people.models import Organisation
from nakhon.people.permissions import ORGANISATION_READ

MAIN_CALENDAR = "office"


@dataclass(frozen=True, slots=True)
class ProfileSummary:
    """A city on the country's page, from the public directory."""

    slug: str
    name: Text
    kind: str
    province: Text | None
    region: Text | None
    population: int | None
    area_km2: float | None
    vision: Text | None
    lon: float | None
    lat: float | None
    hue: int
    project: Text | None
    domains: tuple[str, ...]
    sdgs: tuple[int, ...]


def _text(th: str, en: str) -> Text | None:
    return Text(th, en or th) if th else None


def profile_summaries() -> list[ProfileSummary]:
    """Every local government in the directory, with what its profile says in short; in the order of their Thai names.

    No tenant: the directory and these summaries are public. One query.
    """
    rows = Organisation.objects.select_related("tenant", "summary").filter(
        kind__in=("PAO", "CITY_MUN", "TOWN_MUN", "SUB_MUN", "SAO", "BMA", "PATTAYA")
    )
    return [_summary(row) for row in rows.order_by("name_th")]


def _summary(row: Organisation) -> ProfileSummary:
    told: CitySummary | None = getattr(row, "summary", None)
    return ProfileSummary(
        slug=row.tenant.slug, name=row.name, kind=row.kind,
        province=_text(told.province_th, told.province_en) if told else None,
        region=_text(told.region_th, told.region_en) if told else None,
        population=row.population, area_km2=float(row.area_km2) if row.area_km2 is not None else None,
        vision=_text(row.vision_th, row.vision_en),
        lon=row.location.x if row.location else None, lat=row.location.y if row.location else None, hue=row.hue,
        project=_text(told.project_th, told.project_en) if told else None,
        domains=tuple(told.domains) if told else (), sdgs=tuple(told.sdgs) if told else (),
    )  # fmt: skip


@query(ORGANISATION_READ)
def city_profile(ctx: Context) -> dict[str, Any] | None:
    """The public profile of the organisation as ``page_of`` shapes it, or None when it has published none."""
    found = CityProfile.objects.first()
    return page_of(found.body) if found else None


@query(ORGANISATION_READ)
def office_calendar(ctx: Context, *, on: date | None = None, calendar: str = MAIN_CALENDAR) -> OfficeCalendar:
    """The working hours in force on ``on`` (today by the context) with holidays, open days and special days.

    Without a calendar of its own an organisation works the usual hours. Raises ``NotFound`` for an unknown other calendar.
    """
    day = on or in_bangkok(ctx.now).date()
    rows = OfficeHours.objects.filter(calendar=calendar, effective_from__lte=day)
    row = rows.filter(Q(effective_to=None) | Q(effective_to__gt=day)).first()
    national = frozenset(holiday.day for holiday in national_holidays())
    if row is None:
        if calendar != MAIN_CALENDAR:
            raise NotFound(Text(f"ไม่มีปฏิทิน {calendar} ที่ใช้ในวันนั้น", f"No calendar {calendar} is in force on that day"))
        return OfficeCalendar(holidays=national)
    week = {index: _intervals(row.week.get(name, [])) for index, name in enumerate(WEEKDAYS)}
    closed = (national if row.national_holidays else frozenset()) | _days(row.holidays)
    special = {
        date.fromisoformat(d["date"]): _intervals([[h["opens"], h["closes"]] for h in d["hours"]])
        for d in row.special_days
    }
    return OfficeCalendar(week=week, holidays=closed - _days(row.open_days), special_days=special)


def _days(rows: list[dict[str, Any]]) -> frozenset[date]:
    return frozenset(date.fromisoformat(row["date"]) for row in rows)


def _intervals(pairs: list[list[str]]) -> tuple[Interval, ...]:
    return tuple(Interval(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in pairs)


@query(ORGANISATION_READ)
def legal_figure(ctx: Context, *, figure: str, on: date | None = None) -> EffectiveRow:
    """The figure in force on ``on`` (today in Bangkok): the organisation's own row of that day, or else the platform's.

    An own row that begins later, or has ended, does not hide the platform's.
    Raises ``NoRuleInForce`` or ``OverlappingRules`` of ``nakhon.knowledge.legal``.
    """
    day = on or in_bangkok(ctx.now).date()
    own = [_row(row) for row in LegalFigure.objects.filter(figure=figure)]
    return select(own if any(row.in_force(day) for row in own) else legal_figures(), figure, day)


@query(ORGANISATION_READ)
def legal_figure_rows(ctx: Context) -> list[EffectiveRow]:
    """All rows of the organisation, and the platform's for figures of which it has none; by figure and day."""
    own = [_row(row) for row in LegalFigure.objects.order_by("figure", "effective_from")]
    named = {row.key for row in own}
    rest = [row for row in legal_figures() if row.key not in named]
    return sorted([*own, *rest], key=lambda row: (row.key, row.effective_from))


def _row(row: LegalFigure) -> EffectiveRow:
    return EffectiveRow(
        row.figure, row.value, row.effective_from, row.effective_to, row.legal_basis, row.source, row.confirm, row.unit
    )


@query(ORGANISATION_READ)
def city_facts(ctx: Context) -> dict[str, Any]:
    """What the directory knows of the organisation, for solutions that fill themselves in. Missing values are None."""
    row = Organisation.objects.annotate(slug=F("tenant__slug")).get(pk=ctx.tenant.id)
    return {
        "slug": row.slug, "name_th": row.name_th, "name_en": row.name_en, "kind_th": row.kind_text.th, "kind_en": row.kind_text.en,
        "vision_th": row.vision_th or None, "vision_en": row.vision_en or None,
        "population": row.population, "area_km2": float(row.area_km2) if row.area_km2 is not None else None,
        "phone": row.phone or None, "email": row.email or None, "website": row.website or None,
        "lon": row.location.x if row.location else None, "lat": row.location.y if row.location else None,
    }  # fmt: skip
