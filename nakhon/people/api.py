"""The room's HTTP API: the public directory, and a city's units and staff for its own officers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from nakhon.kernel.context import Context
from nakhon.knowledge.text import Text
from nakhon.people import queries, services
from nakhon.people.types import MemberRow, UnitNode

directory = Router(tags=["directory"])
staff = Router(tags=["organisation"])


def _ctx(request: HttpRequest) -> Context:
    ctx: Context = request.ctx  # type: ignore[attr-defined]
    return ctx


class Words(Schema):
    """A text in Thai and English."""

    th: str
    en: str

    @classmethod
    def of(cls, text: Text) -> Words:
        return cls(th=text.th, en=text.en)


class OrganisationOut(Schema):
    """An organisation of the directory. ``lat``/``lon`` are WGS 84 degrees, ``area_km2`` square kilometres."""

    slug: str
    kind: str
    kind_name: Words
    name: Words
    parent: str | None
    province_code: str
    district_code: str
    phone: str
    website: str
    lat: float | None
    lon: float | None
    area_km2: float | None
    population: int | None
    demonstration: bool

    @classmethod
    def of(cls, row: Any) -> OrganisationOut:
        return cls(
            slug=row.tenant.slug,
            kind=row.kind,
            kind_name=Words.of(row.kind_text),
            name=Words.of(row.name),
            parent=str(row.parent_id) if row.parent_id else None,
            province_code=row.province_code,
            district_code=row.district_code,
            phone=row.phone,
            website=row.website,
            lat=row.location.y if row.location else None,
            lon=row.location.x if row.location else None,
            area_km2=float(row.area_km2) if row.area_km2 is not None else None,
            population=row.population,
            demonstration=row.is_demonstration,
        )


class OrganisationPage(Schema):
    """Part of the directory. ``after`` asks for the next part; it is empty at the end."""

    organisations: list[OrganisationOut]
    after: str


class UnitOut(Schema):
    """A unit of an organisation (สำนัก กอง งาน)."""

    id: UUID
    code: str
    kind: str
    kind_name: Words
    name: Words
    parent_id: UUID | None
    position: int
    members: int
    closed_at: datetime | None

    @classmethod
    def of(cls, node: UnitNode) -> UnitOut:
        return cls(
            id=node.id,
            code=node.code,
            kind=node.kind,
            kind_name=Words.of(node.kind_text),
            name=Words.of(node.name),
            parent_id=node.parent_id,
            position=node.position,
            members=node.members,
            closed_at=node.closed_at,
        )


class UnitIn(Schema):
    """A new unit."""

    code: str
    kind: str
    name: Words
    parent_id: UUID | None = None
    phone: str = ""
    email: str = ""
    position: int = 0


class MemberOut(Schema):
    """A member of the staff."""

    id: UUID
    name: str
    title: str
    roles: list[str]
    units: list[UUID]
    started_at: datetime

    @classmethod
    def of(cls, row: MemberRow) -> MemberOut:
        return cls(
            id=row.id,
            name=row.name,
            title=row.title,
            roles=[code for code, _ in row.roles],
            units=[unit_id for unit_id, _ in row.units],
            started_at=row.started_at,
        )


@directory.get("/organisations", response=OrganisationPage, auth=None)
def list_organisations(
    request: HttpRequest, q: str = "", kind: str = "", province: str = "", after: str = "", limit: int = 50
) -> OrganisationPage:
    """Search the directory of organisations by name, kind (``CITY_MUN`` ...) and province code (two digits)."""
    page = queries.directory(_ctx(request), text=q, kind=kind, province_code=province, after=after, limit=limit)
    return OrganisationPage(organisations=[OrganisationOut.of(row) for row in page.rows], after=page.after)


@directory.get("/organisations/{slug}", response=OrganisationOut, auth=None)
def read_organisation(request: HttpRequest, slug: str) -> OrganisationOut:
    """One organisation of the directory by its short name."""
    return OrganisationOut.of(queries.organisation(_ctx(request), slug=slug))


@staff.get("/units", response=list[UnitOut])
def list_units(request: HttpRequest, with_closed: bool = False) -> list[UnitOut]:
    """The organisation's units, parents before children."""
    return [UnitOut.of(node) for node in queries.units(_ctx(request), with_closed=with_closed)]


@staff.post("/units", response={201: UnitOut})
def create_unit(request: HttpRequest, body: UnitIn) -> Status[UnitOut]:
    """Add a unit."""
    ctx = _ctx(request)
    made = services.create_unit(
        ctx,
        code=body.code,
        kind=body.kind,
        name_th=body.name.th,
        name_en=body.name.en,
        parent_id=body.parent_id,
        phone=body.phone,
        email=body.email,
        position=body.position,
    )
    return Status(201, next(UnitOut.of(node) for node in queries.units(ctx) if node.id == made.pk))


@staff.post("/units/{unit_id}/close", response=UnitOut)
def close_unit(request: HttpRequest, unit_id: UUID) -> UnitOut:
    """Close a unit that nobody and nothing belongs to any more."""
    ctx = _ctx(request)
    services.close_unit(ctx, unit_id=unit_id)
    return next(UnitOut.of(node) for node in queries.units(ctx, with_closed=True) if node.id == unit_id)


@staff.get("/members", response=list[MemberOut])
def list_members(request: HttpRequest, q: str = "", role: str = "") -> list[MemberOut]:
    """The organisation's staff in Thai dictionary order, by name, e-mail or title, and by role."""
    return [MemberOut.of(row) for row in queries.members(_ctx(request), text=q, role=role)]
