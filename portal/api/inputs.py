"""Answers that a program gives: each read by the type of its question, as if it had been typed."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.api.problems import Place
from portal.domain.errors import PortalError
from portal.domain.service import Facts, Field
from portal.fields import FIELD_TYPES
from portal.fields.base import Surroundings, Wrong
from portal.fields.forms import read_page
from portal.presenting.wrongs import wrong_text

LANGUAGE = "fr"
"""Of the messages: partners read what a person would be told."""

UNFIT = "this is not as its schema says"

JSON_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


class UnfitInputs(PortalError):
    """Some answers cannot be taken; ``places`` says which and why."""

    status, key = 422, "error.invalid"

    def __init__(self, places: Sequence[Place]) -> None:
        super().__init__(detail="; ".join(f"{one.where}: {one.message}" for one in places[:5]))
        self.places = tuple(places)


@dataclass(frozen=True)
class _Asked:
    """Reads one set of questions."""

    fields: Sequence[Field]
    around: Surroundings
    facts: Facts

    def read(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        known = {one.id: one for one in self.fields if one.asks}
        places = [
            Place(f"body.inputs.{name[:60]}", "there is no such question") for name in inputs if name not in known
        ]
        typed: dict[str, str] = {}
        for name, question in known.items():
            try:
                typed.update(_typed(question, inputs.get(name)))
            except _WrongKind as wrong:
                places.append(Place(f"body.inputs.{name}", str(wrong)))
        reading = read_page(self.fields, typed, self.around, lambda one, _answers: one.when(self.facts), self.facts)
        told = {place.where for place in places}
        for name, error in reading.errors.items():
            if f"body.inputs.{name}" not in told:
                places.append(Place(f"body.inputs.{name}", wrong_text(error, LANGUAGE)))
        told |= {place.where for place in places}
        for name in known:
            # Something that no control can hold must not count as nothing.
            if inputs.get(name) not in (None, "", [], {}) and reading.answers.get(name) in (None, []):
                where = f"body.inputs.{name}"
                places += [] if where in told else [Place(where, UNFIT)]
        if places:
            raise UnfitInputs(places)
        return reading.answers


class _WrongKind(Exception):
    """The value is of another kind than its question's answers."""


def _typed(question: Field, value: Any) -> dict[str, str]:
    """A value as it would stand in the controls of its question; raises _WrongKind."""
    if value is None:
        return {}
    kind = FIELD_TYPES[question.type]
    wanted = kind.schema(question).get("type", "string")
    known = JSON_TYPES.get(str(wanted), object)
    if not isinstance(value, known) or (isinstance(value, bool) and wanted != "boolean") or _endless(value):
        raise _WrongKind(f"this has to be: {wanted}")
    try:
        return kind.write(question, value)
    except (AttributeError, KeyError, TypeError, ValueError, ArithmeticError, Wrong) as error:
        raise _WrongKind(UNFIT) from error


def _endless(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def read_inputs(
    fields: Sequence[Field], inputs: Mapping[str, Any], around: Surroundings, facts: Facts
) -> dict[str, Any]:
    """The answers to some questions, each in its canonical form; raises UnfitInputs."""
    return _Asked(fields, around, facts).read(inputs)
