"""Pieces that show a city: short name, monogram, hue, smart-city domains, SDGs, printed lists made readable."""

from __future__ import annotations

import re
from typing import Any

from django.template import Context, Library
from django.utils.html import format_html

from nakhon.knowledge.text import Text
from nakhon.web import outline as outlines
from nakhon.web.templatetags.nakhon_text import language_of, say
from nakhon.web.templatetags.nakhon_ui import icon

register = Library()

# The seven domains: Office of Smart City Thailand (depa), as printed in DLA, Local Smart City Report 2566.
DOMAINS: dict[str, tuple[Text, str, Text]] = {
    "ENV": (
        Text("สิ่งแวดล้อมอัจฉริยะ", "Smart Environment"),
        "leaf",
        Text("อากาศ น้ำ ขยะ และพื้นที่สีเขียวที่ดีขึ้นและวัดผลได้", "Air, water, waste and green space, better and measured"),
    ),
    "MOB": (
        Text("การเดินทางและขนส่งอัจฉริยะ", "Smart Mobility"),
        "bus",
        Text("เดินทางสะดวก ปลอดภัย และรู้เวลาล่วงหน้า", "Getting around easily, safely and on time"),
    ),
    "LIV": (
        Text("การดำรงชีวิตอัจฉริยะ", "Smart Living"),
        "heart-pulse",
        Text("สุขภาพ ความปลอดภัย และการดูแลผู้สูงอายุ", "Health, safety and care for older people"),
    ),
    "PEO": (
        Text("พลเมืองอัจฉริยะ", "Smart People"),
        "graduation-cap",
        Text("การเรียนรู้ตลอดชีวิตและการมีส่วนร่วมของทุกคน", "Lifelong learning and everyone taking part"),
    ),
    "ENE": (
        Text("พลังงานอัจฉริยะ", "Smart Energy"),
        "zap",
        Text("ใช้พลังงานคุ้มค่าและสะอาด ตั้งแต่ไฟถนนถึงอาคาร", "Clean energy well used, from street lamps to buildings"),
    ),
    "ECO": (
        Text("เศรษฐกิจอัจฉริยะ", "Smart Economy"),
        "store",
        Text("สร้างรายได้ให้คนในเมืองและดึงดูดการลงทุน", "Income for local people, a place to invest"),
    ),
    "GOV": (
        Text("การบริหารภาครัฐอัจฉริยะ", "Smart Governance"),
        "landmark",
        Text("บริการที่โปร่งใส รวดเร็ว และตรวจสอบได้", "Service that is open, quick and accountable"),
    ),
}

# Short names of the goals as the United Nations in Thailand writes them.
SDGS: dict[int, Text] = {
    1: Text("ขจัดความยากจน", "No poverty"),
    2: Text("ขจัดความหิวโหย", "Zero hunger"),
    3: Text("สุขภาพและความเป็นอยู่ที่ดี", "Good health and well-being"),
    4: Text("การศึกษาที่มีคุณภาพ", "Quality education"),
    5: Text("ความเท่าเทียมทางเพศ", "Gender equality"),
    6: Text("น้ำสะอาดและสุขาภิบาล", "Clean water and sanitation"),
    7: Text("พลังงานสะอาดที่เข้าถึงได้", "Affordable and clean energy"),
    8: Text("งานที่มีคุณค่าและการเติบโตทางเศรษฐกิจ", "Decent work and economic growth"),
    9: Text("อุตสาหกรรม นวัตกรรม และโครงสร้างพื้นฐาน", "Industry, innovation and infrastructure"),
    10: Text("ลดความเหลื่อมล้ำ", "Reduced inequalities"),
    11: Text("เมืองและชุมชนที่ยั่งยืน", "Sustainable cities and communities"),
    12: Text("การบริโภคและการผลิตอย่างรับผิดชอบ", "Responsible consumption and production"),
    13: Text("การรับมือการเปลี่ยนแปลงสภาพภูมิอากาศ", "Climate action"),
    14: Text("ทรัพยากรทางทะเล", "Life below water"),
    15: Text("ระบบนิเวศบนบก", "Life on land"),
    16: Text("ความสงบสุข ยุติธรรม และสถาบันเข้มแข็ง", "Peace, justice and strong institutions"),
    17: Text("ความร่วมมือเพื่อการพัฒนาที่ยั่งยืน", "Partnerships for the goals"),
}

_KIND_TH = re.compile(r"^(องค์การบริหารส่วนจังหวัด|องค์การบริหารส่วนตำบล|เทศบาล(นคร|เมือง|ตำบล))")
_KIND_EN = re.compile(
    r"\s+(City|Town|Subdistrict) Municipality$|\s+(Provincial|Subdistrict) Administrative Organi[sz]ation$"
)
_LEADING_VOWELS = "เแโใไ"
DEFAULT_HUE = 180


@register.filter
def short_name(name: Any, language: str = "") -> str:
    """A city's everyday name: "เทศบาลนครเชียงใหม่" gives "เชียงใหม่", "Nan Town Municipality" gives "Nan"."""
    said = str(say(name, language or language_of()))
    return _KIND_EN.sub("", _KIND_TH.sub("", said)).strip() or said


@register.filter
def hue(value: Any) -> int:
    """A city's hue as the style sheet knows it: the nearest multiple of 15 from 0 to 345. None gives the platform's own."""
    try:
        return round(float(value) / 15) * 15 % 360
    except (TypeError, ValueError):
        return DEFAULT_HUE


@register.filter
def initial(name: Any) -> str:
    """The letter that stands for a city: the first consonant of its everyday Thai name."""
    thai = short_name(name, "th")
    return next((letter for letter in thai if letter not in _LEADING_VOWELS and not letter.isspace()), "น")


@register.simple_tag
def monogram(name: Any, extra: str = "") -> str:
    """A placeholder emblem: a sema leaf in the city's colour with its first letter. A decoration; the name stands beside it."""
    return format_html(
        '<svg class="monogram {}" viewBox="0 0 40 48" aria-hidden="true" focusable="false">'
        '<path class="leaf" d="{}"/><path class="vein" d="{}"/>'
        '<text x="20" y="31" text-anchor="middle">{}</text></svg>',
        extra,
        SEMA,
        SEMA_VEIN,
        initial(name),
    )


# A sema leaf, the boundary stone of a Thai temple: pointed above, broad at the shoulder, drawn in at the waist.
SEMA = "M20 1C23 6.5 37.5 9.5 37.5 23C37.5 31.5 32 36 29.5 40L31.5 47H8.5L10.5 40C8 36 2.5 31.5 2.5 23C2.5 9.5 17 6.5 20 1Z"
SEMA_VEIN = "M20 5.5C23.5 10 34.5 12.5 34.5 23C34.5 30 29.5 34.5 27 39M20 5.5C16.5 10 5.5 12.5 5.5 23C5.5 30 10.5 34.5 13 39M12.5 43.5H27.5"


@register.simple_tag
def brand_mark() -> str:
    """The platform's mark: a city gate within a sema leaf. A decoration; the name stands beside it."""
    return format_html(
        '<svg class="brand-mark" viewBox="0 0 40 48" aria-hidden="true" focusable="false">'
        '<path class="leaf" d="{}"/><path class="vein" d="{}"/>'
        '<path class="gate" d="M20 12.5L13.2 19.5H26.8ZM11 24H29M13.5 24V35M26.5 24V35M17.5 35V29.5a2.5 2.5 0 0 1 5 0V35"/></svg>',
        SEMA,
        SEMA_VEIN,
    )


@register.simple_tag
def country_map_config(config: Any, cities: Any) -> dict[str, Any]:
    """A map's configuration with cities' everyday names as labels, and the provinces that have a city tinted."""
    given = dict(config or {})
    points = [
        {**point, "label": {"th": short_name(point["label"], "th"), "en": short_name(point["label"], "en")}}
        for point in given.get("points", [])
    ]
    provinces = {str(say(_of(city, "province"), "th")) for city in cities or []}
    return {"highlight": sorted(provinces), **given, "points": points}


def _of(record: Any, name: str) -> Any:
    return record.get(name, "") if isinstance(record, dict) else getattr(record, name, "")


@register.simple_tag(takes_context=True)
def domain_chip(context: Context, code: Any) -> str:
    """A smart-city domain by its code, or by a mapping with ``code``."""
    key = str(code["code"] if isinstance(code, dict) else code).upper()
    name, drawing, _ = DOMAINS[key]
    return format_html('<span class="chip">{}{}</span>', icon(drawing), name.in_(language_of(context)))


@register.simple_tag
def domain_list() -> list[dict[str, Any]]:
    """The seven domains: code, name, icon, about."""
    return [
        {"code": code, "name": name, "icon": drawing, "about": about}
        for code, (name, drawing, about) in DOMAINS.items()
    ]


@register.simple_tag(takes_context=True)
def sdg(context: Context, goal: int | str) -> str:
    """A Sustainable Development Goal: its number in a neutral tile and its name."""
    return format_html(
        '<span class="sdg"><span class="sdg-no">{}</span>{}</span>', goal, SDGS[int(goal)].in_(language_of(context))
    )


@register.filter
def outline(lines: Any) -> list[outlines.Section]:
    """A long printed list as sections with items and points: see ``nakhon.web.outline``."""
    return outlines.outline(lines or [])


@register.filter
def outcome_metrics(metrics: Any) -> list[dict[str, Any]]:
    """The figures worth showing as results: achieved ones first, then targets; context, rules and doubtful scans left out."""
    order = {"actual": 0, "actual_min": 0, "sla": 1, "printed_inconsistent": 2, "target": 3, "target_min": 3}
    shown = [metric for metric in metrics or [] if metric.get("kind") in order]
    return sorted(shown, key=lambda metric: order[metric["kind"]])


METRIC_KINDS: dict[str, Text] = {
    "actual": Text("ผลที่เกิดขึ้น", "Achieved"),
    "actual_min": Text("ผลที่เกิดขึ้น (มากกว่า)", "Achieved (more than)"),
    "sla": Text("มาตรฐานเวลา", "Service standard"),
    "target": Text("เป้าหมาย", "Target"),
    "target_min": Text("เป้าหมาย (ไม่น้อยกว่า)", "Target (at least)"),
    "printed_inconsistent": Text(
        "ตัวเลขตามเล่มรายงาน ซึ่งขัดกับตัวเลขอื่นในเล่ม", "As printed; contradicts another figure in the report"
    ),
}


@register.filter
def web_address(written: Any) -> str:
    """A printed website as an address to follow: "www.nancity.go.th" gains https; anything but http and https gives ""."""
    address = str(written or "").strip()
    if re.match(r"^https?://", address, re.I):
        return address
    return f"https://{address}" if re.fullmatch(r"[\w.-]+\.[a-zA-Z]{2,}(/\S*)?", address) else ""


@register.filter
def metric_kind(kind: str) -> Text | str:
    """What sort of figure it is, in words."""
    return METRIC_KINDS.get(kind, "")


@register.filter
def metric_label(metric: dict[str, Any]) -> Any:
    """What a figure counts: ``label`` (two-language), else the printed report's ``label_th`` and ``label_en``."""
    return metric.get("label") or _both(metric, "label")


@register.filter
def metric_unit(metric: dict[str, Any]) -> Any:
    """A figure's unit: two-language where it is known, else as printed."""
    unit = metric.get("unit", "")
    english = metric.get("unit_en")
    return {"th": unit, "en": english} if english and isinstance(unit, str) else unit


def _both(record: dict[str, Any], key: str) -> dict[str, str]:
    thai, english = record.get(f"{key}_th", ""), record.get(f"{key}_en", "")
    return {"th": thai or english, "en": english or thai}
