"""A message from a device: may it, what does it say, into the group commit, and its acknowledgement after that."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from nakhon.citydata.sensors.resent import marked
from nakhon.knowledge.text import Text
from nakhon.standards.mqtt import payloads
from nakhon.standards.mqtt.payloads import Refused, Said
from nakhon.standards.mqtt.topics import Kind, place_of
from nakhon.standards.mqtt.wire import Malformed, Publish, Reason
from nakhon.standards.mqtt.wire.shapes import V5

if TYPE_CHECKING:
    from nakhon.standards.mqtt.connection import Connection, Pending

ALIASES = 16
NOT_YOURS = Text(
    "อุปกรณ์นี้ส่งไปยังหัวข้อนี้ไม่ได้ ใช้ <เมือง>/devices/<อุปกรณ์>/up",
    "This device may not publish to this topic; use <city>/devices/<device>/up",
)
_KNOWN_PLACES = 256


def receive(connection: Connection, packet: Publish) -> None:
    """One PUBLISH. Raises ``Malformed`` for what ends the connection."""
    server, session = connection.server, connection.session
    assert session is not None and connection.bucket is not None
    topic = _topic(connection, packet)
    pending: Pending | None = None
    if packet.qos:
        if packet.qos == 2 and packet.packet_id in session.received:
            again = connection.owe(packet.packet_id, 2)
            return connection.settle(again)
        if connection.level == V5 and len(connection.owed) >= connection.limits.receive_maximum:
            raise Malformed("more unacknowledged messages than granted", Reason.RECEIVE_MAXIMUM_EXCEEDED)
        pending = connection.owe(packet.packet_id, packet.qos)
        if len(connection.owed) >= connection.limits.receive_maximum and connection.level != V5:
            connection.hold("inflight")
    server.figures.received += 1
    now = connection.loop.time()
    wait = max(connection.bucket.take(1, now), server.city_bucket(connection).take(1, now))
    if wait > 0:
        server.figures.slowed += 1
        connection.slow_down(wait)
    if topic != packet.topic:
        packet = Publish(topic, packet.payload, packet.qos, packet.retain, packet.dup, packet.packet_id)
    take(connection, packet, pending)
    return None


def _topic(connection: Connection, packet: Publish) -> str:
    alias = packet.properties.get("topic_alias") if packet.properties else None
    if alias is None:
        return packet.topic
    if alias > ALIASES:
        raise Malformed("a topic alias beyond the maximum", Reason.TOPIC_ALIAS_INVALID)
    if packet.topic:
        connection.aliases[alias] = packet.topic
        return packet.topic
    if alias not in connection.aliases:
        raise Malformed("a topic alias that was never set", Reason.TOPIC_ALIAS_INVALID)
    return connection.aliases[alias]


def take(connection: Connection, packet: Publish, pending: Pending | None) -> None:
    """Read the message and hand it on; also for a will, whose connection is gone."""
    guest = connection.guest
    assert guest is not None
    place = connection.places.get(packet.topic)
    if place is None:
        place = place_of(packet.topic, guest.city, guest.device)
        if place is None:
            return _forbidden(connection, pending)
        if len(connection.places) < _KNOWN_PLACES:
            connection.places[packet.topic] = place
    if packet.retain and not packet.payload:
        connection.server.sessions.retain(guest.key, packet.topic, b"", 0)
        return _settle(connection, pending)
    try:
        if place.kind is Kind.ACK:
            return _answer(connection, packet, pending)
        message = payloads.parse(packet.payload)
        at = connection.moment()
        said = payloads.read(guest.session, place, message, at)
        if not (said.timeless and packet.qos):
            return _submit(connection, packet, said, pending)
        mark = _mark(connection, packet)
        if not packet.dup:
            connection.server.memory.put(mark, at)
        elif mark in connection.server.memory:
            at = connection.server.memory.time_of(mark, at)
        else:
            first = next(reading.datastream for reading in said.readings if reading.time is at)
            return _look_up(connection, packet, pending, mark, first)
        return _submit(connection, packet, payloads.read(guest.session, place, message, at, marked(mark)), pending)
    except Refused as refusal:
        connection.server.note_refusal(guest, refusal.text)
        return _settle(connection, pending, Reason.PAYLOAD_FORMAT_INVALID, refusal.text)


def _mark(connection: Connection, packet: Publish) -> str:
    """Recognises a repetition: the same device, client, packet identifier, topic and payload."""
    about = f"{connection.client_id}\0{packet.packet_id}\0{packet.topic}\0".encode()
    assert connection.guest is not None
    return blake2b(about + packet.payload, digest_size=9, key=connection.guest.salt).hexdigest()


def _look_up(connection: Connection, packet: Publish, pending: Pending | None, mark: str, datastream: int) -> None:
    """A repetition that this process has not seen: perhaps the one before it was stored by a process that died."""
    server, guest = connection.server, connection.guest
    assert guest is not None
    task = server.ask(server.house.stored_at, guest, datastream, mark)

    def found(future: Any) -> None:
        if future.exception() is not None:
            connection.loop.call_later(1.0, take, connection, packet, pending)  # the database is away: ask again
            return
        server.memory.put(mark, future.result() or connection.moment())
        take(connection, packet, pending)

    task.add_done_callback(found)


def _submit(connection: Connection, packet: Publish, said: Said, pending: Pending | None) -> None:
    guest, server = connection.guest, connection.server
    assert guest is not None
    if said.refused:
        server.note_refusal(guest, said.refused[0], len(said.refused))
    if not said.readings:
        return _settle(connection, pending, Reason.PAYLOAD_FORMAT_INVALID, said.refused[0])

    def stored(reasons: list[Text]) -> None:
        if reasons:
            server.note_refusal(guest, reasons[0], len(reasons))
        every = [*said.refused, *reasons]
        lost = len(reasons) >= len(said.readings)
        _settle(connection, pending, Reason.PAYLOAD_FORMAT_INVALID if lost else 0, every[0] if every else None)
        if not lost:
            server.echo(connection, packet)

    server.commit.submit(guest.tenant, said.readings, stored)
    if server.commit.is_full(guest.tenant):
        server.hold_city(guest.tenant)
    return None


def _answer(connection: Connection, packet: Publish, pending: Pending | None) -> None:
    """A device's answer to a command; acknowledged after it was written down."""
    ack = payloads.parse_ack(packet.payload)
    server, guest = connection.server, connection.guest
    assert guest is not None
    task = server.ask(server.house.command_answered, guest, ack)

    def written(future: Any) -> None:
        if future.exception() is not None:
            connection.loop.call_later(1.0, take, connection, packet, pending)
        elif future.result():
            _settle(connection, pending)
        else:
            server.note_refusal(guest, payloads.NO_COMMAND)
            _settle(connection, pending, Reason.PAYLOAD_FORMAT_INVALID, payloads.NO_COMMAND)

    task.add_done_callback(written)


def _settle(connection: Connection, pending: Pending | None, code: int = 0, reason: Text | None = None) -> None:
    if pending is not None:
        connection.settle(pending, code, reason)


def _forbidden(connection: Connection, pending: Pending | None) -> None:
    """MQTT 5 names the reason; 3.1.1 has no word for it, and closes (3.3.5) so that nobody believes it was taken."""
    guest = connection.guest
    assert guest is not None
    connection.server.note_refusal(guest, NOT_YOURS)
    if connection.level == V5:
        _settle(connection, pending, Reason.NOT_AUTHORIZED, NOT_YOURS)
    else:
        connection.close(Reason.NOT_AUTHORIZED)
