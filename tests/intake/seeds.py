"""A small seed that has nothing wrong with it, written below a directory, for tests to spoil one thing of."""

from __future__ import annotations

import hashlib
from pathlib import Path

TEXT = """稷山县人民政府公报
稷政发〔2023〕7号
稷山县人民政府关于做好普查工作的通知
各乡（镇）人民政府，县直各相关单位：
一、各乡（镇）人民政府于2023年6月2日前设立普查领导小组。
二、县统计局每季度向普查领导小组办公室报告进展。
三、方案批准之日起30个工作日内，由县统计局报县档案馆备案。
四、到2025年，普查数据质量合格率达到98.5%以上。
五、县直各相关单位要定期检查。
六、对未按期完成的单位，由领导小组研究解决。
2023年5月31日
"""

UNITS = """units:
  - name: 县统计局
    slug: county-statistics
    kind: county_department
    parent: ''
    aliases: [统计局]
    lines: [6]
    doubt: ''
  - {name: 稷峰镇人民政府, slug: jifeng, kind: township, parent: '', aliases: [], lines: [5], doubt: ''}
  - {name: 蔡村乡人民政府, slug: caicun, kind: township, parent: '', aliases: [], lines: [5], doubt: ''}
  - {name: 稷山县人民政府, slug: county-government, kind: other, parent: '', aliases: [], lines: [3], doubt: ''}
  - {name: 县普查领导小组, slug: census-group, kind: leading_group, parent: '', aliases: [], lines: [9], doubt: ''}
groups:
  - name: 各乡（镇）人民政府
    aliases: [各乡镇]
    members: [稷峰镇人民政府, 蔡村乡人民政府]
    open: false
    line: 5
    basis: 全部
  - {name: 县直各相关单位, slug: county-organs, aliases: [], members: [], open: true, line: 4, basis: 泛称}
"""

POSTS = """posts:
  - {unit: 稷山县人民政府, title: 副县长, seat: 统计, role: deputy_head, holder: 孙贵明, line: 3}
  - {unit: 县统计局, title: 局长, role: unit_head, holder: 闫琴, line: 6, from: 2023-05-08}
  - {unit: 县统计局, title: 副局长, role: deputy, holder: 卜麒宝, line: 6, to: 2023-05-08}
  - {unit: 县普查领导小组, title: 成员, role: group_member, holder: 闫琴, line: 9, printed_post: 县统计局局长}
  - {unit: 县普查领导小组, title: 成员, role: group_member, holder: '', line: 9, printed_post: 县财政局局长}
portfolios:
  - {leader: 孙贵明, relation: 分管, unit: 县统计局, line: 3}
"""

GAZETTE = f"""slug: g
title: 稷山县人民政府公报
number: 2023年第2期
total_number: 10
published_on: 2023-06-30
publisher: 县政府办公室
sha256: {hashlib.sha256(TEXT.encode()).hexdigest()}
"""

DOCUMENT = """document:
  slug: census
  number: 稷政发〔2023〕7号
  title: 稷山县人民政府关于做好普查工作的通知
  short: 经济普查
  issuer: 稷山县人民政府
  issued_on: 2023-05-31
  lines: [2, 11]
commitments:
  - id: census-groups
    clause: 一
    line: 5
    quote: 各乡（镇）人民政府于2023年6月2日前设立普查领导小组
    phrase: 2023年6月2日前
    phrase_line: null
    title: 设立普查领导小组
    kind: once
    due: 2023-06-02
    start: null
    recurrence: null
    relative: null
    lead: [各乡（镇）人民政府]
    support: [县统计局]
    responsibility: stated
    certainty: hard
    indicator: null
    policy: census
    note: ''
  - id: census-report
    clause: 二
    line: 6
    quote: 县统计局每季度向普查领导小组办公室报告进展
    phrase: 每季度
    phrase_line: null
    title: 报告普查进展
    kind: recurring
    due: null
    start: null
    recurrence: FREQ=MONTHLY;INTERVAL=3
    relative: null
    lead: [县统计局]
    support: []
    responsibility: stated
    certainty: hard
    indicator: null
    policy: census
    note: ''
    asks_report: true
  - id: census-filing
    clause: 三
    line: 7
    quote: 方案批准之日起30个工作日内，由县统计局报县档案馆备案
    phrase: 批准之日起30个工作日内
    phrase_line: null
    title: 方案备案
    kind: relative
    due: null
    start: null
    recurrence: null
    relative: {within: 30, unit: workday, of: 方案获批, direction: after, event: 批准}
    lead: [县统计局]
    support: []
    responsibility: stated
    certainty: hard
    indicator: null
    policy: null
    note: ''
  - id: census-quality
    clause: 四
    line: 8
    quote: 到2025年，普查数据质量合格率达到98.5%以上
    phrase: 到2025年
    phrase_line: null
    title: 普查数据质量合格率达到98.5%以上
    kind: target
    due: 2025-12-31
    start: null
    recurrence: null
    relative: null
    lead: [县统计局]
    support: [各乡（镇）人民政府]
    responsibility: implied
    implied_from: 全文由县统计局负责
    certainty: hard
    indicator: {name: 数据质量合格率, op: '>=', value: 98.5, unit: '%'}
    policy: null
    note: ''
"""

MORE = """continues: census
commitments:
  - id: census-checks
    clause: 五
    line: 9
    quote: 县直各相关单位要定期检查
    phrase: 定期
    phrase_line: null
    title: 定期检查
    kind: undated
    due: null
    start: null
    recurrence: null
    relative: null
    lead: [县直各相关单位]
    support: []
    responsibility: stated
    certainty: hard
    indicator: null
    policy: null
    note: ''
"""

NOT_COMMITMENTS = """not_commitments:
  - {line: 2, phrase: 〔2023〕7号, reason: heading or title}
  - {line: 10, phrase: 按期, reason: 'other: condition of the step'}
  - {line: 11, phrase: 2023年5月31日, reason: issue date}
"""

COUNTS = """counts:
  - {document: census, once: 1, recurring: 1, relative: 1, target: 1, undated: 1}
"""

POLICY = """policy:
  key: census
  version: 1
  document: census
  title: 普查：提醒与领导小组研究
  note: ''
  attaches: 各行
ahead: null
overdue: [{after: 1, to: liaison}]
steps:
  - key: census-group
    title: 提请领导小组研究
    action: notify
    to: group
    body: 县普查领导小组
    offset: 3
    unit: workday
    after: due
    notice: ''
    asks_within: null
    needs_finding: ''
    needs_signature: false
    signed_by: ''
    interval_by: county
    basis: {clause: 六, line: 10, quote: 由领导小组研究解决}
"""

FILES = {
    "units.yaml": UNITS,
    "posts.yaml": POSTS,
    "workdays.yaml": "days: []\n",
    "policies/census.yaml": POLICY,
    "g/gazette.yaml": GAZETTE,
    "g/source.txt": TEXT,
    "g/census.yaml": DOCUMENT,
    "g/census.more.yaml": MORE,
    "g/not_commitments.yaml": NOT_COMMITMENTS,
    "g/counts.yaml": COUNTS,
}


def write(root: Path) -> Path:
    """Write the whole small seed below `root` and return its directory."""
    for name, content in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return root


def change(root: Path, name: str, old: str, new: str) -> int:
    """Replace the only place where `old` stands in a file and return the line it began on, counted from 1."""
    path = root / name
    content = path.read_text(encoding="utf-8")
    assert content.count(old) == 1, f"{old!r} stands {content.count(old)} times in {name}"
    path.write_text(content.replace(old, new), encoding="utf-8")
    return content[: content.index(old)].count("\n") + 1
