"""Appoint somebody to a post, with an account for it: how an installation gets its first people, and its next."""

from __future__ import annotations

import getpass
import secrets
import sys
from datetime import date
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from tracker import clock
from tracker.audit.actors import Role, system
from tracker.org import selectors, services
from tracker.org.models import Position, Post, Unit, User

# The position a new post gets with its role, unless told.
POSITIONS = {
    Role.LIAISON: Position.LIAISON,
    Role.UNIT_HEAD: Position.UNIT_HEAD,
    Role.LEADER: Position.DEPUTY_HEAD,
    Role.COUNTY_HEAD: Position.COUNTY_HEAD,
}
ROLES = [role.value for role in Role if role is not Role.SYSTEM]


class Command(BaseCommand):
    help = (
        "Appoint somebody to a unit's post. An account that does not exist yet is made; its password is asked for, or "
        "read from standard input. A post the gazette prints is taken as it is; any other is made."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="what they sign in with")
        parser.add_argument("--unit", required=True, help="its name, a spelling of it, or its slug")
        parser.add_argument("--title", required=True, help="the post: 联络员, 督查室, 县长 …")
        parser.add_argument("--role", required=True, choices=ROLES, help="what the post's holder may do here")
        parser.add_argument("--seat", default="", help="which of several posts of this title in the unit")
        parser.add_argument("--name", help="their name; needed for a new account")
        parser.add_argument(
            "--email", default="", help="where their digest is mailed to; without one they have the inbox"
        )
        parser.add_argument("--from", dest="first", help="first day in the post, 2023-06-05 (default: always)")

    def handle(self, *args: Any, **options: Any) -> None:
        by, now = system("appoint command"), clock.now()
        unit = selectors.resolve_unit(options["unit"]) or Unit.objects.filter(slug=options["unit"]).first()
        if unit is None:
            raise CommandError(
                f"There is no unit “{options['unit']}”; load the gazette first, or look at its spellings."
            )
        first = _day(options["first"])
        key = _key(unit, options["title"], options["seat"])
        role = Role(options["role"])
        with transaction.atomic():
            user = User.objects.filter(username=options["username"]).first() or self._create(options)
            post = services.open_post(
                unit=unit,
                title=options["title"],
                position=POSITIONS.get(role, Position.OTHER),
                role=role,
                by=by,
                now=now,
                key=key,
            )
            services.appoint(post=post, holder=user.name, user=user, from_day=first, by=by, now=now)
        self.stdout.write(f"{user.name} ({user.username}) holds {post} as {role.value}.")

    def _create(self, options: dict[str, Any]) -> User:
        if not options["name"]:
            raise CommandError(f"There is no account “{options['username']}” yet: give its person's --name to make it.")
        account = User(username=options["username"], name=options["name"], email=options["email"])
        password = _password()
        try:
            account.full_clean(exclude=["password"])
            validate_password(password, account)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return services.create_account(
            username=account.username,
            name=account.name,
            password=password,
            email=account.email,
            by=system("appoint command"),
            now=clock.now(),
        )


def _key(unit: Unit, title: str, seat: str) -> str:
    """Return the key of the unit's post of this title that is there already; empty for a new one."""
    found = Post.objects.filter(unit=unit, title=title, withdrawn_at=None)
    if seat:
        found = found.filter(seat=seat)
        if not found:
            raise CommandError(f"{unit} has no post “{title}” with the seat “{seat}”.")
    posts = list(found)
    if len(posts) > 1:
        raise CommandError(f"Say which with --seat: {', '.join(post.seat or '(none)' for post in posts)}.")
    return posts[0].key if posts else ""


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if not secrets.compare_digest(first.encode(), getpass.getpass("Again: ").encode()):
        raise CommandError("The two passwords differ; nothing was changed.")
    return first


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise CommandError(f"--from: “{text}” is not a day; write it as 2023-06-05.") from error
