"""The beginning and the end of a connection: who it is, which session goes on, keep-alive, and the will."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from nakhon.knowledge.text import Text
from nakhon.standards.mqtt import publishing
from nakhon.standards.mqtt.house import Guest
from nakhon.standards.mqtt.sessions import AWAY
from nakhon.standards.mqtt.topics import place_of
from nakhon.standards.mqtt.wire import ConnAck, Connect, Disconnect, Publish, Reason, Will
from nakhon.standards.mqtt.wire.shapes import V5

if TYPE_CHECKING:
    from nakhon.standards.mqtt.connection import Connection

RETURN_CODES = {
    Reason.UNSUPPORTED_PROTOCOL_VERSION: 1,
    Reason.CLIENT_IDENTIFIER_NOT_VALID: 2,
    Reason.SERVER_UNAVAILABLE: 3,
    Reason.SERVER_BUSY: 3,
    Reason.BAD_USER_NAME_OR_PASSWORD: 4,
}
"""Return codes of 3.1.1 (table 3.1); whatever is not here is 5, not authorised."""
LONGEST_CLIENT_ID = 128


def begin(connection: Connection, packet: Connect) -> None:
    """Find out who it is, in a thread; ``_enter`` goes on in the loop's."""
    server, now = connection.server, connection.loop.time()
    about = packet.properties
    connection.tells_reasons = about.get("request_problem_information", 1) == 1
    if "authentication_method" in about:
        return refuse(connection, Reason.BAD_AUTHENTICATION_METHOD)
    if (not packet.client_id and not packet.clean and packet.level != V5) or len(packet.client_id) > LONGEST_CLIENT_ID:
        return refuse(connection, Reason.CLIENT_IDENTIFIER_NOT_VALID)
    if server.failures.too_many(connection.address, now):
        return refuse(connection, Reason.CONNECTION_RATE_EXCEEDED)
    city, slash, device = (packet.username or "").partition("/")
    try:
        key = (packet.password or b"").decode("utf-8")
    except UnicodeDecodeError:
        key = ""
    if not (slash and city and device and key) or "\0" in key or len(key) > 500:
        server.failures.note(connection.address, now)
        return refuse(connection, Reason.BAD_USER_NAME_OR_PASSWORD)
    connection.secret = key
    task = server.ask(server.house.enter, city, device, key)
    task.add_done_callback(lambda future: _entered(connection, packet, future))
    return None


def refuse(connection: Connection, reason: Reason) -> None:
    connection.server.figures.turned_away += 1
    code = int(reason) if connection.level == V5 else RETURN_CODES.get(reason, 5)
    connection.write(ConnAck(False, code))
    connection.state = "closed"
    if connection.transport is not None:
        connection.transport.close()


def _entered(connection: Connection, packet: Connect, future: asyncio.Future[Guest | None] | Future[Any]) -> None:
    if connection.transport is None or connection.transport.is_closing():
        return None
    error = future.exception()
    if error is not None:
        return refuse(connection, Reason.SERVER_UNAVAILABLE)
    guest = future.result()
    server = connection.server
    if guest is None:
        server.failures.note(connection.address, connection.loop.time())
        return refuse(connection, Reason.BAD_USER_NAME_OR_PASSWORD)
    if server.stopping:
        return refuse(connection, Reason.SERVER_UNAVAILABLE)
    will = packet.will
    if will is not None and place_of(will.topic, guest.city, guest.device) is None:
        return refuse(connection, Reason.NOT_AUTHORIZED)
    if not server.make_room(connection, guest, packet.client_id):
        return refuse(connection, Reason.QUOTA_EXCEEDED)
    return _open(connection, packet, guest)


def _open(connection: Connection, packet: Connect, guest: Guest) -> None:
    server, about, limits = connection.server, packet.properties, connection.limits
    connection.guest, connection.will = guest, packet.will
    connection.client_id = packet.client_id or f"nakhon-{secrets.token_hex(8)}"
    connection.largest_out = about.get("maximum_packet_size", 0)
    connection.checked_at = connection.loop.time()
    session, present = server.sessions.take(guest.key, connection.client_id, clean=packet.clean)
    session.window = min(100, about.get("receive_maximum", 100))
    if packet.level == V5:
        session.expiry = min(about.get("session_expiry_interval", 0), AWAY)
        wanted = packet.keep_alive or limits.keep_alive
        connection.keep_alive = min(wanted, limits.keep_alive)
    else:
        session.expiry = 0 if packet.clean else AWAY
        connection.keep_alive = packet.keep_alive or limits.keep_alive * 2
    connection.session = session
    said: dict[str, Any] = {}
    if packet.level == V5:
        said = {
            "receive_maximum": limits.receive_maximum,
            "maximum_packet_size": limits.packet_bytes,
            "topic_alias_maximum": 16,
            "shared_subscription_available": 0,
        }
        if session.expiry != about.get("session_expiry_interval", 0):
            said["session_expiry_interval"] = int(session.expiry)
        if connection.keep_alive != packet.keep_alive:
            said["server_keep_alive"] = int(connection.keep_alive)
        if not packet.client_id:
            said["assigned_client_identifier"] = connection.client_id
    connection.write(ConnAck(present, 0, said))
    session.write = connection.deliver
    server.entered(connection)
    connection.opened()
    if present:
        session.resume()
        server.send_commands(guest)


def check_again(connection: Connection) -> None:
    """Is the key still good? Also brings the device's properties up to date, for the city may have changed them."""
    guest, server = connection.guest, connection.server
    if guest is None:
        return
    task = server.ask(server.house.enter, guest.city, guest.device, connection.secret)

    def checked(future: Any) -> None:
        if connection.state != "open" or future.exception() is not None:
            return  # a database that is away is no reason to send a device away
        found = future.result()
        if found is None:
            connection.close(
                Reason.NOT_AUTHORIZED, Text("กุญแจของอุปกรณ์ใช้ไม่ได้แล้ว", "The device's key is no longer valid")
            )
        else:
            connection.guest = found

    task.add_done_callback(checked)


def goodbye(connection: Connection, packet: Disconnect) -> None:
    """DISCONNECT: the will is dropped unless MQTT 5 asks for it (3.14.2.1); the session's expiry may be changed."""
    if packet.code != Reason.DISCONNECT_WITH_WILL:
        connection.will = None
    expiry = packet.properties.get("session_expiry_interval")
    session = connection.session
    if expiry is not None and session is not None:
        if expiry and not session.expiry:
            connection.close(Reason.PROTOCOL_ERROR)
            return
        session.expiry = min(expiry, AWAY)
    if connection.transport is not None:
        connection.transport.close()


def leave(connection: Connection, will: Will | None) -> None:
    """The connection is gone: the session ends or waits, and the will is published like any message of the device."""
    session, server = connection.session, connection.server
    if session is not None and session.write == connection.deliver:
        session.write = None
        if session.expiry:
            session.ends_at = connection.loop.time() + session.expiry
        else:
            server.sessions.forget(session)
    if will is None or connection.guest is None or server.stopping:
        return
    delay = min(will.properties.get("will_delay_interval", 0), session.expiry if session is not None else 0)
    message = Publish(will.topic, will.payload, 0, will.retain)

    def say() -> None:
        if session is not None and session.write is not None and delay:
            return  # it came back in time
        publishing.take(connection, message, None)

    if delay:
        connection.loop.call_later(delay, say)
    else:
        say()
