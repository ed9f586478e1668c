"""Decisions of registers that need no database."""
