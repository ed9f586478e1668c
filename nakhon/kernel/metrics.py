"""Figures for the machine room, in Prometheus form: requests, verbs, background work, the database, files.

With ``NAKHON_METRICS_DIR`` every process, the worker too, writes its counts there, and they are summed when read; without it
each answers for itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import DatabaseError, connection
from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily, Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

disable_created_metrics()  # type: ignore[no-untyped-call]

REQUESTS = Counter("nakhon_requests", "Requests answered, by route, method and status", ["route", "method", "status"])
REQUEST_SECONDS = Histogram("nakhon_request_seconds", "Time to answer a request", ["route", "method"], buckets=_BUCKETS)
DOORS = Counter(
    "nakhon_doors", "Verbs and queries called, by outcome (ok, refused or failed)", ["door", "kind", "outcome"]
)
DOOR_SECONDS = Histogram("nakhon_door_seconds", "Time that a verb or query took", ["door", "kind"], buckets=_BUCKETS)


def count_request(route: str, method: str, status: int, seconds: float) -> None:
    """One request answered. A method that nobody knows is counted as OTHER, so that callers cannot invent series."""
    method = method if method in _METHODS else "OTHER"
    REQUESTS.labels(route, method, str(status)).inc()
    REQUEST_SECONDS.labels(route, method).observe(seconds)


def count_door(door: str, kind: str, outcome: str, seconds: float) -> None:
    """One verb or query done; an observer of ``nakhon.kernel.verbs``."""
    DOORS.labels(door, kind, outcome).inc()
    DOOR_SECONDS.labels(door, kind).observe(seconds)


_others: list[Any] = []


def add_collector(collector: Any) -> None:
    """Add figures of a storey above: something with ``collect()``, asked when the page is read."""
    _others.append(collector)


class Figures:
    """What the database knows, asked when the page is read. When it cannot answer, ``nakhon_database_up`` says so."""

    def collect(self) -> Iterator[Metric]:
        try:
            found = list(_ask())
        except DatabaseError:
            yield _one("nakhon_database_up", "1 when the database answers", 0)
            return
        yield _one("nakhon_database_up", "1 when the database answers", 1)
        yield from found


def _one(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _ask() -> Iterable[Metric]:
    now = datetime.now(UTC)
    pieces = GaugeMetricFamily("nakhon_work", "Background work not done", labels=["tenant", "status"])
    oldest = GaugeMetricFamily("nakhon_work_oldest_seconds", "Age of the oldest work that is due", labels=["tenant"])
    for tenant, status, count, due in _rows("SELECT tenant, status, pieces, oldest_due FROM nakhon_queue_figures()"):
        pieces.add_metric([tenant, status], count)
        if status == "pending":
            oldest.add_metric([tenant], max(0.0, (now - due).total_seconds()))
    yield pieces
    yield oldest
    queue = GaugeMetricFamily("nakhon_queue", "Jobs in the queue, by status", labels=["status"])
    for status, count in _rows(
        "SELECT status::text, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1"
    ):
        queue.add_metric([status], count)
    yield queue
    ((workers,),) = _rows(
        "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '60 seconds'"
    )
    yield _one("nakhon_workers", "Background workers that gave a sign of life within a minute", workers)
    ((size,),) = _rows("SELECT pg_database_size(current_database())")
    yield _one("nakhon_database_bytes", "Size of the database", size)
    files = GaugeMetricFamily("nakhon_files", "Attachments kept", labels=["tenant"])
    volume = GaugeMetricFamily("nakhon_files_bytes", "Size of the attachments kept", labels=["tenant"])
    for tenant, count, total in _rows("SELECT tenant, files, bytes FROM nakhon_file_figures()"):
        files.add_metric([tenant], count)
        volume.add_metric([tenant], float(total))
    yield files
    yield volume


def page() -> bytes:
    """Everything, in Prometheus' text form."""
    shared = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    registry = CollectorRegistry()
    registry.register(Figures())
    for other in _others:
        registry.register(other)
    if shared:
        multiprocess.MultiProcessCollector(registry, path=shared)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
    return generate_latest(REGISTRY) + generate_latest(registry)
