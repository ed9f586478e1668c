"""/files/<token>: the right bytes with the right headers to the right person, and nothing to anybody else."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from nakhon.config.storage import file_storage
from nakhon.kernel.context import Context
from nakhon.kernel.files import queries, services
from nakhon.kernel.files.types import DOCUMENTS, EVIDENCE, FileInfo, Sensitivity, Variant
from nakhon.kernel.models import AuditEntry
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation, User
from nakhon.web.files import POLICY, disposition
from tests import make
from tests.kernel import samples as s

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.door_urls")]


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    settings.NAKHON_HOME = tmp_path
    settings.STORAGES = {**settings.STORAGES, "default": file_storage(tmp_path, {})}


@pytest.fixture
def somchai(db: None) -> User:
    return User.objects.create_user("somchai@example.go.th", "a-long-enough-passphrase")


def _ctx(organisation: Organisation, user: User | None = None) -> Context:
    now = timezone.now()
    return (
        make.ctx(organisation, "citizen", actor_id=str(user.pk), now=now) if user else make.ctx(organisation, now=now)
    )


def _store(ctx: Context, content: bytes, name: str, sensitivity: Sensitivity = Sensitivity.PUBLIC) -> FileInfo:
    policy = EVIDENCE if name.endswith("mp4") else DOCUMENTS
    return services.store_file(ctx, stream=io.BytesIO(content), name=name, sensitivity=sensitivity, policy=policy)


def _body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_picture_is_shown_with_strict_headers(samui: Organisation) -> None:
    ctx = _ctx(samui)
    info = _store(ctx, s.jpeg(), "ถนนหน้าตลาด.jpg")
    answer = Client().get(queries.file_link(ctx, file_id=info.id))
    assert answer.status_code == 200
    assert len(_body(answer)) == info.size == int(answer["Content-Length"])
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == POLICY
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, max-age=900"
    assert answer["Content-Disposition"].startswith("inline; ")
    preview = Client().get(queries.file_link(ctx, file_id=info.id, variant=Variant.SMALL))
    assert preview["Content-Type"] == "image/webp"


def test_names_in_thai_travel_whole() -> None:
    said = disposition("หนังสือ “ที่ ๑๒”.pdf", inline=False)
    assert said.isascii()
    assert said.startswith("attachment; filename=\"file.pdf\"; filename*=UTF-8''%E0%B8%AB")
    assert "%E2%80%9C" in said
    crafted = disposition('a"; evil=".pdf', inline=True)
    assert crafted.count('"') == 2, "a quotation mark cannot end the plain name early"
    assert crafted.endswith("filename*=UTF-8''a%22%3B%20evil%3D%22.pdf")


def test_documents_are_saved_not_shown(samui: Organisation) -> None:
    ctx = _ctx(samui)
    for content, name in ((s.PDF, "a.pdf"), (s.xlsx(), "a.xlsx"), ("ข้อความ".encode(), "a.txt")):
        answer = Client().get(queries.file_link(ctx, file_id=_store(ctx, content, name).id))
        assert answer["Content-Disposition"].startswith("attachment; ")
        assert _body(answer) == content
    link = queries.file_link(ctx, file_id=_store(ctx, s.jpeg(), "a.jpg").id)
    assert Client().get(f"{link}?download")["Content-Disposition"].startswith("attachment; ")


def test_what_has_not_changed_is_not_sent_again(samui: Organisation, somchai: User) -> None:
    ctx = _ctx(samui)
    link = queries.file_link(ctx, file_id=_store(ctx, s.jpeg(), "a.jpg").id)
    etag = Client().get(link)["ETag"]
    again = Client().get(link, headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert Client().get(link, headers={"if-none-match": '"other"'}).status_code == 200

    own = _ctx(samui, somchai)
    personal = queries.file_link(own, file_id=_store(own, s.jpeg(), "b.jpg", Sensitivity.PERSONAL).id)
    client = Client()
    client.force_login(somchai)
    assert "ETag" not in client.get(personal)


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-5", 206, slice(-5, None)),
        ("bytes=0-999999", 200, slice(None)),
        ("bytes=5-99999999999", 206, slice(5, None)),
        ("bytes=999999-", 416, None),
        ("bytes=9-3", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=0-1,5-6", 200, slice(None)),
        ("bytes=-", 200, slice(None)),
        ("lines=1-2", 200, slice(None)),
    ],
)
def test_a_film_is_sent_in_parts(samui: Organisation, asked: str, status: int, part: slice | None) -> None:
    ctx = _ctx(samui)
    content = s.mp4()
    link = queries.file_link(ctx, file_id=_store(ctx, content, "a.mp4").id)
    answer = Client().get(link, headers={"range": asked})
    assert answer.status_code == status
    if part is None:
        assert answer["Content-Range"] == f"bytes */{len(content)}"
        return
    body = _body(answer)
    assert body == content[part]
    assert int(answer["Content-Length"]) == len(body)
    if status == 206:
        first, end, _ = part.indices(len(content))
        assert answer["Content-Range"] == f"bytes {first}-{end - 1}/{len(content)}"
    stale = Client().get(link, headers={"range": asked, "if-range": '"an older one"'})
    assert (stale.status_code, _body(stale)) == (200, content)


def test_head_tells_without_sending(samui: Organisation) -> None:
    ctx = _ctx(samui)
    answer = Client().head(queries.file_link(ctx, file_id=_store(ctx, s.PDF, "a.pdf").id))
    assert (answer.status_code, answer.content, answer["Content-Length"]) == (200, b"", str(len(s.PDF)))
    assert Client().post(queries.file_link(ctx, file_id=_store(ctx, s.PDF, "a.pdf").id)).status_code == 405


def test_a_personal_file_opens_for_its_person_and_leaves_a_trace(samui: Organisation, somchai: User) -> None:
    ctx = _ctx(samui, somchai)
    info = _store(ctx, s.PDF, "สำเนาบัตร.pdf", Sensitivity.PERSONAL)
    link = queries.file_link(ctx, file_id=info.id)
    client = Client()
    client.force_login(somchai)
    answer = client.get(link)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    with act_in(ctx):
        entry = AuditEntry.objects.get(action="kernel.file.opened")
    assert (entry.actor_id, entry.object_id, entry.address) == (str(somchai.pk), str(info.id), "127.0.0.1")
    assert entry.request_id == answer["X-Request-ID"]

    other = Client()
    other.force_login(User.objects.create_user("other@example.go.th", "a-long-enough-passphrase"))
    for stranger in (Client(), other):
        refused = stranger.get(link)
        assert refused.status_code == 403
        assert "ลิงก์นี้ออกให้ผู้ใช้คนอื่น" in refused.content.decode()
        english = stranger.get(link, headers={"accept": "application/json", "accept-language": "en"})
        assert english.json()["code"] == "file.link_not_yours"
        assert english.json()["detail"] == "This link was made for somebody else"


def test_links_that_are_old_forged_or_of_nothing(samui: Organisation) -> None:
    ctx = _ctx(samui)
    info = _store(ctx, s.PDF, "a.pdf")
    old = queries.file_link(
        make.ctx(samui, now=timezone.now() - timedelta(hours=2)), file_id=info.id, lifetime=timedelta(minutes=10)
    )
    expired = Client().get(old)
    assert expired.status_code == 403
    assert "หมดอายุแล้ว" in expired.content.decode()
    link = queries.file_link(ctx, file_id=info.id)
    for forged in (link + "x", link.replace("/files/", "/files/A"), "/files/nonsense", "/files/a:b"):
        answer = Client().get(forged)
        assert answer.status_code == 404
        assert "ลิงก์ไฟล์ไม่ถูกต้อง" in answer.content.decode()
    services.remove_file(make.ctx(samui, "admin", now=timezone.now()), file_id=info.id)
    gone = Client().get(link, headers={"accept": "application/json"})
    assert (gone.status_code, gone.json()["code"]) == (404, "file.missing")
