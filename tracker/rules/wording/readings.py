"""Say how a phrase was read. A code maps to its Simplified Chinese and its English sentence."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, tuple[str, str]] = {
    "reading.day": (
        "“{text}”写明日期，当日（含）为限：{last}。",
        "“{text}” names a day, which is itself included: {last}.",
    ),
    "reading.day_excluded": (
        "“{text}”写明不含当日，以其前一日为限：{last}。",
        "“{text}” is written as excluding the day itself: by the day before, {last}.",
    ),
    "reading.week_end": (
        "“{text}”以该周最后一日为限：{last}。",
        "“{text}” runs through the last day of that week: {last}.",
    ),
    "reading.ten_days": (
        "“{text}”为上旬（1日至10日）、中旬（11日至20日）或下旬（21日至月末），自{first}起，以最后一日{last}为限。",
        "“{text}” is a third of a month (1–10, 11–20, 21–last): from {first}, due on its last day, {last}.",
    ),
    "reading.ten_days_end": (
        "“{text}”以该旬最后一日为限：{last}。",
        "“{text}” runs through the last day of that third of the month: {last}.",
    ),
    "reading.month_end": (
        "“{text}”以该月最后一日为限：{last}。",
        "“{text}” runs through the last day of the month: {last}.",
    ),
    "reading.quarter_end": (
        "“{text}”以该季度最后一日为限：{last}。",
        "“{text}” runs through the last day of the quarter: {last}.",
    ),
    "reading.half_year_end": (
        "“{text}”以该半年最后一日为限：{last}。",
        "“{text}” runs through the last day of the half-year: {last}.",
    ),
    "reading.year_end": (
        "“{text}”以该年12月31日为限：{last}。",
        "“{text}” runs through 31 December: {last}.",
    ),
    "reading.year_target": (
        "“{text}”只写年份，作为目标以该年12月31日衡量：{last}。",
        "“{text}” names only a year: a target measured on 31 December, {last}.",
    ),
    "reading.plan_end": (
        "“{text}”为五年规划期末，作为目标以规划最后一年12月31日衡量：{last}。",
        "“{text}” is the horizon of a five-year plan: a target measured on the last day of the plan, {last}.",
    ),
    "reading.festival_day": (
        "“{text}”以节日当日为限：{last}。",
        "“{text}” is the day of the festival: {last}.",
    ),
    "reading.before_festival": (
        "“{text}”之前，以节日的前一日为限：{last}。",
        "Before “{text}” means by the day before the festival: {last}.",
    ),
    "reading.before_span": (
        "“{text}”之前，指该时段开始以前，以其前一日为限：{last}。",
        "Before “{text}” means before it begins: by the day before, {last}.",
    ),
    "reading.during": (
        "“{text}”期间，自{first}至{last}。",
        "During “{text}”: from {first} through {last}.",
    ),
    "reading.holiday": (
        "“{text}”假期，自{first}至{last}。",
        "The “{text}” holiday: from {first} through {last}.",
    ),
    "reading.range": (
        "自{first}起，至{last}止，首尾两日均计入。",
        "From {first} through {last}, both days included.",
    ),
    "reading.in_force": (
        "自{first}起施行，有效期至{last}（对应日的前一日）。",
        "In force from {first} through {last}, the day before the corresponding day.",
    ),
    "reading.from_day": (
        "“{text}”起，自{first}开始，不设止期。",
        "From “{text}” on: begins on {first}, open ended.",
    ),
    "reading.from_after": (
        "“{text}”以后，自次日{first}开始，不设止期。",
        "After “{text}”: begins on the next day, {first}, open ended.",
    ),
    "reading.from_issue": (
        "自文件印发之日{start}起。",
        "From the document's issue on {start}.",
    ),
    "reading.counted_back": (
        "自“{text}”向前倒算，以{last}为限。",
        "Counted back from “{text}”: by {last}.",
    ),
    "reading.counted_on": (
        "自“{text}”向后计算，以{last}为限。",
        "Counted on from “{text}”: by {last}.",
    ),
    "reading.recurring": (
        "按周期重复（{rule}），每期以最后一日为限；首期为文件印发后第一个完整周期。",
        "Recurs ({rule}); each period is due on its last day, and the first is the first full period"
        " after the issue date.",
    ),
    "reading.recurring_named": (
        "按周期重复，并写明期内的日期（{rule}）；首期为文件印发后第一个完整周期。",
        "Recurs on the day the text names ({rule}); the first is that of the first full period after the issue date.",
    ),
    "reading.recurring_after_end": (
        "按周期重复（{rule}），每期期满后再计算期限。",
        "Recurs ({rule}); the limit of each instance is counted from the end of its period.",
    ),
    "reading.recurring_from": (
        "按周期重复，自所写日期起。",
        "Recurs from the day the text names.",
    ),
    "reading.times_within": (
        "每期内不少于{times}次。",
        "At least {times} times within each period.",
    ),
    "reading.relative_event": (
        "自“{of}”起计算；事件日期登记后才有到期日。",
        "Counted from “{of}”; the date is known once that event is recorded.",
    ),
    "reading.relative_before": (
        "自“{of}”向前倒算；事件日期登记后才有到期日。",
        "Counted back from “{of}”; the date is known once that event is recorded.",
    ),
    "reading.relative_unnamed": (
        "文中未写起算的事件；指明事件并登记日期后才有到期日。",
        "The text names no event to count from; the date is known once the event is named and recorded.",
    ),
    "reading.relative_issue": (
        "自文件印发之日{start}起计算。",
        "Counted from the document's issue on {start}.",
    ),
    "reading.relative_assumed": (
        "文中未写起算事件，自文件印发之日{start}起计算。",
        "The text names no event to count from, so it is counted from the document's issue on {start}.",
    ),
    "reading.relative_decision": (
        "自决定之日{start}起算，至对应日届满；不因休息日顺延。",
        "Counted from the decision on {start} to the corresponding day; not moved when that is a rest day.",
    ),
    "reading.upper_end": (
        "期限为{low}至{high}{unit}，以上限计。",
        "The limit is {low} to {high} {unit}; the upper end is counted.",
    ),
    "reading.hours_as_days": (
        "{n}小时折算为整日，以期满所在之日为限。",
        "{n} hours are taken as whole days: through the day on which they run out.",
    ),
    "reading.order_before": (
        "“{text}”：须在“{of}”之前，事件日期登记后以该日为限。",
        "“{text}”: before “{of}”; once that event is recorded its day is the last.",
    ),
    "reading.order_after": (
        "“{text}”：在“{of}”之后，只有先后，没有写明期限。",
        "“{text}”: after “{of}”; the text sets an order but no limit.",
    ),
    "reading.year_from_clause": (
        "未写年份，承前文为{year}年。",
        "No year is written; the clause before names {year}.",
    ),
    "reading.year_first_after": (
        "未写年份，取印发日{anchor}当日或以后的第一个，即{year}年。",
        "No year is written; it is the first on or after the issue date {anchor}, in {year}.",
    ),
    "reading.month_first_after": (
        "未写月份，取印发日{anchor}当日或以后的第一个：{day}。",
        "No month is written; it is the first such day on or after the issue date {anchor}: {day}.",
    ),
    "reading.past": (
        "{due}早于文件印发日{anchor}，仍按原文。",
        "{due} lies before the issue date {anchor}; it stays as written.",
    ),
    "reading.rest_day_stays": (
        "{due}是休息日，文件写明的日期不顺延；此前最后一个工作日为{before}。",
        "{due} is a rest day; a date the document names is not moved. The last working day before it is {before}.",
    ),
    "reading.soft": (
        "“力争、争取、原则上、左右”等用语，日期相同，约束力较弱。",
        "Hedged (力争, 争取, 原则上, 左右 and the like): the same date, less binding.",
    ),
    "reading.empty": (
        "没有文字，没有时间。",
        "There is no text and so no time.",
    ),
    "reading.no_time_expression": (
        "没有找到能确定日期的时间用语。",
        "No expression of time was found that a date could be computed from.",
    ),
    "reading.background": (
        "“{text}”说明背景或基数，不是期限。",
        "“{text}” gives background or a base of comparison, not a deadline.",
    ),
    "reading.service_standard": (
        "“{text}”是办理时限标准，不是一次性的期限。",
        "“{text}” is a standard of service, not a deadline.",
    ),
    "reading.length_without_event": (
        "“{text}”只说明时长，没有起算时间，算不出日期。",
        "“{text}” is a length of time without a beginning; no date can be computed.",
    ),
    "reading.undated_irregular": (
        "“{text}”没有可计算的日期，记为不定日期的职责。",
        "“{text}” gives no computable date; recorded as an undated duty.",
    ),
    "reading.undated_regular": (
        "“{text}”没有可计算的日期，记为不定日期的经常性职责。",
        "“{text}” gives no computable date; recorded as an undated standing duty.",
    ),
    "reading.undated_soon": (
        "“{text}”要求尽早，但没有可计算的日期。",
        "“{text}” asks for it soon but gives no computable date.",
    ),
    "reading.undated_as_required": (
        "“{text}”依另外的安排而定，本身没有可计算的日期。",
        "“{text}” depends on another schedule and gives no computable date itself.",
    ),
    "reading.undated_term": (
        "“{text}”指期中或期末的一个环节，没有写明日期。",
        "“{text}” is a stage in the middle or at the end of a term; no day is named.",
    ),
    "reading.undated_season": (
        "“{text}”没有确定的日期。",
        "“{text}” has no fixed days.",
    ),
    "reading.undated_modifier": (
        "“{text}”是修饰语，不是期限。",
        "“{text}” is a modifier and sets no deadline.",
    ),
    "reading.two_expressions": (
        "有两个不同的时间：“{first}”和“{second}”；请分成两条。",
        "There are two different times, “{first}” and “{second}”; make two rows of them.",
    ),
    "reading.no_such_day": (
        "“{text}”：{year}年{month}月没有{day}日，请核对原文。",
        "“{text}”: there is no day {day} in month {month} of {year}; check the text.",
    ),
    "reading.no_such_day_of_month": (
        "“{text}”：没有这样的日子，请核对原文。",
        "“{text}”: a month has no such day; check the text.",
    ),
    "reading.no_such_month": (
        "“{text}”：没有{month}月，请核对原文。",
        "“{text}”: there is no month {month}; check the text.",
    ),
    "reading.no_such_month_of_period": (
        "“{text}”：该周期内没有这个月，请核对原文。",
        "“{text}”: the period has no such month; check the text.",
    ),
    "reading.no_such_quarter": (
        "“{text}”：一年只有四个季度，请核对原文。",
        "“{text}”: a year has four quarters; check the text.",
    ),
    "reading.year_out_of_range": (
        "“{text}”：只能读{first}年至{last}年的日期。",
        "“{text}”: only years from {first} to {last} can be read.",
    ),
    "reading.too_far": (
        "{n}{unit}太长，超出日历范围。",
        "{n} {unit} runs beyond the calendar.",
    ),
    "reading.range_backwards": (
        "“{text}”：止期早于起期，请核对原文。",
        "“{text}”: it ends before it begins; check the text.",
    ),
    "reading.vague_part": (
        "“{text}”没有确定的日期，请写明月、日。",
        "“{text}” names no certain day; a month and day are needed.",
    ),
    "reading.lunar_date": (
        "“{text}”是农历日期，请写成公历月、日。",
        "“{text}” is a date of the lunar calendar; write it as a day of the solar one.",
    ),
    "reading.which_month": (
        "“{text}”写了日，没有写是周期内哪个月。",
        "“{text}” names a day but not in which month of the period.",
    ),
    "reading.days_differ": (
        "“{text}”中各次的日子不同，请分成几条。",
        "“{text}” names different days in different months; make one row of each.",
    ),
    "reading.every_other_unclear": (
        "“{text}”有两种理解（间隔数与周期数），请写明每几个周期一次。",
        "“{text}” can be understood in two ways; say every how many periods.",
    ),
    "reading.no_rrule_for_lunar": (
        "“{text}”按农历或节气，每年日子不同，不能写成固定的周期规则；请逐年列出。",
        "“{text}” follows the lunar calendar or the sun and moves each year, which no recurrence rule"
        " can say; list each year.",
    ),
    "reading.no_days_off": (
        "“{text}”没有法定假期，不知道起止日。",
        "“{text}” has no days off, so its first and last day are unknown.",
    ),
    "reckon.fixed": (
        "文件写明的日期：{due}。",
        "The day the document names: {due}.",
    ),
    "reckon.open_ended": (
        "自{start}起，不设止期，没有到期日。",
        "Begins on {start} and is open ended: nothing falls due.",
    ),
    "reckon.recurs": (
        "按周期重复（{rule}），每期各有到期日。",
        "Recurs ({rule}); each period has its own due date.",
    ),
    "reckon.waits": (
        "等待“{of}”的日期；登记后才能算出到期日。",
        "Waits for the day of “{of}”; the due date is known once it is recorded.",
    ),
    "reckon.no_limit": (
        "“{of}”为{day}；文中只写先后，没有写明期限。",
        "“{of}” was on {day}; the text sets an order but no limit.",
    ),
    "reckon.event": (
        "“{of}”的日期为{day}。",
        "“{of}” was on {day}.",
    ),
    "reckon.period": (
        "{label}：自{first}至{last}。",
        "{label}: {first} to {last}.",
    ),
    "reckon.due_in_period": (
        "本期以{due}为限。",
        "This instance is due on {due}.",
    ),
}
