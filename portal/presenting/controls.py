"""A question as a page draws it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Any

from portal.domain.service import Facts, Field
from portal.domain.territory import Territory
from portal.fields import FIELD_TYPES, address, computed, file, group, month, point
from portal.fields import date as dates
from portal.fields.base import Surroundings, Wrong
from portal.fields.choices import SEPARATOR
from portal.fields.forms import Visible
from portal.i18n import N_, translate
from portal.presenting.province_map import Drawing, drawing_of
from portal.presenting.uploads import EXTENSIONS, Received, kinds_in_words
from portal.presenting.wrongs import beside

ATTRS: Mapping[str, Mapping[str, Any]] = {
    "name_ar": {"lang": "ar", "dir": "rtl", "autocomplete": "off"},
    "name_fr": {"lang": "fr", "dir": "ltr", "autocomplete": "off"},
    "phone": {"autocomplete": "tel", "inputmode": "tel", "dir": "ltr"},
    "email": {"autocomplete": "email", "inputmode": "email", "dir": "ltr"},
    "cnie": {"autocomplete": "off", "dir": "ltr", "autocapitalize": "characters", "spellcheck": "false"},
    "short_text": {"dir": "auto"},
    "long_text": {"dir": "auto"},
}
PARTS: Mapping[str, Sequence[str]] = {
    "date": dates.PARTS,
    "month": month.PARTS,
    "point": point.PARTS,
    "address": address.PARTS,
}
"""The types whose answers are typed in several controls, and what is behind the question's id in the name of each."""

Options = list[tuple[str, str]]
Headed = list[tuple[str, Options]]


@dataclass(frozen=True)
class Control:
    """What ``components/control.html`` draws.

    ``part`` says which of several inputs is wrong; ``received`` are the files there are, None where the page itself
    takes a file. ``entries`` and what follows are a group's.
    """

    type: str
    id: str
    name: str
    label: str
    hint: str | None
    error: str | None
    value: Any
    required: bool
    options: Options = field(default_factory=list)
    groups: Headed = field(default_factory=list)
    statement: str | None = None
    attrs: Mapping[str, Any] = field(default_factory=dict)
    map: Drawing | None = None
    part: str | None = None
    latin: bool = False
    received: Sequence[Received] | None = None
    most: int = 1
    entries: Sequence["Entry"] = ()
    minimum: int = 0
    maximum: int = 0
    add_label: str = ""


@dataclass(frozen=True)
class Entry:
    """One entry of a group: its heading, and its questions."""

    heading: str
    controls: list[Control]


@dataclass(frozen=True)
class Shown:
    """What a page's controls are drawn from, beside the questions."""

    controls: Mapping[str, str]
    errors: Mapping[str, Wrong]
    territory: Territory
    language: str
    visible: Visible
    facts: Facts
    received: Mapping[str, Sequence[Received]]


def _always(_question: Field, _answers: Mapping[str, Any]) -> bool:
    return True


def control_for(
    question: Field,
    controls: Mapping[str, str],
    error: Wrong | None,
    territory: Territory,
    language: str,
    *,
    errors: Mapping[str, Wrong] | None = None,
    visible: Visible = _always,
    facts: Facts | None = None,
    received: Mapping[str, Sequence[Received]] | None = None,
) -> Control:
    """A question with what stands in its controls, and what is wrong with it.

    A group needs all ``errors`` of the page, those of its entries among them, and which of its questions are
    ``visible``. By ``facts``, the answers of earlier pages, its rules are settled. ``received`` are the files brought,
    by the question's control. A computed value is found in ``controls`` as ``controls_of`` puts it there.
    """
    errors = dict(errors or {}) | ({question.id: error} if error else {})
    return _draw(question, Shown(controls, errors, territory, language, visible, facts or {}, received or {}))


def _draw(question: Field, shown: Shown) -> Control:
    question = question.settled(shown.facts)
    language, wrong = shown.language, shown.errors.get(question.id)
    return Control(
        type=question.type,
        id=question.id,
        name=question.id,
        label=question.label[language],
        hint=_hint(question, language),
        error=beside(question, wrong, language) if wrong else None,
        value=_value(question, shown),
        required=question.required,
        statement=question.statement[language] if question.statement else None,
        part=wrong.params.get("part") if wrong else None,
        **_own(question, shown),
    )


def _own(question: Field, shown: Shown) -> dict[str, Any]:
    """What only some types have."""
    territory, language = shown.territory, shown.language
    match question.type:
        case "choice" | "choices":
            return {"options": [(option.value, option.label[language]) for option in question.options]}
        case "select":
            return _listed(question, language)
        case "commune":
            return {"options": [(commune.code, commune.name[language]) for commune in territory.communes]}
        case "place" | "address":
            return {"groups": _places(territory, language)}
        case "point":
            return {"map": _map(question, shown.controls, territory, language)}
        case "file":
            return _files(question, shown)
        case "computed":
            return {"latin": computed.LIKE[computed.result_of(question)].latin}
        case "group":
            return _entries(question, shown)
        case _:
            return {"attrs": ATTRS.get(question.type, {})}


def _value(question: Field, shown: Shown) -> Any:
    typed = shown.controls.get(question.id, "")
    if question.type in PARTS:
        return {part: shown.controls.get(f"{question.id}-{part}", "") for part in PARTS[question.type]}
    if question.type == "choices":
        return typed.split(SEPARATOR)
    if question.type == "info":
        return question.text[shown.language].strip().split("\n\n") if question.text else []
    if question.type == "computed":
        kind = computed.Computed()
        return kind.show(question, kind.written(typed), shown.language, Surroundings(shown.territory, date.min))
    return typed


def _hint(question: Field, language: str) -> str | None:
    hint = question.hint[language] if question.hint else None
    if question.type != "file":
        return hint
    return " ".join(part for part in (hint, kinds_in_words(question.accept, question.max_mb, language)) if part)


def _listed(question: Field, language: str) -> dict[str, Any]:
    """The options that stand under no heading, and then the others under theirs."""
    alone: Options = []
    headed: dict[str, Options] = {}
    for option in question.options:
        under = alone if option.group is None else headed.setdefault(option.group[language], [])
        under.append((option.value, option.label[language]))
    return {"options": alone, "groups": list(headed.items())}


def _files(question: Field, shown: Shown) -> dict[str, Any]:
    accept = ",".join(EXTENSIONS[kind] for kind in question.accept if kind in EXTENSIONS)
    received, most = shown.received.get(question.id, ()), file.most_files(question)
    # With several allowed, several can be chosen at once.
    attrs = {"accept": accept, "multiple": most > len(received) + 1}
    return {"attrs": attrs, "received": tuple(received), "most": most}


def _entries(question: Field, shown: Shown) -> dict[str, Any]:
    """The entries that stand on the page, each under its heading, and how many there may be."""
    language = shown.language
    count = group.entries_on_page(question, shown.controls)
    name = (question.entry or question.label)[language]
    return {
        "entries": [
            Entry(group.heading(question, number, language), _entry(question, number, shown))
            for number in range(1, count + 1)
        ],
        "minimum": group.least_entries(question),
        "maximum": group.most_entries(question),
        "add_label": translate(language, N_("Add: %(entry)s"), {"entry": name}),
    }


def _entry(question: Field, number: int, shown: Shown) -> list[Control]:
    return [
        _draw(inner, shown)
        for one, inner in zip(question.fields, group.entry_fields(question, number), strict=True)
        if shown.visible(one, {})
    ]


def _map(question: Field, controls: Mapping[str, str], territory: Territory, language: str) -> Drawing | None:
    """The province with a pin, where what was typed can be one."""
    drawing = drawing_of(territory, language)
    try:
        answer = FIELD_TYPES["point"].read(question, controls, Surroundings(territory, date.min))
    except Wrong:
        answer = None
    return drawing.with_pin(answer) if drawing else None


@lru_cache(maxsize=16)
def _places(territory: Territory, language: str) -> Headed:
    by_commune = groupby(territory.places(), key=lambda place: place.commune)
    return [
        (commune.name[language], [(place.value, place.name[language]) for place in places])
        for commune, places in by_commune
    ]


def controls_of(question: Field, value: Any) -> dict[str, str]:
    """What stands in a question's controls for its saved answer, or for its value where it is computed."""
    return FIELD_TYPES[question.type].write(question, value)
