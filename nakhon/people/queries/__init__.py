"""Questions to the people room, one file per subject. Answers are evaluated and carry no sealed value in clear."""

from nakhon.people.queries.choices import (
    BREACH_RISKS,
    CONSENT_CHANNELS,
    IDENTITY_METHODS,
    RELATIONS,
    REQUEST_CHANNELS,
    RETENTION_ACTIONS,
    RIGHT_KINDS,
    SENSITIVE_BASES,
    SENSITIVE_KINDS,
)
from nakhon.people.queries.households import find_households, household_card
from nakhon.people.queries.members import member, member_page, members, role_table
from nakhon.people.queries.organisations import directory, organisation, organisation_tree
from nakhon.people.queries.persons import (
    find_persons,
    person_by_reference,
    person_card,
    person_name,
    places_of,
    revealable,
    subdistricts_near,
)
from nakhon.people.queries.processing import breach, breaches, record_of_processing, retention
from nakhon.people.queries.purposes import consents_of, figure_in_force, may_process, own_consents, purposes
from nakhon.people.queries.rights import (
    copy_for_request,
    own_copy,
    own_data,
    own_profile,
    own_request,
    own_requests,
    rights_request,
    rights_requests,
    who_looked,
)
from nakhon.people.queries.units import unit, unit_tree, units

__all__ = [
    "BREACH_RISKS",
    "CONSENT_CHANNELS",
    "IDENTITY_METHODS",
    "RELATIONS",
    "REQUEST_CHANNELS",
    "RETENTION_ACTIONS",
    "RIGHT_KINDS",
    "SENSITIVE_BASES",
    "SENSITIVE_KINDS",
    "breach",
    "breaches",
    "consents_of",
    "copy_for_request",
    "directory",
    "figure_in_force",
    "find_households",
    "find_persons",
    "household_card",
    "may_process",
    "member",
    "member_page",
    "members",
    "organisation",
    "organisation_tree",
    "own_consents",
    "own_copy",
    "own_data",
    "own_profile",
    "own_request",
    "own_requests",
    "person_by_reference",
    "person_card",
    "person_name",
    "places_of",
    "purposes",
    "record_of_processing",
    "retention",
    "revealable",
    "rights_request",
    "rights_requests",
    "role_table",
    "subdistricts_near",
    "unit",
    "unit_tree",
    "units",
    "who_looked",
]
