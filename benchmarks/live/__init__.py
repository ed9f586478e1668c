"""Measurements of pages that stay open."""
