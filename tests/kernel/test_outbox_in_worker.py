"""Work that a job asks for belongs to the job's transaction: nobody sees it before, and a job that fails leaves none."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from nakhon.kernel.context import Context
from nakhon.kernel.outbox import enqueue, job

pytestmark = pytest.mark.django_db(transaction=True)


@job("tests.asked-by-a-job")
def asked(ctx: Context, **_: object) -> None:
    """Nothing: it is only queued."""


def _queued() -> int:
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'nakhon.do'")
            return int(cursor.fetchone()[0])
    finally:
        other.close()


def test_a_job_is_queued_with_its_transaction(transactional_db: None, officer: Context) -> None:
    before = _queued()
    with app.replace_connector(app.connector.get_worker_connector()):
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            enqueue(officer, "tests.asked-by-a-job", key="one")
            assert _queued() == before
            raise KeyboardInterrupt
        assert _queued() == before
        with transaction.atomic():
            enqueue(officer, "tests.asked-by-a-job", key="two")
    assert _queued() == before + 1
