"""Lives a case through, day by day: what people do, what others answer, and what time brings about by itself."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from portal.catalogue.conditions import PreparedFacts, prepare
from portal.catalogue.examples import ActionStep, ObtainStep, OpinionStep, Step, VoteStep
from portal.catalogue.faults import Sentence
from portal.catalogue.hearing import Hearing
from portal.catalogue.law_in_stories import clock_of, granting_rule, next_alarm, rule_of, silence
from portal.catalogue.objections import refusal
from portal.catalogue.partings import before, fault_of_actor, no_opinion, refused, unasked_there
from portal.catalogue.reading import closest
from portal.domain import timers, voting
from portal.domain.acts import Act
from portal.domain.alarms import Alarm, Kind
from portal.domain.case import SYSTEM, Actor, Case
from portal.domain.clock import Calendar, LegalClock
from portal.domain.consulting import Standing, give, is_joined, requested
from portal.domain.entries import enters
from portal.domain.errors import PortalError
from portal.domain.events import (
    CaseSubmitted,
    DeadlineNear,
    DocumentObtained,
    Event,
    OpinionsJoined,
    ReplacementRequested,
    TimerFired,
)
from portal.domain.flow import Consultation, Opinion, Role, State, StateKind, Timer, UnitKind
from portal.domain.form import Field
from portal.domain.service import Document, ServiceDefinition
from portal.domain.territory import Territory
from portal.domain.workflow import UNIT, Outcome, advance, case_facts, completed

CASE, EARLIER = "example", "earlier"
"""What stands for the reference of the case, and for that of one of the same person that was refused before."""

# The examples of a service must not depend on which days a province calls holidays.
NO_HOLIDAYS = Calendar(frozenset())
NOON = time(12)
Due = tuple[date, Timer | Alarm | None]
"""What time brings about, and when: a timer, an act of law, or opinions joined without those that are missing."""

MOST_STEPS = 200
"""How often time may move one case on: a workflow that could go round is refused by its proofs."""


class Parted(Exception):
    """The service would not do what the story tells, and ``why``."""

    def __init__(self, why: Sentence) -> None:
        super().__init__(why)
        self.why = why


class Telling:
    """One case from its submission on. ``place`` is where it belongs on the map, ``missing`` the documents it lacks.

    ``repeats`` says that the same person was refused the same before.
    """

    def __init__(
        self,
        definition: ServiceDefinition,
        territory: Territory | None,
        answers: Mapping[str, Any],
        *,
        unit: str,
        unit_kind: UnitKind | None,
        place: str,
        today: date,
        missing: Sequence[str],
        repeats: bool = False,
    ) -> None:
        self.definition, self.territory, self.answers = definition, territory, answers
        self.unit, self.unit_kind, self.place = unit, unit_kind, place
        self.filed_on = self.today = self.entered_on = today
        self.missing = set(missing)
        self.events: list[Event] = []
        self.dates: list[date] = []
        self.fired: set[str] = set()
        self.members = 0
        self.state = self._first_state()
        self.repeats = EARLIER if repeats else ""
        self._note(CaseSubmitted(definition.slug, unit, missing=sorted(missing), repeats=self.repeats))
        if self.state.kind is not StateKind.DEPOSITING:
            self._note(completed(definition, self.facts()))
        self._enter(self.state)

    def _first_state(self) -> State:
        incomplete = self.missing and self.definition.depositing is not None
        return self.definition.states[self.definition.depositing if incomplete else self.definition.initial]  # type: ignore[index]

    def take(self, step: Step) -> None:
        """One step of the story, and whatever time has brought about before it. Raises Parted."""
        if step.on != date.min:
            if step.on < self.today:
                raise Parted(before(step.on, self.today))
            self.wait(step.on)
        match step:
            case ActionStep():
                self._obtain(step.obtains)
                self._act(step)
            case ObtainStep():
                self._obtain(step.obtains)
            case OpinionStep():
                self._give(step)
            case VoteStep():
                self._vote(step)

    def wait(self, until: date) -> None:
        """Lets time pass, and what it brings about happen on its days. Raises Parted."""
        for _ in range(MOST_STEPS):
            due = self._next_due()
            if due is None or due[0] > until:
                break
            self.today = max(self.today, due[0])
            match due[1]:
                case Timer() as timer:
                    self._fire(timer)
                case Alarm() as alarm:
                    self._go_off(alarm)
                case _:
                    self._join()
        self.today = until

    def facts(self) -> PreparedFacts:
        """What the workflow's conditions see."""
        case = case_facts(
            self.definition,
            self.state.id,
            self.events,
            documents_complete=not self.missing,
            obtained=not any(not one.optional for one in self._to_obtain()),
            unit_kind=self.unit_kind,
        )
        return prepare(self._known() | {"case": case})

    def _known(self) -> dict[str, Any]:
        """What conditions see whatever the case has come to."""
        populations = self.territory.populations if self.territory is not None else {}
        return {"answers": self.answers, "identity": {}, "today": self.today, "populations": populations}

    def _to_obtain(self) -> list[Document]:
        """What the office fetches by hand and has not recorded; in a story the applicant always agrees that it does."""
        fetched = {event.document for event in self.events if isinstance(event, DocumentObtained)}
        facts = self._known() | {"case": {}}
        return [one for one in self.definition.documents if one.by_hand and one.id not in fetched and one.needed(facts)]

    @property
    def standing(self) -> Standing:
        return Standing.of(self.events)

    def _next_due(self) -> Due | None:
        """What time brings about next; on the same day the workflow's own comes before what the law does."""
        if self.state.kind is StateKind.DECIDED:
            return None
        alarm = next_alarm(self.definition, self.state.id, self._clock(), self.events)
        own = self._next_of_workflow()
        if alarm is None or (own is not None and own[0] <= alarm.on):
            return own
        return alarm.on, alarm

    def _next_of_workflow(self) -> Due | None:
        """A timer, or opinions that are joined."""
        law = self.definition.deadline.law
        timer = timers.pending(self.state, self.entered_on, self.fired, NO_HOLIDAYS, law)
        joins_on = self.standing.joins_on if self.state.consultation is not None else None
        if joins_on is None:
            return timer
        # On the same day people are warned before anything moves the case, and opinions are joined before a timer acts.
        if timer is not None and (timer[0], timer[1].action is not None) < (joins_on, True):
            return timer
        return joins_on, None

    def _go_off(self, alarm: Alarm) -> None:
        """Returns the file, or notes that nobody answered, and grants what that grants."""
        if alarm.kind is Kind.SILENCE:
            self._note(silence(self.definition, alarm))
            rule = granting_rule(self.definition, self.state.id)
        else:
            rule = rule_of(self.definition, self.state.id, Act.RETURN)
        if rule is None:
            return
        try:
            outcome = self._advance(rule.action, SYSTEM, {})
        except (PortalError, ValueError):
            # As with a timer: where the case's own facts forbid it, the portal warns the chief.
            told = [Role.CHIEF.value]
            self._note(DeadlineNear(alarm.name, alarm.on.isoformat(), alarm.due_on.isoformat(), told))
            return
        self._apply(outcome)

    def _fire(self, timer: Timer) -> None:
        warned = [role.value for role in timer.warns]
        self.fired.add(timer.id)
        if timer.action is not None:
            try:
                outcome = self._advance(timer.action, SYSTEM, {})
            except (PortalError, ValueError):
                # Where the case's own facts forbid it, the portal warns the chief: the case stays where it is.
                self._note(TimerFired(timer.id, "", [*warned, Role.CHIEF.value]))
                return
            self._note(TimerFired(timer.id, timer.action, warned))
            self._apply(outcome)
            return
        self._note(TimerFired(timer.id, "", warned))

    def _join(self) -> None:
        """Brings the opinions together, if they are due."""
        consultation = self.state.consultation
        how = is_joined(consultation, self.standing, self.today) if consultation else None
        if consultation is None or how is None:
            return
        self._note(OpinionsJoined(self.standing.round, how == "late"))
        self._apply(self._tried(consultation.action, SYSTEM, {}))

    def _obtain(self, names: Sequence[str]) -> None:
        """The office records what it obtained. Raises Parted for what this case does not wait for."""
        if names and self.state.kind is StateKind.DECIDED:
            raise Parted(
                Sentence(
                    "the case is closed in the state '%(state)s': nothing is recorded any more", state=self.state.id
                )
            )
        for name in names:
            awaited = [one.id for one in self._to_obtain()]
            if name not in awaited:
                meant = closest(name, awaited)
                raise Parted(
                    Sentence("the office has no document '%(name)s' to obtain here%(meant)s", name=name, meant=meant)
                )
            self._note(DocumentObtained(name))

    def _act(self, step: ActionStep) -> None:
        rule = self.definition.rule(step.action, self.state.id)
        if rule is None:
            known = [one.action for one in self.definition.actions if self.state.id in one.sources]
            raise Parted(
                Sentence(
                    "there is no action '%(action)s' from the state '%(state)s'%(meant)s",
                    action=step.action,
                    state=self.state.id,
                    meant=closest(step.action, known),
                )
            )
        if fault := fault_of_actor(step, rule, self.unit, self.unit_kind, self.territory):
            raise Parted(fault)
        facts = self.facts()
        if not rule.when(facts):
            raise Parted(Sentence("the condition of '%(action)s' does not hold", action=step.action))
        inputs = self._heard(Sentence("'%(name)s'", name=step.action), rule.asks, step.says, facts)
        if step.to is not None:
            inputs[UNIT] = step.to
        outcome = self._tried(step.action, self._actor(step.by), inputs, facts)
        # What was asked for anew is brought with the answer, as what was missing is.
        self.missing -= set(step.documents)
        if outcome.state.kind is StateKind.RUNNING and self.missing:
            raise Parted(Sentence("the file still lacks %(documents)s", documents=", ".join(sorted(self.missing))))
        self._apply(outcome)

    def _give(self, step: OpinionStep) -> None:
        standing, consultation = self.standing, self.state.consultation
        opinion = self._opinion(step.opinion, consultation)
        request = standing.request(step.opinion)
        if request is None:
            raise Parted(unasked_there(opinion))
        what = Sentence("the opinion '%(name)s'", name=step.opinion)
        inputs = self._heard(what, opinion.asks, step.says, self.facts())
        try:
            self._note(give(standing, step.opinion, request.of, inputs, self.today))
        except PortalError as error:
            why = refusal(error)
            raise Parted(
                Sentence("the opinion '%(name)s' is refused here (%(why)s)", name=step.opinion, why=why)
            ) from None
        self._join()

    def _opinion(self, name: str, consultation: Consultation | None) -> Opinion:
        opinion = consultation.opinion(name) if consultation is not None else None
        if opinion is None:
            raise Parted(no_opinion(name, self.state))
        return opinion

    def _vote(self, step: VoteStep) -> None:
        if self.state.committee is None:
            raise Parted(Sentence("no committee sits in the state '%(state)s'", state=self.state.id))
        for choice, members in step.votes.items():
            for _ in range(members):
                self.members += 1
                member = Actor(f"member {self.members}", frozenset({Role.COMMITTEE}), unit=self.unit)
                self._note(voting.cast(self.definition, self._case(), member, choice))

    def _heard(
        self, what: Sentence, asks: Sequence[Field], says: Mapping[str, Any], facts: PreparedFacts
    ) -> dict[str, Any]:
        known = [field.id for field in asks]
        for name in says:
            if name not in known:
                meant = closest(name, known)
                raise Parted(
                    Sentence("%(what)s does not ask for '%(name)s'%(meant)s", what=what, name=name, meant=meant)
                )
        heard = Hearing(self.territory, self.today).hear(asks, says, facts)
        if heard.faults:
            raise Parted(Sentence("%(what)s: %(why)s", what=what, why=heard.faults[0][1]))
        return dict(heard.answers)

    def _actor(self, role: Role) -> Actor:
        return Actor(id=role.value, roles=frozenset({role}), unit=self.unit, cases=frozenset({CASE}))

    def _tried(
        self, action: str, actor: Actor, inputs: Mapping[str, Any], facts: PreparedFacts | None = None
    ) -> Outcome:
        try:
            return self._advance(action, actor, inputs, facts)
        except (PortalError, ValueError) as error:
            raise Parted(refused(action, error)) from None

    def _advance(
        self, action: str, actor: Actor, inputs: Mapping[str, Any], facts: PreparedFacts | None = None
    ) -> Outcome:
        """What the portal would do, the law's clock included."""
        facts = facts or self.facts()
        now = datetime.combine(self.today, NOON, UTC)
        return advance(self.definition, self._case(), action, actor, facts, now, inputs=inputs, clock=self._clock())

    def _apply(self, outcome: Outcome) -> None:
        for event in outcome.events:
            self._note(event)
        if outcome.state.kind is not StateKind.DEPOSITING:
            self.missing = {
                one for event in outcome.events if isinstance(event, ReplacementRequested) for one in event.documents
            }
        if outcome.unit is not None:
            self.unit = outcome.unit
            if self.territory is not None:
                self.unit_kind = self.territory.unit(outcome.unit).kind
        if any(map(enters, outcome.events)):
            self._enter(outcome.state)

    def _enter(self, state: State) -> None:
        """What entering a state brings with it."""
        self.state, self.entered_on = state, self.today
        self.fired.clear()
        if state.consultation is not None:
            asked = requested(
                self.definition, state.id, self._units(state.consultation), self.today, NO_HOLIDAYS, self.standing
            )
            self._note(asked)
            self._join()

    def _units(self, consultation: Consultation) -> dict[str, str]:
        """The units asked: those that cover the case's place; without a territory each kind stands for its unit."""
        kinds = {one.id: one.unit for one in consultation.opinions if one.unit is not None}
        if self.territory is None:
            return {name: kind.value for name, kind in kinds.items()}
        found = {}
        for name, kind in kinds.items():
            try:
                found[name] = self.territory.unit_for((kind,), self.place).id
            except LookupError:
                continue
        return found

    def _note(self, event: Event) -> None:
        self.events.append(event)
        self.dates.append(self.today)

    def _case(self) -> Case:
        decided = self.state.kind is StateKind.DECIDED
        return Case(
            id=CASE,
            reference=CASE,
            service=self.definition.slug,
            digest=self.definition.digest,
            state=self.state.id,
            kind=self.state.kind,
            unit=self.unit,
            filed_at=datetime.combine(self.filed_on, NOON, UTC),
            filed_on=self.filed_on,
            closed_at=datetime.combine(self.entered_on, NOON, UTC) if decided else None,
            missing=tuple(sorted(self.missing)),
            sitting=self.state.committee is not None,
            repeats=self.repeats or None,
        )

    def _clock(self) -> LegalClock:
        return clock_of(self.definition, self.filed_on, zip(self.events, self.dates, strict=True), NO_HOLIDAYS)
