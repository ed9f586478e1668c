"""Facts that the catalogue announces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nakhon.kernel.outbox import Fact


@dataclass(frozen=True)
class DatasetFileAdded(Fact):
    name: ClassVar[str] = "citydata.DatasetFileAdded"
    dataset: str
    file_id: str


@dataclass(frozen=True)
class DatasetFileRemoved(Fact):
    name: ClassVar[str] = "citydata.DatasetFileRemoved"
    dataset: str
    file_id: str
