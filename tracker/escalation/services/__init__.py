"""Follow tasks up: freeze a policy on a task, sweep what has come due, watch that the sweep does its work."""

from tracker.escalation.services.amending import Settings, amend_policy, amended, settings_of
from tracker.escalation.services.bulletin import propose_period_bulletin
from tracker.escalation.services.finding import record_finding
from tracker.escalation.services.proposing import propose_ground
from tracker.escalation.services.rebasing import rebase
from tracker.escalation.services.sweeping import ClockWentBack, sweep
from tracker.escalation.services.warning import look_at_indicators, send_warning, set_warning_aside
from tracker.escalation.services.watching import watch

__all__ = [
    "ClockWentBack",
    "Settings",
    "amend_policy",
    "amended",
    "look_at_indicators",
    "propose_ground",
    "propose_period_bulletin",
    "rebase",
    "record_finding",
    "send_warning",
    "set_warning_aside",
    "settings_of",
    "sweep",
    "watch",
]
