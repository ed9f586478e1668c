"""Thai dictionary order."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythainlp.util import collate

from nakhon.knowledge.collation import sort_key, sort_thai

THAI = st.text(alphabet=[chr(c) for c in (*range(0x0E01, 0x0E3B), *range(0x0E40, 0x0E50))], max_size=12)


def test_the_order_of_a_dictionary() -> None:
    words = ["ไก่", "เกิด", "กาล", "เป็ด", "หมู", "วัว", "วันที่"]
    assert sorted(words, key=sort_key) == ["กาล", "เกิด", "ไก่", "เป็ด", "วันที่", "วัว", "หมู"]
    assert sorted(words, key=sort_key) == collate(words)


@pytest.mark.parametrize(
    "ordered",
    [
        ["กา", "ก๋า", "กาก"],
        ["กา", "ก่า", "ก้า", "ก๊า", "ก๋า"],
        ["ก", "ก็", "กก", "กอ", "ก่อ", "กะ", "กา", "กำ", "เกะ", "แก", "แก่", "แก้"],
        ["รา", "ฤ", "ฤๅ", "ลา", "ฦา", "วันที่", "วัว"],
        ["สตาง", "สตางค์", "สตาร์ต"],
        ["1", "๒", "a", "B", "c", "ก"],
        ["เทศบาลนครยะลา", "เทศบาลเมืองน่าน", "เทศบาลเมืองแสนสุข"],
    ],
)
def test_levels(ordered: list[str]) -> None:
    # These orders were taken from the Unicode Collation Algorithm with its default table.
    keys = [sort_key(word) for word in ordered]
    assert all(before < after for before, after in pairwise(keys))


@given(THAI, THAI, THAI)
def test_the_order_is_total(a: str, b: str, c: str) -> None:
    ka, kb, kc = sort_key(a), sort_key(b), sort_key(c)
    assert (ka == kb) is (a == b)
    assert (ka < kb) + (kb < ka) + (ka == kb) == 1
    if ka <= kb <= kc:
        assert ka <= kc


@given(THAI)
def test_tone_marks_never_outweigh_a_letter(word: str) -> None:
    assert sort_key(word + "่")[0] == sort_key(word)[0]


def test_two_ways_of_typing_sara_am_stand_together() -> None:
    assert sort_key("กํา")[:2] == sort_key("กำ")[:2]


def test_sorting_things_by_their_thai_name() -> None:
    assert sort_thai([("b", "ไก่"), ("a", "กาล")], key=lambda pair: pair[1]) == [("a", "กาล"), ("b", "ไก่")]
