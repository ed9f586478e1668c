"""The machine room's figures: doors by outcome, work by organisation across row security, files; shared by processes."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from nakhon.kernel import metrics
from nakhon.kernel.errors import Forbidden, NotFound
from nakhon.kernel.files import queries, services
from nakhon.kernel.files.types import DOCUMENTS, Sensitivity
from nakhon.kernel.models import Work
from nakhon.kernel.tenancy import act_in, new_id
from nakhon.kernel.verbs import observers, query
from nakhon.people.models import Organisation
from tests import make
from tests.kernel import samples

pytestmark = pytest.mark.django_db


def figure(name: str, **labels: str) -> float | None:
    for family in text_string_to_metric_families(metrics.page().decode()):
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                return sample.value
    return None


def test_doors_are_counted_by_outcome(samui: Organisation) -> None:
    labels = {"door": "kernel.file_info", "kind": "query"}
    before = {
        outcome: figure("nakhon_doors_total", outcome=outcome, **labels) or 0 for outcome in ("ok", "refused", "failed")
    }
    info = services.store_file(
        make.ctx(samui, "officer"),
        stream=io.BytesIO(samples.PDF),
        name="a.pdf",
        sensitivity=Sensitivity.PUBLIC,
        policy=DOCUMENTS,
    )
    queries.file_info(make.ctx(samui), file_id=info.id)
    with pytest.raises(NotFound):
        queries.file_info(make.ctx(samui), file_id=new_id())
    with pytest.raises(TypeError):
        queries.file_info(make.ctx(samui))  # type: ignore[call-arg]
    for outcome in ("ok", "refused", "failed"):
        assert figure("nakhon_doors_total", outcome=outcome, **labels) == before[outcome] + 1
    assert figure("nakhon_door_seconds_count", door="kernel.store_file", kind="verb")
    assert figure("nakhon_files", tenant="samui") == 1
    assert figure("nakhon_files_bytes", tenant="samui") == info.size


def test_who_is_refused_at_the_door_is_counted_too(samui: Organisation) -> None:
    seen: list[tuple[str, str, str]] = []
    observe = lambda *said: seen.append(said[:3])  # noqa: E731
    observers.append(observe)
    try:

        @query("kernel.audit.read")
        def closed(ctx: object) -> None:
            return None

        with pytest.raises(Forbidden):
            closed(make.ctx(samui, "officer"))
        closed(make.ctx(samui, "admin"))
    finally:
        observers.remove(observe)
    assert [said[1:] for said in seen] == [("query", "refused"), ("query", "ok")]


def test_work_is_counted_for_each_organisation_at_once(samui: Organisation, yala: Organisation) -> None:
    due = timezone.now() - timedelta(minutes=5)
    for organisation, status, count in (
        (samui, "pending", 2),
        (samui, "dead", 1),
        (yala, "pending", 1),
        (yala, "done", 4),
    ):
        with act_in(make.ctx(organisation)):
            for _ in range(count):
                Work.objects.create(name="x", key=str(new_id()), status=status, created_at=due, due_at=due)
    assert figure("nakhon_work", tenant="samui", status="pending") == 2
    assert figure("nakhon_work", tenant="samui", status="dead") == 1
    assert figure("nakhon_work", tenant="yala", status="pending") == 1
    assert figure("nakhon_work", tenant="yala", status="done") is None
    assert 290 < (figure("nakhon_work_oldest_seconds", tenant="samui") or 0) < 400
    assert (figure("nakhon_database_bytes") or 0) > 1_000_000
    assert figure("nakhon_database_up") == 1


def test_without_a_database_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: str) -> list[tuple[object, ...]]:
        raise OperationalError("gone")

    monkeypatch.setattr(metrics, "_rows", gone)
    assert figure("nakhon_database_up") == 0
    assert figure("nakhon_work") is None


def test_the_figures_name_no_one(samui: Organisation) -> None:
    page = metrics.page().decode()
    assert "@" not in page
    labels = set(re.findall(r'[{,](\w+)="', page))
    assert "le" in labels
    assert labels & {"actor", "actor_id", "user", "account", "person", "email", "address", "name"} == set()


def test_processes_share_their_counts(tmp_path: Path) -> None:
    script = (
        "import sys; from prometheus_client import Counter\n"
        "from nakhon.kernel import metrics\n"
        "for _ in range(int(sys.argv[1])): metrics.count_request('page', 'GET', 200, 0.01)\n"
        "from prometheus_client import CollectorRegistry, generate_latest, multiprocess\n"
        "registry = CollectorRegistry(); multiprocess.MultiProcessCollector(registry)\n"
        "print([l for l in generate_latest(registry).decode().splitlines() if l.startswith('nakhon_requests_total')][0])\n"
    )
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    said = [
        subprocess.run(
            [sys.executable, "-c", script, count],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout.split()[-1]
        for count in ("3", "4")
    ]
    assert said == ["3.0", "7.0"]
