"""The MQTT codec: what is written reads back the same, however it is cut; what is not lawful is refused; paho agrees."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties as PahoProperties

from nakhon.standards.mqtt import wire
from nakhon.standards.mqtt.wire.properties import TABLE, WILL
from nakhon.standards.mqtt.wire.shapes import NUMBERS
from nakhon.standards.mqtt.wire.writing import varint

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
TOPIC = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0#+"), min_size=1, max_size=40)
NAME = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40)
BYTES = st.binary(max_size=300)
IDENTIFIER = st.integers(1, 65535)
QOS = st.integers(0, 2)


def _one(row: Any) -> st.SearchStrategy[Any]:
    match row.kind:
        case "flag":
            return st.integers(0, 1)
        case "byte":
            return st.integers(row.least, 255)
        case "two":
            return st.integers(row.least, 65535)
        case "four":
            return st.integers(row.least, 2**32 - 1)
        case "varint":
            return st.integers(row.least, 268_435_455)
        case "text":
            return TEXT
        case "binary":
            return BYTES
    return st.tuples(TEXT, TEXT)


def properties(where: int, level: int) -> st.SearchStrategy[dict[str, Any]]:
    if level != 5:
        return st.just({})
    most = 1 if where == 8 else 3
    rows = {
        row.name: st.lists(_one(row), min_size=1, max_size=most) if row.many else _one(row)
        for row in TABLE
        if where in row.where
    }
    return st.fixed_dictionaries({}, optional=rows).filter(
        lambda found: "authentication_data" not in found or "authentication_method" in found
    )


def _connect(level: int) -> st.SearchStrategy[Any]:
    will = st.builds(wire.Will, TOPIC, BYTES, QOS, st.booleans(), properties(WILL, level))
    user = st.one_of(st.just((None, None)), st.tuples(TEXT, st.one_of(st.none(), BYTES)))
    return st.builds(
        lambda who, user, **rest: wire.Connect(level, who, username=user[0], password=user[1], **rest),
        TEXT,
        user,
        clean=st.booleans(),
        keep_alive=st.integers(0, 65535),
        will=st.one_of(st.none(), will),
        properties=properties(1, level),
    )


def _publish(level: int) -> st.SearchStrategy[Any]:
    return st.builds(
        lambda topic, payload, qos, retain, dup, number, about: wire.Publish(
            topic, payload, qos, retain, dup and qos > 0, number if qos else 0, about
        ),
        TOPIC,
        BYTES,
        QOS,
        st.booleans(),
        st.booleans(),
        IDENTIFIER,
        properties(3, level),
    )


def _ack(shape: Any, level: int) -> st.SearchStrategy[Any]:
    code = st.sampled_from([0, 0x10, 0x80, 0x87, 0x99]) if level == 5 else st.just(0)
    return st.builds(shape, IDENTIFIER, code, properties(NUMBERS[shape], level))


def packets(level: int) -> st.SearchStrategy[Any]:
    """Every packet but CONNECT."""
    five = level == 5
    wanted = st.builds(
        wire.Subscription,
        NAME,
        QOS,
        st.booleans() if five else st.just(False),
        st.booleans() if five else st.just(False),
        st.integers(0, 2) if five else st.just(0),
    )
    codes = st.lists(st.integers(0, 255), max_size=5).map(tuple)
    bye = st.integers(0, 255) if five else st.just(0)
    every = [
        _publish(level),
        *(_ack(shape, level) for shape in (wire.PubAck, wire.PubRec, wire.PubRel, wire.PubComp)),
        st.builds(wire.ConnAck, st.booleans(), st.integers(0, 255), properties(2, level)),
        st.builds(
            wire.Subscribe, IDENTIFIER, st.lists(wanted, min_size=1, max_size=4).map(tuple), properties(8, level)
        ),
        st.builds(wire.SubAck, IDENTIFIER, codes, properties(9, level)),
        st.builds(
            wire.Unsubscribe, IDENTIFIER, st.lists(NAME, min_size=1, max_size=4).map(tuple), properties(10, level)
        ),
        st.builds(wire.UnsubAck, IDENTIFIER, codes if five else st.just(()), properties(11, level)),
        st.just(wire.PingReq()),
        st.just(wire.PingResp()),
        st.builds(wire.Disconnect, bye, properties(14, level)),
    ]
    if five:
        every.append(st.builds(wire.Auth, bye, properties(15, level)))
    return st.one_of(every)


@pytest.mark.parametrize("level", [4, 5])
def test_every_packet_reads_back_the_same_however_the_stream_is_cut(level: int) -> None:
    @given(_connect(level), st.lists(packets(level), max_size=6), st.lists(st.integers(1, 40), min_size=1, max_size=9))
    def check(first: Any, rest: list[Any], cuts: list[int]) -> None:
        sent = [first, *rest]
        stream = b"".join(wire.encode(packet, level) for packet in sent)
        decoder, found, place, turn = wire.Decoder(), [], 0, 0
        while place < len(stream):
            step = cuts[turn % len(cuts)]
            found += decoder.feed(stream[place : place + step])
            place, turn = place + step, turn + 1
        assert found == sent
        assert decoder.pending == 0

    check()


@given(st.binary(max_size=200), st.sampled_from([0, 4, 5]))
def test_any_bytes_give_packets_or_malformed_and_nothing_else(data: bytes, level: int) -> None:
    decoder = wire.Decoder(limit=1000, level=level)
    try:
        decoder.feed(data)
    except wire.Malformed as error:
        assert error.reason >= 0x80
    assert decoder.pending <= 1000


@given(_publish(5), st.integers(0, 200), st.integers(1, 255))
def test_a_damaged_packet_never_breaks_the_codec(packet: Any, where: int, change: int) -> None:
    damaged = bytearray(wire.encode(packet, 5))
    damaged[where % len(damaged)] ^= change
    with suppress(wire.Malformed):
        wire.Decoder(limit=5000, level=5).feed(bytes(damaged))


CONNECT = wire.encode(wire.Connect(5, "a"), 5)

REFUSED = {
    "another packet before CONNECT": (0, b"\xc0\x00", 0x82),
    "a second CONNECT": (5, CONNECT, 0x82),
    "another protocol": (0, b"\x10\x0c\x00\x04MQTX\x05\x02\x00\x00\x00\x00", 0x84),
    "MQTT 3.1": (0, b"\x10\x0f\x00\x06MQIsdp\x03\x02\x00\x3c\x00\x01a", 0x84),
    "CONNECT with its reserved flag": (0, b"\x10\x0d\x00\x04MQTT\x04\x03\x00\x3c\x00\x01a", 0x81),
    "a will's QoS without a will": (0, b"\x10\x0d\x00\x04MQTT\x04\x0a\x00\x3c\x00\x01a", 0x81),
    "a password without a user in 3.1.1": (0, b"\x10\x10\x00\x04MQTT\x04\x42\x00\x3c\x00\x01a\x00\x01p", 0x81),
    "bytes after CONNECT's end": (0, b"\x10\x0e\x00\x04MQTT\x04\x02\x00\x3c\x00\x01ax", 0x81),
    "PUBLISH with QoS 3": (4, b"\x36\x05\x00\x01a\x00\x01", 0x81),
    "DUP with QoS 0": (4, b"\x38\x03\x00\x01a", 0x81),
    "a wildcard in a topic name": (4, b"\x30\x03\x00\x01#", 0x90),
    "an empty topic": (4, b"\x30\x02\x00\x00", 0x81),
    "U+0000 in a topic": (4, b"\x30\x03\x00\x01\x00", 0x81),
    "a surrogate in a topic": (4, b"\x30\x05\x00\x03\xed\xa0\x80", 0x81),
    "packet identifier 0": (4, b"\x32\x05\x00\x01a\x00\x00", 0x81),
    "reserved flags of PINGREQ": (4, b"\xc1\x00", 0x81),
    "SUBSCRIBE without its flag": (4, b"\x80\x06\x00\x01\x00\x01a\x00", 0x81),
    "SUBSCRIBE without filters": (4, b"\x82\x02\x00\x01", 0x82),
    "SUBSCRIBE with QoS 3": (4, b"\x82\x06\x00\x01\x00\x01a\x03", 0x81),
    "an option of MQTT 5 in 3.1.1": (4, b"\x82\x06\x00\x01\x00\x01a\x04", 0x81),
    "retain handling 3": (5, b"\x82\x07\x00\x01\x00\x00\x01a\x30", 0x81),
    "a length of five bytes": (4, b"\x30\xff\xff\xff\xff\x01", 0x81),
    "a length with a needless byte": (4, b"\x30\x80\x00", 0x81),
    "AUTH in 3.1.1": (4, b"\xf0\x00", 0x81),
    "packet type 0": (4, b"\x00\x00", 0x81),
    "a reason code in 3.1.1": (4, b"\x40\x03\x00\x01\x00", 0x81),
    "a property of another packet": (5, b"\x30\x07\x00\x01a\x03\x21\x00\x01", 0x81),
    "an unknown property": (5, b"\x30\x06\x00\x01a\x02\x7f\x00", 0x81),
    "a property twice": (5, b"\x30\x08\x00\x01a\x04\x01\x00\x01\x00", 0x82),
    "topic alias 0": (5, b"\x30\x07\x00\x01a\x03\x23\x00\x00", 0x82),
    "a flag of 2": (5, b"\x30\x06\x00\x01a\x02\x01\x02", 0x82),
    "properties beyond the packet": (5, b"\x30\x04\x00\x01a\x09", 0x81),
    "more than the limit": (4, b"\x30\xff\x7f" + b"\0" * 20, 0x95),
}


@pytest.mark.parametrize(("level", "data", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_what_the_standard_forbids_is_refused_with_its_reason(level: int, data: bytes, reason: int) -> None:
    with pytest.raises(wire.Malformed) as refusal:
        wire.Decoder(limit=16000, level=level).feed(data)
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("value", "written"), [(0, "00"), (127, "7f"), (128, "8001"), (16383, "ff7f"), (268435455, "ffffff7f")]
)
def test_lengths_are_those_of_the_standards_table(value: int, written: str) -> None:
    assert varint(value).hex() == written


def test_a_length_that_is_too_large_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        varint(268_435_456)


def test_a_property_in_the_wrong_packet_is_not_written() -> None:
    with pytest.raises(ValueError, match="may not stand"):
        wire.encode(wire.PubAck(1, 0, {"topic_alias": 1}), 5)


def test_a_packet_that_is_too_large_is_refused_before_it_has_arrived() -> None:
    decoder = wire.Decoder(limit=100, level=4)
    with pytest.raises(wire.Malformed):
        decoder.feed(b"\x30\xff\x01")


PAHO = {
    "PUBLISH": (PacketTypes.PUBLISH, 3),
    "CONNACK": (PacketTypes.CONNACK, 2),
    "CONNECT": (PacketTypes.CONNECT, 1),
    "PUBACK": (PacketTypes.PUBACK, 4),
    "DISCONNECT": (PacketTypes.DISCONNECT, 14),
    "the will": (PacketTypes.WILLMESSAGE, WILL),
}


@pytest.mark.parametrize(("theirs", "ours"), PAHO.values(), ids=PAHO.keys())
def test_paho_reads_the_properties_that_are_written_here(theirs: int, ours: int) -> None:
    from nakhon.standards.mqtt.wire.writing import _props

    @given(properties(ours, 5))
    def check(found: dict[str, Any]) -> None:
        if "maximum_packet_size" in found:  # paho allows no more than a packet can have; the standard does
            found["maximum_packet_size"] %= 2**28 - 1
            found["maximum_packet_size"] += 1
        read = PahoProperties(theirs)
        read.unpack(_props(found, ours, 5))
        for row in TABLE:
            attribute = row.name.replace("_", " ").title().replace("Qos", "QoS").replace(" ", "")
            assert getattr(read, attribute, None) == found.get(row.name)

    check()
