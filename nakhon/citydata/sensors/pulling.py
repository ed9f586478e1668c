"""Fetches a feed's address: http and https to public hosts only, bounded in time and size, asking only for what changed.

The address that was checked is the one that is called, so that a name cannot point elsewhere in between.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import urllib3
from django.conf import settings

from nakhon.citydata.sensors.errors import FeedFailed
from nakhon.knowledge.text import Text

LARGEST = 20 * 1024 * 1024
TIMEOUT = urllib3.Timeout(connect=5.0, read=20.0)
REDIRECTS = 3
AGENT = "Nakhon/1 (city platform; feed)"


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer; ``body`` is None when nothing changed since."""

    body: bytes | None
    etag: str
    last_modified: str


def fetch(url: str, etag: str = "", last_modified: str = "") -> Fetched:
    """Fetch an address. Raises ``FeedFailed`` saying at what it failed."""
    asked = {"User-Agent": AGENT, "Accept": "application/json, text/csv, */*;q=0.5"}
    if etag:
        asked["If-None-Match"] = etag
    if last_modified:
        asked["If-Modified-Since"] = last_modified
    for _ in range(REDIRECTS + 1):
        answer = _ask(url, asked)
        if isinstance(answer, Fetched):
            return answer
        url = urljoin(url, answer)
    raise FeedFailed(Text("แหล่งข้อมูลส่งต่อหลายทอดเกินไป", "The source redirects too often"))


def _ask(url: str, asked: dict[str, str]) -> Fetched | str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        port = 0
    if parts.scheme not in ("http", "https") or not host or not port or parts.username:
        raise FeedFailed(Text("ที่อยู่ไม่ใช่ http หรือ https", "The address is neither http nor https"))
    address = public_address(host, port)
    target = parts.path or "/"
    if parts.query:
        target += "?" + parts.query
    headers = {**asked, "Host": parts.netloc}
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(address, port, server_hostname=host, assert_hostname=host, timeout=TIMEOUT)
    else:
        pool = urllib3.HTTPConnectionPool(address, port, timeout=TIMEOUT)
    try:
        with pool:
            answer = pool.request("GET", target, headers=headers, redirect=False, retries=False, preload_content=False)
            try:
                return _read(answer)
            finally:
                answer.release_conn()
                answer.close()
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise FeedFailed(
            Text(
                f"เชื่อมต่อ {host} ไม่สำเร็จ ({type(error).__name__})",
                f"{host} could not be reached ({type(error).__name__})",
            )
        ) from None


def _read(answer: urllib3.BaseHTTPResponse) -> Fetched | str:
    told = answer.headers
    if answer.status == 304:
        return Fetched(None, told.get("ETag", "")[:200], told.get("Last-Modified", "")[:100])
    if answer.status in (301, 302, 303, 307, 308) and told.get("Location"):
        return str(told["Location"])
    if answer.status != 200:
        raise FeedFailed(
            Text(f"แหล่งข้อมูลตอบรหัส {answer.status}", f"The source answered with status {answer.status}"),
            Text(
                "ตรวจที่อยู่กับเจ้าของข้อมูล ระบบจะลองใหม่เอง", "Check the address with its owner; it is tried again by itself"
            ),
        )
    pieces, size = [], 0
    for piece in answer.stream(64 * 1024):
        size += len(piece)
        if size > LARGEST:
            raise FeedFailed(Text("คำตอบใหญ่เกิน 20 MB", "The answer is larger than 20 MB"))
        pieces.append(piece)
    return Fetched(b"".join(pieces), told.get("ETag", "")[:200], told.get("Last-Modified", "")[:100])


def public_address(host: str, port: int) -> str:
    """An address of ``host``, all of whose addresses are public. Raises ``FeedFailed`` otherwise."""
    try:
        found = {str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        raise FeedFailed(Text(f"ไม่พบเครื่องชื่อ {host}", f"There is no host called {host}")) from None
    inside = [address for address in sorted(found) if not ipaddress.ip_address(address.split("%")[0]).is_global]
    if not found or (inside and not settings.NAKHON_FEEDS_MAY_CALL_PRIVATE):
        raise FeedFailed(
            Text(f"{host} เป็นที่อยู่ภายในเครือข่าย จึงไม่ดึงข้อมูล", f"{host} is an address inside the network and is not called"),
            Text(
                "ใช้ที่อยู่สาธารณะ หรือให้ผู้ดูแลระบบตั้ง NAKHON_FEEDS_MAY_CALL_PRIVATE=1",
                "Use a public address, or have the administrator set NAKHON_FEEDS_MAY_CALL_PRIVATE=1",
            ),
        )
    return min(found, key=lambda address: (":" in address, address))
