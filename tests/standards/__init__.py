"""Tests of the doors for other software, through the real clients of each standard."""
