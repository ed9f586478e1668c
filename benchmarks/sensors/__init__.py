"""Measures of the sensors' store."""
