"""Property tests of this room are bounded in examples, not in milliseconds: a busy machine must not make them fail."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
