"""Keep the ledger's saved views: everybody their own, the supervision office those that all share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid
from tracker.audit.services import record
from tracker.commitments.models import FirstView, LedgerView
from tracker.commitments.selectors.views import views_for

LONGEST_QUERY = 2000
MOST_VIEWS = 30
LONGEST_NAME = 40


@transaction.atomic
def save_view(
    *,
    name: str,
    query: str,
    columns: Sequence[str] = (),
    group: str = "",
    sort: str = "",
    shared: bool = False,
    by: Actor,
    now: datetime,
) -> LedgerView:
    """Keep a view under a name; one of the same name and kind that the actor may change takes its content over.

    `query` is the url-encoded filter. Raises `NotPermitted` for whoever shares without being of the supervision office,
    `Invalid` for a name that is missing or too many views.
    """
    account = _account(by)
    if shared:
        _shares(by)
    name = _named(name)
    if len(query) > LONGEST_QUERY:
        raise Invalid("name", _("The filter is too long to be kept. Search for fewer words."))
    mine = LedgerView.objects.select_for_update()
    mine = mine.filter(shared=True) if shared else mine.filter(shared=False, owner=account)
    view = mine.filter(name=name).first()
    if view is None and mine.count() >= MOST_VIEWS:
        raise Invalid(
            "name", _("You keep %(most)d views already. Delete one you no longer use.") % {"most": MOST_VIEWS}
        )
    if view is None:
        view = LedgerView(owner_id=account, shared=shared, name=name, created_at=now)
    view.query, view.columns, view.group, view.sort, view.changed_at = query, list(columns), group, sort, now
    view.save()
    record(by=by, now=now, action="commitments.view_saved", obj=view, query=query, shared=shared)
    return view


@transaction.atomic
def rename_view(*, view: LedgerView, name: str, by: Actor, now: datetime) -> LedgerView:
    """Give a view another name. Raises `Invalid` when another view has it."""
    view = _own(view, by)
    name = _named(name)
    others = LedgerView.objects.filter(name=name, shared=view.shared).exclude(pk=view.pk)
    if not view.shared:
        others = others.filter(owner=view.owner_id)
    if others.exists():
        raise Invalid("name", _("Another view is called “%(name)s”. Choose another name.") % {"name": name})
    old, view.name, view.changed_at = view.name, name, now
    view.save(update_fields=["name", "changed_at"])
    record(by=by, now=now, action="commitments.view_renamed", obj=view, old=old)
    return view


@transaction.atomic
def share_view(*, view: LedgerView, shared: bool, by: Actor, now: datetime) -> LedgerView:
    """Share a view with everybody, or take it back to whoever shares it no more. Raises `NotPermitted`, `Invalid`."""
    view = _own(view, by)
    _shares(by)
    # A name is taken among all the shared ones, or among the owner's.
    rivals = LedgerView.objects.filter(name=view.name, shared=shared).exclude(pk=view.pk)
    if not shared:
        view.owner_id = _account(by)
        FirstView.objects.filter(view=view).exclude(user=view.owner_id).delete()
        rivals = rivals.filter(owner=view.owner_id)
    if rivals.exists():
        raise Invalid("name", _("Another view is called “%(name)s”. Choose another name.") % {"name": view.name})
    view.shared, view.changed_at = shared, now
    view.save(update_fields=["shared", "owner", "changed_at"])
    record(by=by, now=now, action="commitments.view_shared" if shared else "commitments.view_unshared", obj=view)
    return view


@transaction.atomic
def delete_view(*, view: LedgerView, by: Actor, now: datetime) -> None:
    """Delete a view; whose ledger opened with it opens with the open duties again."""
    view = _own(view, by)
    record(by=by, now=now, action="commitments.view_deleted", obj=view, query=view.query)
    view.delete()


@transaction.atomic
def open_with(*, view: LedgerView | None, by: Actor, now: datetime) -> None:
    """Let the actor's ledger open with a view, or with the open duties when it is None."""
    account = _account(by)
    if view is None:
        FirstView.objects.filter(user=account).delete()
        return
    if not views_for(by).filter(pk=view.pk).exists():
        raise NotPermitted(_("This view is somebody else's."))
    FirstView.objects.update_or_create(user_id=account, defaults={"view": view})
    record(by=by, now=now, action="commitments.view_opened_with", obj=view)


def _account(by: Actor) -> int:
    if by.user_id is None:
        raise NotPermitted(_("Only a person with an account keeps views."))
    return by.user_id


def _shares(by: Actor) -> None:
    if not by.has(Role.SUPERVISION):
        raise NotPermitted(_("Only the supervision office shares views with everybody. Ask it to share yours."))


def _own(view: LedgerView, by: Actor) -> LedgerView:
    """Return the view locked, if the actor may change it: the own ones, and for the office the shared ones."""
    view = LedgerView.objects.select_for_update().get(pk=view.pk)
    if view.shared and not by.has(Role.SUPERVISION):
        raise NotPermitted(_("This view is shared by the supervision office; ask it, or save a copy of your own."))
    if not view.shared and view.owner_id != by.user_id:
        raise NotPermitted(_("This view is somebody else's."))
    return view


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid("name", _("Give the view a name of at most 40 characters."))
    return name
