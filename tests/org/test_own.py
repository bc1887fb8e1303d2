"""What is a person's own: copies by mail, and where one is signed in."""

from __future__ import annotations

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from rest_framework.authtoken.models import Token

from tests import factories as make
from tests.factories import NOW
from tracker.audit.actors import NotPermitted
from tracker.audit.models import AuditEntry
from tracker.org import services
from tracker.org.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def session_of(user: User | None) -> str:
    store = SessionStore()
    if user is not None:
        store[SESSION_KEY] = str(user.pk)
    store.create()
    return str(store.session_key)


def test_copies_by_mail_are_turned_off_by_their_reader_only_and_once_on_record() -> None:
    user, other = make.user(), make.user()
    with pytest.raises(NotPermitted):
        services.choose_mail_copies(user=user, wanted=False, by=make.actor(other), now=NOW)
    for _ in range(2):
        services.choose_mail_copies(user=user, wanted=False, by=make.actor(user), now=NOW)
    assert User.objects.get(pk=user.pk).mail_copies is False
    assert AuditEntry.objects.filter(action="org.mail_copies_off").count() == 1


def test_signing_out_everywhere_ends_the_own_other_sessions_and_programs_and_nobody_elses() -> None:
    user, other = make.user(), make.user()
    here, there = session_of(user), session_of(user)
    theirs, nobodys = session_of(other), session_of(None)
    Token.objects.create(user=user)
    Token.objects.create(user=other)
    with pytest.raises(NotPermitted):
        services.sign_out_everywhere(user=user, keep=here, by=make.actor(other), now=NOW)
    assert services.sign_out_everywhere(user=user, keep=here, by=make.actor(user), now=NOW) == 2
    assert set(Session.objects.values_list("pk", flat=True)) == {here, theirs, nobodys}
    assert there and list(Token.objects.values_list("user", flat=True)) == [other.pk]
    assert AuditEntry.objects.get().detail == {"sessions": 1, "programs": 1}
