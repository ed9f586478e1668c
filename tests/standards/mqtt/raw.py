"""A client that says exactly the packets that a test writes, over a plain socket."""

from __future__ import annotations

import socket
import time
from typing import Any

from nakhon.standards.mqtt import wire


class Raw:
    def __init__(self, port: int, level: int = 4) -> None:
        self.level = level
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._decoder = wire.Decoder(level=level)
        self._found: list[Any] = []

    def send(self, *packets: Any) -> None:
        self.socket.sendall(b"".join(wire.encode(packet, self.level) for packet in packets))

    def send_bytes(self, data: bytes) -> None:
        self.socket.sendall(data)

    def get(self, timeout: float = 10.0) -> Any:
        """The next packet; None when the server closed the connection."""
        until = time.monotonic() + timeout
        while not self._found:
            self.socket.settimeout(max(0.01, until - time.monotonic()))
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                return None
            if not data:
                return None
            self._found += self._decoder.feed(data)
        return self._found.pop(0)

    def silent(self, seconds: float = 0.4) -> bool:
        try:
            return self.get(seconds) is None
        except TimeoutError:
            return True

    def close(self) -> None:
        self.socket.close()


def enter(port: int, device: Any, *, level: int = 4, client_id: str = "c1", key: str | None = None, **more: Any) -> Raw:
    """Connect and be let in."""
    client = Raw(port, level)
    said = wire.Connect(
        level, client_id, username=device.user, password=(key or device.key).encode(), keep_alive=60, **more
    )
    client.send(said)
    answer = client.get()
    assert isinstance(answer, wire.ConnAck) and answer.code == 0, answer
    client.connack = answer  # type: ignore[attr-defined]
    return client
