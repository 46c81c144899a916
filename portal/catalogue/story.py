"""Tells an example again with the service as it is: the real form, the real workflow and clock, and no one to notify."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.catalogue.conditions import PreparedFacts, prepare
from portal.catalogue.counting import answers_that_count
from portal.catalogue.examples import Example
from portal.catalogue.faults import Sentence
from portal.catalogue.hearing import Hearing
from portal.catalogue.objections import objection
from portal.catalogue.reading import Reading, closest
from portal.catalogue.telling import CASE, Parted, Telling
from portal.domain.events import Event
from portal.domain.form import Field, Page
from portal.domain.service import FIRST, EligibilityOutcome, FeeDue, ServiceDefinition, Source
from portal.domain.territory import Territory, Unit
from portal.fields.base import Told


def run_example(definition: ServiceDefinition, example: Example, territory: Territory | None, reading: Reading) -> None:
    """Tells the story again with the service as it is, and notes where the two part."""
    story = _Story(definition, example, territory, reading)
    if example.outcome is not None:
        story.ask_before()
    elif not definition.processed:
        said = Sentence("the service is done elsewhere: its examples tell only what 'expect: {outcome: …, is: …}' says")
        story.fault(said, "expect")
    else:
        story.run()


@dataclass(frozen=True)
class Lived:
    """What came of an example: the answers as a case keeps them, what it costs, and what happened on which day."""

    answers: Mapping[str, Any]
    fee: FeeDue
    events: tuple[tuple[date, Event], ...]


def live_example(definition: ServiceDefinition, example: Example, territory: Territory | None) -> Lived:
    """Tells the story of a case for those who want to see what comes of it; one that parts from the service ends there."""
    return _Story(definition, example, territory, Reading()).live()


class _Story:
    """One telling of an example."""

    def __init__(
        self, definition: ServiceDefinition, example: Example, territory: Territory | None, reading: Reading
    ) -> None:
        self.definition, self.example, self.territory, self.reading = definition, example, territory, reading
        self.hearing = Hearing(territory, example.today)
        self.answers: dict[str, Any] = {}

    def fault(self, message: Sentence, *keys: str) -> None:
        self.reading.add(self.example.file, self.example.line(*keys), message)

    def fault_of_answer(self, control: str, message: Sentence) -> None:
        self.fault(message, f"answers.{control}", f"answers.{control.partition('-')[0]}", "answers")

    def ask_before(self) -> None:
        """The questions before sign-in, and what they lead to."""
        eligibility = self.definition.eligibility
        if eligibility is None:
            self.fault(Sentence("the service has no 'eligibility', so nothing has this outcome"), "outcome")
            return
        known = [field.id for field in eligibility.fields]
        for name in self.unknown(known):
            meant = closest(name, known)
            said = Sentence("'eligibility' has no question '%(name)s'%(meant)s", name=name, meant=meant)
            self.fault(said, f"answers.{name}", "answers")

        def shown(field: Field, answers: Mapping[str, Any]) -> bool:
            return field.when(self.facts(answers))

        heard = self.hearing.hear(eligibility.fields, self.example.answers, self.facts({}), shown)
        for control, message in heard.faults:
            self.fault_of_answer(control, message)
        if heard.faults:
            return
        self.check_outcome(eligibility.outcome(self.facts(heard.answers)))

    def check_outcome(self, outcome: EligibilityOutcome) -> None:
        if outcome.id != self.example.outcome:
            said = Sentence(
                "these answers lead to the outcome '%(outcome)s', not to '%(expected)s'",
                outcome=outcome.id,
                expected=self.example.outcome,
            )
            self.fault(said, "outcome")
        elif outcome.verdict is not self.example.verdict:
            said = Sentence(
                "the outcome '%(outcome)s' is %(verdict)s, not %(expected)s",
                outcome=outcome.id,
                verdict=outcome.verdict.value,
                expected=self.example.verdict,
            )
            self.fault(said, "is")

    def run(self) -> None:
        self.check_answers()
        self.check_documents()
        self.check_fee()
        unit = self.find_unit()
        telling = self.submit(unit)
        for step in self.example.path:
            try:
                telling.take(step)
            except Parted as parted:
                self.reading.add(self.example.file, step.line, parted.why)
                return
        if telling.state.id != self.example.final:
            said = Sentence(
                "the story ends in the state '%(state)s', not in '%(expected)s'",
                state=telling.state.id,
                expected=self.example.final,
            )
            self.fault(said, "final")

    def live(self) -> Lived:
        self.check_answers()
        telling = self.submit(self.find_unit())
        with suppress(Parted):
            for step in self.example.path:
                telling.take(step)
        fee = self.definition.fee.due(self.facts())
        return Lived(self.answers, fee, tuple(zip(telling.dates, telling.events, strict=True)))

    def facts(self, answers: Mapping[str, Any] | None = None) -> PreparedFacts:
        """What the sheet's and the form's conditions see: no case yet."""
        return prepare(
            {
                "answers": dict(self.answers if answers is None else answers),
                "identity": {"level": self.example.identity.value},
                "case": {},
                "today": self.example.today,
                "populations": self.populations,
            }
        )

    @property
    def populations(self) -> Mapping[str, int]:
        return self.territory.populations if self.territory is not None else {}

    def unknown(self, known: Collection[str]) -> list[str]:
        """The names under 'answers' that no question has."""
        return [name for name in self.example.answers if name not in known]

    def check_answers(self) -> None:
        """The form filled in page by page, as the journey leads through it."""
        known = self.definition.fields
        for name in self.unknown(known):
            meant = closest(name, known)
            said = Sentence("the form has no question '%(name)s'%(meant)s", name=name, meant=meant)
            self.fault(said, f"answers.{name}", "answers")
        for page in self.definition.pages:
            facts = self.facts()
            if page.when(facts):
                self.check_page(page, facts)
            else:
                self.check_hidden(page)
        identity = {"level": self.example.identity.value}
        today = self.example.today
        self.answers = answers_that_count(self.definition, self.answers, identity, today, self.populations)

    def check_hidden(self, page: Page) -> None:
        for field in page.fields:
            if field.id in self.example.answers:
                said = Sentence("'%(id)s' is answered, but with these answers its page is not shown", id=field.id)
                self.fault_of_answer(field.id, said)

    def check_page(self, page: Page, facts: PreparedFacts) -> None:
        heard = self.hearing.hear(page.fields, self.example.answers, facts)
        for control, message in heard.faults:
            self.fault_of_answer(control, message)
        self.answers |= heard.answers
        if heard.faults:
            return
        facts = self.facts()
        for rule in page.rules:
            if not rule.holds(facts):
                why = objection(Told(rule.says))
                said = Sentence("'%(control)s': the portal would say: %(why)s", control=rule.at, why=why)
                self.fault_of_answer(rule.at, said)

    def needed(self) -> list[str]:
        """The documents the citizen must bring; she lets the administration obtain those that it holds itself."""
        facts = self.facts()
        return [
            document.id
            for document in self.definition.documents
            if document.source is Source.CITIZEN and not document.optional and document.needed(facts)
        ]

    def check_documents(self) -> None:
        for name in (*self.example.documents, *self.example.sworn):
            if self.definition.document(name) is None:
                meant = closest(name, [document.id for document in self.definition.documents])
                said = Sentence("the service has no document '%(name)s'%(meant)s", name=name, meant=meant)
                self.fault(said, "documents")
        for name in self.example.sworn:
            document = self.definition.document(name)
            if document and document.alternative is None:
                self.fault(Sentence("no sworn statement can replace '%(name)s'", name=name), "sworn")
        if set(needed := self.needed()) != set(self.example.needed):
            self.fault(_needed_otherwise(needed), "needed", "expect")

    def check_fee(self) -> None:
        due = self.definition.fee.due(self.facts())
        if self.example.fee is not None and due.amount != self.example.fee:
            said = Sentence(
                "the fee is %(amount)s %(currency)s, not %(expected)s",
                amount=due.amount,
                currency=due.currency,
                expected=self.example.fee,
            )
            self.fault(said, "fee")

    @property
    def place_question(self) -> str:
        """The question that tells where the case belongs."""
        by = self.definition.authority.by
        return self.definition.applicant.get("place", "") if by == "residence" else by.removeprefix("answers.")

    @property
    def place(self) -> str:
        if self.definition.authority.by == FIRST:
            return self.territory.place_at(self.first, "") if self.territory and self.first else ""
        found = self.answers.get(self.place_question)
        # An address holds its place among other parts.
        return str((found.get("place") if isinstance(found, Mapping) else found) or "")

    @property
    def first(self) -> Unit | None:
        """The office of the case that this one follows, as the territory has it."""
        units = self.territory.units if self.territory is not None else ()
        return next((unit for unit in units if unit.id == self.example.first), None)

    def find_unit(self) -> Unit | None:
        """The unit that decides, as the territory has it; None without one, or where the place is unknown."""
        if self.territory is None:
            return None
        follows = self.definition.authority.by == FIRST
        if follows and self.first is None:
            said = Sentence("the file follows another one: say at which office that is, as in 'first: <unit>'")
            self.fault(said, "first", "expect")
            return None
        try:
            kinds = self.definition.authority.kinds
            if self.first is not None and follows:
                unit = self.territory.unit_after(kinds, self.first, self.place)
            else:
                unit = self.territory.unit_for(kinds, self.place)
        except LookupError:
            if self.example.unit is not None:
                said = Sentence("no unit covers the place answered")
                self.fault(said, f"answers.{self.place_question}", "answers")
            return None
        if self.example.unit not in (None, unit.id):
            said = Sentence(
                "the file goes to the unit '%(unit)s', not to '%(expected)s'", unit=unit.id, expected=self.example.unit
            )
            self.fault(said, "unit")
        return unit

    def submit(self, unit: Unit | None) -> Telling:
        held = {*self.example.documents, *self.example.sworn}
        telling = Telling(
            self.definition,
            self.territory,
            self.answers,
            unit=unit.id if unit else self.example.unit or CASE,
            unit_kind=unit.kind if unit else next(iter(self.definition.authority.kinds), None),
            place=self.place,
            today=self.example.today,
            missing=[name for name in self.needed() if name not in held],
            repeats=self.example.repeats,
        )
        if telling.state.id != self.example.state:
            said = Sentence(
                "once submitted, the file is in the state '%(state)s', not in '%(expected)s'",
                state=telling.state.id,
                expected=self.example.state,
            )
            self.fault(said, "state")
        return telling


def _needed_otherwise(needed: list[str]) -> Sentence:
    if not needed:
        return Sentence("the documents needed are none, not what the example expects")
    listed = ", ".join(sorted(needed))
    return Sentence("the documents needed are %(documents)s, not what the example expects", documents=listed)
