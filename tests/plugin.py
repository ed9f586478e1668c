"""Gives every test run a real PostgreSQL: the one that DATABASE_URL names, or the private test cluster, started on need."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "NAKHON_HOME" not in os.environ:
    os.environ["NAKHON_HOME"] = tempfile.mkdtemp(prefix="nakhon-test-")
    atexit.register(shutil.rmtree, os.environ["NAKHON_HOME"], ignore_errors=True)
os.environ.setdefault("NAKHON_SECRET_KEY", "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz-9876543210")
os.environ.setdefault("NAKHON_STRICT_VERBS", "1")
os.environ.pop("NAKHON_CITY", None)
Path(os.environ["NAKHON_HOME"]).mkdir(parents=True, exist_ok=True)

if "DATABASE_URL" not in os.environ:
    from nakhon.config.run.testing import ensure_test_cluster

    os.environ["DATABASE_URL"] = ensure_test_cluster().owner_url
