"""Let somebody leave a post, or everything: what is due then goes to the next holder."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from tracker import clock
from tracker.audit.actors import system
from tracker.org import selectors, services
from tracker.org.models import Tenure, User
from tracker.rules.civil import civil_day


class Command(BaseCommand):
    help = "End what an account holds: one post, or with --disable all of them and the account itself."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        chosen = parser.add_mutually_exclusive_group(required=True)
        chosen.add_argument("--post", help="the post, as `tracker dismiss` lists it when it is not found")
        chosen.add_argument("--disable", action="store_true", help="all posts, and no signing in any more")
        parser.add_argument("--last-day", help="last day in the post, inclusive (default: today)")

    def handle(self, *args: Any, **options: Any) -> None:
        by, now = system("dismiss command"), clock.now()
        today = civil_day(now)
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no account “{options['username']}”.")
        try:
            last = date.fromisoformat(options["last_day"]) if options["last_day"] else today
        except ValueError as error:
            raise CommandError(f"--last-day: “{options['last_day']}” is not a day; write it as 2023-06-05.") from error
        held = list(Tenure.objects.filter(selectors.on_day(today), user=user).select_related("post__unit"))
        ending = [tenure for tenure in held if options["disable"] or str(tenure.post) == options["post"]]
        if options["post"] and not ending:
            posts = "、".join(str(tenure.post) for tenure in held) or "none"
            raise CommandError(f"{user} does not hold “{options['post']}” today, but: {posts}.")
        with transaction.atomic():
            for tenure in ending:
                services.dismiss(tenure=tenure, to_day=last, by=by, now=now)
                self.stdout.write(f"{user} holds {tenure.post} until {last} inclusive.")
            if options["disable"]:
                services.disable_account(user=user, by=by, now=now)
                self.stdout.write(f"{user.username} cannot sign in any more; its calendar addresses answer no more.")
