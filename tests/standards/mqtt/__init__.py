"""Tests of the MQTT door."""
