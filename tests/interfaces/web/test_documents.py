"""Documents: what came of each clause, their standing at the head, and the office's way to repeal or amend one."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from tests import factories as make
from tests.interfaces.web.county import County, text_of
from tracker.commitments.models import Amendment, Task
from tracker.documents.models import NotCommitment
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def lines(source: str) -> list[str]:
    return re.findall(r'id="L(\d+)"', source)


def change(**values: Any) -> dict[str, Any]:
    plain = {
        "kind": "repeal",
        "instrument_text": "稷政发〔2023〕9号",
        "clause": "一",
        "words": "自本通知公布之日起不再执行",
        "effective_on": "2023-06-05",
    }
    return plain | values


def another_date(pk: int, day: str) -> dict[str, str]:
    return {f"does_{pk}": "date", f"due_{pk}": day}


def seen_of(source: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', source)
    assert found is not None
    return found[1]


def test_each_kind_of_clause_is_counted_and_can_be_asked_for(county: County) -> None:
    show = {
        kind: lines(text_of(county.get("office", "document", county.document.slug, show=kind)))
        for kind in ("", "promised", "without", "judged", "gap", "unread")
    }
    assert show["promised"] == ["6"]
    assert show["judged"] == ["2"]
    # Line 6 holds “6月8日前”, which nobody quoted, but its line has a promise; line 1 and 7 hold no time at all.
    assert show["gap"] == []
    assert set(show["unread"]) == {"1", "4", "7"}
    assert set(show["without"]) == {"1", "2", "4", "7"}
    assert set(show[""]) == {"1", "2", "3", "4", "6", "7"}


def test_a_time_that_nobody_has_judged_is_a_gap_and_named(county: County) -> None:
    NotCommitment.objects.all().delete()
    source = text_of(county.get("office", "document", county.document.slug, show="gap"))
    assert lines(source) == ["2"]
    assert "尚无人研判：" in source and "〔2023〕</p>" in source


def test_a_judgement_says_its_reason_beside_the_clause(county: County) -> None:
    source = text_of(county.get("liaison", "document", county.document.slug, show="judged"))
    assert "不是承诺：所引文件的文号" in source


def test_the_clause_a_policy_rests_on_is_not_without_consequence(county: County) -> None:
    make.policy(county.document, {"basis_line": 4})
    assert "4" not in lines(text_of(county.get("office", "document", county.document.slug, show="without")))


def test_the_head_of_a_document_counts_what_the_reader_may_see(county: County) -> None:
    assert "2 项在办" in text_of(county.get("office", "document", county.document.slug))
    assert "1 项在办" in text_of(county.get("liaison", "document", county.document.slug))
    assert "项在办" not in text_of(county.get("administrator", "document", county.document.slug))


def test_the_preview_says_what_would_change_and_changes_nothing(county: County) -> None:
    of = make.commitment(county.document, title="报送名单", due=date(2023, 6, 30))
    make.task(county.lead, of=of, due=date(2023, 6, 30))
    source = text_of(county.post_to("office", "document_amend", county.document.slug, **change()))
    ends, stays = source.index("随之终止"), source.index("继续有效：生效日前已逾期")
    assert ends < source.index("报送名单") < stays < source.index("设立普查领导小组")
    assert not Amendment.objects.exists()
    assert not Task.objects.filter(state=State.WITHDRAWN).exists()


def test_what_was_previewed_is_applied_and_shown_on_the_document(county: County) -> None:
    of = make.commitment(county.document, title="报送名单", due=date(2023, 6, 30))
    task = make.task(county.lead, of=of, due=date(2023, 6, 30))
    preview = text_of(county.post_to("office", "document_amend", county.document.slug, **change()))
    answer = county.post_to(
        "office", "document_amend", county.document.slug, **change(seen=seen_of(preview), apply="1")
    )
    amendment = Amendment.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/amendments/{amendment.pk}/")
    assert Task.objects.get(pk=task.pk).state == State.WITHDRAWN
    page = text_of(county.get("office", "document", county.document.slug))
    assert "2023年6月5日起失效" in page and "稷政发〔2023〕9号" in page
    assert "document_amend" not in page and "/amend/" not in page
    told = text_of(county.get("liaison", "amendment", amendment.pk))
    assert "报送名单" in told and "自本通知公布之日起不再执行" in told
    assert "报送名单" not in text_of(county.get("stranger", "amendment", amendment.pk))


def test_a_change_since_the_preview_shows_the_preview_again(county: County) -> None:
    preview = text_of(county.post_to("office", "document_amend", county.document.slug, **change()))
    Task.objects.filter(pk=county.task.pk).update(version=9)
    answer = county.post_to(
        "office", "document_amend", county.document.slug, **change(seen=seen_of(preview), apply="1")
    )
    assert answer.status_code == 409
    assert "请重新核对" in text_of(answer)
    assert not Amendment.objects.exists()


def test_other_words_than_those_previewed_are_shown_again_first(county: County) -> None:
    preview = text_of(county.post_to("office", "document_amend", county.document.slug, **change()))
    data = change(seen=seen_of(preview), apply="1", words="另一句话")
    assert county.post_to("office", "document_amend", county.document.slug, **data).status_code == 409


def test_another_date_is_shown_beside_the_old_one(county: County) -> None:
    data = change(kind="promises", late_too="on", **another_date(county.commitment.pk, "2023-09-30"))
    source = text_of(county.post_to("office", "document_amend", county.document.slug, **data))
    assert re.search(r"<s>6月2日</s> → <strong>9月30日</strong>", source)
    county.post_to("office", "document_amend", county.document.slug, **data, seen=seen_of(source), apply="1")
    moved = text_of(county.get("office", "task", county.task.pk))
    assert "依据稷政发〔2023〕9号，办理期限改为2023年9月30日" in moved or "2023-09-30" in moved
    assert "2023年6月2日" in moved


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(county: County) -> None:
    answer = county.post_to("office", "document_amend", county.document.slug, **change(instrument_text=""))
    assert answer.status_code == 422
    source = text_of(answer)
    assert "请选择作出变更的文件" in source and "自本通知公布之日起不再执行" in source


def test_a_change_of_a_later_day_waits_and_can_be_cancelled(county: County) -> None:
    data = change(effective_on="2023-07-01")
    preview = text_of(county.post_to("office", "document_amend", county.document.slug, **data))
    county.post_to("office", "document_amend", county.document.slug, **data, seen=seen_of(preview), apply="1")
    amendment = Amendment.objects.get()
    assert amendment.waits
    assert "待生效" in text_of(county.get("liaison", "document", county.document.slug))
    assert county.post_to("office", "amendment_cancel", amendment.pk, reason="印发推迟").status_code == 303
    assert "印发推迟" in text_of(county.get("office", "amendment", amendment.pk))


def test_an_ended_promise_keeps_its_place_in_the_text(county: County) -> None:
    data = change(kind="promises", **{f"does_{county.commitment.pk}": "end"})
    preview = text_of(county.post_to("office", "document_amend", county.document.slug, **data))
    county.post_to("office", "document_amend", county.document.slug, **data, seen=seen_of(preview), apply="1")
    source = text_of(county.get("office", "document", county.document.slug))
    assert '<mark class="quote phrase">2023年6月2日前</mark>' in source
    assert "已由稷政发〔2023〕9号终止" in source


def test_a_judgement_that_names_a_row_shows_its_title(county: County) -> None:
    NotCommitment.objects.update(reason=f"repeats row {county.commitment.key}")
    source = text_of(county.get("office", "document", county.document.slug))
    assert "重复，见“设立普查领导小组”" in source


def test_the_task_of_a_repealed_document_tells_the_office_what_ended_it(county: County) -> None:
    data = change(late_too="on")
    preview = text_of(county.post_to("office", "document_amend", county.document.slug, **data))
    county.post_to("office", "document_amend", county.document.slug, **data, seen=seen_of(preview), apply="1")
    told = text_of(county.get("office", "task", county.task.pk))
    assert "随文件终止，依据稷政发〔2023〕9号一" in told
    assert county.get("liaison", "task", county.task.pk).status_code == 403


def test_one_act_sets_each_promise_its_own_date_and_the_faulty_one_is_marked(county: County) -> None:
    other = make.commitment(county.document, title="报送名单", due=date(2023, 6, 30))
    make.task(county.lead, of=other, due=date(2023, 6, 30))
    third = make.commitment(county.document, title="召开动员会", due=date(2023, 7, 10))
    make.task(county.lead, of=third, due=date(2023, 7, 10))
    data = change(kind="promises", **another_date(other.pk, "2023-09-30"), **{f"does_{third.pk}": "date"})
    answer = county.post_to("office", "document_amend", county.document.slug, **data)
    assert answer.status_code == 422 and "请填写新的办理期限" in text_of(answer)
    data |= {f"does_{third.pk}": "end", f"clause_{other.pk}": "第三条"}
    source = text_of(county.post_to("office", "document_amend", county.document.slug, **data))
    assert re.search(r"<s>6月30日</s> → <strong>9月30日</strong>", source)
    assert source.index("随之终止") < source.index("召开动员会")
    county.post_to("office", "document_amend", county.document.slug, **data, seen=seen_of(source), apply="1")
    page = text_of(county.get("office", "amendment", Amendment.objects.get().pk))
    assert "第三条" in page and "2023年9月30日" in page


def test_the_office_takes_a_change_back_after_seeing_what_that_does(county: County) -> None:
    data = change(kind="promises", late_too="on", **another_date(county.commitment.pk, "2023-09-30"))
    preview = text_of(county.post_to("office", "document_amend", county.document.slug, **data))
    county.post_to("office", "document_amend", county.document.slug, **data, seen=seen_of(preview), apply="1")
    amendment = Amendment.objects.get()
    assert "撤回本次变更" in text_of(county.get("office", "amendment", amendment.pk))
    assert "撤回本次变更" not in text_of(county.get("liaison", "amendment", amendment.pk))
    source = text_of(county.get("office", "amendment_withdraw", amendment.pk))
    assert re.search(r"<s>9月30日</s> → <strong>6月2日</strong>", source)
    # What has passed meanwhile is late at once, and the page says so.
    assert "恢复后即为逾期" in source
    assert county.post_to("office", "amendment_withdraw", amendment.pk, seen=seen_of(source)).status_code == 422
    Task.objects.filter(pk=county.task.pk).update(version=9)
    stale = county.post_to("office", "amendment_withdraw", amendment.pk, seen=seen_of(source), reason="文号录错")
    assert stale.status_code == 409 and "文号录错" in text_of(stale)
    answer = county.post_to(
        "office", "amendment_withdraw", amendment.pk, seen=seen_of(text_of(stale)), reason="文号录错"
    )
    assert answer.headers["Location"] == f"/amendments/{amendment.pk}/"
    assert Task.objects.get(pk=county.task.pk).due == date(2023, 6, 2)
    told = text_of(county.get("liaison", "amendment", amendment.pk))
    assert "文号录错" in told and "恢复原期限" in told
    assert "的变更已撤回：2023-09-30 → 2023-06-02" in re.sub(
        r"(\d+)年(\d+)月(\d+)日",
        lambda m: f"{m[1]}-{int(m[2]):02}-{int(m[3]):02}",
        text_of(county.get("liaison", "task", county.task.pk)),
    )
    assert "已撤回" in text_of(county.get("liaison", "document", county.document.slug))


def test_a_promise_without_a_single_day_is_not_offered_another_date(county: County) -> None:
    dated = county.task.commitment
    ongoing = make.commitment(county.document, kind="undated", due=None, title="长期坚持")
    page = text_of(county.client("office").get(reverse("web:document_amend", args=[county.document.slug])))
    assert f'name="due_{dated.pk}"' in page
    assert f'name="does_{ongoing.pk}"' in page
    assert f'name="due_{ongoing.pk}"' not in page


def test_who_reads_no_tasks_is_shown_no_number_of_them(county: County) -> None:
    """An administrator saw 0 tasks beside every document, though the tasks were there."""
    shown = text_of(county.get("administrator", "documents"))
    assert county.document.title in shown and "事项</th>" not in shown and 'data-label="事项"' not in shown
    assert "事项</th>" in text_of(county.get("office", "documents"))
