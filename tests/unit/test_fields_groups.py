"""The same questions several times on a page: read, kept as typed, added to and taken from."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.service import Facts, Field, Limits, text
from portal.fields import FIELD_TYPES
from portal.fields.entries import add_entry, remove_entry
from portal.fields.forms import PageReading, read_page

from .field_samples import AROUND, CHILD, LABEL

TOYS = Field(
    "toys",
    "group",
    text("اللعب", "Jouets"),
    required=False,
    limits=Limits(most=3),
    fields=(Field("name", "short_text", LABEL), Field("count", "integer", LABEL, required=False)),
    entry=text("اللعبة", "Jouet"),
)
CHILDREN = Field(
    "children",
    "group",
    text("الأطفال", "Enfants"),
    limits=Limits(least=1, most=4),
    fields=(*CHILD, TOYS),
    entry=text("الطفل", "Enfant"),
)
GROUP = FIELD_TYPES["group"]


def child(number: int, name: str, year: str = "2020", **more: str) -> dict[str, str]:
    entry = {"name": name, "born-day": "7", "born-month": "8", "born-year": year, **more}
    return {f"children-{number}-{control}": typed for control, typed in entry.items()}


def read(raw: Mapping[str, str], group: Field = CHILDREN, facts: Facts | None = None, **rest: Any) -> PageReading:
    return read_page([group], raw, AROUND, lambda _field, _answers: True, facts, **rest)


def keys(reading: PageReading) -> dict[str, str]:
    return {control: wrong.key for control, wrong in reading.errors.items()}


def test_entries_are_read_in_their_order_as_mappings_of_canonical_answers() -> None:
    raw = {"children-count": "2", **child(1, " سارة "), **child(2, "Adam", "2021", aids="tenant\nowner")}
    reading = read(raw)
    assert reading.errors == {}
    assert reading.answers["children"] == [
        {"name": "سارة", "born": "2020-08-07", "aids": None, "toys": []},
        {"name": "Adam", "born": "2021-08-07", "aids": ["owner", "tenant"], "toys": []},
    ]


def test_what_is_wrong_is_told_by_the_control_of_the_entry() -> None:
    reading = read({"children-count": "٢", **child(1, ""), **child(2, "Adam", "85")})
    assert keys(reading) == {"children-1-name": "field.required", "children-2-born": "field.date.year_short"}
    assert reading.typed["children-2-born-year"] == "85"


def test_groups_in_a_group_have_controls_of_their_own() -> None:
    raw = {
        "children-count": "1",
        **child(1, "Sara"),
        "children-1-toys-count": "3",
        "children-1-toys-1-name": "Ballon",
        "children-1-toys-1-count": "2",
        "children-1-toys-3-count": "deux",
    }
    assert keys(read(raw)) == {
        "children-1-toys-3-name": "field.required",
        "children-1-toys-3-count": "field.number.invalid",
    }
    reading = read({**raw, "children-1-toys-3-count": ""})
    assert reading.errors == {}
    assert reading.answers["children"][0]["toys"] == [{"name": "Ballon", "count": 2}]


def test_an_empty_entry_is_dropped_but_those_that_must_be_are_asked_for() -> None:
    raw = {"children-count": "3", **child(1, "Sara"), **child(3, "Adam")}
    assert [entry["name"] for entry in read(raw).answers["children"]] == ["Sara", "Adam"]
    assert read(raw).typed["children-count"] == "3"
    assert keys(read({"children-count": "0"})) == {
        "children-1-name": "field.required", "children-1-born": "field.date.needed",
    }  # fmt: skip
    assert read({"children-count": "0"}, replace(CHILDREN, required=False)).answers == {"children": []}


def test_too_few_and_too_many_entries_are_told_of_the_group() -> None:
    note = Field("note", "short_text", LABEL, required=False)
    notes = Field("notes", "group", LABEL, fields=(note,), limits=Limits(least=2, most=3))
    for filled, told in ((1, "field.group.too_few"), (4, "field.group.too_many"), (2, None)):
        raw = {"notes-count": "4", **{f"notes-{number}-note": "x" for number in range(1, filled + 1)}}
        assert keys(read(raw, notes)) == ({"notes": told} if told else {})
    optional = replace(notes, required=False)
    assert keys(read({"notes-count": "2"}, optional)) == {}
    assert keys(read({"notes-count": "2", "notes-1-note": "x"}, optional)) == {"notes": "field.group.too_few"}


def test_nobody_makes_us_read_more_entries_than_a_group_can_have() -> None:
    for count in ("9" * 4_000, "1000", "-1", "٩٩٩٩", "²"):
        assert len(read({"children-count": count}).typed) < 20 * 30


def test_rules_are_settled_by_what_earlier_pages_said() -> None:
    def twice(facts: Facts) -> Any:
        income = facts.get("answers", {}).get("income")
        return None if income is None else income * 2.0

    def lives_there(facts: Facts) -> bool:
        return facts.get("answers", {}).get("lives") is True

    rent = Field("rent", "money", LABEL, limits=Limits(ruled={"maximum": twice}), required_if=lives_there)
    homes = Field("homes", "group", LABEL, fields=(rent,), limits=Limits(ruled={"most": lambda _facts: 1.0}))
    facts = {"answers": {"income": 500, "lives": True}}
    raw = {"homes-count": "2", "homes-1-rent": "900", "homes-2-rent": "1000,50"}
    reading = read(raw, homes, facts)
    assert keys(reading) == {"homes-2-rent": "field.money.too_high", "homes": "field.group.too_many"}
    assert reading.errors["homes-2-rent"].params == {"amount": str(Decimal(1000))}
    assert keys(read({"rent": ""}, rent, facts)) == {"rent": "field.money.needed"}
    assert keys(read({"rent": ""}, rent, {"answers": {"lives": False}})) == {}
    assert keys(read({"rent": "9999"}, rent)) == {}


def test_a_hidden_group_is_no_answer_and_stays_typed() -> None:
    raw = {"children-count": "1", **child(1, "Sara")}
    reading = read_page([CHILDREN], raw, AROUND, lambda _field, _answers: False)
    assert reading.answers == {"children": None}
    assert reading.typed["children-1-name"] == "Sara"


def test_a_computed_value_is_worked_out_with_the_page_and_files_come_from_whoever_holds_them() -> None:
    total = Field("total", "computed", LABEL, value=lambda facts: facts["answers"]["copies"] * 2.0)
    photo = Field("photo", "file", LABEL, limits=Limits(most=2))
    page = [Field("about", "info", LABEL), total, photo]
    facts = {"answers": {"copies": 3}}
    forged = {"total": "1", "photo": "f9", "photo-1": "f9"}
    held = {"photo": [{"id": "f1", "name": "plan.pdf"}]}
    reading = read_page(page, forged, AROUND, lambda _field, _answers: True, facts, held=held)
    assert reading.answers == {"total": "6.0", "photo": [{"id": "f1", "name": "plan.pdf"}]}
    assert reading.typed == {}
    assert keys(read_page(page, forged, AROUND, lambda _field, _answers: True, facts)) == {"photo": "field.file.needed"}


def test_adding_an_entry_keeps_what_is_typed_and_leads_to_the_new_one() -> None:
    typed = read({"children-count": "1", **child(1, "Sara", "85")}).typed
    changed = add_entry([CHILDREN], typed, "children")
    assert changed is not None
    assert changed.anchor == "children-2"
    assert changed.typed == {**typed, **changed.typed}
    assert (changed.typed["children-count"], changed.typed["children-2-name"]) == ("2", "")
    inner = add_entry([CHILDREN], changed.typed, "children-2-toys")
    assert inner is not None
    assert inner.anchor == "children-2-toys-1"
    assert inner.typed["children-2-toys-count"] == "1"
    assert inner.typed["children-1-toys-count"] == "0"


def test_a_full_group_takes_no_more() -> None:
    typed = read({"children-count": "4", **child(1, "Sara")}).typed
    changed = add_entry([CHILDREN], typed, "children")
    assert changed is not None
    assert (changed.typed, changed.anchor) == (typed, "children")


def test_removing_an_entry_moves_the_later_ones_up_with_all_that_is_in_them() -> None:
    third = child(3, "Adam", **{"toys-count": "1", "toys-1-name": "Ballon"})
    typed = read({"children-count": "3", **child(1, "Sara"), **child(2, "Mina"), **third}).typed
    changed = remove_entry([CHILDREN], typed, "children-2")
    assert changed is not None
    assert changed.anchor == "children-2"
    names = [entry["name"] for entry in read(changed.typed).answers["children"]]
    assert names == ["Sara", "Adam"]
    assert changed.typed["children-2-toys-1-name"] == "Ballon"
    assert not [control for control in changed.typed if control.startswith("children-3-")]
    inner = remove_entry([CHILDREN], changed.typed, "children-2-toys-1")
    assert inner is not None
    assert (inner.anchor, inner.typed["children-2-toys-count"]) == ("children-2-toys", "0")


def test_of_entries_that_must_be_the_last_becomes_empty() -> None:
    typed = read({"children-count": "1", **child(1, "Sara")}).typed
    changed = remove_entry([CHILDREN], typed, "children-1")
    assert changed is not None
    assert (changed.anchor, changed.typed["children-count"]) == ("children-1", "1")
    assert changed.typed["children-1-name"] == ""


@pytest.mark.parametrize(
    "button",
    ["", "-", "children-", "children-0", "children-5", "children-٢", "children-2x", "toys", "strangers-1", "f1-1"],
)
def test_a_button_of_no_entry_changes_nothing(button: str) -> None:
    typed = read({"children-count": "2", **child(1, "Sara")}).typed
    assert remove_entry([CHILDREN], typed, button) is None
    assert add_entry([CHILDREN], typed, button) is None


entry = st.fixed_dictionaries(
    {
        "name": st.text("سارةab", min_size=1, max_size=5),
        "born": st.dates(date(1800, 1, 1), date(2199, 12, 31)).map(str),
        "aids": st.sampled_from([None, ["owner"], ["owner", "hosted"]]),
        "toys": st.lists(
            st.fixed_dictionaries({"name": st.just("x"), "count": st.none() | st.integers(0, 99)}), max_size=3
        ),
    }
)


@given(st.lists(entry, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_entries_come_back_from_their_controls_unchanged_and_fit_the_schema(entries: list[dict[str, Any]]) -> None:
    reading = read(GROUP.write(CHILDREN, entries))
    assert reading.errors == {}
    assert reading.answers["children"] == entries
    jsonschema_rs.validate(GROUP.schema(CHILDREN), json.loads(json.dumps(entries)))


@given(
    st.lists(st.sampled_from(["a", "", "ب"]), min_size=1, max_size=4),
    st.lists(st.tuples(st.booleans(), st.integers(1, 4)), max_size=8),
)
@settings(max_examples=60, deadline=None)
def test_however_entries_come_and_go_what_is_left_is_what_was_typed(
    names: list[str], moves: list[tuple[bool, int]]
) -> None:
    typed = {"children-count": str(len(names))}
    typed |= {f"children-{number}-name": name for number, name in enumerate(names, start=1)}
    typed = read(typed).typed
    for adds, number in moves:
        if adds:
            changed = add_entry([CHILDREN], typed, "children")
            names = [*names, ""] if len(names) < 4 else names
        else:
            changed = remove_entry([CHILDREN], typed, f"children-{number}")
            names = [name for place, name in enumerate(names, start=1) if place != number] or [""]
        typed = changed.typed if changed else typed
        assert [typed[f"children-{place}-name"] for place in range(1, len(names) + 1)] == names
        assert typed["children-count"] == str(len(names))
