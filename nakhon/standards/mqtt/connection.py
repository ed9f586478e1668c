"""One client's connection: the order of packets that MQTT demands, limits, keep-alive, and acknowledgements in their order."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from nakhon.knowledge.text import Text
from nakhon.standards.mqtt import opening, publishing, subscribing
from nakhon.standards.mqtt.limits import Bucket
from nakhon.standards.mqtt.sessions import Outgoing, Session
from nakhon.standards.mqtt.topics import Place
from nakhon.standards.mqtt.wire import (
    ConnAck,
    Connect,
    Decoder,
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
    Subscribe,
    Unsubscribe,
    Will,
    encode,
)
from nakhon.standards.mqtt.wire.shapes import V5, V311

if TYPE_CHECKING:
    from nakhon.standards.mqtt.house import Guest
    from nakhon.standards.mqtt.server import Server

log = logging.getLogger("nakhon.mqtt")

_MICROSECOND = timedelta(microseconds=1)
NEW, OPENING, OPEN, CLOSED = "new", "opening", "open", "closed"


class Pending:
    """An acknowledgement that is owed; it leaves when all before it have left (MQTT 5.0, 4.6)."""

    __slots__ = ("code", "packet_id", "qos", "reason")

    def __init__(self, packet_id: int, qos: int) -> None:
        self.packet_id = packet_id
        self.qos = qos
        self.code: int | None = None
        self.reason: Text | None = None


class Connection(asyncio.Protocol):
    """Lives in the loop's thread. Whatever waits for the database does so in a thread and comes back by a callback."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.loop = server.loop
        self.limits = server.limits
        self.state = NEW
        self.level = V311
        self.address = ""
        self.transport: asyncio.Transport | None = None
        self.guest: Guest | None = None
        self.session: Session | None = None
        self.will: Will | None = None
        self.client_id = ""
        self.secret = ""
        self.keep_alive = 0.0
        self.checked_at = 0.0
        self.largest_out = 0
        self.tells_reasons = False
        self.aliases: dict[int, str] = {}
        self.places: dict[str, Place | None] = {}
        self.owed: deque[Pending] = deque()
        self.received_ids: set[int] = set()
        self.bucket: Bucket | None = None
        self._decoder = Decoder(self.limits.connect_bytes)
        self._early: list[Packet] = []
        self._holds: set[str] = set()
        self._heard = self._began = self.loop.time()
        self._partial_since: float | None = None
        self._stuck_since: float | None = None
        self._dirty = False
        self._last_moment: datetime | None = None
        self._slow_until = 0.0

    # -- the transport --------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass of it
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if peer else ""
        self.transport.set_write_buffer_limits(high=self.limits.write_bytes)
        if not self.server.admit(self):
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        if self.state == CLOSED:
            return
        self._heard = self.loop.time()
        try:
            packets = self._decoder.feed(data)
            for packet in packets:
                self._handle(packet)
        except Malformed as error:
            self._malformed(error)
        if not self._decoder.pending:
            self._partial_since = None
        elif self._partial_since is None or packets:
            self._partial_since = self._heard
        self._flush()

    def eof_received(self) -> bool:
        return False

    def pause_writing(self) -> None:
        """The client does not read: stop reading from it too."""
        self._stuck_since = self.loop.time()
        self.hold("write")

    def resume_writing(self) -> None:
        self._stuck_since = None
        self.release("write")

    def connection_lost(self, error: Exception | None) -> None:
        will = self.will
        was_open, self.state = self.state == OPEN, CLOSED
        self.server.left(self)
        if was_open:
            opening.leave(self, will)
        self.owed.clear()
        self._early.clear()

    def hold(self, why: str) -> None:
        """Stop reading; the sender feels it through TCP."""
        if not self._holds and self.transport is not None and not self.transport.is_closing():
            self.transport.pause_reading()
        self._holds.add(why)

    def release(self, why: str) -> None:
        if why not in self._holds:
            return
        self._holds.discard(why)
        if not self._holds and self.transport is not None and not self.transport.is_closing():
            self._heard = self.loop.time()
            self.transport.resume_reading()

    def slow_down(self, seconds: float) -> None:
        """Do not read for so long; what arrived together is still taken, and counts towards the pause."""
        until = self.loop.time() + seconds
        if "rate" not in self._holds:
            self.hold("rate")
            self.loop.call_later(seconds, self._go_on)
        self._slow_until = max(self._slow_until, until)

    def _go_on(self) -> None:
        left = self._slow_until - self.loop.time()
        if left > 0.001:
            self.loop.call_later(left, self._go_on)
        else:
            self.release("rate")

    # -- packets --------------------------------------------------------------------------------------------------------

    def _handle(self, packet: Packet) -> None:
        if self.state == OPENING:
            self._early.append(packet)
            return
        if self.state == CLOSED or self.transport is None or self.transport.is_closing():
            return
        match packet:
            case Publish():
                publishing.receive(self, packet)
            case PubAck(packet_id=number) if self.session is not None:
                self.session.acknowledged(number)
            case PubRel(packet_id=number) if self.session is not None:
                known = number in self.session.received
                self.session.received.discard(number)
                code = 0 if known or self.level != V5 else Reason.PACKET_IDENTIFIER_NOT_FOUND
                self.write(PubComp(number, code))
            case Subscribe():
                subscribing.subscribe(self, packet)
            case Unsubscribe():
                subscribing.unsubscribe(self, packet)
            case PingReq():
                self.write(PingResp())
            case Disconnect():
                opening.goodbye(self, packet)
            case Connect():
                self.level = packet.level
                self.state = OPENING
                self.hold("opening")
                opening.begin(self, packet)
            case _:
                raise Malformed("a packet that a client does not send now", Reason.PROTOCOL_ERROR)

    def opened(self) -> None:
        """The client is in: read larger packets, and what it sent while it waited."""
        self.state = OPEN
        self._decoder.limit = self.limits.packet_bytes
        self.bucket = Bucket(self.limits.device_rate, self.loop.time())
        early, self._early = self._early, []
        try:
            for packet in early:
                self._handle(packet)
        except Malformed as error:
            self._malformed(error)
        self._flush()
        self.release("opening")

    def _malformed(self, error: Malformed) -> None:
        self.server.figures.malformed += 1
        if self.state in (NEW, OPENING) and error.reason == Reason.UNSUPPORTED_PROTOCOL_VERSION:
            self.write(ConnAck(False, 1))  # the one answer that every version can read
        self.close(error.reason, Text("แพ็กเก็ตไม่ถูกต้องตามมาตรฐาน MQTT", f"Not lawful in MQTT: {error}"))

    def write(self, packet: Packet) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(encode(packet, self.level))

    def deliver(self, out: Outgoing, dup: bool) -> None:
        """Write a message to the device; one that is larger than it accepts is dropped, as MQTT 5 demands."""
        about: dict[str, Any] = {"subscription_identifier": list(out.identifiers)} if out.identifiers else {}
        if out.expires_at is not None:
            about["message_expiry_interval"] = max(0, int(out.expires_at - self.server.now().timestamp()))
        data = encode(Publish(out.topic, out.payload, out.qos, out.retain, dup, out.packet_id, about), self.level)
        if self.largest_out and len(data) > self.largest_out:
            if out.qos and self.session is not None:
                self.session.inflight.pop(out.packet_id, None)
            return
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    def moment(self) -> datetime:
        """The time of arrival; never the same for two messages of a connection, for the time is a reading's key."""
        at = self.server.now()
        if self._last_moment is not None and at <= self._last_moment:
            at = self._last_moment + _MICROSECOND
        self._last_moment = at
        return at

    # -- acknowledgements -----------------------------------------------------------------------------------------------

    def owe(self, packet_id: int, qos: int) -> Pending:
        pending = Pending(packet_id, qos)
        self.owed.append(pending)
        return pending

    def settle(self, pending: Pending, code: int = 0, reason: Text | None = None) -> None:
        """The outcome of a message is known; its acknowledgement goes with the next flush."""
        pending.code, pending.reason = code, reason
        if not self._dirty:
            self._dirty = True
            self.loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._dirty = False
        out: list[bytes] = []
        owed = self.owed
        while owed and owed[0].code is not None:
            pending = owed.popleft()
            self.received_ids.discard(pending.packet_id)
            code = pending.code if self.level == V5 else 0
            about: dict[str, Any] = {}
            if self.level == V5 and pending.reason is not None and self.tells_reasons:
                about = {"reason_string": f"{pending.reason.th} · {pending.reason.en}"[:400]}
            if pending.qos == 1:
                out.append(encode(PubAck(pending.packet_id, code or 0, about), self.level))
            else:
                if self.session is not None and (code or 0) < 0x80:
                    self.session.received.add(pending.packet_id)
                out.append(encode(PubRec(pending.packet_id, code or 0, about), self.level))
        if out and self.transport is not None and not self.transport.is_closing():
            self.transport.write(b"".join(out))
        if len(owed) <= self.limits.receive_maximum // 2:
            self.release("inflight")

    # -- time and the end -----------------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Once a second: too long silent, too slow, or not reading any more."""
        limits = self.limits
        if self.state in (NEW, OPENING):
            if self.state == NEW and now - self._began > limits.opening_seconds:
                self.abort()
            return
        if self._partial_since is not None and not self._holds and now - self._partial_since > limits.packet_seconds:
            self.close(Reason.KEEP_ALIVE_TIMEOUT, Text("แพ็กเก็ตมาไม่ครบนานเกินไป", "A packet that never became whole"))
        elif self._stuck_since is not None and now - self._stuck_since > limits.write_seconds:
            self.abort()
        elif self.keep_alive and not self._holds and now - self._heard > self.keep_alive * 1.5:
            self.close(Reason.KEEP_ALIVE_TIMEOUT, Text("อุปกรณ์เงียบเกินเวลาที่แจ้งไว้", "Silent for longer than announced"))
        elif now - self.checked_at > limits.recheck_seconds:
            self.checked_at = now
            opening.check_again(self)

    def close(self, reason: Reason, text: Text | None = None) -> None:
        """End the connection, in MQTT 5 with the reason; the will is sent unless the client said goodbye."""
        if self.transport is None or self.transport.is_closing():
            return
        if self.level == V5 and self.state in (OPEN, NEW) and self._decoder.level == V5:
            about = {"reason_string": f"{text.th} · {text.en}"[:400]} if text is not None and self.tells_reasons else {}
            self.write(Disconnect(reason, about))
        self.transport.close()
        if self.state != OPEN:
            self.state = CLOSED

    def abort(self) -> None:
        if self.transport is not None:
            self.transport.abort()
