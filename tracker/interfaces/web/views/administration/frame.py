"""Frame the pages of the administration: the way back, and names in a row."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.interfaces.web.parts import Act
from tracker.interfaces.web.wording import Words


def crumbs(*further: tuple[Words, str]) -> list[Act]:
    """Return the way back from a page of the administration."""
    return [Act(_("Administration"), reverse("web:administration")), *(Act(*one) for one in further)]


def joined(names: Iterable[object]) -> str:
    """Join names as Chinese does; they are proper names."""
    return "、".join(str(name) for name in names)
