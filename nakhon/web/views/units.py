"""The units of the organisation: the tree, one unit with its people, adding, editing, moving, closing and opening again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nakhon.kernel.errors import Conflict, NakhonError
from nakhon.knowledge.text import Text
from nakhon.people import queries, services
from nakhon.people.permissions import MEMBER_READ, UNIT_EDIT
from nakhon.people.queries.units import UNIT_KINDS
from nakhon.people.types import UnitNode
from nakhon.web.conflicts import Difference, again, differences, version_of
from nakhon.web.console import ctx_of, here, told, whole, words
from nakhon.web.signin.forms import show

OWN_DATA = ("kind", "name_th", "name_en", "phone", "email", "position")
TOP = Text("ระดับบนสุด ไม่สังกัดหน่วยใด", "Top level, below no other unit")


class UnitForm(forms.Form):
    """A unit's own data. The verbs decide, so nothing is required here: all that is wrong is told at once."""

    code = forms.CharField(
        label=words("รหัส", "Code"),
        help_text=words("ชื่อสั้นที่ไม่เปลี่ยนอีก เช่น works หรือ public-health", "A short name that never changes, such as works"),
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(label=words("ประเภท", "Kind"), choices=UNIT_KINDS, required=False)
    name_th = forms.CharField(label=words("ชื่อภาษาไทย", "Name in Thai"), required=False)
    name_en = forms.CharField(label=words("ชื่อภาษาอังกฤษ", "Name in English"), required=False)
    parent_id = forms.ChoiceField(label=words("สังกัด", "Part of"), required=False)
    phone = forms.CharField(label=words("โทรศัพท์", "Telephone"), required=False)
    email = forms.CharField(label=words("อีเมล", "E-mail"), required=False)
    position = forms.CharField(
        label=words("ลำดับในสังกัดเดียวกัน", "Order among its neighbours"),
        help_text=words("เลขน้อยอยู่ก่อน", "Lower numbers come first"),
        required=False,
        initial="0",
    )

    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, parents: list[tuple[str, Any]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].error_messages |= {"invalid_choice": words("เลือกจากรายการที่มีให้", "Choose one from the list")}
        if parents is None:
            for name in ("code", "parent_id"):
                del self.fields[name]
        else:
            del self.fields["version"]
            chosen = self.fields["parent_id"]
            assert isinstance(chosen, forms.ChoiceField)
            chosen.choices = parents
            chosen.error_messages |= {"invalid_choice": words("เลือกหน่วยงานที่เปิดอยู่", "Choose a unit that is open")}


class MoveForm(forms.Form):
    parent_id = forms.ChoiceField(
        label=words("ย้ายไปสังกัด", "Move it below"),
        required=False,
        error_messages={"invalid_choice": words("เลือกหน่วยงานที่เปิดอยู่", "Choose a unit that is open")},
    )

    def __init__(self, *args: Any, parents: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["parent_id"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = parents


def _parents(nodes: list[UnitNode], without: UUID | None = None) -> list[tuple[str, Any]]:
    """Units that another may be put below, indented by their depth, with the top first."""
    found: list[tuple[str, Any]] = [("", TOP)]
    for node in nodes:
        if node.closed_at is None and node.id != without:
            indent = "\u2003" * node.depth
            found.append((str(node.id), Text(f"{indent}{node.name.th}", f"{indent}{node.name.en}")))
    return found


def _uuid(text: str) -> UUID | None:
    return UUID(text) if text else None


@require_GET
def units(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    with_closed = request.GET.get("closed") == "1"
    nodes = queries.units(ctx, with_closed=with_closed)
    page = {
        "tree": queries.unit_tree(ctx, with_closed=with_closed),
        "total": len(nodes),
        "with_closed": with_closed,
        "may_edit": ctx.may(UNIT_EDIT),
        "may_see_staff": ctx.may(MEMBER_READ),
    }
    return render(request, "console/units/list.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def unit_new(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    ctx.require(UNIT_EDIT)
    parents = _parents(queries.units(ctx))
    form = UnitForm(
        request.POST or None, parents=parents, initial={"parent_id": request.GET.get("parent", ""), "position": "0"}
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        parent_id = _uuid(values.pop("parent_id"))
        try:
            made = services.create_unit(ctx, parent_id=parent_id, **values)
        except NakhonError as error:
            show(form, error)
        else:
            told(request, f"เพิ่ม{made.name_th}แล้ว", f"{made.name_en} was added")
            return redirect(here(request, "unit", unit_id=made.pk))
    return render(request, "console/units/new.html", {"form": form}, status=422 if form.errors else 200)


def _page(
    request: HttpRequest,
    unit_id: UUID,
    *,
    form: UnitForm | None = None,
    move: MoveForm | None = None,
    refusal: NakhonError | None = None,
    conflict: list[Difference] | None = None,
) -> HttpResponse:
    ctx = ctx_of(request)
    found = queries.unit(ctx, unit_id=unit_id)
    nodes = queries.units(ctx, with_closed=True)
    by_id = {node.id: node for node in nodes}
    own = by_id[found.pk]
    above: list[UnitNode] = []
    at = own.parent_id
    while at is not None:
        above.insert(0, by_id[at])
        at = by_id[at].parent_id
    trail = [{"href": here(request, "units"), "label": Text("โครงสร้างหน่วยงาน", "Units")}]
    trail += [{"href": here(request, "unit", unit_id=node.id), "label": node.name} for node in above]
    page = {
        "unit": own,
        "crumbs": [*trail, {"label": own.name}],
        "parts": own.children,
        "staff": queries.members(ctx, unit_id=own.id) if ctx.may(MEMBER_READ) else [],
        "may_see_staff": ctx.may(MEMBER_READ),
        "may_edit": ctx.may(UNIT_EDIT),
        "form": form or UnitForm(initial={name: getattr(found, name) for name in (*OWN_DATA, "version")}),
        "move": move or MoveForm(parents=_parents(nodes, own.id), initial={"parent_id": str(own.parent_id or "")}),
        "refusal": whole(refusal) if refusal else None,
        "differences": conflict,
    }
    wrong = any(part is not None and part.errors for part in (form, move))
    return render(
        request, "console/units/unit.html", page, status=409 if refusal or conflict else 422 if wrong else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def unit(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """One unit; a POST changes its own data."""
    if request.method != "POST":
        return _page(request, unit_id)
    ctx = ctx_of(request)
    ctx.require(UNIT_EDIT)
    queries.unit(ctx, unit_id=unit_id)
    form = UnitForm(request.POST)
    if form.is_valid():
        version = version_of(form)
        try:
            services.edit_unit(ctx, unit_id=unit_id, version=version, **form.cleaned_data)
        except Conflict:
            now = queries.unit(ctx, unit_id=unit_id)
            found = differences(form, {name: getattr(now, name) for name in OWN_DATA})
            if found:
                again(form, now.version)
                return _page(request, unit_id, form=form, conflict=found)
            return redirect(here(request, "unit", unit_id=unit_id))
        except NakhonError as error:
            show(form, error)
        else:
            told(request, "บันทึกข้อมูลหน่วยงานย่อยแล้ว", "The unit was saved")
            return redirect(here(request, "unit", unit_id=unit_id))
    return _page(request, unit_id, form=form)


@require_POST
def unit_move(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    ctx = ctx_of(request)
    ctx.require(UNIT_EDIT)
    queries.unit(ctx, unit_id=unit_id)
    form = MoveForm(request.POST, parents=_parents(queries.units(ctx), unit_id))
    if form.is_valid():
        try:
            services.move_unit(ctx, unit_id=unit_id, parent_id=_uuid(form.cleaned_data["parent_id"]))
        except NakhonError as error:
            show(form, error)
        else:
            told(request, "ย้ายหน่วยงานย่อยแล้ว", "The unit was moved")
            return redirect(here(request, "unit", unit_id=unit_id))
    return _page(request, unit_id, move=form)


@require_POST
def unit_close(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    try:
        services.close_unit(ctx_of(request), unit_id=unit_id)
    except Conflict as error:
        return _page(request, unit_id, refusal=error)
    told(request, "ปิดหน่วยงานย่อยแล้ว ประวัติยังอยู่ครบ", "The unit was closed; its history stays")
    return redirect(here(request, "unit", unit_id=unit_id))


@require_POST
def unit_reopen(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    ctx = ctx_of(request)
    ctx.require(UNIT_EDIT)
    queries.unit(ctx, unit_id=unit_id)
    try:
        services.reopen_unit(ctx, unit_id=unit_id)
    except NakhonError as error:
        # Open already, or what it belongs to is closed: both are told on the unit's own page.
        return _page(request, unit_id, refusal=error)
    told(request, "เปิดหน่วยงานย่อยอีกครั้งแล้ว", "The unit is open again")
    return redirect(here(request, "unit", unit_id=unit_id))


staff_urls: list[URLPattern] = [
    path("units/", units, name="units"),
    path("units/new/", unit_new, name="unit_new"),
    path("units/<uuid:unit_id>/", unit, name="unit"),
    path("units/<uuid:unit_id>/move/", unit_move, name="unit_move"),
    path("units/<uuid:unit_id>/close/", unit_close, name="unit_close"),
    path("units/<uuid:unit_id>/reopen/", unit_reopen, name="unit_reopen"),
]
