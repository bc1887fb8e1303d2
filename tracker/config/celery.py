"""Run the jobs: a Celery application and its beat. Redis is a doorbell; the database is the memory."""

from __future__ import annotations

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.config.settings")

app = Celery("tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")


@app.on_after_finalize.connect
def schedule(sender: Celery, **_: object) -> None:
    """Set the beat: each tick expires before the next, so that a stopped worker does not come back to a heap of them."""
    for name, job, seconds in (
        ("sweep", "tracker.escalation.jobs.sweep", settings.TRACKER_SWEEP_SECONDS),
        ("digest", "tracker.messaging.jobs.digest", settings.TRACKER_SWEEP_SECONDS),
        ("dispatch", "tracker.messaging.jobs.dispatch", settings.TRACKER_DISPATCH_SECONDS),
        ("watchdog", "tracker.escalation.jobs.watchdog", settings.TRACKER_WATCHDOG_SECONDS),
    ):
        sender.conf.beat_schedule[name] = {"task": job, "schedule": seconds, "options": {"expires": seconds}}
