"""Draft the text of a notice: the clause it rests on, the duty, the date and how it was counted, what is asked by when."""

from __future__ import annotations

from datetime import datetime

from tracker.commitments.models import Task
from tracker.notices.models import Notice
from tracker.org.models import Post
from tracker.rules.civil import civil_day
from tracker.rules.followup import DueAction, TaskSnapshot
from tracker.rules.wording import say_date
from tracker.rules.workdays import WorkdayCalendar


def draft(
    task: Task,
    action: DueAction,
    snapshot: TaskSnapshot,
    post: Post | None,
    *,
    now: datetime,
    workdays: WorkdayCalendar,
) -> Notice:
    """Return a proposed notice, unsaved, under the key of the step it comes from.

    It is written in Chinese, the language it is issued in. `action.step` and `action.basis` are present: a step that
    proposes has a clause. Late days are working days after the due date.
    """
    step, basis = action.step, action.basis
    if step is None or basis is None or task.due is None:
        raise ValueError("a notice is drafted only for a dated task and a step that quotes its clause")
    document = task.commitment.document
    kind = step.notice or step.title
    late = workdays.workdays_between(task.due, civil_day(now))
    paragraphs = [
        f"{task.lead.name}：",
        f"根据《{document.title}》（{document.number}）{task.commitment.clause.label}“{task.commitment.quote}”，"
        f"你单位承担的“{task.title}”应于{say_date(task.due, 'zh-hans')}前完成。"
        f"截至{say_date(civil_day(now), 'zh-hans')}，该事项尚未办结，已逾期{late}个工作日。",
        f"依据该文件{basis.clause}“{basis.quote}”，现{step.title}。",
    ]
    if step.asks_within:
        paragraphs.append(f"请自收到本件之次日起{step.asks_within}个工作日内完成整改，并书面报告整改情况。")
    return Notice(
        key=action.key,
        kind=kind,
        task=task,
        to_unit=task.lead,
        to_post=post,
        title=f"关于“{task.title}”的{kind}",
        body="\n".join(paragraphs),
        basis=f"{document.number} {basis.clause}：{basis.quote}",
        needs_finding=step.needs_finding,
        asks_within=step.asks_within,
        proposed_at=now,
    )
