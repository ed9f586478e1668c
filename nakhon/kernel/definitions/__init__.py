"""definitions: YAML that rooms understand, kept per organisation: read strictly, planned as a diff, applied as one, versioned.

Chief doors: check (files to definitions or faults), plan_definitions, apply_definitions, export_definitions, definition_history.
It is not: what a kind means (its room's ``definitions.py``) or a bundle of them (``nakhon.solutions``).
"""
