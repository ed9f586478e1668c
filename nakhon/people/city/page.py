"""A profile as the public page reads it: texts of the report by their printed parts, figures with labels in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Both = dict[str, str]


def _both(value: Any) -> Both | None:
    if not value:
        return None
    return {"th": value, "en": value} if isinstance(value, str) else {"th": value["th"], "en": value["en"]}


def _thai(values: Any) -> list[str]:
    return [value if isinstance(value, str) else value["th"] for value in values or []]


def _thai_one(value: Any) -> str | None:
    both = _both(value)
    return both["th"] if both else None


def page_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """The public page's record: ``vision``, ``population``, ``area_km2``, ``density`` (people per km²), ``phones``,
    ``website``, ``mayor``, ``district``, ``province``, ``region`` (each ``{th, en}``), ``source`` and ``project`` or None.

    Lists of printed text end in ``_th``, as the page shows them in Thai whatever its language.
    """
    contact = body.get("contact") or {}
    population, area = body.get("population"), body.get("area_km2")
    project = body.get("project")
    return {
        "vision": _both(body.get("vision")),
        "mayor": _both(body.get("mayor")),
        "population": population,
        "area_km2": area,
        "density": round(population / area, 1) if population and area else None,
        "phones": contact.get("phones", []),
        "email": contact.get("email"),
        "website": contact.get("website"),
        "address": _both(contact.get("address")),
        "district": _both(body.get("district")),
        "province": _both(body.get("province")),
        "region": _both(body.get("region")),
        "emblem_area_order": body.get("emblem_area_order"),
        "editor_note": _both(body.get("editor_note")),
        "source": body.get("source"),
        "project": _project(project) if project else None,
    }


def _project(project: Mapping[str, Any]) -> dict[str, Any]:
    budget, period = project.get("budget"), project.get("period")
    partners, benefits = project.get("partners") or {}, project.get("benefits") or {}
    lists = (
        "rationale",
        "objectives",
        "target_group",
        "steps",
        "awards",
        "replication",
        "driving_factors",
        "limitations",
        "future",
    )
    return {
        "title_th": project["title"]["th"],
        "title_en": project["title"]["en"],
        "domains": project["domains"],
        "sdgs": project.get("sdgs", []),
        "target_count": project.get("target_count"),
        "budget": {
            "amount_baht": budget.get("amount_baht"), "year_be": budget.get("year_be"),
            "source_th": _thai_one(budget.get("source")), "as_printed": _thai_one(budget.get("as_printed")),
        } if budget else {"amount_baht": None, "year_be": None, "source_th": None, "as_printed": None},
        "period": {
            "start_iso": period.get("start"), "end_iso": period.get("end"), "days": period.get("days"),
            "start_be": _thai_one(period.get("start_as_printed")), "end_be": _thai_one(period.get("end_as_printed")),
        } if period else None,
        **{f"{name}_th": _thai(project.get(name)) for name in lists},
        "partners_text_th": _thai(partners.get("told")),
        "partners_list_th": _thai(partners.get("names")),
        "benefits_quantitative_th": _thai(benefits.get("quantitative")),
        "benefits_qualitative_th": _thai(benefits.get("qualitative")),
        "metrics": [
            {**metric, "label": _both(metric["label"]), "unit": _both(metric["unit"]), "note": _both(metric.get("note"))}
            for metric in project.get("metrics", [])
        ],
        "appendices": [
            {"title": _both(part["title"]), "lines_th": _thai(part["lines"])} for part in project.get("appendices", [])
        ],
    }  # fmt: skip
