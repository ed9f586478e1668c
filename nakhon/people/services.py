"""Verbs of the people room."""
