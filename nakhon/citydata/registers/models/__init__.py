"""The tables of registers."""

from nakhon.citydata.registers.models.records import Record, RecordStatus, RecordVersion, Register, VersionAct
from nakhon.citydata.registers.models.requests import ChangeAct, ChangeRequest, ChangeState
from nakhon.citydata.registers.models.runs import BadRow, ExportRun, ExportState, ImportRun, ImportState

__all__ = [
    "BadRow",
    "ChangeAct",
    "ChangeRequest",
    "ChangeState",
    "ExportRun",
    "ExportState",
    "ImportRun",
    "ImportState",
    "Record",
    "RecordStatus",
    "RecordVersion",
    "Register",
    "VersionAct",
]
