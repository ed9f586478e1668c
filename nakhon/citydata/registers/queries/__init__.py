"""The questions that registers answer."""

from nakhon.citydata.registers.queries.changes import change, changes_waiting
from nakhon.citydata.registers.queries.maps import features, map_layer, map_layers, tile
from nakhon.citydata.registers.queries.records import (
    bulk_preview,
    count_records,
    find_records,
    get_record,
    record_counts,
    record_history,
)
from nakhon.citydata.registers.queries.registers import (
    register_metadata,
    register_named,
    register_schema,
    registers,
)

__all__ = [
    "bulk_preview",
    "change",
    "changes_waiting",
    "count_records",
    "features",
    "find_records",
    "get_record",
    "map_layer",
    "map_layers",
    "record_counts",
    "record_history",
    "register_metadata",
    "register_named",
    "register_schema",
    "registers",
    "tile",
]
