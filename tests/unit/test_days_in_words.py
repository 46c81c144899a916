"""Days and times as a person says them, in each language."""

from datetime import UTC, date, datetime

import pytest

from portal import i18n
from portal.i18n import date_from_today, moment_in_words, relative_day, time_in_words

TODAY = date(2026, 5, 10)


@pytest.mark.parametrize(
    ("day", "arabic", "french"),
    [
        (date(2026, 5, 10), "اليوم", "aujourd’hui"),
        (date(2026, 5, 11), "غدًا", "demain"),
        (date(2026, 5, 12), "بعد يومين", "dans 2 jours"),
        (date(2026, 5, 13), "بعد 3 أيام", "dans 3 jours"),
        (date(2026, 5, 22), "بعد 12 يوما", "dans 12 jours"),
        (date(2026, 8, 18), "بعد 100 يوم", "dans 100 jours"),
        (date(2026, 5, 9), "أمس", "hier"),
        (date(2026, 5, 8), "منذ يومين", "il y a 2 jours"),
        (date(2026, 5, 5), "منذ 5 أيام", "il y a 5 jours"),
        (date(2026, 4, 10), "منذ 30 يوما", "il y a 30 jours"),
    ],
)
def test_how_far_a_day_is(day: date, arabic: str, french: str) -> None:
    assert relative_day(day, TODAY, "ar") == arabic
    assert relative_day(day, TODAY, "fr") == french


def test_a_date_carries_how_far_it_is() -> None:
    assert date_from_today(date(2026, 5, 22), TODAY, "fr") == "vendredi 22 mai 2026 (dans 12 jours)"
    assert date_from_today(date(2026, 5, 22), TODAY, "ar") == "الجمعة 22 ماي 2026 (بعد 12 يوما)"


def test_times_are_said_as_each_language_says_them_at_the_office() -> None:
    summer = datetime(2026, 5, 22, 13, 30, tzinfo=UTC)
    assert time_in_words(summer, "ar") == "14:30"
    assert time_in_words(summer, "fr") == "14\u00a0h\u00a030"
    assert moment_in_words(summer, "ar") == "22 ماي 2026 على الساعة 14:30"
    assert moment_in_words(summer, "fr") == "22 mai 2026 à 14\u00a0h\u00a030"
    # During Ramadan clocks stand at Greenwich time.
    assert time_in_words(datetime(2026, 3, 2, 9, 5, tzinfo=UTC), "fr") == "9\u00a0h\u00a005"


def test_the_day_is_the_offices_even_late_in_the_evening() -> None:
    assert moment_in_words(datetime(2026, 5, 22, 23, 30, tzinfo=UTC), "fr") == "23 mai 2026 à 0\u00a0h\u00a030"


def test_languages_name_themselves_with_a_capital_where_they_have_one() -> None:
    assert [i18n.own_name(code) for code in ("ar", "fr", "zgh")] == ["العربية", "Français", "ⵜⴰⵎⴰⵣⵉⵖⵜ"]
