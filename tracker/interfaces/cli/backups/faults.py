"""Name what can go wrong with a backup, in sentences for whoever runs the command."""

from __future__ import annotations


class BackupFault(Exception):
    """Raised when a backup cannot be made, read or restored; `str()` says why and what to do."""
