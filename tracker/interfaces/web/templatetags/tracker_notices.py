"""Draw the pages of a notice as laid out for print."""

from __future__ import annotations

from typing import Any

from django import template

from tracker.audit.actors import Role
from tracker.escalation.grounds import may_propose
from tracker.interfaces.web.wording import Mark, notice_mark
from tracker.notices import selectors
from tracker.notices.models import Notice
from tracker.notices.paper.layout import Rule

register = template.Library()


@register.filter
def coordinate(value: float) -> str:
    """Write a length for a drawing, whatever the language's decimal sign."""
    return f"{value:.2f}"


@register.filter
def hex(color: tuple[int, int, int]) -> str:
    """Write a colour of the layout."""
    return "#{:02x}{:02x}{:02x}".format(*color)


@register.filter
def right_of(rule: Rule) -> str:
    """Return where a line ends across."""
    return coordinate(rule.x + rule.width)


@register.filter
def foot_of(rule: Rule) -> str:
    """Return where a line ends down."""
    return coordinate(rule.y + rule.height)


@register.inclusion_tag("web/notices/on_task.html", takes_context=True)
def notices_on(context: dict[str, Any], task: Any) -> dict[str, Any]:
    """Show the notices on a task that the reader may see, and the way to propose one."""
    actor, today = context["actor"], context["today"]
    found: list[tuple[Notice, Mark]] = [(one, notice_mark(one, today)) for one in selectors.of_task(task, actor)]
    # An authority that a clause names may propose what it decides on; its page says what that is.
    proposes = actor.has(Role.SUPERVISION) or (bool(actor.unit_ids) and may_propose(task, actor.unit_ids))
    return {"notices": found, "task": task, "proposes": proposes, "today": today}


@register.simple_tag
def notice_address(deed: Any, notice: Any) -> str:
    """Return the address at which a deed is done to a notice."""
    return str(deed.address(notice))
