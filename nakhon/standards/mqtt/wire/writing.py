"""Packets to bytes, of 3.1.1 or 5. What the standard has no place for is refused with ``ValueError``: a fault of ours."""

from __future__ import annotations

from typing import Any

from nakhon.standards.mqtt.wire.properties import BY_NAME, WILL
from nakhon.standards.mqtt.wire.shapes import (
    NUMBERS,
    V5,
    Auth,
    ConnAck,
    Connect,
    Disconnect,
    Packet,
    PingReq,
    PingResp,
    Properties,
    PubAck,
    PubComp,
    Publish,
    PubRec,
    PubRel,
    SubAck,
    Subscribe,
    UnsubAck,
    Unsubscribe,
)


def encode(packet: Packet, level: int) -> bytes:
    """The packet as protocol ``level`` (4 or 5) writes it. Properties are left out in 3.1.1, which has none."""
    match packet:
        case PubAck(packet_id=identifier, code=code, properties=properties):
            return _ack(0x40, identifier, code, properties, level, 4)
        case Publish():
            return _publish(packet, level)
        case PubRec(packet_id=identifier, code=code, properties=properties):
            return _ack(0x50, identifier, code, properties, level, 5)
        case PubRel(packet_id=identifier, code=code, properties=properties):
            return _ack(0x62, identifier, code, properties, level, 6)
        case PubComp(packet_id=identifier, code=code, properties=properties):
            return _ack(0x70, identifier, code, properties, level, 7)
        case PingReq():
            return b"\xc0\x00"
        case PingResp():
            return b"\xd0\x00"
        case ConnAck():
            body = bytes([packet.session_present, packet.code]) + _props(packet.properties, 2, level)
            return _frame(0x20, body)
        case SubAck():
            return _frame(0x90, _two(packet.packet_id) + _props(packet.properties, 9, level) + bytes(packet.codes))
        case UnsubAck():
            codes = bytes(packet.codes) if level == V5 else b""
            return _frame(0xB0, _two(packet.packet_id) + _props(packet.properties, 11, level) + codes)
        case Disconnect() | Auth():
            return _bye(packet, level)
        case Connect():
            return _connect(packet)
        case Subscribe():
            body = _two(packet.packet_id) + _props(packet.properties, 8, level)
            for wanted in packet.subscriptions:
                options = wanted.qos
                if level == V5:
                    options |= wanted.no_local << 2 | wanted.retain_as_published << 3 | wanted.retain_handling << 4
                body += _text(wanted.filter) + bytes([options])
            return _frame(0x82, body)
        case Unsubscribe():
            body = _two(packet.packet_id) + _props(packet.properties, 10, level)
            return _frame(0xA2, body + b"".join(map(_text, packet.filters)))
    raise ValueError(f"not a packet: {packet!r}")


def varint(value: int) -> bytes:
    """A variable byte integer (section 1.5.5) of at most four bytes."""
    if not 0 <= value <= 268_435_455:
        raise ValueError("too large for a variable byte integer")
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _frame(first: int, body: bytes) -> bytes:
    return bytes([first]) + varint(len(body)) + body


def _two(value: int) -> bytes:
    return value.to_bytes(2, "big")


def _binary(value: bytes) -> bytes:
    return _two(len(value)) + value


def _text(value: str) -> bytes:
    return _binary(value.encode("utf-8"))


def _value(kind: str, value: Any) -> bytes:
    match kind:
        case "byte" | "flag":
            return bytes([value])
        case "two":
            return _two(value)
        case "four":
            return int(value).to_bytes(4, "big")
        case "varint":
            return varint(value)
        case "text":
            return _text(value)
        case "binary":
            return _binary(value)
    return _text(value[0]) + _text(value[1])


def _props(properties: Properties, where: int, level: int) -> bytes:
    if level != V5:
        return b""
    if not properties:
        return b"\x00"
    body = b""
    for name, value in properties.items():
        row = BY_NAME[name]
        if where not in row.where:
            raise ValueError(f"{name} may not stand in this packet")
        for one in value if row.many else (value,):
            body += varint(row.number) + _value(row.kind, one)
    return varint(len(body)) + body


def _ack(first: int, identifier: int, code: int, properties: Properties, level: int, where: int) -> bytes:
    if level != V5 or not (code or properties):
        return bytes((first, 2, identifier >> 8, identifier & 255))
    body = _two(identifier) + bytes([code])
    return _frame(first, body + _props(properties, where, level) if properties else body)


def _publish(packet: Publish, level: int) -> bytes:
    first = 0x30 | packet.dup << 3 | packet.qos << 1 | packet.retain
    body = _text(packet.topic) + (_two(packet.packet_id) if packet.qos else b"")
    return _frame(first, body + _props(packet.properties, 3, level) + packet.payload)


def _bye(packet: Disconnect | Auth, level: int) -> bytes:
    first = NUMBERS[type(packet)] << 4
    if level != V5:
        if isinstance(packet, Auth):
            raise ValueError("MQTT 3.1.1 has no AUTH")
        return _frame(first, b"")
    if not packet.code and not packet.properties:
        return _frame(first, b"")
    return _frame(first, bytes([packet.code]) + _props(packet.properties, first >> 4, level))


def _connect(packet: Connect) -> bytes:
    will = packet.will
    flags = packet.clean << 1 | (packet.username is not None) << 7 | (packet.password is not None) << 6
    tail = _text(packet.client_id)
    if will is not None:
        flags |= 4 | will.qos << 3 | will.retain << 5
        tail += _props(will.properties, WILL, packet.level) + _text(will.topic) + _binary(will.payload)
    if packet.username is not None:
        tail += _text(packet.username)
    if packet.password is not None:
        tail += _binary(packet.password)
    head = _text("MQTT") + bytes([packet.level, flags]) + _two(packet.keep_alive)
    return _frame(0x10, head + _props(packet.properties, 1, packet.level) + tail)
