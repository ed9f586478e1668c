"""Sealed fields: unreadable at rest, bound to tenant and column, found by a blind index, opened by old keys after rotation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nakhon.kernel import keys
from nakhon.kernel.sealed import MASK, Sealed, Unopenable, blind_index, seal
from nakhon.kernel.tenancy import new_id

TENANT, OTHER = new_id(), new_id()
NATIONAL_ID = "1234567890121"


@pytest.fixture(autouse=True, scope="module")
def _keys() -> None:
    keys.ensure_keys()


@given(st.text())
def test_what_is_sealed_opens_again(text: str) -> None:
    sealed = seal(text, "people.person.national_id", TENANT)
    assert sealed.reveal() == text
    assert str(sealed) == repr(sealed) == MASK


def test_the_text_is_not_at_rest_and_no_two_seals_are_alike() -> None:
    first, second = (seal(NATIONAL_ID, "a.b.c", TENANT) for _ in range(2))
    assert NATIONAL_ID.encode() not in first.blob
    assert first.blob != second.blob


@pytest.mark.parametrize(
    ("column", "tenant", "damage"),
    [("a.b.d", TENANT, False), ("a.b.c", OTHER, False), ("a.b.c", TENANT, True)],
    ids=["another column", "another tenant", "a flipped bit"],
)
def test_a_seal_moved_or_damaged_does_not_open(column: str, tenant: object, damage: bool) -> None:
    blob = seal(NATIONAL_ID, "a.b.c", TENANT).blob
    if damage:
        blob = blob[:-1] + bytes([blob[-1] ^ 1])
    with pytest.raises(Unopenable):
        Sealed(blob, column, tenant).reveal()  # type: ignore[arg-type]


def test_a_new_key_seals_and_the_old_one_still_opens_until_it_retires() -> None:
    before = seal(NATIONAL_ID, "a.b.c", TENANT)
    new = keys.add_field_key()
    after = seal(NATIONAL_ID, "a.b.c", TENANT)
    assert after.key_id == new != before.key_id
    assert before.reveal() == after.reveal() == NATIONAL_ID
    assert keys.retire_field_keys() >= 1
    assert after.reveal() == NATIONAL_ID
    with pytest.raises(Unopenable):
        before.reveal()


def test_the_blind_index_finds_equal_values_of_one_column_and_tenant_only() -> None:
    index = blind_index("a.b.c", NATIONAL_ID, TENANT)
    assert index == blind_index("a.b.c", NATIONAL_ID, TENANT)
    assert len({index, blind_index("a.b.d", NATIONAL_ID, TENANT), blind_index("a.b.c", NATIONAL_ID, OTHER)}) == 3
    assert blind_index("a.b.c", "1234567890122", TENANT) != index


def test_the_key_file_is_its_owners_only_and_missing_keys_are_said(settings: object, tmp_path: object) -> None:
    assert keys.keys_file().stat().st_mode & 0o777 == 0o600
    settings.NAKHON_KEYS_DIR = tmp_path  # type: ignore[attr-defined]
    keys._read.cache_clear()
    with pytest.raises(keys.KeysMissing):
        keys.keyring()
    assert keys.ensure_keys() is True
    assert keys.ensure_keys() is False
    settings.NAKHON_KEYS_DIR = None  # type: ignore[attr-defined]
    keys._read.cache_clear()
    keys._derived.cache_clear()
