"""Say why a reminder or an escalation step has come due, and what is wrong with a policy.

A code maps to its Simplified Chinese and its English sentence.
"""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, tuple[str, str]] = {
    "follow_up.ahead": (
        "到期日{due}之前{n}天。",
        "{n} days ahead of the due date, {due}.",
    ),
    "follow_up.due_today": (
        "到期日{due}当天。",
        "The due date itself, {due}.",
    ),
    "follow_up.moved_back": (
        "{nominal}为休息日，提前至{day}。",
        "{nominal} is a rest day; moved back to {day}.",
    ),
    "follow_up.moved_on": (
        "{nominal}为休息日，顺延至{day}（《民法典》第二百零三条）。",
        "{nominal} is a rest day; moved on to {day} (Civil Code art. 203).",
    ),
    "follow_up.overdue": (
        "到期日{due}已过，逾期后第{n}个工作日催办。",
        "The due date, {due}, has passed; reminded on working day no. {n} after it.",
    ),
    "follow_up.step": (
        "到期日{due}已过，事项未办结。",
        "The due date, {due}, has passed and the task is not done.",
    ),
    "follow_up.counts_from_floor": (
        "跟踪、改期或改用办法自{day}起，间隔从该日起算。",
        "Follow-up, the date or the policy holds since {day}, and the interval counts from that day.",
    ),
    "follow_up.counts_from_previous": (
        "上一步于{day}生效，间隔从该日起算。",
        "The step before took effect on {day}, and the interval counts from that day.",
    ),
    "follow_up.counts_from_rectification": (
        "上一份文书要求于{day}前完成整改，间隔从该日起算。",
        "The last notice asked for rectification by {day}, and the interval counts from that day.",
    ),
    "follow_up.day_reached": (
        "第{n}天为{last}。",
        "Day no. {n} is {last}.",
    ),
    "follow_up.stood_still": (
        "{first}至{last}暂停计时，不计入。",
        "{first} to {last}: the clock stood still; those days are not counted.",
    ),
    "follow_up.after_earlier": (
        "不先于上一步，排至{day}。",
        "Not before the step that comes first; moved to {day}.",
    ),
    "follow_up.interval_by_clause": (
        "间隔由条款规定。",
        "The interval is set by the clause.",
    ),
    "follow_up.interval_by_county": (
        "条款未规定间隔，由县里设定。",
        "The clause sets no interval; this one is the county's choice.",
    ),
    "ladder.waits_for_signature": (
        "等待“{step}”签发生效后起算。",
        "Counted once “{step}” is signed and takes effect.",
    ),
    "ladder.proposed": (
        "已提出，等待认定和签发。",
        "Proposed; waiting for a finding and a signature.",
    ),
    "ladder.waits_for_finding": (
        "待“{step}”经认定生效后起算。",
        "Counted once “{step}” has been found to apply and takes effect.",
    ),
    "ladder.waits_behind_declined": (
        "“{step}”未予认定（或未予发出），本步不再进行；改期后重新起算。",
        "“{step}” was found not to apply or was not sent; this step rests until the date changes.",
    ),
    "ladder.asks_finding": (
        "已到期，等待督查室认定。",
        "Has come due; waiting for the supervision office's finding.",
    ),
    "ladder.declined": (
        "{day}未予认定（或未予发出），不再进行。",
        "Found not to apply, or not sent, on {day}; it rests.",
    ),
    "finding.at_rest": (
        "事项当前状态为“{state}”，此时不作认定。",
        "The task is {state}; nothing is found on it now.",
    ),
    "finding.not_asked": (
        "这一步没有待认定的内容，或者期限已经变更。请重新打开该事项查看。",
        "This step waits for no finding, or the date was changed since. Open the task again to see.",
    ),
    "finding.made": (
        "已于{day}作出认定。",
        "The finding was made on {day}.",
    ),
    "ladder.hush_before": (
        "早于跟踪开始或改期之日，不再补发。",
        "Fell before the follow-up began or the date was set; not made up for.",
    ),
    "ladder.hush_reported": (
        "已反馈进展，本期不再提醒。",
        "Progress has been reported; not reminded in this period.",
    ),
    "ladder.hush_stood_still": (
        "当时暂停计时，不再补发。",
        "The clock stood still on that day; not made up for.",
    ),
    "ladder.held": (
        "当前状态为“{state}”，不提醒、不升级。",
        "The task is {state}: nothing is reminded or escalated.",
    ),
    "policy.ahead_negative": (
        "提前天数不能为负数；到期当天写0。",
        "Lead times may not be negative; write 0 for the due date itself.",
    ),
    "policy.overdue_not_positive": (
        "逾期催办从第1个工作日起，请写1或更大的数。",
        "Reminders after the date begin on working day 1; write 1 or more.",
    ),
    "policy.key_repeated": (
        "步骤标识“{step}”重复；每一步请用不同的标识。",
        "The step key “{step}” is used twice; give every step its own.",
    ),
    "policy.offset_not_positive": (
        "步骤“{step}”的间隔至少为1。",
        "Step “{step}”: the offset must be at least 1.",
    ),
    "policy.interval_by_unknown": (
        "步骤“{step}”须写明间隔由谁设定：clause（条款）或 county（县里）。",
        "Step “{step}”: say who set the interval, clause or county.",
    ),
    "policy.asks_within_not_positive": (
        "步骤“{step}”给出的整改期限至少为1个工作日。",
        "Step “{step}”: the time given for rectification must be at least 1 working day.",
    ),
    "policy.no_basis": (
        "步骤“{step}”没有条款依据；除提醒外，没有依据不得设步骤。",
        "Step “{step}” rests on no clause; beyond reminding there is no step without one.",
    ),
    "policy.weight_without_person": (
        "步骤“{step}”具有文书效力，须写明需要的认定（needs_finding）并须签发（needs_signature）。",
        "Step “{step}” carries legal weight; name the finding it needs and require a signature.",
    ),
    "policy.signature_without_paper": (
        "步骤“{step}”不起草文书，没有可签发的内容；只写需要的认定（needs_finding）。",
        "Step “{step}” makes no paper that could be signed; name only the finding it needs.",
    ),
    "policy.notice_unnamed": (
        "步骤“{step}”起草文书，须写明文书种类（notice）。",
        "Step “{step}” drafts a notice; name its kind.",
    ),
    "policy.body_unnamed": (
        "步骤“{step}”的对象是机构，须写明机构全称（body）。",
        "Step “{step}” is addressed to a body; give its full name.",
    ),
    "policy.no_previous": (
        "步骤“{step}”是第一步，不能从上一步起算；请从到期日起算。",
        "Step “{step}” is the first and cannot count from the one before; count it from the due date.",
    ),
    "policy.no_rectification": (
        "步骤“{step}”从整改期限起算，但之前没有要求整改的文书。",
        "Step “{step}” counts from a rectification date, but no earlier step asks for rectification.",
    ),
    "policy.out_of_order": (
        "步骤“{step}”的间隔短于前面的步骤；请按先后排列。",
        "Step “{step}” has a shorter interval than one before it; put the steps in order.",
    ),
}
