"""The packets of MQTT as values, the reason codes of MQTT 5, and the one error of the codec."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import msgspec

V311, V5 = 4, 5
"""Protocol levels as CONNECT carries them: 4 is MQTT 3.1.1, 5 is MQTT 5.0."""

Properties = dict[str, Any]
"""Properties of MQTT 5 by name; ``user_property`` is a list of pairs, ``subscription_identifier`` a list of numbers."""


class Reason(IntEnum):
    """Reason codes of MQTT 5.0, section 2.4, those that this server says or hears."""

    SUCCESS = 0x00
    GRANTED_QOS_1 = 0x01
    GRANTED_QOS_2 = 0x02
    DISCONNECT_WITH_WILL = 0x04
    NO_MATCHING_SUBSCRIBERS = 0x10
    NO_SUBSCRIPTION_EXISTED = 0x11
    UNSPECIFIED = 0x80
    MALFORMED_PACKET = 0x81
    PROTOCOL_ERROR = 0x82
    IMPLEMENTATION_SPECIFIC = 0x83
    UNSUPPORTED_PROTOCOL_VERSION = 0x84
    CLIENT_IDENTIFIER_NOT_VALID = 0x85
    BAD_USER_NAME_OR_PASSWORD = 0x86
    NOT_AUTHORIZED = 0x87
    SERVER_UNAVAILABLE = 0x88
    SERVER_BUSY = 0x89
    BANNED = 0x8A
    SERVER_SHUTTING_DOWN = 0x8B
    BAD_AUTHENTICATION_METHOD = 0x8C
    KEEP_ALIVE_TIMEOUT = 0x8D
    SESSION_TAKEN_OVER = 0x8E
    TOPIC_FILTER_INVALID = 0x8F
    TOPIC_NAME_INVALID = 0x90
    PACKET_IDENTIFIER_IN_USE = 0x91
    PACKET_IDENTIFIER_NOT_FOUND = 0x92
    RECEIVE_MAXIMUM_EXCEEDED = 0x93
    TOPIC_ALIAS_INVALID = 0x94
    PACKET_TOO_LARGE = 0x95
    MESSAGE_RATE_TOO_HIGH = 0x96
    QUOTA_EXCEEDED = 0x97
    ADMINISTRATIVE_ACTION = 0x98
    PAYLOAD_FORMAT_INVALID = 0x99
    RETAIN_NOT_SUPPORTED = 0x9A
    QOS_NOT_SUPPORTED = 0x9B
    SHARED_SUBSCRIPTIONS_NOT_SUPPORTED = 0x9E
    CONNECTION_RATE_EXCEEDED = 0x9F
    WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED = 0xA2


class Malformed(ValueError):
    """Bytes that are no MQTT, or a packet that the standard forbids; the connection cannot go on after it."""

    def __init__(self, what: str, reason: Reason = Reason.MALFORMED_PACKET) -> None:
        super().__init__(what)
        self.reason = reason


class Will(msgspec.Struct, frozen=True):
    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    properties: Properties = {}


class Connect(msgspec.Struct, frozen=True):
    """``clean`` is Clean Session in 3.1.1 and Clean Start in 5; ``keep_alive`` is in seconds, 0 for none."""

    level: int
    client_id: str
    clean: bool = True
    keep_alive: int = 0
    username: str | None = None
    password: bytes | None = None
    will: Will | None = None
    properties: Properties = {}


class ConnAck(msgspec.Struct, frozen=True):
    """``code`` is the return code of 3.1.1 (0 to 5) or the reason code of 5."""

    session_present: bool = False
    code: int = 0
    properties: Properties = {}


class Publish(msgspec.Struct, frozen=True):
    """``packet_id`` is 0 exactly when ``qos`` is 0."""

    topic: str
    payload: bytes = b""
    qos: int = 0
    retain: bool = False
    dup: bool = False
    packet_id: int = 0
    properties: Properties = {}


class PubAck(msgspec.Struct, frozen=True):
    packet_id: int
    code: int = 0
    properties: Properties = {}


class PubRec(msgspec.Struct, frozen=True):
    packet_id: int
    code: int = 0
    properties: Properties = {}


class PubRel(msgspec.Struct, frozen=True):
    packet_id: int
    code: int = 0
    properties: Properties = {}


class PubComp(msgspec.Struct, frozen=True):
    packet_id: int
    code: int = 0
    properties: Properties = {}


class Subscription(msgspec.Struct, frozen=True):
    """``retain_handling``: 0 send retained messages, 1 only when the subscription is new, 2 never."""

    filter: str
    qos: int = 0
    no_local: bool = False
    retain_as_published: bool = False
    retain_handling: int = 0


class Subscribe(msgspec.Struct, frozen=True):
    packet_id: int
    subscriptions: tuple[Subscription, ...]
    properties: Properties = {}


class SubAck(msgspec.Struct, frozen=True):
    packet_id: int
    codes: tuple[int, ...]
    properties: Properties = {}


class Unsubscribe(msgspec.Struct, frozen=True):
    packet_id: int
    filters: tuple[str, ...]
    properties: Properties = {}


class UnsubAck(msgspec.Struct, frozen=True):
    """``codes`` is empty in 3.1.1."""

    packet_id: int
    codes: tuple[int, ...] = ()
    properties: Properties = {}


class PingReq(msgspec.Struct, frozen=True):
    pass


class PingResp(msgspec.Struct, frozen=True):
    pass


class Disconnect(msgspec.Struct, frozen=True):
    code: int = 0
    properties: Properties = {}


class Auth(msgspec.Struct, frozen=True):
    code: int = 0
    properties: Properties = {}


Packet = (
    Connect
    | ConnAck
    | Publish
    | PubAck
    | PubRec
    | PubRel
    | PubComp
    | Subscribe
    | SubAck
    | Unsubscribe
    | UnsubAck
    | PingReq
    | PingResp
    | Disconnect
    | Auth
)

NUMBERS: dict[type[Any], int] = {
    Connect: 1,
    ConnAck: 2,
    Publish: 3,
    PubAck: 4,
    PubRec: 5,
    PubRel: 6,
    PubComp: 7,
    Subscribe: 8,
    SubAck: 9,
    Unsubscribe: 10,
    UnsubAck: 11,
    PingReq: 12,
    PingResp: 13,
    Disconnect: 14,
    Auth: 15,
}
"""Control packet types, MQTT 5.0 table 2-1."""
