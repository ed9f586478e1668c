"""``load_demo``: bring the demonstration in. Repeating it adds what is missing and changes nothing else."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from nakhon.config.demo import accounts, maps, organisations, people, records
from nakhon.config.demo.sensors import loading
from nakhon.people.models.organisations import LAO_KINDS


class Command(BaseCommand):
    help = "Load the demonstration: twelve model cities of the Local Smart City Report 2566"

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        cities = [row["slug"] for row in organisations.organisations() if row["kind"] in LAO_KINDS]
        organisations.load(now, self.stdout.write)
        for slug in cities:
            with transaction.atomic():
                records.load(slug, now)
                people.load(slug, now)
                loading.load(slug, now)
                maps.load(slug, now)
            self.stdout.write(slug)
        with transaction.atomic():
            maps.load(maps.COUNTRY, now)
        accounts.load(cities, now, self.stdout.write)
