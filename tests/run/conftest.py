"""Homes of their own for these tests, whose clusters and folders are gone afterwards."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nakhon.config.run.cluster import Cluster
from nakhon.config.run.environment import Environment, resolve
from nakhon.config.run.home import Home

MakeHome = Callable[[str], Home]


def discard(home: Home) -> None:
    """Stop the cluster of ``home`` and remove all that it left on the machine."""
    if not home.path.exists():
        return
    cluster = Cluster(home)
    if cluster.exists:
        cluster.stop()
    if cluster.moved:
        shutil.rmtree(cluster.base, ignore_errors=True)
    shutil.rmtree(cluster.socket_directory, ignore_errors=True)
    shutil.rmtree(home.path, ignore_errors=True)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an operator's shell: nothing of the test run's own settings."""
    for name in list(os.environ):
        if name.startswith("NAKHON_") or name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def ground() -> Iterator[Path]:
    """A folder that the database account may pass through, as /srv would be."""
    with tempfile.TemporaryDirectory(prefix="nakhon-run-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        yield place


@pytest.fixture
def make_home(ground: Path) -> Iterator[MakeHome]:
    made: list[Home] = []

    def make(name: str) -> Home:
        home = Home.locate(Path(tempfile.mkdtemp(prefix=f"{name}-", dir=ground)) / "home")
        home.path.parent.chmod(0o755)
        made.append(home)
        return home

    yield make
    for home in made:
        discard(home)


@pytest.fixture
def home(make_home: MakeHome) -> Home:
    return make_home("home")


@pytest.fixture
def environment(home: Home) -> Environment:
    return resolve(home)
