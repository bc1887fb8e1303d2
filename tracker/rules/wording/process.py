"""Say why a move in the county's process is refused, and name its states, roles and verbs.

A code maps to its Simplified Chinese and its English sentence; a name to its Simplified Chinese and its English.
"""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, tuple[str, str]] = {
    "transition.wrong_role": (
        "{role}无权办理“{verb}”。",
        "The {role} may not {verb}.",
    ),
    "transition.wrong_state": (
        "事项当前为“{state}”，不能办理“{verb}”。",
        "The task is {state}; one cannot {verb} now.",
    ),
    "transition.no_task": (
        "事项尚未交办，不能办理“{verb}”。",
        "There is no task yet; one cannot {verb}.",
    ),
    "transition.task_exists": (
        "事项已经交办，当前为“{state}”，不能再次办理“{verb}”。",
        "The task exists already and is {state}; one cannot {verb} again.",
    ),
    "transition.wrong_end": (
        "办理“{verb}”不能使事项变为“{state}”。",
        "To {verb} cannot make the task {state}.",
    ),
    "transition.same_person": (
        "办理“{verb}”的人不能同时是办理“{earlier}”的人；请由另一人办理。",
        "Whoever was the one to {earlier} may not {verb}; ask another person.",
    ),
    "transition.own_work": (
        "承办单位不能对本单位的事项办理“{verb}”；请由交办或审核单位办理。",
        "The unit that did the work may not {verb}; the unit that assigned or verifies it does.",
    ),
    "extension.undated": (
        "事项没有到期日，无需延期。",
        "The task has no due date, so there is nothing to extend.",
    ),
    "extension.too_late": (
        "到期日{due}已过，不能再申请延期；请说明情况并申请办结，或由审核单位处理。",
        "The due date, {due}, has passed, so an extension can no longer be asked for; report how the task stands.",
    ),
    "extension.not_later": (
        "新的日期须晚于现到期日{due}。",
        "The new date must be later than the present one, {due}.",
    ),
}

NAMES: Mapping[str, tuple[str, str]] = {
    "state:waiting": ("待触发", "waiting for its event"),
    "state:to_confirm": ("存量待核实", "to be confirmed"),
    "state:assigned": ("已交办", "assigned"),
    "state:in_progress": ("办理中", "in progress"),
    "state:awaiting_review": ("待审核", "awaiting review"),
    "state:suspended": ("已中止", "suspended"),
    "state:closed": ("已销号", "closed"),
    "state:not_achieved": ("未完成办结", "closed, not achieved"),
    "state:withdrawn": ("已撤销", "withdrawn"),
    "role:liaison": ("联络员", "liaison"),
    "role:unit_head": ("单位负责人", "unit head"),
    "role:supervision": ("督查室", "supervision office"),
    "role:leader": ("县领导", "county leader"),
    "role:county_head": ("县长", "county head"),
    "role:auditor": ("审计员", "auditor"),
    "role:administrator": ("系统管理员", "system administrator"),
    "role:system": ("系统", "system"),
    "verb:register": ("立项", "register"),
    "verb:break_down": ("分解", "break down"),
    "verb:assign": ("交办", "assign"),
    "verb:acknowledge": ("签收", "acknowledge"),
    "verb:report": ("反馈进展", "report progress"),
    "verb:record_report": ("代录反馈", "record a report for a unit"),
    "verb:name_blocker": ("标注堵点", "name the blocker"),
    "verb:remark": ("备注", "remark"),
    "verb:remind": ("催办", "remind"),
    "verb:instruct": ("批示", "write an instruction"),
    "verb:request_extension": ("申请延期", "request an extension"),
    "verb:agree_extension": ("同意延期申请", "agree to an extension request"),
    "verb:decide_extension": ("审批延期", "decide on an extension"),
    "verb:return": ("退回", "return the task"),
    "verb:decide_return": ("审批退回", "decide on a return"),
    "verb:request_suspension": ("申请中止", "request a suspension"),
    "verb:suspend": ("中止", "suspend"),
    "verb:resume": ("恢复办理", "resume"),
    "verb:apply_to_close": ("申请办结", "apply to close"),
    "verb:accept": ("销号", "close out"),
    "verb:return_for_rework": ("退回补办", "return for rework"),
    "verb:close_not_achieved": ("未完成办结", "close as not achieved"),
    "verb:rate": ("评价", "rate"),
    "verb:reopen": ("重新办理", "reopen"),
    "verb:confirm_backfill": ("核实存量", "say how the task stands"),
    "verb:record_event": ("登记起算事件", "record the base event"),
    "verb:record_finding": ("认定", "record a finding"),
    "verb:redate": ("更正到期日", "correct the date"),
    "verb:rebase": ("改用新版办法", "re-base on an amended policy"),
    "verb:withdraw": ("撤销", "withdraw"),
    "verb:reinstate": ("恢复", "reinstate"),
}
