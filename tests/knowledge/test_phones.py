"""Telephone numbers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nakhon.knowledge.phones import SHORT_NUMBERS, PhoneError, PhoneKind, parse_phone


@pytest.mark.parametrize(
    "written",
    [
        "081-234-5678",
        "+66 81 234 5678",
        "๐๘๑ ๒๓๔ ๕๖๗๘",
        "0812345678",
        "(081) 234 5678",
        "0066812345678",
        "+66 (0)81-234-5678",
    ],
)
def test_one_mobile_number_in_many_forms(written: str) -> None:
    phone = parse_phone(written)
    assert phone.kind is PhoneKind.MOBILE
    assert phone.e164 == "+66812345678"
    assert phone.promptpay == "0066812345678" and len(phone.promptpay) == 13
    assert phone.display.th == "081-234-5678"
    assert phone.masked == "081-xxx-5678"


@pytest.mark.parametrize(
    ("written", "e164", "shown"),
    [
        ("02-123-4567", "+6621234567", "02-123-4567"),
        ("053 123456", "+6653123456", "053-123-456"),
        ("074-200-000", "+6674200000", "074-200-000"),
    ],
)
def test_fixed_lines(written: str, e164: str, shown: str) -> None:
    phone = parse_phone(written)
    assert (phone.kind, phone.e164, phone.display.th) == (PhoneKind.FIXED, e164, shown)
    assert phone.masked.startswith("xxx-xxx-")
    with pytest.raises(PhoneError) as refused:
        _ = phone.promptpay
    assert refused.value.code == "phones.promptpay"


@pytest.mark.parametrize("written", ["02-123-4567 ต่อ 12", "02-123-4567 ext. 12", "021234567#12"])
def test_extensions(written: str) -> None:
    phone = parse_phone(written)
    assert (phone.e164, phone.extension) == ("+6621234567", "12")
    assert (phone.display.th, phone.display.en) == ("02-123-4567 ต่อ 12", "02-123-4567 ext. 12")


@pytest.mark.parametrize("short", ["1669", "191", "199", "1567", "1111"])
def test_short_numbers(short: str) -> None:
    phone = parse_phone(short)
    assert (phone.kind, phone.display.th, phone.e164, phone.masked) == (PhoneKind.SHORT, short, "", short)
    assert SHORT_NUMBERS[short].en


def test_service_and_foreign_numbers() -> None:
    assert parse_phone("1800-123-456").kind is PhoneKind.SERVICE
    assert parse_phone("1800123456").display.th == "1800-123-456"
    foreign = parse_phone("+44 20 7183 8750")
    assert (foreign.kind, foreign.e164) == (PhoneKind.FOREIGN, "+442071838750")
    assert foreign.display.en == "+44 20 7183 8750"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("0812345", "phones.invalid"),
        ("081234567890", "phones.invalid"),
        ("0712345678", "phones.invalid"),
        ("+66", "phones.invalid"),
        ("+1669", "phones.invalid"),
        ("โทรมานะ", "phones.charset"),
        ("", "phones.charset"),
        ("081-234-567x", "phones.charset"),
        ("0" * 60, "phones.charset"),
    ],
)
def test_what_cannot_be_called_is_refused(written: str, code: str) -> None:
    with pytest.raises(PhoneError) as refused:
        parse_phone(written)
    assert refused.value.code == code
    assert refused.value.remedy.th


def test_the_number_stays_out_of_repr() -> None:
    assert "812345678" not in repr(parse_phone("0812345678"))


@given(st.sampled_from(["06", "08", "09"]), st.text("0123456789", min_size=8, max_size=8))
def test_what_is_shown_reads_back(prefix: str, rest: str) -> None:
    try:
        phone = parse_phone(prefix + rest)
    except PhoneError:
        return
    assert parse_phone(phone.display.th) == phone == parse_phone(phone.e164)
    # 060 and 068 are internet telephony: valid numbers that cannot carry PromptPay.
    if phone.kind is PhoneKind.MOBILE:
        assert parse_phone(phone.promptpay) == phone
    else:
        assert phone.national.startswith(("060", "068"))
