"""Tables that definitions of the kinds organisation-profile, office-calendar and legal-figure fill."""

from __future__ import annotations

from django.db import models

from nakhon.kernel.personal import NotPersonal
from nakhon.kernel.tenancy import TenantModel
from nakhon.people.models import Organisation

_NO_PERSON = NotPersonal("names a calendar or a figure of the office")


class CityProfile(TenantModel):
    """The public record of an organisation, as its profile definition has it. Its chief figures are in the directory too."""

    body = models.JSONField()
    updated_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_profile_per_tenant")]


class CitySummary(models.Model):
    """What the country's page shows of a city's profile. Public, as the directory of organisations is; filled with it."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, primary_key=True, related_name="summary"
    )
    region_th = models.CharField(max_length=100, blank=True)
    region_en = models.CharField(max_length=100, blank=True)
    province_th = models.CharField(max_length=100, blank=True)
    province_en = models.CharField(max_length=100, blank=True)
    project_th = models.TextField(blank=True)
    project_en = models.TextField(blank=True)
    domains = models.JSONField(default=list)
    sdgs = models.JSONField(default=list)
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.organisation_id)


class OfficeHours(TenantModel):
    """Working hours in force from ``effective_from`` until the day before ``effective_to``, with the days that differ.

    ``week`` maps "monday" ... to intervals [["08:30", "12:00"], ...]; ``holidays``, ``open_days`` and ``special_days`` are
    lists as in the definition.
    """

    key = models.CharField(max_length=80)
    calendar = models.CharField(max_length=80)
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    week = models.JSONField()
    national_holidays = models.BooleanField(default=True)
    holidays = models.JSONField(default=list)
    open_days = models.JSONField(default=list)
    special_days = models.JSONField(default=list)

    personal = {"name_th": _NO_PERSON, "name_en": _NO_PERSON}

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="office_hours_once_per_tenant")]

    def __str__(self) -> str:
        return self.key


class LegalFigure(TenantModel):
    """A figure that a law, notice or by-law fixes, in force for a time. ``figure`` is what code asks for; ``key`` this row."""

    key = models.CharField(max_length=80)
    figure = models.CharField(max_length=80)
    value = models.JSONField()
    unit = models.CharField(max_length=100, blank=True)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    name_th = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    legal_basis = models.TextField()
    source = models.TextField()
    confirm = models.BooleanField(default=True)

    personal = {"name_th": _NO_PERSON, "name_en": _NO_PERSON}

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "key"], name="legal_figure_once_per_tenant"),
            models.UniqueConstraint(fields=["tenant", "figure", "effective_from"], name="legal_figure_once_per_day"),
        ]

    def __str__(self) -> str:
        return self.key
