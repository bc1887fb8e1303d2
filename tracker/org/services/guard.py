"""Check what every change of people, posts and registers must pass: who asks, what was seen, what is said."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid, Stale
from tracker.org.models import Post
from tracker.org.rights import FILLED_BY_OFFICE
from tracker.org.seen import seen_of


def administers(by: Actor) -> None:
    """Make sure the actor keeps accounts and posts."""
    if not by.has(Role.ADMINISTRATOR, Role.SYSTEM):
        raise NotPermitted(_("Only an administrator may change posts and accounts. Ask the system administrator."))


def fills(post: Post, by: Actor) -> None:
    """Make sure the actor may say who holds this post: the administrator any, the office liaisons and unit heads."""
    if by.has(Role.ADMINISTRATOR, Role.SYSTEM) or (by.has(Role.SUPERVISION) and post.role in FILLED_BY_OFFICE):
        return
    if by.has(Role.SUPERVISION):
        raise NotPermitted(
            _("The supervision office fills the posts of liaisons and unit heads; ask the administrator for this one.")
        )
    raise NotPermitted(_("Only an administrator or the supervision office may fill posts."))


def keeps(by: Actor) -> None:
    """Make sure the actor keeps the county's registers: units, groups, the division of work, the calendar."""
    if not by.has(Role.SUPERVISION, Role.SYSTEM):
        raise NotPermitted(_("Only the supervision office changes this. Ask it, with the document it rests on."))


def unchanged(seen: str | None, *rows: models.Model) -> None:
    """Make sure nobody has changed these rows since the form was opened; `seen` is None where no form was."""
    if seen is not None and seen != seen_of(*rows):
        raise Stale(
            _("Somebody changed this after you opened it. Look at what it is now, then send your change again.")
        )


def needed(field: str, text: str, sentence: str) -> str:
    """Return the text on one line; raises `Invalid` where there is none."""
    kept = " ".join(text.split())
    if not kept:
        raise Invalid(field, sentence)
    return kept


def in_order(field: str, first: date | None, last: date | None) -> None:
    """Make sure a time ends no earlier than it begins."""
    if first is not None and last is not None and last < first:
        raise Invalid(field, _("The last day lies before the first."))
