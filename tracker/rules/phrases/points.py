"""Find the calendar spans a text names (6月2日, 三季度, “十四五”, 下月底, 春节) and place them in a year.

A point is always a span of days: a day is a span of one. What a preposition or suffix makes of the span (its last day,
the day before it, the day it begins) is decided by `mentions`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum

from dateutil.relativedelta import MO, relativedelta

from tracker.rules.festivals import SOLAR_TERMS, festival_day
from tracker.rules.phrases.numerals import NUMBER, YEAR, NotANumber, number
from tracker.rules.phrases.reading import Unreadable
from tracker.rules.wording import Note, note

Span = tuple[date, date]

FIRST_YEAR, LAST_YEAR = 1949, 2100

# Stands for the last day of whichever month, as BYMONTHDAY writes it.
MONTH_END = -1


class Grain(Enum):
    """Name how long a span a point is, because each is read by its own convention."""

    DAY = "day"
    WEEK = "week"
    TEN_DAYS = "ten_days"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half_year"
    YEAR = "year"
    PLAN = "plan"
    FESTIVAL = "festival"


@dataclass(frozen=True, slots=True)
class Point:
    """Hold one calendar span as the text names it.

    `start` and `stop` are its place in the normalised text. `months` are the first and last month of the span and `days`
    its first and last day, MONTH_END for the last of the month. `year` is None where the text leaves it open. `follows`
    marks 次年, which counts from the point before it when there is one. `fixed` is set where the anchor alone settles the
    span (本月, “十四五”). `ended` is True where the text names the end (底, 末, 内). `monthless` is a day of a month that is
    not named (5日前, 月底). `vague` is a part of a year without certain days (2024年初). `word` is the word the month or
    year was named by (当月, 下一年). `title` is True where “十四五” is part of a plan's name.
    """

    start: int
    stop: int
    text: str
    grain: Grain
    year: int | None = None
    months: tuple[int, int] = (1, 12)
    days: tuple[int, int] | None = None
    name: str = ""
    fixed: Span | None = None
    ended: bool = False
    follows: bool = False
    monthless: bool = False
    vague: bool = False
    title: bool = False
    word: str = ""


def last_of_month(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, 1) + relativedelta(day=31)


def place(point: Point, year: int) -> Span:
    """Return the span of a point in a year. Raises Unreadable for a day the calendar does not have."""
    if point.fixed is not None:
        return point.fixed
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Unreadable("year_out_of_range", text=point.text, first=FIRST_YEAR, last=LAST_YEAR)
    if point.name:
        try:
            day = festival_day(point.name, year)
        except (ValueError, OverflowError):
            raise Unreadable("year_out_of_range", text=point.text, first=FIRST_YEAR, last=LAST_YEAR) from None
        return day, day
    first_month, last_month = point.months
    for month in point.months:
        if not 1 <= month <= 12:
            raise Unreadable("no_such_month", text=point.text, month=month)
    if point.days is None:
        return date(year, first_month, 1), last_of_month(year, last_month)
    first, last = point.days
    month_end = last_of_month(year, last_month)
    try:
        return (
            month_end if first == MONTH_END else date(year, first_month, first),
            month_end if last == MONTH_END else date(year, last_month, last),
        )
    except (ValueError, OverflowError):
        raise Unreadable("no_such_day", text=point.text, year=year, month=first_month, day=last) from None


def settle(point: Point, anchor: date, year: int | None, *, back: int = 0) -> tuple[Span, Note | None]:
    """Place a point in the year it names, else in `year`, else where it first ends on or after the anchor.

    `back` is the number of days before the span's first day that count as its end, for "9月前"; 0 means the span's own
    last day. Returns the span and, where the year was not written, the note that says where it came from.
    """
    if point.fixed is not None:
        return point.fixed, None
    if point.monthless:
        return _first_such_day(point, anchor)
    if point.year is not None:
        return place(point, point.year), None
    if year is not None:
        return place(point, year), note("reading.year_from_clause", year=year)
    refusal: Unreadable | None = None
    # Eight years on there has been a 29 February even around 2100.
    for candidate in range(anchor.year, anchor.year + 9):
        try:
            span = place(point, candidate)
        except Unreadable as unreadable:
            refusal = refusal or unreadable
            if point.days != (29, 29):
                break
            continue
        if (span[0] - timedelta(days=back) if back else span[1]) >= anchor:
            return span, note("reading.year_first_after", year=candidate, anchor=anchor)
    raise refusal or Unreadable("year_out_of_range", text=point.text, first=FIRST_YEAR, last=LAST_YEAR)


def _first_such_day(point: Point, anchor: date) -> tuple[Span, Note]:
    day = point.days[0] if point.days else MONTH_END
    month = anchor.replace(day=1)
    for _ in range(3):
        try:
            found = last_of_month(month.year, month.month) if day == MONTH_END else month.replace(day=day)
        except (ValueError, OverflowError):
            found = date.min
        if found >= anchor:
            return (found, found), note("reading.month_first_after", day=found, anchor=anchor)
        month += relativedelta(months=1)
    raise Unreadable("no_such_day", text=point.text, year=anchor.year, month=anchor.month, day=day)


# --- the text of a point -------------------------------------------------------------------------------------------

_YEAR_WORDS = {
    "今年": 0,
    "本年": 0,
    "本年度": 0,
    "当年": 0,
    "明年": 1,
    "次年": 1,
    "翌年": 1,
    "来年": 1,
    "下年": 1,
    "下年度": 1,
    "下一年": 1,
    "下一年度": 1,
    "第二年": 1,
    "后年": 2,
    "去年": -1,
    "上年": -1,
    "上年度": -1,
}
_NEXT_YEAR = frozenset({"次年", "翌年", "第二年", "下年", "下年度", "下一年", "下一年度"})
# 以后年度 is not 后年.
_YEAR_WORD = "|".join(sorted(_YEAR_WORDS, key=len, reverse=True)).replace("后年", "(?<![以之今])后年")
_Y = rf"(?:(?:(?P<year>{YEAR})|(?P<short>(?<!\d)\d\d(?=年(?:{NUMBER}月|底|末))))年度?(?!度)|(?P<word>{_YEAR_WORD}))"
YEAR_AND = rf"{_Y}的?"
OPEN_YEAR = rf"(?:{_Y}的?)?"

_FESTIVALS: dict[str, str] = {
    "元旦节?": "元旦",
    "春节|农历新年|大年初一|农历正月初一": "春节",
    "除夕": "除夕",
    "元宵节?": "元宵节",
    "清明节": "清明",
    "五一国际劳动节|五一劳动节|国际劳动节|劳动节|五一节|五一(?=前|之前|以前|期间|假|长假|小长假|后)": "劳动节",
    "五四青年节|青年节": "青年节",
    "六一国际儿童节|六一儿童节|儿童节|六一(?=前|之前|以前|期间|节)": "儿童节",
    "七一建党节|建党节|七一(?=前|之前|以前|期间)": "建党节",
    "八一建军节|建军节|八一(?=前|之前|以前|期间)": "建军节",
    "三八妇女节|国际妇女节|妇女节": "妇女节",
    "植树节": "植树节",
    "端午节?": "端午",
    "教师节": "教师节",
    "中秋节?": "中秋",
    "十一国庆节?|国庆节?|十一(?=前|之前|以前|期间|假|长假|黄金周|后)": "国庆节",
    "重阳节?": "重阳节",
} | {f"{term}(?=前|之前|以前|节|时节|后|至|到|-|期间)(?:节气|时节)?": term for term in SOLAR_TERMS}
_FESTIVAL = "|".join(f"(?P<f{index}>{pattern})" for index, pattern in enumerate(_FESTIVALS))
_FESTIVAL_NAMES = tuple(_FESTIVALS.values())

_TEN_DAYS = {
    "上旬": (1, 10),
    "初": (1, 10),
    "中旬": (11, 20),
    "下旬": (21, MONTH_END),
    "上中旬": (1, 20),
    "中上旬": (1, 20),
    "中下旬": (11, MONTH_END),
}
_PART = "上中旬|中上旬|中下旬|上旬|中旬|下旬|初(?!步|期|级|审|验|始)"
_END = "月底|月末|底|末|终"
_SHIFTS = {"本": 0, "当": 0, "这": 0, "这个": 0, "下": 1, "次": 1, "下个": 1, "下一": 1, "下一个": 1, "下下": 2}
_SHIFT = "这个|这|本|当|下一个|下一|下个|下下|下|次"
_WEEKDAYS = {name: index for index, name in enumerate("一二三四五六日")} | {"天": 6}

_NO_DAY = r"(?=(?:之|以)?前)"
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("day", r"(?<![\d.])(?P<year>\d{4})(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?:日|号)?(?![\d.])"),
    ("day", r"(?<![\d.])(?P<year>(?:19|20)\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?!\d)(?:日)?"),
    (
        "month",
        r"(?<![\d.])(?P<year>(?:19|20)\d\d)[-/.](?P<m>0[1-9]|1[0-2])(?!\d|[./年]|-\d{1,2}(?!\d))月?(?P<end>底|末)?",
    ),
    ("day", rf"(?<![\d./\-])(?P<m>\d{{1,2}})[./](?P<d>\d{{1,2}})(?:日|号|{_NO_DAY})(?=(?:之|以)?前)"),
    ("day", rf"{OPEN_YEAR}(?P<m>{NUMBER})月份?的?(?P<d>{NUMBER})(?:日|号|{_NO_DAY})"),
    ("part", rf"{OPEN_YEAR}(?P<m>{NUMBER})月份?的?(?P<part>{_PART})"),
    ("month", rf"{OPEN_YEAR}(?P<m>{NUMBER})月份?的?(?P<end>{_END})"),
    ("month", rf"{OPEN_YEAR}(?P<m>{NUMBER})月份?(?!龄|大的|子|度)"),
    ("quarters", rf"{OPEN_YEAR}前(?P<q>[二三两23])个?季度(?:末|底)?"),
    ("quarter", rf"{OPEN_YEAR}(?P<th>第)?(?P<q>{NUMBER})(?(th)个?)季(?:度|(?=末|底|前))(?P<end>末(?!月)|底)?"),
    ("quarter", r"(?:(?P<year>(?:19|20)\d\d)年?)?Q(?P<q>\d)(?![\dA-Za-z])(?P<end>末|底)?"),
    ("half", rf"{OPEN_YEAR}(?P<half>上半年|前半年|下半年|后半年)度?(?P<end>末|底|内)?"),
    ("midyear", rf"{OPEN_YEAR}年中(?=(?:之|以)?前|完成|[,。;、]|$)"),
    ("yearend", rf"{_Y}(?:的?(?:年底|年末|年终|岁末|底|末|终(?!身|止|期|结))|(?:之内|以内|内|全年|年内))"),
    (
        "yearend",
        r"(?<![\d零一二三四五六七八九十两半多几划])(?:年底|年末|年终(?!总结|考核|评)|岁末|年度末|年度内|年内|全年)",
    ),
    ("plan", r"(?:第?十(?P<p>[一二三四五六七八九])五|第十(?P<p2>[一二三四五六七八九])个五年)(?P<tail>)"),
    ("festival", rf"{OPEN_YEAR}(?:{_FESTIVAL})"),
    ("vague", rf"{_Y}(?:年?初(?!步|级|中|审|期|始)|春季|夏季|秋季|冬季|秋冬季?|冬春季?|今冬明春|主?汛期|中期)"),
    ("year", _Y),
    ("monthword", rf"(?P<shift>{_SHIFT})月份?(?P<tail>{_END}|{_PART}|(?P<d>{NUMBER})(?:日|号|{_NO_DAY})|内)?"),
    ("monthend", r"(?<![\d零一二三四五六七八九十两个每当本下次上])月(?:底|末)"),
    ("weekword", rf"(?P<shift>{_SHIFT})(?:周|星期|礼拜)(?P<w>[一二三四五六日天末](?!次))?(?:之内|以内|内)?"),
    (
        "weekword",
        r"(?<![每一两几\d上])(?:周|星期|礼拜)(?P<w>[一二三四五六日天])(?=(?:之|以)?前|下班|上午|下午|中午|完成)",
    ),
    ("quarterword", rf"(?P<shift>{_SHIFT})季(?:度|(?=末|底|前))(?P<end>末(?!月)|底)?"),
    ("quarterword", r"(?<![每一二三四\d])季度?(?P<end>末|底)(?!月)"),
    ("dayword", r"(?P<dayword>今天|今日|明天|明日|后天)"),
    (
        "monthless",
        rf"(?<![\d月第.])(?P<d>{NUMBER})(?:日|号)(?=(?:之|以)?前(?!后|{NUMBER})|止|截止|为止|下班|\d+[时:点])",
    ),
)
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)

# Any text without one of these holds no point; the scan looks only where one can begin.
BEGINS = re.compile(
    r"\d|[零一二三四五六七八九十两廿卅]|第|上半|下半|前半|后半|前[二三两23]|[今本当明次翌来下后去上]年|年[底末终内中]|年度[末内]|岁末|全年"
    r"|[本当这下次]|月[底末]|[周星礼]|季|Q|[今明后][天日]"
    r"|元旦|春节|除夕|元宵|清明|劳动节|青年节|儿童节|国际|建党|建军|妇女节|植树|端午|教师节|中秋|国庆|重阳|农历|大年"
    rf"|{'|'.join(SOLAR_TERMS)}"
)


def point_at(text: str, at: int, anchor: date) -> Point | None:
    """Return the point that begins at this place of a normalised text, or None.

    Raises Unreadable for a point that names no day of the calendar, such as 第五季度.
    """
    for kind, pattern in _COMPILED:
        match = pattern.match(text, at)
        if match and (point := _build(kind, match, anchor)):
            return point
    return None


def _build(kind: str, match: re.Match[str], anchor: date) -> Point | None:
    groups = match.groupdict()
    try:
        year, follows = point_year(groups, anchor)
        values = {key: number(groups[key]) for key in ("m", "d", "q") if groups.get(key)}
    except NotANumber:
        return None
    text = match[0]
    bare = Point(match.start(), match.end(), text, Grain.YEAR, year, follows=follows)
    ended = bool(groups.get("end"))
    match kind:
        case "day":
            return replace(bare, grain=Grain.DAY, months=_one(values["m"]), days=_one(values["d"]))
        case "part":
            days = _TEN_DAYS[groups["part"]]
            return replace(bare, grain=Grain.TEN_DAYS, months=_one(values["m"]), days=days)
        case "month":
            return replace(bare, grain=Grain.MONTH, months=_one(values["m"]), ended=ended)
        case "quarters":
            return replace(bare, grain=Grain.QUARTER, months=(1, values["q"] * 3), ended=True)
        case "quarter":
            quarter = replace(bare, grain=Grain.QUARTER, months=_quarter(values["q"], text), ended=ended)
            return _month_of(quarter, match.string)
        case "half":
            months = (1, 6) if groups["half"] in ("上半年", "前半年") else (7, 12)
            return replace(bare, grain=Grain.HALF, months=months, ended=ended)
        case "midyear":
            return replace(bare, grain=Grain.HALF, months=(1, 6), ended=True)
        case "yearend":
            return replace(bare, grain=Grain.YEAR, ended=True)
        case "vague":
            return replace(bare, vague=True)
        case "year":
            return replace(bare, word=groups["word"] or "")
        case "festival":
            name = next(_FESTIVAL_NAMES[index] for index in range(len(_FESTIVAL_NAMES)) if groups[f"f{index}"])
            return replace(bare, grain=Grain.FESTIVAL, name=name)
        case "monthend":
            return replace(bare, grain=Grain.MONTH, days=(MONTH_END, MONTH_END), ended=True, monthless=True)
        case "monthless":
            return replace(bare, grain=Grain.DAY, days=_one(values["d"]), monthless=True)
        case _:
            return _from_anchor(kind, match, anchor)


def point_year(groups: dict[str, str | None], anchor: date) -> tuple[int | None, bool]:
    """Return the year a match names, or None, and whether it counts from the point before it (次年)."""
    if text := groups.get("year"):
        return number(text), False
    if text := groups.get("short"):
        return 2000 + int(text), False
    if word := groups.get("word"):
        return anchor.year + _YEAR_WORDS[word], word in _NEXT_YEAR
    return None, False


def _one(value: int) -> tuple[int, int]:
    return value, value


def _quarter(value: int, text: str) -> tuple[int, int]:
    if not 1 <= value <= 4:
        raise Unreadable("no_such_quarter", text=text)
    return value * 3 - 2, value * 3


_MONTH_OF_QUARTER = re.compile(
    rf"的?(?P<nth>首月|末月|最后一个月|第[一二三123]个月)份?的?(?:(?P<d>{NUMBER})(?:日|号)|(?P<end>底|末))?"
)


def _month_of(quarter: Point, text: str) -> Point:
    """Return the month or day of a quarter that the text goes on to name (下一季度首月15日), else the quarter."""
    match = _MONTH_OF_QUARTER.match(text, quarter.stop)
    if not match:
        return quarter
    nth = {"首": 1, "末": 3, "最": 3}.get(match["nth"][0]) or number(match["nth"][1])
    month = quarter.months[0] + nth - 1
    named = replace(quarter, stop=match.end(), text=text[quarter.start : match.end()], months=_one(month))
    if match["d"]:
        return replace(named, grain=Grain.DAY, days=_one(number(match["d"])), ended=False)
    return replace(named, grain=Grain.MONTH, ended=bool(match["end"]))


def _from_anchor(kind: str, match: re.Match[str], anchor: date) -> Point | None:
    """Build the points that only the anchor or the plan's number settles."""
    groups = match.groupdict()
    shift = _SHIFTS[groups.get("shift") or "本"]
    start, stop, text = match.start(), match.end(), match[0]
    match kind:
        case "plan":
            return _plan(match)
        case "monthword":
            month = anchor.replace(day=1) + relativedelta(months=shift)
            tail = groups["tail"] or ""
            point = Point(start, stop, text, Grain.MONTH, year=month.year, months=_one(month.month), ended=bool(tail))
            if not tail:
                return replace(point, word=text)
            if tail in _TEN_DAYS:
                point = Point(start, stop, text, Grain.TEN_DAYS, month.year, _one(month.month), _TEN_DAYS[tail])
            elif groups.get("d"):
                day = number(groups["d"])
                point = Point(start, stop, text, Grain.DAY, month.year, _one(month.month), _one(day))
            return point
        case "weekword":
            monday = anchor + relativedelta(weekday=MO(-1)) + timedelta(weeks=shift)
            word = groups["w"]
            if word is None:
                return Point(start, stop, text, Grain.WEEK, fixed=(monday, monday + timedelta(days=6)), ended=True)
            if word == "末":
                weekend = monday + timedelta(days=5), monday + timedelta(days=6)
                return Point(start, stop, text, Grain.WEEK, fixed=weekend, ended=True)
            weekday = monday + timedelta(days=_WEEKDAYS[word])
            if groups.get("shift") is None and weekday < anchor:
                weekday += timedelta(weeks=1)
            return Point(start, stop, text, Grain.DAY, fixed=(weekday, weekday))
        case "quarterword":
            first_month = (anchor.month - 1) // 3 * 3 + 1
            first = date(anchor.year, first_month, 1) + relativedelta(months=3 * shift)
            last = first + relativedelta(months=2, day=31)
            quarter = Point(
                start, stop, text, Grain.QUARTER, first.year, (first.month, last.month), ended=bool(groups["end"])
            )
            return _month_of(quarter, match.string)
        case "dayword":
            near = anchor + timedelta(days={"今": 0, "明": 1, "后": 2}[text[0]])
            return Point(start, stop, text, Grain.DAY, fixed=(near, near))
    return None


_PLAN_TITLE = re.compile(
    r"(?!规划?[期末]|[^,。;、]{0,4}(?:期间|时期|末))[^,。;、]{0,16}?(?:规划|纲要)(?!期|末|内|目标)"
)
_PLAN_TAIL = re.compile(
    r"(?P<vague>初期|初|前期|中期|开局|[前后][一二三两四]年)|(?:规划)?(?:期(?![间内]))?(?P<end>末期|末年|末|底|收官)?"
)


def _plan(match: re.Match[str]) -> Point:
    nth = number(match["p"] or match["p2"])
    first_year = 2006 + 5 * (nth - 1)
    tail = _PLAN_TAIL.match(match.string, match.start("tail"))
    stop = tail.end() if tail else match.start("tail")
    text = match.string[match.start() : stop]
    return Point(
        match.start(),
        stop,
        text,
        Grain.PLAN,
        fixed=(date(first_year, 1, 1), date(first_year + 4, 12, 31)),
        ended=bool(tail and tail["end"]),
        vague=bool(tail and tail["vague"]),
        title=bool(_PLAN_TITLE.match(match.string, match.start("tail"))),
    )
