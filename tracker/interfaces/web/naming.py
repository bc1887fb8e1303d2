"""Find what the keys stand for that the notes of a source speak of: documents, promises, policies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext

from tracker.commitments.models import Commitment
from tracker.documents.models import Document
from tracker.escalation.models import EscalationPolicy

KEY = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+")
# One document whose source is kept in two files is named once.
_IN_PARTS = re.compile(rf"({KEY.pattern}) 和 \1\.[a-z]+")
_WORD = re.compile(rf" ?({KEY.pattern}|early_warning|indicator|findings)(?![a-z_.]) ?")


def names_in(*texts: str) -> dict[str, str]:
    """Return the titles of what the texts name by key; asks nothing when they name nothing, else three questions."""
    keys = {key for text in texts for key in KEY.findall(text)}
    if not keys:
        return {}
    return (
        dict(EscalationPolicy.objects.filter(key__in=keys).order_by("version").values_list("key", "title"))
        | dict(Commitment.objects.filter(key__in=keys).values_list("key", "title"))
        | dict(Document.objects.filter(slug__in=keys).values_list("slug", "short"))
    )


def in_county_words(text: str, names: Mapping[str, str]) -> str:
    """Write a note's keys as titles and the parts of a policy as the page heads them; unknown words stay as they are."""
    parts = {
        "early_warning": gettext("Early warning"),
        "indicator": gettext("Indicators"),
        "findings": gettext("What a named authority may find, whatever the date"),
    }

    def put(found: re.Match[str]) -> str:
        title = parts.get(found[1]) or names.get(found[1])
        if not title:
            return found[0]
        # Chinese stands close to its quotation marks, other writing apart from them.
        before = " " if found[0][0] == " " and found.string[found.start() - 1].isascii() else ""
        after = " " if found[0][-1] == " " and found.string[found.end() : found.end() + 1].isascii() else ""
        return f"{before}“{title}”{after}"

    return _WORD.sub(put, _IN_PARTS.sub(r"\1", text))


def notes_of(policies: Iterable[EscalationPolicy]) -> list[str]:
    """Return every text of the policies that may name something by key."""
    texts: list[str] = []
    for policy in policies:
        texts += [policy.attaches, policy.note]
        texts += [finding.get("note", "") for finding in policy.findings]
        if policy.early_warning:
            texts += [policy.early_warning.get("attaches", ""), policy.early_warning.get("note", "")]
    return texts
