"""Find the recurrences a text names (每月5日前, 每季度最后一个月25日前, 每年3月和9月, 半年一次) and write them as RRULEs.

A recurrence without a named day is due on the last day of each period; which period is the first is decided by
`tracker.rules.deadline`. A day that no RRULE can name, such as a lunar festival, is refused rather than rounded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum

from tracker.rules.counting import Direction
from tracker.rules.phrases.numerals import NUMBER, number
from tracker.rules.phrases.periods import COUNTED, UNITS
from tracker.rules.phrases.points import MONTH_END, Grain, Point, last_of_month, place, point_at
from tracker.rules.phrases.reading import Relative, Unreadable

# Any year without a 29 February: yearly days are read in it only to find their month and day.
_SAMPLE_YEAR = 2023

_DAY_CODES = dict(zip("一二三四五六日", ("MO", "TU", "WE", "TH", "FR", "SA", "SU"), strict=True)) | {"天": "SU"}
_WORKING_WEEK = "MO,TU,WE,TH,FR"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Hold a recurrence as the parts of an RRULE.

    `months` and `days` are BYMONTH and BYMONTHDAY (-1 for the last day). `times` is how often within a period when that
    is not expressed by the interval. `relative` is a limit counted from the end of each period.
    """

    start: int
    stop: int
    text: str
    freq: str
    interval: int = 1
    months: tuple[int, ...] = ()
    days: tuple[int, ...] = ()
    weekdays: str = ""
    position: int | None = None
    times: int = 1
    relative: Relative | None = None

    @property
    def named(self) -> bool:
        """Return whether the text names a day or month within the period."""
        return bool(self.months or self.days or self.weekdays or self.relative)

    @property
    def rrule(self) -> str:
        """Return RFC 5545 RRULE text."""
        parts = [f"FREQ={self.freq}"]
        if self.interval > 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.months:
            parts.append("BYMONTH=" + ",".join(map(str, self.months)))
        if self.days:
            parts.append("BYMONTHDAY=" + ",".join(map(str, self.days)))
        if self.weekdays:
            parts.append(f"BYDAY={self.weekdays}")
        if self.position is not None:
            parts.append(f"BYSETPOS={self.position}")
        return ";".join(parts)


_PERIODS: dict[str, tuple[str, int]] = {
    "日": ("DAILY", 1),
    "天": ("DAILY", 1),
    "周": ("WEEKLY", 1),
    "星期": ("WEEKLY", 1),
    "礼拜": ("WEEKLY", 1),
    "月": ("MONTHLY", 1),
    "月度": ("MONTHLY", 1),
    "月份": ("MONTHLY", 1),
    "季": ("MONTHLY", 3),
    "季度": ("MONTHLY", 3),
    "半年": ("MONTHLY", 6),
    "半年度": ("MONTHLY", 6),
    "年": ("YEARLY", 1),
    "年度": ("YEARLY", 1),
    "会计年度": ("YEARLY", 1),
}
_TEN_DAY_ENDS = (10, 20, -1)
_HALF_MONTH_ENDS = (15, -1)

_YEAR_GUARD = "年(?!级|龄|纪|均|产|轻|代)"
_EVERY = re.compile(
    rf"每逢?(?P<skip>间?隔)?(?P<n>{NUMBER})?个?"
    rf"(?P<unit>工作日|半个?月|半年度?|日(?!报)|天|周(?!岁|边|围|期)|星期|礼拜|旬|月份?(?!龄)|季度|季(?!节)|年度|{_YEAR_GUARD})"
)
_SO_OFTEN = re.compile(
    rf"(?<![\d零一二三四五六七八九十第])(?:(?P<n>{NUMBER})?(?P<unit>半年|半个?月|年|周|个季度|季度?|个月|个星期)|(?P<one>一)(?P<month>月|日|天|旬))"
    rf"(?:内)?(?:至少|不少于|召开|开展|组织|进行|集中)*(?P<times>{NUMBER})次"
)
_ONE_A_PERIOD = re.compile(
    r"(?:一(?P<unit>周|月|季度?|年|日|天|旬)一(?![个些月年日周旬天定般]|[\u4e00-\u9fff]?月)|(?P<half>半年|半个?月)一(?![个些]))(?=[\u4e00-\u9fff])"
)
_BY_PERIOD = re.compile(
    r"(?:按|逐(?!年))(?P<unit>半年度?|季度|年度|月度|旬|周|季(?!节)|月(?!龄)|年(?!龄|级|代)|日(?!期|常|程)|天)"
)
_EVERY_OTHER = re.compile(r"(?:(?<!间)隔(?P<unit>年|月|周|日|天)|每?双(?P<pair>月|周))(?!离|断|绝|壁|岁|方)")
_PERIODIC_NOUN = re.compile(
    r"(?<![\d零一二三四五六七八九十本当下上次每个近同半])(?P<unit>半年|季度|月度|周|旬|月|季|日)"
    r"(?:调度|通报|例会|督查|督办|会商|研判|考核|小结|报告制|报制|报(?=[,。;、表]|$))"
)
_PERIOD_ENDED = re.compile(
    rf"(?P<each>每个?)?(?P<unit>会计年度|半年度?|月度|月份|季度|年度|月|季|年)(?:末)?(?:终了|结束|届满|(?<=季)|(?<=月))(?:之日)?(?:起|后|之后|以后)?的?,?{COUNTED}(?:之内|以内|内)"
)
_TIMES = re.compile(rf"[^,。;、:\d零一二三四五六七八九十两次]{{0,14}}(?P<times>{NUMBER})(?:-{NUMBER})?次")
_AFTER_END = re.compile(rf"末?(?:结束|终了|期满|届满)?(?:之日)?(?:后|之后|起)的?,?{COUNTED}(?:之内|以内|内)")
_TO = re.compile(r"[-至到]")
_BEFORE = re.compile(r"(?:之|以)?前(?!后)")
_LINK = re.compile(r"(?:、|,|和|及|与|或|以及)?(?:的|于|在|各)*")

_MONTH_TAIL = re.compile(
    rf"(?:的|于|在)?(?:"
    rf"(?:月?底)?最后(?:一个|1个)?(?P<lastwork>工作日)|最后一?[天日]"
    rf"|(?:第|前)(?P<nthwork>{NUMBER})个工作日"
    rf"|(?P<nthweek>第[一二三四1-4]个?|最后一个?)(?:周|星期|礼拜)(?P<w>[一二三四五六日天])"
    rf"|(?P<week>第[一二三四1-4]|最后一)个?(?:周|星期)"
    rf"|(?P<part>上旬|中旬|下旬|月初|初)"
    rf"|(?:月底|月末|底|末)"
    rf"|(?P<days>{NUMBER}[日号]?(?:(?:[、,和及与]|以及){NUMBER}[日号]?)*)(?:日|号|(?<=[日号]))(?:[-至到](?P<until>{NUMBER})(?:日|号))?"
    rf"|{NUMBER}[日号]?[-至到](?P<through>{NUMBER})(?:日|号)"
    rf")(?:(?:之|以)?前|内|左右)?"
)
_MONTH_OF_QUARTER = re.compile(
    rf"(?:的|于|在)?(?P<month>最后(?:一|1)?个?月份?|末月|尾月|末(?={NUMBER}[日号])|(?:第?(?P<nth>{NUMBER})个|首个?)月份?|首月)的?"
)
_QUARTER_END = re.compile(r"(?:的|于|在)?(?:季末|末|底)(?!月)(?:(?:之|以)?前)?")
_QUARTERS_MONTH = re.compile(r"(?P<unit>季度?)(?=末月|首月|最后一个月|第[一二三]个月)")
_MONTHLESS = re.compile(rf"(?:的|于|在)?(?P<d>{NUMBER})(?:日|号)(?=(?:之|以)?前)")
_YEAR_END = re.compile(r"(?:的|于|在)?(?:年底|年末|年终|岁末|底|末|终)(?:(?:之|以)?前)?")
_VAGUE = re.compile(
    r"(?:的|于|在|逢)?(?:年初|季初|(?<![月旬])初(?![一二三四五六七八九十步级期中])|年中|中期|主?汛期|雨季|春季|夏季|秋季|冬季|春秋|秋冬|冬春|春耕|夏收|秋收|三夏|三秋|暑假|寒假"
    r"|供暖|采暖|农闲|农忙|防火期)|逢[\d一二三四五六七八九十]"
)
_WEEKDAYS = re.compile(
    r"(?:的|于|在)?(?:周|星期|礼拜)?(?P<days>[一二三四五六日天](?:(?:[、,和及与]|至|到|-)(?:周|星期|礼拜)?[一二三四五六日天])*)"
    r"(?!次|调度|通报|报告|汇报|报(?!送|名|到)|督查|督导|督办|考核|研判|会商|排名|晒|评|小结|个)(?:(?:之|以)?前)?"
)


def recurrence_at(text: str, at: int, anchor: date) -> Recurrence | None:
    """Return the recurrence that begins at this place of a normalised text, or None.

    Raises Unreadable for one that RRULE cannot express or that has two meanings.
    """
    if match := _PERIOD_ENDED.match(text, at):
        return _ended(match)
    if match := _EVERY.match(text, at):
        return _every(match, anchor)
    if match := _SO_OFTEN.match(text, at):
        return _so_often(match)
    if (match := _QUARTERS_MONTH.match(text, at)) and not (at and text[at - 1] in "每本当下上第一二三四这"):
        quarterly = replace(_plain(match, "季度"), stop=match.end("unit"))
        return _within_months(quarterly, text)
    for pattern in (_ONE_A_PERIOD, _BY_PERIOD, _PERIODIC_NOUN):
        if match := pattern.match(text, at):
            groups = match.groupdict()
            return _plain(match, groups.get("half") or groups["unit"])
    if match := _EVERY_OTHER.match(text, at):
        return replace(_plain(match, match["unit"] or match["pair"]), interval=2)
    return None


def _plain(match: re.Match[str], unit: str) -> Recurrence:
    found = Recurrence(match.start(), match.end(), match[0], "MONTHLY")
    if unit == "旬":
        return replace(found, days=_TEN_DAY_ENDS)
    if unit in ("半月", "半个月"):
        return replace(found, days=_HALF_MONTH_ENDS)
    if unit == "工作日":
        return replace(found, freq="WEEKLY", weekdays=_WORKING_WEEK)
    freq, interval = _PERIODS[unit]
    return replace(found, freq=freq, interval=interval)


def _every(match: re.Match[str], anchor: date) -> Recurrence | None:
    unit, skip, n = match["unit"], match["skip"], number(match["n"]) if match["n"] else 1
    if unit == "旬" and n > 1:
        return None
    if skip:
        if n != 1:
            raise Unreadable("every_other_unclear", text=match[0])
        n = 2
    if n < 1:
        return None
    found = _plain(match, unit)
    if n > 1:
        if found.named:
            return None
        found = replace(found, interval=found.interval * n)
    else:
        found = _named(found, match.string, anchor)
    return _after_end(_times(found, match.string), match.string)


def _stretch(found: Recurrence, stop: int, text: str) -> Recurrence:
    return replace(found, stop=stop, text=text[found.start : stop])


def _times(found: Recurrence, text: str) -> Recurrence:
    if not (match := _TIMES.match(text, found.stop)):
        return found
    times = number(match["times"])
    # 每年组织2次 at a distance still belongs to the recurrence, but the words between are not part of the phrase.
    if match.end() - found.stop <= 6:
        found = _stretch(found, match.end(), text)
    return _often(found, times)


def _often(found: Recurrence, times: int) -> Recurrence:
    """Spread a number of times a year evenly over its months where it divides them; else keep the number."""
    if times <= 1:
        return found
    if found.freq == "YEARLY" and found.interval == 1 and not found.named and 12 % times == 0:
        return replace(found, freq="MONTHLY", interval=12 // times)
    return replace(found, times=times)


def _so_often(match: re.Match[str]) -> Recurrence | None:
    if match["one"]:
        return _often(_plain(match, match["month"]), number(match["times"]))
    n = number(match["n"]) if match["n"] else 1
    unit = match["unit"].removeprefix("个")
    # 2023年一次 is a year, 六月一次 a month: only a small count of years is a period.
    if not 1 <= n <= 10:
        return None
    found = _plain(match, unit)
    return _often(replace(found, interval=found.interval * n), number(match["times"]))


def _ended(match: re.Match[str]) -> Recurrence | None:
    """Read 季度终了后15日内: a recurrence whose limit is counted from the end of each period."""
    tail = match[0][(match.end("unit") - match.start()) :]
    if match["unit"] in ("月", "季", "年") and not re.match("末?(?:终了|结束|届满)|后", tail):
        return None
    if match["unit"] == "年" and not match["each"] and not tail.startswith(("末终了", "终了")):
        return None
    found = _plain(match, match["unit"])
    return replace(found, relative=_limit(match, f"{match['unit']}终了"))


def _after_end(found: Recurrence, text: str) -> Recurrence:
    if found.named or not (match := _AFTER_END.match(text, found.stop)):
        return found
    of = text[found.start : found.stop] + "终了"
    return _stretch(replace(found, relative=_limit(match, of)), match.end(), text)


def _limit(match: re.Match[str], of: str) -> Relative:
    factor, unit = UNITS[match["unit_of_count"]]
    return Relative(number(match["count"]) * factor, unit, of, Direction.AFTER)


def _named(found: Recurrence, text: str, anchor: date) -> Recurrence:
    """Read the day or month the text names within the period.

    Raises Unreadable where it names a part of the period without certain days: 每年汛期前, 每季度初.
    """
    if match := _VAGUE.match(text, found.stop):
        raise Unreadable("vague_part", text=text[found.start : match.end()])
    match (found.freq, found.interval):
        case ("WEEKLY", 1):
            return _weekly(found, text)
        case ("MONTHLY", 1) if not found.days:
            return _monthly(found, text)
        case ("MONTHLY", 3 | 6):
            return _within_months(found, text)
        case ("YEARLY", 1):
            return _yearly(found, text, anchor)
    return found


def _weekly(found: Recurrence, text: str) -> Recurrence:
    match = _WEEKDAYS.match(text, found.stop)
    if found.weekdays or not match:
        return found
    names = re.sub("周|星期|礼拜", "", match["days"])
    if span := re.fullmatch("(.)[至到-](.)", names):
        order = list(_DAY_CODES)[:7]
        first, last = (order.index(day.replace("天", "日")) for day in span.groups())
        codes = [_DAY_CODES[day] for day in order[first : last + 1]]
    else:
        codes = [_DAY_CODES[day] for day in re.findall("[一二三四五六日天]", names)]
    if not codes:
        return found
    return _stretch(replace(found, weekdays=",".join(dict.fromkeys(codes))), match.end(), text)


_WEEK_ENDS = {"第一": 7, "第1": 7, "第二": 14, "第2": 14, "第三": 21, "第3": 21, "第四": 28, "第4": 28, "最后一": -1}


def _monthly(found: Recurrence, text: str) -> Recurrence:
    if found.days or not (match := _MONTH_TAIL.match(text, found.stop)):
        return found
    found = _stretch(found, match.end(), text)
    if match["lastwork"]:
        return replace(found, weekdays=_WORKING_WEEK, position=-1)
    if match["nthwork"]:
        return replace(found, weekdays=_WORKING_WEEK, position=number(match["nthwork"]))
    if match["nthweek"]:
        nth = -1 if match["nthweek"].startswith("最后") else number(match["nthweek"].strip("第个"))
        return replace(found, weekdays=f"{nth}{_DAY_CODES[match['w']]}")
    if match["week"]:
        return replace(found, days=(_WEEK_ENDS[match["week"]],))
    if match["part"]:
        return replace(found, days=({"中旬": 20, "下旬": -1}.get(match["part"], 10),))
    if match["through"] or match["until"]:
        return replace(found, days=_days(found, match["through"] or match["until"]))
    if match["days"]:
        return replace(found, days=_days(found, *re.findall(NUMBER, match["days"])))
    return replace(found, days=(-1,))


def _days(found: Recurrence, *texts: str) -> tuple[int, ...]:
    days = tuple(sorted({number(text) for text in texts}))
    if not all(1 <= day <= 31 for day in days):
        raise Unreadable("no_such_day_of_month", text=found.text)
    # A month without a 31st would otherwise be passed over: its last day is meant.
    return tuple(-1 if day == 31 else day for day in days)


def _within_months(found: Recurrence, text: str) -> Recurrence:
    """Read the month and day named within a quarter or a half-year."""
    length = found.interval
    if match := _MONTH_OF_QUARTER.match(text, found.stop):
        nth = length
        if match["nth"]:
            nth = number(match["nth"])
        elif match["month"].startswith("首"):
            nth = 1
        if not 1 <= nth <= length:
            raise Unreadable("no_such_month_of_period", text=text[found.start : match.end()])
        months = tuple(range(nth, 13, length))
        found = _stretch(replace(found, interval=1, months=months), match.end(), text)
        return _monthly(found, text)
    if match := _QUARTER_END.match(text, found.stop):
        return _stretch(replace(found, days=(-1,)), match.end(), text)
    if match := _MONTHLESS.match(text, found.stop):
        raise Unreadable("which_month", text=text[found.start : match.end()])
    return found


def _yearly(found: Recurrence, text: str, anchor: date) -> Recurrence:
    if match := _MONTHLESS.match(text, found.stop):
        raise Unreadable("which_month", text=text[found.start : match.end()])
    named: list[_YearlyDay] = []
    at = found.stop
    while True:
        link = _LINK.match(text, at)
        begin = link.end() if link else at
        if not named and (match := _YEAR_END.match(text, at)):
            named.append(_YearlyDay(12, 31, Naming.END))
            at = match.end()
            break
        try:
            point = point_at(text, begin, anchor)
        except Unreadable:
            point = None
        if point is None or point.year is not None or point.fixed or point.monthless:
            break
        if to := _TO.match(text, point.stop):
            last = point_at(text, to.end(), anchor)
            point = last if last is not None and last.year is None and not last.fixed else point
        before = _BEFORE.match(text, point.stop)
        named.append(_yearly_day(point, bool(before), text[found.start : point.stop]))
        at = before.end() if before else point.stop
    if not named:
        return found
    months = tuple(sorted({day.month for day in named}))
    days = _common_day(named, text[found.start : at])
    return _stretch(replace(found, months=months, days=days), at, text)


def named_in_year(found: Recurrence, points: Sequence[tuple[Point | None, bool]], text: str) -> Recurrence:
    """Return a yearly recurrence on the days that points without a year name; the flag is True where 前 follows one.

    Raises Unreadable when one rule cannot say them all.
    """
    named = [_yearly_day(point, before, text) for point, before in points if point is not None]
    months = tuple(sorted({day.month for day in named}))
    return replace(found, months=months, days=_common_day(named, text))


class Naming(Enum):
    """Say how a phrase names the day within a month: by number, as the month's end, or not at all."""

    DAY = "day"
    END = "end"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class _YearlyDay:
    month: int
    day: int
    naming: Naming


def _common_day(named: list[_YearlyDay], text: str) -> tuple[int, ...]:
    """Return the BYMONTHDAY of several days of a year. Raises Unreadable when one rule cannot say them all."""
    if all(day.naming is Naming.MONTH for day in named):
        return ()
    if any(day.naming is Naming.DAY for day in named) and len({day.day for day in named}) == 1:
        return (named[0].day,)
    # 1月、4月、7月、10月的10日: the day is written once, after the last month.
    if named[-1].naming is Naming.DAY and all(day.naming is Naming.MONTH for day in named[:-1]):
        return (named[-1].day,)
    if all(day.day == last_of_month(_SAMPLE_YEAR, day.month).day for day in named):
        return (-1,)
    raise Unreadable("days_differ", text=text)


def _yearly_day(point: Point, before: bool, text: str) -> _YearlyDay:
    """Return the day of a year that a point without a year names, read in the sample year."""
    first, last = place(point, _SAMPLE_YEAR)
    if point.name and first.replace(year=_SAMPLE_YEAR + 1) != place(point, _SAMPLE_YEAR + 1)[0]:
        raise Unreadable("no_rrule_for_lunar", text=text)
    if before and not point.ended and point.grain not in (Grain.DAY, Grain.HALF):
        last = first - timedelta(days=1)
        naming = Naming.DAY if point.grain in (Grain.FESTIVAL, Grain.TEN_DAYS) else Naming.END
    elif point.ended:
        naming = Naming.END
    elif point.grain in (Grain.MONTH, Grain.QUARTER, Grain.HALF):
        naming = Naming.MONTH
    else:
        naming = Naming.END if point.days and point.days[1] == MONTH_END else Naming.DAY
    return _YearlyDay(last.month, last.day, naming)
