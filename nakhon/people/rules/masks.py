"""How personal values look while they are masked, and whether a value that came back from a form was left as it was."""

from __future__ import annotations

from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.identity import mask_id
from nakhon.knowledge.phones import parse_phone

MASK = "•••"


def mask_national_id(digits: str) -> str:
    """``x-xxxx-xxxxx-12-1``. Source: data minimisation, PDPA B.E. 2562 s.22."""
    try:
        return mask_id(digits)
    except KnowledgeError:
        return MASK


def mask_passport(number: str) -> str:
    """All but the last three characters hidden; a short one wholly."""
    return MASK + number[-3:] if len(number) > 5 else MASK


def mask_phone(e164: str) -> str:
    """``081-xxx-5678``. A number that cannot be read is hidden wholly."""
    try:
        return parse_phone(e164).masked
    except KnowledgeError:
        return MASK


def mask_email(address: str) -> str:
    """The first letter and the domain: ``s•••@example.com``."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}{MASK}{at}{domain}" if at else MASK


def mask_house_id(digits: str) -> str:
    """All but the last three of eleven digits hidden."""
    return f"xxxx-xxxx{digits[-3:-1]}-{digits[-1]}" if len(digits) == 11 else MASK


def mask_all(_: str) -> str:
    return MASK


def left_as_it_was(given: str | None, shown: str) -> bool:
    """True when what a form sent back means "keep it": nothing, or the very mask that was shown."""
    text = (given or "").strip()
    return not text or text == shown


def half_masked(given: str | None, shown: str) -> bool:
    """True for a mask that was typed into: taken as the value, it would destroy what it hides."""
    return not left_as_it_was(given, shown) and "•" in (given or "")
