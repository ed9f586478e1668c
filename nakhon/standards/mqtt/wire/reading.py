"""Bytes to packets. The decoder keeps what has not arrived whole, and never more than the limit that it was given."""

from __future__ import annotations

from typing import Any

from nakhon.standards.mqtt.wire.properties import BY_NUMBER, WILL
from nakhon.standards.mqtt.wire.shapes import (
    V5,
    V311,
    Auth,
    ConnAck,
    Connect,
    Disconnect,
    Malformed,
    Packet,
    PingReq,
    PingResp,
    Properties,
    PubAck,
    PubComp,
    Publish,
    PubRec,
    PubRel,
    Reason,
    SubAck,
    Subscribe,
    Subscription,
    UnsubAck,
    Unsubscribe,
    Will,
)

LARGEST = 268_435_455
_NONE: Properties = {}
_FLAGS = {6: 2, 8: 2, 10: 2}
_ACKS: dict[int, type[PubAck] | type[PubRec] | type[PubRel] | type[PubComp]] = {
    4: PubAck,
    5: PubRec,
    6: PubRel,
    7: PubComp,
}


class Cursor:
    """Reads the body of one packet from left to right; asking for more than there is, is ``Malformed``."""

    __slots__ = ("data", "end", "place")

    def __init__(self, data: bytes, place: int = 0, end: int | None = None) -> None:
        self.data = data
        self.place = place
        self.end = len(data) if end is None else end

    def byte(self) -> int:
        if self.place >= self.end:
            raise Malformed("the packet ends too early")
        self.place += 1
        return self.data[self.place - 1]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def take(self, size: int) -> bytes:
        start = self.place
        if start + size > self.end:
            raise Malformed("the packet ends too early")
        self.place = start + size
        return self.data[start : start + size]

    def binary(self) -> bytes:
        return self.take(self.number(2))

    def text(self) -> str:
        """UTF-8 of section 1.5.4: no surrogates and no U+0000."""
        try:
            found = self.take(self.number(2)).decode("utf-8")
        except UnicodeDecodeError:
            raise Malformed("text that is not UTF-8") from None
        if "\0" in found:
            raise Malformed("text with U+0000")
        return found

    def varint(self) -> int:
        value = 0
        for shift in (0, 7, 14, 21):
            byte = self.byte()
            value |= (byte & 127) << shift
            if byte < 128:
                if byte == 0 and shift:
                    raise Malformed("a length written with more bytes than it needs")
                return value
        raise Malformed("a length of more than four bytes")

    def rest(self) -> bytes:
        found = self.data[self.place : self.end]
        self.place = self.end
        return found

    @property
    def more(self) -> bool:
        return self.place < self.end

    def done(self) -> None:
        if self.place != self.end:
            raise Malformed("bytes after the end of the packet's content")

    def properties(self, where: int) -> Properties:
        length = self.varint()
        if not length:
            return _NONE
        inner = Cursor(self.data, self.place, self.place + length)
        if inner.end > self.end:
            raise Malformed("properties longer than their packet")
        self.place = inner.end
        found: Properties = {}
        while inner.more:
            row = BY_NUMBER.get(inner.varint())
            if row is None or where not in row.where:
                raise Malformed("a property that may not stand here")
            value = inner.value(row.kind)
            if isinstance(value, int) and (value < row.least or (row.kind == "flag" and value > 1)):
                raise Malformed(f"{row.name} has a forbidden value", Reason.PROTOCOL_ERROR)
            if row.many:
                found.setdefault(row.name, []).append(value)
            elif row.name in found:
                raise Malformed(f"{row.name} stands twice", Reason.PROTOCOL_ERROR)
            else:
                found[row.name] = value
        return found

    def value(self, kind: str) -> Any:
        match kind:
            case "byte" | "flag":
                return self.byte()
            case "two":
                return self.number(2)
            case "four":
                return self.number(4)
            case "varint":
                return self.varint()
            case "text":
                return self.text()
            case "binary":
                return self.binary()
        return (self.text(), self.text())


class Decoder:
    """Turns a stream into packets. ``limit`` is the largest packet in bytes that is accepted; it may be raised later.

    ``level`` becomes known from CONNECT; a client, which reads the server's packets, gives it at the start.
    """

    __slots__ = ("_buffer", "level", "limit")

    def __init__(self, limit: int = LARGEST, level: int = 0) -> None:
        self.limit = limit
        self.level = level
        self._buffer = b""

    @property
    def pending(self) -> int:
        """Bytes of a packet that has not arrived whole."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Packet]:
        """All packets that are now whole. ``Malformed`` when one is not lawful; those before it are lost with it."""
        if self._buffer:
            data = self._buffer + data
        found: list[Packet] = []
        place, size = 0, len(data)
        while size - place >= 2:
            first, length, start = data[place], data[place + 1], place + 2
            if length >= 128:
                head = self._length(data, place + 1)
                if head is None:
                    break
                length, start = head
            if start - place + length > self.limit:
                raise Malformed(f"a packet of {length} bytes", Reason.PACKET_TOO_LARGE)
            end = start + length
            if end > size:
                break
            found.append(self._packet(first, data, start, end))
            place = end
        self._buffer = data[place:] if place else data
        return found

    @staticmethod
    def _length(data: bytes, place: int) -> tuple[int, int] | None:
        """The remaining length and where it ends; None when it has not arrived whole."""
        value = 0
        for count, shift in enumerate((0, 7, 14, 21)):
            if place + count >= len(data):
                return None
            byte = data[place + count]
            value |= (byte & 127) << shift
            if byte < 128:
                if byte == 0 and count:
                    raise Malformed("a length written with more bytes than it needs")
                return value, place + count + 1
        raise Malformed("a length of more than four bytes")

    def _packet(self, first: int, data: bytes, start: int, end: int) -> Packet:
        kind, flags = first >> 4, first & 15
        if kind == 1:
            if flags:
                raise Malformed("reserved flags of the packet are set")
            return self._connect(Cursor(data, start, end))
        if not self.level:
            raise Malformed("the first packet is not CONNECT", Reason.PROTOCOL_ERROR)
        if kind == 3:
            return self._publish(flags, Cursor(data, start, end))
        if flags != _FLAGS.get(kind, 0):
            raise Malformed("reserved flags of the packet are set")
        cursor = Cursor(data, start, end)
        if kind in _ACKS:
            return self._ack(kind, cursor)
        packet = self._other(kind, cursor)
        cursor.done()
        return packet

    def _other(self, kind: int, cursor: Cursor) -> Packet:
        match kind:
            case 2:
                return self._connack(cursor)
            case 8:
                return self._subscribe(cursor)
            case 9:
                return SubAck(_identifier(cursor), properties=self._props(cursor, 9), codes=tuple(cursor.rest()))
            case 10:
                return self._unsubscribe(cursor)
            case 11:
                identifier, properties = _identifier(cursor), self._props(cursor, 11)
                return UnsubAck(identifier, tuple(cursor.rest()) if self.level == V5 else (), properties)
            case 12:
                return PingReq()
            case 13:
                return PingResp()
            case 14:
                return self._bye(Disconnect, 14, cursor)
            case 15 if self.level == V5:
                return self._bye(Auth, 15, cursor)
        raise Malformed("a packet of an unknown kind")

    def _props(self, cursor: Cursor, where: int) -> Properties:
        return cursor.properties(where) if self.level == V5 else _NONE

    def _publish(self, flags: int, cursor: Cursor) -> Publish:
        qos, dup = flags >> 1 & 3, bool(flags & 8)
        if qos == 3 or (dup and not qos):
            raise Malformed("PUBLISH with forbidden flags")
        topic = cursor.text()
        if "#" in topic or "+" in topic:
            raise Malformed("a topic name with a wildcard", Reason.TOPIC_NAME_INVALID)
        identifier = _identifier(cursor) if qos else 0
        properties = self._props(cursor, 3)
        if not topic and "topic_alias" not in properties:
            raise Malformed(
                "an empty topic name", Reason.PROTOCOL_ERROR if self.level == V5 else Reason.MALFORMED_PACKET
            )
        return Publish(topic, cursor.rest(), qos, bool(flags & 1), dup, identifier, properties)

    def _ack(self, kind: int, cursor: Cursor) -> Packet:
        identifier = _identifier(cursor)
        if not cursor.more:
            return _ACKS[kind](identifier)
        if self.level != V5:
            raise Malformed("an acknowledgement that is too long")
        code = cursor.byte()
        properties = cursor.properties(kind) if cursor.more else _NONE
        cursor.done()
        return _ACKS[kind](identifier, code, properties)

    def _bye(self, shape: type[Disconnect] | type[Auth], kind: int, cursor: Cursor) -> Disconnect | Auth:
        if self.level != V5 or not cursor.more:
            return shape()
        code = cursor.byte()
        return shape(code, cursor.properties(kind) if cursor.more else _NONE)

    def _subscribe(self, cursor: Cursor) -> Subscribe:
        identifier, properties = _identifier(cursor), self._props(cursor, 8)
        if len(properties.get("subscription_identifier", ())) > 1:
            raise Malformed("two subscription identifiers", Reason.PROTOCOL_ERROR)
        wanted: list[Subscription] = []
        while cursor.more:
            name, options = cursor.text(), cursor.byte()
            if options & (0xC0 if self.level == V5 else 0xFC) or options & 3 == 3 or options >> 4 & 3 == 3:
                raise Malformed("subscription options with reserved bits")
            if not name:
                raise Malformed("an empty topic filter")
            wanted.append(Subscription(name, options & 3, bool(options & 4), bool(options & 8), options >> 4 & 3))
        if not wanted:
            raise Malformed("SUBSCRIBE without a topic filter", Reason.PROTOCOL_ERROR)
        return Subscribe(identifier, tuple(wanted), properties)

    def _unsubscribe(self, cursor: Cursor) -> Unsubscribe:
        identifier, properties = _identifier(cursor), self._props(cursor, 10)
        names: list[str] = []
        while cursor.more:
            names.append(cursor.text())
            if not names[-1]:
                raise Malformed("an empty topic filter")
        if not names:
            raise Malformed("UNSUBSCRIBE without a topic filter", Reason.PROTOCOL_ERROR)
        return Unsubscribe(identifier, tuple(names), properties)

    def _connack(self, cursor: Cursor) -> ConnAck:
        flags, code = cursor.byte(), cursor.byte()
        if flags & 0xFE:
            raise Malformed("reserved flags of CONNACK are set")
        return ConnAck(bool(flags), code, self._props(cursor, 2))

    def _connect(self, cursor: Cursor) -> Connect:
        if self.level:
            raise Malformed("a second CONNECT", Reason.PROTOCOL_ERROR)
        name, level = cursor.binary(), cursor.byte()
        if name != b"MQTT" or level not in (V311, V5):
            raise Malformed("another protocol or version", Reason.UNSUPPORTED_PROTOCOL_VERSION)
        flags, keep_alive = cursor.byte(), cursor.number(2)
        has_will, will_qos = flags & 4, flags >> 3 & 3
        if flags & 1 or will_qos == 3 or (not has_will and flags & 0x38):
            raise Malformed("CONNECT with forbidden flags")
        if level == V311 and flags & 0x40 and not flags & 0x80:
            raise Malformed("a password without a user name")
        self.level = level
        properties = self._props(cursor, 1)
        if "authentication_data" in properties and "authentication_method" not in properties:
            raise Malformed("authentication data without a method", Reason.PROTOCOL_ERROR)
        client_id = cursor.text()
        will = None
        if has_will:
            about = self._props(cursor, WILL)
            topic = cursor.text()
            if not topic or "#" in topic or "+" in topic:
                raise Malformed("a will with a forbidden topic", Reason.TOPIC_NAME_INVALID)
            will = Will(topic, cursor.binary(), will_qos, bool(flags & 0x20), about)
        username = cursor.text() if flags & 0x80 else None
        password = cursor.binary() if flags & 0x40 else None
        cursor.done()
        return Connect(level, client_id, bool(flags & 2), keep_alive, username, password, will, properties)


def _identifier(cursor: Cursor) -> int:
    found = cursor.number(2)
    if not found:
        raise Malformed("a packet identifier of 0")
    return found
