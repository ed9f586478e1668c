"""The room's named sets of choices, code and words, for whoever offers them: forms, definitions, interfaces."""

from __future__ import annotations

from nakhon.kernel.personal import RETENTION_ENGLISH, RetentionAction
from nakhon.knowledge.text import Text
from nakhon.people.models import (
    BreachRisk,
    ConsentChannel,
    Relation,
    RequestChannel,
    RightKind,
    SensitiveBasis,
    SensitiveKind,
)
from nakhon.people.models.households import RELATION_ENGLISH
from nakhon.people.models.persons import SENSITIVE_ENGLISH
from nakhon.people.models.purposes import CHANNEL_ENGLISH, SENSITIVE_BASIS_ENGLISH
from nakhon.people.models.rights import BREACH_RISK_ENGLISH, REQUEST_CHANNEL_ENGLISH, RIGHT_ENGLISH
from nakhon.people.services.rights import IDENTITY_METHODS as METHODS

Choices = tuple[tuple[str, Text], ...]

RELATIONS: Choices = tuple((one.value, Text(one.label, RELATION_ENGLISH[one.value])) for one in Relation)
SENSITIVE_KINDS: Choices = tuple((one.value, Text(one.label, SENSITIVE_ENGLISH[one.value])) for one in SensitiveKind)
SENSITIVE_BASES: Choices = tuple(
    (one.value, Text(one.label, SENSITIVE_BASIS_ENGLISH[one.value])) for one in SensitiveBasis
)
RETENTION_ACTIONS: Choices = tuple(
    (one.value, Text(one.label, RETENTION_ENGLISH[one.value])) for one in RetentionAction
)
CONSENT_CHANNELS: Choices = tuple((one.value, Text(one.label, CHANNEL_ENGLISH[one.value])) for one in ConsentChannel)
RIGHT_KINDS: Choices = tuple((one.value, Text(one.label, RIGHT_ENGLISH[one.value])) for one in RightKind)
REQUEST_CHANNELS: Choices = tuple(
    (one.value, Text(one.label, REQUEST_CHANNEL_ENGLISH[one.value])) for one in RequestChannel
)
IDENTITY_METHODS: Choices = tuple(METHODS.items())
BREACH_RISKS: Choices = tuple((one.value, Text(one.label, BREACH_RISK_ENGLISH[one.value])) for one in BreachRisk)
