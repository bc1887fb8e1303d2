"""Ring the bell for work that outlives its page: bulk actions going on, ledgers being written."""

from __future__ import annotations

from celery import shared_task

from tracker import clock
from tracker.audit.pulses import shown_lately
from tracker.audit.services import job_run
from tracker.commitments.services import carrying_on, making
from tracker.interfaces.web.ledger_file import write_export


@shared_task
def work() -> None:
    """Carry on what people have started and write the files they asked for; a ring that finds nothing is seldom recorded."""
    now, real_now = clock.now(), clock.real_now()
    waits = carrying_on.waiting(real_now=real_now).exists() or making.waiting(real_now=real_now).exists()
    if not waits and shown_lately("work", real_now=real_now):
        return
    with job_run("work", as_of=now) as run:
        run.counts = carrying_on.carry_on(now=now, real_now=real_now).counts()
        made = making.make_exports(write=write_export, now=clock.now(), real_now=clock.real_now())
        run.counts |= {f"files_{name}": number for name, number in made.counts().items()}
