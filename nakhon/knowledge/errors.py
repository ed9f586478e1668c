"""The one base of every failure in this room: a wrong value, said in Thai and English, with what to do about it."""

from __future__ import annotations

from nakhon.knowledge.text import Text


class KnowledgeError(ValueError):
    """A value that the rules of this room refuse.

    ``code`` is a stable, dotted, machine-readable name ("identity.check_digit"); ``message`` says what is wrong;
    ``remedy`` says what to do. Neither repeats a whole identity number or phone number, so that both may be logged.
    """

    def __init__(self, code: str, message: Text, remedy: Text) -> None:
        super().__init__(code, message, remedy)
        self.code = code
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message.en}. {self.remedy.en}"
