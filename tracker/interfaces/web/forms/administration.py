"""Read what the office and the administrator say of people, posts and registers.

`seen` is the digest of what a form was opened on; the service refuses it when somebody else was quicker. Long choices are
text fields with a list of suggestions, which need no script.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.audit.actors import ROLE_LABELS, Role
from tracker.escalation.models import EscalationPolicy
from tracker.escalation.services import Settings, settings_of
from tracker.interfaces.web.forms.tasks import DateInput, Text
from tracker.interfaces.web.wording import TABLES
from tracker.org import selectors as org
from tracker.org.models import Portfolio, Position, Post, Tenure, Unit, UnitGroup, User
from tracker.org.rights import FILLED_BY_OFFICE
from tracker.org.services.registers import RELATIONS
from tracker.rules.followup import Addressee


class Suggesting(forms.TextInput):
    """Be a text field with suggestions, as pairs of value and label."""

    template_name = "web/parts/datalist.html"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs={"autocomplete": "off", **attrs})
        self.choices: list[tuple[str, str]] = []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["list"] = f"{context['widget']['attrs'].get('id', name)}-list"
        context["widget"]["attrs"]["list"] = context["widget"]["list"]
        context["widget"]["choices"] = self.choices
        return context


class UnitField(forms.CharField):
    """Take a unit by its name or any of its spellings."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=Suggesting(placeholder=_("type part of the name")), **kwargs)

    def suggest(self) -> None:
        """Offer every active unit."""
        names = Unit.objects.filter(active=True).order_by("name").values_list("name", flat=True)
        self.widget.choices = [(name, "") for name in names]

    def clean(self, value: Any) -> Unit | None:
        text = super().clean(value)
        if not text:
            return None
        found = org.resolve_unit(text)
        if found is None:
            raise forms.ValidationError(
                _("There is no unit “%(name)s”; choose one of the list."), params={"name": text}
            )
        return found


class AccountField(forms.CharField):
    """Take an account by its user name, or as the list writes it: 张三（zhang）."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=Suggesting(placeholder=_("type a name or user name")), **kwargs)

    def suggest(self) -> None:
        """Offer every account that may sign in."""
        rows = User.objects.filter(is_active=True).order_by("name", "username")
        self.widget.choices = [(account_text(row), "") for row in rows]

    def clean(self, value: Any) -> User | None:
        text = super().clean(value)
        if not text:
            return None
        inside = re.search(r"[（(]([^（()）]+)[)）]$", text)
        found = User.objects.filter(username=inside.group(1) if inside else text).first()
        if found is None:
            named = list(User.objects.filter(name=text, is_active=True)[:2])
            found = named[0] if len(named) == 1 else None
        if found is None:
            raise forms.ValidationError(
                _("There is no account “%(name)s”; choose one of the list, or have it made first."),
                params={"name": text},
            )
        if not found.is_active:
            raise forms.ValidationError(_("The account %(name)s is disabled."), params={"name": account_text(found)})
        return found


def account_text(user: User) -> str:
    """Return how an account is written in a list."""
    return f"{user.name}（{user.username}）"


class AccountForm(forms.Form):
    """Ask for what is known of a person; the user name stays what it was at the beginning."""

    username = forms.CharField(
        label=_("user name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=_("What the person signs in with: letters, digits and . _ - @. It cannot be changed later."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    name = forms.CharField(label=_("name of the person"), max_length=60)
    email = forms.EmailField(
        label=_("mail address"),
        required=False,
        help_text=_("Where a copy of the daily digest goes. Without one there is the inbox."),
    )
    language = forms.ChoiceField(label=_("language"), choices=settings.LANGUAGES)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="account-%s", **kwargs)
        if user is not None:
            del self.fields["username"]


class PostForm(forms.Form):
    """Ask for a new post; what its holder may do here follows from the role."""

    unit = UnitField(label=_("unit"))
    title = forms.CharField(
        label=_("title"),
        max_length=120,
        initial="联络员",
        help_text=_("As the county writes it: 联络员, 局长, 督查室."),
    )
    seat = forms.CharField(
        label=_("seat"),
        max_length=120,
        required=False,
        help_text=_("Only where a unit has several posts of this title: what tells them apart."),
    )
    role = forms.ChoiceField(label=_("what the holder may do here"), required=False)

    def __init__(self, *args: Any, office: bool, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="post-%s", **kwargs)
        unit, role = self.fields["unit"], self.fields["role"]
        assert isinstance(unit, UnitField) and isinstance(role, forms.ChoiceField)
        unit.suggest()
        role.choices = role_choices(office=office)
        self.initial.setdefault("role", Role.LIAISON.value)

    def position(self) -> str:
        """Return the position in the county that goes with the role."""
        return POSITIONS.get(self.cleaned_data["role"], Position.OTHER.value)


POSITIONS = {
    Role.LIAISON.value: Position.LIAISON.value,
    Role.UNIT_HEAD.value: Position.UNIT_HEAD.value,
    Role.LEADER.value: Position.DEPUTY_HEAD.value,
    Role.COUNTY_HEAD.value: Position.COUNTY_HEAD.value,
}


def role_choices(*, office: bool) -> list[tuple[str, Any]]:
    """Return the roles a post may have, only those the supervision office fills where it asks."""
    roles = [(role.value, ROLE_LABELS[role]) for role in Role if role is not Role.SYSTEM]
    return [
        ("", _("nothing: the post is only on record")),
        *(one for one in roles if not office or one[0] in FILLED_BY_OFFICE),
    ]


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("what the holder may do here"), required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="post-%s", **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = role_choices(office=False)


class AppointForm(forms.Form):
    """Ask who is to hold a post from when; whoever holds it leaves the day before unless both are to stay."""

    user = AccountField(
        label=_("account"),
        required=False,
        help_text=_("Without an account the name is on record, and what the post is told waits."),
    )
    holder = forms.CharField(
        label=_("name of the person"),
        max_length=60,
        required=False,
        help_text=_("Left empty: the name of the account."),
    )
    from_day = forms.DateField(label=_("first day"), widget=DateInput, help_text=_("A day to come is possible."))
    to_day = forms.DateField(
        label=_("last day"),
        widget=DateInput,
        required=False,
        help_text=_("Only for somebody who stands in for a time."),
    )
    acting = forms.BooleanField(label=_("stands in (代理、主持工作)"), required=False)
    both = forms.BooleanField(label=_("whoever holds the post now stays, too"), required=False)
    note = forms.CharField(
        label=_("document"),
        max_length=300,
        required=False,
        help_text=_("The decision it rests on, for example 稷政任〔2023〕4号."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="appoint-%s", **kwargs)
        field = self.fields["user"]
        assert isinstance(field, AccountField)
        field.suggest()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("user") and not data.get("holder"):
            data["holder"] = data["user"].name
        if "user" in data and not data.get("holder"):
            self.add_error("holder", gettext("Choose an account, or write the name of the person."))
        return data

    def said(self) -> str:
        """Return the note that is kept: that somebody stands in, and the document."""
        acting = "代理" if self.cleaned_data["acting"] else ""
        return "；".join(part for part in (acting, self.cleaned_data["note"]) if part)


class EndForm(forms.Form):
    to_day = forms.DateField(
        label=_("last day in the post"),
        widget=DateInput,
        help_text=_("This day still counts; what is due later is the next holder's."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class CorrectForm(forms.Form):
    """Ask what an entry should have said; the wrong one stays on record."""

    never = forms.BooleanField(label=_("it should never have been made: take it out without another"), required=False)
    holder = forms.CharField(label=_("name of the person"), max_length=60)
    user = AccountField(label=_("account"), required=False)
    from_day = forms.DateField(label=_("first day"), widget=DateInput, required=False)
    to_day = forms.DateField(label=_("last day"), widget=DateInput, required=False)
    reason = Text(label=_("what was wrong, and by which document it is put right"), max_length=500)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, tenure: Tenure, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="tenure-%s", **kwargs)
        field = self.fields["user"]
        assert isinstance(field, AccountField)
        field.suggest()
        for name in ("holder", "from_day", "to_day"):
            self.initial.setdefault(name, getattr(tenure, name))
        if tenure.user:
            self.initial.setdefault("user", account_text(tenure.user))


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
        super().__init__(*args, auto_id="group-%s", **kwargs)
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
        super().__init__(*args, auto_id="portfolio-%s", **kwargs)
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
        super().__init__(*args, auto_id="policy-%s", **kwargs)
        self.policy = policy
        now = settings_of(policy)
        self.initial.setdefault("ahead", "" if now.ahead is None else ", ".join(map(str, now.ahead)))
        self.initial.setdefault("overdue", "\n".join(f"{days} {addressee(to)}" for days, to in now.overdue))
        own = [step for step in policy.steps.all() if step.interval_by == "county"]
        counted = TABLES["counting"]
        for step in own:
            offset, asks_within = now.steps[step.key]
            self.fields[f"step_{step.key}"] = forms.IntegerField(
                label=f"{step.title} · {counted.get(step.unit, step.unit)} · {TABLES['after'].get(step.after, step.after)}",
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


class PasswordForm(forms.Form):
    """Ask for the present password and the new one, twice."""

    old_password = forms.CharField(
        label=_("present password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new_password1 = forms.CharField(
        label=_("new password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters, not only digits, nothing that is easily guessed."),
    )
    new_password2 = forms.CharField(
        label=_("new password, again"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="password-%s", **kwargs)
        self.user = user

    def clean_old_password(self) -> str:
        given: str = self.cleaned_data["old_password"]
        if not self.user.check_password(given):
            raise forms.ValidationError(_("This is not your present password."))
        return given

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new_password1") and data.get("new_password2") and data["new_password1"] != data["new_password2"]:
            self.add_error("new_password2", gettext("The two differ."))
        return data
