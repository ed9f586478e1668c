"""Measures what registers do with many records."""
