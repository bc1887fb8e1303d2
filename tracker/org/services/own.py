"""Let people change what is theirs alone: mail copies, and where they are signed in."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.authtoken.models import Token

from tracker.audit.actors import Actor, NotPermitted
from tracker.audit.services import record
from tracker.org.models import User


@transaction.atomic
def choose_mail_copies(*, user: User, wanted: bool, by: Actor, now: datetime) -> User:
    """Turn the mail copies of the own digest on or off; the inbox and the duties of the posts stay as they are.

    `by` is the person, or whoever holds the address in one of the person's mails, who acts in the person's name.
    """
    _own(user, by)
    if user.mail_copies != wanted:
        user.mail_copies = wanted
        user.save(update_fields=["mail_copies"])
        record(by=by, now=now, action="org.mail_copies_on" if wanted else "org.mail_copies_off", obj=user)
    return user


@transaction.atomic
def sign_out_everywhere(*, user: User, keep: str, by: Actor, now: datetime) -> int:
    """End the own sessions and the tokens of programs but the session whose key is `keep`; return how many ended."""
    _own(user, by)
    # What a session holds is signed text: whose it is cannot be asked of the database.
    ended = [
        session.pk
        for session in Session.objects.exclude(pk=keep)
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(pk__in=ended).delete()
    programs, _rows = Token.objects.filter(user=user).delete()
    record(by=by, now=now, action="org.signed_out_everywhere", obj=user, sessions=len(ended), programs=programs)
    return len(ended) + programs


def _own(user: User, by: Actor) -> None:
    if by.user_id != user.pk:
        raise NotPermitted(_("This belongs to one person; only that person may change it."))
