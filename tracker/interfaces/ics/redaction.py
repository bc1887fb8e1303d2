"""Keep the secret of a feed's address out of every log line, whoever writes it."""

from __future__ import annotations

import logging
import re

# What follows /calendar/ is a secret, except for the downloads, which need a sign-in.
_SECRET = re.compile(r"(/calendar/)(?!task/)[^/\s\"'<>]+")
_TRACEBACKS = logging.Formatter()


def scrub(text: str) -> str:
    """Return `text` with the secret of every feed address in it replaced by asterisks."""
    return _SECRET.sub(r"\1***", text)


class WithoutSecrets(logging.Filter):
    """Let every record pass, its message and its traceback without the secrets of feed addresses."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record as it may be kept."""
        record.msg, record.args = scrub(record.getMessage()), None
        if record.exc_info:
            # A formatter takes this text, once it is there, instead of making its own.
            record.exc_text = scrub(record.exc_text or _TRACEBACKS.formatException(record.exc_info))
        return True


def guard_loggers(*names: str) -> None:
    """Guard loggers that are set up outside Django's settings, such as a web server's."""
    for name in names:
        logger = logging.getLogger(name)
        if not any(isinstance(present, WithoutSecrets) for present in logger.filters):
            logger.addFilter(WithoutSecrets())
