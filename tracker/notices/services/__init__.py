"""Change notices: propose, prepare, sign and number, issue, answer; one function a verb, audited in the same transaction."""

from tracker.notices.services.answering import close, record_receipt, reply
from tracker.notices.services.numbering import plan_prefix, set_letterhead
from tracker.notices.services.preparing import dismiss, edit, record_finding, refresh, retire, send_back, submit
from tracker.notices.services.proposing import (
    propose,
    propose_bulletin,
    propose_completion,
    propose_on_ground,
    propose_reminder,
    replace,
)
from tracker.notices.services.signing import issue, sign, withdraw

__all__ = [
    "close",
    "dismiss",
    "edit",
    "issue",
    "plan_prefix",
    "propose",
    "propose_bulletin",
    "propose_completion",
    "propose_on_ground",
    "propose_reminder",
    "record_finding",
    "record_receipt",
    "refresh",
    "replace",
    "reply",
    "retire",
    "send_back",
    "set_letterhead",
    "sign",
    "submit",
    "withdraw",
]
