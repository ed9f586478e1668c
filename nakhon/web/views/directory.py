"""The organisation's own record in the directory: what it says, where it stands among the others, editing it, adding below it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_http_methods

from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, NakhonError
from nakhon.knowledge.collation import sort_key
from nakhon.knowledge.places import PlaceError, districts, lookup, provinces
from nakhon.knowledge.text import Text
from nakhon.people import queries, services
from nakhon.people.permissions import ORGANISATION_CREATE, ORGANISATION_EDIT
from nakhon.people.queries.organisations import ORGANISATION_KINDS
from nakhon.people.services.organisations import SUPERVISORS
from nakhon.web.conflicts import Difference, again, differences, version_of
from nakhon.web.console import ctx_of, here, told, words
from nakhon.web.signin.forms import show
from nakhon.web.templatetags.nakhon_city import hue as nearest_hue

HUES = [(str(value), str(value)) for value in range(0, 360, 15)]
NONE_CHOSEN = Text("ไม่ระบุ", "Not given")


class RecordForm(forms.Form):
    """The organisation's record. Values are read and judged by the verb, so that all of it is told at once."""

    name_th = forms.CharField(label=words("ชื่อหน่วยงานภาษาไทย", "Name in Thai"), required=False)
    name_en = forms.CharField(label=words("ชื่อหน่วยงานภาษาอังกฤษ", "Name in English"), required=False)
    vision_th = forms.CharField(
        label=words("วิสัยทัศน์ภาษาไทย", "Vision in Thai"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    vision_en = forms.CharField(
        label=words("วิสัยทัศน์ภาษาอังกฤษ", "Vision in English"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    province_code = forms.ChoiceField(
        label=words("จังหวัด", "Province"),
        required=False,
        error_messages={"invalid_choice": words("เลือกจากรายการที่มีให้", "Choose one from the list")},
    )
    district_code = forms.ChoiceField(
        label=words("อำเภอ", "District"),
        required=False,
        help_text=words("รายการเป็นของจังหวัดที่เลือกไว้", "The list is that of the province chosen"),
        error_messages={
            "invalid_choice": words(
                "อำเภอนี้ไม่ได้อยู่ในจังหวัดที่เลือก เลือกใหม่จากรายการ", "It does not lie in the province chosen; choose again"
            )
        },
    )
    dla_code = forms.CharField(
        label=words("รหัส อปท.", "DLA code"),
        help_text=words(
            "รหัสองค์กรปกครองส่วนท้องถิ่นตามที่กรมส่งเสริมการปกครองท้องถิ่นประกาศ",
            "As the Department of Local Administration publishes it",
        ),
        required=False,
    )
    phone = forms.CharField(label=words("โทรศัพท์", "Telephone"), required=False)
    email = forms.CharField(label=words("อีเมล", "E-mail"), required=False)
    website = forms.CharField(label=words("เว็บไซต์", "Website"), required=False)
    population = forms.CharField(label=words("ประชากร (คน)", "Population"), required=False)
    area_km2 = forms.CharField(label=words("พื้นที่ (ตารางกิโลเมตร)", "Area (square kilometres)"), required=False)
    lat = forms.CharField(label=words("ละติจูด", "Latitude"), required=False)
    lon = forms.CharField(label=words("ลองจิจูด", "Longitude"), required=False)
    hue = forms.ChoiceField(label=words("สีประจำหน่วยงาน", "The organisation's colour"), choices=HUES, required=False)
    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        province = self["province_code"].value() or ""
        by_name = sorted(provinces(), key=lambda place: sort_key(place.name.th))
        _choices(self, "province_code", [(place.code, place.name) for place in by_name])
        _choices(self, "district_code", _districts(str(province)))


class ChildForm(forms.Form):
    slug = forms.CharField(
        label=words("ชื่อย่อสำหรับที่อยู่เว็บ", "Short name for its address"),
        help_text=words("อักษรอังกฤษตัวเล็ก เปลี่ยนภายหลังไม่ได้", "Lower-case letters; it cannot be changed later"),
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(
        label=words("ประเภท", "Kind"),
        choices=ORGANISATION_KINDS,
        error_messages={"invalid_choice": words("เลือกจากรายการที่มีให้", "Choose one from the list")},
    )
    name_th = forms.CharField(
        label=words("ชื่อภาษาไทย", "Name in Thai"),
        error_messages={"required": words("ต้องกรอกช่องนี้", "This field is required")},
    )
    name_en = forms.CharField(
        label=words("ชื่อภาษาอังกฤษ", "Name in English"),
        error_messages={"required": words("ต้องกรอกช่องนี้", "This field is required")},
    )


def _choices(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", NONE_CHOSEN), *choices]


def _districts(province_code: str) -> list[tuple[str, Any]]:
    try:
        found = districts(province_code) if province_code else ()
    except PlaceError:
        found = ()
    return [(place.code, place.name) for place in sorted(found, key=lambda place: sort_key(place.name.th))]


def _above(ctx: Context, own: Any) -> list[Any]:
    """The organisations above, the highest first."""
    found: list[Any] = []
    at = own.parent
    while at is not None and len(found) < 10:
        at = queries.organisation(ctx, slug=at.tenant.slug)
        found.insert(0, at)
        at = at.parent
    return found


def _place(code: str) -> Text | None:
    try:
        return lookup(code).name if code else None
    except PlaceError:
        return Text(code, code)


def _may_add(ctx: Context, own: Any) -> bool:
    return ctx.may(ORGANISATION_CREATE) and own.kind in SUPERVISORS


@require_GET
def organisation(request: HttpRequest) -> HttpResponse:
    """The record as the directory shows it, and the tree around it."""
    ctx = ctx_of(request)
    own = queries.organisation(ctx)
    point = own.location
    map_config = None
    if point is not None:
        place = {"id": ctx.tenant.slug, "lon": point.x, "lat": point.y, "label": own.name, "hue": own.hue}
        map_config = {"points": [place], "center": [point.x, point.y], "zoom": 8}
    page = {
        "organisation": own,
        "above": _above(ctx, own),
        "below": queries.organisation_tree(ctx, root_slug=ctx.tenant.slug),
        "province": _place(own.province_code),
        "district": _place(own.district_code),
        "map_config": map_config,
        "may_edit": ctx.may(ORGANISATION_EDIT),
        "may_add": _may_add(ctx, own),
    }
    return render(request, "console/directory/organisation.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_edit(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    ctx.require(ORGANISATION_EDIT)
    own = queries.organisation(ctx)
    names = [name for name in RecordForm.base_fields if name not in ("lat", "lon", "hue")]
    initial = {name: "" if getattr(own, name) is None else getattr(own, name) for name in names}
    if own.area_km2 is not None:
        initial["area_km2"] = f"{own.area_km2:f}".rstrip("0").rstrip(".")
    if own.location is not None:
        initial |= {"lat": own.location.y, "lon": own.location.x}
    initial["hue"] = str(nearest_hue(own.hue))
    form = RecordForm(request.POST or None, initial=initial)
    conflict: list[Difference] = []
    if request.method == "POST" and form.is_valid():
        version = version_of(form)
        values = dict(form.cleaned_data)
        if values["hue"] in ("", initial["hue"]):
            # The colours on offer are 15 degrees apart: not choosing another must not move the one that was set.
            del values["hue"]
        try:
            services.edit_organisation(ctx, version=version, **values)
        except Conflict:
            conflict = differences(form, {name: initial[name] for name in values if name in initial})
            if not conflict:
                return redirect(here(request, "organisation"))
            again(form, own.version)
        except NakhonError as error:
            show(form, error)
        else:
            told(request, "บันทึกข้อมูลหน่วยงานแล้ว", "The organisation's record was saved")
            return redirect(here(request, "organisation"))
    page = {
        "form": form,
        "hues": [int(value) for value, _ in HUES],
        "hue_now": form["hue"].value(),
        "organisation": own,
        "differences": conflict,
    }
    status = 409 if conflict else 422 if form.errors else 200
    return render(request, "console/directory/edit.html", page, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_new(request: HttpRequest) -> HttpResponse:
    """Another organisation below this one, which only a ministry, department or province may add."""
    ctx = ctx_of(request)
    ctx.require(ORGANISATION_CREATE)
    form = ChildForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            name = Text(given["name_th"], given["name_en"])
            services.create_organisation(ctx, slug=given["slug"], kind=given["kind"], name=name)
        except NakhonError as error:
            show(form, error)
        else:
            told(request, f"เพิ่ม{given['name_th']}แล้ว", f"{given['name_en']} was added")
            return redirect(here(request, "organisation"))
    return render(request, "console/directory/new.html", {"form": form}, status=422 if form.errors else 200)


staff_urls: list[URLPattern] = [
    path("organisation/", organisation, name="organisation"),
    path("organisation/edit/", organisation_edit, name="organisation_edit"),
    path("organisation/new/", organisation_new, name="organisation_new"),
]
