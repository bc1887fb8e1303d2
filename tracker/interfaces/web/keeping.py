"""Keep what was typed into a form whose session had ended, until it stands in the form again.

Before somebody has signed in it travels signed, in the sign-in form, so that nobody without an account can fill the
server; afterwards it lies in the session. It is never in an address. Files and what is secret are not kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.http import HttpRequest

from tracker import clock

SALT = "tracker.web.keeping"
SESSION_KEY = "kept_form"
# Longer than anybody needs to sign in; what is older belongs to no form that is still thought of.
LIFE = timedelta(hours=1)
MOST_CHARACTERS = 40_000


# Never handed back: what is secret, and what the machinery adds to a form.
NOT_TYPED = frozenset(
    {"csrfmiddlewaretoken", "password", "version", "seen", "sure", "next", "unit", "task", "item", "seal"}
    | {"old_password", "new_password1", "new_password2"}
)


def typed_by(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what a person typed into the form that was sent, as pairs of field and text, without secrets."""
    try:
        lists = request.POST.lists()
    except OSError:  # the connection broke while the form was being read
        return []
    return [(name, value) for name, values in lists for value in values if name not in NOT_TYPED and value.strip()]


@dataclass(frozen=True, slots=True)
class Kept:
    """Be what was typed into the form at `path`, as pairs of field and text."""

    path: str
    fields: list[tuple[str, str]]

    def initial(self) -> dict[str, Any]:
        """Return the values to open a Django form with; a field that was given several keeps them all."""
        found: dict[str, Any] = {}
        for name, value in self.fields:
            if name in found:
                earlier = found[name] if isinstance(found[name], list) else [found[name]]
                found[name] = [*earlier, value]
            else:
                found[name] = value
        return found


def sealed(request: HttpRequest) -> str:
    """Return what the request's form held, signed, to travel in the sign-in form; empty when there is nothing to keep."""
    fields = typed_by(request)
    if not fields or sum(len(value) for _name, value in fields) > MOST_CHARACTERS:
        return ""
    return signing.dumps({"path": request.path, "fields": fields}, salt=SALT, compress=True)


def take(request: HttpRequest, seal: str) -> None:
    """Put what was sealed into the session of whoever has signed in; what was not sealed here or is old is dropped."""
    try:
        held = signing.loads(seal, salt=SALT, max_age=LIFE)
    except signing.BadSignature:
        return
    request.session[SESSION_KEY] = held | {"at": clock.real_now().isoformat()}


def keep(request: HttpRequest) -> None:
    """Keep what the request's form held in the session of whoever sent it."""
    if seal := sealed(request):
        take(request, seal)


def kept(request: HttpRequest) -> Kept | None:
    """Return what is kept for the page that is asked for, None when there is nothing."""
    held = request.session.get(SESSION_KEY)
    if not held or held["path"] != request.path:
        return None
    if clock.real_now() - datetime.fromisoformat(held["at"]) > LIFE:
        return None
    return Kept(held["path"], [(str(name), str(value)) for name, value in held["fields"]])


def forget(request: HttpRequest) -> None:
    """Drop what is kept for the page that is asked for: it has been sent, or is not wanted any more."""
    held = request.session.get(SESSION_KEY)
    if held and held["path"] == request.path:
        del request.session[SESSION_KEY]
