"""Small things said in many places: dates, what is wrong with an answer, titles of answers, refusals over a case."""

from datetime import UTC, date, datetime

import pytest

from portal.domain.errors import AlreadyDecided, CaseMoved, SecondRequest
from portal.domain.service import Field, Page, text
from portal.fields.base import Surroundings, Wrong
from portal.i18n import date_and_time, long_date, month_and_day, plain_date
from portal.presenting.check import sections_of
from portal.presenting.errors import explain_error, told_over_the_case
from portal.presenting.wrongs import beside, in_summary

from .presenting_samples import LANGUAGES, TERRITORY

NEW_YEAR = date(2027, 1, 1)
ADDRESS = Field("address", "short_text", text("العنوان", "Adresse"))
REASONS = Field("reasons", "long_text", text("أسباب الرفض", "Motifs du refus"))
ASKED = Field("question", "long_text", text("ما المطلوب من المرتفق؟", "Que demandez-vous à l’usager ?"))
EMPTY = Wrong("field.required")


def test_the_first_of_a_month_has_its_rank_in_french() -> None:
    assert long_date(NEW_YEAR, "fr") == "vendredi 1er janvier 2027"
    assert plain_date(NEW_YEAR, "fr") == "1er janvier 2027"
    assert month_and_day(NEW_YEAR, "fr") == "1er janvier"
    assert plain_date(date(2027, 1, 11), "fr") == "11 janvier 2027"
    assert plain_date(NEW_YEAR, "ar") == "1 يناير 2027"


def test_a_time_of_day_is_written_in_one_way() -> None:
    assert date_and_time(datetime(2026, 5, 1, 21, 13, tzinfo=UTC), "fr") == "1er mai 2026, 22\u00a0h\u00a013"


def test_the_summary_names_the_question_left_empty_and_the_question_itself_does_not_repeat_it() -> None:
    assert in_summary(ADDRESS, EMPTY, "ar") == "العنوان: أدخل جوابك"
    assert in_summary(ADDRESS, EMPTY, "fr") == "Adresse\u00a0: indiquez votre réponse"
    assert beside(ADDRESS, EMPTY, "fr") == "Indiquez votre réponse"
    assert in_summary(ASKED, EMPTY, "fr") == "Que demandez-vous à l’usager ? Indiquez votre réponse"


def test_a_refusal_without_reasons_is_asked_for_them() -> None:
    assert in_summary(REASONS, EMPTY, "ar") == beside(REASONS, EMPTY, "ar") == "اكتب الأسباب"


def test_a_message_that_names_its_question_is_left_as_it_is() -> None:
    wrong = Wrong("field.date.needed")
    assert in_summary(ADDRESS, wrong, "fr") == beside(ADDRESS, wrong, "fr")


@pytest.mark.parametrize(("for_staff", "title"), [(False, "Qui êtes-vous ?"), (True, "Usager")])
def test_staff_read_titles_that_do_not_address_the_citizen(for_staff: bool, title: str) -> None:
    page = Page("you", text("من أنت؟", "Qui êtes-vous ?"), (ADDRESS,), staff_title=text("المرتفق", "Usager"))
    around = Surroundings(TERRITORY, NEW_YEAR)
    (section,) = sections_of([page], {}, {"address": "Rue 4"}, around, "fr", for_staff=for_staff)
    assert section.title == title


@pytest.mark.parametrize("language", LANGUAGES)
def test_over_the_case_nobody_is_told_to_open_it_again(language: str) -> None:
    for error in (AlreadyDecided(), CaseMoved()):
        assert told_over_the_case(error, language) != explain_error(error, language).text
    unlawful = SecondRequest("55-19/14")
    assert told_over_the_case(unlawful, language) == explain_error(unlawful, language).text
