"""Words, dates and numbers in the reader's language: ``{% t %}``, ``{% blockt %}``, ``|tr``, ``{% thai_date %}``, ``{% number %}``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.template import Context, Library, Node, NodeList, TemplateSyntaxError
from django.template.base import Parser, Token
from django.utils import timezone, translation
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from nakhon.knowledge import ages, dates, digits
from nakhon.knowledge.text import DEFAULT_LANGUAGE, LANGUAGES, Text

register = Library()


def language_of(context: Mapping[str, Any] | Context | None = None) -> str:
    """The language of this page: ``request.ctx.language``, else ``request.LANGUAGE_CODE``, else Django's active one.

    Always "th" or "en"; anything unknown is Thai.
    """
    request = context.get("request") if context is not None else None
    found = getattr(getattr(request, "ctx", None), "language", None) or getattr(request, "LANGUAGE_CODE", None)
    short = str(found or translation.get_language() or DEFAULT_LANGUAGE)[:2].lower()
    return short if short in LANGUAGES else DEFAULT_LANGUAGE


def say(value: Any, language: str) -> Any:
    """``value`` in ``language``: a ``Text``, or a mapping with ``th`` and ``en``; anything else comes back as it is.

    A mapping without the language asked for gives Thai: an untranslated fact is better than a gap.
    """
    if isinstance(value, Text):
        return value.in_(language)
    if isinstance(value, Mapping) and ("th" in value or "en" in value):
        return value.get(language) or value.get("th") or value.get("en") or ""
    return value


def pair(th: Any, en: Any, language: str) -> Any:
    """What the tags take: two sentences, or one two-language value as the first argument."""
    if en is None or en == "":
        return say(th, language)
    return en if language == "en" else th


@register.simple_tag(takes_context=True)
def lang(context: Context) -> str:
    """The page's language code: ``<html lang="{% lang %}">``."""
    return language_of(context)


@register.simple_tag(takes_context=True)
def t(context: Context, th: str, en: str, **values: Any) -> str:
    """``{% t "สวัสดี" "Hello" %}``; with values: ``{% t "พบ {n} เรื่อง" "{n} found" n=total %}``.

    Values are escaped; the sentences themselves are written by us and are escaped too, so they carry no markup.
    """
    if not th.strip() or not en.strip():
        raise TemplateSyntaxError('{% t %} needs both languages, neither blank: {% t "ไทย" "English" %}')
    language = language_of(context)
    sentence = "".join(pair(th, en, language))
    return sentence.format(**{key: say(value, language) for key, value in values.items()}) if values else sentence


class _BlockT(Node):
    def __init__(self, thai: NodeList, english: NodeList) -> None:
        self.thai, self.english = thai, english

    def render(self, context: Context) -> SafeString:
        return (self.english if language_of(context) == "en" else self.thai).render(context)


@register.tag
def blockt(parser: Parser, token: Token) -> _BlockT:
    """``{% blockt %}ไทย <b>มีแท็กได้</b>{% en %}English <b>with markup</b>{% endblockt %}``."""
    thai = parser.parse(("en", "endblockt"))
    if parser.next_token().contents != "en":
        raise TemplateSyntaxError("{% blockt %} needs {% en %} and the English text after it")
    english = parser.parse(("endblockt",))
    parser.delete_first_token()
    return _BlockT(thai, english)


@register.filter
def tr(value: Any, language: str = "") -> Any:
    """A ``Text`` or ``{"th", "en"}`` in the active language: ``{{ city.name|tr }}``; ``|tr:"th"`` asks for one language."""
    return say(value, language or language_of())


@register.filter
def other_language(language: str) -> str:
    """ "en" for "th", "th" for "en"."""
    return "th" if language == "en" else "en"


@register.simple_tag(takes_context=True)
def thai_date(context: Context, value: date | datetime | str | None, style: str = "long") -> str:
    """A day or moment as ``<time>``: "short", "long", "time" (day and clock time), "clock", "month" or "relative".

    Moments are shown in Bangkok time and must carry a zone. ISO 8601 text is taken too. None gives an en dash.
    """
    if value is None or value == "":
        return "–"
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value or " " in value else date.fromisoformat(value)
    language = language_of(context)
    moment = dates.in_bangkok(value) if isinstance(value, datetime) else None
    day = moment.date() if moment else value
    if style == "short":
        text = dates.format_short(day)
    elif style == "long":
        text = dates.format_long(day)
    elif style == "month":
        text = dates.format_month(day)
    elif style == "time":
        text = dates.format_moment(moment) if moment else dates.format_short(day)
    elif style == "clock":
        if moment is None:
            raise TemplateSyntaxError('{% thai_date ... "clock" %} needs a moment, not a day')
        text = Text(f"{moment:%H:%M} น.", f"{moment:%H:%M}")
    elif style == "relative":
        text = ages.from_now(value, now_of(context))
    else:
        raise TemplateSyntaxError(f'{{% thai_date %}} does not know the style "{style}"')
    full = dates.format_moment(moment) if moment else dates.format_long(day)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', value.isoformat(), full.in_(language), text.in_(language)
    )


def now_of(context: Mapping[str, Any] | Context) -> datetime:
    """The moment of the request: ``request.ctx.now``; the clock only where there is no context (error pages)."""
    moment: datetime | None = getattr(getattr(context.get("request"), "ctx", None), "now", None)
    return moment or timezone.now()


@register.simple_tag(takes_context=True)
def number(context: Context, value: Any, decimals: int | str = "") -> str:
    """``1,234.50`` with ``decimals`` places, rounded half up; without ``decimals``, as many as the value has (at most 2)."""
    return format_number(value, decimals)


@register.filter(name="number")
def format_number(value: Any, decimals: int | str = "") -> str:
    """As ``{% number %}``. None gives an en dash, and text that is no number comes back unchanged."""
    if value is None or value == "":
        return "–"
    try:
        amount = Decimal(str(value).replace(",", ""))
    except InvalidOperation:
        return str(conditional_escape(value))
    if decimals == "":
        exponent = amount.normalize().as_tuple().exponent
        decimals = min(2, max(0, -exponent)) if isinstance(exponent, int) else 0
    return digits.format_number(amount, decimals=int(decimals))


# Thai has no spaces between words, so browsers may break a large heading between a prefix and its word.
_PREFIXES = re.compile(r"(น่า|การ|ความ|ผู้|นัก|อย่าง|แบบ|ครั้ง)(?=[ก-ฮเแโใไ])")


@register.filter
def phrases(value: str) -> str:
    """Display text whose Thai prefixes stay with their word: U+2060 (word joiner) after "น่า", "การ", "ความ" and their like.

    For large headings only; running text is left to the browser's dictionary.
    """
    return _PREFIXES.sub("\\1\u2060", str(value))


@register.filter
def with_line_breaks(value: str) -> SafeString:
    """Plain text as escaped HTML with its line breaks kept."""
    return mark_safe("<br>".join(str(conditional_escape(line)) for line in str(value).splitlines()))  # noqa: S308
