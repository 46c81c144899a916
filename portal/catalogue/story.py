"""Tells an example again with the service as it is: the real workflow, the real clock, and no one to notify."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from portal.catalogue.conditions import KINDS, ValueKind, prepare
from portal.catalogue.examples import Example, ExampleStep
from portal.catalogue.reading import Reading, closest
from portal.domain.case import Actor, Case
from portal.domain.clock import Calendar, ClockEvent, ClockEventKind, LegalClock
from portal.domain.errors import PortalError, Unlawful
from portal.domain.service import ActionRule, Field, ServiceDefinition, Source, StateKind, text
from portal.domain.territory import Territory
from portal.domain.workflow import advance
from portal.fields import FIELD_TYPES
from portal.fields.base import Surroundings, Wrong

CASE = "example"
TRUTHS = frozenset(name for name, kind in KINDS.items() if kind is ValueKind.TRUTH)
NOWHERE = Territory(text("", ""), (), ())
# The examples of a service must not depend on which days a province calls holidays.
NO_HOLIDAYS = Calendar(frozenset())
CLOCK_EVENTS = {
    (None, StateKind.RUNNING): ClockEventKind.COMPLETED,
    (StateKind.DEPOSITING, StateKind.RUNNING): ClockEventKind.COMPLETED,
    (StateKind.RUNNING, StateKind.SUSPENDED): ClockEventKind.SUSPENDED,
    (StateKind.SUSPENDED, StateKind.RUNNING): ClockEventKind.RESUMED,
}


def run_example(definition: ServiceDefinition, example: Example, territory: Territory | None, reading: Reading) -> None:
    """Tells the story again with the service as it is, and notes where the two part."""
    _Story(definition, example, territory, reading).run()


class _Story:
    """One telling of an example."""

    def __init__(
        self, definition: ServiceDefinition, example: Example, territory: Territory | None, reading: Reading
    ) -> None:
        self.definition, self.example, self.territory, self.reading = definition, example, territory, reading
        self.held = set(example.documents) | set(example.sworn)
        self.answers = dict(example.answers)
        self.state = ""
        self.unit = example.unit or CASE
        self.today = example.today
        self.happened: list[ClockEvent] = []

    def fault(self, message: str, *keys: str) -> None:
        line = next((self.example.lines[key] for key in keys if key in self.example.lines), 1)
        self.reading.add(self.example.file, line, message)

    def run(self) -> None:
        self.check_answers()
        self.check_documents()
        self.check_unit()
        self.submit()
        for step in self.example.path:
            if not self.take(step):
                return
        if self.state != self.example.final:
            self.fault(f"the story ends in the state '{self.state}', not in '{self.example.final}'", "final")

    def facts(self) -> Mapping[str, Any]:
        case = {"state": self.state or None, "documents_complete": not self.missing() if self.state else None}
        return prepare(
            {
                "answers": self.answers,
                "identity": {"level": self.example.identity.value},
                "case": case,
                "today": self.today,
            }
        )

    def check_answers(self) -> None:
        for name in self.example.answers:
            if name not in self.definition.fields:
                known = closest(name, self.definition.fields)
                self.fault(f"the form has no question '{name}'{known}", f"answers.{name}", "answers")
        facts = self.facts()
        for page in self.definition.pages:
            shown = page.when(facts)
            for field in page.fields:
                self.check_answer(field, shown and field.when(facts))

    def check_answer(self, field: Field, asked: bool) -> None:
        value = self.example.answers.get(field.id)
        keys = (f"answers.{field.id}", "answers")
        if not asked:
            if value is not None:
                self.fault(f"'{field.id}' is answered, but with these answers it is not asked", *keys)
        elif value is None:
            if field.required:
                self.fault(f"'{field.id}' is required and has no answer", *keys)
        elif message := self.fault_of_value(field, value):
            self.fault(f"'{field.id}': {message}", *keys)

    def fault_of_value(self, field: Field, value: Any) -> str | None:
        """What the portal would say, had the citizen typed this answer; the canonical value is kept."""
        if field.type == "place" and self.territory is None:
            return None
        if isinstance(value, bool) != (field.type in TRUTHS):
            return "only a question of type yes_no, statement or consent is answered by true or false"
        if field.type == "number" and isinstance(value, str):
            return "the answer must be a number"
        if field.type == "date" and not _is_date(value):
            return "the answer must be a date such as 2026-03-02"
        # A phone number written without quotes is read as a number, and is a text all the same.
        value = value if field.type == "number" or field.type in TRUTHS else str(value)
        kind = FIELD_TYPES[field.type]
        around = Surroundings(self.territory or NOWHERE, self.example.today)
        try:
            self.answers[field.id] = kind.read(field, kind.write(field, value), around)
        except Wrong as wrong:
            return f"the portal would refuse '{value}' ({wrong.key})"
        return None

    def needed(self) -> set[str]:
        identity = {"level": self.example.identity.value}
        facts = prepare({"answers": self.answers, "identity": identity, "today": self.example.today})
        return {
            document.id
            for document in self.definition.documents
            if document.source is Source.CITIZEN and not document.optional and document.needed(facts)
        }

    def missing(self) -> set[str]:
        return self.needed() - self.held

    def check_documents(self) -> None:
        for name in (*self.example.documents, *self.example.sworn):
            if self.definition.document(name) is None:
                self.fault(f"the service has no document '{name}'", "documents")
        for name in self.example.sworn:
            document = self.definition.document(name)
            if document and document.alternative is None:
                self.fault(f"no sworn statement can replace '{name}'", "sworn")
        if (needed := self.needed()) != set(self.example.needed):
            listed = ", ".join(sorted(needed)) or "none"
            self.fault(f"the documents needed are {listed}, not what the example expects", "needed", "expect")

    def check_unit(self) -> None:
        by = self.definition.authority.by
        name = self.definition.applicant.get("place", "") if by == "residence" else by.removeprefix("answers.")
        if self.territory is None or self.example.unit is None:
            return
        try:
            unit = self.territory.unit_for(self.definition.authority.kinds, str(self.answers.get(name)))
        except LookupError:
            self.fault("no unit covers the place answered", f"answers.{name}", "answers")
            return
        if unit.id != self.example.unit:
            self.fault(f"the file goes to the unit '{unit.id}', not to '{self.example.unit}'", "unit")

    def submit(self) -> None:
        incomplete = self.missing() and self.definition.depositing
        self.state = self.definition.depositing or "" if incomplete else self.definition.initial
        self.note(None, self.definition.states[self.state].kind)
        if self.state != self.example.state:
            self.fault(
                f"once submitted, the file is in the state '{self.state}', not in '{self.example.state}'", "state"
            )

    def take(self, step: ExampleStep) -> bool:
        """Carries one step out; false when it cannot be."""
        self.held |= set(step.documents)
        self.today = step.on
        rule = self.definition.rule(step.action, self.state)
        if rule is None:
            message: str | None = f"there is no action '{step.action}' from the state '{self.state}'"
        else:
            message = self.fault_of_step(step, rule) or self.act(step)
        if message:
            self.reading.add(self.example.file, step.line, message)
        return message is None

    def fault_of_step(self, step: ExampleStep, rule: ActionRule) -> str | None:
        if step.by not in rule.by:
            return f"'{step.action}' is not for the role {step.by.value}"
        if not rule.when(self.facts()):
            return f"the condition of '{step.action}' does not hold"
        if lacking := [field.id for field in rule.asks if field.required and not step.says.get(field.id)]:
            return f"'{step.action}' asks for '{lacking[0]}', which nobody says"
        if unasked := sorted(set(step.says) - {field.id for field in rule.asks}):
            return f"'{step.action}' does not ask for '{unasked[0]}'"
        if self.completes(rule) and (missing := sorted(self.missing())):
            return f"the file still lacks {', '.join(missing)}"
        return None

    def act(self, step: ExampleStep) -> str | None:
        """Moves the case as the portal would, the law's clock included; the fault when it would refuse."""
        before = self.definition.states[self.state].kind
        actor = Actor(id=step.by.value, roles=frozenset({step.by}), unit=self.unit, cases=frozenset({CASE}))
        facts, now = self.facts(), datetime.combine(self.today, time(10), UTC)
        try:
            outcome = advance(
                self.definition, self.case(), step.action, actor, facts, now, inputs=step.says, clock=self.clock()
            )
        except Unlawful as error:
            return f"'{step.action}' is refused by law here ({error.article})"
        except PortalError as error:
            return f"'{step.action}' is refused here ({error.key})"
        except ValueError as error:
            return f"'{step.action}' cannot be on that day: {error}"
        self.note(before, outcome.state.kind)
        self.state = outcome.state.id
        return None

    def note(self, before: StateKind | None, after: StateKind) -> None:
        """Tells the law's clock of a move."""
        kind = ClockEventKind.STOPPED if after is StateKind.DECIDED else CLOCK_EVENTS.get((before, after))
        if kind:
            self.happened.append(ClockEvent(kind, self.today))

    def case(self) -> Case:
        filed = datetime.combine(self.example.today, time(9), UTC)
        state = self.definition.states[self.state]
        closed = filed if state.kind is StateKind.DECIDED else None
        return Case(
            id=CASE,
            reference=CASE,
            service=self.definition.slug,
            digest=self.definition.digest,
            state=state.id,
            kind=state.kind,
            unit=self.unit,
            filed_at=filed,
            filed_on=self.example.today,
            closed_at=closed,
        )

    def clock(self) -> LegalClock:
        deadline = self.definition.deadline
        return LegalClock.from_journal(
            self.happened,
            law=deadline.law,
            days=deadline.days,
            calendar=NO_HOLIDAYS,
            filed_on=self.example.today,
        )

    def completes(self, rule: ActionRule) -> bool:
        """Whether the action declares an incomplete file complete."""
        states = self.definition.states
        return states[self.state].kind is StateKind.DEPOSITING and states[rule.target].kind is StateKind.RUNNING


def _is_date(value: Any) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True
