"""kernel: what every room stands on, without a municipal noun.

Owns the context of an act, tenants and the two locks between them, the audit chain, the outbox and its worker,
definitions, files, permissions as a registry, keys and sealed fields. It does not know what a city, a citizen or a bill is.
"""
