"""Find the words that speak of time without naming a day: duties to act soon or regularly, and the order of events.

These are read only where a text names no date, limit or recurrence.
"""

from __future__ import annotations

import re

from tracker.rules.counting import Direction, Unit
from tracker.rules.phrases.reading import Relative
from tracker.rules.phrases.relatives import event_words

# convention -> words; the first convention that matches, in this order, is the reading.
_UNDATED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("undated_irregular", re.compile("不定期|适时|择机|视情|必要时|根据需要|随时|分期分批|分阶段|分步")),
    ("undated_regular", re.compile("定期|常态化|经常性|日常|长期|持续|滚动|动态")),
    (
        "undated_soon",
        re.compile(
            "尽快|及时|尽早|早日|抓紧|立即|立刻|马上|即时|实时|第一时间|加快|迅速|即刻|限时|近期|近日|日内|不日|即将"
        ),
    ),
    ("undated_as_required", re.compile("按期|按时|如期|限期|按规定|按要求|按计划|按照?时间节点|按进度|同步|届时|到期")),
    ("undated_term", re.compile("中期|终期|期末|期中|总结评估|总结监测|任期内|本届")),
    (
        "undated_season",
        re.compile(
            "主?汛期|雨季|旱季|春季|夏季|秋季|冬季|春耕|春播|夏收|夏播|秋收|秋播|秋冬|冬春|麦收|三夏|三秋|采暖[季期]|供暖[季期]|取暖[季期]|"
            "暑假|寒假|寒暑假|暑期|假期|学期|农闲|农忙|防火期|年初|月初|季初|年前|关键时期|低碳日|科技周|环境日|宣传月|活动周|活动月"
        ),
    ),
    ("undated_modifier", re.compile("年度|月度|季度|历年|逐年|近年|年均|每次|全过程|全程|期间|阶段")),
)

_ISSUE_FROM = re.compile(
    r"(?:自|从)?(?:本|该)?(?:通知|办法|方案|意见|规定|细则|文件|规划|计划|决定|公告|通告)?(?:正式)?(?:印发|下发|发布|公布|颁布|发文|公开发布|施行|实施)"
    r"之?日(?:起|开始)(?:正式)?(?:施行|实施|执行|生效|开展)?(?!算?,?(?:的|最迟|不超过|应当?|须|至少)*[\d零一二三四五六七八九十百两半])"
    r"|(?:自|从)?即日起|(?:自|从)(?:印发|发布|公布|下发)起"
)

_EVENT_NOUNS = (
    "会议|开会|会|召开|开工|施工|动工|竣工|完工|完成|验收|招标|投标|中标|入汛|汛|开学|高考|期满|届满|到期|审批|报批|批准|批复|审核|审议|审定|备案|"
    "来临|到来|主汛期|汛期|雨季|供暖[期季]|采暖[期季]|农忙|核实|核对无误|实施|启动|播种|种植|收获|麦收|秋收|供暖|投产|投用|使用|启用|交付|换届|退休|离任|上岗|公示|作业|拨付|申报|受理|立项|评审|结束|颁布|"
    "印发|施行|发布|公布|签订|移交|合格|整改|结项|实施完|通过"
)
_ORDER = re.compile(
    rf"(?:{_EVENT_NOUNS})(?P<order>(?:之|以)?前(?!期|列|景|提|置|沿|的)|(?:之|以)?后(?!续|期|备|勤|台|评|稷|的)"
    r"|即(?=开展|组织|进行|办理|启动))"
)
_THEN_AT_ONCE = re.compile(r"(?:之|以)?后,?(?:应当?|须|要|需)?(?:立即|立刻|马上|当即|第一时间|即刻)")
_AT_ONCE = re.compile(r"当日|当天|即日|立即|马上")


def undated(text: str) -> tuple[str, str] | None:
    """Return the convention and the word of the first undated expression of time in a normalised text, or None."""
    for convention, pattern in _UNDATED:
        if match := pattern.search(text):
            return convention, match[0]
    return None


def issue_from_at(text: str, at: int) -> re.Match[str] | None:
    """Return the match of words that begin on the document's own issue (自印发之日起, 即日起) at this place, or None."""
    return _ISSUE_FROM.match(text, at)


def order_of_events(text: str) -> tuple[str, Relative] | None:
    """Return the words and the relation of a duty that only follows or precedes an event (验收后, 开工前), or None.

    The length is 0 for a duty before the event, whose own day is the last, and None for one after it: the text sets an
    order and no limit.
    """
    if match := _THEN_AT_ONCE.search(text):
        begin, event = event_words(text, 0, match.start())
        if event:
            return text[begin : match.end()], Relative(0, Unit.DAY, event, Direction.AFTER)
    if not (match := _ORDER.search(text)):
        return None
    begin, event = event_words(text, 0, match.start("order"))
    event = {"会": "会议", "开会": "会议", "汛": "入汛"}.get(event, event)
    if "前" in match["order"]:
        return text[begin : match.end()], Relative(0, Unit.DAY, event, Direction.BEFORE)
    at_once = match["order"] == "即" or _AT_ONCE.match(text, match.end())
    return text[begin : match.end()], Relative(0 if at_once else None, Unit.DAY, event, Direction.AFTER)
