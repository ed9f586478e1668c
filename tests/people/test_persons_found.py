"""Persons are found by whole numbers and contacts or by part of a name, page by page in the order of the Thai dictionary."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from nakhon.kernel.context import Context
from nakhon.people import queries
from nakhon.people.types import Registered
from tests.people.conftest import trail_of


@pytest.mark.parametrize(
    "text",
    ["1234567890121", "๑-๒๓๔๕-๖๗๘๙๐-๑๒-๑", "0812345678", "+66 81 234 5678", "SOMCHAI@example.com", "สมชาย", "ใจดี",
     "นายสมชาย ใจดี", "มชา", "สม"],
)  # fmt: skip
def test_found_by_number_contact_or_name(registrar: Context, somchai: Registered, text: str) -> None:
    assert [row.id for row in queries.find_persons(registrar, text=text).rows] == [somchai.id]


@pytest.mark.parametrize(
    "text", ["1101700207030", "1234567890123", "0812345679", "other@example.com", "สมหญิง", "ใจดี สมชาย", "%", "_", "\\"]
)
def test_not_found(registrar: Context, somchai: Registered, text: str) -> None:
    assert queries.find_persons(registrar, text=text).rows == []
    (entry,) = trail_of(registrar, action="people.person.searched")
    assert text not in str(entry.detail), "the words of a search are not kept"


def test_pages_by_key_in_thai_order(
    registrar: Context, register: Callable[..., UUID], django_assert_num_queries: Any
) -> None:
    for name in ("ไก่", "เกิด", "กาล", "เป็ด", "หมู", "วัว"):
        register(first_name=name)
    seen: list[str] = []
    after = ""
    for _ in range(4):
        page = queries.find_persons(registrar, after=after, limit=2)
        seen += [row.name for row in page.rows]
        after = page.after
        if not after:
            break
    assert seen == ["กาล", "เกิด", "ไก่", "เป็ด", "วัว", "หมู"]
    with django_assert_num_queries(1):
        queries.find_persons(registrar, limit=100)
    named = queries.find_persons(registrar, text="ก", limit=1)
    rest = queries.find_persons(registrar, text="ก", after=named.after, limit=5)
    assert [row.name for row in named.rows] + [row.name for row in rest.rows] == ["กาล", "เกิด", "ไก่"]
