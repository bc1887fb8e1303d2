"""Let property tests take the time a busy machine needs: how long an example ran says nothing about a rule."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("rules", deadline=None)
settings.load_profile("rules")
