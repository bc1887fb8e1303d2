"""Say why a reminder or an escalation step has come due. A code maps to its Simplified Chinese and its English sentence."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, tuple[str, str]] = {}
