"""Follow tasks up: freeze a policy on a task, sweep what has come due, watch that the sweep does its work."""

from tracker.escalation.services.proposing import propose_ground
from tracker.escalation.services.rebasing import rebase
from tracker.escalation.services.sweeping import ClockWentBack, sweep
from tracker.escalation.services.watching import watch

__all__ = ["ClockWentBack", "propose_ground", "rebase", "sweep", "watch"]
