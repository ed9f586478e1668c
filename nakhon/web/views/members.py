"""The staff: who works here, in which roles and units; adding, changing and ending; and which role may do what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, NakhonError
from nakhon.knowledge.text import Text
from nakhon.people import queries, services
from nakhon.people.permissions import MEMBER_EDIT
from nakhon.people.roles import ROLES, STAFF_ROLES
from nakhon.people.types import MemberRow
from nakhon.web.console import ctx_of, here, there, told, whole, with_query, words
from nakhon.web.signin.forms import show
from nakhon.web.trail_words import ROOMS

ON_A_PAGE = 50

ROLE_HINTS: dict[str, Text] = {
    "officer": Text("รับเรื่องและทำงานประจำวัน", "Takes in and works on cases day by day"),
    "supervisor": Text("มอบหมายและตรวจงานของเจ้าหน้าที่", "Assigns and checks the officers' work"),
    "executive": Text("ดูภาพรวมและรายงาน ไม่เห็นข้อมูลรายบุคคล", "Sees overviews and reports, no single person"),
    "registrar": Text("ดูแลทะเบียนบุคคล รวมถึงข้อมูลอ่อนไหว", "Keeps the register of persons, sensitive data included"),
    "dpo": Text("ดูแลความเป็นส่วนตัวและคำขอใช้สิทธิ", "Looks after privacy and rights requests"),
    "auditor": Text("ตรวจบันทึกและรายงาน แก้ไขไม่ได้", "Reads trails and reports, changes nothing"),
    "admin": Text(
        "จัดโครงสร้าง บุคลากร และการตั้งค่า ไม่เห็นข้อมูลประชาชน", "Arranges units, staff and settings; sees no citizen"
    ),
}


class Hinted(str):
    """A choice's value that carries a hint to stand below its label."""

    hint: Text


def _hinted(code: str) -> Hinted:
    value = Hinted(code)
    value.hint = ROLE_HINTS[code]
    return value


ROLE_CHOICES = [(_hinted(code), ROLES[code]) for code in STAFF_ROLES]


class PlaceForm(forms.Form):
    """What a member is here: title, roles, units. The verbs decide, so that all that is wrong is told at once."""

    title = forms.CharField(label=words("ตำแหน่ง", "Title"), required=False)
    roles = forms.MultipleChoiceField(
        label=words("บทบาท", "Roles"),
        choices=ROLE_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": words("เลือกจากรายการที่มีให้", "Choose from the list"),
        },
    )
    unit_ids = forms.MultipleChoiceField(
        label=words("หน่วยงานย่อย", "Units"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": words("เลือกหน่วยงานที่เปิดอยู่", "Choose units that are open")},
    )

    def __init__(self, *args: Any, units: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["unit_ids"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.choices = units


class AddForm(PlaceForm):
    email = forms.CharField(
        label=words("อีเมลที่ทำงาน", "Work e-mail"),
        help_text=words(
            "ระบบจะส่งคำเชิญให้ตั้งรหัสผ่านไปที่อีเมลนี้ ถ้ามีบัญชีอยู่แล้วจะใช้บัญชีเดิม",
            "An invitation to set a password goes there; an account that exists is used as it is",
        ),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocapitalize": "none", "spellcheck": "false"}),
    )
    display_name = forms.CharField(label=words("ชื่อและนามสกุล", "Name"), required=False)

    field_order = ("email", "display_name", "title", "roles", "unit_ids")


def _unit_choices(ctx: Context) -> list[tuple[str, Any]]:
    found = []
    for node in queries.units(ctx):
        indent = "\u2003" * node.depth
        found.append((str(node.id), Text(f"{indent}{node.name.th}", f"{indent}{node.name.en}")))
    return found


def _start(request: HttpRequest) -> int:
    text = request.GET.get("start", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


@require_GET
def members(request: HttpRequest) -> HttpResponse:
    """Everybody on the staff, found by name, e-mail or title, by role and by unit."""
    ctx = ctx_of(request)
    text, role, unit = (request.GET.get(name, "").strip() for name in ("q", "role", "unit"))
    units = _unit_choices(ctx)
    with_ended = request.GET.get("ended") == "1"
    known_unit = UUID(unit) if unit in dict(units) else None
    rows, start, total = queries.member_page(
        ctx, text=text, role=role if role in ROLES else "", unit_id=known_unit, with_ended=with_ended,
        start=_start(request), limit=ON_A_PAGE,
    )  # fmt: skip
    end = start + len(rows)
    page = {
        "rows": rows,
        "total": total,
        "info": Text(f"{start + 1}–{end} จาก {total} คน", f"{start + 1}–{end} of {total}"),
        "previous": with_query(request, start=start - ON_A_PAGE if start > ON_A_PAGE else None) if start else "",
        "next": with_query(request, start=end) if end < total else "",
        "wanted": {"q": text, "role": role, "unit": unit, "ended": with_ended},
        "is_filtered": bool(text or role or unit),
        "roles": [(code, ROLES[code]) for code in STAFF_ROLES],
        "units": units,
        "may_edit": ctx.may(MEMBER_EDIT),
    }
    return render(request, "console/members/list.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def member_new(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    ctx.require(MEMBER_EDIT)
    initial = {"unit_ids": request.GET.getlist("unit")}
    form = AddForm(request.POST or None, units=_unit_choices(ctx), initial=initial)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        unit_ids = [UUID(text) for text in values.pop("unit_ids")]
        try:
            made = services.add_member(ctx, unit_ids=unit_ids, **values)
        except NakhonError as error:
            show(form, error)
        else:
            told(request, "เพิ่มบุคลากรแล้ว ระบบกำลังส่งคำเชิญทางอีเมล", "Added; the invitation is on its way by e-mail")
            return redirect(here(request, "member", membership_id=made.pk))
    return render(request, "console/members/new.html", {"form": form}, status=422 if form.errors else 200)


def _form(ctx: Context, row: MemberRow, data: Any = None) -> PlaceForm:
    units = _unit_choices(ctx)
    initial = {
        "title": row.title,
        "roles": [code for code, _ in row.roles],
        "unit_ids": [str(unit_id) for unit_id, _ in row.units],
    }
    return PlaceForm(data, units=units, initial=initial)


def _page(
    request: HttpRequest, row: MemberRow, *, form: PlaceForm | None = None, refusal: NakhonError | None = None
) -> HttpResponse:
    ctx = ctx_of(request)
    may_edit = ctx.may(MEMBER_EDIT)
    has_ended = row.ended_at is not None and row.ended_at <= ctx.now
    page = {
        "member": row,
        "form": (form or _form(ctx, row)) if may_edit and not has_ended else None,
        "has_ended": has_ended,
        "may_edit": may_edit,
        "is_self": str(row.user_id) == ctx.actor.id,
        "access": there(request, "member_access", user_id=row.user_id) if may_edit and not has_ended else "",
        "refusal": whole(refusal) if refusal else None,
        "crumbs": [{"href": here(request, "members"), "label": Text("บุคลากร", "Staff")}, {"label": row.name}],
    }
    status = 409 if refusal else 422 if form is not None and form.errors else 200
    return render(request, "console/members/member.html", page, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """One member of the staff; a POST changes roles, title and units."""
    ctx = ctx_of(request)
    row = queries.member(ctx, membership_id=membership_id)
    if request.method != "POST":
        return _page(request, row)
    ctx.require(MEMBER_EDIT)
    form = _form(ctx, row, request.POST)
    if form.is_valid():
        values = dict(form.cleaned_data)
        unit_ids = [UUID(text) for text in values.pop("unit_ids")]
        try:
            services.change_member(ctx, membership_id=membership_id, unit_ids=unit_ids, **values)
        except NakhonError as error:
            show(form, error)
        else:
            told(request, "บันทึกข้อมูลบุคลากรแล้ว", "The member of staff was saved")
            return redirect(here(request, "member", membership_id=membership_id))
    return _page(request, row, form=form)


@require_POST
def member_end(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    ctx = ctx_of(request)
    try:
        ended = services.end_membership(ctx, membership_id=membership_id)
    except Conflict as error:
        return _page(request, queries.member(ctx, membership_id=membership_id), refusal=error)
    told(request, "บุคลากรพ้นหน้าที่แล้ว สิทธิ์ทั้งหมดสิ้นสุดทันที", "The membership has ended; all its rights are gone at once")
    # Whoever ended their own membership has no business in the console any more.
    return redirect(here(request, "home" if str(ended.user_id) == ctx.actor.id else "members"))


@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    """Which role may do what: the platform's one permission table, by room, for all roles or one."""
    ctx = ctx_of(request)
    table = queries.role_table(ctx)
    names = dict(table.roles)
    wanted = request.GET.get("role", "")
    wanted = wanted if wanted in names else ""
    rooms: dict[str, list[dict[str, Any]]] = {}
    for code, text, held in table.rows:
        holders = [role for (role, _), has in zip(table.roles, held, strict=True) if has]
        if wanted and wanted not in holders:
            continue
        rooms.setdefault(code.split(".", 1)[0], []).append(
            {
                "code": code,
                "text": text,
                "roles": [names[role] for role in holders],
                "everyone": len(holders) == len(names),
            }
        )
    tabs = [{"href": "?", "label": Text("ทุกบทบาท", "All roles"), "active": not wanted, "count": None}]
    tabs += [
        {"href": f"?role={code}", "label": name, "active": code == wanted, "count": None} for code, name in table.roles
    ]
    page = {
        "tabs": tabs,
        "rooms": [(ROOMS.get(room, Text(room, room)), rows) for room, rows in rooms.items()],
        "wanted": names.get(wanted),
        "hint": ROLE_HINTS.get(wanted),
        "total": sum(len(rows) for rows in rooms.values()),
    }
    return render(request, "console/members/roles.html", page)


staff_urls: list[URLPattern] = [
    path("members/", members, name="members"),
    path("members/new/", member_new, name="member_new"),
    path("members/<uuid:membership_id>/", member, name="member"),
    path("members/<uuid:membership_id>/end/", member_end, name="member_end"),
    path("roles/", roles, name="roles"),
]
