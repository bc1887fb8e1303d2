"""Where things lie in this checkout."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
REQUIREMENTS = ROOT / "requirements"
DEMO = ROOT / ".demo"


class Trouble(Exception):
    """Something a person has to put right; the message says what and how."""
