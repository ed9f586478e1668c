"""Says in words when a scheduled job runs: five cron fields, Bangkok time."""

from __future__ import annotations

import re

from nakhon.knowledge.dates import WEEKDAYS
from nakhon.knowledge.text import Text

_NUMBER = re.compile(r"^\d+$")
_EVERY = re.compile(r"^\*/(\d+)$")


def cron_words(cron: str) -> Text:
    """ "ทุกวัน เวลา 02:23 น." for ``23 2 * * *``. A pattern that has no plain words is given as it is, and said to be cron."""
    fields = cron.split()
    if len(fields) == 5:
        minute, hour, day, month, weekday = fields
        often = _often(minute, hour) if (day, month, weekday) == ("*", "*", "*") else None
        if often is not None:
            return often
        if _NUMBER.match(minute) and _NUMBER.match(hour) and month == "*":
            when = _which_days(day, weekday)
            if when is not None:
                clock = f"{int(hour):02d}:{int(minute):02d}"
                return Text(f"{when.th} เวลา {clock} น.", f"{when.en} at {clock}")
    return Text(f"ตามรูปแบบเวลา cron: {cron}", f"By the cron pattern {cron}")


def _often(minute: str, hour: str) -> Text | None:
    if hour == "*" and minute == "*":
        return Text("ทุกนาที", "Every minute")
    if hour == "*" and (found := _EVERY.match(minute)):
        return Text(f"ทุก {found[1]} นาที", f"Every {found[1]} minutes")
    if hour == "*" and _NUMBER.match(minute):
        return Text(f"ทุกชั่วโมง นาทีที่ {int(minute)}", f"Every hour, at minute {int(minute)}")
    if (found := _EVERY.match(hour)) and _NUMBER.match(minute):
        return Text(f"ทุก {found[1]} ชั่วโมง นาทีที่ {int(minute)}", f"Every {found[1]} hours, at minute {int(minute)}")
    return None


def _which_days(day: str, weekday: str) -> Text | None:
    if (day, weekday) == ("*", "*"):
        return Text("ทุกวัน", "Every day")
    if day == "*" and _NUMBER.match(weekday) and int(weekday) <= 7:
        # Cron counts from Sunday (0, and 7 as well), the calendar from Monday.
        name = WEEKDAYS[(int(weekday) - 1) % 7]
        return Text(f"ทุก{name.th}", f"Every {name.en}")
    if day == "*" and weekday in ("1-5", "MON-FRI"):
        return Text("ทุกวันจันทร์ถึงวันศุกร์", "Monday to Friday")
    if weekday == "*" and _NUMBER.match(day):
        return Text(f"ทุกวันที่ {int(day)} ของเดือน", f"On day {int(day)} of every month")
    return None
