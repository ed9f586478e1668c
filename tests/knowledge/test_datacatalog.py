"""The fourteen mandatory items of the government data catalogue."""

from __future__ import annotations

import pytest

from nakhon.knowledge import datacatalog
from nakhon.knowledge.datacatalog import MANDATORY_ITEMS, DatasetError, missing_items, require_publishable

COMPLETE: dict[str, object] = {name: "มี" for item in MANDATORY_ITEMS for name in item.fields} | {
    "data_category": datacatalog.PUBLIC_DATA,
    "data_format": ["CSV"],
}


def test_a_complete_public_dataset_may_be_published() -> None:
    assert [item.number for item in MANDATORY_ITEMS] == list(range(1, 15))
    assert missing_items(COMPLETE) == ()
    require_publishable(COMPLETE)


@pytest.mark.parametrize("item", MANDATORY_ITEMS, ids=lambda item: str(item.number))
@pytest.mark.parametrize("blank", [None, "  ", [], [""]])
def test_each_missing_item_is_numbered(item: datacatalog.MandatoryItem, blank: object) -> None:
    dataset = COMPLETE | {item.fields[-1]: blank}
    assert missing_items(dataset) == (item.number,)
    with pytest.raises(DatasetError) as refused:
        require_publishable(dataset)
    assert refused.value.code == "datacatalog.incomplete"
    assert f"{item.number} {item.name.th}" in refused.value.remedy.th


@pytest.mark.parametrize("category", datacatalog.DATA_CATEGORIES[1:])
def test_personal_and_secret_data_are_refused(category: str) -> None:
    with pytest.raises(DatasetError) as refused:
        require_publishable(COMPLETE | {"data_category": category})
    assert refused.value.code == "datacatalog.not_public"
    assert category in refused.value.message.th
