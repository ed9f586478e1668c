"""Cutting Thai into words, and the search that rests on it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythainlp.tokenize import word_tokenize

from nakhon.knowledge.words import cut_words, inner_words, matches, normalise, search_document, search_terms

ROOT = Path(__file__).resolve().parents[2]
COMPLAINT = "แจ้งไฟฟ้าสาธารณะและไฟทางดับ"


def test_a_query_finds_the_complaint() -> None:
    assert matches("ไฟทาง", COMPLAINT)
    assert matches("ไฟทาง ดับ", COMPLAINT)
    assert set(search_terms("ไฟทาง")) <= set(search_terms(COMPLAINT))


@pytest.mark.parametrize("query", ["น้ำท่วม", "", "   ", "!?"])
def test_other_queries_do_not(query: str) -> None:
    assert not matches(query, COMPLAINT)


def test_words_are_cut_as_newmm_cuts_them() -> None:
    text = "น้ำท่วมขังถนนหน้าตลาดสดเทศบาล รถขยะไม่มาเก็บสามวันแล้ว ขอให้เจ้าหน้าที่มาตรวจสอบโดยด่วน"
    theirs = [word for word in word_tokenize(text, engine="newmm") if word.strip()]
    assert cut_words(text) == theirs
    assert search_document("ไฟทางดับ") == "ไฟ ทาง ดับ"


@given(
    st.lists(
        st.sampled_from(["ไฟ", "ทาง", "ดับ", "ถนน", "ตากลม", "มา", "ก", "เก็บ", "ขยะ", "123", "abc", " "]), max_size=30
    )
)
@settings(max_examples=60, deadline=None)
def test_the_small_dictionary_cuts_like_the_large_one(parts: list[str]) -> None:
    text = normalise("".join(parts))
    theirs = [w for w in word_tokenize(text, engine="newmm-safe") if any(c.isalnum() for c in w)]
    assert cut_words(text) == theirs


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("นํ้า", "น้ำ"),
        ("น้ํา", "น้ำ"),
        ("นำ้", "น้ำ"),
        ("เเก้ม", "แก้ม"),
        ("ที่\u200bนี่", "ที่นี่"),
        ("ท่ี", "ที่"),
        ("ที่่", "ที่"),
        ("  ๑๒๓   KK ", "123 kk"),
    ],
)
def test_typing_faults_are_forgiven(typed: str, clean: str) -> None:
    assert normalise(typed) == clean


@given(st.text())
@settings(deadline=None)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x0E7F), max_size=60))
@settings(max_examples=100, deadline=None)
def test_cutting_loses_no_letters(text: str) -> None:
    letters = [c for c in normalise(text) if c.isalnum()]
    assert [c for c in "".join(cut_words(text)) if c.isalnum()] == letters


def test_codes_can_be_searched_in_parts() -> None:
    assert search_terms("เสาไฟ KK-0123")[-2:] == ("kk", "0123")
    assert matches("kk-0123", "เสาไฟต้นที่ KK-0123 เอียง")


def test_times_and_codes_keep_their_digits() -> None:
    assert cut_words("เวลา 22:00-02:00 น.")[:3] == ["เวลา", "22", "00-02"]
    assert search_terms("เวลา 22:30") == ("เวลา", "22", "30")
    assert matches("22:30", "เปิดเพลงดังถึง 22:30 น.")


def test_cutting_writes_nothing_into_the_home_directory(tmp_path: Path) -> None:
    code = "from nakhon.knowledge.words import cut_words; print(*cut_words('ไฟทางดับ'))"
    env = {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert done.stdout.split() == ["ไฟ", "ทาง", "ดับ"]
    assert list(tmp_path.iterdir()) == []


def test_importing_the_room_loads_no_dictionary() -> None:
    code = "import sys, nakhon.knowledge.words, nakhon.knowledge.places; print('pythainlp' in sys.modules, 'geothai' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["False", "False"]


def test_words_inside_a_compound() -> None:
    assert inner_words("โคมไฟถนน") == ("โคม", "ไฟถนน", "ไฟ", "ถนน")
    assert inner_words("โรงพยาบาล")[:2] == ("โรง", "พยาบาล")
    assert inner_words("ถนน") == inner_words("hospital") == inner_words("") == ()
