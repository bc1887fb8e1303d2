"""Why a duty is late, read from what its unit said."""

from __future__ import annotations

import pytest

from tracker.rules.causes import Cause, read


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("县级配套资金尚未到位，已向县财政局申请。", Cause.FUNDS),
        ("用地审批正在省自然资源厅办理", Cause.APPROVAL),
        ("两次流标，需重新招标", Cause.TENDER),
        ("征地补偿尚有两户未达成协议", Cause.LAND),
        ("6月连续降雨，飞防作业顺延", Cause.NATURE),
        ("普查办抽调的同志还没有到岗", Cause.STAFF),
        ("上级实施方案未下发", Cause.PLAN),
        ("县统计局数据未移交", Cause.PART),
        ("正在抓紧办理", Cause.OTHER),
        ("  ", Cause.UNSAID),
        ("", Cause.UNSAID),
    ],
)
def test_a_sentence_names_its_cause(words: str, cause: Cause) -> None:
    assert read(words) is cause
