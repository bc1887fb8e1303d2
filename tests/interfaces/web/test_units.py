"""Who answers for what on a chosen day, what reaches nobody, and what goes over when a post changes hands."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from django import forms
from django.utils.translation import override

from tests import factories as make
from tests.factories import NOW
from tests.interfaces.web.county import County, text_of
from tracker.audit.actors import Role
from tracker.commitments.models import Assignment, Deadline, Extension, Instruction, ProgressReport, Task
from tracker.commitments.selectors.handing_over import hand_over
from tracker.interfaces.web.forms.units import UnitBoxes
from tracker.org import answering
from tracker.org.models import Portfolio, Position, Post, Tenure, Unit, UnitAlias, UnitGroup, UnitKind
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def answer(unit: Unit, on: date) -> answering.Answer:
    (found,) = answering.answers(Unit.objects.filter(pk=unit.pk), on=on)
    return found


def spell(post: Post, holder: str, first: date | None = None, last: date | None = None) -> Tenure:
    return Tenure.objects.create(post=post, holder=holder, from_day=first, to_day=last)


def test_each_day_has_its_own_holder_and_both_ends_count() -> None:
    unit = make.unit()
    post = make.post(unit, Role.UNIT_HEAD)
    spell(post, "李茂虎", last=date(2023, 5, 7))
    spell(post, "张林侠", date(2023, 6, 12))
    held = {
        day: [one.holder for one in answer(unit, date(2023, *day)).heads[0].holders]
        for day in [(5, 7), (5, 8), (6, 11), (6, 12)]
    }
    assert held == {(5, 7): ["李茂虎"], (5, 8): [], (6, 11): [], (6, 12): ["张林侠"]}


def test_a_vacant_post_says_who_left_it_and_who_is_to_come() -> None:
    unit = make.unit()
    post = make.post(unit, Role.UNIT_HEAD)
    spell(post, "王前", last=date(2022, 1, 1))
    spell(post, "李茂虎", last=date(2023, 5, 7))
    spell(post, "张林侠", date(2023, 6, 12))
    seat = answer(unit, date(2023, 6, 5)).heads[0]
    assert seat.vacant and seat.last and seat.next
    assert (seat.last.holder, seat.next.holder) == ("李茂虎", "张林侠")


def test_two_people_printed_in_one_post_both_hold_it() -> None:
    unit = make.unit()
    post = make.post(unit, Role.UNIT_HEAD)
    spell(post, "甲")
    spell(post, "乙")
    assert [one.holder for one in answer(unit, make.TODAY).heads[0].holders] == ["甲", "乙"]


def test_the_leader_is_the_one_the_division_of_work_named_that_day() -> None:
    unit = make.unit()
    county = make.unit("县政府")
    old, new = (make.post(county, Role.LEADER) for _ in range(2))
    Portfolio.objects.create(post=old, unit=unit, relation="分管", to_day=date(2023, 5, 31))
    Portfolio.objects.create(post=new, unit=unit, relation="分管", from_day=date(2023, 6, 1))
    Portfolio.objects.create(post=make.post(county, Role.LEADER), unit=unit, relation="联系")
    before, after = answer(unit, date(2023, 5, 31)).leader, answer(unit, date(2023, 6, 1)).leader
    assert before and after and (before.post.pk, after.post.pk) == (old.pk, new.pk)


def test_a_unit_without_a_liaison_is_reached_through_its_head_and_only_by_an_account() -> None:
    unit = make.unit()
    head = make.post(unit, Role.UNIT_HEAD)
    assert not answer(unit, make.TODAY).reached
    spell(head, "没有账号的人")
    assert not answer(unit, make.TODAY).reached
    make.user(head)
    assert answer(unit, make.TODAY).reached
    # A registered liaison is who is told: where that post is vacant, nobody is.
    make.post(unit, Role.LIAISON)
    assert not answer(unit, make.TODAY).reached


def test_a_seat_on_a_leading_group_left_empty_is_not_called_vacant() -> None:
    make.post(make.unit(), "", position=Position.GROUP_MEMBER)
    missing = make.post(make.unit(), Role.LIAISON)
    assert [seat.post.pk for seat in answering.vacant(on=make.TODAY)] == [missing.pk]


def test_the_list_of_units_shows_counts_only_to_whom_they_belong(county: County) -> None:
    seen = text_of(county.get("office", "units"))
    assert f"/ledger/?lead={county.lead.slug}" in seen and f"/ledger/?lead={county.other.slug}" in seen
    own = text_of(county.get("liaison", "units"))
    assert f"/ledger/?lead={county.lead.slug}" in own and f"/ledger/?lead={county.other.slug}" not in own
    assert "/ledger/?lead=" not in text_of(county.get("administrator", "units"))


def test_what_the_reader_may_not_see_is_not_said_to_be_nothing(county: County) -> None:
    """A unit's people were told that other units have nothing open, and that messages reach every unit."""
    cells = re.compile(r'data-label="在办"><span class="faint">(.)</span>')
    assert set(cells.findall(text_of(county.get("stranger", "units")))) == {"0", "—"}
    assert set(cells.findall(text_of(county.get("office", "units")))) == {"0"}
    assert "牵头在办 0 项" not in text_of(county.get("stranger", "unit", county.lead.slug))
    assert "牵头在办 1 项" in text_of(county.get("liaison", "unit", county.lead.slug))
    assert "信息送达不到的单位" not in text_of(county.get("stranger", "unanswered"))


def test_the_count_of_a_unit_opens_as_many_duties_as_it_says(county: County) -> None:
    helped = make.task(make.unit("县水利局"), county.lead, of=make.commitment(county.document, title="只配合的事"))
    source = text_of(county.get("office", "units"))
    found = re.search(rf'href="(/ledger/\?[a-z]+={county.lead.slug})">(\d+)</a>', source)
    assert found is not None
    behind = text_of(county.client("office").get(found[1]))
    assert f"共 {found[2]} 项" in behind and helped.title not in behind


def test_a_unit_is_found_by_its_alias(county: County) -> None:
    UnitAlias.objects.create(unit=county.lead, name="蔡村")
    source = text_of(county.get("liaison", "units", q="蔡村"))
    assert "蔡村乡人民政府" in source and "太阳乡人民政府" not in source
    assert "没有找到单位" in text_of(county.get("liaison", "units", q="不存在"))


def test_units_stand_under_the_leader_of_the_day(county: County) -> None:
    source = text_of(county.get("office", "units", by="leader"))
    assert (
        source.index(str(county.post))
        < source.index("蔡村乡人民政府")
        < source.index("未载明分管领导")
        < source.index("太阳乡人民政府")
    )


def test_a_units_page_shows_chain_groups_and_what_reaches_nobody(county: County) -> None:
    group = UnitGroup.objects.create(name="各乡（镇）人民政府", line=1366)
    group.members.add(county.other)
    source = text_of(county.get("office", "unit", county.other.slug))
    assert "无登记联络员" in source and "送达不到任何人" in source and "各乡（镇）人民政府" in source
    reached = text_of(county.get("office", "unit", county.lead.slug))
    assert "送达不到任何人" not in reached and str(county.users["leader"].tenures.get().holder) in reached


def test_the_page_of_a_unit_hides_duties_of_others(county: County) -> None:
    assert "设立普查领导小组" not in text_of(county.get("stranger", "unit", county.lead.slug))
    assert "设立普查领导小组" in text_of(county.get("liaison", "unit", county.lead.slug))


def test_a_post_keeps_everybody_who_held_it(county: County) -> None:
    post = make.post(county.lead, Role.UNIT_HEAD, title="副乡长")
    spell(post, "老人", last=date(2023, 5, 7))
    spell(post, "新人", date(2023, 6, 12))
    source = text_of(county.get("office", "post", post.pk, on="2023-06-05"))
    assert "老人" in source and "新人" in source and "空缺" in source
    assert f"/posts/{post.pk}/hand-over/?on=2023-05-07" in source
    assert "hand-over" not in text_of(county.get("stranger", "post", post.pk))


def handed(county: County, on: date, who: str = "office") -> dict[str, list[int]]:
    post = county.users["head"].tenures.get().post
    from tracker.commitments.selectors import visible_tasks

    found = hand_over(visible_tasks(county.actor(who)), post, on=on)
    return {
        name: [one.task.pk for one in getattr(found, name)] for name in ("late", "soon", "later", "awaiting", "resting")
    }


def test_who_is_to_come_is_not_said_to_be_in_the_post(county: County) -> None:
    tenure = county.users["head"].tenures.get()
    Tenure.objects.create(post=tenure.post, holder="李新", from_day=date(2023, 6, 12))
    before = text_of(county.get("office", "post", tenure.post_id, on="2023-06-05"))
    assert "待任" in before
    assert "待任" not in text_of(county.get("office", "post", tenure.post_id, on="2023-06-12"))
    assert "待任" in text_of(county.get("administrator", "admin_post", tenure.post_id))


def test_the_hand_over_list_is_of_the_day_asked_for(county: County) -> None:
    task = county.task
    assert handed(county, date(2023, 6, 2))["soon"] == [task.pk]
    assert handed(county, date(2023, 6, 3))["late"] == [task.pk]
    # Nothing had been opened yet.
    assert not any(handed(county, date(2023, 5, 30)).values())
    Task.objects.filter(pk=task.pk).update(state=State.CLOSED, closed_at=datetime(2023, 6, 8, 2, tzinfo=UTC))
    assert handed(county, date(2023, 6, 7))["late"] == [task.pk]
    assert not any(handed(county, date(2023, 6, 8)).values())


def test_the_hand_over_list_has_the_date_that_was_in_force(county: County) -> None:
    Deadline.objects.create(
        task=county.task, version=2, due=date(2023, 8, 31), set_at=datetime(2023, 6, 6, 2, tzinfo=UTC), set_by="x"
    )
    Task.objects.filter(pk=county.task.pk).update(due=date(2023, 8, 31))
    assert handed(county, date(2023, 6, 5))["late"] == [county.task.pk]
    assert handed(county, date(2023, 6, 6))["later"] == [county.task.pk]


def test_what_waits_for_a_decision_is_handed_over_as_that(county: County) -> None:
    Extension.objects.create(
        task=county.task,
        unit=county.lead,
        old_due=date(2023, 6, 2),
        new_due=date(2023, 6, 20),
        reason="等批复",
        progress="已报",
        requested_at=datetime(2023, 6, 1, 2, tzinfo=UTC),
        requested_by="x",
    )
    assert handed(county, date(2023, 6, 5))["awaiting"] == [county.task.pk]
    source = text_of(county.get("head", "hand_over", county.users["head"].tenures.get().post_id))
    assert "申请延至6月20日" in source


def test_the_hand_over_page_has_what_was_last_said_and_room_for_both_signatures(county: County) -> None:
    ProgressReport.objects.create(
        task=county.task, unit=county.lead, kind="progress", text="已拟定方案", percent=40, at=NOW, by="x"
    )
    Instruction.objects.create(task=county.task, text="抓紧办理", at=NOW, by="县长")
    source = text_of(county.get("liaison", "hand_over", county.users["head"].tenures.get().post_id))
    for words in ("已拟定方案", "40%", "抓紧办理", "移交人（签字）", "接交人（签字）", "监交人"):
        assert words in source


def test_on_the_first_day_of_a_tenure_the_last_holder_hands_over_and_the_new_one_takes_over(county: County) -> None:
    tenure = county.users["head"].tenures.get()
    Tenure.objects.filter(pk=tenure.pk).update(holder="马军", to_day=date(2023, 6, 11))
    spell(tenure.post, "李新", date(2023, 6, 12))

    def named(on: str) -> list[str]:
        source = text_of(county.get("office", "hand_over", tenure.post_id, on=on))
        return re.findall(r"<dd>\s*(\w+)", source.partition("hand-facts")[2])[:2]

    assert named("2023-06-11") == named("2023-06-12") == ["马军", "李新"]
    assert named("2023-06-13")[0] == "李新"


def test_who_takes_a_post_over_from_nobody_on_record_does_not_hand_it_over_to_themselves(county: County) -> None:
    post = make.post(county.lead, "", position=Position.UNIT_HEAD)
    spell(post, "李新", date(2023, 6, 12))
    facts = text_of(county.get("office", "hand_over", post.pk, on="2023-06-12")).partition("hand-facts")[2]
    giver, taker = re.findall(r"<dd>(.*?)</dd>", facts, re.S)[:2]
    assert "此前无任职登记" in giver and "李新" not in giver and "李新" in taker


def test_a_supporters_hand_over_list_says_whom_it_supports(county: County) -> None:
    Assignment.objects.create(task=county.sibling, unit=county.lead, role="support")
    source = text_of(county.get("liaison", "hand_over", county.users["head"].tenures.get().post_id))
    assert f"配合{county.other}" in source


def test_a_leaders_hand_over_list_is_the_portfolios(county: County) -> None:
    from tracker.commitments.selectors import visible_tasks

    found = hand_over(visible_tasks(county.actor("office")), county.post, on=make.TODAY)
    assert [one.task.pk for one in found.late] == [county.task.pk]


def test_the_posts_without_a_holder_say_what_reaches_nobody(county: County) -> None:
    source = text_of(county.get("office", "unanswered"))
    assert "有在办事项的 2 个牵头单位中 1 个" in source
    assert source.index("信息送达不到的单位") < source.index(f"/units/{county.other.slug}/")
    assert f"/units/{county.lead.slug}/" not in source


def test_units_without_any_liaison_stand_beside_the_vacant_posts_for_whoever_registers_posts(county: County) -> None:
    """The page told the administrator that nothing was vacant while most units had no post of a liaison at all."""
    source = text_of(county.get("administrator", "unanswered"))
    shown = source.partition("未设联络员的单位")[2].partition("</section>")[0]
    assert f"/units/{county.other.slug}/" in shown and f"/units/{county.lead.slug}/" not in shown
    assert "未设联络员的单位" not in text_of(county.get("stranger", "unanswered"))


def test_a_unit_reached_through_its_head_alone_is_told_to_have_no_liaison(county: County) -> None:
    headed = make.unit("县林业局")
    make.user(make.post(headed, Role.UNIT_HEAD))
    make.task(headed, of=make.commitment(county.document, title="另一件事"))
    shown = text_of(county.get("office", "unanswered")).partition("其他未设联络员的单位")[2].partition("</section>")[0]
    assert f"/units/{headed.slug}/" in shown and f"/units/{county.other.slug}/" not in shown


def test_a_chosen_unit_stands_first_of_its_kind(county: County) -> None:
    units = [make.unit(name, kind=UnitKind.TOWNSHIP) for name in ("甲乡人民政府", "乙乡人民政府", "丙乡人民政府")]
    field = forms.ModelMultipleChoiceField(Unit.objects.filter(pk__in=[one.pk for one in units]), widget=UnitBoxes)
    shown = [one["label"] for one in field.widget.options("units", [str(units[2].pk)])]
    assert shown[0] == "丙乡人民政府" and len(shown) == 3


def test_a_duty_is_divided_among_units_whose_kinds_stand_as_on_the_page_of_the_units(county: County) -> None:
    county.lead.kind = UnitKind.COLLECTIVE
    county.lead.save()
    for kind in (UnitKind.MASS_ORGANISATION, UnitKind.ENTERPRISE, UnitKind.TOWNSHIP, UnitKind.PARTY_BODY):
        make.unit(f"{kind.label}甲", kind=kind)
        make.unit(f"{kind.label}乙", kind=kind)

    page = county.get("office", "task_break_down", county.task.pk).content.decode()
    folds = re.findall(r"<summary>([^<]+) <span", page[page.index("unit-boxes") :])

    with override("zh-hans"):
        kinds = [str(kind.label) for kind in UnitKind]
    shown = [name for name in folds if name in kinds]
    assert {kinds[UnitKind.values.index(kind)] for kind in ("township", "enterprise", "party_body")} <= set(shown)
    assert shown == [name for name in kinds if name in shown]
