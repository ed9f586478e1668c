"""Verbs on the directory: found and create organisations, edit one's own record, move one below another parent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import transaction

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context, system_actor
from nakhon.kernel.errors import Conflict, Forbidden, NotFound
from nakhon.kernel.models import Tenant
from nakhon.kernel.outbox import announce
from nakhon.kernel.tenancy import act_in
from nakhon.kernel.verbs import verb
from nakhon.knowledge.digits import arabic_digits
from nakhon.knowledge.places import lookup
from nakhon.knowledge.text import Text
from nakhon.people.access import tenant_ref
from nakhon.people.errors import WouldCircle
from nakhon.people.events import OrganisationChanged, OrganisationCreated, OrganisationMoved
from nakhon.people.intake import Intake
from nakhon.people.models import Organisation, OrganisationKind
from nakhon.people.permissions import ORGANISATION_CREATE, ORGANISATION_EDIT
from nakhon.people.rules.trees import ancestors, would_circle

SUPERVISORS = frozenset({"MINISTRY", "DEPARTMENT", "PROVINCE"})
"""Kinds that may have organisations below them and arrange those."""

RESERVED = frozenset(
    {
        "admin",
        "api",
        "style",
        "signin",
        "signout",
        "account",
        "staff",
        "static",
        "files",
        "healthz",
        "metrics",
        "problems",
        "me",
        "country",
        "accounts",
        "about",
        "search",
        "cities",
        "ogc",
        "open311",
        "sta",
    }
)
"""Addresses of the platform itself, which no organisation can have."""

_SLUG = re.compile(r"^[a-z][a-z0-9-]{1,38}[a-z0-9]$")
EDITABLE = (
    "name_th", "name_en", "province_code", "district_code", "dla_code", "phone", "email", "website", "hue",
    "lat", "lon", "area_km2", "population", "vision_th", "vision_en",
)  # fmt: skip


def found_organisation(
    *,
    slug: str,
    kind: str,
    name: Text,
    now: datetime,
    parent_slug: str = "",
    is_demonstration: bool = False,
    **fields: Any,
) -> Organisation:
    """Enter an organisation in the directory on behalf of the platform itself, as its set-up and demonstration do.

    Not a verb: the first organisation has no tenant to act in. ``fields`` are those of ``edit_organisation``. Audited in
    the new organisation's own chain. Raises ``Invalid`` or ``NotFound`` (the parent).
    """
    parent = _by_slug(parent_slug) if parent_slug else None
    with transaction.atomic():
        return _create(None, system_actor("setup"), now, slug, kind, name, parent, is_demonstration, fields)


@verb(ORGANISATION_CREATE)
def create_organisation(
    ctx: Context, /, *, slug: str, kind: str, name: Text, parent_slug: str = "", **fields: Any
) -> Organisation:
    """Enter an organisation below the acting one, or below one of its own.

    Only a ministry, department or province may. ``fields`` are those of ``edit_organisation``. Raises ``Forbidden``,
    ``Invalid`` (fields named) or ``NotFound`` (the parent).
    """
    parent = _by_slug(parent_slug or ctx.tenant.slug)
    _require_supervisor(ctx, parent)
    organisation = _create(ctx, ctx.actor, ctx.now, slug, kind, name, parent, False, fields)
    record(
        ctx,
        "people.organisation.created",
        organisation,
        detail={"slug": slug, "kind": kind, "parent": parent.tenant.slug},
    )
    return organisation


@verb(ORGANISATION_EDIT)
def edit_organisation(ctx: Context, /, *, version: int | None = None, **fields: Any) -> Organisation:
    """Change the acting organisation's own record; fields not given stay as they are.

    ``name`` (Text) or ``name_th``/``name_en``; ``vision`` likewise; ``province_code`` (2 digits) and ``district_code`` (4);
    ``lat``/``lon`` in WGS 84 degrees; ``area_km2``; ``population``; ``hue`` 0-359; contact fields as text.
    ``version`` is the one that was shown to whoever edits; definitions, which say how it shall be, give none.
    Raises ``Invalid`` naming the fields, or ``Conflict`` when somebody changed it since.
    """
    organisation = Organisation.objects.select_for_update(of=("self",)).select_related("tenant").get(pk=ctx.tenant.id)
    if version is not None and version != organisation.version:
        raise Conflict
    changed = _fill(organisation, fields)
    organisation.version += bool(changed)
    organisation.save()
    _follow_name(organisation)
    record(ctx, "people.organisation.edited", organisation, detail={"fields": changed})
    announce(ctx, OrganisationChanged(str(organisation.pk), changed))
    return organisation


@verb(ORGANISATION_CREATE)
def move_organisation(ctx: Context, *, slug: str, parent_slug: str) -> Organisation:
    """Put an organisation below another parent ("" makes it a root, which only the platform itself may do).

    Both must lie in the acting organisation's own branch. Raises ``Forbidden``, ``NotFound`` or ``WouldCircle``.
    """
    organisation = _by_slug(slug)
    parent = _by_slug(parent_slug) if parent_slug else None
    if parent is None and "system" not in ctx.actor.roles:
        raise Forbidden
    _require_supervisor(ctx, organisation)
    if parent is not None:
        _require_supervisor(ctx, parent)
    # Two moves at once could close a circle that neither sees: they queue up on the moved rows' table order.
    parents = dict(Organisation.objects.select_for_update().order_by("pk").values_list("pk", "parent_id"))
    if would_circle(parents, organisation.pk, parent.pk if parent else None):
        raise WouldCircle(fields={"parent_slug": WouldCircle.default_message})
    organisation.parent = parent
    organisation.save(update_fields=["parent"])
    record(ctx, "people.organisation.moved", organisation, detail={"slug": slug, "parent": parent_slug})
    announce(ctx, OrganisationMoved(str(organisation.pk), str(parent.pk) if parent else ""))
    return organisation


def _by_slug(slug: str) -> Organisation:
    found = Organisation.objects.select_related("tenant").filter(tenant__slug=slug).first()
    if found is None:
        raise NotFound(
            Text(f"ไม่มีหน่วยงานชื่อย่อ {slug}", f"No organisation is called {slug}"),
            Text("ตรวจสอบชื่อย่อในทำเนียบหน่วยงาน", "See the directory for its short name"),
        )
    return found


def _require_supervisor(ctx: Context, target: Organisation) -> None:
    """The platform may arrange all; others only what lies in their own branch, and only supervising kinds."""
    if "system" in ctx.actor.roles:
        return
    own = Organisation.objects.get(pk=ctx.tenant.id)
    parents: dict[UUID, UUID | None] = dict(Organisation.objects.values_list("pk", "parent_id"))
    in_branch = target.pk == own.pk or own.pk in ancestors(parents, target.pk)
    if own.kind not in SUPERVISORS or not in_branch:
        raise Forbidden(
            Text(
                "จัดการได้เฉพาะหน่วยงานในสังกัด และเฉพาะกระทรวง กรม หรือจังหวัด",
                "Only a ministry, department or province may, and only for organisations below it",
            )
        )


def _create(
    ctx: Context | None,
    actor: Any,
    now: datetime,
    slug: str,
    kind: str,
    name: Text,
    parent: Organisation | None,
    is_demonstration: bool,
    fields: Mapping[str, Any],
) -> Organisation:
    intake = Intake()
    if not _SLUG.match(slug) or slug in RESERVED:
        intake.wrong(
            "slug",
            "ใช้อักษรอังกฤษตัวเล็ก ตัวเลข และขีด 3-40 ตัว ขึ้นต้นด้วยตัวอักษร และไม่ใช่คำที่ระบบสงวนไว้",
            "Use 3 to 40 lower-case letters, digits and hyphens, beginning with a letter, and no word the platform reserves",
        )
    elif Tenant.objects.filter(slug=slug).exists():
        intake.wrong("slug", "มีหน่วยงานที่ใช้ชื่อย่อนี้แล้ว", "Another organisation has this short name")
    intake.choice("kind", kind, OrganisationKind.values)
    intake.done()
    tenant = Tenant.objects.create(slug=slug, name_th=name.th, name_en=name.en, created_at=now)
    organisation = Organisation(
        tenant=tenant, kind=kind, parent=parent, name_th=name.th, name_en=name.en, is_demonstration=is_demonstration
    )
    _fill(organisation, fields)
    organisation.save(force_insert=True)
    reference = tenant_ref(organisation)
    there = replace(ctx, tenant=reference) if ctx else Context(tenant=reference, actor=actor, now=now)
    with act_in(there):
        record(there, "people.organisation.created", organisation, detail={"slug": slug, "kind": kind})
        announce(there, OrganisationCreated(str(organisation.pk)))
    return organisation


def _fill(organisation: Organisation, fields: Mapping[str, Any]) -> list[str]:
    """Put checked values on the instance and return the names of the columns that changed."""
    given = dict(fields)
    for both in ("name", "vision"):
        if both in given:
            text = given.pop(both)
            given[f"{both}_th"], given[f"{both}_en"] = text.th, text.en
    unknown = set(given) - set(EDITABLE)
    if unknown:
        raise TypeError(f"An organisation has no {', '.join(sorted(unknown))}")
    intake = Intake()
    values: dict[str, Any] = {}
    for name in ("name_th", "name_en"):
        if name in given:
            values[name] = intake.text(name, given[name], required=True)
    for name, most in (("dla_code", 20), ("phone", 100), ("website", 200)):
        if name in given:
            values[name] = intake.text(name, given[name], most=most)
    for name in ("vision_th", "vision_en"):
        if name in given:
            values[name] = intake.text(name, given[name], most=4000, lines=True)
    if "email" in given:
        values["email"] = intake.email("email", given["email"])
    if values.get("website") and not re.match(r"^https?://[^\s/]+\.[^\s]+$", values["website"]):
        intake.wrong("website", "กรอกที่อยู่เว็บที่ขึ้นต้นด้วย https://", "Enter an address that begins with https://")
    if "hue" in given:
        values["hue"] = intake.whole("hue", given["hue"], least=0, most=359, required=True)
    if "population" in given:
        values["population"] = intake.whole("population", given["population"], least=0, most=100_000_000)
    if "area_km2" in given:
        values["area_km2"] = _area(intake, given["area_km2"])
    _places(intake, organisation, given, values)
    if "lat" in given or "lon" in given:
        values["location"] = _point(intake, given.get("lat"), given.get("lon"))
    intake.done()
    changed = [name for name, value in values.items() if getattr(organisation, name) != value]
    for name, value in values.items():
        setattr(organisation, name, value)
    return changed


def _area(intake: Intake, value: Any) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        area = Decimal(arabic_digits(str(value)).replace(",", "").strip())
    except InvalidOperation:
        area = Decimal(-1)
    if not (area.is_finite() and 0 < area < 1_000_000):
        intake.wrong("area_km2", "กรอกพื้นที่เป็นตารางกิโลเมตร เช่น 22.5", "Enter the area in square kilometres, such as 22.5")
        return None
    return area.quantize(Decimal("0.001"))


def _places(intake: Intake, organisation: Organisation, given: Mapping[str, Any], values: dict[str, Any]) -> None:
    for name, length in (("province_code", 2), ("district_code", 4)):
        if name not in given:
            continue
        code = arabic_digits(str(given[name] or "")).strip()
        if code and len(code) != length:
            intake.wrong(name, f"รหัสต้องมี {length} หลัก", f"The code has {length} digits")
        elif code:
            intake.read(name, code, lookup)
        values[name] = code
    province = values.get("province_code", organisation.province_code)
    district = values.get("district_code", organisation.district_code)
    if province and district and not district.startswith(province):
        intake.wrong("district_code", "อำเภอนี้ไม่ได้อยู่ในจังหวัดที่เลือก", "This district does not lie in the chosen province")


def _point(intake: Intake, lat: Any, lon: Any) -> Point | None:
    if lat in (None, "") and lon in (None, ""):
        return None
    try:
        y, x = float(arabic_digits(str(lat))), float(arabic_digits(str(lon)))
    except (TypeError, ValueError):
        y, x = 999.0, 999.0
    # Thailand with a margin; a swapped pair falls outside and is told so.
    if not (5.0 <= y <= 21.0 and 97.0 <= x <= 106.0):
        intake.wrong(
            "lat",
            "พิกัดต้องอยู่ในประเทศไทย ละติจูด 5-21 ลองจิจูด 97-106",
            "The position must lie in Thailand: latitude 5-21, longitude 97-106",
        )
        return None
    return Point(x, y, srid=4326)


def _follow_name(organisation: Organisation) -> None:
    tenant = organisation.tenant
    if (tenant.name_th, tenant.name_en) != (organisation.name_th, organisation.name_en):
        tenant.name_th, tenant.name_en = organisation.name_th, organisation.name_en
        tenant.save(update_fields=["name_th", "name_en"])
