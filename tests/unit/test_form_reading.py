"""A whole page is read at once: answers, errors with a message each, and everything kept as it was typed."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from portal import fields
from portal.domain.service import Field, Limits, text
from portal.domain.territory import Territory
from portal.fields import FIELD_TYPES
from portal.fields.base import Surroundings, Wrong
from portal.fields.forms import PageReading, read_page
from portal.presenting.wrongs import MESSAGES, wrong_text

TOLD = "field.rule"
"""The key of what a service says in its own words."""

AROUND = Surroundings(Territory(text("إقليم بركان", "Province de Berkane"), (), ()), date(2026, 3, 12))


def asked(name: str, kind: str = "short_text", *, required: bool = True, **limits: Any) -> Field:
    return Field(name, kind, text("سؤال", "Question"), required=required, limits=Limits(**limits))


def always_shown(_field: Field, _answers: Mapping[str, Any]) -> bool:
    return True


def keys(reading: PageReading) -> dict[str, str]:
    return {name: wrong.key for name, wrong in reading.errors.items()}


def test_a_page_gives_canonical_answers_and_keeps_what_was_typed() -> None:
    page = [asked("phone", "phone"), asked("born", "date"), asked("note", "long_text", required=False)]
    raw = {"phone": "06 12 34 56 78", "born-day": "7", "born-month": "غشت", "born-year": "1985", "stranger": "x"}
    reading = read_page(page, raw, AROUND, always_shown)
    assert reading.answers == {"phone": "+212612345678", "born": "1985-08-07", "note": None}
    assert reading.errors == {}
    assert reading.typed == {
        "phone": "06 12 34 56 78", "born-day": "7", "born-month": "غشت", "born-year": "1985", "note": "",
    }  # fmt: skip


def test_each_required_question_left_empty_says_what_to_do() -> None:
    page = [asked(kind, kind) for kind in FIELD_TYPES]
    reading = read_page(page, {}, AROUND, always_shown)
    assert list(reading.errors) == [kind for kind in FIELD_TYPES if kind not in ("computed", "info")]
    assert keys(reading)["short_text"] == keys(reading)["long_text"] == "field.required"
    assert keys(reading)["choice"] == keys(reading)["yes_no"] == "field.choice.needed"
    assert keys(reading)["statement"] == keys(reading)["consent"] == "field.statement.needed"
    assert keys(reading)["date"] == "field.date.needed"
    assert set(reading.answers.values()) == {None}


def test_an_optional_question_may_be_left_empty_but_not_wrong() -> None:
    page = [asked("email", "email", required=False), asked("phone", "phone", required=False)]
    reading = read_page(page, {"phone": "12"}, AROUND, always_shown)
    assert keys(reading) == {"phone": "field.phone.invalid"}
    assert reading.typed["phone"] == "12"


def test_a_hidden_question_is_dropped_even_when_it_was_answered() -> None:
    reading = read_page([asked("rent")], {"rent": "2000"}, AROUND, lambda _field, _answers: False)
    assert (reading.answers, reading.errors) == ({"rent": None}, {})
    assert reading.typed == {"rent": "2000"}


def test_a_question_can_depend_on_an_earlier_one_of_the_same_page() -> None:
    page = [asked("rents", "yes_no"), asked("landlord")]

    def visible(field: Field, answers: Mapping[str, Any]) -> bool:
        return field.id != "landlord" or answers["rents"] is True

    assert keys(read_page(page, {"rents": "yes"}, AROUND, visible)) == {"landlord": "field.required"}
    assert keys(read_page(page, {"rents": "no"}, AROUND, visible)) == {}
    assert keys(read_page(page, {"rents": "perhaps"}, AROUND, visible)) == {"rents": "field.choice.unknown"}


@pytest.mark.parametrize("kind", [kind for kind in FIELD_TYPES if kind not in ("computed", "info", "file", "group")])
def test_an_enormous_answer_is_refused_unread_and_kept(kind: str) -> None:
    enormous = "1" * 100_000
    control = FIELD_TYPES[kind].controls(asked("q", kind))[-1]
    reading = read_page([asked("q", kind)], {control: enormous}, AROUND, always_shown)
    assert keys(reading) == {"q": "field.too_long"}
    assert reading.typed[control] == enormous


def test_a_text_that_may_be_long_is_read_beyond_the_usual_cap() -> None:
    written = "سطر\r\n" * 1_600
    reading = read_page([asked("q", "long_text", max_length=7_000)], {"q": written}, AROUND, always_shown)
    assert reading.errors == {}


def test_every_wrong_that_can_be_raised_has_a_message_and_no_message_is_idle() -> None:
    source = "".join(path.read_text("utf-8") for path in Path(fields.__file__).parent.glob("*.py"))
    literal = set(re.findall(r'"(field\.[a-z_.]+)"', source))
    built = {f"field.date.{part}_missing" for part in ("day", "month", "year")} | {
        "field.date.before",
        "field.date.after",
    }
    built |= {f"field.{kind}.{side}_today" for kind in ("date", "month") for side in ("before", "after")}
    built |= {f"field.month.{side}" for side in ("before", "after")}
    assert (literal - {TOLD}) | built == set(MESSAGES)


@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize("key", MESSAGES)
def test_every_message_is_said_in_each_language_with_nothing_left_to_fill_in(key: str, language: str) -> None:
    said = wrong_text(Wrong(key, max="2000", min="0.5", date="2026-08-12", month="2026-08", amount="20"), language)
    assert said != MESSAGES[key]
    assert "%" not in said
    assert "2026-08" not in said
