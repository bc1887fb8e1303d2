"""Measure how items become digests and digests are delivered, with a mail server that costs nothing."""

from __future__ import annotations

from datetime import timedelta

from django.core import mail
from django.db import transaction

from benchmarks.measuring import recorded, replay, seconds
from benchmarks.patterns import NOW
from benchmarks.stage import Stage
from benchmarks.table import Line, shown
from tracker.audit.actors import system
from tracker.escalation.services import sweep
from tracker.messaging.models import Delivery, Digest, Item
from tracker.messaging.services import dispatch, gather_digests

LATER = NOW + timedelta(minutes=1)


def measure(stage: Stage) -> None:
    """Gather and deliver what the morning's sweep of the largest county but one has queued."""
    stage.table.group("messages")
    size = stage.sizes[-2] if len(stage.sizes) > 1 else stage.sizes[-1]
    _swept(stage, size)
    items = Item.objects.filter(digest=None, dropped_at=None, read_at=None).count()
    with recorded() as statements:
        gathered = seconds(lambda: gather_digests(now=LATER))
        delivered = seconds(_dispatch)
    digests, letters = Digest.objects.count(), len(mail.outbox)
    failed = Delivery.objects.exclude(state=Delivery.State.SENT).count()
    if failed:
        raise RuntimeError(f"{failed} deliveries were not sent.")
    _swept(stage, size)
    with transaction.atomic():
        bare = seconds(lambda: replay(statements))
    what = f"{items:,} items into {digests:,} digests, {letters:,} letters"
    stage.table.add(Line(f"{what}: gathering, per item", shown(gathered / items)))
    stage.table.add(Line(f"{what}: delivery, per item", shown(delivered / items)))
    both = gathered + delivered
    stage.table.add(Line(f"{what}: both, against their SQL", shown(both), shown(bare), both / bare))


def _swept(stage: Stage, size: int) -> None:
    stage.fresh(size)
    mail.outbox = []
    sweep(now=NOW, by=system("sweep"))


def _dispatch() -> None:
    while dispatch(now=LATER, real_now=LATER).sent:
        pass
