"""The JSON Schema of a form says what its answers look like."""

from dataclasses import replace
from typing import Any

import jsonschema_rs
import pytest

from portal.domain.service import Field, Page, text
from portal.fields import FIELD_TYPES
from portal.fields.schema import form_schema

from .field_samples import LABEL, question

TITLE = text("طلب", "Demande")


def rarely(_facts: Any) -> bool:
    return False


def schema_of(*fields: Field, **page: Any) -> dict[str, Any]:
    return form_schema([Page("p", TITLE, fields, **page)], FIELD_TYPES, TITLE)


def fits(schema: dict[str, Any], answers: dict[str, Any]) -> bool:
    jsonschema_rs.meta.validate(schema)
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(answers)


def test_a_form_with_every_type_takes_the_samples_of_each() -> None:
    form = schema_of(*(replace(question(kind), id=kind) for kind in FIELD_TYPES))
    assert set(form["properties"]) == set(FIELD_TYPES) - {"info"}
    assert set(form["required"]) == set(FIELD_TYPES) - {"info", "computed"}
    assert form["properties"]["computed"]["readOnly"] is True
    first = {kind: type_.sample(question(kind))[1] for kind, type_ in FIELD_TYPES.items() if kind != "info"}
    last = {kind: type_.sample(question(kind))[-1] for kind, type_ in FIELD_TYPES.items() if kind != "info"}
    assert fits(form, first)
    assert fits(form, last)


@pytest.mark.parametrize("kind", [kind for kind in FIELD_TYPES if kind != "info"])
def test_what_is_no_answer_does_not_fit(kind: str) -> None:
    form = schema_of(replace(question(kind), id=kind))
    assert not fits(form, {kind: {"no": "answer"}})
    assert not fits(form, {kind: FIELD_TYPES[kind].sample(question(kind))[1], "stranger": 1})


def test_a_form_is_titled_in_every_language() -> None:
    form = schema_of(replace(question("short_text"), hint=text("مثلا", "Par exemple"), sensitive=True))
    assert form["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert (form["title"], form["x-labels"]) == ("طلب", {"ar": "طلب", "fr": "Demande"})
    asked = form["properties"]["q"]
    assert asked["x-labels"] == {"ar": LABEL["ar"], "fr": LABEL["fr"]}
    assert (asked["description"], asked["x-sensitive"]) == ("مثلا", True)


@pytest.mark.parametrize(
    "optional",
    [
        schema_of(replace(question("phone"), required=False)),
        schema_of(replace(question("phone"), required_if=rarely)),
        schema_of(replace(question("phone"), when=rarely, conditional=True)),
        schema_of(question("phone"), when=rarely),
    ],
)
def test_what_may_be_left_out_is_not_required_and_may_be_null(optional: dict[str, Any]) -> None:
    assert optional["required"] == []
    assert fits(optional, {})
    assert fits(optional, {"q": None})
    assert fits(optional, {"q": "+212612345678"})
    assert not fits(optional, {"q": "0612"})
    assert not fits(schema_of(question("phone")), {"q": None})


def test_a_group_has_as_many_entries_as_it_may_each_with_its_own_questions() -> None:
    form = schema_of(question("group", least=1, most=2))
    entry = {"name": "Sara", "born": "2020-08-07", "aids": None}
    assert fits(form, {"q": [entry]})
    assert not fits(form, {"q": []})
    assert not fits(form, {"q": [entry] * 3})
    assert not fits(form, {"q": [{"name": "Sara", "aids": None}]})
    assert not fits(form, {"q": [{**entry, "age": 5}]})
