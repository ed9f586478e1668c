"""What the living style page shows: sample values of every component, so that the page is the documentation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from nakhon.knowledge.dates import in_bangkok
from nakhon.knowledge.text import Text
from nakhon.web.templatetags.nakhon_city import DOMAINS, SDGS
from nakhon.web.templatetags.nakhon_ui import KINDS, icons

SCALE = ("fs-4xl", "fs-3xl", "fs-2xl", "fs-xl", "fs-l", "fs-m", "fs-s", "fs-xs")
SURFACES = (
    "paper",
    "surface",
    "sunken",
    "raised",
    "brand-tint",
    "brand-tint-2",
    "brand",
    "brand-hover",
    "deep",
    "deep-2",
)
INKS = (
    "ink",
    "ink-2",
    "ink-3",
    "brand",
    "brand-ink",
    "gold-ink",
    "info-ink",
    "success-ink",
    "warning-ink",
    "danger-ink",
)
HUES = tuple(range(0, 360, 15))


def _say(th: str, en: str) -> Any:
    """A ``Text`` where Django's types expect a str: labels, hints and errors are shown by ``{% field %}``, which knows both."""
    return Text(th, en)


class SampleForm(forms.Form):
    """Every kind of field once."""

    name = forms.CharField(
        label=_say("ชื่อและนามสกุล", "Full name"), help_text=_say("ตามบัตรประจำตัวประชาชน", "As on your ID card")
    )
    phone = forms.CharField(label=_say("โทรศัพท์มือถือ", "Mobile phone"))
    born = forms.DateField(label=_say("วันเดือนปีเกิด", "Date of birth"), required=False)
    amount = forms.CharField(label=_say("จำนวนเงิน", "Amount"), required=False)
    subject = forms.ChoiceField(
        label=_say("เรื่อง", "Subject"),
        choices=[("", _say("เลือกเรื่อง", "Choose a subject")), ("road", _say("ถนนและทางเท้า", "Roads and footpaths"))],
    )
    channel = forms.ChoiceField(
        label=_say("ให้เราติดต่อกลับทางใด", "How should we reach you?"),
        choices=[
            ("line", _say("ไลน์", "LINE")),
            ("phone", _say("โทรศัพท์", "Telephone")),
            ("mail", _say("อีเมล", "E-mail")),
        ],
        widget=forms.RadioSelect,
    )
    topics = forms.MultipleChoiceField(
        label=_say("เรื่องที่อยากรับข่าว", "News you would like"),
        choices=[("air", _say("คุณภาพอากาศ", "Air quality")), ("water", _say("น้ำประปา", "Water supply"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    detail = forms.CharField(label=_say("รายละเอียด", "Details"), widget=forms.Textarea, required=False)
    photo = forms.FileField(
        label=_say("ภาพถ่าย", "Photo"),
        required=False,
        help_text=_say(
            "JPG หรือ PNG ไม่เกิน 10 MB เราลบตำแหน่งออกจากภาพให้", "JPG or PNG up to 10 MB; we remove the location from it"
        ),
    )
    code = forms.CharField(
        label=_say("รหัส 6 หลัก", "6-digit code"),
        max_length=6,
        help_text=_say("ส่งไปที่ 08x-xxx-5678 ใช้ได้ 5 นาที", "Sent to 08x-xxx-5678, good for 5 minutes"),
    )
    password = forms.CharField(label=_say("รหัสผ่าน", "Password"), widget=forms.PasswordInput)
    agree = forms.BooleanField(label=_say("ข้าพเจ้ายืนยันว่าข้อมูลถูกต้อง", "I confirm that this is correct"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["born"].widget = forms.DateInput(attrs={"type": "text", "inputmode": "text"})


class WrongForm(SampleForm):
    """The same form sent with mistakes, to show how an error reads."""

    def clean_phone(self) -> str:
        raise ValidationError(
            _say(
                "หมายเลขนี้ไม่ครบ 10 หลัก โปรดตรวจสอบ เช่น 081-234-5678",
                "This number is too short: check it, for example 081-234-5678",
            )
        )


def _choose_error(form: forms.Form) -> None:
    """Required messages in both languages; the platform's own forms set theirs the same way."""
    needed = _say("โปรดกรอกช่องนี้", "Please fill this in")
    for field in form.fields.values():
        field.error_messages["required"] = needed


def context(request: HttpRequest) -> dict[str, Any]:
    """Everything that ``style/index.html`` needs. It reads no database and no clock but the request's."""
    now = getattr(getattr(request, "ctx", None), "now", None) or timezone.now()
    sent = {"phone": "0812345", "subject": "road", "channel": "line", "code": "12", "password": "x"}
    today = in_bangkok(now).date()
    wrong = WrongForm({f"wrong-{key}": value for key, value in sent.items()}, prefix="wrong")
    _choose_error(wrong)
    wrong.is_valid()
    return {
        "form": SampleForm(prefix="sample"),
        "wrong_form": wrong,
        "scale": SCALE,
        "surfaces": SURFACES,
        "inks": INKS,
        "hues": HUES,
        "kinds": KINDS,
        "icon_names": sorted(icons()),
        "domain_codes": list(DOMAINS),
        "sdg_numbers": list(SDGS),
        "arts": ("inbox", "search", "map", "calendar", "done", "error", "lock"),
        "now": now,
        "moments": {
            "past": now - timedelta(hours=2),
            "soon": now + timedelta(hours=5),
            "day": today + timedelta(days=5),
            "today": today,
            "late": today - timedelta(days=2),
        },
        "crumbs": [
            {"href": "#navigation", "label": Text("หน้าแรก", "Home")},
            {"href": "#navigation", "label": Text("เรื่องร้องทุกข์", "Complaints")},
            {"label": Text("ไฟถนนดับ ซอย 4", "Street lamp out, Soi 4")},
        ],
        "tab_items": [
            {"href": "#navigation", "label": Text("ทั้งหมด", "All"), "active": True, "count": 128},
            {"href": "#navigation", "label": Text("รอรับเรื่อง", "New"), "count": 12},
            {"href": "#navigation", "label": Text("เกินกำหนด", "Overdue"), "count": 0},
        ],
        "wizard": [
            Text("เรื่อง", "Subject"),
            Text("สถานที่", "Place"),
            Text("รายละเอียด", "Details"),
            Text("ตรวจสอบ", "Check"),
        ],
        "rows": [
            {
                "no": "68-00128",
                "what": Text("ไฟถนนดับ ซอย 4", "Street lamp out, Soi 4"),
                "who": Text("กองช่าง", "Works division"),
                "state": "warning",
                "word": Text("กำลังดำเนินการ", "In progress"),
                "due": today + timedelta(days=1),
                "amount": 1250,
            },
            {
                "no": "68-00127",
                "what": Text("ขยะตกค้างหน้าตลาด", "Rubbish left by the market"),
                "who": Text("กองสาธารณสุขและสิ่งแวดล้อม", "Public health and environment"),
                "state": "success",
                "word": Text("เสร็จแล้ว", "Done"),
                "due": today + timedelta(days=6),
                "amount": 0,
            },
            {
                "no": "68-00121",
                "what": Text("ท่อระบายน้ำอุดตัน", "Blocked drain"),
                "who": Text("กองช่าง", "Works division"),
                "state": "danger",
                "word": Text("เกินกำหนด", "Overdue"),
                "due": today - timedelta(days=2),
                "amount": 48900.5,
            },
        ],
        "chart_bar": {
            "type": "bar",
            "categories": ["2562", "2563", "2564", "2565"],
            "series": [{"name": Text("ผู้สมัคร", "Applicants"), "data": [1869, 2351, 2480, 2976]}],
            "unit": Text("คน", "people"),
        },
        "chart_line": {
            "type": "area",
            "categories": [
                Text("ม.ค.", "Jan"),
                Text("ก.พ.", "Feb"),
                Text("มี.ค.", "Mar"),
                Text("เม.ย.", "Apr"),
                Text("พ.ค.", "May"),
            ],
            "series": [
                {"name": Text("รับเรื่อง", "Received"), "data": [320, 298, 412, 380, 355]},
                {"name": Text("แก้ไขแล้ว", "Resolved"), "data": [310, 301, 388, 391, 350]},
            ],
            "unit": Text("เรื่อง", "cases"),
        },
        "map_sample": {
            "points": [
                {"id": "a", "lon": 100.771, "lat": 18.783, "label": Text("น่าน", "Nan"), "href": "#maps", "hue": 120},
                {
                    "id": "b",
                    "lon": 100.474,
                    "lat": 7.006,
                    "label": Text("หาดใหญ่", "Hat Yai"),
                    "href": "#maps",
                    "hue": 165,
                },
            ],
            "highlight": ["น่าน", "สงขลา"],
        },
    }
