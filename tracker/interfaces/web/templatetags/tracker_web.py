"""Write dates, states and workings the way the reader's language does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tracker.documents.models import NotCommitment
from tracker.documents.selectors import Mark, Segment
from tracker.interfaces.web import wording
from tracker.messaging import dates, troubles
from tracker.messaging.dates import MONTHS, english
from tracker.rules.civil import SHANGHAI
from tracker.rules.due import Planned

register = template.Library()

WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


@register.filter
def day(value: date | None, today: date | str | None = None) -> str:
    """Write a civil day short: 6月2日, 2 Jun; with the year unless it is `today`'s."""
    if value is None:
        return ""
    return dates.day(value, today if isinstance(today, date) else None)


@register.filter
def folding(text: str) -> str:
    """Let a written date break after its year and nowhere else, where its column has room for half of it."""
    year, mark, rest = text.partition("年")
    return format_html("{}{}<wbr>{}", year, mark, rest) if mark else text


@register.filter
def long_day(value: date | None) -> str:
    """Write a civil day with its weekday: 2023年6月2日 星期五; Friday 2 Jun 2023."""
    if value is None:
        return ""
    weekday = WEEKDAYS[value.weekday()]
    return f"{weekday} {day(value)}" if english() else f"{day(value)} {weekday}"


@register.filter
def moment(value: datetime | None, today: date | str | None = None) -> str:
    """Write an instant as civil day and time in Asia/Shanghai: 6月2日 17:40."""
    if value is None:
        return ""
    local = value.astimezone(SHANGHAI)
    return f"{day(local.date(), today)} {local:%H:%M}"


@register.filter
def iso(value: date | datetime | None) -> str:
    """Write a day or an instant for the `datetime` of a `<time>`."""
    return value.isoformat() if value else ""


@register.filter
def sentence(note: Any) -> str:
    """Say one note of a working."""
    return wording.say(note)


@register.filter
def trouble(kept: str) -> str:
    """Say why a delivery did not arrive."""
    return troubles.say(kept)


@register.filter
def why_no_promise(reason: str) -> str:
    """Say why a time expression promises nothing."""
    return wording.why_no_promise(reason)


@register.filter
def label(code: Any, table: str) -> Any:
    """Name a code from one of the tables of `wording`."""
    return wording.TABLES[table].get(str(code), str(code))


@register.filter
def rung_status(planned: Planned) -> wording.Words:
    """Name how a rung of a ladder stands."""
    return wording.status_of(planned)


@register.simple_tag
def chip(mark: wording.Mark) -> SafeString:
    """Draw a state: shape, wash and word."""
    return format_html(
        '<span class="state {}"><span class="shape" aria-hidden="true"></span>{}</span>', mark.tone, mark.words
    )


@register.simple_block_tag
def flash(content: SafeString, tone: str = "", *, alert: bool = False) -> SafeString:
    """Draw a notice on the page around its sentences; an error, or what is an `alert`, is spoken at once.

    `tone` is success, warning or error, or none.
    """
    return render_to_string("web/parts/flash.html", {"tone": tone, "text": content, "alert": alert})


@register.filter
def joined(values: Iterable[Any]) -> str:
    """Join names the way the language lists them."""
    return (", " if english() else "、").join(str(value) for value in values)


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """Return the page's query with some parameters set, or dropped where the value is empty.

    The place in the list is dropped too: another order or filter begins at its beginning.
    """
    parameters = context["request"].GET.copy()
    for name in [*_PLACE, *(name for name, values in parameters.lists() if not any(values))]:
        parameters.pop(name, None)
    for name, value in changes.items():
        if value in ("", None):
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    return f"?{parameters.urlencode()}"


_PLACE = ("after", "before")


@register.simple_tag(takes_context=True)
def drop(context: dict[str, Any], name: str) -> str:
    """Return the page's query without one parameter."""
    return query(context, **{name: ""})


@register.filter
def first(value: Promise | str, length: int) -> str:
    """Cut a text after so many characters, saying so."""
    text = str(value)
    return text if len(text) <= length else f"{text[: length - 1]}…"


@register.simple_tag
def deed_address(deed: Any, task: Any) -> str:
    """Return the address at which a deed is done to a task."""
    return str(deed.address(task))


@register.filter
def add_number(value: float, other: float) -> float:
    """Add to a coordinate of a chart."""
    return round(value + float(other), 1)


@register.filter
def month_name(value: date) -> str:
    """Name a month for the axis of a chart, with its year in January."""
    if english():
        name = str(MONTHS[value.month - 1])
        return f"{name} {value.year}" if value.month == 1 else name
    return f"{value.year}年1月" if value.month == 1 else f"{value.month}月"


@register.filter
def period(label: str) -> str:
    """Write the label of a recurring task's period: 2023Q3 is 2023年第三季度, 2023-06 is 2023年6月; others as they stand."""
    if english():
        return label
    if found := re.fullmatch(r"(\d{4})([QH])([1-4])", label):
        part = f"第{'一二三四'[int(found[3]) - 1]}季度" if found[2] == "Q" else f"{'上下'[int(found[3]) - 1]}半年"
        return f"{found[1]}年{part}"
    if found := re.fullmatch(r"(\d{4})-W(\d{2})", label):
        return f"{found[1]}年第{int(found[2])}周"
    return "—".join(_calendar_words(part) for part in label.split("/"))


def _calendar_words(label: str) -> str:
    """Write a year, a span of years, a month or a day as Chinese does."""
    if re.fullmatch(r"\d{4}(-\d{4})?", label):
        return f"{label.replace('-', '—')}年"
    found = re.fullmatch(r"(\d{4})-(\d{2})(?:-(\d{2}))?", label)
    if not found:
        return label
    return f"{found[1]}年{int(found[2])}月" + (f"{int(found[3])}日" if found[3] else "")


@register.simple_tag
def marked(segment: Segment) -> SafeString | str:
    """Draw a stretch of a document's text: a commitment's words, its time expression, or one judged to be none."""
    if not segment.marks:
        return segment.text
    if segment.marks == {Mark.ASIDE}:
        (judged, *_others) = segment.of
        reason = wording.why_no_promise(judged.reason) if isinstance(judged, NotCommitment) else ""
        return format_html('<span class="aside-phrase" title="{}">{}</span>', reason, segment.text)
    extra = " phrase" if Mark.PHRASE in segment.marks else ""
    return format_html('<mark class="quote{}">{}</mark>', extra, segment.text)


@register.filter
def day_of(value: datetime, today: date | str | None = None) -> str:
    """Write the civil day in Asia/Shanghai on which an instant falls."""
    return day(value.astimezone(SHANGHAI).date(), today)


@register.filter
def duration(value: timedelta | int) -> str:
    """Write a length of time in its two largest units, without what is nought: 3 min 20 s, 10 min."""
    seconds = int(value.total_seconds() if isinstance(value, timedelta) else value)
    if seconds < 60:
        return _("%(seconds)d s") % {"seconds": seconds}
    if seconds < 3600:
        if seconds % 60 == 0:
            return _("%(minutes)d min") % {"minutes": seconds // 60}
        return _("%(minutes)d min %(seconds)d s") % {"minutes": seconds // 60, "seconds": seconds % 60}
    if seconds < 86400:
        return _("%(hours)d h %(minutes)d min") % {"hours": seconds // 3600, "minutes": seconds % 3600 // 60}
    return _("%(days)d d %(hours)d h") % {"days": seconds // 86400, "hours": seconds % 86400 // 3600}
