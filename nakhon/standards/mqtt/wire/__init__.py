"""MQTT 3.1.1 (OASIS, 29 October 2014) and 5.0 (OASIS, 7 March 2019) as bytes, without any input or output.

``Decoder.feed(data)`` gives packets; ``encode(packet, level)`` gives bytes. Whatever the standard calls malformed raises
``Malformed`` with the reason code of MQTT 5; nothing is guessed or repaired.
"""

from nakhon.standards.mqtt.wire.reading import Decoder
from nakhon.standards.mqtt.wire.shapes import (
    Auth,
    ConnAck,
    Connect,
    Disconnect,
    Malformed,
    Packet,
    PingReq,
    PingResp,
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
from nakhon.standards.mqtt.wire.writing import encode

__all__ = [
    "Auth",
    "ConnAck",
    "Connect",
    "Decoder",
    "Disconnect",
    "Malformed",
    "Packet",
    "PingReq",
    "PingResp",
    "PubAck",
    "PubComp",
    "PubRec",
    "PubRel",
    "Publish",
    "Reason",
    "SubAck",
    "Subscribe",
    "Subscription",
    "UnsubAck",
    "Unsubscribe",
    "Will",
    "encode",
]
