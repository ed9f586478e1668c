"""The verbs of registers."""

from nakhon.citydata.registers.services.changes import decide_change, propose_change, withdraw_change
from nakhon.citydata.registers.services.records import (
    add_record,
    bulk_edit_records,
    edit_record,
    restore_record,
    retire_record,
)
from nakhon.citydata.registers.services.reveal import reveal_record

__all__ = [
    "add_record",
    "bulk_edit_records",
    "decide_change",
    "edit_record",
    "propose_change",
    "restore_record",
    "retire_record",
    "reveal_record",
    "withdraw_change",
]
