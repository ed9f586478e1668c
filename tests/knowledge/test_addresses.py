"""Addresses: written outside and inside Bangkok, and everything that can be wrong with one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nakhon.knowledge.addresses import Address, address_problems, format_address, validate_address
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.places import lookup

SRIPHUM = Address(house_no="99", subdistrict_code="500101", postcode="50200")


def test_the_worked_example() -> None:
    assert [lookup(code).name.th for code in ("500101", "5001", "50")] == ["ศรีภูมิ", "เมืองเชียงใหม่", "เชียงใหม่"]
    assert format_address(SRIPHUM) == "99 ตำบลศรีภูมิ อำเภอเมืองเชียงใหม่ จังหวัดเชียงใหม่ 50200"
    assert address_problems(SRIPHUM) == ()


def test_a_full_address_outside_bangkok() -> None:
    address = Address(
        house_no="123/4", moo=5, soi="สุขใจ", road="ถนนมิตรภาพ", subdistrict_code="400101", postcode="40000"
    )
    expected = "123/4 หมู่ที่ 5 ซอยสุขใจ ถนนมิตรภาพ ตำบลในเมือง อำเภอเมืองขอนแก่น จังหวัดขอนแก่น 40000"
    assert format_address(address) == expected


def test_bangkok_has_its_own_words() -> None:
    address = Address(house_no="1", room="12", floor="3", building="เอ", subdistrict_code="100101")
    assert format_address(address) == "1 ห้อง 12 ชั้น 3 อาคารเอ แขวงพระบรมมหาราชวัง เขตพระนคร กรุงเทพมหานคร 10200"
    assert "จังหวัด" not in format_address(address)


def test_english() -> None:
    address = replace(SRIPHUM, moo=2, soi="4", road="Singharat")
    expected = "99, Moo 2, Soi 4, Singharat Road, Si Phum Subdistrict, Mueang Chiang Mai District, Chiang Mai 50200"
    assert format_address(address, "en") == expected


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"district_code": "5001", "subdistrict_code": "500301", "postcode": ""}, "addresses.prefix"),
        ({"province_code": "51"}, "addresses.prefix"),
        ({"subdistrict_code": "500199"}, "places.unknown"),
        ({"subdistrict_code": "104701", "postcode": ""}, "places.abolished"),
        ({"subdistrict_code": ""}, "addresses.no_place"),
        ({"postcode": "10200"}, "addresses.postcode_mismatch"),
        ({"postcode": "5020"}, "places.postcode"),
        ({"house_no": "บ้านเลขที่เก้า"}, "addresses.house_no"),
        ({"moo": 0}, "places.moo"),
        ({"house_registration_id": "123"}, "identity.length"),
    ],
)
def test_each_fault_is_named(change: dict[str, object], code: str) -> None:
    address = replace(SRIPHUM, **change)  # type: ignore[arg-type]
    assert [problem.code for problem in address_problems(address)] == [code]
    with pytest.raises(KnowledgeError) as refused:
        validate_address(address)
    assert refused.value.code == code


def test_the_worked_mismatch() -> None:
    wrong = Address(subdistrict_code="500201", district_code="5001")
    # 500201 is also a code that was withdrawn; the mismatch is told first.
    assert [problem.code for problem in address_problems(wrong)] == ["addresses.prefix", "places.abolished"]
    with pytest.raises(KnowledgeError) as refused:
        validate_address(wrong)
    assert refused.value.code == "addresses.prefix"


def test_all_faults_are_told_at_once() -> None:
    address = Address(house_no="?", moo=100, subdistrict_code="500101", district_code="5002", postcode="1")
    codes = [problem.code for problem in address_problems(address)]
    assert codes == ["addresses.house_no", "places.moo", "addresses.prefix", "places.postcode"]


@pytest.mark.parametrize("house_no", ["99", "123/4", "12/3-5", "๑๒/๓", "99/1,99/2", "99 ก", "12/3ก"])
def test_house_numbers_of_a_register(house_no: str) -> None:
    validate_address(replace(SRIPHUM, house_no=house_no, district_code="5001", province_code="50"))


def test_a_place_need_not_be_a_subdistrict_to_be_checked() -> None:
    assert address_problems(Address(district_code="5001", province_code="50")) == ()
    assert [p.code for p in address_problems(Address(district_code="5001", province_code="51"))] == ["addresses.prefix"]
