"""Makes the things of a living demonstration: those of its records, those beside them, devices and the schedule of commands."""

from __future__ import annotations

from nakhon.citydata.registers.models import Record, RecordStatus
from nakhon.citydata.sensors.applying import follow_register
from nakhon.citydata.sensors.models import Device, Schedule, SensorKind, Thing
from nakhon.citydata.sensors.services import add_device, add_thing, save_command_schedule
from nakhon.config.demo.sensors.shapes import PREFIX, Life
from nakhon.kernel.context import Context
from nakhon.knowledge.text import Text


def is_made(life: Life) -> bool:
    """Whether every made-up record of a kind that measures has its thing."""
    registers = [
        kind.body["things"]["register"]
        for kind in SensorKind.objects.filter(key__in={series.kind for series in life.series})
        if kind.body.get("things")
    ]
    records = Record.objects.filter(
        register__key__in=registers, status=RecordStatus.ACTIVE, key__startswith=PREFIX
    ).count()
    things = Thing.objects.filter(register__in=registers, record__isnull=False, key__startswith=PREFIX).count()
    beside = Thing.objects.filter(key__in=[spot.key for spot in life.spots]).count()
    return bool(things >= records and beside >= len(life.spots))


def make(ctx: Context, life: Life) -> None:
    """The things of the records and those beside them, with devices and a schedule where there are commands."""
    for kind in SensorKind.objects.filter(key__in={series.kind for series in life.series}):
        if kind.body.get("things"):
            follow_register(ctx, kind)
    for spot in life.spots:
        if not Thing.objects.filter(kind__key=spot.kind, key=spot.key).exists():
            name = Text(spot.name_th, spot.name_en)
            thing = add_thing(ctx, kind=spot.kind, key=spot.key, name=name, lon=spot.lon, lat=spot.lat)
            Thing.objects.filter(pk=thing.pk).update(properties={"demonstration": True})
    if life.schedule is None:
        return
    kind_key, known = life.schedule["kind"], set(Device.objects.values_list("slug", flat=True))
    for key, number in Thing.objects.filter(kind__key=kind_key, key__in=life.commanded).values_list("key", "number"):
        if key.lower() not in known:
            add_device(ctx, thing=number, slug=key.lower(), about="อุปกรณ์สาธิต · demonstration")
    if not Schedule.objects.filter(key=life.schedule["key"]).exists():
        named = {name: value for name, value in life.schedule.items() if not name.startswith("name_")}
        text = Text(life.schedule["name_th"], life.schedule["name_en"])
        save_command_schedule(ctx, **named, name=text, things=life.commanded)
