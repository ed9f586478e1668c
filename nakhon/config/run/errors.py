"""Failures of running the platform: what happened and what to do, in both languages."""

from __future__ import annotations

from nakhon.knowledge.text import Text


class RunError(Exception):
    """Something an operator can mend. ``what`` happened, ``remedy`` says what to do; ``detail`` is a program's own words."""

    def __init__(self, what: Text, remedy: Text, *, detail: str = "", exit_code: int = 1) -> None:
        self.what = what
        self.remedy = remedy
        self.detail = detail.strip()
        self.exit_code = exit_code
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """The message as an operator reads it: Thai, English, what to do, and the detail indented."""
        out = [self.what.th, self.what.en, f"→ {self.remedy.th}", f"→ {self.remedy.en}"]
        if self.detail:
            out += ["", *(f"    {line}" for line in self.detail.splitlines()[-40:])]
        return out
