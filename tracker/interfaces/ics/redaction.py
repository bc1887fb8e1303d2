"""Keep the secret of a feed's address out of every log line."""

from __future__ import annotations

import logging
import re

# What follows /calendar/ is a secret, except for the downloads, which need a sign-in.
_SECRET = re.compile(r"(/calendar/)(?!task/)[^/\s\"'<>]+")


def scrub(text: str) -> str:
    """Return `text` with the secret of every feed address in it replaced by asterisks."""
    return _SECRET.sub(r"\1***", text)


class ScrubbingFormatter(logging.Formatter):
    """Format a record, its traceback included, without the secrets of feed addresses."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line as it may be kept."""
        return scrub(super().format(record))
