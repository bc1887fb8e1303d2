"""Decide whether a page is drawn light or dark: as this device was told, else as the device itself is set."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tracker.interfaces.web.wording import Words

COOKIE = "theme"
AUTO = "auto"
THEMES: Mapping[str, Words] = {AUTO: _("as the device"), "light": _("light"), "dark": _("dark")}


def chosen(request: HttpRequest) -> str:
    """Return the theme this device asks for, one of `THEMES`."""
    asked = request.COOKIES.get(COOKIE, AUTO)
    return asked if asked in THEMES else AUTO
