"""Accounts, with which people sign in anywhere on the platform, and memberships, which make one of them staff somewhere."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from nakhon.kernel.tenancy import TenantModel, new_id
from nakhon.people.models.organisations import Unit


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str | None = None, password: str | None = None, **fields: Any) -> User:
        """A new account; without a password it can only sign in by code, passkey or provider."""
        user = self.model(email=self.normalize_email(email) if email else None, **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """A log-in. What it may do in an organisation comes from its ``Membership`` there and from nothing else."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True, null=True, blank=True)
    phone = models.CharField(max_length=16, unique=True, null=True, blank=True, help_text="E.164")
    phone_verified = models.BooleanField(default=False)
    display_name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=2, default="th", choices=[("th", "ไทย"), ("en", "English")])
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    def __str__(self) -> str:
        return self.display_name or self.email or self.phone or str(self.pk)


class Membership(TenantModel):
    """A person's place on the staff of an organisation: title, units, and the roles that the permission table knows."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=20), default=list)
    title = models.CharField(max_length=200, blank=True)
    units = models.ManyToManyField(Unit, through="MembershipUnit", blank=True, related_name="members")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "user"], name="one_membership_per_tenant")]

    def __str__(self) -> str:
        return f"{self.user} ({', '.join(self.roles)})"


class MembershipUnit(TenantModel):
    """A unit that a member works in."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="places")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="places")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "membership", "unit"], name="member_once_per_unit")]
