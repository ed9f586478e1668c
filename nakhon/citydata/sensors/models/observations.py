"""Observations, partitioned by month, and what is kept ready from them: the latest, the roll-ups, the archived days."""

from __future__ import annotations

from django.db import models

from nakhon.citydata.sensors.models.things import Datastream
from nakhon.kernel.tenancy import Tenant, TenantModel


class Quality(models.IntegerChoices):
    """How far a reading is to be trusted. Only GOOD ones enter means, sums, least and greatest values."""

    GOOD = 0, "ดี"
    SUSPECT = 1, "น่าสงสัย"
    BAD = 2, "เสีย"
    ESTIMATED = 3, "ประมาณ"


class Grain(models.IntegerChoices):
    """The lengths of time, in minutes, that are rolled up. Days are those of Bangkok."""

    QUARTER = 15, "15m"
    HOUR = 60, "1h"
    DAY = 1440, "1d"


class Observation(TenantModel):
    """One reading. A message that comes twice is one row, for its stream and its time are its key.

    ``value`` holds what is not a number. ``revision`` counts how often the value was corrected after it first came.
    No foreign keys below: a check for each row would double the work, and streams are never deleted.
    """

    id = None  # type: ignore[assignment]
    pk = models.CompositePrimaryKey("tenant_id", "datastream_id", "phenomenon_time")
    tenant = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, editable=False, related_name="+", db_index=False, db_constraint=False
    )
    datastream_id = models.BigIntegerField()
    phenomenon_time = models.DateTimeField()
    phenomenon_end = models.DateTimeField(null=True, blank=True)
    result_time = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    result = models.FloatField(null=True, blank=True)
    value = models.JSONField(null=True, blank=True)
    parameters = models.JSONField(null=True, blank=True)
    quality = models.SmallIntegerField(choices=Quality.choices, default=Quality.GOOD)
    revision = models.SmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        pass


class LatestObservation(TenantModel):
    """The reading with the latest time of each stream; there is a row from the stream's first day, empty until it speaks.

    Whoever stores readings locks these rows first, in the order of their keys: that makes all that follows exact.
    """

    id = None  # type: ignore[assignment]
    datastream = models.OneToOneField(Datastream, on_delete=models.PROTECT, primary_key=True, related_name="latest")
    time = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    result = models.FloatField(null=True, blank=True)
    value = models.JSONField(null=True, blank=True)
    quality = models.SmallIntegerField(choices=Quality.choices, default=Quality.GOOD)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "datastream"], name="sensor_latest_once")]


class Rollup(TenantModel):
    """What a stream measured within a quarter of an hour, an hour or a day of Bangkok.

    ``count`` counts every reading; ``good`` those that are numbers of good quality, and the other figures are over these:
    the mean is ``sum / good``. ``first`` and ``last`` are by the time of the phenomenon.
    """

    id = None  # type: ignore[assignment]
    pk = models.CompositePrimaryKey("tenant_id", "datastream_id", "grain", "start")
    tenant = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, editable=False, related_name="+", db_index=False, db_constraint=False
    )
    datastream_id = models.BigIntegerField()
    grain = models.SmallIntegerField(choices=Grain.choices)
    start = models.DateTimeField()
    count = models.IntegerField(default=0)
    good = models.IntegerField(default=0)
    sum = models.FloatField(null=True, blank=True)
    min = models.FloatField(null=True, blank=True)
    max = models.FloatField(null=True, blank=True)
    first = models.FloatField(null=True, blank=True)
    first_at = models.DateTimeField(null=True, blank=True)
    last = models.FloatField(null=True, blank=True)
    last_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        pass


class ArchivedDay(TenantModel):
    """A day of Bangkok whose readings lie in a Parquet file. ``stale`` while readings that came later wait to be merged."""

    day = models.DateField()
    path = models.CharField(max_length=200)
    rows = models.PositiveBigIntegerField()
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    stale = models.BooleanField(default=False)
    archived_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "day"], name="sensor_archived_day_once")]
        indexes = [models.Index(fields=["tenant", "day"], name="sensor_archived_stale", condition=models.Q(stale=True))]
