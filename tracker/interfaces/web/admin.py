"""Say which tables an administrator may look into: people, posts, registers, policies and runs of jobs; no task."""

from __future__ import annotations

from django.contrib import admin

from tracker.audit.models import AuditEntry, JobRun
from tracker.escalation.models import EscalationPolicy
from tracker.notices.models import Letterhead, Series
from tracker.org.models import (
    Portfolio,
    Post,
    Remark,
    Tenure,
    Unit,
    UnitAlias,
    UnitGroup,
    User,
    WorkdayOverride,
)

for model, columns in {
    Unit: ("name", "kind", "parent", "active"),
    UnitAlias: ("name", "unit", "by_hand"),
    UnitGroup: ("name", "is_open", "by_hand"),
    Post: ("__str__", "role", "position", "withdrawn_at"),
    Tenure: ("holder", "post", "from_day", "to_day", "by_hand", "withdrawn_at"),
    Portfolio: ("post", "unit", "relation", "from_day", "to_day", "withdrawn_at"),
    User: ("username", "name", "is_active", "must_change_password"),
    WorkdayOverride: ("day", "is_workday", "reason", "source", "withdrawn_at"),
    Remark: ("at", "by", "text", "answered_at"),
    AuditEntry: ("id", "at", "actor_name", "action", "object_text"),
    JobRun: ("job", "started_at", "finished_at", "ok"),
    EscalationPolicy: ("key", "version", "title", "withdrawn_at"),
    Letterhead: ("unit", "prefix", "next_prefix", "next_year"),
    Series: ("prefix", "year", "last"),
}.items():
    admin.site.register(model, type(f"{model.__name__}Table", (admin.ModelAdmin,), {"list_display": columns}))
