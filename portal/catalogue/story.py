"""Tells an example again with the service as it is: the real form, the real workflow and clock, and no one to notify."""

from collections.abc import Mapping
from typing import Any

from portal.catalogue.conditions import PreparedFacts, prepare
from portal.catalogue.counting import answers_that_count
from portal.catalogue.examples import Example
from portal.catalogue.hearing import Hearing, objection_text
from portal.catalogue.reading import Reading, closest
from portal.catalogue.telling import CASE, Parted, Telling
from portal.domain.form import Field, Page
from portal.domain.service import ServiceDefinition, Source
from portal.domain.territory import Territory, Unit
from portal.fields.base import Told


def run_example(definition: ServiceDefinition, example: Example, territory: Territory | None, reading: Reading) -> None:
    """Tells the story again with the service as it is, and notes where the two part."""
    story = _Story(definition, example, territory, reading)
    if example.outcome is not None:
        story.ask_before()
    elif not definition.processed:
        story.fault(
            "the service is done elsewhere: its examples tell only what 'expect: {outcome: …, is: …}' says", "expect"
        )
    else:
        story.run()


class _Story:
    """One telling of an example."""

    def __init__(
        self, definition: ServiceDefinition, example: Example, territory: Territory | None, reading: Reading
    ) -> None:
        self.definition, self.example, self.territory, self.reading = definition, example, territory, reading
        self.hearing = Hearing(territory, example.today)
        self.answers: dict[str, Any] = {}

    def fault(self, message: str, *keys: str) -> None:
        self.reading.add(self.example.file, self.example.line(*keys), message)

    def fault_of_answer(self, control: str, message: str) -> None:
        self.fault(message, f"answers.{control}", f"answers.{control.partition('-')[0]}", "answers")

    def ask_before(self) -> None:
        """The questions before sign-in, and what they lead to."""
        eligibility = self.definition.eligibility
        if eligibility is None:
            self.fault("the service has no 'eligibility', so nothing has this outcome", "outcome")
            return
        self.check_names([field.id for field in eligibility.fields], "'eligibility' has")

        def shown(field: Field, answers: Mapping[str, Any]) -> bool:
            return field.when(self.facts(answers))

        heard = self.hearing.hear(eligibility.fields, self.example.answers, self.facts({}), shown)
        for control, message in heard.faults:
            self.fault_of_answer(control, message)
        if heard.faults:
            return
        outcome = eligibility.outcome(self.facts(heard.answers))
        if outcome.id != self.example.outcome:
            self.fault(f"these answers lead to the outcome '{outcome.id}', not to '{self.example.outcome}'", "outcome")
        elif outcome.verdict is not self.example.verdict:
            self.fault(f"the outcome '{outcome.id}' is {outcome.verdict.value}, not {self.example.verdict}", "is")

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
                self.reading.add(self.example.file, step.line, str(parted))
                return
        if telling.state.id != self.example.final:
            self.fault(f"the story ends in the state '{telling.state.id}', not in '{self.example.final}'", "final")

    def facts(self, answers: Mapping[str, Any] | None = None) -> PreparedFacts:
        """What the sheet's and the form's conditions see: no case yet."""
        return prepare(
            {
                "answers": dict(self.answers if answers is None else answers),
                "identity": {"level": self.example.identity.value},
                "case": {},
                "today": self.example.today,
            }
        )

    def check_names(self, known: list[str], where: str) -> None:
        for name in self.example.answers:
            if name not in known:
                self.fault(f"{where} no question '{name}'{closest(name, known)}", f"answers.{name}", "answers")

    def check_answers(self) -> None:
        """The form filled in page by page, as the journey leads through it."""
        self.check_names(list(self.definition.fields), "the form has")
        for page in self.definition.pages:
            facts = self.facts()
            if page.when(facts):
                self.check_page(page, facts)
            else:
                for field in page.fields:
                    if field.id in self.example.answers:
                        self.fault_of_answer(
                            field.id, f"'{field.id}' is answered, but with these answers its page is not shown"
                        )
        identity = {"level": self.example.identity.value}
        self.answers = answers_that_count(self.definition, self.answers, identity, self.example.today)

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
                self.fault_of_answer(rule.at, f"'{rule.at}': the portal would say: {objection_text(Told(rule.says))}")

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
                known = closest(name, [document.id for document in self.definition.documents])
                self.fault(f"the service has no document '{name}'{known}", "documents")
        for name in self.example.sworn:
            document = self.definition.document(name)
            if document and document.alternative is None:
                self.fault(f"no sworn statement can replace '{name}'", "sworn")
        if set(needed := self.needed()) != set(self.example.needed):
            listed = ", ".join(sorted(needed)) or "none"
            self.fault(f"the documents needed are {listed}, not what the example expects", "needed", "expect")

    def check_fee(self) -> None:
        due = self.definition.fee.due(self.facts())
        if self.example.fee is not None and due.amount != self.example.fee:
            self.fault(f"the fee is {due.amount} {due.currency}, not {self.example.fee}", "fee")

    @property
    def place_question(self) -> str:
        """The question that tells where the case belongs."""
        by = self.definition.authority.by
        return self.definition.applicant.get("place", "") if by == "residence" else by.removeprefix("answers.")

    @property
    def place(self) -> str:
        found = self.answers.get(self.place_question)
        # An address holds its place among other parts.
        return str((found.get("place") if isinstance(found, Mapping) else found) or "")

    def find_unit(self) -> Unit | None:
        """The unit that decides, as the territory has it; None without one, or where the place is unknown."""
        if self.territory is None:
            return None
        try:
            unit = self.territory.unit_for(self.definition.authority.kinds, self.place)
        except LookupError:
            if self.example.unit is not None:
                self.fault("no unit covers the place answered", f"answers.{self.place_question}", "answers")
            return None
        if self.example.unit not in (None, unit.id):
            self.fault(f"the file goes to the unit '{unit.id}', not to '{self.example.unit}'", "unit")
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
        )
        if telling.state.id != self.example.state:
            self.fault(
                f"once submitted, the file is in the state '{telling.state.id}', not in '{self.example.state}'", "state"
            )
        return telling
