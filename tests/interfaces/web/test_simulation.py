"""The simulation page shows each thing with its words and clause, says what is wrong with a period, and writes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories as make
from tests.escalation.test_simulation import everything
from tests.factories import TODAY
from tests.interfaces.web.county import County, text_of
from tracker.commitments.models import Commitment
from tracker.org.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.core]

PERIOD = {"first": "2023-06-05", "last": "2023-06-30", "behaviour": "nobody_acts"}


@pytest.fixture
def followed(county: County) -> County:
    """Give the county with a policy on its promise."""
    User.objects.update(language="en")
    make.policy(county.document, {"title": "提请办公室协调", "offset": 3}, key="ladder")
    Commitment.objects.update(policy_key="ladder")
    return county


def test_each_thing_is_shown_with_its_day_its_words_and_its_clause(followed: County) -> None:
    page = text_of(followed.get("office", "simulation", **PERIOD))
    assert "is not done: 提请办公室协调" in page
    assert "负责普查工作的具体组织实施和协调" in page
    assert "蔡村乡人民政府" in page and "太阳乡人民政府" in page


def test_the_page_writes_nothing(followed: County) -> None:
    followed.get("office", "simulation", **PERIOD)
    before = everything()
    for behaviour in ("nobody_acts", "all_on_time", "as_history"):
        assert followed.get("office", "simulation", **{**PERIOD, "behaviour": behaviour}).status_code == 200
    assert everything() == before


def test_a_unit_and_a_document_narrow_it(followed: County) -> None:
    page = text_of(followed.get("office", "simulation", **PERIOD, unit=followed.lead.slug))
    assert "（太阳乡人民政府）" not in page and "(太阳乡人民政府)" not in page
    assert followed.get("office", "simulation", **PERIOD, document=followed.document.slug).status_code == 200


def test_a_leader_sees_what_the_own_units_would_hear(followed: County) -> None:
    page = text_of(followed.get("leader", "simulation", **PERIOD))
    assert "(蔡村乡人民政府)" in page and "(太阳乡人民政府)" not in page


def test_a_link_that_names_only_a_document_plays_the_coming_month(followed: County) -> None:
    page = text_of(followed.get("office", "simulation", document=followed.document.slug))
    assert "field-error" not in page and "is not done: 提请办公室协调" in page


def test_a_period_that_makes_no_sense_is_named(followed: County) -> None:
    page = text_of(followed.get("office", "simulation", **{**PERIOD, "last": "2023-06-01"}))
    assert "The period ends before it begins." in page
    longer = str(TODAY + timedelta(days=500))
    assert "Choose a year at most." in text_of(followed.get("office", "simulation", **{**PERIOD, "last": longer}))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_it_is_written_in_both_languages(followed: County, language: str) -> None:
    User.objects.update(language=language)
    source = text_of(followed.get("office", "simulation", **PERIOD))
    assert f'<html lang="{language}"' in source and " style=" not in source
