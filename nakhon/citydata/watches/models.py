"""Tables of the watches: the rule as applied, what is remembered of each stream, alerts, and trials on past data."""

from __future__ import annotations

from django.contrib.gis.db import models

from nakhon.kernel.personal import NotPersonal
from nakhon.kernel.tenancy import TenantModel
from nakhon.knowledge.text import Text

_A_RULE = NotPersonal("names a rule of the city, not a person")
_A_THING = NotPersonal("names a thing of the city, not a person")


class Watch(TenantModel):
    """A definition of the kind ``watch`` as it is applied. ``version`` grows when the rule changes, not its words.

    A watch that is taken out is ``removed_at``; its alerts and trials keep their meaning.
    """

    key = models.CharField(max_length=80)
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    sensor = models.CharField(max_length=80)
    prop = models.CharField(max_length=80)
    enabled = models.BooleanField(default=False)
    untried = models.CharField(max_length=500, blank=True, help_text="Why it was switched on without a trial")
    switched_at = models.DateTimeField(null=True, blank=True)
    switched_by = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    fault = models.JSONField(null=True, blank=True)

    personal = {"name_th": _A_RULE, "name_en": _A_RULE}

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="watch_once")]

    def __str__(self) -> str:
        return self.key

    @property
    def name(self) -> Text:
        return Text(self.name_th, self.name_en)


class WatchState(TenantModel):
    """What a watch remembers of one stream: ``data`` is the machine's state, ``received_at`` that of the reading last seen."""

    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="states", db_index=False)
    datastream_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    received_at = models.DateTimeField(null=True, blank=True)
    seen = models.DateTimeField(null=True, blank=True)
    phase = models.CharField(max_length=8, default="CALM")
    data = models.JSONField(default=dict)
    fault = models.JSONField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "watch", "datastream_id"], name="watch_state_once")]


class Severity(models.TextChoices):
    INFO = "info", "แจ้งให้ทราบ"
    WATCH = "watch", "เฝ้าระวัง"
    WARNING = "warning", "เตือนภัย"
    CRITICAL = "critical", "วิกฤต"


SEVERITY_ENGLISH = {"info": "Information", "watch": "Watch", "warning": "Warning", "critical": "Critical"}


class AlertState(models.TextChoices):
    OPEN = "OPEN", "ยังไม่มีผู้รับทราบ"
    ACKNOWLEDGED = "ACKNOWLEDGED", "รับทราบแล้ว"
    ENDED = "ENDED", "สิ้นสุดแล้ว"


ALERT_STATE_ENGLISH = {"OPEN": "Open", "ACKNOWLEDGED": "Acknowledged", "ENDED": "Ended"}
LIVE = [AlertState.OPEN.value, AlertState.ACKNOWLEDGED.value]


class Alert(TenantModel):
    """Something that a watch saw at a thing. It keeps the thing's number, name and place, for it outlives the thing.

    ``held_since`` to ``cleared_at`` is the time of the data; ``opened_at`` to ``ended_at`` that of the office. One watch has at
    most one live alert for each stream and each action, which is what makes opening safe to repeat.
    """

    number = models.PositiveIntegerField()
    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="alerts", db_index=False)
    action = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField()
    severity = models.CharField(max_length=8, choices=Severity.choices)
    text_th = models.TextField()
    text_en = models.TextField()
    state = models.CharField(max_length=12, choices=AlertState.choices, default=AlertState.OPEN)
    thing_id = models.UUIDField()
    thing_number = models.PositiveIntegerField()
    thing_th = models.CharField(max_length=200)
    thing_en = models.CharField(max_length=200)
    datastream_id = models.BigIntegerField()
    register = models.CharField(max_length=80, blank=True)
    record_id = models.UUIDField(null=True, blank=True)
    place = models.PointField(srid=4326, null=True, blank=True)
    value = models.FloatField(null=True, blank=True)
    unit_of_value = models.CharField(max_length=40, blank=True)
    values = models.JSONField(default=dict)
    unit = models.CharField(max_length=40, blank=True)
    member_id = models.UUIDField(null=True, blank=True)
    held_since = models.DateTimeField()
    noticed_at = models.DateTimeField(help_text="The time of the data at which the rule was fulfilled")
    cleared_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=200, blank=True)
    end_reason = models.CharField(max_length=12, blank=True)
    note = models.TextField(blank=True)

    personal = {
        "thing_th": _A_THING,
        "thing_en": _A_THING,
        "place": NotPersonal("the place of a thing of the city"),
        "note": NotPersonal("what was done about a thing of the city; the form asks for no names"),
    }

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="alert_number"),
            models.UniqueConstraint(
                fields=["tenant", "watch", "datastream_id", "action"],
                name="alert_one_live",
                condition=models.Q(state__in=LIVE),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "-opened_at"], name="alert_newest"),
            models.Index(fields=["tenant", "severity"], name="alert_live", condition=models.Q(state__in=LIVE)),
            models.Index(fields=["tenant", "thing_number", "-opened_at"], name="alert_of_thing"),
        ]

    @property
    def text(self) -> Text:
        return Text(self.text_th, self.text_en)


class TrialState(models.TextChoices):
    WAITING = "WAITING", "รอเริ่ม"
    RUNNING = "RUNNING", "กำลังทดลอง"
    DONE = "DONE", "เสร็จแล้ว"
    FAILED = "FAILED", "ไม่สำเร็จ"


class Trial(TenantModel):
    """What a version of a watch would have done between two moments. ``result`` is a ``TrialResult`` as JSON."""

    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="trials", db_index=False)
    version = models.PositiveIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    state = models.CharField(max_length=8, choices=TrialState.choices, default=TrialState.WAITING)
    streams_total = models.PositiveIntegerField(default=0)
    streams_done = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    fault = models.JSONField(null=True, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "watch", "-asked_at"], name="watch_trials")]
