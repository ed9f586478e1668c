"""The queries of registers."""
