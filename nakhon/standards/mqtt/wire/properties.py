"""The properties of MQTT 5.0 (section 2.2.2): their numbers, types, and the packets in which each may stand."""

from __future__ import annotations

from dataclasses import dataclass

WILL = 0
"""Stands for the will's properties among packet types: they are a set of their own inside CONNECT."""


@dataclass(frozen=True, slots=True)
class Property:
    """``kind``: byte, flag (a byte of 0 or 1), two, four, varint, text, binary or pair. ``least`` is the smallest lawful value."""

    number: int
    name: str
    kind: str
    where: frozenset[int]
    many: bool = False
    least: int = 0


def _row(number: int, name: str, kind: str, where: tuple[int, ...], *, many: bool = False, least: int = 0) -> Property:
    return Property(number, name, kind, frozenset(where), many, least)


TABLE: tuple[Property, ...] = (
    _row(0x01, "payload_format_indicator", "flag", (3, WILL)),
    _row(0x02, "message_expiry_interval", "four", (3, WILL)),
    _row(0x03, "content_type", "text", (3, WILL)),
    _row(0x08, "response_topic", "text", (3, WILL)),
    _row(0x09, "correlation_data", "binary", (3, WILL)),
    _row(0x0B, "subscription_identifier", "varint", (3, 8), many=True, least=1),
    _row(0x11, "session_expiry_interval", "four", (1, 2, 14)),
    _row(0x12, "assigned_client_identifier", "text", (2,)),
    _row(0x13, "server_keep_alive", "two", (2,)),
    _row(0x15, "authentication_method", "text", (1, 2, 15)),
    _row(0x16, "authentication_data", "binary", (1, 2, 15)),
    _row(0x17, "request_problem_information", "flag", (1,)),
    _row(0x18, "will_delay_interval", "four", (WILL,)),
    _row(0x19, "request_response_information", "flag", (1,)),
    _row(0x1A, "response_information", "text", (2,)),
    _row(0x1C, "server_reference", "text", (2, 14)),
    _row(0x1F, "reason_string", "text", (2, 4, 5, 6, 7, 9, 11, 14, 15)),
    _row(0x21, "receive_maximum", "two", (1, 2), least=1),
    _row(0x22, "topic_alias_maximum", "two", (1, 2)),
    _row(0x23, "topic_alias", "two", (3,), least=1),
    _row(0x24, "maximum_qos", "flag", (2,)),
    _row(0x25, "retain_available", "flag", (2,)),
    _row(0x26, "user_property", "pair", (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 15, WILL), many=True),
    _row(0x27, "maximum_packet_size", "four", (1, 2), least=1),
    _row(0x28, "wildcard_subscription_available", "flag", (2,)),
    _row(0x29, "subscription_identifier_available", "flag", (2,)),
    _row(0x2A, "shared_subscription_available", "flag", (2,)),
)
BY_NUMBER = {row.number: row for row in TABLE}
BY_NAME = {row.name: row for row in TABLE}
