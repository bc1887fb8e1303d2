"""The administration as people use it: nothing happens before it was shown, and what ends, ends at once."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.factories import TODAY
from tests.interfaces.web import offices
from tests.interfaces.web.county import County, text_of
from tracker.audit.actors import Role
from tracker.audit.models import AuditEntry
from tracker.escalation.models import EscalationPolicy
from tracker.org import selectors as org
from tracker.org.models import FeedToken, Post, Remark, Tenure, User, WorkdayOverride

pytestmark = [pytest.mark.django_db, pytest.mark.core]

PASSWORD = "liushi-tian-zhi-nei"


def hidden(page: str) -> dict[str, str]:
    """Return the fields a preview would send on."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', page)
    return found.group(1) if found else ""


def ask(county: County, who: str, route: str, *args: Any, **data: Any) -> str:
    """Open a form, send it, and return the page that shows what would change."""
    opened = text_of(county.get(who, route, *args))
    answer = county.post_to(who, route, *args, seen=seen_in(opened), **data)
    assert answer.status_code == 200, text_of(answer)
    return text_of(answer)


def test_an_appointment_is_shown_before_it_is_made(county: County) -> None:
    post = offices.post(county)
    new = make.user(name="张新")
    page = ask(county, "office", "admin_post_appoint", post.pk, user=f"张新（{new.username}）", from_day="2023-06-12")
    old = county.users["liaison"].name
    assert old in page and "张新" in page and "6月11日" in page
    # What is open stays with the post; the late task is among it.
    assert "1 项，其中逾期 1 项" in page
    assert Tenure.objects.filter(post=post).count() == 1
    assert not AuditEntry.objects.filter(action="org.appointed").exists()
    answer = county.post_to("office", "admin_post_appoint", post.pk, **hidden(page))
    assert answer.status_code == 303
    held = [row.holder for row in org.holders(post, on=date(2023, 6, 12))]
    assert held == ["张新"] and [row.holder for row in org.holders(post, on=date(2023, 6, 11))] == [old]


def test_an_appointment_that_would_be_refused_is_refused_before_it_is_shown(county: County) -> None:
    post = offices.post(county)
    auditor = county.users["auditor"]
    opened = text_of(county.get("administrator", "admin_post_appoint", post.pk))
    answer = county.post_to(
        "administrator",
        "admin_post_appoint",
        post.pk,
        user=auditor.username,
        from_day="2023-06-12",
        seen=seen_in(opened),
    )
    assert answer.status_code == 422
    assert "不相容职责应当分离" in text_of(answer) and auditor.username in text_of(answer)
    assert Tenure.objects.filter(post=post).count() == 1


def test_two_who_fill_one_post_at_once_do_not_both_do_it(county: County) -> None:
    post = offices.post(county)
    first, second = (ask(county, who, "admin_post_appoint", post.pk, holder=f"某{who}", from_day="2023-06-12")
                     for who in ("office", "administrator"))  # fmt: skip
    assert county.post_to("office", "admin_post_appoint", post.pk, **hidden(first)).status_code == 303
    late = county.post_to("administrator", "admin_post_appoint", post.pk, **hidden(second))
    assert late.status_code == 409
    assert "某administrator" in text_of(late)  # what was typed is handed back
    assert not Tenure.objects.filter(holder="某administrator").exists()


def test_a_post_is_found_as_it_is_written_on_the_page(county: County) -> None:
    post = county.users["head"].tenures.get().post
    assert f"/administration/posts/{post.pk}/" in text_of(county.get("administrator", "admin_posts", q=str(post)))
    assert "没有符合条件的岗位" in text_of(county.get("administrator", "admin_posts", q=f"{post}甲"))


def test_a_wrong_account_name_says_what_to_do(county: County) -> None:
    answer = county.post_to(
        "office", "admin_post_appoint", offices.post(county).pk, user="没有此人", from_day="2023-06-12"
    )
    assert answer.status_code == 422
    assert "没有账号“没有此人”" in text_of(answer)


def test_the_office_makes_a_liaisons_post_for_a_unit_that_reaches_nobody(county: County) -> None:
    page = text_of(county.get("office", "admin_posts"))
    assert "1 个单位有在办事项但没有联络员" in page and county.other.name in page
    answer = county.post_to("office", "admin_post_new", unit=county.other.name, title="联络员", role="liaison")
    made = Post.objects.get(unit=county.other)
    assert answer.headers["Location"] == reverse("web:admin_post", args=[made.pk])
    # A role that the office does not give is not among its choices.
    refused = county.post_to("office", "admin_post_new", unit=county.other.name, title="审计员", role="auditor")
    assert refused.status_code == 422


def test_a_tenure_that_ends_leaves_the_post_vacant_and_says_so(county: County) -> None:
    tenure = offices.tenure(county)
    page = ask(county, "office", "admin_tenure_end", tenure.pk, to_day="2023-06-05")
    assert "空缺" in page
    county.post_to("office", "admin_tenure_end", tenure.pk, **hidden(page))
    tenure.refresh_from_db()
    assert tenure.to_day == TODAY


# -- accounts


def sign_in(username: str, password: str) -> Client:
    browser = Client()
    browser.post("/login/", {"username": username, "password": password})
    return browser


def test_a_new_person_chooses_a_password_before_anything_else(county: County) -> None:
    answer = county.post_to("administrator", "admin_user_new", username="zhang", name="张新", language="zh-hans")
    found = re.search(r'id="one-time" value="([a-z0-9-]{19})"', text_of(answer))
    assert found and answer.headers["Cache-Control"] == "no-store"
    # Shown once, and kept nowhere.
    assert found.group(1) not in str(list(AuditEntry.objects.values_list("detail", "object_text")))
    browser = sign_in("zhang", found.group(1))
    assert browser.get("/inbox/").headers["Location"] == "/password/"
    assert browser.post("/inbox/read/").headers["Location"] == "/password/"
    assert browser.get("/api/v1/tasks").status_code == 403
    sent = {"old_password": found.group(1), "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert browser.post("/password/", sent).status_code == 303
    assert browser.get("/inbox/").status_code == 200


def test_a_short_password_is_refused_in_the_readers_language(county: County) -> None:
    user = county.users["liaison"]
    user.set_password("the-first-password")
    user.save()
    sent = {"old_password": "the-first-password", "new_password1": "kurz-7x", "new_password2": "kurz-7x"}
    told = text_of(sign_in(user.username, "the-first-password").post("/password/", sent))
    assert "太短，至少 10 个字符" in told and "too short" not in told


def test_a_changed_password_signs_out_everywhere_else(county: County) -> None:
    user = county.users["liaison"]
    user.set_password("the-first-password")
    user.save()
    here, there = sign_in(user.username, "the-first-password"), sign_in(user.username, "the-first-password")
    sent = {"old_password": "the-first-password", "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert here.post("/password/", sent).status_code == 303
    assert here.get("/inbox/").status_code == 200
    assert there.get("/inbox/").status_code == 302


def test_a_disabled_account_is_signed_out_with_its_next_click_and_its_calendar_is_gone(county: County) -> None:
    liaison = county.users["liaison"]
    made = county.post_to("liaison", "calendar", scope="mine:")
    feed = re.search(r"https?://[^\"<\s]+(/calendar/[^\"<\s]+)", text_of(made))
    assert feed and Client().get(feed.group(1)).status_code == 200
    shown = text_of(county.get("administrator", "admin_user_act", liaison.pk, "disable"))
    assert "立即失效" in shown and county.get("liaison", "inbox").status_code == 200
    assert county.post_to("administrator", "admin_user_act", liaison.pk, "disable").status_code == 303
    assert county.get("liaison", "inbox").status_code == 302
    assert Client().get(feed.group(1)).status_code == 404
    county.post_to("administrator", "admin_user_act", liaison.pk, "enable")
    assert county.get("liaison", "inbox").status_code == 302
    assert Client().get(feed.group(1)).status_code == 404
    assert not FeedToken.objects.filter(revoked_at=None).exists()


def test_a_locked_person_is_seen_and_unlocked(county: County) -> None:
    user = county.users["liaison"]
    user.set_password(PASSWORD)
    user.save()
    for _attempt in range(5):
        sign_in(user.username, "wrong")
    assert "已锁定" in text_of(county.get("administrator", "admin_users"))
    assert "_auth_user_id" not in sign_in(user.username, PASSWORD).session
    county.post_to("administrator", "admin_user_act", user.pk, "unlock")
    assert "_auth_user_id" in sign_in(user.username, PASSWORD).session


def test_the_own_account_offers_nothing_that_another_administrator_does(county: County) -> None:
    own = county.users["administrator"]
    page = text_of(county.get("administrator", "admin_user", own.pk))
    for act in ("reset", "disable", "enable"):
        assert reverse("web:admin_user_act", args=[own.pk, act]) not in page
        assert county.post_to("administrator", "admin_user_act", own.pk, act).status_code == 403


def test_no_page_tells_when_somebody_signed_in(county: County) -> None:
    User.objects.filter(pk=county.users["liaison"].pk).update(last_login="2023-06-02T00:17:00Z")
    for page in (
        county.get("administrator", "admin_users"),
        county.get("administrator", "admin_user", county.users["liaison"].pk),
    ):
        assert "08:17" not in text_of(page) and "6月2日" not in text_of(page)


# -- registers


def test_a_corrected_day_is_shown_with_what_moves_before_it_counts(county: County) -> None:
    page = ask(
        county,
        "office",
        "admin_workday_new",
        day="2023-06-16",
        is_workday="off",
        reason="县庆",
        source="稷政办函〔2023〕1号",
    )
    assert "均不变动" in page and org.workdays().is_workday(date(2023, 6, 16))
    county.post_to("office", "admin_workday_new", **hidden(page))
    assert "事项期限均不变动" in text_of(county.get("office", "admin_workdays"))
    again = county.post_to(
        "office", "admin_workday_new", day="2023-06-16", is_workday="off", reason="县庆", source="稷政办函〔2023〕1号"
    )
    assert "这一天本来就是休息日" in text_of(again)
    assert not org.workdays().is_workday(date(2023, 6, 16))
    assert "稷政办函〔2023〕1号" in text_of(county.get("auditor", "admin_workdays"))
    row = WorkdayOverride.objects.get()
    page = ask(county, "office", "admin_workday_withdraw", row.pk, reason="通知作废")
    county.post_to("office", "admin_workday_withdraw", row.pk, **hidden(page))
    assert org.workdays().is_workday(date(2023, 6, 16))


def test_a_year_that_is_not_announced_says_what_is_done_meanwhile(county: County) -> None:
    unknown = org.workdays().known_through + 1
    assert "放假安排尚未公布" in text_of(county.get("office", "admin_workdays", year=unknown))
    assert "放假安排尚未公布" not in text_of(county.get("office", "admin_workdays"))
    assert county.get("office", "admin_workdays", year="1e9").status_code == 200


def test_a_policys_settings_are_seen_on_a_task_before_they_are_a_version(county: County) -> None:
    policy = make.policy(county.document, {"offset": 3}, key="census")
    county.commitment.policy_key = "census"
    county.commitment.save()
    page = ask(
        county, "office", "admin_policy", "census",
        ahead="7, 1", overdue="1 联络员\n3 单位负责人", **{"step_step-0": "6"}, reason="督查室定", task=str(county.task.pk),
    )  # fmt: skip
    assert "6月7日" in page and county.task.title in page
    assert EscalationPolicy.objects.count() == 1
    assert county.post_to("office", "admin_policy", "census", **hidden(page)).status_code == 303
    newest = EscalationPolicy.objects.get(version=2)
    assert newest.steps.get().offset == 6 and newest.steps.get().basis_quote == policy.steps.get().basis_quote
    # The form that was open on the first version meanwhile.
    stale = county.post_to("office", "admin_policy", "census", **{**hidden(page), "ahead": "30"})
    assert stale.status_code == 409


def test_a_reminder_to_somebody_unknown_is_explained(county: County) -> None:
    make.policy(county.document, {}, key="census")
    answer = county.post_to(
        "office", "admin_policy", "census", overdue="3 全体干部", reason="x", **{"step_step-0": "1"}
    )
    assert answer.status_code == 422 and "“3 全体干部”无法识别" in text_of(answer)


def test_members_of_a_group_are_pasted_by_any_spelling(county: County) -> None:
    group = offices.group(county)
    page = ask(
        county, "office", "admin_group", group.pk,
        units=f"{county.lead.name}\n{county.support.name}\n", from_day="2023-07-01", source="稷政办发〔2023〕15号",
    )  # fmt: skip
    assert "加入" in page and "退出" in page
    county.post_to("office", "admin_group", group.pk, **hidden(page))
    assert set(group.members.all()) == {county.lead, county.support}


def test_a_leaders_portfolio_changes_from_a_day(county: County) -> None:
    other = make.post(make.unit(), Role.LEADER)
    page = ask(
        county, "office", "admin_portfolio", county.lead.pk,
        relation="分管", post=str(other.pk), from_day="2023-07-01", source="稷政办发〔2023〕6号第3行",
    )  # fmt: skip
    assert "6月30日" in page
    county.post_to("office", "admin_portfolio", county.lead.pk, **hidden(page))
    assert org.supervising_post(county.lead, on=TODAY) == county.post
    assert org.supervising_post(county.lead, on=date(2023, 7, 1)) == other
    assert "稷政办发〔2023〕6号第3行" in text_of(county.get("office", "admin_unit", county.lead.pk))


# -- remarks


def test_a_remark_is_answered_and_its_sender_alone_finds_it(county: County) -> None:
    assert county.post_to("liaison", "remarks", text="字太小", page="/my-unit/").status_code == 303
    remark = Remark.objects.get()
    assert "字太小" not in text_of(county.get("helper", "remarks"))
    assert "字太小" in text_of(county.get("administrator", "remarks"))
    assert county.post_to("office", "remark_answer", remark.pk, answer="已加大").status_code == 303
    assert "已加大" in text_of(county.get("liaison", "remarks"))
    assert county.post_to("office", "remark_answer", remark.pk, answer="再答").status_code == 409


def test_a_remark_is_text_and_nothing_else(county: County) -> None:
    county.post_to("liaison", "remarks", text="<script>alert(1)</script>")
    assert "<script>alert" not in text_of(county.get("office", "remarks"))


# -- the stored tables


def test_the_stored_tables_can_be_read_by_an_administrator_and_changed_by_nobody(county: County) -> None:
    client = county.client("administrator")
    assert client.get("/admin/").status_code == 200
    user = county.users["liaison"]
    user.set_password(PASSWORD)
    user.save()
    page = text_of(client.get(f"/admin/org/user/{user.pk}/change/"))
    assert user.username in page and user.password not in page
    assert client.get("/admin/org/user/add/").status_code == 403
    assert client.post(f"/admin/org/user/{user.pk}/change/", {"name": "x"}).status_code == 403
    assert client.post(f"/admin/org/user/{user.pk}/delete/", {"post": "yes"}).status_code == 403
    for secret in ("/admin/authtoken/tokenproxy/", "/admin/org/feedtoken/", "/admin/commitments/task/"):
        assert client.get(secret).status_code == 404
    assert User.objects.get(pk=user.pk).name == user.name


@pytest.mark.parametrize("who", ["office", "auditor", "liaison", "nobody"])
def test_the_stored_tables_are_for_administrators_alone(county: County, who: str) -> None:
    account = county.users[who]
    # Flags that Django's own admin would go by mean nothing here.
    User.objects.filter(pk=account.pk).update(is_staff=True, is_superuser=True)
    assert county.client(who).get("/admin/", follow=True).status_code == 403
    assert Client().get("/admin/").status_code == 302
