"""Name what can be done to many tasks at once, as its button, its preview and its outcome say it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from tracker.interfaces.web.wording import Words

BUTTONS: Mapping[str, Words] = {
    "acknowledge": _("Acknowledge"),
    "no-change": _("Report “no change”"),
    "agree-extension": _("Agree to extensions"),
    "accept": _("Review and close"),
    "send-back": _("Send back for more work"),
    "break-down": _("Assign to named units"),
    "suspend": _("Suspend"),
    "resume": _("Resume"),
    "instruct": _("Write an instruction"),
}
# What is asked for once and kept with each of the tasks.
QUESTIONS: Mapping[str, Words] = {
    "send-back": _("why they are sent back"),
    "suspend": _("why their clocks stand still"),
    "instruct": _("the instruction"),
    "break-down": _("the units they are laid on, one task each"),
}
