"""What the door asks of the house: who a device is, storing readings, commands. All calls wait for the database: in threads.

The only file of this standard that calls the rooms' verbs and queries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from nakhon.citydata.sensors import commands, devices, ingest, resent
from nakhon.citydata.sensors.commands import Outgoing
from nakhon.citydata.sensors.devices import DeviceSession
from nakhon.citydata.sensors.ingest import Reading
from nakhon.knowledge.text import Text
from nakhon.standards.mqtt.commit import Unreachable
from nakhon.standards.mqtt.payloads import Ack

UNREACHABLE = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)


@dataclass(slots=True)
class Guest:
    """A device that was let in."""

    session: DeviceSession
    tenant: UUID = field(init=False)
    city: str = field(init=False)
    device: str = field(init=False)
    key: tuple[UUID, str] = field(init=False)
    salt: bytes = field(init=False)
    """Mixed into the marks of its messages, so that two devices never share one."""

    def __post_init__(self) -> None:
        self.tenant = self.session.tenant_id
        self.city = self.session.city
        self.device = self.session.device
        self.key = (self.tenant, str(self.session.device_id))
        self.salt = self.session.device_id.bytes


class House:
    """One for the process; safe from several threads, each of which keeps a connection to the database."""

    def enter(self, city: str, device: str, key: str) -> Guest | None:
        """The device, when the key is one of its own."""
        with _Reachable():
            found = devices.resolve_device(city, device, key)
            return Guest(found) if found is not None else None

    def store(self, tenant: UUID, readings: Sequence[Reading]) -> Sequence[tuple[int, Text]]:
        """Store and commit; the places and reasons of what was refused. Raises ``Unreachable``."""
        with _Reachable():
            return ingest.store(tenant, readings).refused

    def stored_at(self, guest: Guest, datastream: int, mark: str) -> datetime | None:
        """When a message that is now repeated was stored before."""
        with _Reachable():
            return resent.stored_at(guest.tenant, datastream, mark)

    def note_refusals(self, guest: Guest, amount: int, reason: Text) -> None:
        with _Reachable():
            devices.note_refusals(guest.tenant, guest.session.device_id, reason, amount)

    def waiting_commands(self, guest: Guest) -> list[Outgoing]:
        """What this device was told to do and has not been sent, oldest first."""
        with _Reachable():
            return commands.commands_to_send(guest.tenant, guest.session.device_id)

    def command_sent(self, guest: Guest, command: UUID) -> None:
        with _Reachable():
            commands.command_sent(guest.tenant, [command])

    def command_answered(self, guest: Guest, ack: Ack) -> bool:
        """Write down what the device said of a command; False when it has none such, or none that waits for an answer."""
        with _Reachable():
            return commands.command_acknowledged(
                guest.tenant, guest.session.device_id, ack.id, ok=ack.ok, failed=ack.failed, result=ack.result
            )


class _Reachable:
    """Turns a lost database into ``Unreachable`` and drops the broken connection, so that the next call makes a new one."""

    def __enter__(self) -> None:
        if connection.connection is None or connection.connection.closed:
            close_old_connections()

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, UNREACHABLE):
            connection.close()
            raise Unreachable(str(error).strip()[:200]) from error
