"""Be the `tracker` command: `tracker sweep`, `tracker load-seed --apply`, `tracker read-deadline "6月底前" …`.

Reading a deadline needs no database and no Django, and must answer at once.
"""

from __future__ import annotations

import os
import sys

from tracker.interfaces.cli import read_deadline


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code; dashes and underscores in its name are the same."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["read-deadline"]:
        return read_deadline.main(arguments[1:], sys.stdin, sys.stdout)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.config.settings")
    # Loaded here, not above: it costs half a second that read-deadline need not pay.
    from django.core.management import ManagementUtility

    if arguments and not arguments[0].startswith("-"):
        arguments[0] = arguments[0].replace("-", "_")
    ManagementUtility(["tracker", *arguments]).execute()
    return 0
