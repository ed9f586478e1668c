"""The services of registers."""
