"""The one permission table: every room registers its rows here, and the table freezes when the platform has started.

A row names a permission, says it in both languages and lists the roles that hold it. Roles themselves belong to ``people``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nakhon.knowledge.text import Text

SYSTEM_ROLE = "system"


@dataclass(frozen=True, slots=True)
class Permission:
    """``code`` is ``room.subject.action``; ``roles`` are the codes of the roles that hold it."""

    code: str
    text: Text
    roles: frozenset[str]

    @property
    def room(self) -> str:
        return self.code.split(".", 1)[0]


_rows: dict[str, Permission] = {}
_frozen = False


def register(code: str, th: str, en: str, roles: Iterable[str]) -> str:
    """Add a row and return its code, so that a room writes ``READ = register("people.person.read", ...)``.

    Raises ``ValueError`` for a code registered twice or a malformed one, ``RuntimeError`` after the table froze.
    """
    if _frozen:
        raise RuntimeError(f"The permission table is frozen; register {code} in its room's permissions.py")
    if code in _rows or code.count(".") < 1:
        raise ValueError(f"Permission {code!r} is registered already or malformed (room.subject.action)")
    _rows[code] = Permission(code, Text(th, en), frozenset(roles))
    return code


def freeze() -> None:
    """Close the table; called once all rooms are loaded."""
    global _frozen
    _frozen = True


def table() -> Mapping[str, Permission]:
    """All rows by code."""
    return dict(_rows)


def allows(roles: Iterable[str], code: str) -> bool:
    """True when one of ``roles`` holds permission ``code``. ``KeyError`` for an unknown code."""
    row = _rows[code]
    held = set(roles)
    return SYSTEM_ROLE in held or not row.roles.isdisjoint(held)


AUDIT_READ = register("kernel.audit.read", "ดูบันทึกการใช้งานระบบ", "Read the audit trail", ["admin", "dpo", "auditor"])
OUTBOX_READ = register("kernel.outbox.read", "ดูเหตุการณ์และงานเบื้องหลัง", "See events and background work", ["admin"])
OUTBOX_REPLAY = register("kernel.outbox.replay", "สั่งส่งเหตุการณ์ที่ค้างใหม่", "Replay dead letters", ["admin"])
