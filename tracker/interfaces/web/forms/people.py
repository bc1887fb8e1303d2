"""Read what is said of accounts, posts and who holds them.

`seen` is the digest of what a form was opened on; the service refuses it when somebody else was quicker. Long choices are
text fields with a list of suggestions, which need no script.
"""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.audit.actors import ROLE_LABELS, Role
from tracker.interfaces.web.forms.tasks import DateInput, Text
from tracker.org import selectors as org
from tracker.org.models import Position, Tenure, Unit, User
from tracker.org.rights import FILLED_BY_OFFICE


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
        kwargs.setdefault("auto_id", "account-%s")
        super().__init__(*args, **kwargs)
        if user is not None:
            del self.fields["username"]


class PostForm(forms.Form):
    """Ask for a new post; what its holder may do here follows from the role."""

    unit = UnitField(label=_("unit"))
    title = forms.CharField(
        label=_("name of the post"),
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
        kwargs.setdefault("auto_id", "post-%s")
        super().__init__(*args, **kwargs)
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
        kwargs.setdefault("auto_id", "post-%s")
        super().__init__(*args, **kwargs)
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
    kind = forms.ChoiceField(
        label=_("holds or acts"),
        choices=Tenure.Kind.choices,
        initial=Tenure.Kind.HOLDER,
        required=False,
        widget=forms.RadioSelect,
        help_text=_(
            "Whoever acts (代理、主持工作、临时负责) answers for all duties of the post; the one who holds it stays in it."
        ),
    )
    both = forms.BooleanField(label=_("whoever is in the post now in the same way stays, too"), required=False)
    note = forms.CharField(
        label=_("document"),
        max_length=300,
        required=False,
        help_text=_("The decision it rests on, for example 稷政任〔2023〕4号."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "appoint-%s")
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        assert isinstance(field, AccountField)
        field.suggest()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["kind"] = data.get("kind") or Tenure.Kind.HOLDER.value
        if data.get("user") and not data.get("holder"):
            data["holder"] = data["user"].name
        if "user" in data and not data.get("holder"):
            self.add_error("holder", gettext("Choose an account, or write the name of the person."))
        return data


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
    kind = forms.ChoiceField(
        label=_("holds or acts"), choices=Tenure.Kind.choices, required=False, widget=forms.RadioSelect
    )
    holder = forms.CharField(label=_("name of the person"), max_length=60)
    user = AccountField(label=_("account"), required=False)
    from_day = forms.DateField(label=_("first day"), widget=DateInput, required=False)
    to_day = forms.DateField(label=_("last day"), widget=DateInput, required=False)
    reason = Text(label=_("what was wrong, and by which document it is put right"), max_length=500)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, tenure: Tenure, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "tenure-%s")
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        assert isinstance(field, AccountField)
        field.suggest()
        for name in ("kind", "holder", "from_day", "to_day"):
            self.initial.setdefault(name, getattr(tenure, name))
        if tenure.user:
            self.initial.setdefault("user", account_text(tenure.user))


class PasswordForm(forms.Form):
    """Ask for the present password and the new one, twice."""

    old_password = forms.CharField(
        label=_("current password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
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
        kwargs.setdefault("auto_id", "password-%s")
        super().__init__(*args, **kwargs)
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
