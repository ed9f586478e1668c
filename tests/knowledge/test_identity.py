"""Identity numbers: check digit, written forms, class, masks, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nakhon.knowledge import identity
from nakhon.knowledge.identity import IdentityError, parse_house_registration_id, parse_national_id, parse_tax_id


@pytest.mark.parametrize(
    "number", ["1234567890121", "1101700207030", "3100600001231", "0994000165501", "0107537000882"]
)
def test_a_true_number_is_accepted(number: str) -> None:
    assert parse_national_id(number).digits == number
    assert not parse_national_id(number).repeated_digits


@pytest.mark.parametrize(
    "written", ["1-2345-67890-12-1", "๑๒๓๔๕๖๗๘๙๐๑๒๑", " 1 2345 67890 12 1 ", "1‑2345‑67890‑12‑1", "123456\u200b7890121"]
)
def test_written_forms_are_one_number(written: str) -> None:
    assert parse_national_id(written).digits == "1234567890121"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1234567890123", "identity.check_digit"),
        ("123456789012", "identity.length"),
        ("12345678901211", "identity.length"),
        ("12345678901a1", "identity.charset"),
        ("", "identity.charset"),
        ("²234567890121", "identity.charset"),
        ("9000000000009", "identity.check_digit"),
    ],
)
def test_a_wrong_number_is_refused_with_its_reason(written: str, code: str) -> None:
    with pytest.raises(IdentityError) as refused:
        parse_national_id(written)
    assert refused.value.code == code
    assert refused.value.message.th and refused.value.remedy.en


def test_nine_is_not_issued_even_with_a_true_check_digit() -> None:
    number = "900000000000" + str(identity.check_digit("900000000000"))
    with pytest.raises(IdentityError) as refused:
        parse_national_id(number)
    assert refused.value.code == "identity.first_digit"


def test_repeated_digits_are_accepted_and_flagged() -> None:
    assert parse_national_id("1111111111119").repeated_digits


@pytest.mark.parametrize("first", "012345678")
def test_every_class_of_resident_is_served(first: str) -> None:
    body = first + "10170020703"
    read = parse_national_id(body + str(identity.check_digit(body)))
    assert read.person_class == int(first)
    assert read.class_meaning.th and read.class_meaning.en


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 11), st.integers(1, 9))
def test_a_wrong_digit_is_noticed(body: str, place: int, step: int) -> None:
    # The third digit weighs 11, so a slip there is never seen; elsewhere only one between remainders 0 and 10, both of
    # which give the check digit 1. The algorithm cannot do better; staff compare the number with the card.
    slipped = body[:place] + str((int(body[place]) + step) % 10) + body[place + 1 :]
    remainders = {sum(int(d) * (13 - i) for i, d in enumerate(twelve)) % 11 for twelve in (body, slipped)}
    unseen = identity.check_digit(body) == identity.check_digit(slipped)
    assert unseen is (place == 2 or remainders == {0, 10})


def test_format_and_mask() -> None:
    read = parse_national_id("1234567890121")
    assert read.formatted == "1-2345-67890-12-1"
    assert read.masked == "x-xxxx-xxxxx-12-1"


def test_the_number_stays_out_of_repr_and_messages() -> None:
    assert "1234567890121" not in repr(parse_national_id("1234567890121"))
    with pytest.raises(IdentityError) as refused:
        parse_national_id("1234567890123")
    assert "1234567890123" not in str(refused.value) + repr(refused.value)


def test_tax_numbers_tell_companies_and_government_apart() -> None:
    government, company, person = (parse_tax_id(n) for n in ("0994000165501", "0107537000882", "1101700207030"))
    assert (government.is_juristic, government.is_government) == (True, True)
    assert (company.is_juristic, company.is_government) == (True, False)
    assert (person.is_juristic, person.is_government) == (False, False)


def test_house_registration_number_is_text_of_eleven_digits() -> None:
    assert parse_house_registration_id("0123-456789-0") == "01234567890"
    assert identity.format_house_registration_id("01234567890") == "0123-456789-0"
    with pytest.raises(IdentityError):
        parse_house_registration_id("123456789")


@pytest.mark.parametrize("kind", list(identity.IdType))
def test_every_kind_of_document_has_a_name(kind: identity.IdType) -> None:
    assert kind.label.th != kind.label.en
