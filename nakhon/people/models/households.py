"""Households: a place, and who has lived there from when until when. Its number and address are sealed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from nakhon.kernel.personal import Category, Declaration, Personal
from nakhon.kernel.sealed import SealedField
from nakhon.kernel.tenancy import TenantModel
from nakhon.people.models.persons import Person

_PLACE = ("water", "care", "emergency", "registry")


class Relation(models.TextChoices):
    """To the head of the household, as a house register names them."""

    HEAD = "HEAD", "หัวหน้าครัวเรือน"
    SPOUSE = "SPOUSE", "คู่สมรส"
    CHILD = "CHILD", "บุตร"
    PARENT = "PARENT", "บิดามารดา"
    SIBLING = "SIBLING", "พี่น้อง"
    GRANDCHILD = "GRANDCHILD", "หลาน"
    GRANDPARENT = "GRANDPARENT", "ปู่ย่าตายาย"
    RELATIVE = "RELATIVE", "ญาติ"
    LODGER = "LODGER", "ผู้อาศัย"


RELATION_ENGLISH = {
    "HEAD": "Head of household",
    "SPOUSE": "Spouse",
    "CHILD": "Child",
    "PARENT": "Parent",
    "SIBLING": "Sibling",
    "GRANDCHILD": "Grandchild",
    "GRANDPARENT": "Grandparent",
    "RELATIVE": "Relative",
    "LODGER": "Lodger",
}


class Household(TenantModel):
    """A household. One registered house may hold several, so the house number is not unique."""

    house_id = SealedField()
    house_id_index = models.BinaryField(max_length=32, null=True)
    address = SealedField()
    moo = models.PositiveSmallIntegerField(null=True, blank=True)
    subdistrict_code = models.CharField(max_length=6)
    postcode = models.CharField(max_length=5, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    personal: ClassVar[dict[str, Declaration]] = {
        "house_id": Personal(Category.ADDRESS, _PLACE),
        "house_id_index": Personal(Category.ADDRESS, _PLACE),
        "address": Personal(Category.ADDRESS, _PLACE),
        "moo": Personal(Category.ADDRESS, (*_PLACE, "statistics")),
        "subdistrict_code": Personal(Category.ADDRESS, (*_PLACE, "statistics")),
        "postcode": Personal(Category.ADDRESS, _PLACE),
    }

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant", "house_id_index"], name="household_by_house_id"),
            models.Index(fields=["tenant", "subdistrict_code", "moo"], name="household_by_place"),
            models.Index(fields=["tenant", "-id"], name="household_newest"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class HouseholdMember(TenantModel):
    """A person's time in a household; ``until`` is None while it lasts. A person lives in one household at a time."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="places")
    relation = models.CharField(max_length=11, choices=Relation.choices)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    personal: ClassVar[dict[str, Declaration]] = {
        "household": Personal(Category.FAMILY, _PLACE),
        "person": Personal(Category.FAMILY, _PLACE),
        "relation": Personal(Category.FAMILY, _PLACE),
        "since": Personal(Category.FAMILY, _PLACE),
        "until": Personal(Category.FAMILY, _PLACE),
    }

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "person"], condition=models.Q(until=None), name="person_in_one_household"
            ),
            models.UniqueConstraint(
                fields=["tenant", "household"],
                condition=models.Q(until=None, relation="HEAD"),
                name="one_head_per_household",
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="household_time_runs_forward",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "household", "until"], name="member_by_household")]

    def __str__(self) -> str:
        return self.relation
