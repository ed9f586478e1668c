"""Components without forms: icons, buttons, badges, messages, tiles, navigation aids, progress, maps and charts."""

from __future__ import annotations

import json
import math
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template import Context, Library, TemplateSyntaxError
from django.template.loader import get_template, render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from nakhon.knowledge import dates
from nakhon.knowledge.text import Text
from nakhon.web.templatetags.nakhon_text import language_of, now_of, pair, say
from nakhon.web.vendor import ICON_FILE

register = Library()

KINDS = ("neutral", "info", "success", "warning", "danger", "brand", "gold")
KIND_ICONS = {"info": "info", "success": "circle-check", "warning": "triangle-alert", "danger": "octagon-alert"}
BUTTON_KINDS = ("primary", "secondary", "quiet", "danger", "gold", "ghost")


@lru_cache(maxsize=1)
def icons() -> dict[str, str]:
    """Name to drawing of every icon in the set."""
    found: dict[str, str] = json.loads(ICON_FILE.read_text("utf-8"))["icons"]
    return found


@register.simple_tag
def icon(name: str, extra: str = "") -> str:
    """``{% icon "bell" %}``: a decoration that screen readers skip. ``extra`` adds classes, for example "icon-l"."""
    if name not in icons():
        raise TemplateSyntaxError(
            f'There is no icon "{name}". Choose one on the style page, or add it: vendor_assets --add-icon {name}'
        )
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.9" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>',
        extra,
        mark_safe(icons()[name]),  # noqa: S308  (our own committed drawings)
    )


def _known(kind: str, kinds: tuple[str, ...], tag: str) -> str:
    if kind not in kinds:
        raise TemplateSyntaxError(f'{{% {tag} %}} does not know the kind "{kind}"; it knows {", ".join(kinds)}')
    return kind


def _within(context: Context, **values: Any) -> dict[str, Any]:
    """What an included component sees: its own values and the request, so that the language is the page's."""
    return {"request": context.get("request"), "language": language_of(context), **values}


@register.inclusion_tag("components/button.html", takes_context=True)
def button(context: Context, th: Any, en: Any = "", **options: Any) -> dict[str, Any]:
    """A button, or a link that looks like one when ``href`` is given.

    Options: kind (primary, secondary, quiet, danger, gold, ghost), icon, icon_end, size ("s", "l"), href, type, name,
    value, form, icon_only (the words become the accessible name), disabled, block, attrs (a dict of further attributes).
    """
    kind = _known(options.pop("kind", "primary"), BUTTON_KINDS, "button")
    classes = ["btn"] + ([f"btn-{kind}"] if kind != "primary" else [])
    classes += [f"btn-{options['size']}"] if options.get("size") else []
    classes += ["btn-icon"] if options.get("icon_only") else []
    classes += ["btn-block"] if options.get("block") else []
    options.setdefault("type", "button")
    return _within(context, label=pair(th, en, language_of(context)), classes=" ".join(classes), **options)


@register.inclusion_tag("style/example.html", takes_context=True)
def example(context: Context, name: str, th: str, en: str) -> dict[str, Any]:
    """On the style page: a sample from ``style/examples/<name>.html``, drawn and with the very source that drew it."""
    template = get_template(f"style/examples/{name}.html").template  # type: ignore[attr-defined]
    with context.push():
        shown = template.render(context)
    return _within(
        context, name=name, title=pair(th, en, language_of(context)), shown=shown, source=template.source.strip()
    )


@register.simple_tag(takes_context=True)
def badge(context: Context, th: Any, en: Any = "", kind: str = "neutral", icon: str = "") -> str:
    """A short status: ``{% badge "เสร็จแล้ว" "Done" kind="success" icon="check" %}``; the words carry it, not the colour."""
    drawing = _icon(icon, "icon-s") if icon else ""
    return format_html(
        '<span class="badge badge-{}">{}{}</span>',
        _known(kind, KINDS, "badge"),
        drawing,
        pair(th, en, language_of(context)),
    )


_icon = icon


@register.simple_block_tag(takes_context=True)
def alert(context: Context, content: str, th: Any = "", en: Any = "", kind: str = "info", role: str = "") -> str:
    """``{% alert "หัวข้อ" "Title" kind="warning" %}<p>…</p>{% endalert %}``; ``role="alert"`` only when it just appeared."""
    title = pair(th, en, language_of(context))
    _known(kind, tuple(KIND_ICONS), "alert")
    return format_html(
        '<div class="alert alert-{}"{}>{}<div class="alert-body">{}{}</div></div>',
        kind,
        format_html(' role="{}"', role) if role else "",
        icon(KIND_ICONS[kind]),
        format_html('<p class="alert-title">{}</p>', title) if title else "",
        mark_safe(content),  # noqa: S308  (already rendered template)
    )


@register.simple_block_tag(takes_context=True)
def disclosure(
    context: Context, content: str, th: Any = "", en: Any = "", count: Any = "", open: bool = False, lang: str = ""
) -> str:
    """A heading that opens to its text: ``{% disclosure "รายละเอียด" "Details" count=3 %}…{% enddisclosure %}``."""
    return format_html(
        '<details class="disclosure"{}{}><summary>{}<span class="grow">{}</span>{}</summary>'
        '<div class="disclosure-body">{}</div></details>',
        mark_safe(" open") if open else "",
        format_html(' lang="{}"', lang) if lang else "",
        icon("chevron-right"),
        pair(th, en, language_of(context)),
        format_html('<span class="count">{}</span>', count) if count else "",
        mark_safe(content),  # noqa: S308
    )


@register.simple_block_tag(takes_context=True)
def empty_state(context: Context, content: str, th: Any = "", en: Any = "", art: str = "inbox") -> str:
    """Nothing here yet: a drawing (inbox, search, map, calendar, done, error, lock), a title, what to do next."""
    return render_to_string(
        "components/empty.html",
        _within(context, title=pair(th, en, language_of(context)), art=art, body=mark_safe(content)),  # noqa: S308
    )


@register.simple_block_tag(takes_context=True)
def dialog(context: Context, content: str, id: str, th: Any = "", en: Any = "") -> str:
    """A modal ``<dialog>``; open it with a button that carries ``data-open-dialog="<id>"``."""
    return render_to_string(
        "components/dialog.html",
        _within(context, id=id, title=pair(th, en, language_of(context)), body=mark_safe(content)),  # noqa: S308
    )


@register.inclusion_tag("components/stat.html", takes_context=True)
def stat(context: Context, value: Any, th: Any, en: Any = "", **options: Any) -> dict[str, Any]:
    """A figure and what it counts. Options: unit, prefix, note, trend (a Text), good (True, False or None), lang."""
    language = language_of(context)
    for key in ("unit", "prefix", "note", "trend"):
        options[key] = say(options.get(key, ""), language)
    return _within(context, value=value, label=pair(th, en, language), **options)


@register.inclusion_tag("components/breadcrumbs.html", takes_context=True)
def breadcrumbs(context: Context, items: list[dict[str, Any]]) -> dict[str, Any]:
    """``items``: {href, label}; the last is the page itself and needs no href."""
    return _within(context, items=items)


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, previous: str = "", next: str = "", info: Any = "") -> dict[str, Any]:
    """Keyset pages: the addresses of the page before and after, and a line such as "1-25"."""
    return _within(context, previous=previous, next=next, info=say(info, language_of(context)))


@register.inclusion_tag("components/tabs.html", takes_context=True)
def tabs(context: Context, items: list[dict[str, Any]], label: Any = "") -> dict[str, Any]:
    """``items``: {href, label, active, count, icon}. Tabs are links, so each view has its own address."""
    return _within(context, items=items, label=say(label, language_of(context)))


@register.inclusion_tag("components/sidenav.html", takes_context=True)
def sidenav(context: Context, items: list[dict[str, Any]]) -> dict[str, Any]:
    """``items``: {href, label, icon, active, group, count}; a group's name is printed once, before its first item."""
    return _within(context, items=items)


@register.inclusion_tag("components/steps.html", takes_context=True)
def steps(context: Context, items: list[Any], current: int) -> dict[str, Any]:
    """A wizard's steps: names in order, ``current`` counted from 1."""
    return _within(context, items=items, current=current, total=len(items))


@register.inclusion_tag("components/progress.html", takes_context=True)
def progress(context: Context, value: Any, th: Any, en: Any = "", max: Any = 100, text: Any = "") -> dict[str, Any]:
    """A bar with its words; ``value`` None shows that the length is not known."""
    language = language_of(context)
    return _within(context, value=value, max=max, label=pair(th, en, language), text=say(text, language))


@register.inclusion_tag("components/masked.html", takes_context=True)
def masked(context: Context, value: str, action: str, field: str = "", label: Any = "") -> dict[str, Any]:
    """A masked value and a "show" button that asks the purpose, then posts it to ``action`` (answer: the value)."""
    return _within(context, value=value, action=action, field=field, label=say(label, language_of(context)))


@register.simple_tag(takes_context=True)
def countdown(context: Context, due: date | datetime, soon_days: int = 2) -> str:
    """How much time is left: "เหลือ 5 วัน", "ครบกำหนดวันนี้", "เกินกำหนด 2 วัน"; a moment within a day counts hours."""
    now = now_of(context)
    state, text = time_left(due, now, soon_days)
    return format_html(
        '<span class="countdown countdown-{}">{}{}</span>',
        state,
        icon("clock", "icon-s"),
        text.in_(language_of(context)),
    )


def time_left(due: date | datetime, now: datetime, soon_days: int = 2) -> tuple[str, Text]:
    """State ("fine", "soon", "late") and words for a deadline. A day is kept until its end, Bangkok time."""
    today = dates.in_bangkok(now).date()
    if isinstance(due, datetime):
        seconds = (due - now).total_seconds()
        hours = math.ceil(abs(seconds) / 3600)
        if seconds < 0 and hours <= 24:
            return "late", Text(f"เกินกำหนด {hours} ชม.", f"{hours} h overdue")
        if seconds >= 0 and hours <= 24:
            return "soon", Text(f"เหลือ {hours} ชม.", f"{hours} h left")
        due = dates.in_bangkok(due).date()
    days = (due - today).days
    if days < 0:
        return "late", Text(f"เกินกำหนด {-days} วัน", f"{-days} day{'s' if days != -1 else ''} overdue")
    if days == 0:
        return "soon", Text("ครบกำหนดวันนี้", "Due today")
    state = "soon" if days <= soon_days else "fine"
    return state, Text(f"เหลือ {days} วัน", f"{days} day{'s' if days != 1 else ''} left")


@register.simple_tag(takes_context=True)
def demo_label(context: Context) -> str:
    """Marks what is there to show, not to rely on."""
    text = pair("ข้อมูลสาธิต", "Demonstration data", language_of(context))
    return format_html('<span class="demo-label">{}{}</span>', icon("info", "icon-s"), text)


@register.simple_tag(takes_context=True)
def legal_chip(context: Context) -> str:
    """Stands beside a figure that a law fixes and that the city has not yet confirmed."""
    text = pair("โปรดยืนยันกับนิติกร", "Confirm with your legal officer", language_of(context))
    return format_html('<span class="legal-chip">{}{}</span>', icon("scale", "icon-s"), text)


@register.inclusion_tag("components/language_switch.html", takes_context=True)
def language_switch(context: Context) -> dict[str, Any]:
    """ไทย / EN, as links to this page with ``?lang=``; the rest of the query is kept."""
    request = context.get("request")
    addresses: dict[str, str] = {}
    for code in ("th", "en"):
        query = request.GET.copy() if request is not None else None
        if query is not None:
            query["lang"] = code
        addresses[code] = f"?{query.urlencode()}" if query is not None else f"?lang={code}"
    return _within(context, addresses=addresses)


@register.inclusion_tag("components/theme_switch.html", takes_context=True)
def theme_switch(context: Context) -> dict[str, Any]:
    """Light, dark or as the device says; kept in the browser, shown only when scripts run."""
    return _within(context)


@register.inclusion_tag("components/map.html", takes_context=True)
def map_frame(
    context: Context, id: str, config: dict[str, Any], th: Any, en: Any = "", **options: Any
) -> dict[str, Any]:
    """A map beside which an equal list must stand. ``config``: see static/nakhon/js/map.js.

    ``points`` in it ({lon, lat, label, href, hue}) are drawn on the still picture too, so that the map is there without
    scripts or WebGL. ``list_id`` names the element that says the same in words.
    """
    language = language_of(context)
    basemap = getattr(settings, "NAKHON_BASEMAP_STYLE", "")
    points = [
        {**point, "label": say(point.get("label", ""), language), **still_position(point["lon"], point["lat"])}
        for point in config.get("points", [])
    ]
    live = {**config, "points": points, "language": language, **({"basemap": basemap} if basemap else {})}
    return _within(context, id=id, label=pair(th, en, language), points=points, config_json=_json(live), **options)


@register.inclusion_tag("components/chart.html", takes_context=True)
def chart(context: Context, id: str, config: dict[str, Any], th: Any, en: Any = "", **options: Any) -> dict[str, Any]:
    """A chart with its table. ``config``: {type: "bar"|"line"|"area"|"donut", categories, series: [{name, data}], unit}.

    Texts in it may be two-language. Options: source (a Text), open_table.
    """
    language = language_of(context)
    categories = [say(category, language) for category in config["categories"]]
    series = [{**one, "name": say(one["name"], language)} for one in config["series"]]
    rows = [(category, [one["data"][at] for one in series]) for at, category in enumerate(categories)]
    live = {**config, "categories": categories, "series": series, "unit": say(config.get("unit", ""), language)}
    options["source"] = say(options.get("source", ""), language)
    return _within(
        context, id=id, title=pair(th, en, language), series=series, rows=rows, config_json=_json(live), **options
    )


def _json(value: Any) -> SafeString:
    """JSON that is safe inside a script element."""
    written = json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)
    for unsafe, escaped in (("<", "\\u003C"), (">", "\\u003E"), ("&", "\\u0026")):
        written = written.replace(unsafe, escaped)
    return mark_safe(written)  # noqa: S308


# The still picture static/nakhon/geo/thailand.svg is Web Mercator, 400 units wide, of this extent in degrees.
_WEST, _EAST, _NORTH = 97.2, 105.8, 20.6


def still_position(lon: float, lat: float) -> dict[str, float]:
    """Where a place lies on the still picture of Thailand: ``x`` and ``y`` in its units."""

    def mercator(degrees: float) -> float:
        return math.degrees(math.log(math.tan(math.pi / 4 + math.radians(degrees) / 2)))

    scale = 400 / (_EAST - _WEST)
    return {"x": round((lon - _WEST) * scale, 1), "y": round((mercator(_NORTH) - mercator(lat)) * scale, 1)}
