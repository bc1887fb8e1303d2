"""Say how a phrase was read. A code maps to its Simplified Chinese and its English sentence."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, tuple[str, str]] = {}
