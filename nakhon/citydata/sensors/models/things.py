"""Things and their streams: what stands where, what it observes, in which unit, by which procedure."""

from __future__ import annotations

from django.contrib.gis.db import models

from nakhon.kernel.personal import NotPersonal
from nakhon.kernel.tenancy import TenantModel
from nakhon.knowledge.text import Text

_A_THING = NotPersonal("names a thing of the city, not a person")
_NAMES = {"name_th": _A_THING, "name_en": _A_THING}
_PLACE = NotPersonal("the place of a thing of the city")


class Numbering(TenantModel):
    """The last number given out for each sort of entity, so that a number is never given twice, even after a removal."""

    entity = models.CharField(max_length=40)
    last = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "entity"], name="sensor_number_of_entity")]


class SensorKind(TenantModel):
    """A definition of the kind ``sensor`` as it is applied: one sort of thing with its streams. Withdrawn, it stays."""

    key = models.CharField(max_length=80)
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    body = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    active = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    personal = _NAMES

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="sensor_kind_once")]

    def __str__(self) -> str:
        return self.key

    @property
    def name(self) -> Text:
        return Text(self.name_th, self.name_en)


class Location(TenantModel):
    """A place where things stand: WGS 84, longitude first."""

    number = models.PositiveIntegerField()
    name_th = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    about = models.TextField(blank=True)
    geometry = models.GeometryField(srid=4326)
    properties = models.JSONField(default=dict)

    personal = {**_NAMES, "geometry": _PLACE}

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "number"], name="sensor_location_number")]


class Thing(TenantModel):
    """A thing of the city that measures or obeys. ``key`` is its own within the city; ``register`` and ``record`` name the
    asset of a register that it is, where it is one. ``silent_since`` is set while it owes readings."""

    number = models.PositiveIntegerField()
    kind = models.ForeignKey(SensorKind, on_delete=models.PROTECT, related_name="things", db_index=False)
    key = models.CharField(max_length=120)
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    about_th = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    properties = models.JSONField(default=dict)
    location = models.ForeignKey(Location, null=True, blank=True, on_delete=models.SET_NULL, related_name="things")
    register = models.CharField(max_length=80, blank=True)
    record = models.UUIDField(null=True, blank=True)
    active = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    silent_since = models.DateTimeField(null=True, blank=True)

    personal = {**_NAMES, "location": _PLACE}

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="sensor_thing_number"),
            models.UniqueConstraint(fields=["tenant", "kind", "key"], name="sensor_thing_once"),
            models.UniqueConstraint(
                fields=["tenant", "kind", "record"],
                name="sensor_thing_of_record",
                condition=models.Q(record__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "record"], name="sensor_thing_record"),
            models.Index(
                fields=["tenant", "silent_since"],
                name="sensor_thing_silent",
                condition=models.Q(silent_since__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def name(self) -> Text:
        return Text(self.name_th, self.name_en)


class HistoricalLocation(TenantModel):
    """From when on a thing stood at a place."""

    number = models.PositiveIntegerField()
    thing = models.ForeignKey(Thing, on_delete=models.CASCADE, related_name="places", db_index=False)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="history")
    time = models.DateTimeField()

    personal = {"location": _PLACE}

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "number"], name="sensor_history_number")]
        indexes = [models.Index(fields=["thing", "time"], name="sensor_history_of_thing")]


class Sensor(TenantModel):
    """The instrument or procedure by which a stream of a kind of thing is measured."""

    number = models.PositiveIntegerField()
    kind = models.ForeignKey(SensorKind, on_delete=models.PROTECT, related_name="sensors", db_index=False)
    code = models.CharField(max_length=80)
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    about = models.TextField(blank=True)
    encoding_type = models.CharField(max_length=100, default="text/html")
    metadata = models.TextField(blank=True)

    personal = _NAMES

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="sensor_sensor_number"),
            models.UniqueConstraint(fields=["tenant", "kind", "code"], name="sensor_sensor_once"),
        ]


class ObservedProperty(TenantModel):
    """What is observed: fine dust, the level of a canal. ``code`` is the word of definitions and messages."""

    number = models.PositiveIntegerField()
    code = models.CharField(max_length=80)
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    definition = models.CharField(max_length=300, blank=True)
    about = models.TextField(blank=True)

    personal = _NAMES

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="sensor_property_number"),
            models.UniqueConstraint(fields=["tenant", "code"], name="sensor_property_once"),
        ]


class FeatureOfInterest(TenantModel):
    """The piece of the world that observations tell of; without another, the place of the thing."""

    number = models.PositiveIntegerField()
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    about = models.TextField(blank=True)
    geometry = models.GeometryField(srid=4326, null=True, blank=True, spatial_index=False)
    properties = models.JSONField(default=dict)

    personal = {**_NAMES, "geometry": _PLACE}

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "number"], name="sensor_feature_number")]


class Datastream(TenantModel):
    """One thing's readings of one property. ``id`` is unique over the whole platform and the key of its observations;
    ``number`` is its name towards others within the city. ``unit`` is a UCUM code; ``every`` is in seconds.

    ``valid_min`` and ``valid_max`` bound what the instrument can mean: beyond them a reading is kept and marked suspect.
    """

    id = models.BigAutoField(primary_key=True, editable=False)  # type: ignore[assignment]
    number = models.PositiveIntegerField()
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="streams", db_index=False)
    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="streams", db_index=False)
    observed = models.ForeignKey(ObservedProperty, on_delete=models.PROTECT, related_name="streams", db_index=False)
    feature = models.ForeignKey(
        FeatureOfInterest, null=True, blank=True, on_delete=models.SET_NULL, related_name="streams", db_index=False
    )
    code = models.CharField(max_length=80)
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    unit = models.CharField(max_length=40, blank=True)
    decimals = models.PositiveSmallIntegerField(null=True, blank=True)
    valid_min = models.FloatField(null=True, blank=True)
    valid_max = models.FloatField(null=True, blank=True)
    every = models.PositiveIntegerField(null=True, blank=True)
    aggregate = models.CharField(max_length=10, default="mean")
    role = models.CharField(max_length=20, blank=True)
    active = models.BooleanField(default=True)
    made_at = models.DateTimeField()

    personal = _NAMES

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="sensor_stream_number"),
            models.UniqueConstraint(fields=["tenant", "thing", "code"], name="sensor_stream_once"),
        ]
        indexes = [models.Index(fields=["tenant", "observed"], name="sensor_stream_of_property")]

    @property
    def name(self) -> Text:
        return Text(self.name_th, self.name_en)
