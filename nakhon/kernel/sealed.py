"""Fields that are encrypted at rest and found again only by a keyed blind index.

A sealed value never turns into text by itself: ``str()`` shows dots, ``reveal()`` is called on purpose, by a verb that
records why. AES-256-GCM with a key per tenant; the tenant and the column are bound in, so a copied cell does not open.
"""

from __future__ import annotations

import os
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models

from nakhon.kernel.errors import NakhonError
from nakhon.kernel.keys import keyed_hash, keyring, tenant_key
from nakhon.kernel.tenancy import require_tenant_id
from nakhon.knowledge.text import Text

MASK = "•••"
_NONCE = 12
_KEY_ID = 4


class Unopenable(NakhonError):
    code = "sealed.unopenable"
    default_message = Text("เปิดข้อมูลที่เข้ารหัสไม่ได้", "A sealed value could not be opened")
    default_remedy = Text(
        "กุญแจไม่ตรงหรือข้อมูลถูกแก้ไข โปรดแจ้งผู้ดูแลระบบ",
        "The key is another one or the value was tampered with; tell the administrator",
    )


class Sealed:
    """A sealed text. ``key_id`` names the key that sealed it."""

    __slots__ = ("_blob", "_column", "_tenant_id")

    def __init__(self, blob: bytes, column: str, tenant_id: UUID) -> None:
        self._blob, self._column, self._tenant_id = blob, column, tenant_id

    @property
    def key_id(self) -> str:
        return self._blob[:_KEY_ID].hex()

    @property
    def blob(self) -> bytes:
        return self._blob

    def reveal(self) -> str:
        """The text in clear. Raises ``Unopenable`` when no key of the ring opens it."""
        rest = self._blob[_KEY_ID:]
        for key_id, key in keyring().field:
            if key_id == self.key_id:
                cipher = AESGCM(tenant_key(key, "field", self._tenant_id))
                try:
                    return cipher.decrypt(rest[:_NONCE], rest[_NONCE:], _bound(self._column, self._tenant_id)).decode()
                except InvalidTag:
                    break
        raise Unopenable

    def __str__(self) -> str:
        return MASK

    __repr__ = __str__


def _bound(column: str, tenant_id: UUID) -> bytes:
    return f"{tenant_id}|{column}".encode()


def seal(text: str, column: str, tenant_id: UUID) -> Sealed:
    """Encrypt ``text`` for the cell ``column`` (``app.model.field``) of a tenant with the newest key."""
    key_id, key = keyring().field[0]
    nonce = os.urandom(_NONCE)
    body = AESGCM(tenant_key(key, "field", tenant_id)).encrypt(nonce, text.encode(), _bound(column, tenant_id))
    return Sealed(bytes.fromhex(key_id) + nonce + body, column, tenant_id)


def blind_index(column: str, value: str, tenant_id: UUID) -> bytes:
    """32 bytes that are equal for equal values of one column and tenant, and tell nothing without the key."""
    return keyed_hash(tenant_key(keyring().index, "index", tenant_id), column.encode(), value.encode())


class SealedField(models.BinaryField):
    """A text column encrypted at rest. Assign ``str`` or ``None``; reading gives ``Sealed`` or ``None``."""

    description = "Text, encrypted at rest"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    @property
    def column_name(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, str):
            value = seal(value, self.column_name, require_tenant_id())
        if isinstance(value, Sealed):
            value = value.blob
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        if value is None:
            return None
        return Sealed(bytes(value), self.column_name, require_tenant_id())

    def value_to_string(self, obj: Any) -> str:
        return MASK

    def to_python(self, value: Any) -> Any:
        return value


def sealed_fields(model: type[models.Model]) -> list[SealedField]:
    """The sealed columns of a model, for key rotation and for the record of processing activities."""
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]
