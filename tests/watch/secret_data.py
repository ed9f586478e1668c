"""City data full of secrets for the walk of outsiders: guarded records, a proposed change, runs, a trial, a device's key, a file."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from uuid import uuid4

from nakhon.citydata.catalog.models import Dataset, DatasetFile
from nakhon.citydata.registers import services
from nakhon.citydata.registers.models import ChangeRequest, ExportRun, ImportRun, Record, Register
from nakhon.citydata.sensors import services as sensors
from nakhon.citydata.sensors.models import DeviceKey
from nakhon.citydata.watches.models import Trial, Watch
from nakhon.kernel.tenancy import TenantModel, act_in
from nakhon.knowledge.text import Text
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.registers.stage import ELDERS, WORKS, define

STATIONS = """\
kind: sensor
id: secret-station
name: {th: สถานีภายใน, en: Internal stations}
streams:
  level: {name: {th: ระดับ, en: Level}, unit: m, observed: level}
access: {see: [supervisor]}
"""

ALIASES: dict[str, type[TenantModel]] = {
    "change_id": ChangeRequest, "run_id": ImportRun, "trial_id": Trial, "file_id": DatasetFile, "key": DeviceKey,
    "record_id": Record,
}  # fmt: skip
"""Names of places in addresses that are not ``<model>_id``."""


def fill(city: Organisation, secret: str, now: datetime) -> None:
    """Rows that nobody outside the named roles may see, each with ``secret`` in its texts."""
    define(city, ELDERS, WORKS, STATIONS)
    registrar, officer = make.ctx(city, "registrar"), make.ctx(city, "officer")
    data = {"code": "E-1", "name": secret, "illness": secret, "community": secret}
    services.add_record(registrar, register="elder", data=data, geometry={"type": "Point", "coordinates": [100.0, 9.5]})
    services.propose_change(officer, register="works", act="ADD", data={"name": secret}, reason=secret)
    admin = make.ctx(city, "admin", "supervisor")
    thing = sensors.add_thing(admin, kind="secret-station", key="secret", name=Text(secret, secret), lon=100.0, lat=9.5)
    sensors.add_device(admin, thing=thing.number, slug="secret", about=secret)
    sensors.make_device_key(admin, device="secret")
    with act_in(officer):
        elders = Register.objects.get(key="elder")
        mine = {"created_at": now, "created_by": officer.actor.id, "created_label": secret}
        ImportRun.objects.create(register=elders, file_name=f"{secret}.csv", format="csv", **mine)
        ExportRun.objects.create(register=elders, format="csv", **mine)
        watch = Watch.objects.create(
            key="secret", name_th=secret, name_en=secret, body={"id": "secret"}, digest="0" * 64, sensor="none", prop="none",
            changed_at=now, removed_at=now,
        )  # fmt: skip
        Trial.objects.create(
            watch=watch, version=1, since=now - timedelta(days=1), until=now, asked_at=now, asked_by=secret
        )
        dataset = Dataset.objects.create(
            key="secret", name_th=secret, name_en=secret, body={"id": "secret"}, active=False, changed_at=now
        )
        DatasetFile.objects.create(
            dataset=dataset, file_id=uuid4(), title_th=secret, title_en=secret, name=f"{secret}.csv", media_type="text/csv",
            size=len(json.dumps(data)), added_at=now,
        )  # fmt: skip
