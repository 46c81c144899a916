"""Hears what an example says as if it had been typed: by the types of the questions, and by their rules."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.catalogue.faults import Sentence
from portal.catalogue.objections import objection
from portal.catalogue.reading import closest
from portal.domain.form import GROUP, Field
from portal.domain.rules import Facts
from portal.domain.service import text
from portal.domain.territory import Territory
from portal.fields import FIELD_TYPES
from portal.fields.base import Surroundings, ValueKind, Wrong
from portal.fields.forms import read_page
from portal.fields.group import count_control, entry_fields

NOWHERE = Territory(text("", ""), (), ())
PLACES = frozenset({"place", "commune", "address"})
"""The types that only a territory can judge."""

SEVERAL = frozenset({"choices"})
PARTS: Mapping[str, tuple[str, ...]] = {"address": ("place", "text", "postcode")}
"""The types whose answers have parts, and their names."""

UNASKED: Mapping[str, Sentence] = {
    "info": Sentence("a question of type info has no answer, it informs, and asks nothing"),
    "computed": Sentence("a question of type computed has no answer, it follows from other answers"),
}
"""The types that are never answered, and what to say of an answer all the same."""

Visible = Callable[[Field, Mapping[str, Any]], bool]


class _Misfit(Exception):
    """A value that nobody could type in answer to a question, and ``why``."""

    def __init__(self, why: Sentence) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Heard:
    """The answers as the portal keeps them, and what it would object to: the name of a control, and a message."""

    answers: Mapping[str, Any]
    faults: tuple[tuple[str, Sentence], ...]
    wrongs: Mapping[str, Wrong]
    """What a page would object to, by control: for those who word it in another language than the faults."""


@dataclass(frozen=True)
class Hearing:
    """What questions are heard with; without a ``territory`` places are taken as they are."""

    territory: Territory | None
    today: date

    def hear(
        self, fields: Sequence[Field], given: Mapping[str, Any], facts: Facts, visible: Visible | None = None
    ) -> Heard:
        """What is given in answer to questions, read as a page is; ``facts`` are the answers of earlier pages."""
        shown = visible or (lambda field, _answers: field.when(facts))
        typed = _Typed({}, {}, [])
        for field in fields:
            typed.fill(field, given.get(field.id), field.id)
        around = Surroundings(self.territory or NOWHERE, self.today)
        reading = read_page(fields, typed.raw, around, shown, facts, held=typed.held)
        answers = dict(reading.answers)
        misfits = {control for control, _ in typed.faults}
        faults = [*typed.faults, *_unasked(fields, given, "", lambda field: shown(field, answers))]
        for control, wrong in reading.errors.items():
            if self.territory is None and _type_of(fields, control) in PLACES:
                answers[control] = given.get(control)
            elif not any(control == one or one.startswith(f"{control}-") for one in misfits):
                faults.append((control, _objection(control, _value_of(fields, given, control), wrong)))
        return Heard(answers, tuple(faults), reading.errors)


@dataclass(frozen=True)
class _Typed:
    """What stands in the controls once some values were typed, and the files brought."""

    raw: dict[str, str]
    held: dict[str, list[dict[str, str]]]
    faults: list[tuple[str, Sentence]]

    def fill(self, field: Field, value: Any, control: str) -> None:
        """Fills in one question; ``field`` has the id that its controls have."""
        if value is None:
            return
        try:
            self._fill(field, value)
        except _Misfit as misfit:
            self.faults.append((control, Sentence("'%(control)s': %(why)s", control=control, why=misfit.why)))

    def _fill(self, field: Field, value: Any) -> None:
        if field.type in UNASKED:
            raise _Misfit(UNASKED[field.type])
        if field.type == GROUP:
            self._fill_entries(field, value)
        elif field.type == "file":
            names = [str(name) for name in (value if isinstance(value, list) else [value])]
            self.held[field.id] = [{"id": name, "name": name} for name in names]
        else:
            self.raw.update(FIELD_TYPES[field.type].write(field, _typeable(field, value)))

    def _fill_entries(self, group: Field, value: Any) -> None:
        if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
            raise _Misfit(
                Sentence("the answer is a list of entries, each with the answers to the questions of the group")
            )
        self.raw[count_control(group)] = str(len(value))
        known = [one.id for one in group.fields]
        for number, entry in enumerate(value, start=1):
            for name in entry:
                if name not in known:
                    said = Sentence(
                        "the entries of '%(group)s' have no question '%(name)s'%(meant)s",
                        group=group.id,
                        name=name,
                        meant=closest(name, known),
                    )
                    self.faults.append((f"{group.id}-{number}-{name}", said))
            for one, here in zip(group.fields, entry_fields(group, number), strict=True):
                self.fill(here, entry.get(one.id), here.id)


def _typeable(field: Field, value: Any) -> Any:
    """The value as its type writes it into controls; raises _Misfit for one of another kind."""
    kind = FIELD_TYPES[field.type].kind
    if field.type in SEVERAL:
        return [str(one) for one in (value if isinstance(value, list) else [value])]
    if field.type in PARTS:
        return _parts(field, value)
    if isinstance(value, list | Mapping):
        raise _Misfit(Sentence("a question of type %(type)s has a single answer", type=field.type))
    if isinstance(value, bool) != (kind is ValueKind.TRUTH):
        raise _Misfit(Sentence("only a question of type yes_no, statement or consent is answered by true or false"))
    if kind is ValueKind.NUMBER and isinstance(value, str):
        raise _Misfit(Sentence("the answer must be a number"))
    if kind is ValueKind.DATE and not _is_date(str(value)):
        raise _Misfit(Sentence("the answer must be a date such as 2026-03-02"))
    if kind is ValueKind.MONTH and not _is_date(f"{value}-01"):
        raise _Misfit(Sentence("the answer must be a month such as 2026-03"))
    # A phone number written without quotes is read as a number, and is a text all the same.
    return value if kind in (ValueKind.NUMBER, ValueKind.TRUTH) else str(value)


def _parts(field: Field, value: Any) -> dict[str, str]:
    parts = PARTS[field.type]
    if not isinstance(value, Mapping):
        listed = ", ".join(f"{part}: …" for part in parts)
        raise _Misfit(Sentence("the answer has parts, as in {%(parts)s}", parts=listed))
    for name in value:
        if name not in parts:
            raise _Misfit(Sentence("the answer has no part '%(name)s'%(meant)s", name=name, meant=closest(name, parts)))
    return {name: "" if part is None else str(part) for name, part in value.items()}


def _is_date(word: str) -> bool:
    try:
        date.fromisoformat(word)
    except ValueError:
        return False
    return True


def _unasked(
    fields: Iterable[Field], given: Mapping[str, Any], prefix: str, asked: Callable[[Field], bool]
) -> Iterator[tuple[str, Sentence]]:
    """What is answered although it is hidden, in the entries of groups too."""
    for field in fields:
        value, control = given.get(field.id), f"{prefix}{field.id}"
        if value is None:
            continue
        if not asked(field):
            yield (
                control,
                Sentence("'%(control)s' is answered, but with these answers it is not asked", control=control),
            )
        elif field.type == GROUP and isinstance(value, list):
            for number, entry in enumerate(value, start=1):
                if isinstance(entry, Mapping):
                    yield from _unasked(field.fields, entry, f"{control}-{number}-", asked)


def _type_of(fields: Iterable[Field], control: str) -> str:
    return next((field.type for field in fields if field.id == control), "")


def _value_of(fields: Iterable[Field], given: Mapping[str, Any], control: str) -> Any:
    """What an example says for a control, in an entry of a group too: ``children-2-name``."""
    for field in fields:
        if field.id == control:
            return given.get(field.id)
        if field.type == GROUP and control.startswith(f"{field.id}-") and isinstance(given.get(field.id), list):
            number, _, inner = control.removeprefix(f"{field.id}-").partition("-")
            entries = given[field.id]
            if number.isdigit() and 1 <= int(number) <= len(entries):
                return _value_of(field.fields, entries[int(number) - 1], inner)
    return None


def _objection(control: str, value: Any, wrong: Wrong) -> Sentence:
    if value is None or value == []:
        return Sentence("'%(control)s' is required and has no answer", control=control)
    return Sentence(
        "'%(control)s': the portal would refuse '%(value)s': %(why)s",
        control=control,
        value=shown(value),
        why=objection(wrong),
    )


def shown(value: Any) -> str:
    """A value of an example as a message quotes it: whole where it is short."""
    word = str(value)
    return word if len(word) <= 60 else f"{word[:57]}…"
