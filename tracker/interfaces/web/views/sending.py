"""Show the channels and how they fare, and the deliveries that wait or went wrong; the administrator deals with both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from tracker.audit.actors import Role
from tracker.audit.errors import Invalid
from tracker.interfaces.web.http import WebRequest, done, page
from tracker.interfaces.web.navigation import RECORDS
from tracker.interfaces.web.parts import Act, Pager, Tab
from tracker.interfaces.web.wording import Mark, Words
from tracker.messaging import services, troubles
from tracker.messaging.models import ChannelTest, Delivery
from tracker.messaging.selectors import channels as selectors
from tracker.messaging.selectors.channels import ChannelState
from tracker.messaging.services.mending import GIVEN_UP, RETRIED
from tracker.messaging.targets import OFFICE

PAGE = 50
# More than this is not chosen by hand.
MOST_CHOSEN = 500
ADMINISTRATOR = Role.ADMINISTRATOR
KINDS: dict[str, Words] = {
    "wecombot": gettext_lazy("WeCom"),
    "dingtalk": gettext_lazy("DingTalk"),
    "feishu": gettext_lazy("Feishu"),
    "lark": gettext_lazy("Lark"),
}
GROUPS: dict[str, Words] = {
    "waiting": gettext_lazy("Waiting"),
    "unknown": gettext_lazy("Outcome unknown"),
    "failed": gettext_lazy("Refused"),
    "dead": gettext_lazy("Given up"),
    "sent": gettext_lazy("Sent"),
}
STATES = {
    Delivery.State.PENDING: Mark("wait", gettext_lazy("waiting")),
    Delivery.State.SENDING: Mark("wait", gettext_lazy("being sent")),
    Delivery.State.UNKNOWN: Mark("soon", gettext_lazy("outcome unknown")),
    Delivery.State.FAILED: Mark("soon", gettext_lazy("not taken")),
    Delivery.State.DEAD: Mark("none", gettext_lazy("given up")),
    Delivery.State.SENT: Mark("ok", gettext_lazy("sent")),
    Delivery.State.SKIPPED: Mark("none", gettext_lazy("nothing left to say")),
}


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """Be one channel as the page shows it: its name, whether it is on, and what came of the last test in a sentence."""

    state: ChannelState
    name: Words
    where: Words
    mark: Mark
    tested: Words


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """Be one delivery: to whom by name, to which posts it speaks, and how it stands."""

    delivery: Delivery
    to: str
    posts: list[str]
    mark: Mark


def routes() -> list[URLPattern]:
    """Return the addresses of the pages about channels and deliveries."""
    return [
        path("channels/", channels, name="channels"),
        path("channels/test/", test, name="channel_test"),
        path("channels/pause/", pause, name="channels_pause"),
        path("channels/resume/", resume, name="channels_resume"),
        path("deliveries/", deliveries, name="deliveries"),
        path("deliveries/retry/", retry, name="deliveries_retry"),
        path("deliveries/give-up/", give_up, name="deliveries_give_up"),
    ]


@require_GET
@page(*RECORDS)
def channels(request: WebRequest) -> HttpResponse:
    """Show every channel: whether it is on, what waits, when it last went, the newest trouble, the newest test."""
    context = {
        **_frame(request, "channels"),
        "rows": [_channel(state) for state in selectors.channel_states()],
        "robots": bool(settings.TRACKER_CHAT_ROBOTS),
        "hours": settings.TRACKER_WORKING_HOURS,
    }
    return render(request, "web/channels.html", context)


@require_POST
@page(ADMINISTRATOR)
def test(request: WebRequest) -> HttpResponse:
    """Send a test through one channel and say what came of it."""
    try:
        tested = services.send_test(
            channel=request.POST.get("channel", ""),
            robot=request.POST.get("robot", ""),
            by=request.actor,
            now=request.now,
        )
    except Invalid as refused:
        # Nothing was typed that could be lost: the reason stands above what the last test came to.
        messages.warning(request, str(refused))
        return HttpResponseRedirect(reverse("web:channels"), status=303)
    tell = messages.success if tested.outcome == ChannelTest.Outcome.SENT else messages.warning
    tell(request, _outcome(tested))
    return HttpResponseRedirect(reverse("web:channels"), status=303)


@require_POST
@page(ADMINISTRATOR)
def pause(request: WebRequest) -> HttpResponse:
    """Stop all sending."""
    services.pause_dispatcher(reason=request.POST.get("reason", ""), by=request.actor, now=request.now)
    return done(request, _("Sending is paused. What waits is kept."), reverse("web:channels"))


@require_POST
@page(ADMINISTRATOR)
def resume(request: WebRequest) -> HttpResponse:
    """Let sending go on."""
    services.resume_dispatcher(by=request.actor, now=request.now)
    said = _("Sending goes on: what still stands goes out in the next minutes of working hours.")
    return done(request, said, reverse("web:channels"))


@require_GET
@page(*RECORDS)
def deliveries(request: WebRequest) -> HttpResponse:
    """Show the deliveries of one group, newest first, with the reason where one did not arrive."""
    counts = selectors.delivery_counts()
    group = request.GET.get("show", "")
    if group not in GROUPS:
        group = next((name for name in ("failed", "unknown", "dead", "waiting") if counts[name]), "waiting")
    rows = selectors.deliveries(group)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    here = reverse("web:deliveries")
    states = selectors.GROUPS[group]
    choosing, may_give_up = request.actor.has(ADMINISTRATOR) and group != "sent", bool(GIVEN_UP.intersection(states))
    acts = [Act(_("Try again"), reverse("web:deliveries_retry"), primary=True)] if RETRIED.intersection(states) else []
    if may_give_up:
        acts.append(Act(_("Give up"), reverse("web:deliveries_give_up")))
    context = {
        **_frame(request, "deliveries"),
        "groups": [
            Tab(label, f"{here}?show={name}", name == group, counts[name] if name != "sent" else None)
            for name, label in GROUPS.items()
        ],
        "group": group,
        "rows": _deliveries(shown),
        "pager": Pager(
            first=f"{here}?show={group}" if before else "",
            next=f"{here}?show={group}&before={shown[-1].pk}" if len(found) > PAGE else "",
        ),
        "may_give_up": may_give_up,
        "choosing": choosing,
        "bulk": acts if choosing else [],
    }
    return render(request, "web/deliveries.html", context)


@require_POST
@page(ADMINISTRATOR)
def retry(request: WebRequest) -> HttpResponse:
    """Have the chosen deliveries tried again at once."""
    number = services.retry_deliveries(deliveries=_chosen(request), by=request.actor, now=request.now)
    said = ngettext("%(number)d delivery is tried again.", "%(number)d deliveries are tried again.", number)
    return done(request, said % {"number": number}, f"{reverse('web:deliveries')}?show=waiting")


@require_POST
@page(ADMINISTRATOR)
def give_up(request: WebRequest) -> HttpResponse:
    """Try the chosen deliveries no more."""
    number = services.give_up_deliveries(
        deliveries=_chosen(request), reason=request.POST.get("reason", ""), by=request.actor, now=request.now
    )
    said = ngettext("%(number)d delivery is given up.", "%(number)d deliveries are given up.", number)
    return done(request, said % {"number": number}, f"{reverse('web:deliveries')}?show=dead")


def _chosen(request: WebRequest) -> list[int]:
    given = request.POST.getlist("pick")
    chosen = [int(pk) for pk in given if pk.isdecimal() and len(pk) < 19]
    if not chosen:
        raise Invalid("pick", _("Choose at least one delivery."))
    if len(chosen) > MOST_CHOSEN:
        raise Invalid("pick", _("Choose fewer at once."))
    return chosen


def _frame(request: WebRequest, here: str) -> dict[str, object]:
    """Return what both pages share: their tabs, whether sending is paused, and whether this person may act."""
    troubled = selectors.troubled_deliveries().count()
    return {
        "tabs": [
            Tab(_("Channels"), reverse("web:channels"), here == "channels"),
            Tab(_("Deliveries"), reverse("web:deliveries"), here == "deliveries", troubled or None),
        ],
        "paused": selectors.paused(),
        "acting": request.actor.has(ADMINISTRATOR),
    }


def _channel(state: ChannelState) -> ChannelRow:
    robot = state.robot
    if robot is not None:
        unit = state.unit.name if state.unit else _("supervision office") if robot.name == OFFICE else robot.name
        name: Words = _("%(kind)s robot: %(room)s") % {"kind": KINDS[robot.kind], "room": unit}
        where: Words = robot.masked
        mark = Mark("soon", _("no unit is called so: nothing is sent")) if state.astray else Mark("ok", _("in use"))
    elif state.channel == Delivery.Channel.MAIL:
        name, where, mark = _("Mail"), _mail_server(), Mark("ok", _("in use"))
    else:
        name, where, mark = _("The inbox"), _("in this program"), Mark("ok", _("always on"))
    return ChannelRow(state, name, where, mark, _outcome(state.test) if state.test else "")


def _mail_server() -> Words:
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        return _("written to files, not sent")
    return _("not sent to a server")


def _outcome(test: ChannelTest) -> str:
    """Say in a sentence what came of a test."""
    said = troubles.say(test.said)
    match test.outcome:
        case ChannelTest.Outcome.SENT if test.channel == Delivery.Channel.IN_APP:
            return _("The test is in your inbox.")
        case ChannelTest.Outcome.SENT if test.channel == Delivery.Channel.MAIL:
            return _("The mail server has taken the test for %(to)s.") % {"to": test.user.email}
        case ChannelTest.Outcome.SENT:
            return _("The room's service has taken the test.")
        case ChannelTest.Outcome.PUT_OFF:
            return _("The test did not go; a message would be tried again. %(said)s") % {"said": said}
        case ChannelTest.Outcome.REFUSED:
            return _("The test was refused; a message would be, too. %(said)s") % {"said": said}
        case ChannelTest.Outcome.UNKNOWN:
            return _("Nobody can tell whether the test arrived: look there. %(said)s") % {"said": said}
    return _("The test did not come to its end; test again.")


def _deliveries(found: Sequence[Delivery]) -> list[DeliveryRow]:
    posts = selectors.posts_told(found)
    return [
        DeliveryRow(
            one,
            str(one.digest.user or _("room of %(name)s") % {"name": one.digest.robot}),
            posts.get(one.digest_id, []),
            STATES[Delivery.State(one.state)],
        )
        for one in found
    ]
