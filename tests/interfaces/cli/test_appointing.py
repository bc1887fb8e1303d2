"""How an installation gets its people from the command line, and how they leave."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from tests import factories as make
from tracker import clock
from tracker.audit.actors import Role
from tracker.audit.models import AuditEntry
from tracker.org import selectors
from tracker.org.models import Post, Tenure, Unit, User
from tracker.rules.civil import civil_day

pytestmark = [pytest.mark.django_db, pytest.mark.core]

PASSWORD = "liushi-tian-zhi-nei\n"


@pytest.fixture
def unit() -> Unit:
    return make.unit("蔡村乡人民政府")


@pytest.fixture(autouse=True)
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD))


def appoint(username: str = "wang", *, name: str | None = "王一", **options: str) -> None:
    named = {"unit": "蔡村乡人民政府", "title": "联络员", "role": "liaison", **options}
    call_command("appoint", username, *(["--name", name] if name else []), **named)


def roles_of(username: str) -> frozenset[Role]:
    user = User.objects.get(username=username)
    return selectors.actor_for(user, on=civil_day(clock.now())).roles


def test_a_new_account_may_do_what_its_post_may(unit: Unit) -> None:
    appoint(email="wang@example.org")
    user = User.objects.get()
    assert user.check_password(PASSWORD.strip()) and user.email == "wang@example.org"
    assert roles_of("wang") == {Role.LIAISON}
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["org.account_created", "org.post_opened", "org.appointed"]


def test_an_account_takes_a_second_post_without_a_password(unit: Unit) -> None:
    appoint()
    appoint(name=None, title="乡长", role="unit_head")
    assert roles_of("wang") == {Role.LIAISON, Role.UNIT_HEAD}


def test_a_post_the_gazette_prints_is_taken_as_it_is(unit: Unit) -> None:
    printed = make.post(unit, "", title="乡长")
    Tenure.objects.create(post=printed, holder="马军")
    appoint("ma", name="马军", title="乡长", role="unit_head")
    assert Post.objects.get() == printed
    assert Tenure.objects.get().user == User.objects.get(username="ma")


def test_of_several_posts_of_one_title_the_seat_has_to_be_said(unit: Unit) -> None:
    posts = [make.post(unit, "", title="副县长", seat=seat) for seat in ("农业", "工业")]
    with pytest.raises(CommandError, match="农业, 工业"):
        appoint(title="副县长", role="leader")
    assert not User.objects.exists()
    appoint(title="副县长", role="leader", seat="工业")
    assert Tenure.objects.get().post == posts[1]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"unit": "某局"}, "no unit"),
        ({"first": "tomorrow"}, "not a day"),
        ({"name": None}, "--name"),
        ({"username": "a b"}, "合法的用户名"),
        ({"email": "nowhere"}, "合法的邮件地址"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(unit: Unit, options: dict[str, str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        appoint(**options)
    assert not User.objects.exists() and not Post.objects.exists()


def test_a_weak_password_is_refused(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("12345\n"))
    with pytest.raises(CommandError):
        appoint()
    assert not User.objects.exists()


def test_who_leaves_a_post_keeps_the_others(unit: Unit, capsys: pytest.CaptureFixture[str]) -> None:
    appoint(first="2023-01-01")
    appoint(name=None, title="乡长", role="unit_head")
    with pytest.raises(CommandError, match="蔡村乡人民政府联络员"):
        call_command("dismiss", "wang", "--post", "县长")
    call_command("dismiss", "wang", "--post", "蔡村乡人民政府联络员", "--last-day", "2023-06-04")
    assert Tenure.objects.get(post__title="联络员").to_day == date(2023, 6, 4)
    assert roles_of("wang") == {Role.UNIT_HEAD}
    call_command("dismiss", "wang", "--disable")
    assert not User.objects.get().is_active and roles_of("wang") == frozenset()
    with pytest.raises(CommandError, match="no account"):
        call_command("dismiss", "nobody", "--disable")
