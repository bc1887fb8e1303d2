"""Find the limits a text counts from an event (批准之日起30个工作日内, 收到通知后3个工作日内, 提前一周, 两年内, 试用期一年).

Says how long, in which unit, in which direction and from which event, in the text's own words. Whether the event's day is
known, and the counting itself, are left to `mentions` and `deadline`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from tracker.rules.counting import Direction, Unit
from tracker.rules.phrases.numerals import NUMBER, NotANumber, number
from tracker.rules.phrases.periods import UNIT_PATTERN, UNITS
from tracker.rules.phrases.reading import Relative


class Base(Enum):
    """Say which day a limit is counted from."""

    ISSUE = "issue"  # the document's own issue, named by the text
    ASSUMED = "assumed"  # the text names no event, so the document's issue
    DECISION = "decision"  # an appointment's decision, dated by the document
    EVENT = "event"  # an event that must be recorded


class Standing(Enum):
    """Say what a length of time in the text is good for."""

    LIMIT = "limit"
    STARTS_AFTER = "starts_after"  # 公布之日起30日后施行
    SERVICE_STANDARD = "service_standard"  # 压缩至5个工作日内
    DURATION = "duration"  # a length without 内 and without an event


@dataclass(frozen=True, slots=True)
class Period:
    """Hold one limit as the text gives it; `start` and `stop` are its place in the normalised text."""

    start: int
    stop: int
    text: str
    relative: Relative
    base: Base
    standing: Standing
    soft: bool = False
    hours: int | None = None
    validity: bool = False


_HALF_YEAR = r"(?P<halfyear>半年)"
_HALF_MONTH = r"(?P<halfmonth>半个?月)"
_HALF_DAY = r"(?P<halfday>半[天日](?!托))"
_YEAR_AND_MONTHS = rf"(?P<years>{NUMBER})年零?(?P<months>{NUMBER})个月"
_HOURS = rf"(?P<hours>{NUMBER})个?小时"
_PLAIN = (
    rf"(?P<low>{NUMBER})(?:个?(?:{UNIT_PATTERN}))?[-至到](?P<high>{NUMBER})个?(?P<rangeunit>{UNIT_PATTERN})"
    rf"|(?P<n>{NUMBER})(?P<ge>个)?(?P<unit>{UNIT_PATTERN})(?P<andhalf>半)?"
)
_LENGTH = rf"(?:{_HALF_YEAR}|{_HALF_MONTH}|{_HALF_DAY}|{_YEAR_AND_MONTHS}|{_HOURS}|{_PLAIN})"

_ABOUT = r"(?:左右|上下)?"
_AT_LEAST = r"(?:至少|最少|不少于|不迟于|不晚于|最迟|约|的|,)*"
_FROM_EVENT = r"(?:之日起算?|之时起|当日起|当天起|次日起|起算?|之日|后的?|之后的?|以后的?|满)(?:计算)?"
_WITHIN = r"(?:的?时间)?(?:之内|以内|内|(?<=间)里)"

_AFTER_EVENT = re.compile(
    rf"(?P<link>{_FROM_EVENT}),?(?:的|最迟|不超过|应当?|须|至少)*{_LENGTH}{_ABOUT}(?P<within>{_WITHIN})?(?P<later>后|之后|以后)?"
)
_BEFORE_EVENT = re.compile(rf"(?P<link>(?:之|以)?前的?|提前){_AT_LEAST}{_LENGTH}(?P<within>{_WITHIN})?(?!级)")
_AHEAD_OF = re.compile(rf"(?:至少)?{_LENGTH}(?P<link>之前|以前|前)(?!后|期)")
_TERM = re.compile(
    rf"(?P<link>试用期|见习期|有效期|建设期|工期|任期|实施期|试点期|试行期|过渡期|公示期|整改期|质保期|缓冲期|宽限期|为期|期限|周期|时限)"
    rf"(?:限)?(?:一般|原则上|暂定|不超过|不少于|不低于|约|定|统一)*(?:为|是|:)?(?:一般|原则上|不超过|约)*{_LENGTH}{_ABOUT}(?P<within>{_WITHIN})?"
)
_HORIZON = re.compile(
    rf"(?P<link>未来|今后|接下来|再用|利用|力争用|争取用|用|通过)(?:的)?{_LENGTH}{_ABOUT}(?:的)?(?:时间|努力)?(?P<within>{_WITHIN})?"
)
_AHEAD = re.compile(r"(?:之|以)?前")
_BARE = re.compile(rf"(?:不超过|最多|约)?{_LENGTH}{_ABOUT}(?P<within>{_WITHIN})?")
_SAME_DAY = re.compile(r"(?:之日)?(?:当日|当天)(?:之内|以内|内)?(?!起)")

# A length that describes an age, a quantity or an amount of time and not a limit.
_NOT_A_LIMIT = re.compile(
    r"及?以上|及?以下|龄|婴|儿|来|以来|制|期间?|前的|级|间|历史|免费|义务|行动|计划|规划|纲要|教育|大计|一遇|有期|徒刑|次|贷款|轮"
)
_SERVICE = re.compile(
    r"(?:压缩|压减|缩短|精简|减少|缩减|提速)(?:到|至|为)?$|(?:办结|办理|审批|承诺|法定|审核)时限(?:为|:)?$"
)
_REQUEST = re.compile(r"(?:予以|给予|依法|应当?|完成)*(?:办结|办理完毕|办完|答复|回复|受理|作出(?:决定|答复)|出具)")
_ISSUE_EVENT = re.compile(
    r"^(?:本|该|此)?(?:通知|办法|方案|意见|规定|细则|文件|规划|计划|决定|公告|通告|文)?(?:正式)?(?:印发|下发|发文|颁发|颁布)$"
    r"|^(?:本|该)(?:通知|办法|方案|意见|规定|细则|文件|规划|计划|决定|公告|通告|文)?(?:正式)?(?:发布|公布|公开发布|施行|实施|生效)$"
)
_OWN_ACT = re.compile(r"^(?:正式)?(?:发布|公布|施行|实施)$")
_CUT = re.compile(r"[,。;:!?()、\[\]□]")
_LEAD = re.compile(
    r"(?:\d+\.|第[零一二三四五六七八九十百\d]+条|[一二三四五六七八九]是|并|待|即|如|应当?|须|需|要|将|请|可|的|于|在|自|从|经|由|对|各单位|有关单位|至少|务必|原则上|力争|一般|且)+(?!然)"
)
_PREPOSITION = re.compile(
    r"(?<!存)(?<!所)(?<!现)在(?!线|建|册|编|岗|校|职)|(?<![关对由属基鉴位用])于|自(?!然|治|行|查|愿|主|身|己|来)|从(?!业|事|严|而|快)"
)


def period_at(text: str, at: int, since: int) -> Period | None:
    """Return the limit that begins at this place of a normalised text, or None.

    `since` is where the expression before it ended: the event's words are looked for after it.
    """
    for finder in (_term, _after, _before, _horizon, _bare, _same_day):
        if found := finder(text, at, since):
            return found
    return None


# Longer than any event a notice names; keeps a long line from being searched from its beginning each time.
_EVENT_REACH = 60


def event_words(text: str, since: int, at: int) -> tuple[int, str]:
    """Return where the event's words begin and the words, cut at the last punctuation and preposition before `at`."""
    begin = max(since, at - _EVENT_REACH)
    for match in _CUT.finditer(text, begin, at):
        begin = match.end()
    for match in _PREPOSITION.finditer(text, begin, at):
        if match.end() < at:
            begin = match.end()
    lead = _LEAD.match(text, begin, at)
    if lead and lead.end() < at:
        begin = lead.end()
    return begin, text[begin:at]


def _length(match: re.Match[str]) -> tuple[int, Unit, int | None, int | None] | None:
    """Return within, unit, lower bound and hours of a length; None for a number that is none."""
    groups = match.groupdict()
    try:
        if groups["halfyear"]:
            return 6, Unit.MONTH, None, None
        if groups["halfmonth"]:
            return 15, Unit.DAY, None, None
        if groups["halfday"]:
            return 1, Unit.DAY, None, 12
        if groups["years"]:
            return number(groups["years"]) * 12 + number(groups["months"]), Unit.MONTH, None, None
        if groups["hours"]:
            hours = number(groups["hours"])
            return -(-hours // 24), Unit.DAY, None, hours
        if groups["low"]:
            low, high = number(groups["low"]), number(groups["high"])
            factor, unit = UNITS[groups["rangeunit"]]
            return None if low >= high or high > 999 else (high * factor, unit, low * factor, None)
        n = number(groups["n"])
    except NotANumber:
        return None
    factor, unit = UNITS[groups["unit"]]
    if groups["unit"] == "月" and not groups["ge"] and groups["n"] not in ("两",):
        return None  # 6月 is June; only 个月 and 两月 are lengths
    if n > 999:
        return None
    if groups["andhalf"]:
        if unit is Unit.YEAR:
            return n * 12 + 6, Unit.MONTH, None, None
        return None
    return n * factor, unit, None, None


def _period(
    match: re.Match[str],
    start: int,
    of: str,
    base: Base,
    *,
    direction: Direction = Direction.AFTER,
    standing: Standing = Standing.LIMIT,
    validity: bool = False,
) -> Period | None:
    length = _length(match)
    if length is None:
        return None
    within, unit, low, hours = length
    roll = hours is None and base is not Base.DECISION and standing is Standing.LIMIT
    text = match.string
    stop = match.end()
    return Period(
        start,
        stop,
        text[start:stop],
        Relative(within, unit, of, direction, low, roll=roll),
        base,
        standing,
        soft="左右" in match[0] or text.startswith("左右", stop),
        hours=hours,
        validity=validity,
    )


def _term(text: str, at: int, since: int) -> Period | None:
    match = _TERM.match(text, at)
    if not match or _NOT_A_LIMIT.match(text, match.end()):
        return None
    noun = match["link"]
    if noun in ("试用期", "见习期"):
        return _period(match, at, "任职", Base.DECISION)
    if noun in ("为期", "期限", "周期", "时限"):
        # 为期三年 says how long something lasts, and nothing of when it begins.
        return _period(match, at, "", Base.ASSUMED, standing=Standing.DURATION)
    return _period(match, at, noun + "起始", Base.EVENT, validity=noun == "有效期")


def _after(text: str, at: int, since: int) -> Period | None:
    match = _AFTER_EVENT.match(text, at)
    if not match:
        return None
    begin, of = event_words(text, since, at)
    link = match["link"]
    if not of or _AHEAD.match(text, match.end()):
        return None
    if link == "满" and of.endswith(("届", "期")):
        of += "满"
    base = Base.EVENT
    if _ISSUE_EVENT.match(of) or (_OWN_ACT.match(of) and "起" in link):
        base = Base.ISSUE
    of = {"会": "会议"}.get(of, of)
    if match["later"] and not match["within"]:
        return _period(match, begin, of, base, standing=Standing.STARTS_AFTER)
    if (
        not match["within"]
        and link.startswith(("后", "之后", "以后", "起", "之日"))
        and _NOT_A_LIMIT.match(text, match.end())
    ):
        return None
    return _period(match, begin, of, base)


def _before(text: str, at: int, since: int) -> Period | None:
    match = _BEFORE_EVENT.match(text, at)
    if not match:
        return None
    if match["link"] == "提前":
        return _period(match, at, _ahead_event(text, since, at), Base.EVENT, direction=Direction.BEFORE)
    begin, of = event_words(text, since, at)
    if not match["within"] and _NOT_A_LIMIT.match(text, match.end()):
        return None
    if not of or of.endswith(("目", "当", "此", "以", "之", "年", "月", "日")):
        return None
    of = {"会": "会议"}.get(of, of)
    return _period(match, begin, of, Base.EVENT, direction=Direction.BEFORE)


def _ahead_event(text: str, since: int, at: int) -> str:
    """Return the event of 会议召开前提前3天; empty when the text names none before 提前."""
    _, of = event_words(text, since, at)
    trimmed = re.sub("(?:之|以)?前$|应当?$|须$|需$|要$", "", of)
    return {"会": "会议"}.get(trimmed, trimmed) if of.endswith("前") else ""


_EVENT_TAIL = re.compile(
    r"(?:期满|届满|到期|召开|举行|开始|开工|实施|竣工|施工|验收|使用|启用|会议|活动|举办|作业|施行|换届|退休)$"
)


def ahead_at(text: str, at: int, since: int) -> Period | None:
    """Return the limit before an event whose length stands before 前 (会议召开5日前, 届满30日前), or None.

    Looked for before points: without such an event 5日前 is a day of the month, and 3天前 lies in the past.
    """
    match = _AHEAD_OF.match(text, at)
    if not match:
        return None
    begin, of = event_words(text, since, at)
    of = of.removesuffix("的")
    if not _EVENT_TAIL.search(of):
        return None
    return _period(match, begin, of, Base.EVENT, direction=Direction.BEFORE)


def _horizon(text: str, at: int, since: int) -> Period | None:
    match = _HORIZON.match(text, at)
    if not match or (match["link"] in ("用", "通过") and "时间" not in match[0] and "努力" not in match[0]):
        return None
    return _period(match, at, "", Base.ASSUMED)


def _bare(text: str, at: int, since: int) -> Period | None:
    match = _BARE.match(text, at)
    if not match or (
        at > 0 and (text[at - 1].isdigit() or text[at - 1] in "第零一二三四五六七八九十百两.近每-/年月个")
    ):
        return None
    if _SERVICE.search(text, max(0, at - 12), at):
        return _period(match, at, "", Base.ASSUMED, standing=Standing.SERVICE_STANDARD)
    if not match["within"]:
        if _NOT_A_LIMIT.match(text, match.end()):
            return None
        if match["low"]:
            return _period(match, at, "", Base.EVENT)  # 1-2年 is a limit, though of what the text does not say
        return _period(match, at, "", Base.ASSUMED, standing=Standing.DURATION)
    # 3个工作日内办结 counts from each request, not from the document.
    base = Base.EVENT if _REQUEST.match(text, match.end()) else Base.ASSUMED
    return _period(match, at, "", base)


def _same_day(text: str, at: int, since: int) -> Period | None:
    match = _SAME_DAY.match(text, at)
    if not match:
        return None
    begin, of = event_words(text, since, at)
    of = re.sub("(?:之日)?(?:起|后)?$", "", of)
    relative = Relative(0, Unit.DAY, of, Direction.AFTER)
    return Period(begin, match.end(), text[begin : match.end()], relative, Base.EVENT, Standing.LIMIT)
