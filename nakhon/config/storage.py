"""Where attachments are kept, from the environment: the home's own disk, or a bucket that speaks S3."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

REQUIRED = ("NAKHON_S3_BUCKET", "NAKHON_S3_ACCESS_KEY", "NAKHON_S3_SECRET_KEY")


def file_storage(home: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """Django's ``STORAGES["default"]``.

    With ``NAKHON_S3_ENDPOINT`` or ``NAKHON_S3_BUCKET`` set it is the bucket, and ``ValueError`` names what is missing; else
    ``home``/files, closed to everybody but the platform's own account.
    """
    if not (environment.get("NAKHON_S3_ENDPOINT") or environment.get("NAKHON_S3_BUCKET")):
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {
                "location": home / "files",
                "base_url": None,
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        }
    if missing := [name for name in REQUIRED if not environment.get(name)]:
        raise ValueError(
            f"Files are to be kept in S3, but {', '.join(missing)} is not set; see docs/how-to/store-files-on-s3.md"
        )
    from botocore.config import Config

    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "endpoint_url": environment.get("NAKHON_S3_ENDPOINT") or None,
            "bucket_name": environment["NAKHON_S3_BUCKET"],
            "access_key": environment["NAKHON_S3_ACCESS_KEY"],
            "secret_key": environment["NAKHON_S3_SECRET_KEY"],
            "region_name": environment.get("NAKHON_S3_REGION") or None,
            "location": environment.get("NAKHON_S3_PREFIX", "").strip("/"),
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": True,
            "client_config": Config(
                s3={"addressing_style": environment.get("NAKHON_S3_ADDRESSING") or "auto"},
                signature_version="s3v4",
                connect_timeout=5,
                read_timeout=30,
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                retries={"max_attempts": 3, "mode": "standard"},
            ),
        },
    }
