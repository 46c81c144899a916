"""A question as a page draws it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Any

from portal.domain.service import Field
from portal.domain.territory import Territory
from portal.fields import FIELD_TYPES
from portal.fields.base import Surroundings, Wrong
from portal.fields.point import PARTS
from portal.presenting.province_map import Drawing, drawing_of
from portal.presenting.wrongs import beside

ATTRS: Mapping[str, Mapping[str, Any]] = {
    "name_ar": {"lang": "ar", "dir": "rtl", "autocomplete": "off"},
    "name_fr": {"lang": "fr", "dir": "ltr", "autocomplete": "off"},
    "phone": {"autocomplete": "tel", "inputmode": "tel", "dir": "ltr"},
    "email": {"autocomplete": "email", "inputmode": "email", "dir": "ltr"},
    "cnie": {"autocomplete": "off", "dir": "ltr", "autocapitalize": "characters", "spellcheck": "false"},
    "number": {"inputmode": "decimal", "dir": "ltr"},
    "short_text": {"dir": "auto"},
    "long_text": {"dir": "auto"},
}


@dataclass(frozen=True)
class Control:
    """What ``components/control.html`` draws."""

    type: str
    id: str
    name: str
    label: str
    hint: str | None
    error: str | None
    value: Any
    required: bool
    options: list[tuple[str, str]] = field(default_factory=list)
    groups: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)
    statement: str | None = None
    attrs: Mapping[str, Any] = field(default_factory=dict)
    map: Drawing | None = None


def control_for(
    question: Field, controls: Mapping[str, str], error: Wrong | None, territory: Territory, language: str
) -> Control:
    """A question with what stands in its controls, and what is wrong with it."""
    return Control(
        type=question.type,
        id=question.id,
        name=question.id,
        label=question.label[language],
        hint=question.hint[language] if question.hint else None,
        error=beside(question, error, language) if error else None,
        value=_value(question, controls),
        required=question.required,
        options=[(option.value, option.label[language]) for option in question.options],
        groups=_places(territory, language) if question.type == "place" else [],
        statement=question.statement[language] if question.statement else None,
        attrs=ATTRS.get(question.type, {}),
        map=_map(question, controls, territory, language) if question.type == "point" else None,
    )


def _value(question: Field, controls: Mapping[str, str]) -> Any:
    if question.type == "date":
        return {part: controls.get(f"{question.id}-{part}", "") for part in ("day", "month", "year")}
    if question.type == "point":
        return {part: controls.get(f"{question.id}-{part}", "") for part in PARTS}
    return controls.get(question.id, "")


def _map(question: Field, controls: Mapping[str, str], territory: Territory, language: str) -> Drawing | None:
    """The province with a pin, where what was typed can be one."""
    drawing = drawing_of(territory, language)
    try:
        answer = FIELD_TYPES["point"].read(question, controls, Surroundings(territory, date.min))
    except Wrong:
        answer = None
    return drawing.with_pin(answer) if drawing else None


@lru_cache(maxsize=16)
def _places(territory: Territory, language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    by_commune = groupby(territory.places(), key=lambda place: place.commune)
    return [
        (commune.name[language], [(place.value, place.name[language]) for place in places])
        for commune, places in by_commune
    ]


def controls_of(question: Field, value: Any) -> dict[str, str]:
    """What stands in a question's controls for its saved answer."""
    return FIELD_TYPES[question.type].write(question, value)
