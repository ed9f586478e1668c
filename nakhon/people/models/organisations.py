"""Organisations, the public directory of who owns data here, and their units (สำนัก กอง งาน)."""

from __future__ import annotations

from django.contrib.gis.db import models

from nakhon.kernel.tenancy import Tenant, TenantModel
from nakhon.knowledge.text import Text


class OrganisationKind(models.TextChoices):
    """Kinds with their Thai names. LAO kinds follow the laws on local government; codes are the platform's own."""

    MINISTRY = "MINISTRY", "กระทรวง"
    DEPARTMENT = "DEPARTMENT", "กรม"
    PROVINCE = "PROVINCE", "จังหวัด"
    PAO = "PAO", "องค์การบริหารส่วนจังหวัด"
    CITY_MUN = "CITY_MUN", "เทศบาลนคร"
    TOWN_MUN = "TOWN_MUN", "เทศบาลเมือง"
    SUB_MUN = "SUB_MUN", "เทศบาลตำบล"
    SAO = "SAO", "องค์การบริหารส่วนตำบล"
    BMA = "BMA", "กรุงเทพมหานคร"
    PATTAYA = "PATTAYA", "เมืองพัทยา"
    PRIVATE = "PRIVATE", "หน่วยงานเอกชน"
    ACADEMIC = "ACADEMIC", "สถาบันการศึกษา"


KIND_ENGLISH: dict[str, str] = {
    "MINISTRY": "Ministry",
    "DEPARTMENT": "Department",
    "PROVINCE": "Province",
    "PAO": "Provincial administrative organisation",
    "CITY_MUN": "City municipality",
    "TOWN_MUN": "Town municipality",
    "SUB_MUN": "Subdistrict municipality",
    "SAO": "Subdistrict administrative organisation",
    "BMA": "Bangkok Metropolitan Administration",
    "PATTAYA": "City of Pattaya",
    "PRIVATE": "Private partner",
    "ACADEMIC": "Academic partner",
}

LAO_KINDS = frozenset({"PAO", "CITY_MUN", "TOWN_MUN", "SUB_MUN", "SAO", "BMA", "PATTAYA"})


class Organisation(models.Model):
    """An organisation in the directory, which is public; its rows in other tables are not. The tenant is its key."""

    tenant = models.OneToOneField(Tenant, on_delete=models.PROTECT, primary_key=True, related_name="organisation")
    kind = models.CharField(max_length=12, choices=OrganisationKind.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    province_code = models.CharField(max_length=2, blank=True)
    district_code = models.CharField(max_length=4, blank=True)
    dla_code = models.CharField(max_length=20, blank=True, help_text="รหัส อปท. as published, opaque text")
    phone = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    website = models.CharField(max_length=200, blank=True)
    hue = models.PositiveSmallIntegerField(default=210, help_text="Hue of the organisation's theme, 0-359")
    location = models.PointField(null=True, blank=True, srid=4326)
    area_km2 = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    population = models.PositiveIntegerField(null=True, blank=True)
    vision_th = models.TextField(blank=True)
    vision_en = models.TextField(blank=True)
    is_demonstration = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(hue__lt=360), name="organisation_hue_on_the_wheel"),
        ]
        indexes = [models.Index(fields=["kind", "province_code"], name="organisation_by_kind")]

    def __str__(self) -> str:
        return self.name_th

    @property
    def name(self) -> Text:
        return Text(self.name_th, self.name_en)

    @property
    def kind_text(self) -> Text:
        return Text(OrganisationKind(self.kind).label, KIND_ENGLISH[self.kind])

    @property
    def is_lao(self) -> bool:
        return self.kind in LAO_KINDS


class UnitKind(models.TextChoices):
    OFFICE = "OFFICE", "สำนัก"
    DIVISION = "DIVISION", "กอง"
    SECTION = "SECTION", "งาน"
    COMMUNITY = "COMMUNITY", "ชุมชน"


UNIT_KIND_ENGLISH: dict[str, str] = {
    "OFFICE": "Office",
    "DIVISION": "Division",
    "SECTION": "Section",
    "COMMUNITY": "Community",
}


class Unit(TenantModel):
    """A part of an organisation: สำนัก, กอง or งาน, as a tree."""

    kind = models.CharField(max_length=10, choices=UnitKind.choices)
    code = models.SlugField(max_length=40)
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    phone = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    position = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="unit_code_once_per_tenant")]

    def __str__(self) -> str:
        return self.name_th

    @property
    def name(self) -> Text:
        return Text(self.name_th, self.name_en)
