"""Make and describe the demonstration: real clauses and real units, invented accounts, a clock of its own.

The gazette's documents are registered as of 14 April 2023, the day the first of them were issued, and each opens its tasks
on the day it was issued itself. The days up to Monday 5 June are then lived through with the real sweep, digest and
dispatcher, so that what one sees has really happened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.conf import settings
from django.core.management import call_command
from django.utils.translation import override

from tracker import clock
from tracker.audit import actors, selectors
from tracker.audit.actors import Role
from tracker.commitments import services as commitments
from tracker.commitments.models import Indicator, IndicatorPath
from tracker.commitments.services import ValueDraft
from tracker.escalation import jobs
from tracker.org import selectors as org
from tracker.org import services
from tracker.org.models import Position, Post, Tenure, User
from tracker.rules.civil import SHANGHAI, civil_day

REGISTERED = datetime(2023, 4, 14, 16, 0, tzinfo=SHANGHAI)
FIRST_DAY = date(2023, 6, 5)
MORNING = time(9, 5)
PASSWORD = "jishan-2023"


@dataclass(frozen=True, slots=True)
class Account:
    """Describe one account: `holder` is printed by the gazette for this post, or marked as invented."""

    username: str
    holder: str
    unit: str
    title: str
    position: Position
    role: Role


ACCOUNTS = (
    Account("liaison", "演示联络员", "蔡村乡人民政府", "联络员", Position.LIAISON, Role.LIAISON),
    Account("head", "马军", "蔡村乡人民政府", "乡长", Position.UNIT_HEAD, Role.UNIT_HEAD),
    Account("land", "演示联络员（自然资源）", "县自然资源局", "联络员", Position.LIAISON, Role.LIAISON),
    Account("office", "演示督查员", "县政府办公室", "督查室", Position.OTHER, Role.SUPERVISION),
    # Who answers for most indicators of the women's and children's plans; hears of early warnings.
    Account("health", "演示局长（卫生健康）", "县卫生健康和体育局", "局长", Position.UNIT_HEAD, Role.UNIT_HEAD),
    # Whoever prepares a notice does not sign it.
    Account("second", "演示督查室负责人", "县政府办公室", "督查室负责人", Position.OTHER, Role.SUPERVISION),
    Account("signer", "曹广杰", "县政府办公室", "主任", Position.UNIT_HEAD, Role.UNIT_HEAD),
    Account("leader", "孙贵明", "稷山县人民政府", "副县长", Position.DEPUTY_HEAD, Role.LEADER),
    Account("county", "王润", "稷山县人民政府", "县长", Position.COUNTY_HEAD, Role.COUNTY_HEAD),
    Account("auditor", "演示审计员", "县审计局", "审计员", Position.OTHER, Role.AUDITOR),
    Account("admin", "演示管理员", "县政府办公室", "系统管理员", Position.OTHER, Role.ADMINISTRATOR),
)


def is_set_up() -> bool:
    """Tell whether the demonstration's data is already there, whole."""
    return User.objects.filter(username=ACCOUNTS[-1].username).exists() and selectors.latest_run("sweep") is not None


def go_on() -> None:
    """Let the clock go on from where the last demonstration stood, so that stopping it for a week skips no days."""
    last = selectors.last_as_of("sweep")
    if last is not None:
        clock.set_to(last + timedelta(minutes=1))


def set_up(*, say: Callable[[str], object]) -> None:
    """Load the gazette, make the accounts and live through the days before the first one."""
    clock.set_to(REGISTERED)
    say("loading the gazette: every dated commitment with its clause …")
    call_command("load_seed", "--apply", verbosity=0)
    say("making the accounts …")
    make_accounts(now=clock.now())
    day = civil_day(REGISTERED)
    month = 0
    while day <= FIRST_DAY:
        if day == FIRST_DAY:
            enter_values(now=clock.now())
        if day.month != month:
            month = day.month
            say(f"living through {day:%B %Y}, day by day …")
        jobs.run_round()
        day += timedelta(days=1)
        if day <= FIRST_DAY:
            clock.set_to(datetime.combine(day, MORNING, SHANGHAI))


# Values made up so that the pages have something to show; each names itself so. No official statistic is among them.
SOURCE = "演示数据，非官方统计"


@dataclass(frozen=True, slots=True)
class Series:
    """Be made-up year-end values of one indicator from `first` on, by the key of its commitment and who enters them."""

    commitment: str
    username: str
    first: int
    values: tuple[str, ...]
    path: IndicatorPath.Kind | None = None


SERIES = (
    Series("children-iodised-salt", "health", 2019, ("94.1", "94.6", "95", "95.3")),  # on its path
    Series("women-sports-population", "health", 2020, ("41", "43.5", "42.1"), IndicatorPath.Kind.LINEAR),  # behind it
    Series("children-childcare-places", "health", 2021, ("2.1", "2.9")),  # too few to tell
    Series("children-fitness-excellent", "office", 2019, ("21", "21.3", "21.9", "22.2")),  # hardly to be reached
)


def enter_values(*, now: datetime) -> None:
    """Enter the made-up values as the people of the demonstration would, and set one expected path."""
    for series in SERIES:
        indicator = Indicator.objects.select_related("commitment").get(commitment__key=series.commitment)
        by = org.actor_for(User.objects.get(username=series.username), on=civil_day(now), source="demo-setup")
        days = [date(series.first + place, 12, 31) for place in range(len(series.values))]
        numbers = [Decimal(value) for value in series.values]
        rows = [ValueDraft(indicator, day, number, SOURCE) for day, number in zip(days, numbers, strict=True)]
        commitments.record_values(rows=rows, by=by, now=now)
        if series.path is not None:
            commitments.set_path(
                indicator=indicator, kind=series.path, baseline_on=days[0], baseline=numbers[0],
                reason=f"{SOURCE}：起点取最早一年的演示值", by=by, now=now,
            )  # fmt: skip


def make_accounts(*, now: datetime) -> None:
    """Make one account a role and appoint it; a post the gazette prints keeps the holder it prints."""
    by = actors.system("demo-setup")
    for account in ACCOUNTS:
        unit = org.resolve_unit(account.unit)
        if unit is None:
            raise LookupError(f"{account.unit} is not among the units; load the gazette first.")
        printed = Tenure.objects.filter(
            post__unit=unit, post__position=account.position, holder=account.holder
        ).select_related("post")
        found = printed.first()
        post: Post
        if found is not None:
            post = services.open_post(
                unit=unit, title=found.post.title, position=account.position, role=account.role,
                by=by, now=now, key=found.post.key,
            )  # fmt: skip
        else:
            post = services.open_post(
                unit=unit, title=account.title, position=account.position, role=account.role, by=by, now=now
            )
        user = services.create_account(
            username=account.username,
            name=account.holder,
            password=PASSWORD,
            email=f"{account.username}@example.org",
            by=by,
            now=now,
        )
        services.appoint(post=post, holder=account.holder, user=user, from_day=None, by=by, now=now)
        # One person, one account: the other posts the gazette prints for the same name, in leading groups above all.
        for other in Tenure.objects.filter(holder=account.holder, user=None).select_related("post"):
            services.appoint(post=other.post, holder=account.holder, user=user, from_day=other.from_day, by=by, now=now)


def guide() -> str:
    """Return the address, the accounts and a tour of five minutes, in Chinese and in English."""
    now = clock.now().astimezone(SHANGHAI)
    with override("en"):
        rows = "\n".join(
            f"    {one.username:<9}{actors.ROLE_LABELS[one.role]!s:<20}{one.holder}，{one.unit}" for one in ACCOUNTS
        )
    return f"""Open {settings.TRACKER_SITE_URL}/    浏览器打开上面的地址
The clock is a demonstration clock: {now:%Y-%m-%d %H:%M}, {now:%A}.  演示时钟，不是今天。

Accounts (password of all: {PASSWORD})    账号（密码相同）
{rows}

What to look at    看什么
  1. office: the dashboard, then the census task “设立普查领导小组及其办公室”: due on Friday 2 June, now late.
     Its page shows the clause, why it is this date, and what happens next if nobody acts.
  2. Move the clock with the bar on top, day by day or by a week: reminders, then the steps of the notice's own clause.
  3. liaison (蔡村乡): My unit. Report on the late task, or apply to close it.
  4. office again: review it and close it. The audit page holds both acts; the task's page tells them in plain words.
  5. Calendar: subscribe to the deadlines and open the address in a calendar program.
  6. land (县自然资源局): the hand-over due on 30 April was past when its notice was registered: it waits to be confirmed,
     and nothing follows from it until the unit says how it stands.
  7. Rural reform, 督促函 → 限期整改 → 通报批评: on Monday 5 June office opens “项目实施完即开展事后评价”, records the event
     for that day, breaks the duty down to 稷峰镇人民政府 and moves the clock a week on. Under Notices a 督促函 is proposed:
     record the finding, hand it in; second signs it, office issues it and downloads it as .docx and .pdf. It sets 21 June
     as the last day of rectification (限期整改); two weeks and a day on, 27 June, the 通报 is proposed: the same way.
     A week later the funds are put to 县财政局, whose own head alone decides.
  8. A document without a clause: “编制供电专项规划” of 稷政发〔2023〕5号 is due on 30 June and stays at reminders for ever.
  9. Findings: from 14 June the desk of office asks, for each late census duty, whether it is a weighty problem; found, it
     goes to the leading group that day, not found, it rests with the reason.
  10. Indicators (health or office): four of the plans' targets hold values marked “演示数据，非官方统计”, made up so that
      a path, a forecast and two early warnings can be seen; all others have no data. office decides on the warnings.
  Mail is written to files: {settings.EMAIL_FILE_PATH}"""
