"""Read how tasks are followed up, and which indicators call for an early warning."""

from tracker.escalation.selectors.following import Outlook, Rung, cases_of, ladder_of, outlooks, policies_of
from tracker.escalation.selectors.warnings import early_warnings

__all__ = ["Outlook", "Rung", "cases_of", "early_warnings", "ladder_of", "outlooks", "policies_of"]
