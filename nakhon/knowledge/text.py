"""A sentence in the platform's two languages: Thai, the default, and English beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["th", "en"]
LANGUAGES: tuple[Language, ...] = ("th", "en")
DEFAULT_LANGUAGE: Language = "th"


@dataclass(frozen=True, slots=True)
class Text:
    """Thai and English side by side, so that neither can be forgotten.

    Both are required and must not be blank: ``ValueError`` otherwise. ``str()`` gives Thai.
    """

    th: str
    en: str

    def __post_init__(self) -> None:
        if not self.th.strip() or not self.en.strip():
            raise ValueError(f"A Text needs both languages: th={self.th!r}, en={self.en!r}")

    def __str__(self) -> str:
        return self.th

    def in_(self, language: str) -> str:
        """The sentence in ``language`` ("th" or "en"); any other language code gives Thai."""
        return self.en if language == "en" else self.th

    def format(self, **values: object) -> Text:
        """Both sentences with ``{name}`` placeholders filled from ``values``."""
        return Text(th=self.th.format(**values), en=self.en.format(**values))

    def as_dict(self) -> dict[str, str]:
        return {"th": self.th, "en": self.en}
