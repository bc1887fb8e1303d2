"""Find the time expressions of a line, so that none is passed over in silence.

Wider than what `tracker.rules.phrases` reads: a year in a document's number, a plan's name or a period of data is an
expression too, and whoever reads the text must say why it is no commitment. Nothing is read here, only found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_NUMBER = r"[\d０-９〇零一二两三四五六七八九十百]+"
_EXPRESSION = re.compile(
    "|".join(
        (
            r"〔\s*\d{4}\s*〕",
            r"\d{4}\s*[-—–－~～至]+\s*\d{4}\s*年?",
            r"\d{4}\s*年(?:\s*\d{1,2}\s*月)?(?:\s*\d{1,2}\s*日)?(?:年底|底|末|初|以来|起)?",
            r"\d{4}(?=[-—]\d{4})",
            rf"(?<![第\d]){_NUMBER}\s*月(?:\s*{_NUMBER}\s*日)?(?:上旬|中旬|下旬|底|末|初)?",
            r"[“\"]?十[一二三四五六]五[”\"]?",
            r"年底|年末|月底|季度|上半年|下半年|半年|上旬|中旬|下旬",
            # 每 before a thing (每户, 每亩, 每千名) says how much, not how often.
            r"每(?!位|人|个[^月季年]|条|户|亩|家|千|万|百|次|所|项|村|乡|一个|名|\s*\d|作|一)\S{0,3}",
            r"不?定期|适时|及时|尽快|按期|限期|按时|届时|期间",
            r"日内|工作日|之日起?|年内|个月|时期|规定期限",
            rf"{_NUMBER}\s*年(?!级|代)",
            rf"{_NUMBER}\s*周(?!年|岁|边)",
            rf"{_NUMBER}\s*日(?!本)(?=[前内起之])",
            rf"{_NUMBER}\s*个?小时",
            rf"{_NUMBER}\s*天",
            r"以来|近年|年度|当年|今年|明年|去年|本年",
            r"中长期|近期|远期|中期|终期|规划期|建设期|试用期|汛期|雨季",
        )
    )
)

Span = tuple[int, int]


def expressions(words: str) -> list[tuple[Span, str]]:
    """Return each time expression of a line with its span (start, end), in order."""
    return [(match.span(), match.group()) for match in _EXPRESSION.finditer(words)]


def spans(words: str, parts: Iterable[str]) -> list[Span]:
    """Return where each of these parts stands in the line, every time it does."""
    return [match.span() for part in parts if part for match in re.finditer(re.escape(part), words)]


def uncovered(words: str, covered: Iterable[str]) -> list[str]:
    """Return the time expressions of a line that none of the `covered` parts touches."""
    held = spans(words, covered)
    return [
        text
        for (start, end), text in expressions(words)
        if not any(first < end and start < last for first, last in held)
    ]
