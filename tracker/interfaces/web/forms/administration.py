"""Read what the office says of registers, policies, working days and numbers, and what anybody says of the tracker.

`seen` is the digest of what a form was opened on; the service refuses it when somebody else was quicker.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.audit.actors import Role
from tracker.escalation.models import EscalationPolicy
from tracker.escalation.services import Settings, settings_of
from tracker.interfaces.web.forms.tasks import DateInput, Text
from tracker.interfaces.web.wording import TABLES
from tracker.org import selectors as org
from tracker.org.models import Portfolio, Position, Post, Tenure, Unit, UnitGroup
from tracker.org.services.registers import RELATIONS
from tracker.rules.followup import Addressee


class ReasonForm(forms.Form):
    reason = Text(label=_("reason"), max_length=500)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class SureForm(forms.Form):
    """Ask for nothing but to be sure."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class AliasForm(forms.Form):
    name = forms.CharField(label=_("another spelling"), max_length=120)
    source = forms.CharField(
        label=_("where it is written so"), max_length=200, help_text=_("A document, or the ledger it comes from.")
    )


class MembersForm(forms.Form):
    """Ask which units a group has: the list as text, one name a line, so that it can be pasted."""

    units = forms.CharField(
        label=_("members"),
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("One unit a line, by its name or any of its spellings."),
    )
    from_day = forms.DateField(label=_("from"), widget=DateInput)
    source = forms.CharField(label=_("document"), max_length=200, help_text=_("What this rests on, with the line."))
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, group: UnitGroup, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "group-%s")
        super().__init__(*args, **kwargs)
        self.initial.setdefault("units", "\n".join(unit.name for unit in group.members.all()))
        self.initial.setdefault("from_day", today)

    def clean_units(self) -> list[Unit]:
        found: dict[int, Unit] = {}
        unknown = []
        for line in self.cleaned_data["units"].splitlines():
            if name := line.strip():
                unit = org.resolve_unit(name)
                if unit is None:
                    unknown.append(name)
                else:
                    found[unit.pk] = unit
        if unknown:
            raise forms.ValidationError(
                _("There is no unit of this name: %(names)s."), params={"names": "、".join(unknown)}
            )
        return list(found.values())


class PortfolioForm(forms.Form):
    """Ask which leader's post has a unit from a day on."""

    relation = forms.ChoiceField(label=_("relation"), choices=[(one, one) for one in RELATIONS])
    post = forms.ChoiceField(label=_("post"), required=False)
    from_day = forms.DateField(label=_("from"), widget=DateInput)
    source = forms.CharField(
        label=_("document"), max_length=200, help_text=_("The division of work it rests on, with the line.")
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "portfolio-%s")
        super().__init__(*args, **kwargs)
        self.initial.setdefault("from_day", today + timedelta(days=1))
        self.posts = {str(post.pk): post for post in leading_posts()}
        names = holders_of(self.posts.values(), on=today)
        field = self.fields["post"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", gettext("nobody from then on")),
            *((pk, f"{names.get(post.pk, gettext('vacant'))} · {post}") for pk, post in self.posts.items()),
        ]

    def chosen(self) -> Post | None:
        return self.posts.get(self.cleaned_data["post"])


def leading_posts() -> list[Post]:
    """Return the posts that may have a portfolio: those of the county's leaders, and those that have one."""
    having = set(Portfolio.objects.filter(withdrawn_at=None).values_list("post_id", flat=True))
    rows = Post.objects.filter(withdrawn_at=None).select_related("unit").order_by("pk")
    leading = {Position.COUNTY_HEAD.value, Position.DEPUTY_HEAD.value}
    return [post for post in rows if post.pk in having or post.position in leading or post.role == Role.LEADER]


def holders_of(posts: Iterable[Post], *, on: date) -> dict[int, str]:
    """Return by post the names of who holds it on a day."""
    found: dict[int, str] = {}
    for tenure in Tenure.objects.filter(org.on_day(on), post__in=list(posts)).order_by("from_day", "pk"):
        found[tenure.post_id] = (
            f"{found[tenure.post_id]}、{tenure.holder}" if tenure.post_id in found else tenure.holder
        )
    return found


class WorkdayForm(forms.Form):
    day = forms.DateField(label=_("day"), widget=DateInput)
    is_workday = forms.TypedChoiceField(
        label=_("what it is"),
        choices=[("off", _("a day off")), ("on", _("a working day"))],
        coerce=lambda value: value == "on",
        widget=forms.RadioSelect,
        initial="off",
    )
    reason = forms.CharField(
        label=_("name"), max_length=200, help_text=_("The festival, or what the day makes up for.")
    )
    source = forms.CharField(
        label=_("notice it rests on"),
        max_length=200,
        help_text=_("With its number, for example 国办发明电〔2023〕7号."),
    )


class PrefixForm(forms.Form):
    next_prefix = forms.CharField(
        label=_("prefix from next year"),
        max_length=10,
        required=False,
        help_text=_("Left empty, a planned change is taken back."),
    )


class PolicyForm(forms.Form):
    """Ask for what a policy leaves to the county: reminders, and the intervals that no clause sets."""

    ahead = forms.CharField(
        label=_("reminders before the date, in days"),
        required=False,
        help_text=_("Separated by commas, for example 30, 7, 1. Left empty: by the size of the promise."),
    )
    overdue = forms.CharField(
        label=_("reminders after the date"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: working days and whom, for example “1 liaison”."),
    )
    reason = Text(label=_("why, and who decided it"), max_length=500)
    task = forms.ChoiceField(label=_("show what it changes on"), required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, policy: EscalationPolicy, tasks: list[tuple[str, str]], **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "policy-%s")
        super().__init__(*args, **kwargs)
        self.policy = policy
        now = settings_of(policy)
        self.initial.setdefault("ahead", "" if now.ahead is None else ", ".join(map(str, now.ahead)))
        self.initial.setdefault("overdue", "\n".join(f"{days} {addressee(to)}" for days, to in now.overdue))
        own = [step for step in policy.steps.all() if step.interval_by == "county"]
        counted = TABLES["counting"]
        for step in own:
            offset, asks_within = now.steps[step.key]
            self.fields[f"step_{step.key}"] = forms.IntegerField(
                label=gettext("%(title)s: %(unit)s, %(after)s")
                % {
                    "title": step.title,
                    "unit": counted.get(step.unit, step.unit),
                    "after": TABLES["after"].get(step.after, step.after),
                },
                min_value=0,
                max_value=120,
                initial=offset,
            )
            if asks_within is not None:
                self.fields[f"within_{step.key}"] = forms.IntegerField(
                    label=gettext("%(step)s: working days to rectify") % {"step": step.title},
                    min_value=1,
                    max_value=120,
                    initial=asks_within,
                )
        # The reason and the example come last.
        self.order_fields(["ahead", "overdue", *(name for name in self.fields if "_" in name), "reason", "task"])
        field = self.fields["task"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", gettext("no task")), *tasks] if tasks else [("", gettext("no running task under it"))]
        self.initial.setdefault("task", tasks[0][0] if tasks else "")

    def clean_ahead(self) -> tuple[int, ...] | None:
        text = self.cleaned_data["ahead"].strip()
        if not text:
            return None
        parts = [part for part in re.split(r"[,，、;；\s]+", text) if part]
        if not all(part.isdecimal() for part in parts):
            raise forms.ValidationError(_("Write whole numbers of days, separated by commas."))
        return tuple(sorted({int(part) for part in parts}, reverse=True))

    def clean_overdue(self) -> tuple[tuple[int, str], ...]:
        names = {str(addressee(one.value)): one.value for one in Addressee} | {
            one.value: one.value for one in Addressee
        }
        found = []
        for line in self.cleaned_data["overdue"].splitlines():
            if not line.strip():
                continue
            read = re.match(r"^\s*(\d{1,3})\s*[,，、:： ]\s*(.+?)\s*$", line)
            # 联络员 is enough for 单位联络员.
            meant = {code for name, code in names.items() if read and name.endswith(read.group(2))}
            if read is None or len(meant) != 1:
                raise forms.ValidationError(
                    _("“%(line)s” is not understood: a number of working days, a space, and one of %(names)s."),
                    params={"line": line.strip(), "names": "、".join(str(addressee(one.value)) for one in Addressee)},
                )
            found.append((int(read.group(1)), meant.pop()))
        return tuple(sorted(found))

    def settings(self) -> Settings:
        """Return what was asked for."""
        data = self.cleaned_data
        now = settings_of(self.policy)
        steps = {
            key: (data[f"step_{key}"], data.get(f"within_{key}", asks_within))
            for key, (_offset, asks_within) in now.steps.items()
        }
        return Settings(data["ahead"], data["overdue"], steps)


def addressee(code: str) -> Any:
    """Return how an addressee is called on the page."""
    return TABLES["addressee"].get(code, code)


class RemarkForm(forms.Form):
    text = forms.CharField(
        label=_("What is in your way, what is missing, what works well?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("No classified matters. What a task needs is said on its own page."),
    )
    page = forms.CharField(widget=forms.HiddenInput, required=False, max_length=300)


class AnswerForm(forms.Form):
    answer = forms.CharField(label=_("answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
