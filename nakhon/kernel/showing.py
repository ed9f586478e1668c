"""Makes failures and audit details fit to be shown to an administrator, who may see the platform but no citizen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nakhon.kernel.logs import SECRET_KEYS, STRUCK, strike

_FRAME = re.compile(r'^\s*File "([^"]+)", line \d+')
_THAI = re.compile(r"[\u0e00-\u0e7f][\u0e00-\u0e7f\s]*")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_CODE_NAME = re.compile(r"^[a-z0-9_.:-]{1,80}$")
_LONGEST = 300


def shown_detail(value: Any) -> Any:
    """``value`` with what looks personal or secret struck out, to any depth."""
    if isinstance(value, Mapping):
        return {str(key): shown_detail(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [shown_detail(inner) for inner in value]
    return strike(value) if isinstance(value, str) else value


def shown_arguments(given: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of a job or the payload of an event: sealed and long values are only named."""
    shown: dict[str, Any] = {}
    for key, value in given.items():
        secret = key == "sealed" or SECRET_KEYS.search(key)
        long = isinstance(value, str) and len(value) > _LONGEST
        shown[key] = STRUCK if secret or long else shown_detail(value)
    return shown


def shown_message(line: str) -> str:
    """A failure's message without what may be a value: Thai words, quoted texts that are no names of code, numbers of people.

    The platform's own messages are in English in a trace, so Thai in one comes from the data.
    """

    def quoted(found: re.Match[str]) -> str:
        inside = found[1] if found[1] is not None else found[2]
        return found[0] if _CODE_NAME.match(inside) else f"{found[0][0]}{STRUCK}{found[0][0]}"

    return _THAI.sub(STRUCK, strike(_QUOTED.sub(quoted, line)))[:_LONGEST]


def shown_trace(trace: str) -> str:
    """A trace with its frames as they are and its messages made fit; what a database adds about rows is left out."""
    lines: list[str] = []
    in_message = in_frame = False
    for line in trace.splitlines():
        if found := _FRAME.match(line):
            lines.append(line.replace(found[1], _short(found[1])))
            in_message, in_frame = False, True
        elif line.startswith("    ") and in_frame:
            lines.append(line)
        elif line.startswith(("Traceback ", "During handling", "The above exception")):
            lines.append(line)
            in_message = in_frame = False
        elif not line:
            lines.append(line)
        elif not in_message:
            # The first line of a message tells the kind of failure; the next ones quote rows and statements.
            lines.append(shown_message(line))
            in_message, in_frame = True, False
    return "\n".join(lines)


def shown_error(trace: str) -> str:
    """The failure in one line: the kind of the last exception and its message."""
    last = ""
    for line in shown_trace(trace).splitlines():
        if line and not line.startswith((" ", "Traceback ", "During handling", "The above exception")):
            last = line
    return last


def _short(path: str) -> str:
    """A file by its place in the code, without where that is installed."""
    for root in ("site-packages/", "nakhon/"):
        at = path.rfind(f"/{root}")
        if at >= 0:
            return path[at + 1 :].removeprefix("site-packages/")
    return path.rsplit("/", 1)[-1]
