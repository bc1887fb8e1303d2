"""Word a notice on one task: the duty and its clause, the date and how it was counted, how late it is, what is asked.

Everything said comes from `Facts` and the clause. What a person has to find, decide or sign stands as a mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.commitments.models import Review
from tracker.notices.drafting.facts import Earlier, Facts
from tracker.notices.drafting.forms import FORMS
from tracker.notices.drafting.marks import DATE, FINDING, MEASURES
from tracker.notices.drafting.words import cited, clause_cited, quoted, say
from tracker.notices.models import Kind
from tracker.rules.followup import Basis
from tracker.rules.standing import Place

YOU = "你单位"


@dataclass(frozen=True, slots=True)
class Ask:
    """Hold what a notice rests on and asks for.

    `issuer` is the formal name of who signs, `post` the addressee's post in words or empty. `replies` tells whether it asks
    for a reply by a date. `unit` is whom it speaks of or to; `tells_standing` whether it rests on how the task stands.
    """

    kind: Kind
    name: str
    issuer: str
    unit: str
    basis: Basis | None = None
    needs_finding: str = ""
    replies: bool = False
    post: str = ""
    tells_standing: bool = True


def titled(facts: Facts, ask: Ask) -> str:
    """Return the title of a notice on one task."""
    matter, unit = quoted(facts.task.title), ask.unit
    if not ask.tells_standing:
        return f"关于{unit}有关问题的{ask.name}"
    match ask.kind:
        case Kind.RECTIFICATION:
            return f"关于{matter}事项限期整改的通知"
        case Kind.BULLETIN:
            return f"关于{unit}{matter}事项办理情况的通报"
        case Kind.DECISION:
            return f"关于{unit}{matter}事项有关问题的{ask.name}"
        case Kind.COMPLETION:
            return f"关于{matter}事项的办结通知"
    return f"关于{matter}事项的{ask.name}"


def worded(facts: Facts, ask: Ask) -> str:
    """Return the text of a notice on one task, one paragraph a line."""
    match ask.kind:
        case Kind.SUPERVISION | Kind.RECTIFICATION:
            paragraphs = _in_sections(facts, ask)
        case Kind.BULLETIN | Kind.DECISION:
            paragraphs = _about(facts, ask)
        case Kind.COMPLETION:
            paragraphs = [*_duty(facts, YOU), _closing_of(facts, YOU)]
        case _:
            paragraphs = _letter(facts, ask)
    return "\n".join(part for part in [*paragraphs, FORMS[ask.kind].closing] if part)


def _letter(facts: Facts, ask: Ask) -> list[str]:
    if not ask.tells_standing:
        return [_ground(facts, ask), _request(facts, ask)]
    return [*_duty(facts, YOU), _standing(facts, YOU), *_history(facts, YOU), _ground(facts, ask), _request(facts, ask)]


def _in_sections(facts: Facts, ask: Ask) -> list[str]:
    first, *rest = _duty(facts, YOU)
    verb = "限期整改" if ask.kind is Kind.RECTIFICATION else "督办"
    return [
        f"现就{quoted(facts.task.title)}事项予以{verb}，有关要求通知如下：",
        "一、事项和时限",
        first,
        *rest,
        "二、办理情况",
        _standing(facts, YOU),
        *_history(facts, YOU),
        f"三、{verb}依据",
        _ground(facts, ask),
        "四、办理要求",
        _request(facts, ask),
    ]


def _about(facts: Facts, ask: Ask) -> list[str]:
    """Word a notice that others read: the unit is spoken of, not to."""
    unit = ask.unit
    end = f"对上述情形，决定如下：{MEASURES}。" if ask.kind is Kind.DECISION else f"现对{unit}予以{_censure(ask)}。"
    told = [*_duty(facts, unit), _standing(facts, unit), *_history(facts, unit)] if ask.tells_standing else []
    return [
        *told,
        _ground(facts, ask),
        end,
        f"请{unit}于{DATE}前书面报告{ask.issuer}。" if ask.replies else "",
    ]


def _censure(ask: Ask) -> str:
    """Return “通报批评” only where the clause itself says so."""
    return "通报批评" if ask.basis and "通报批评" in ask.basis.quote else "通报"


def _duty(facts: Facts, who: str) -> list[str]:
    task, commitment = facts.task, facts.task.commitment
    document, clause = commitment.document, commitment.clause
    duty = f"{clause_cited(document, clause.label)}提出：{quoted(commitment.quote)}。"
    given = f"{say(facts.assigned_on)}，{quoted(task.title)}事项交由{who}办理"
    if task.due is None:
        return [f"{duty}{given}。"]
    phrase = f"（原文为{quoted(commitment.phrase)}）" if commitment.phrase else ""
    if facts.first_due:
        limit = f"原定完成时限为{say(facts.first_due)}{phrase}，后调整为{say(task.due)}"
    else:
        limit = f"完成时限为{say(task.due)}{phrase}"
    if task.provisional:
        limit += "，该日期待放假安排公布后核定"
    counting = "".join(facts.counting)
    return [f"{duty}{given}，{limit}。", f"时限的确定：{counting}" if counting else ""]


def _standing(facts: Facts, who: str) -> str:
    day, standing, task = say(facts.as_of), facts.standing, facts.task
    match standing.place:
        case Place.OVERDUE:
            late = f"已逾期{standing.days_late}日"
            worked = f"（其中工作日{standing.workdays_late}个）" if standing.workdays_late else ""
            said = f"截至{day}，该事项尚未办结，{late}{worked}。"
        case Place.ON_TRACK | Place.DUE_SOON | Place.DUE_TODAY:
            left = f"，距完成时限还有{standing.days_left}日" if standing.days_left else "，当日即为完成时限"
            said = f"截至{day}，该事项尚未办结{left if task.due else ''}。"
        case Place.AWAITING_REVIEW:
            said = f"截至{day}，该事项已申请办结，正在审核。"
        case _:
            said = f"截至{day}，该事项尚未办结。"
    if facts.reported_on:
        return f"{said}{who}最近一次反馈进展的日期为{say(facts.reported_on)}。"
    return f"{said}至该日，没有收到{who}反馈进展的记录。"


def _history(facts: Facts, who: str) -> Iterable[str]:
    return [_sent(one, facts, who) for one in facts.earlier]


def _sent(one: Earlier, facts: Facts, who: str) -> str:
    number = one.number or "编号待签发时取"
    if one.kind is Kind.BULLETIN:
        return f"{say(one.signed_on)}，{one.issuer}就该事项印发{one.name}（{number}）。"
    said = f"{say(one.signed_on)}，{one.issuer}就该事项向{who}发出{one.name}（{number}）"
    if one.reply_by:
        said += f"，要求于{say(one.reply_by)}前完成整改并报告"
    if one.replied_on:
        return f"{said}。{say(one.replied_on)}收到回复。"
    return f"{said}。截至{say(facts.as_of)}，没有收到回复的记录。" if one.reply_by else f"{said}。"


def _ground(facts: Facts, ask: Ask) -> str:
    finding = f"经审查，{FINDING}。" if ask.needs_finding else ""
    if ask.basis is None:
        return finding
    document = facts.task.commitment.document
    # Quoted as it stands: a full stop of the clause's own is not doubled.
    clause = clause_cited(document, ask.basis.clause, again=ask.tells_standing)
    said = f"{clause}规定：{quoted(ask.basis.quote.rstrip('。'))}。"
    return f"{said}{finding}"


def _request(facts: Facts, ask: Ask) -> str:
    who = f"{YOU}（由{ask.post}负责）" if ask.post else YOU
    if ask.kind is Kind.REMINDER:
        late = facts.standing.place is Place.OVERDUE
        what = "抓紧办理，尽快办结" if late else "统筹安排，按期办结"
        return f"现予提醒。请{who}{what}，" + (
            f"并于{DATE}前将办理情况函告{ask.issuer}。" if ask.replies else "办结后及时申请办结。"
        )
    lead = {Kind.URGING: "现予督促。", Kind.SUPERVISION: "", Kind.RECTIFICATION: ""}.get(ask.kind, "")
    return f"{lead}请{who}于{DATE}前完成整改，并将整改情况书面报告{ask.issuer}。"


def _closing_of(facts: Facts, who: str) -> str:
    review, day = facts.review, say(facts.closed_on or facts.as_of)
    if review is not None and review.decision == Review.Decision.NOT_ACHIEVED:
        return f"该事项于{day}经审核按“未完成办结”处理，理由是：{review.reason.rstrip('。')}。"
    late = facts.standing
    measured = f"，较完成时限逾期{late.days_late}日" if late.closed_late else ""
    return f"{who}办理的上述事项经审核予以销号，销号日期为{day}{measured}。"


def summed(facts: Sequence[Facts], *, first: str, last: str, as_of: str, to_confirm: int) -> list[str]:
    """Word the figures of a period's bulletin; every task falls under exactly one of them."""
    units = len({one.task.lead_id for one in facts})
    paragraphs = [
        f"{first}至{last}到期的承诺事项共{len(facts)}项，涉及{units}个单位。截至{as_of}，其中{_counts(facts)}。",
    ]
    if to_confirm:
        paragraphs.append(f"另有{to_confirm}项在导入时已过完成时限，待责任单位核实，不计入上述数字。")
    return paragraphs


def by_document(facts: Sequence[Facts]) -> list[str]:
    """Word the figures of each document, in the order the tasks are given in; no unit is named."""
    found: dict[int, list[Facts]] = {}
    for one in facts:
        found.setdefault(one.task.commitment.document_id, []).append(one)
    return [f"{cited(group[0].task.commitment.document)}{len(group)}项：{_counts(group)}。" for group in found.values()]


def grounds(facts: Sequence[Facts], named: Mapping[int, Basis]) -> list[str]:
    """Quote each clause by which a bulletin may name units, once."""
    clauses = {
        (one.task.commitment.document_id, named[one.task.pk]): (one.task.commitment.document, named[one.task.pk])
        for one in facts
    }
    said = [
        f"{clause_cited(document, basis.clause)}规定：{quoted(basis.quote.rstrip('。'))}。"
        for document, basis in clauses.values()
    ]
    return [*said, "依照上述规定，下列事项予以通报："]


def _counts(facts: Sequence[Facts]) -> str:
    places = [one.standing for one in facts]
    counts = [
        ("按期办结", sum(s.place is Place.CLOSED and not s.closed_late for s in places)),
        ("逾期办结", sum(s.place is Place.CLOSED and s.closed_late for s in places)),
        ("未完成办结", sum(s.place is Place.NOT_ACHIEVED for s in places)),
        ("申请办结待审核", sum(s.place is Place.AWAITING_REVIEW for s in places)),
        ("中止", sum(s.place is Place.SUSPENDED for s in places)),
        ("逾期未办结", sum(s.place is Place.OVERDUE for s in places)),
        ("未到期", sum(s.place in {Place.ON_TRACK, Place.DUE_SOON, Place.DUE_TODAY} for s in places)),
    ]
    return "，".join(f"{name}{count}项" for name, count in counts if count)
