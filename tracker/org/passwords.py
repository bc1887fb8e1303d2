"""Say in the reader's language why a password is refused; which ones are is Django's to decide, by the settings."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class LongEnough(MinimumLengthValidator):
    """Refuse a short password as Django does; its own sentence has no Chinese in the version in use."""

    def get_error_message(self) -> str:
        return ngettext(
            "It is too short: at least %(least)d character.",
            "It is too short: at least %(least)d characters.",
            self.min_length,
        ) % {"least": self.min_length}
