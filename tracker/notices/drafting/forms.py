"""Say of each kind of notice how it is called in print, which of the two layouts it has, and how it closes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tracker.notices.models import Kind
from tracker.rules.escalation import DEFAULT_ASKS_WITHIN


class Layout(StrEnum):
    """Name a layout of GB/T 9704-2012: chapter 7 (公文的通用格式) or 10.1 (信函格式)."""

    DOCUMENT = "document"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Form:
    """Hold what is the same in all notices of a kind.

    `asks_within` are the working days it gives for a reply unless the step says otherwise, None where it asks for none.
    """

    name: str
    layout: Layout
    closing: str
    asks_within: int | None = None


FORMS: Mapping[Kind, Form] = {
    Kind.REMINDER: Form("提醒函", Layout.LETTER, "特此函告。", DEFAULT_ASKS_WITHIN),
    Kind.URGING: Form("督促函", Layout.LETTER, "特此函告。", DEFAULT_ASKS_WITHIN),
    Kind.SUPERVISION: Form("督办通知书", Layout.DOCUMENT, "特此通知。", DEFAULT_ASKS_WITHIN),
    Kind.RECTIFICATION: Form("限期整改通知", Layout.DOCUMENT, "特此通知。", DEFAULT_ASKS_WITHIN),
    Kind.BULLETIN: Form("通报", Layout.DOCUMENT, "特此通报。"),
    Kind.COMPLETION: Form("办结通知", Layout.DOCUMENT, "特此通知。"),
    Kind.DECISION: Form("处理决定", Layout.DOCUMENT, ""),
}

_BY_NAME = {form.name: kind for kind, form in FORMS.items()}


def kind_named(name: str) -> Kind:
    """Return the kind that a policy calls `name`; a name of its own is worded like a supervision notice."""
    return _BY_NAME.get(name, Kind.SUPERVISION)


def kind_in(words: str) -> Kind:
    """Return the kind of notice that a provision speaks of (发督促函); where it names none, an authority decides."""
    return next((kind for name, kind in _BY_NAME.items() if name in words), Kind.DECISION)
