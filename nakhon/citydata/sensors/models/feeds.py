"""Feeds: addresses of others from which readings are pulled, and how the last pull went."""

from __future__ import annotations

from django.db import models

from nakhon.kernel.personal import NotPersonal
from nakhon.kernel.tenancy import TenantModel

_FEED = NotPersonal("names a source of data")


class Feed(TenantModel):
    """A definition of the kind ``feed`` as it is applied, and the state of its pulling."""

    key = models.CharField(max_length=80)
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    body = models.JSONField()
    active = models.BooleanField(default=True)
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    next_at = models.DateTimeField()
    pulled_at = models.DateTimeField(null=True, blank=True)
    good_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    outcome = models.JSONField(default=dict)

    personal = {"name_th": _FEED, "name_en": _FEED}

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="sensor_feed_once")]
        indexes = [models.Index(fields=["tenant", "next_at"], name="sensor_feed_due", condition=models.Q(active=True))]

    def __str__(self) -> str:
        return self.key
