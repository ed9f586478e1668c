"""Dates in the Buddhist era: reading what people write, and writing it as Thai offices do. Stored dates stay Gregorian."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from nakhon.knowledge.digits import arabic_digits, thai_digits
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.text import Text

BANGKOK = ZoneInfo("Asia/Bangkok")


def _paired(th: str, en: str) -> tuple[Text, ...]:
    return tuple(Text(*both) for both in zip(th.split(), en.split(), strict=True))


MONTHS = _paired(
    "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
    "January February March April May June July August September October November December",
)
MONTHS_SHORT = _paired(
    "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค.",
    "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
)
WEEKDAYS = _paired(
    "วันจันทร์ วันอังคาร วันพุธ วันพฤหัสบดี วันศุกร์ วันเสาร์ วันอาทิตย์",
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
)

# Until 2483 the Thai year began on 1 April; B.E. 2483 had nine months and 2484 began on 1 January 1941.
# Source: Calendar Year Act B.E. 2483 (พระราชบัญญัติปีประติทิน พุทธศักราช 2483).
_NEW_YEAR_MOVED = date(1941, 1, 1)
_FIRST_YEAR, _LAST_YEAR = 1857, 2200


class DateError(KnowledgeError):
    """A date that cannot be read or does not exist."""


class DatePrecision(StrEnum):
    """How much of a date is known. Source: house registers print unknown parts as 00, for example 00/00/2475."""

    DAY = "DAY"
    MONTH = "MONTH"
    YEAR = "YEAR"


class Era(StrEnum):
    """พ.ศ. (BE) or ค.ศ. (CE)."""

    BE = "BE"
    CE = "CE"


@dataclass(frozen=True, slots=True)
class ReadDate:
    """What was understood from a written date.

    ``value`` is Gregorian; for MONTH or YEAR precision it is the first day of that month or Thai year.
    ``era`` is how the year was read. ``ambiguous`` asks a person to confirm, and ``notes`` says why, in order of weight.
    """

    value: date
    precision: DatePrecision
    era: Era
    ambiguous: bool = False
    notes: tuple[Text, ...] = ()


_NOTE_CE = Text("ตีความปีเป็น ค.ศ. เพราะน้อยกว่า 2400", "The year was read as CE because it is below 2400")
_NOTE_TWO_DIGITS = Text("ตีความปีสองหลักเป็น พ.ศ. 25xx", "The two-digit year was read as B.E. 25xx")
_NOTE_TWO_DIGITS_CE = Text("ตีความปีสองหลักเป็น ค.ศ.", "The two-digit year was read as CE")
_NOTE_OLD_YEAR = Text(
    "ก่อน พ.ศ. 2484 ปีใหม่เริ่ม 1 เมษายน ปีของเดือนมกราคมถึงมีนาคมอาจคลาดเคลื่อน",
    "Before B.E. 2484 the year began on 1 April: the year of January to March may be off by one",
)

_MONTH_NUMBERS: dict[str, int] = {}
for _number, (_full, _short) in enumerate(zip(MONTHS, MONTHS_SHORT, strict=True), start=1):
    for _name in (_full.th, _full.en, _short.th, _short.en):
        _MONTH_NUMBERS[_name.replace(".", "").lower()] = _number
_MONTH_NUMBERS["sept"] = 9

_NOISE = re.compile(r"^(วัน\S*?ที่|วันที่|ที่|เมื่อ)\s*|^(วัน(จันทร์|อังคาร|พุธ|พฤหัสบดี|ศุกร์|เสาร์|อาทิตย์))\s*", re.IGNORECASE)
_ERA = re.compile(
    r"(พุทธศักราช|พ\s*\.?\s*ศ\s*\.?|คริสต์ศักราช|คริสตศักราช|ค\s*\.?\s*ศ\s*\.?|B\.?E\.?|A\.?D\.?|C\.?E\.?)\s*(?=\d)", re.I
)
_ERA_AFTER = re.compile(r"(?<=\d)\s*(B\.?E\.?|A\.?D\.?|C\.?E\.?)\s*$", re.I)
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_NUMERIC = re.compile(r"^(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})$")
_NAMED = re.compile(r"^(?:(\d{1,2})\s*[\s\-/]?\s*)?([^\W\d_][^\d,/\-]*?)\s*[,\-/]?\s*(\d{4}|\d{2})$")
_ENGLISH_US = re.compile(r"^([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})$")
_TWO_DIGIT_YEAR = re.compile(r"(?<!\d)(\d{2})$")
_TIME = re.compile(
    r"(?:[T\s]\s*(?:เวลา\s*)?)(\d{1,2})[:.](\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*(?:น\.?)?\s*(Z|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"^(?:ปี\s*)?(\d{4})$")


def parse(text: str) -> ReadDate:
    """Read a written date: day, month, year in that order, numbers or month names, Thai or Arabic digits, or ISO 8601.

    Two-digit years are B.E. A year of 2400 or more is B.E., a smaller one CE and flagged unless the era was written out.
    ``00`` for day or month, or leaving them out, gives MONTH or YEAR precision. Raises ``DateError``.
    Source: Thai practice; Calendar Year Act B.E. 2483 for dates before 2484.
    """
    cleaned = re.sub(r"\s+", " ", arabic_digits(text)).strip()
    cleaned = _NOISE.sub("", cleaned).strip()
    cleaned, era = _take_era(cleaned)
    if found := _ISO.match(cleaned):
        year, month, day = (int(part) for part in found.groups())
        # ISO 8601 is Gregorian by definition, so a small year needs no confirmation.
        return _read(day, month, year, era or (Era.BE if year >= 2400 else Era.CE), found.group(1))
    if found := _NUMERIC.match(cleaned):
        return _read(int(found.group(1)), int(found.group(2)), int(found.group(3)), era, found.group(3))
    if found := _ENGLISH_US.match(cleaned):
        month, year = _month_number(found.group(1)), int(found.group(3))
        return _read(int(found.group(2)), month, year, era or _english_era(found.group(1), year), found.group(3))
    if found := _YEAR.match(cleaned):
        return _read(0, 0, int(found.group(1)), era, found.group(1))
    if found := _NAMED.match(cleaned):
        month, year = _month_number(found.group(2)), int(found.group(3))
        return _read(int(found.group(1) or 0), month, year, era or _english_era(found.group(2), year), found.group(3))
    raise _unreadable()


def parse_within(text: str, earliest: date, latest: date) -> ReadDate:
    """As ``parse``, for a column whose dates lie from ``earliest`` to ``latest``; a two-digit year is read by what fits.

    "66" may be B.E. 2566, CE 1966 or CE 2066. One that fits is taken, and flagged ``ambiguous`` if it is CE; none or several
    are refused, with the years to choose from. A date outside the span is refused too. Raises ``DateError``.
    Source: Thai practice, and spreadsheets that shorten Gregorian years.
    """
    short = _short_year(text)
    if short is None:
        found = parse(text)
    else:
        possible = {year: _with_year(text, year) for year in (2500 + short, 1900 + short, 2000 + short)}
        fitting = {year: read for year, read in possible.items() if read and earliest <= read.value <= latest}
        if not any(possible.values()):
            raise _unreadable() if not _NUMERIC.match(arabic_digits(text).strip()) else _no_such_day()
        if len(fitting) != 1:
            years = [str(year) for year in fitting or possible]
            raise DateError(
                "dates.ambiguous_year",
                Text("ปีสองหลักนี้ตีความได้ไม่แน่ชัด", "The two-digit year cannot be told for certain"),
                Text(
                    f"กรอกปีให้ครบสี่หลัก เช่น {' หรือ '.join(years)}",
                    f"Write all four digits of the year: {' or '.join(years)}",
                ),
            )
        ((year, found),) = fitting.items()
        note = _NOTE_TWO_DIGITS if year >= 2400 else _NOTE_TWO_DIGITS_CE
        found = ReadDate(found.value, found.precision, found.era, year < 2400, (note,))
    if not earliest <= found.value <= latest:
        raise DateError(
            "dates.outside",
            Text("วันที่อยู่นอกช่วงที่เป็นไปได้", "The date is outside the possible span"),
            Text(
                f"ต้องอยู่ระหว่าง {format_short(earliest).th} ถึง {format_short(latest).th} ตรวจว่าปีเป็น พ.ศ. หรือ ค.ศ.",
                f"It must be from {format_short(earliest).en} to {format_short(latest).en}: check whether the year is B.E. or CE",
            ),
        )
    return found


def parse_moment(text: str, earliest: date, latest: date) -> datetime:
    """The moment of a written date with a time of day: "15 ม.ค. 69 08.30 น.", "2569-01-15T08:30:00+07:00", "15/1/2569 8:30".

    A time without a zone is Bangkok time; a date without a time is midnight; a zone is kept. The date is read by
    ``parse_within`` and its day must be known. Raises ``DateError``. Source: as ``parse``; ISO 8601 and RFC 3339.
    """
    cleaned = re.sub(r"\s+", " ", arabic_digits(text)).strip()
    found = _TIME.search(cleaned)
    day = parse_within(cleaned[: found.start()].rstrip(" ,") if found else cleaned, earliest, latest)
    if day.precision is not DatePrecision.DAY:
        raise _incomplete()
    if found is None:
        return datetime.combine(day.value, time(), BANGKOK)
    hour, minute, second, fraction, zone = found.groups()
    written = f"{int(hour):02}:{minute}:{second or '00'}.{(fraction or '0')[:6]:0<6}"
    try:
        moment = datetime.fromisoformat(f"{day.value.isoformat()}T{written}{(zone or '').upper()}")
    except ValueError:
        raise DateError(
            "dates.time",
            Text("เวลานี้ไม่มีอยู่จริง", "There is no such time of day"),
            Text("กรอกเวลาระหว่าง 00:00 ถึง 23:59 เช่น 08:30", "Enter a time from 00:00 to 23:59, for example 08:30"),
        ) from None
    return moment if zone else moment.replace(tzinfo=BANGKOK)


def parse_thai_date(text: str) -> date:
    """The Gregorian date of a written date whose day is known. Raises ``DateError`` also when only the year is known.

    Source: as ``parse``.
    """
    found = parse(text)
    if found.precision is not DatePrecision.DAY:
        raise _incomplete()
    return found.value


def be_year(value: date) -> int:
    """The Thai year in force on ``value``: CE + 543, or CE + 542 for January to March before 1941.

    Source: Calendar Year Act B.E. 2483.
    """
    before_old_new_year = value < _NEW_YEAR_MOVED and value.month < 4
    return value.year + (542 if before_old_new_year else 543)


def be_year_range(year: int) -> tuple[date, date]:
    """First and last day of Thai year ``year``: April to March until 2482, April to December in 2483, then January to December.

    Raises ``DateError`` for a year out of range. Source: Calendar Year Act B.E. 2483.
    """
    _check_year(year - 543)
    if year >= 2484:
        return date(year - 543, 1, 1), date(year - 543, 12, 31)
    last = date(1940, 12, 31) if year == 2483 else date(year - 542, 3, 31)
    return date(year - 543, 4, 1), last


def to_ce_year(year: int, month: int) -> int:
    """The Gregorian year of ``month`` (1-12) in Thai year ``year``. Source: Calendar Year Act B.E. 2483.

    January to March of 2483 never happened; a record that names them meant 1940.
    """
    return year - 542 if year <= 2482 and month < 4 else year - 543


def format_short(value: date, *, thai: bool = False) -> Text:
    """``15 ม.ค. 69`` / ``15 Jan 2026``; Thai digits if ``thai``. Source: Thai office practice."""
    th = f"{value.day} {MONTHS_SHORT[value.month - 1].th} {be_year(value) % 100:02d}"
    return Text(thai_digits(th) if thai else th, f"{value.day} {MONTHS_SHORT[value.month - 1].en} {value.year}")


def format_long(value: date, *, weekday: bool = False) -> Text:
    """``15 มกราคม 2569`` / ``15 January 2026 (B.E. 2569)``; with ``weekday``, ``วันพฤหัสบดีที่ 15 ...`` before it.

    Source: Thai office practice.
    """
    month, day_name = MONTHS[value.month - 1], WEEKDAYS[value.weekday()]
    th = f"{value.day} {month.th} {be_year(value)}"
    en = f"{value.day} {month.en} {value.year} (B.E. {be_year(value)})"
    return Text(f"{day_name.th}ที่ {th}", f"{day_name.en} {en}") if weekday else Text(th, en)


def format_official(value: date) -> str:
    """``๑๕ มกราคม ๒๕๖๙``, as official letters write it. Source: Prime Minister's Office Regulation on Saraban B.E. 2526."""
    return thai_digits(format_long(value).th)


def format_month(value: date) -> Text:
    """``มกราคม 2569`` / ``January 2026 (B.E. 2569)``. Source: Thai office practice."""
    month = MONTHS[value.month - 1]
    return Text(f"{month.th} {be_year(value)}", f"{month.en} {value.year} (B.E. {be_year(value)})")


def format_known(value: date, precision: DatePrecision) -> Text:
    """The long form, saying no more than is known: day, month and year; month and year; or ``พ.ศ. 2475`` / ``B.E. 2475``.

    Source: as ``format_long``; a house register prints what it does not know as 00.
    """
    if precision is DatePrecision.DAY:
        return format_long(value)
    if precision is DatePrecision.MONTH:
        return format_month(value)
    return Text(f"พ.ศ. {be_year(value)}", f"B.E. {be_year(value)}")


def format_moment(value: datetime) -> Text:
    """``15 ม.ค. 69 15:30 น.`` / ``15 Jan 2026, 15:30`` in Bangkok time. Raises ``DateError`` without a time zone.

    Source: Thai office practice, the 24-hour clock with น. after it.
    """
    local = in_bangkok(value)
    day = format_short(local.date())
    return Text(f"{day.th} {local:%H:%M} น.", f"{day.en}, {local:%H:%M}")


def in_bangkok(value: datetime) -> datetime:
    """``value`` in Thai standard time. Raises ``DateError`` if it carries no time zone. Source: IANA zone Asia/Bangkok."""
    if value.tzinfo is None or value.utcoffset() is None:
        raise DateError(
            "dates.no_time_zone",
            Text("เวลานี้ไม่มีเขตเวลา", "This time carries no time zone"),
            Text("ส่งเวลาพร้อมเขตเวลา เช่น +07:00", "Give the time with its zone, for example +07:00"),
        )
    return value.astimezone(BANGKOK)


def _take_era(text: str) -> tuple[str, Era | None]:
    for pattern in (_ERA, _ERA_AFTER):
        if found := pattern.search(text):
            mark = re.sub(r"[\s.]", "", found.group(1)).upper()
            era = Era.BE if mark in {"พศ", "พุทธศักราช", "BE"} else Era.CE
            return (text[: found.start()] + " " + text[found.end() :]).strip(), era
    return text, None


def _english_era(month_name: str, year: int) -> Era | None:
    # A month in English letters with a full Gregorian year leaves no doubt.
    return Era.CE if month_name.isascii() and 1000 <= year < 2400 else None


def _month_number(name: str) -> int:
    key = re.sub(r"[\s.]", "", name).lower().removeprefix("เดือน")
    if key not in _MONTH_NUMBERS:
        raise _unreadable()
    return _MONTH_NUMBERS[key]


def _read(day: int, month: int, year: int, era: Era | None, written_year: str) -> ReadDate:
    notes: list[Text] = []
    if len(written_year) == 2 and era is not Era.CE:
        year += 2500
        if era is None and year > 2580:
            # 90 may be 2490 to an old record or 1990 to a foreigner: B.E. stands, a person confirms.
            notes.append(_NOTE_TWO_DIGITS)
        era = Era.BE
    elif len(written_year) == 2:
        raise _unreadable()
    if era is None:
        era = Era.BE if year >= 2400 else Era.CE
        if era is Era.CE:
            notes.append(_NOTE_CE)
    if era is Era.BE:
        if year <= 2483 and 1 <= month <= 3:
            notes.append(_NOTE_OLD_YEAR)
        ce_year = to_ce_year(year, month if month else 4)
    else:
        ce_year = year
    _check_year(ce_year)
    precision = DatePrecision.DAY if day else DatePrecision.MONTH if month else DatePrecision.YEAR
    if day and not month:
        raise _no_such_day()
    if precision is DatePrecision.YEAR:
        value = be_year_range(ce_year + 543)[0]
    else:
        value = _existing(ce_year, month, day or 1)
    return ReadDate(value, precision, era, bool(notes), tuple(notes))


def _existing(year: int, month: int, day: int) -> date:
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        raise _no_such_day()
    return date(year, month, day)


def _check_year(year: int) -> None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise DateError(
            "dates.year",
            Text("ปีนี้อยู่นอกช่วงที่รับได้", "The year is out of range"),
            Text(
                f"กรอกปี พ.ศ. ระหว่าง {_FIRST_YEAR + 543} ถึง {_LAST_YEAR + 543}",
                f"Enter a year between B.E. {_FIRST_YEAR + 543} and {_LAST_YEAR + 543}",
            ),
        )


def _short_year(text: str) -> int | None:
    """The two digits at the end of a written date whose year has only two and whose era is not written out."""
    cleaned, era = _take_era(re.sub(r"\s+", " ", arabic_digits(text)).strip())
    found = _TWO_DIGIT_YEAR.search(cleaned)
    return int(found.group(1)) if found and era is None and not _ISO.match(cleaned) else None


def _with_year(text: str, year: int) -> ReadDate | None:
    try:
        return parse(_TWO_DIGIT_YEAR.sub(str(year), arabic_digits(text).strip()))
    except DateError:
        # 29/02/66 exists in one of the years that 66 may mean, not in another.
        return None


def _incomplete() -> DateError:
    return DateError(
        "dates.incomplete",
        Text("วันที่ไม่ครบ ไม่มีวันหรือเดือน", "The day or the month is missing"),
        Text(
            "กรอกวัน เดือน และปี พ.ศ. ให้ครบ เช่น 15 ม.ค. 2569", "Enter day, month and B.E. year, for example 15 ม.ค. 2569"
        ),
    )


def _no_such_day() -> DateError:
    return DateError(
        "dates.no_such_day",
        Text("ไม่มีวันที่นี้ในปฏิทิน", "There is no such day in the calendar"),
        Text("ตรวจสอบวันและเดือนอีกครั้ง ลำดับคือ วัน/เดือน/ปี", "Check day and month; the order is day/month/year"),
    )


def _unreadable() -> DateError:
    return DateError(
        "dates.unreadable",
        Text("อ่านวันที่นี้ไม่ได้", "This date cannot be read"),
        Text(
            "กรอกเป็นวัน เดือน ปี พ.ศ. เช่น 15 ม.ค. 2569 หรือ 15/01/2569",
            "Enter day, month and B.E. year, for example 15 ม.ค. 2569 or 15/01/2569",
        ),
    )
