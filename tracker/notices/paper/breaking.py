"""Break Chinese text into lines: which characters may not begin or end one, what stays together, how titles are balanced.

Widths are in points. A line is filled until nothing more fits, and what cannot stand at its end or at the next one's head
moves on with its neighbour (避头尾).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Measure = Callable[[str], float]

NOT_FIRST = frozenset("，。、；：？！）〕】》〉」』”’…—·％℃％,.;:?!)]}%")
NOT_LAST = frozenset("（〔【《〈「『“‘([{")
# A number is not parted from what it counts, nor a document's from its year.
_COUNTED = frozenset("年月日号时分秒项个名条款亿万元米家户%％")
# Words that titles are full of: a line does not end in the middle of one.
_WORDS = """
人民政府 领导小组 办公室 委员会 有关 问题 事项 情况 办理 通报 通知 督促 督办 提醒 限期 整改 办结 处理 决定 关于 承诺 到期
项目 实施 开展 完成 建设 建立 设立 制定 编制 修订 印发 报送 报告 汇报 上报 提交 审核 验收 评价 评估 评审 考核 监测 检查
督导 管理 工作 机制 体系 制度 方案 规划 计划 办法 标准 目标 任务 资金 资料 档案 数据 信息 平台 系统 机构 单位 部门 企业
产业 农村 综合 改革 普查 经济 文物 保护 利用 妇女 儿童 教育 卫生 健康 医疗 服务 保障 环境 生态 安全 公共 设施 工程 城市
海绵 稷山 全县 各乡 乡镇 及时 定期 每年 每季 每月 季度 年度 之前 以前 以上 以下 达到 实现 提高 推进 促进 发展 组织 落实
"""
_INSIDE_WORDS = frozenset(word[place : place + 2] for word in _WORDS.split() for place in range(len(word) - 1))
# Words an institution's name may be broken before.
_PARTS = ("推进", "工作", "领导小组", "办公室", "人民政府", "委员会", "促进", "建设", "发展")


@dataclass(frozen=True, slots=True)
class Line:
    """Be one line of text with its natural width; `last` of its paragraph, it is not stretched to the margin."""

    text: str
    width: float
    last: bool = False


def broken(text: str, width: float, measure: Measure, *, indent: float = 0.0) -> list[Line]:
    """Break a paragraph into lines of at most `width`, the first one less wide by `indent`."""
    lines: list[Line] = []
    current, used, room = "", 0.0, width - indent
    for atom in _atoms(text):
        size = sum(map(measure, atom))
        if current and used + size > room + 0.01:
            lines.append(Line(current.rstrip(), used))
            current, used, room = "", 0.0, width
            if atom == " ":
                continue
        if size > room:
            for character in atom:
                one = measure(character)
                if current and used + one > room + 0.01:
                    lines.append(Line(current, used))
                    current, used, room = "", 0.0, width
                current, used = current + character, used + one
            continue
        current, used = current + atom, used + size
    if current or not lines:
        lines.append(Line(current.rstrip(), used, last=True))
    else:
        lines[-1] = Line(lines[-1].text, lines[-1].width, last=True)
    return lines


def balanced(text: str, width: float, measure: Measure) -> list[Line]:
    """Break a title into as few lines as it needs, of similar length, where the words allow; line breaks in it are kept."""
    lines: list[Line] = []
    for part in text.split("\n"):
        needed = len(broken(part, width, measure))
        lines += _shared(_atoms(part), needed, width, measure)
    return [Line(line.text, line.width, last=True) for line in lines]


def _shared(atoms: Sequence[str], count: int, width: float, measure: Measure) -> list[Line]:
    sizes = [sum(map(measure, atom)) for atom in atoms]
    whole = "".join(atoms)
    if count <= 1:
        return [Line(whole.strip(), sum(sizes))]
    target = sum(sizes) / count
    best: tuple[float, int, float] | None = None
    used, place = 0.0, 0
    for index, size in enumerate(sizes[:-1], 1):
        used, place = used + size, place + len(atoms[index - 1])
        if used > width:
            break
        if sum(sizes[index:]) > width * (count - 1):
            continue
        cost = abs(used - target) / target - _fitness(whole, place)
        if best is None or cost < best[0]:
            best = (cost, index, used)
    if best is None:
        return broken(whole, width, measure)
    _cost, index, used = best
    return [Line("".join(atoms[:index]).strip(), used), *_shared(atoms[index:], count - 1, width, measure)]


def _fitness(text: str, place: int) -> float:
    """Say how well a title is broken before `place`: after a mark or a joining word, before a part of a name, not in one."""
    before, after = text[place - 1], text[place:]
    if text[place - 1 : place + 1] in _INSIDE_WORDS:
        return -0.4
    if after.startswith(_PARTS) or before in "”》）":
        return 0.3
    if after[0] in "“《（":
        return 0.25
    if before in "的于和对、，":
        return 0.2
    return 0.0


def _atoms(text: str) -> list[str]:
    """Cut a text into the smallest pieces between which a line may be broken."""
    atoms: list[str] = []
    for character in text:
        if atoms and _stays(atoms[-1][-1], character):
            atoms[-1] += character
        else:
            atoms.append(character)
    return atoms


def _stays(before: str, after: str) -> bool:
    if after in NOT_FIRST or before in NOT_LAST:
        return True
    if _is_latin(before) and _is_latin(after):
        return True
    if before == "〕" and after.isdecimal():
        return True
    return before.isdecimal() and after in _COUNTED


def _is_latin(character: str) -> bool:
    return character.isascii() and not character.isspace()
