"""Decide what each expression of time in a text says by itself: its kind, its days and its convention.

A mention is a point or a range with its preposition and suffix (到…, 自…起, …前, …期间), a recurrence, or a limit counted
from an event. How several mentions in one text go together is decided by `sentence`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from tracker.rules.counting import Direction, Limit, count
from tracker.rules.festivals import statutory_span
from tracker.rules.phrases.numerals import NUMBER, NotANumber, is_numeral, number
from tracker.rules.phrases.periods import COUNTED, UNITS
from tracker.rules.phrases.points import BEGINS, Grain, Point, Span, point_at, settle
from tracker.rules.phrases.ranges import place_range, range_at
from tracker.rules.phrases.reading import Kind, Relative, Unreadable
from tracker.rules.phrases.recurrences import Recurrence, recurrence_at
from tracker.rules.phrases.relatives import Base, Period, Standing, ahead_at, period_at
from tracker.rules.phrases.words import issue_from_at
from tracker.rules.wording import Note, note
from tracker.rules.workdays import ONE_DAY, WorkdayCalendar


@dataclass(frozen=True, slots=True)
class Mention:
    """Hold one expression of time with what it says by itself; `start` and `stop` are its place in the text.

    `background` is True for a time that only frames the sentence (2020年以来, 比2020年), `duration` for a length of time
    that sets no limit, `validity` for the length a document is in force, `reached` for a day introduced by 到, 至 or
    截至, `passing` for a bare 当月 or 今年, which may only say what month or year is spoken of.
    """

    start: int
    stop: int
    text: str
    kind: Kind
    convention: str
    notes: tuple[Note, ...] = ()
    begins: date | None = None
    due: date | None = None
    recurrence: Recurrence | None = None
    relative: Relative | None = None
    provisional: bool = False
    soft: bool = False
    background: bool = False
    duration: bool = False
    validity: bool = False
    reached: bool = False
    passing: bool = False
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """Hold what a text is read against: the issue date, the holidays, and the year the clause before it names."""

    anchor: date
    workdays: WorkdayCalendar
    year: int | None


_TIME_OF_DAY = re.compile(
    r"(?:\((?:(?:周|星期)[一二三四五六日天]|含[^()]{0,4}|\d+日)\))?(?:上午|中午|下午|晚上?|傍晚|凌晨)?"
    rf"(?:{NUMBER}(?:时|点钟?)(?:整|半|{NUMBER}分)?|\d{{1,2}}:\d{{2}}(?::\d\d)?|下班时?|上班时?)?"
    r"(?:\((?:(?:周|星期)[一二三四五六日天]|含[^()]{0,4})\))?"
)
_AND = re.compile("[、和及与]?")
_EXCLUDED = re.compile(r"\(不含[^()]{0,4}\)")
_SINCE = re.compile(r"以来|(?<=年)来(?=[,、。的]|$)|起?至今")
_SUFFIXES = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("background", _SINCE.pattern),
        ("backward", rf"(?:之|以)?前的?(?:提前)?{COUNTED}(?!级)"),
        ("onward", rf"(?:之日|当日|当天|期满|结束)?(?:起|后|之后|以后)的?,?{COUNTED}(?:之内|以内|内)"),
        ("about", r"左右|前后|上下"),
        ("before", r"前夕|(?:之|以)?前(?!期|列|景|沿|置)"),
        ("from", r"(?:之日)?(?:起(?!草|诉|点|步|见|底|义|码|重)|开始|启动|以起)"),
        ("after", r"之后|以后|后(?!续|期|备|勤|台|[一二两三四\d]年)"),
        ("until", r"截止|为止|止(?!损|住)|结束|到期"),
        ("during", r"期间|时期|期内|假期期间|放假期间|假期|长假期间|长假|之间|间(?=[,。;完开]|$)"),
        ("within", r"之内|以内|内(?!容|部|控|涝|外|业|设)"),
    )
)
_UNTIL = re.compile(
    r"(?:截至|截止到?|截止至|直至|直到|延至|延长至|延长到|推迟至|推迟到|顺延至|至迟|最迟|最晚|不晚于|不迟于|不得晚于|不得迟于)(?:于|在|为)?$"
)
_GOAL = re.compile(r"(?<![达提收得做遇感受找看升增降减缩高])[到至]$")
_LUNAR = re.compile(r"(?:农历|阴历|旧历)$")
_FROM = re.compile(r"[自从]$")
_REFERENCE = re.compile(r"(?:比|较|同比|相比|超过|不低于|高于|低于)$")
_REFERENCE_AFTER = re.compile(
    r"为(?:基数|基准|基期)|相比|(?:的)?基础上|同期|水平|版|修订版|修订本|第\d+期|年鉴|级|年?度?(?:统计|财务)?(?:资料|数据|年报)"
)
# 2018年7月1日印发的《办法》: another document's date.
_ISSUED_THEN = re.compile(r"(?:正式)?(?:印发|发布|公布|下发|颁布|出台|制定|修订|签订|签署)的")
# 下一年工作安排: which year a report speaks of, not by when it is due.
_OTHER_YEARS = frozenset({"下一年", "下一年度", "下年", "下年度", "上年", "上年度", "去年", "次年", "翌年", "第二年"})
# What a year is to reach makes its end a target: 2025年底产值达到50亿元.
_GOAL_VERB = re.compile(
    r"^[^。;]{0,60}?(?:达到|达|提高到|提高至|提升到|提升至|下降到|下降至|降低到|降低至|降至|降到|控制在|稳定在|保持在|不低于|不少于|不超过|突破|翻一番|翻番|新增|累计|基本形成|基本建成)"
)

_CONNECTOR = re.compile(r"(?:起|开始)?,?(?:-|至|到|直至|截至|截止到?)(?:于)?")
_TO_END = re.compile(r"^[^。;每]{0,16}(?:至|到|截至|截止)$")
_NEARBY = re.compile(r"^[^。;每]{0,10}$")
_ADJACENT = re.compile(r"^[,、]?(?:于|在)?$")
_CLOSES = re.compile(r"(?:(?:之|以)?前)?(?:结束|截止|为止|止|完工|竣工|期满|到期)")
_DONE_BY = re.compile(r"(?:之|以)?前|完成")

_ENDS_AT: dict[Grain, str] = {
    Grain.DAY: "day",
    Grain.WEEK: "week_end",
    Grain.TEN_DAYS: "ten_days_end",
    Grain.MONTH: "month_end",
    Grain.QUARTER: "quarter_end",
    Grain.HALF: "half_year_end",
    Grain.YEAR: "year_end",
    Grain.PLAN: "plan_end",
    Grain.FESTIVAL: "festival_day",
}
# 前 after one of these includes it, as after a day; after a longer span it means before the span begins.
_INCLUDED = (Grain.DAY, Grain.HALF)


def find_mentions(text: str, setting: Setting) -> list[Mention]:
    """Return the expressions of time in a normalised text, in their order.

    A year written in one passes on to those after it that name none. Raises Unreadable for one that names a day the
    calendar does not have or that has two meanings.
    """
    found: list[Mention] = []
    at = since = 0
    while at < len(text):
        mention = _mention_at(text, at, since, setting)
        if mention is None:
            at += 1
            continue
        found.append(mention)
        at = since = max(mention.stop, at + 1)
        if mention.point is not None and mention.point.year is not None and not mention.background:
            setting = replace(setting, year=mention.point.year)
    return found


def _mention_at(text: str, at: int, since: int, setting: Setting) -> Mention | None:
    try:
        return _read_at(text, at, since, setting)
    except NotANumber:
        return None


def _read_at(text: str, at: int, since: int, setting: Setting) -> Mention | None:
    if at and is_numeral(text[at]) and is_numeral(text[at - 1]):
        return None  # no expression begins inside a number
    if recurrence := recurrence_at(text, at, setting.anchor):
        return _recurring(recurrence)
    if match := issue_from_at(text, at):
        return _from_issue(text, match, setting)
    if ahead := ahead_at(text, at, since):
        return _limit(ahead, setting)
    if BEGINS.match(text, at):
        if ends := range_at(text, at, setting.anchor):
            return _range(text, ends[0], ends[1], setting)
        if point := point_at(text, at, setting.anchor):
            return _festivals(text, point, setting) or _point(text, point, setting)
    if period := period_at(text, at, since):
        return _limit(period, setting)
    return None


def _recurring(recurrence: Recurrence) -> Mention:
    convention = (
        "recurring_after_end" if recurrence.relative else "recurring_named" if recurrence.named else "recurring"
    )
    notes = [note(f"reading.{convention}", rule=recurrence.rrule)]
    if recurrence.times > 1:
        notes.append(note("reading.times_within", times=recurrence.times))
    return Mention(
        recurrence.start,
        recurrence.stop,
        recurrence.text,
        Kind.RECURRING,
        convention,
        tuple(notes),
        recurrence=recurrence,
        relative=recurrence.relative,
    )


def _from_issue(text: str, match: re.Match[str], setting: Setting) -> Mention:
    to = _CONNECTOR.match(text, match.end())
    if to and (last := point_at(text, to.end(), setting.anchor)):
        span, _ = settle(last, setting.anchor, setting.year)
        return _window(text, match.start(), last, (setting.anchor, span[1]), ())
    notes = (note("reading.from_issue", start=setting.anchor),)
    return Mention(match.start(), match.end(), match[0], Kind.FROM, "from_issue", notes, begins=setting.anchor)


def _limit(period: Period, setting: Setting) -> Mention:
    relative = period.relative
    mention = Mention(
        period.start,
        period.stop,
        period.text,
        Kind.RELATIVE,
        "relative_event",
        relative=relative,
        soft=period.soft,
        validity=period.validity,
    )
    if period.standing in (Standing.SERVICE_STANDARD, Standing.DURATION):
        convention = "service_standard" if period.standing is Standing.SERVICE_STANDARD else "length_without_event"
        why = note(f"reading.{convention}", text=period.text)
        return replace(mention, kind=Kind.UNDATED, convention=convention, notes=(why,), relative=None, duration=True)
    notes = [note("reading.hours_as_days", n=period.hours)] if period.hours else []
    if period.base is Base.EVENT:
        forward = relative.direction is Direction.AFTER
        convention = "relative_event" if forward else "relative_before"
        notes.insert(0, note(f"reading.{convention}" if relative.of else "reading.relative_unnamed", of=relative.of))
        if relative.at_least is not None:
            notes.append(note("reading.upper_end", low=relative.at_least, high=relative.within, unit=relative.unit))
        if period.standing is Standing.STARTS_AFTER:
            return replace(mention, kind=Kind.FROM, convention=convention, notes=tuple(notes))
        return replace(mention, convention=convention, notes=tuple(notes))
    limit = _count(setting.anchor, relative, setting)
    convention = {
        Base.ISSUE: "relative_issue",
        Base.ASSUMED: "relative_assumed",
        Base.DECISION: "relative_decision",
    }[period.base]
    notes = [note(f"reading.{convention}", start=setting.anchor), *notes, *limit.notes]
    if relative.at_least is not None:
        notes.insert(1, note("reading.upper_end", low=relative.at_least, high=relative.within, unit=relative.unit))
    mention = replace(mention, convention=convention, notes=tuple(notes), provisional=limit.provisional)
    if period.standing is Standing.STARTS_AFTER:
        return replace(mention, kind=Kind.FROM, begins=limit.last + ONE_DAY)
    return replace(mention, due=limit.last)


def _count(base: date, relative: Relative, setting: Setting) -> Limit:
    """Count from a day that is known. Raises Unreadable where the calendar ends first."""
    try:
        return count(
            base,
            relative.within or 0,
            relative.unit,
            setting.workdays,
            direction=relative.direction,
            roll=relative.roll,
        )
    except (OverflowError, ValueError):
        raise Unreadable("too_far", n=relative.within, unit=relative.unit) from None


def _precedes(pattern: re.Pattern[str], text: str, at: int) -> bool:
    """Return whether a preposition stands right before this place."""
    return pattern.search(text, max(0, at - 8), at) is not None


def _suffix(text: str, at: int) -> tuple[str, re.Match[str]] | None:
    for name, pattern in _SUFFIXES:
        if match := pattern.match(text, at):
            if name in ("backward", "onward") and not _countable(match):
                continue
            return name, match
    return None


def _countable(match: re.Match[str]) -> bool:
    """Return whether 前/后 is followed by a length: 前3天 is one, 前三季度 and 前6月 are not."""
    return match["unit_of_count"] not in ("季度", "旬", "年") and not (
        match["unit_of_count"] == "月" and "个月" not in match[0]
    )


def _point(text: str, point: Point, setting: Setting) -> Mention:
    """Read a point with what stands before and after it, or the range it begins."""
    if point.vague:
        notes = (note("reading.vague_part", text=point.text),)
        mention = _mention(point, text, point.stop, Kind.UNDATED, "vague_part", notes)
        return replace(mention, duration=True)
    if _precedes(_LUNAR, text, point.start) and not point.name:
        raise Unreadable("lunar_date", text=point.text)
    stop = _TIME_OF_DAY.match(text, point.stop)
    at = stop.end() if stop else point.stop
    if connector := _CONNECTOR.match(text, at):
        last = point_at(text, connector.end(), setting.anchor)
        if last is not None and not _SINCE.match(text, last.stop):
            return _range(text, point, last, setting)
    name, match = _suffix(text, at) or ("", None)
    begins = name == "from" or (not name and _precedes(_FROM, text, point.start))
    if begins and (last := _end_of(text, match.end() if match else at, setting)):
        return _range(text, point, last, setting)
    return _single(text, point, at, name, match, setting)


def _end_of(text: str, at: int, setting: Setting) -> Point | None:
    """Return the point that closes a stretch begun with 起 or 开始, if one follows that is marked as an end."""
    for begin in range(at, min(len(text), at + 18)):
        if not BEGINS.match(text, begin):
            continue
        point = point_at(text, begin, setting.anchor)
        if point is None:
            continue
        gap = text[at:begin]
        closes = _NEARBY.match(gap) and _CLOSES.match(text, point.stop)
        # 6月1日开始，6月底前完成 is one stretch; 自2024年起实施，6月底前完成准备 are two things.
        done_by = _ADJACENT.match(gap) and _DONE_BY.match(text, point.stop)
        if _TO_END.match(gap) or closes or done_by:
            return point
        return None
    return None


def _range(text: str, first: Point, last: Point, setting: Setting) -> Mention:
    span, notes = place_range(first, last, setting.anchor, setting.year)
    return replace(_window(text, first.start, last, span, notes), point=first)


def _window(text: str, start: int, last: Point, span: Span, notes: tuple[Note, ...]) -> Mention:
    stop = _TIME_OF_DAY.match(text, last.stop)
    at = stop.end() if stop else last.stop
    suffix = _suffix(text, at)
    soft = bool(suffix and suffix[0] == "about")
    if suffix and suffix[0] in ("before", "during", "within", "until", "about"):
        at = suffix[1].end()
    return Mention(
        start,
        at,
        text[start:at],
        Kind.WINDOW,
        "range",
        (note("reading.range", first=span[0], last=span[1]), *notes),
        begins=span[0],
        due=span[1],
        soft=soft,
    )


def _single(text: str, point: Point, at: int, suffix: str, match: re.Match[str] | None, setting: Setting) -> Mention:
    """Read one point by its grain, its suffix and the preposition before it."""
    stop = match.end() if match else at
    if excluded := _EXCLUDED.match(text, at):
        (first, _), source = settle(point, setting.anchor, setting.year, back=1)
        said = note("reading.day_excluded", text=point.text, last=first - ONE_DAY)
        stop = max(stop, excluded.end())
        mention = _mention(point, text, stop, Kind.ONCE, "day_excluded", (said, source) if source else (said,))
        return replace(mention, due=first - ONE_DAY)
    if suffix == "background" or _frames(text, point, stop):
        why = (note("reading.background", text=point.text),)
        return replace(_mention(point, text, stop, Kind.UNDATED, "background", why), background=True)
    included = point.grain in _INCLUDED or point.ended
    back = 1 if suffix == "before" and not included else 0
    (first, last), source = settle(point, setting.anchor, setting.year, back=back)
    begins: date | None = None
    due: date | None = last
    kind, convention = Kind.ONCE, _ENDS_AT[point.grain]
    extra: tuple[Note, ...] = ()
    provisional = False
    match suffix:
        case "from":
            kind, convention, begins, due = Kind.FROM, "from_day", last if point.ended else first, None
        case "after":
            kind, convention, begins, due = Kind.FROM, "from_after", last + ONE_DAY, None
        case "before" if back:
            convention = "before_festival" if point.grain is Grain.FESTIVAL else "before_span"
            due = first - ONE_DAY
        case "backward" | "onward" if match is not None:
            convention, limit = _counted(suffix, match, (first, last), included, setting)
            due, extra, provisional = limit.last, limit.notes, limit.provisional
        case "during" if point.grain is Grain.FESTIVAL:
            kind, convention = Kind.WINDOW, "holiday"
            begins, due, provisional = _days_off(point, first.year, setting)
            extra = (note("count.year_not_announced", year=first.year),) if provisional else ()
        case "during":
            kind, convention, begins = Kind.WINDOW, "during", first
        case "before" | "until" | "within":
            if point.grain is Grain.YEAR and (_precedes(_GOAL, text, point.start) or _GOAL_VERB.match(text[stop:])):
                kind = Kind.TARGET
        case _:
            kind, convention = _unmarked(text, point, stop)
            begins = first if kind in (Kind.FROM, Kind.WINDOW) else None
            due = None if kind is Kind.FROM else last
    said = note(f"reading.{convention}", text=point.text, first=begins or first, last=due or last)
    notes = (said, *((source,) if source else ()), *extra)
    mention = _mention(point, text, stop, kind, convention, notes)
    return replace(
        mention,
        begins=begins,
        due=due,
        soft=suffix == "about",
        provisional=provisional,
        reached=_precedes(_GOAL, text, point.start) or _precedes(_UNTIL, text, point.start),
        passing=mention.text == point.word,
    )


def _mention(point: Point, text: str, stop: int, kind: Kind, convention: str, notes: tuple[Note, ...]) -> Mention:
    return Mention(point.start, stop, text[point.start : stop], kind, convention, notes, point=point)


def _frames(text: str, point: Point, stop: int) -> bool:
    """Return whether a time only frames the sentence: a base year, an edition, the year data cover."""
    if _precedes(_REFERENCE, text, point.start) or _ISSUED_THEN.match(text, stop):
        return True
    if point.title and not point.ended and stop == point.stop:
        return True
    if point.grain is not Grain.YEAR or point.ended or stop != point.stop:
        return False
    return point.word in _OTHER_YEARS or bool(_REFERENCE_AFTER.match(text, stop))


def _unmarked(text: str, point: Point, stop: int) -> tuple[Kind, str]:
    """Return the kind and convention of a point without a suffix."""
    convention = _ENDS_AT[point.grain]
    until = _precedes(_UNTIL, text, point.start)
    goal = not until and _precedes(_GOAL, text, point.start)
    if _precedes(_FROM, text, point.start):
        return Kind.FROM, "from_day"
    if point.grain is Grain.TEN_DAYS and not (goal or until):
        return Kind.WINDOW, "ten_days"
    if point.grain is Grain.PLAN:
        return Kind.TARGET, convention
    if point.grain is Grain.YEAR and not until:
        if not point.ended:
            return Kind.TARGET, "year_target"
        if goal or _GOAL_VERB.match(text[stop:]):
            return Kind.TARGET, convention
    return Kind.ONCE, convention


def _counted(suffix: str, match: re.Match[str], span: Span, included: bool, setting: Setting) -> tuple[str, Limit]:
    """Count back from a named day (春节前3天) or on from it (6月30日后10日内)."""
    factor, unit = UNITS[match["unit_of_count"]]
    forward = suffix == "onward"
    direction = Direction.AFTER if forward else Direction.BEFORE
    relative = Relative(number(match["count"]) * factor, unit, "", direction)
    base = span[1] if forward or included else span[0]
    return "counted_on" if forward else "counted_back", _count(base, relative, setting)


def _festivals(text: str, first: Point, setting: Setting) -> Mention | None:
    """Read 元旦、春节期间: from the first day off of the first festival through the last of the last."""
    points: list[Point] = []
    point: Point | None = first
    at = first.stop
    while point is not None and point.grain is Grain.FESTIVAL:
        points.append(point)
        at = point.stop
        link = _AND.match(text, at)
        point = point_at(text, link.end() if link else at, setting.anchor)
    suffix = _suffix(text, at)
    if len(points) < 2 or suffix is None or suffix[0] != "during":
        return None
    spans = []
    for point in points:
        (day, _), _ = settle(point, setting.anchor, setting.year)
        spans.append(_days_off(point, day.year, setting))
    begins, due = min(span[0] for span in spans), max(span[1] for span in spans)
    stop = suffix[1].end()
    said = note("reading.holiday", text=text[points[0].start : at], first=begins, last=due)
    mention = _mention(points[0], text, stop, Kind.WINDOW, "holiday", (said,))
    return replace(mention, begins=begins, due=due, provisional=any(span[2] for span in spans))


def _days_off(point: Point, year: int, setting: Setting) -> tuple[date, date, bool]:
    """Return the days off around a festival; the statutory ones, provisionally, until the year is announced."""
    if span := setting.workdays.holiday_span(point.name, year):
        return span[0], span[1], False
    if span := statutory_span(point.name, year):
        return span[0], span[1], True
    raise Unreadable("no_days_off", text=point.text)
