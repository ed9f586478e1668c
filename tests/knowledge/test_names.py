"""Names of people: prefixes kept apart, ways of address, masks."""

from __future__ import annotations

import pytest

from nakhon.knowledge import names
from nakhon.knowledge.names import PersonName, PersonNameError, split_name


@pytest.mark.parametrize(
    ("written", "prefix", "first", "middle", "last"),
    [
        ("นายสมชาย ใจดี", "นาย", "สมชาย", "", "ใจดี"),
        ("นาย สมชาย  ใจดี", "นาย", "สมชาย", "", "ใจดี"),
        ("นางสาวสมหญิง ใจงาม", "นางสาว", "สมหญิง", "", "ใจงาม"),
        ("น.ส.สมหญิง ใจงาม", "นางสาว", "สมหญิง", "", "ใจงาม"),
        ("นางมาลี", "นาง", "มาลี", "", ""),
        ("ด.ช.ก้อง ใจดี", "เด็กชาย", "ก้อง", "", "ใจดี"),
        ("เด็กหญิงแก้ว ใจดี", "เด็กหญิง", "แก้ว", "", "ใจดี"),
        ("ร.ต.อ.สมชาย ใจดี", "ร้อยตำรวจเอก", "สมชาย", "", "ใจดี"),
        ("พลตำรวจเอกสมชาย ใจดี", "พลตำรวจเอก", "สมชาย", "", "ใจดี"),
        ("ว่าที่ ร.ต.สมชาย ใจดี", "ว่าที่ร้อยตรี", "สมชาย", "", "ใจดี"),
        ("ว่าที่ร้อยตรีหญิง สมหญิง ใจดี", "ว่าที่ร้อยตรีหญิง", "สมหญิง", "", "ใจดี"),
        ("ผศ.ดร.สมชาย ใจดี", "ผู้ช่วยศาสตราจารย์ ดร.", "สมชาย", "", "ใจดี"),
        ("นายแพทย์สมชาย ใจดี", "นายแพทย์", "สมชาย", "", "ใจดี"),
        ("พญ. มาลี ใจดี", "แพทย์หญิง", "มาลี", "", "ใจดี"),
        ("ม.ร.ว.สุขุม ใจดี", "หม่อมราชวงศ์", "สุขุม", "", "ใจดี"),
        ("สมชาย ใจดี", "", "สมชาย", "", "ใจดี"),
        ("นายิกา ใจดี", "", "นายิกา", "", "ใจดี"),
        ("นายพลเอก ใจดี", "นาย", "พลเอก", "", "ใจดี"),
        ("นายสมชาย ณ เชียงใหม่", "นาย", "สมชาย", "", "ณ เชียงใหม่"),
        ("Mr. Somchai Jaidee", "Mr.", "Somchai", "", "Jaidee"),
        ("Maria da Silva", "", "Maria", "da", "Silva"),
    ],
)
def test_names_are_split(written: str, prefix: str, first: str, middle: str, last: str) -> None:
    found = split_name(written)
    assert (found.prefix, found.first, found.middle, found.last) == (prefix, first, middle, last)


@pytest.mark.parametrize("written", ["พระสมชาย ใจดี", "คุณธรรม ใจดี", "Maria da Silva"])
def test_doubtful_splits_ask_a_person(written: str) -> None:
    assert not split_name(written).certain
    assert split_name("นายสมชาย ใจดี").certain
    assert split_name("พระ สมชาย ใจดี").certain


@pytest.mark.parametrize("written", ["", "   ", "นาย", "นางสาว ", "Mr. "])
def test_a_name_without_a_first_name_is_refused(written: str) -> None:
    with pytest.raises(PersonNameError) as refused:
        split_name(written)
    assert refused.value.code == "names.empty"


@pytest.mark.parametrize("written", ["นายสมชาย ใจดี", "ผู้ช่วยศาสตราจารย์ ดร.สมชาย ใจดี", "สมชาย ใจดี", "Mr. Somchai Jaidee"])
def test_a_full_name_is_written_and_read_back(written: str) -> None:
    assert names.full_name(split_name(written)) == written


@pytest.mark.parametrize(
    ("written", "formal", "friendly", "friendly_en"),
    [
        ("นายสมชาย ใจดี", "เรียน นายสมชาย ใจดี", "คุณสมชาย", "Khun สมชาย"),
        ("เด็กหญิงแก้ว ใจดี", "เรียน เด็กหญิงแก้ว ใจดี", "น้องแก้ว", "Nong แก้ว"),
        ("พระครู สมชาย", "นมัสการ พระครูสมชาย", "พระครูสมชาย", "Phra Khru สมชาย"),
        ("ร.ต.อ.สมชาย ใจดี", "เรียน ร้อยตำรวจเอกสมชาย ใจดี", "คุณสมชาย", "Khun สมชาย"),
        ("Mr. Somchai Jaidee", "เรียน Mr. Somchai Jaidee", "คุณSomchai", "Khun Somchai"),
    ],
)
def test_ways_of_address(written: str, formal: str, friendly: str, friendly_en: str) -> None:
    name = split_name(written)
    assert names.formal_address(name) == formal
    assert names.friendly_address(name).replace(" ", "") == friendly.replace(" ", "")
    assert names.friendly_address(name, "en") == friendly_en


def test_english_letters_use_the_english_title() -> None:
    assert names.formal_address(split_name("นางสาวมาลี ใจดี"), "en") == "Dear Miss มาลี ใจดี"
    assert names.formal_address(split_name("Mr. Somchai Jaidee"), "en") == "Dear Mr. Somchai Jaidee"
    assert names.formal_address(split_name("สมชาย ใจดี"), "en") == "Dear สมชาย ใจดี"


@pytest.mark.parametrize(
    ("first", "last", "masked"),
    [
        ("สมชาย", "ใจดี", "สม*** ใจ***"),
        ("แก้ว", "ศิริ", "แก้*** ศิ***"),
        ("ใจ", "", "ใ***"),
        ("ก", "นา", "ก*** น***"),
    ],
)
def test_masked_names(first: str, last: str, masked: str) -> None:
    assert names.mask_name(PersonName("นาย", first, "", last)) == masked


def test_prefixes_are_found_in_full_and_short() -> None:
    full, short = names.find_prefix("เด็กชาย"), names.find_prefix("ด.ช.")
    assert full is not None and full == short
    assert names.find_prefix("กขค") is None
    assert names.find_prefix("") is None
    assert len({prefix.th for prefix in names.prefixes()}) == len(names.prefixes())
