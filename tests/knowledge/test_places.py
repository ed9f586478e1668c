"""Places of Thailand: codes, names, postcodes, search."""

from __future__ import annotations

import pytest

from nakhon.knowledge import places
from nakhon.knowledge.places import PlaceError, PlaceLevel


def test_the_country_is_whole() -> None:
    provinces = places.provinces()
    assert len(provinces) == 77
    districts = [district for province in provinces for district in places.districts(province.code)]
    subdistricts = [sub for district in districts for sub in places.subdistricts(district.code)]
    assert (len(districts), len(subdistricts)) == (928, 7436)
    assert all(sub.postcodes and all(len(code) == 5 for code in sub.postcodes) for sub in subdistricts)
    assert len({place.code for place in (*provinces, *districts, *subdistricts)}) == 77 + 928 + 7436
    assert all(place.name.th and place.name.en for place in (*provinces, *districts, *subdistricts))


@pytest.mark.parametrize(
    ("code", "th", "en"),
    [
        ("10", "กรุงเทพมหานคร", "Bangkok Province"),
        ("1001", "เขตพระนคร", "Phra Nakhon District"),
        ("100101", "แขวงพระบรมมหาราชวัง", "Phra Borom Maha Ratchawang Subdistrict"),
        ("50", "จังหวัดเชียงใหม่", "Chiang Mai Province"),
        ("5001", "อำเภอเมืองเชียงใหม่", "Mueang Chiang Mai District"),
        ("500101", "ตำบลศรีภูมิ", "Si Phum Subdistrict"),
        ("9011", "อำเภอหาดใหญ่", "Hat Yai District"),
        ("5025", "อำเภอกัลยาณิวัฒนา", "Galyani Vadhana District"),
        ("50010107", "หมู่ที่ 7", "Moo 7"),
    ],
)
def test_codes_name_places(code: str, th: str, en: str) -> None:
    place = places.lookup(code)
    assert place.full_name.th == th
    assert place.full_name.en == en or (code == "10" and place.full_name.en == "Bangkok")


def test_codes_nest() -> None:
    assert [place.code for place in places.ancestors("500101")] == ["50", "5001"]
    assert [place.code for place in places.ancestors("50010107")] == ["50", "5001", "500101"]
    assert places.lookup("500101").parent_code == "5001"
    assert places.lookup("50").parent_code is None
    assert places.lookup("50").iso_code == "TH-50"
    assert places.lookup("5001").iso_code is None
    assert places.lookup("500101").level is PlaceLevel.SUBDISTRICT


@pytest.mark.parametrize("code", ["", "99", "5099", "500199", "5", "50010100", "99999901", "abcd", "๕๐", "500101999"])
def test_unknown_codes_are_refused(code: str) -> None:
    with pytest.raises(PlaceError) as refused:
        places.lookup(code)
    assert refused.value.code == "places.unknown"


def test_an_abolished_code_names_what_took_its_place() -> None:
    with pytest.raises(PlaceError) as refused:
        places.lookup("104701")
    assert refused.value.code == "places.abolished"
    assert "104702" in refused.value.remedy.th and "104703" in refused.value.remedy.en


@pytest.mark.parametrize(
    "call", [lambda: places.districts("5001"), lambda: places.subdistricts("50"), lambda: places.districts("99")]
)
def test_a_list_needs_the_right_level(call: object) -> None:
    with pytest.raises(PlaceError):
        call()  # type: ignore[operator]


def test_villages_are_numbers_within_a_subdistrict() -> None:
    assert places.village_code("500101", 7) == "50010107"
    for moo in (0, 100):
        with pytest.raises(PlaceError):
            places.village_code("500101", moo)
    with pytest.raises(PlaceError):
        places.village_code("5001", 1)


def test_postcodes() -> None:
    assert [place.name.en for place in places.find_by_postcode("84280")] == ["Ko Pha-ngan", "Ban Tai"]
    assert "500101" in [place.code for place in places.find_by_postcode("๕๐๒๐๐")]
    assert places.find_by_postcode("99999") == ()
    for wrong in ("5020", "502000", "5O200", ""):
        with pytest.raises(PlaceError):
            places.find_by_postcode(wrong)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("เชียงใหม่", "50"),
        ("Chiang Mai", "50"),
        ("chiangmai", "50"),
        ("หาดใหญ่", "9011"),
        ("อ.หาดใหญ่", "9011"),
        ("ศรีภูมิ เชียงใหม่", "500101"),
        ("Si Phum Chiang Mai", "500101"),
        ("ต.ในเมือง อ.เมืองขอนแก่น จ.ขอนแก่น", "400101"),
        ("เกาะสมุย", "8404"),
        ("9011", "9011"),
        ("๙๐๑๑", "9011"),
        ("50200", "500101"),
    ],
)
def test_search(query: str, first: str) -> None:
    assert places.search(query)[0].code == first


@pytest.mark.parametrize("query", ["", "   ", "ไม่มีที่นี่แน่นอน", "99", "99999", "ศรีภูมิ สงขลาเชียงใหม่", "123456789"])
def test_search_finds_nothing(query: str) -> None:
    assert places.search(query) == ()


def test_search_is_limited() -> None:
    assert len(places.search("เมือง", limit=3)) == 3
    assert places.search("เมือง", limit=0) == ()
