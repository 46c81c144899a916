"""What every type of question makes of what people really type."""

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import fields
from portal.fields import FIELD_TYPES, cleaning
from portal.fields.base import FieldType, ValueKind, Wrong
from portal.presenting.templates import ROOT

from .field_samples import AROUND, TYPED, question, show


def fits(type_: FieldType, kind: str, value: Any) -> bool:
    schema = type_.schema(question(kind))
    jsonschema_rs.meta.validate(schema)
    return jsonschema_rs.is_valid(schema, value, validate_formats=True)


@pytest.mark.parametrize("kind", FIELD_TYPES)
@pytest.mark.parametrize("typed", ["", "   ", "\u200f\u00a0\n", "\u202a\u202c"])
def test_what_looks_empty_is_no_answer(kind: str, typed: str) -> None:
    controls = FIELD_TYPES[kind].controls(question(kind))
    assert FIELD_TYPES[kind].read(question(kind), dict.fromkeys(controls, typed), AROUND) is None
    assert FIELD_TYPES[kind].read(question(kind), {}, AROUND) is None


@pytest.mark.parametrize("kind", TYPED)
def test_a_saved_answer_is_read_again_as_itself_and_fits_its_schema(kind: str) -> None:
    field, type_ = question(kind), FIELD_TYPES[kind]
    schema = jsonschema_rs.Draft202012Validator(type_.schema(field), validate_formats=True)
    assert type_.sample(field)[0] is None
    for value in type_.sample(field):
        written = type_.write(field, value)
        assert set(written) >= set(type_.controls(field))
        assert type_.read(field, written, AROUND) == value
        assert value is None or schema.is_valid(value)


@pytest.mark.parametrize("kind", FIELD_TYPES)
def test_no_answer_is_written_and_shown_as_nothing(kind: str) -> None:
    assert set(FIELD_TYPES[kind].write(question(kind), None).values()) <= {""}
    assert show(kind, None) == ""


ODD = st.text(
    alphabet=st.sampled_from("aMA06٣۴ـ\u200f\u202e\u2066\u00a0\u200d\u200c\t\r\n\u2028\x00\ud800e\u0301-+.,'´ﻻ ")
)


@given(ODD)
@settings(max_examples=200, deadline=None)
def test_cleaning_twice_changes_nothing_more(typed: str) -> None:
    for clean in (cleaning.line, cleaning.paragraphs, cleaning.code, cleaning.name):
        once = clean(typed)
        assert clean(once) == once
        once.encode("utf-8")
        assert "\x00" not in once


@pytest.mark.parametrize("kind", [kind for kind in TYPED if kind != "group"])
@given(typed=ODD)
@settings(max_examples=60, deadline=None)
def test_whatever_is_typed_is_refused_politely_or_fits_the_schema(kind: str, typed: str) -> None:
    field, type_ = question(kind), FIELD_TYPES[kind]
    try:
        value = type_.read(field, dict.fromkeys(type_.controls(field), typed), AROUND)
    except Wrong:
        return
    assert value is None or jsonschema_rs.is_valid(type_.schema(field), value, validate_formats=True)
    assert type_.read(field, type_.write(field, value), AROUND) == value


@pytest.mark.parametrize("kind", ["computed", "file"])
def test_what_is_not_typed_in_fits_its_schema_all_the_same_and_is_read_from_no_control(kind: str) -> None:
    field, type_ = question(kind), FIELD_TYPES[kind]
    assert type_.controls(field) == ()
    for value in type_.sample(field)[1:]:
        assert fits(type_, kind, value)
        assert type_.read(field, {"q": "f1", **type_.write(field, value)}, AROUND) is None


def test_every_type_is_a_module_here_and_has_a_partial_that_draws_it() -> None:
    modules = {path.stem for path in Path(fields.__file__).parent.glob("*.py")}
    partials = {path.stem for path in (ROOT / "components" / "fields").glob("*.html")} | {"group"}
    assert set(FIELD_TYPES) <= modules
    assert set(FIELD_TYPES) <= partials
    assert (ROOT / "components" / "group.html").is_file()


@pytest.mark.parametrize("kind", FIELD_TYPES)
def test_samples_are_what_a_condition_sees_of_the_type(kind: str) -> None:
    python = {
        ValueKind.NUMBER: (int, float),
        ValueKind.TRUTH: (bool,),
        ValueKind.LIST: (list,),
        ValueKind.ENTRIES: (list,),
    }
    expected = python.get(FIELD_TYPES[kind].kind, (str, dict))
    if kind != "computed":
        assert all(isinstance(value, expected) for value in FIELD_TYPES[kind].sample(question(kind))[1:])
