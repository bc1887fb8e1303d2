"""Draft notices: say in official Chinese what the data and the clause say, and leave to people what only they can say.

A draft is a notice that is not saved, with the figures it rests on. Who proposes, edits, finds and signs is up to
`services`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.commitments.models import Task
from tracker.notices.drafting import texts
from tracker.notices.drafting.facts import Facts, Supposed, gather, matters
from tracker.notices.drafting.forms import FORMS, kind_named
from tracker.notices.drafting.marks import TABLE
from tracker.notices.drafting.words import formal_name, name_of, say
from tracker.notices.models import Kind, Matter, Notice
from tracker.org.models import Post, Unit
from tracker.rules.civil import civil_day
from tracker.rules.followup import Action, Basis, DueAction
from tracker.rules.standing import Place, Standing

# Whom a bulletin speaks to, until an editor names them.
READERS = "各有关单位"


@dataclass(frozen=True, slots=True)
class Cause:
    """Say why a notice on one task is to be drafted, by whom it would be signed and to whom it goes.

    `title` says in the step's or the proposer's words what for. `key` makes it once; `step_key` is empty unless an
    escalation step asks for it. `issuer` is a canonical unit name, met in `Unit` or not. `asks_within` overrules what the
    kind gives (working days). `tells_standing` is False where the notice rests on a fact other than how the task stands, and
    `against` then names whom it is against when that is not the task's lead. The task's commitment, document, clause and
    lead are loaded.
    """

    key: str
    kind: Kind
    name: str
    task: Task
    title: str
    issuer: str
    step_key: str = ""
    basis: Basis | None = None
    needs_finding: str = ""
    asks_within: int | None = None
    post: Post | None = None
    tells_standing: bool = True
    against: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """Hold a notice and its matters, neither saved."""

    notice: Notice
    matters: list[Matter]


def cause_of(task: Task, action: DueAction, post: Post | None) -> Cause:
    """Return the cause that a proposing step is: it quotes its clause and names what it drafts.

    A step that proposes a finding becomes the decision of the authority that the step names; `post` is whom the notice is
    addressed to.
    """
    step = action.step
    if step is None or action.basis is None:
        raise ValueError("a notice is proposed only by a step that quotes its clause")
    decides = step.action is Action.PROPOSE_FINDING
    kind = Kind.DECISION if decides else kind_named(step.notice)
    return Cause(
        key=action.key,
        kind=kind,
        name=FORMS[kind].name if decides else step.notice,
        task=task,
        title=step.title,
        issuer=step.signed_by,
        step_key=action.key,
        basis=action.basis,
        needs_finding=step.needs_finding,
        asks_within=step.asks_within,
        post=None if decides else post,
    )


def cause_again(notice: Notice, task: Task) -> Cause:
    """Return the cause a notice on one task was drafted for, so that it can be drafted anew with another day's figures."""
    basis = Basis(notice.basis_clause, 0, notice.basis_quote) if notice.basis_quote else None
    return Cause(
        key=notice.key,
        kind=Kind(notice.kind),
        name=notice.name,
        task=task,
        title=notice.cause,
        issuer=notice.issuer.name if notice.issuer else notice.issuer_name,
        step_key=notice.step_key,
        basis=basis,
        needs_finding=notice.needs_finding,
        asks_within=notice.asks_within,
        post=notice.to_post,
        tells_standing=notice.tells_standing,
        against="" if notice.to_unit else notice.addressee,
    )


def drafts(causes: Sequence[Cause], *, now: datetime, supposed: Supposed | None = None) -> list[Draft]:
    """Return a draft for each cause, with the figures of `now`'s civil day; reads only, in a handful of queries.

    A simulation says what it has `supposed` of the task, and drafts one cause at a time.
    """
    facts = gather([cause.task for cause in causes], today=civil_day(now), supposed=supposed)
    issuers = _units(cause.issuer for cause in causes)
    return [_draft(cause, facts[cause.task.pk], issuers.get(cause.issuer), now=now) for cause in causes]


def bulletin(
    tasks: Sequence[Task],
    *,
    first: date,
    last: date,
    as_of: date,
    issuer: Unit,
    to_confirm: int,
    key: str,
    now: datetime,
    standings: Mapping[int, Standing] | None = None,
    named: Mapping[int, Basis],
) -> Draft:
    """Return the draft of a bulletin on what was due from `first` to `last` (inclusive), as it stood on `as_of`.

    `tasks` are those counted, in the order to be listed in; `to_confirm` how many of the period are left out because their
    units have still to say how they stand. `standings` are how the tasks stood, left out where that is today. The text
    tells the figures, in all and by document; a late task is in the table, its unit named, only where it is in `named`,
    with the clause that provides for a bulletin. Units are listed, never ranked.
    """
    facts = list(gather(tasks, today=as_of, standings=standings).values())
    listed = [one for one in facts if one.standing.place is Place.OVERDUE and one.task.pk in named]
    late = sum(one.standing.place is Place.OVERDUE for one in facts)
    body = [
        "现将有关承诺事项的办理情况通报如下：",
        "一、总体情况",
        *texts.summed(facts, first=say(first), last=say(last), as_of=say(as_of), to_confirm=to_confirm),
        "二、分文件情况",
        *texts.by_document(facts),
    ]
    if listed:
        body += ["三、按规定予以通报的事项", *texts.grounds(listed, named), TABLE]
    if late:
        body += [f"{'四' if listed else '三'}、有关要求", "请逾期事项的责任单位抓紧办理，办结后及时申请办结。"]
    body.append(FORMS[Kind.BULLETIN].closing)
    notice = Notice(
        key=key,
        kind=Kind.BULLETIN,
        name=FORMS[Kind.BULLETIN].name,
        issuer=issuer,
        issuer_name=_formal(issuer),
        addressee=READERS,
        title=f"关于{_span(first, last)}到期承诺事项办理情况的通报",
        body="\n".join(body),
        as_of=as_of,
        proposed_at=now,
    )
    rows = matters(facts)
    for row in rows:
        row.listed = row.task_id in named
    return Draft(notice, rows)


def _draft(cause: Cause, facts: Facts, issuer: Unit | None, *, now: datetime) -> Draft:
    form = FORMS[cause.kind]
    lead, document = cause.task.lead, cause.task.commitment.document
    asks_within = cause.asks_within or form.asks_within
    signer = _formal(issuer) if issuer else formal_name(cause.issuer)
    ask = texts.Ask(
        kind=cause.kind,
        name=cause.name,
        issuer=signer,
        basis=cause.basis,
        needs_finding=cause.needs_finding,
        replies=asks_within is not None,
        post=str(cause.post) if cause.post else "",
        tells_standing=cause.tells_standing,
        unit=cause.against or lead.name,
    )
    notice = Notice(
        key=cause.key,
        step_key=cause.step_key,
        kind=cause.kind,
        name=cause.name,
        document=document,
        issuer=issuer,
        issuer_name=signer,
        to_unit=None if cause.against else lead,
        to_post=cause.post,
        addressee=READERS if cause.kind is Kind.BULLETIN else ask.unit,
        title=texts.titled(facts, ask),
        body=texts.worded(facts, ask),
        cause=cause.title,
        basis_clause=cause.basis.clause if cause.basis else "",
        basis_quote=cause.basis.quote if cause.basis else "",
        tells_standing=cause.tells_standing,
        as_of=facts.as_of,
        needs_finding=cause.needs_finding,
        asks_within=asks_within,
        proposed_at=now,
    )
    return Draft(notice, matters([facts]))


def _units(names: Iterable[str]) -> dict[str, Unit]:
    found = Unit.objects.filter(name__in=set(names)).prefetch_related("aliases")
    return {unit.name: unit for unit in found}


def _formal(unit: Unit) -> str:
    return name_of(unit, (alias.name for alias in unit.aliases.all()))


def _span(first: date, last: date) -> str:
    """Say a period in the shortest true way: 2023年6月, 2023年, or its two days."""
    after = date.fromordinal(last.toordinal() + 1)
    if first.day == 1 and after.day == 1:
        months = (after.year - first.year) * 12 + after.month - first.month
        if months == 1:
            return f"{first.year}年{first.month}月"
        if months == 12 and first.month == 1:
            return f"{first.year}年"
        if months == 3 and first.month in {1, 4, 7, 10}:
            return f"{first.year}年第{'一二三四'[first.month // 3]}季度"
        if months == 6 and first.month in {1, 7}:
            return f"{first.year}年{'上' if first.month == 1 else '下'}半年"
    return f"{say(first)}至{say(last)}"
