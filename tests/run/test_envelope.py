"""The sealed file: what goes in comes out; whatever was changed, cut, swapped or opened with another passphrase does not."""

from __future__ import annotations

import io

import pytest

from nakhon.config.run import envelope
from nakhon.config.run.envelope import CHUNK, TAG, Opener, Sealer
from nakhon.config.run.errors import RunError

PASSPHRASE = "ปลาทู ขึ้นบก เมื่อวาน"
HEADER = envelope._HEADER.size


@pytest.fixture(autouse=True)
def cheap_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cost is written in the file, so a small one exercises the same code."""
    monkeypatch.setattr(envelope, "COST_LOG2", 8)


def seal(plain: bytes, passphrase: str = PASSPHRASE) -> bytes:
    target = io.BytesIO()
    sealer = Sealer(target, passphrase)
    for start in range(0, len(plain), 100_000):
        sealer.write(plain[start : start + 100_000])
    sealer.close()
    return target.getvalue()


def unseal(sealed: bytes, passphrase: str = PASSPHRASE) -> bytes:
    opener = Opener(io.BytesIO(sealed), passphrase)
    pieces = []
    while piece := opener.read(70_000):
        pieces.append(piece)
    return b"".join(pieces)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 12345])
def test_what_goes_in_comes_out(size: int) -> None:
    plain = bytes(i * 7 % 251 for i in range(1000)) * (size // 1000 + 1)
    sealed = seal(plain[:size])
    assert unseal(sealed) == plain[:size]
    if size > 100:
        assert plain[:64] not in sealed


def test_the_same_content_never_looks_the_same() -> None:
    assert seal(b"city")[HEADER:] != seal(b"city")[HEADER:]


def test_another_passphrase_opens_nothing() -> None:
    with pytest.raises(RunError) as refused:
        unseal(seal(b"city"), PASSPHRASE + " ")
    assert "passphrase" in refused.value.what.en
    assert "รหัสผ่าน" in refused.value.what.th


@pytest.mark.parametrize("place", [14, 17, 25, 33, HEADER, HEADER + 5, HEADER + CHUNK + TAG + 9, -1])
def test_one_flipped_bit_anywhere_is_noticed(place: int) -> None:
    sealed = bytearray(seal(b"x" * (CHUNK + 500)))
    sealed[place] ^= 1
    with pytest.raises(RunError):
        unseal(bytes(sealed))


@pytest.mark.parametrize("keep", [HEADER, HEADER + 10, HEADER + CHUNK + TAG, HEADER + 2 * (CHUNK + TAG), -1])
def test_a_file_cut_anywhere_even_between_chunks_is_noticed(keep: int) -> None:
    sealed = seal(b"x" * (2 * CHUNK + 500))
    with pytest.raises(RunError) as refused:
        unseal(sealed[:keep])
    assert refused.value.remedy.th


def test_swapped_or_repeated_chunks_are_noticed() -> None:
    sealed = seal(b"a" * CHUNK + b"b" * CHUNK + b"c")
    one, two = (sealed[HEADER + n * (CHUNK + TAG) : HEADER + (n + 1) * (CHUNK + TAG)] for n in (0, 1))
    rest = sealed[HEADER + 2 * (CHUNK + TAG) :]
    for forged in (two + one + rest, one + one + two + rest, two + rest):
        with pytest.raises(RunError):
            unseal(sealed[:HEADER] + forged)


def test_bytes_after_the_end_are_noticed() -> None:
    with pytest.raises(RunError):
        unseal(seal(b"city") + b"more")


def test_another_kind_of_file_is_named_as_such() -> None:
    for stranger in (b"", b"PK\x03\x04" + bytes(200), envelope.MAGIC):
        with pytest.raises(RunError, match="not a backup"):
            Opener(io.BytesIO(stranger), PASSPHRASE)


def test_a_header_that_asks_for_absurd_memory_is_refused() -> None:
    sealed = bytearray(seal(b"city"))
    sealed[len(envelope.MAGIC)] = 40
    with pytest.raises(RunError, match="damaged"):
        Opener(io.BytesIO(bytes(sealed)), PASSPHRASE)
