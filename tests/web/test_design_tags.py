"""The tag library: words in two languages, dates, figures, deadlines, forms, printed lists; each refusal beside its success."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import translation

from nakhon.knowledge.text import Text
from nakhon.web.outline import outline
from nakhon.web.style_guide import context as style_context
from nakhon.web.templatetags.nakhon_city import (
    country_map_config,
    hue,
    initial,
    outcome_metrics,
    short_name,
    web_address,
)
from nakhon.web.templatetags.nakhon_text import language_of, phrases
from nakhon.web.templatetags.nakhon_ui import still_position, time_left
from nakhon.web.vendor import WEB

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)  # 10:00 in Bangkok


def draw(source: str, language: str = "th", **values: Any) -> str:
    request = SimpleNamespace(ctx=SimpleNamespace(language=language, now=NOW), LANGUAGE_CODE=language, GET=_query())
    with translation.override(language):
        return Template(source).render(Context({"request": request, **values}))


def _query() -> Any:
    return RequestFactory().get("/?page=2").GET


# Words


def test_a_sentence_is_drawn_in_the_language_of_the_page() -> None:
    assert draw('{% t "สวัสดี" "Hello" %}') == "สวัสดี"
    assert draw('{% t "สวัสดี" "Hello" %}', "en") == "Hello"


def test_the_context_of_the_request_wins_over_the_language_code() -> None:
    request = SimpleNamespace(ctx=SimpleNamespace(language="en"), LANGUAGE_CODE="th")
    assert language_of({"request": request}) == "en"
    assert language_of({"request": SimpleNamespace(LANGUAGE_CODE="en-gb")}) == "en"
    assert language_of({"request": SimpleNamespace(LANGUAGE_CODE="de")}) == "th"
    with translation.override("en"):
        assert language_of({}) == "en"


def test_values_in_a_sentence_are_escaped_and_chosen_by_language() -> None:
    assert draw('{% t "พบ {n}" "{n} found" n=n %}', "en", n="<b>") == "&lt;b&gt; found"
    assert draw('{% t "ที่{p}" "In {p}" p=p %}', "en", p=Text("น่าน", "Nan")) == "In Nan"


def test_a_sentence_with_one_language_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError, match="both languages"):
        draw('{% t "สวัสดี" "" %}')
    with pytest.raises(TemplateSyntaxError):
        draw('{% t "สวัสดี" %}')
    with pytest.raises(TemplateSyntaxError, match="English"):
        draw("{% blockt %}สวัสดี{% endblockt %}")


def test_a_block_and_a_filter_choose_too() -> None:
    source = "{% blockt %}<b>ไทย</b>{% en %}<b>English</b>{% endblockt %} {{ name|tr }}"
    assert draw(source, "en", name={"th": "น่าน", "en": "Nan"}) == "<b>English</b> Nan"
    assert draw(source, name=Text("น่าน", "Nan")) == "<b>ไทย</b> น่าน"
    assert draw("{{ name|tr }}", "en", name={"th": "<น่าน>"}) == "&lt;น่าน&gt;"


# Dates and numbers


@pytest.mark.parametrize(
    ("style", "language", "shown"),
    [
        ("long", "th", "22 พฤศจิกายน 2569"),
        ("long", "en", "22 November 2026 (B.E. 2569)"),
        ("short", "th", "22 พ.ย. 69"),
        ("time", "th", "22 พ.ย. 69 10:00 น."),
        ("clock", "en", "10:00"),
        ("month", "th", "พฤศจิกายน 2569"),
    ],
)
def test_a_moment_is_shown_in_bangkok_time_and_the_buddhist_era(style: str, language: str, shown: str) -> None:
    assert f">{shown}</time>" in draw("{% thai_date value style %}", language, value=NOW, style=style)


def test_a_moment_just_before_midnight_utc_is_already_tomorrow_in_bangkok() -> None:
    assert "1 มกราคม 2570" in draw("{% thai_date value %}", value=datetime(2026, 12, 31, 17, 0, tzinfo=UTC))


def test_relative_dates_are_counted_from_the_request() -> None:
    assert "2 hours ago" in draw('{% thai_date value "relative" %}', "en", value=NOW - timedelta(hours=2))


def test_dates_that_cannot_be_shown_are_refused_and_no_date_is_a_dash() -> None:
    assert draw("{% thai_date value %}", value=None) == "–"
    with pytest.raises(TemplateSyntaxError, match="style"):
        draw('{% thai_date value "loud" %}', value=NOW)
    with pytest.raises(TemplateSyntaxError, match="moment"):
        draw('{% thai_date value "clock" %}', value=date(2026, 11, 22))
    with pytest.raises(ValueError):
        draw("{% thai_date value %}", value=datetime(2026, 11, 22))


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (955265, "", "955,265"),
        (1234.5, 2, "1,234.50"),
        (99.66, "", "99.66"),
        (2.345, 2, "2.35"),
        (3033.6, 0, "3,034"),
        (None, "", "–"),
        ("n/a", "", "n/a"),
    ],
)
def test_numbers(value: Any, decimals: Any, shown: str) -> None:
    assert draw("{% number value decimals %}", value=value, decimals=decimals) == shown


# Deadlines


@pytest.mark.parametrize(
    ("due", "state", "words"),
    [
        (date(2026, 11, 27), "fine", "เหลือ 5 วัน"),
        (date(2026, 11, 24), "soon", "เหลือ 2 วัน"),
        (date(2026, 11, 22), "soon", "ครบกำหนดวันนี้"),
        (date(2026, 11, 21), "late", "เกินกำหนด 1 วัน"),
        (NOW + timedelta(hours=5), "soon", "เหลือ 5 ชม."),
        (NOW - timedelta(minutes=30), "late", "เกินกำหนด 1 ชม."),
        (NOW + timedelta(days=4), "fine", "เหลือ 4 วัน"),
    ],
)
def test_time_left(due: date | datetime, state: str, words: str) -> None:
    found, text = time_left(due, NOW)
    assert (found, text.th) == (state, words)


def test_a_deadline_is_kept_until_the_end_of_its_day_in_bangkok() -> None:
    almost_midnight = datetime(2026, 11, 22, 16, 59, tzinfo=UTC)
    assert time_left(date(2026, 11, 22), almost_midnight)[0] == "soon"
    assert time_left(date(2026, 11, 22), almost_midnight + timedelta(minutes=2))[0] == "late"


# Components


def test_an_icon_is_a_decoration_and_an_unknown_one_says_how_to_add_it() -> None:
    assert 'aria-hidden="true"' in draw('{% icon "bell" %}')
    with pytest.raises(TemplateSyntaxError, match="vendor_assets --add-icon nosuch"):
        draw('{% icon "nosuch" %}')


def test_a_button_without_words_to_see_still_has_a_name() -> None:
    shown = draw('{% button "พิมพ์" "Print" icon="printer" icon_only=True %}', "en")
    assert 'aria-label="Print"' in shown and 'type="button"' in shown
    assert draw('{% button "ไป" "Go" href=href %}', href='/"x').startswith('<a class="btn" href="/&quot;x"')
    with pytest.raises(TemplateSyntaxError, match="kind"):
        draw('{% button "ไป" "Go" kind="loud" %}')


def test_the_language_switch_keeps_the_question() -> None:
    shown = draw("{% language_switch %}")
    assert "?page=2&amp;lang=en" in shown and 'hreflang="en"' in shown


def test_data_for_scripts_cannot_end_the_script_element() -> None:
    config = {"points": [{"id": "a", "lon": 100, "lat": 13, "label": "</script><b>"}]}
    shown = draw('{% map_frame "m" config "แผนที่" "Map" %}', config=config)
    assert "</script><b>" not in shown and "\\u003C/script\\u003E" in shown


def test_a_chart_always_has_its_table() -> None:
    config = {
        "type": "bar",
        "categories": [Text("ก", "A")],
        "series": [{"name": Text("จำนวน", "Count"), "data": [1250]}],
    }
    shown = draw('{% chart "c" config "กราฟ" "Chart" %}', "en", config=config)
    assert "<table" in shown and "1,250" in shown and ">A</th>" in shown


def test_the_still_map_puts_north_above_south_and_west_before_east() -> None:
    chiang_rai, yala = still_position(99.83, 19.91), still_position(101.28, 6.54)
    assert chiang_rai["y"] < yala["y"] and chiang_rai["x"] < yala["x"]
    assert all(0 <= place["x"] <= 400 and 0 <= place["y"] <= 723 for place in (chiang_rai, yala))


class _Form(forms.Form):
    phone = forms.CharField(label=Text("โทรศัพท์", "Phone"), help_text=Text("มือถือ", "Mobile"))  # type: ignore[arg-type]
    note = forms.CharField(label=Text("หมายเหตุ", "Note"), required=False)  # type: ignore[arg-type]
    kind = forms.ChoiceField(choices=[("a", Text("ถนน", "Road"))], label=Text("เรื่อง", "Subject"))  # type: ignore[arg-type]

    def clean_phone(self) -> str:
        raise ValidationError(Text("สั้นเกินไป", "Too short"))  # type: ignore[arg-type]


def test_a_field_says_its_label_hint_and_error_in_the_language_of_the_page() -> None:
    form = _Form({"phone": "1", "kind": "a"})
    shown = draw("{% error_summary form %}{% field form.phone %}", "en", form=form)
    assert "Too short" in shown and "สั้น" not in shown and "Mobile" in shown
    assert 'aria-invalid="true"' in shown and 'aria-describedby="id_phone-hint id_phone-error"' in shown
    assert '<a href="#id_phone">Phone: Too short</a>' in shown


def test_a_right_form_shows_no_error_and_marks_only_what_is_optional() -> None:
    form = _Form()
    shown = draw("{% error_summary form %}{% field form.phone %}{% field form.note %}{% field form.kind %}", form=form)
    assert "error" not in shown and shown.count("(ไม่บังคับ)") == 1
    assert ">ถนน</option>" in shown
    assert ">Road</option>" in draw("{% field form.kind %}", "en", form=_Form())


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_style_page_draws_every_component_and_shows_its_code(language: str) -> None:
    request = RequestFactory().get("/style/")
    request.LANGUAGE_CODE = language
    with translation.override(language):
        shown = get_template("style/index.html").template.render(  # type: ignore[attr-defined]
            Context({"request": request, **style_context(request)})
        )
    examples = sorted((WEB / "templates" / "style" / "examples").glob("*.html"))
    assert examples and all(f'<section class="example" id="{path.stem}"' in shown for path in examples)
    assert "{% button &quot;" in shown and " style=" not in shown.replace('style="style', "")


# Cities


@pytest.mark.parametrize(
    ("thai", "short", "letter"),
    [
        ("เทศบาลนครเชียงใหม่", "เชียงใหม่", "ช"),
        ("เทศบาลนครนครศรีธรรมราช", "นครศรีธรรมราช", "น"),
        ("เทศบาลเมืองแสนสุข", "แสนสุข", "ส"),
        ("องค์การบริหารส่วนตำบลแค", "แค", "ค"),
        ("กรมส่งเสริมการปกครองท้องถิ่น", "กรมส่งเสริมการปกครองท้องถิ่น", "ก"),
    ],
)
def test_a_city_has_an_everyday_name_and_a_letter(thai: str, short: str, letter: str) -> None:
    assert short_name(Text(thai, "X"), "th") == short
    assert initial(Text(thai, "X")) == letter
    assert short_name(Text(thai, "Nan Town Municipality"), "en") == "Nan"


@pytest.mark.parametrize(
    ("given", "shown"), [(0, 0), (8, 15), (226, 225), (359, 0), (None, 180), ("", 180), ("x", 180)]
)
def test_a_hue_is_one_that_the_style_sheet_knows(given: Any, shown: int) -> None:
    assert hue(given) == shown


def test_the_country_map_uses_everyday_names_and_tints_provinces() -> None:
    cities = [{"province": Text("น่าน", "Nan")}, SimpleNamespace(province=Text("ยะลา", "Yala"))]
    found = country_map_config(
        {"points": [{"lon": 1, "lat": 2, "label": Text("เทศบาลเมืองน่าน", "Nan Town Municipality")}]}, cities
    )
    assert found["points"][0]["label"] == {"th": "น่าน", "en": "Nan"}
    assert found["highlight"] == ["น่าน", "ยะลา"]


def test_results_come_before_targets_and_doubtful_scans_are_left_out() -> None:
    kinds = ["target", "ocr_low_confidence", "actual", "context", "sla"]
    assert [metric["kind"] for metric in outcome_metrics([{"kind": kind} for kind in kinds])] == [
        "actual",
        "sla",
        "target",
    ]


def test_thai_prefixes_stay_with_their_word_in_headings() -> None:
    assert phrases("เมืองน่าอยู่ น่าเที่ยว") == "เมืองน่า\u2060อยู่ น่า\u2060เที่ยว"
    assert phrases("Smart City") == "Smart City"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("www.nancity.go.th", "https://www.nancity.go.th"),
        ("http://www.phsmun.go.th/x", "http://www.phsmun.go.th/x"),
        ("javascript:alert(1)", ""),
        ("ยังไม่มี", ""),
        (None, ""),
    ],
)
def test_a_printed_website_becomes_an_address_only_when_it_is_one(written: Any, address: str) -> None:
    assert web_address(written) == address


# Printed lists


def test_a_printed_list_gets_its_headings_items_and_points_back() -> None:
    found = outline(
        [
            "เทศบาลได้จัดทำยุทธศาสตร์ 2 ด้าน ดังนี้",
            "ยุทธศาสตร์ที่ 1 ด้านเศรษฐกิจ",
            "1. กระตุ้นการท่องเที่ยว",
            "2. ตลาดออนไลน์",
            "- (1) อบรมผู้ขาย",
            "- (2) เปิดร้าน",
            "ยุทธศาสตร์ที่ 2 ด้านเมือง",
            "1) ปรับภูมิทัศน์",
        ]
    )
    assert [section.title for section in found] == ["", "ยุทธศาสตร์ที่ 1 ด้านเศรษฐกิจ", "ยุทธศาสตร์ที่ 2 ด้านเมือง"]
    assert found[0].intro.endswith("ดังนี้")
    assert [(item.number, item.text) for item in found[1].items] == [("1", "กระตุ้นการท่องเที่ยว"), ("2", "ตลาดออนไลน์")]
    assert found[1].items[1].points == ["อบรมผู้ขาย", "เปิดร้าน"]


def test_a_plain_list_stays_plain_and_numbers_within_text_are_no_numbering() -> None:
    found = outline(["กล้อง 1,044 ตัว", "2566.5 ไม่ใช่ลำดับ", " "])
    assert len(found) == 1 and found[0].title == ""
    assert [item.text for item in found[0].items] == ["กล้อง 1,044 ตัว", "2566.5 ไม่ใช่ลำดับ"]
    assert outline([]) == []
