"""Queue what is to be told, gather it into one digest a person a working day, and deliver it."""

from tracker.messaging.services.delivering import dispatch
from tracker.messaging.services.gathering import drop, gather_digests, queue
from tracker.messaging.services.mending import give_up_deliveries, retry_deliveries
from tracker.messaging.services.reading import mark_read
from tracker.messaging.services.switching import pause_dispatcher, resume_dispatcher
from tracker.messaging.services.testing import send_test

__all__ = [
    "dispatch",
    "drop",
    "gather_digests",
    "give_up_deliveries",
    "mark_read",
    "pause_dispatcher",
    "queue",
    "resume_dispatcher",
    "retry_deliveries",
    "send_test",
]
