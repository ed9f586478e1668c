"""Subscriptions: a device hears only what stands below its own prefix, at QoS 0 or 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nakhon.standards.mqtt.sessions import SUBSCRIPTIONS, Held, Outgoing
from nakhon.standards.mqtt.topics import filter_is_valid, matches, may_subscribe, prefix_of
from nakhon.standards.mqtt.wire import Reason, SubAck, Subscribe, Subscription, UnsubAck, Unsubscribe
from nakhon.standards.mqtt.wire.shapes import V5

if TYPE_CHECKING:
    from nakhon.standards.mqtt.connection import Connection


def subscribe(connection: Connection, packet: Subscribe) -> None:
    session, guest, server = connection.session, connection.guest, connection.server
    assert session is not None and guest is not None
    numbers = packet.properties.get("subscription_identifier", [0])
    codes: list[int] = []
    fresh: list[tuple[Subscription, bool]] = []
    for wanted in packet.subscriptions:
        code = _judge(connection, wanted)
        if code < 0x80:
            fresh.append((wanted, wanted.filter in session.held))
            session.held[wanted.filter] = Held(wanted, numbers[0])
        codes.append(code if connection.level == V5 or code < 0x80 else 0x80)
    connection.write(SubAck(packet.packet_id, tuple(codes)))
    for wanted, known in fresh:
        if wanted.retain_handling == 2 or (wanted.retain_handling == 1 and known):
            continue
        for topic, payload, qos in server.sessions.retained(guest.key, wanted.filter):
            session.send(Outgoing(topic, payload, min(qos, wanted.qos, 1), retain=True))
    down = prefix_of(guest.city, guest.device) + "down"
    if any(matches(wanted.filter, down) for wanted, _ in fresh):
        server.send_commands(guest)


def _judge(connection: Connection, wanted: Subscription) -> int:
    """The QoS that is granted, or the reason of the refusal (MQTT 5.0, 3.9.3)."""
    session, guest = connection.session, connection.guest
    assert session is not None and guest is not None
    if wanted.filter.startswith("$share/"):
        return Reason.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED
    if not filter_is_valid(wanted.filter):
        return Reason.TOPIC_FILTER_INVALID
    if not may_subscribe(wanted.filter, guest.city, guest.device):
        return Reason.NOT_AUTHORIZED
    if wanted.filter not in session.held and len(session.held) >= SUBSCRIPTIONS:
        return Reason.QUOTA_EXCEEDED
    return min(wanted.qos, 1)


def unsubscribe(connection: Connection, packet: Unsubscribe) -> None:
    session = connection.session
    assert session is not None
    codes = tuple(
        0 if session.held.pop(name, None) is not None else Reason.NO_SUBSCRIPTION_EXISTED for name in packet.filters
    )
    connection.write(UnsubAck(packet.packet_id, codes))
