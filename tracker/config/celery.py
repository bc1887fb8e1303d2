"""Run the jobs: a Celery application and its beat. Redis is a doorbell; the database is the memory."""

from __future__ import annotations

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.config.settings")

app = Celery("tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")


JOBS: dict[str, str] = settings.TRACKER_JOBS


@app.on_after_finalize.connect
def schedule(sender: Celery, **_: object) -> None:
    """Set the beat: each tick expires before the next, so that a stopped worker does not come back to a heap of them."""
    for name, job in JOBS.items():
        seconds = settings.TRACKER_PERIODS[name]
        sender.conf.beat_schedule[name] = {"task": job, "schedule": seconds, "options": {"expires": seconds}}
