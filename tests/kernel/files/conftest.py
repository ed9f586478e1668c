"""Every test of attachments runs twice: with files on the home's disk, and in a bucket that speaks S3."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from nakhon.config.storage import file_storage
from nakhon.kernel.context import Context
from nakhon.kernel.files import services, vault
from nakhon.kernel.files import types as t
from nakhon.kernel.models import AuditEntry
from nakhon.kernel.tenancy import act_in
from tests.kernel import samples as s

ANYTHING = t.Policy(frozenset(t.EXTENSIONS), max_bytes=2 * t.MB, max_count=2)


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, str]]:
    """A server on this machine that speaks S3, with a bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    import boto3

    environment = {
        "NAKHON_S3_ENDPOINT": f"http://{host}:{port}",
        "NAKHON_S3_BUCKET": "nakhon-files",
        "NAKHON_S3_ACCESS_KEY": "test",
        "NAKHON_S3_SECRET_KEY": "test",
        "NAKHON_S3_REGION": "us-east-1",
        "NAKHON_S3_PREFIX": "samui",
        "NAKHON_S3_ADDRESSING": "path",
    }
    client = boto3.client(
        "s3",
        endpoint_url=environment["NAKHON_S3_ENDPOINT"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket="nakhon-files")
    yield environment
    server.stop()


@pytest.fixture(params=["disk", "bucket"], autouse=True)
def storage(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> Any:
    environment = request.getfixturevalue("bucket") if request.param == "bucket" else {}
    settings.NAKHON_HOME = tmp_path
    settings.STORAGES = {**settings.STORAGES, "default": file_storage(tmp_path, environment)}
    return request.param


def store(
    ctx: Context,
    content: bytes | None = None,
    name: str = "ภาพถ่าย.jpg",
    sensitivity: t.Sensitivity = t.Sensitivity.PUBLIC,
    policy: t.Policy = ANYTHING,
) -> t.FileInfo:
    return services.store_file(
        ctx,
        stream=io.BytesIO(s.jpeg() if content is None else content),
        name=name,
        sensitivity=sensitivity,
        policy=policy,
    )


def everything_kept(ctx: Context) -> list[str]:
    return sorted(key for key, _ in vault.keys_of(ctx.tenant.id))


def token_of(link: str) -> str:
    return link.removeprefix("/files/")


def trail(ctx: Context) -> list[AuditEntry]:
    with act_in(ctx):
        return list(AuditEntry.objects.order_by("seq"))
