"""Name the columns of the county's own ledger: as they are headed when it goes out, and how others head them coming in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from tracker.interfaces.web.wording import Words


@dataclass(frozen=True, slots=True)
class CountyColumn:
    """Be one column: its key, its heading, the headings other ledgers give it, its width, how it is set."""

    key: str
    heading: Words
    others: Sequence[str] = ()
    width: float = 14
    centred: bool = False
    hidden: bool = False


COUNTY: tuple[CountyColumn, ...] = (
    CountyColumn("place", _("No."), ("序号", "No.", "No"), 6, True),
    CountyColumn(
        "title",
        _("Duty"),
        (
            "事项",
            "事项名称",
            "工作事项",
            "任务",
            "重点任务",
            "工作任务",
            "任务名称",
            "任务事项",
            "工作内容",
            "任务内容",
            "Duty",
        ),
        36,
    ),
    CountyColumn(
        "source",
        _("Source document"),
        ("依据文件", "文件依据", "依据", "来源文件", "文件", "任务来源", "来源", "文件名称", "Source document"),
        26,
    ),
    CountyColumn(
        "lead",
        _("Lead unit"),
        ("牵头单位", "牵头部门", "责任单位", "主办单位", "承办单位", "牵头责任单位", "Lead unit"),
        18,
    ),
    CountyColumn(
        "supports", _("Supporting units"), ("配合单位", "配合部门", "协办单位", "参与单位", "Supporting units"), 22
    ),
    CountyColumn(
        "due",
        _("Due"),
        ("完成时限", "时限", "完成时间", "办结时限", "截止时间", "截止日期", "时间节点", "Due"),
        12,
        True,
    ),
    CountyColumn(
        "progress",
        _("How it stands"),
        ("进展情况", "工作进展", "进展", "落实情况", "推进情况", "目前进展", "最新进展", "How it stands"),
        40,
    ),
    CountyColumn(
        "done", _("Whether done"), ("完成情况", "是否完成", "办结情况", "完成状态", "状态", "Whether done"), 16, True
    ),
    CountyColumn("note", _("Remarks"), ("备注", "说明", "Remarks"), 24),
    CountyColumn("key", _("Number"), ("编号", "事项编号", "任务编号", "系统编号", "Number"), 8, True),
    # Tells, coming back, whether the task has changed since the file was written.
    CountyColumn("version", _("Version"), ("版本", "Version"), 6, True, hidden=True),
)
# Taken in where a ledger has it; it goes out as a chosen column.
PERCENT = ("完成进度", "进度", "工作进度", "Progress in percent")

HEADINGS: Mapping[str, Sequence[str]] = {column.key: column.others for column in COUNTY} | {"percent": PERCENT}
# Without one of these no row can be told apart from another.
ONE_OF = ("title", "key")
LABELS: Mapping[str, Words] = {column.key: column.heading for column in COUNTY} | {"percent": _("Progress")}
