"""Tells the applicant what happened: by e-mail where she has one, else by SMS; who has neither is told at the counter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.actions.deps import Deps
from portal.actions.facts import clock_of
from portal.domain.acts import Act
from portal.domain.case import SYSTEM, Person
from portal.domain.clock import LegalClock
from portal.domain.entries import enters
from portal.domain.events import ApplicantReminded, CaseDecided, Event, MessageSent
from portal.domain.remedies import Remedy, remedies, remind_until
from portal.domain.service import Result, ServiceDefinition
from portal.i18n import office_date
from portal.ports import Channel, Message, Rejected
from portal.presenting.messages import Days, Said, is_news, message_about, reminder
from portal.store import cases, effects, journal
from portal.store.cases import Dossier
from portal.store.effects import Effect
from portal.store.journal import Line


@dataclass(frozen=True)
class _Story:
    """A case with its journal, as what there is to say of it is found in them."""

    deps: Deps
    dossier: Dossier
    definition: ServiceDefinition
    lines: Sequence[Line]

    def until(self, position: int) -> "_Story":
        """The case as it was when its journal was so long."""
        told = [line for line in self.lines if line.position <= position]
        return _Story(self.deps, self.dossier, self.definition, told)

    def since(self, position: int) -> list[Event]:
        return [line.event for line in self.lines if line.position > position]

    @property
    def clock(self) -> LegalClock:
        case = self.dossier.case
        return clock_of(self.definition, case.filed_on, self.lines, self.deps.registry.calendar_of(case.unit))

    @property
    def news(self) -> Event:
        """What the applicant is told of: what else a move brought about stands after it in the journal."""
        return next((line.event for line in reversed(self.lines) if is_news(line.event)), self.lines[-1].event)

    @property
    def days(self) -> Days:
        """The last days that the case then had."""
        clock = self.clock
        return Days(clock.due_on, clock.citizen_due_on, remind_until(self._remedies(clock), self._events))

    def days_by(self, today: date) -> Days:
        """The same for what is read on a day: after an outage, the last day of her remedy may have passed by then."""
        days, found = self.days, self._remedies(self.clock)
        if days.remedy is None or days.remedy >= today:
            return days
        still = remind_until([one for one in found if one.open(today)], self._events)
        return days._replace(remedy=still, remedy_over=still is None)

    @property
    def _events(self) -> list[Event]:
        return [line.event for line in self.lines]

    def _remedies(self, clock: LegalClock) -> list[Remedy]:
        registry = self.deps.registry
        kind = registry.territory.unit(self.dossier.case.unit).kind
        decided = next((line.event for line in reversed(self.lines) if isinstance(line.event, CaseDecided)), None)
        outcome = Result(decided.outcome) if decided is not None and clock.decided_on is not None else None
        partly = decided is not None and self.definition.states[decided.target].partly
        return remedies(self.definition, clock, outcome, kind, registry.following(), partly=partly)

    def act_of(self, event: Event) -> Act | None:
        """What the action that brought an event about is to the law, where its service says so."""
        rule = self.definition.rule(getattr(event, "action", ""), getattr(event, "source", ""))
        return rule.act if rule is not None else None


def _story(deps: Deps, effect: Effect) -> _Story:
    with deps.reading() as work:
        dossier = cases.get(work.connection, work.vault, effect.case_id)
        assert dossier is not None  # noqa: S101  An effect belongs to a case, and cases are never removed.
        lines = journal.read(work.connection, effect.case_id, dossier.seal)
    return _Story(deps, dossier, deps.registry.version(dossier.case.service, dossier.case.digest), lines)


def notify(deps: Deps, effect: Effect) -> None:
    """Sends one message about the event that asked for it; the receiving side knows a repetition by its key."""
    story = _story(deps, effect).until(effect.position)
    dossier, news = story.dossier, story.news
    reached = channel_for(dossier.people.applicant)
    if reached is not None:
        said = message_about(
            news,
            channel=reached[0],
            language=dossier.language,
            reference=dossier.case.reference,
            days=story.days_by(office_date(deps.clock.now())),
            base_url=deps.base_url,
            act=story.act_of(news),
        )
        _send(deps, effect, dossier, *reached, said)
    _finish(deps, effect, reached[0] if reached else None)


def remind(deps: Deps, effect: Effect) -> None:
    """Reminds the applicant of what is awaited of her, or of her remedy.

    Nothing is sent once the case has gone on without it, once she has turned to somebody, or once the day has passed.
    """
    story = _story(deps, effect)
    dossier = story.dossier
    gone_on = any(enters(event) for event in story.since(effect.position))
    deadline, until = _reminded_of(story, effect.position)
    if deadline == "remedy" and until is None:
        # She has turned to somebody, and has not taken it back.
        gone_on = True
    over = until is not None and until < office_date(deps.clock.now())
    reached = None if gone_on or over else channel_for(dossier.people.applicant)
    if reached is not None:
        said = reminder(
            channel=reached[0],
            language=dossier.language,
            reference=dossier.case.reference,
            deadline=deadline,
            until=until,
            base_url=deps.base_url,
        )
        _send(deps, effect, dossier, *reached, said)
    _finish(deps, effect, reached[0] if reached else None)


def _reminded_of(story: _Story, position: int) -> tuple[str, date | None]:
    """Which last day a reminder is about, and when it is by now: the calendar may have moved it since."""
    days, last = story.days, story.until(position).lines[-1].event
    if isinstance(last, ApplicantReminded) and last.deadline == "remedy":
        return last.deadline, days.remedy
    # What a timer of the service reminds of is what the case waits for.
    return ("deposit" if story.clock.complete_on is None else "replacement"), days.hers


def _send(deps: Deps, effect: Effect, dossier: Dossier, channel: Channel, address: str, said: Said) -> None:
    messenger = deps.messengers.get(channel)
    if messenger is None:
        raise Rejected(f"no gateway for {channel.value} is configured")
    messenger.send(Message(effect.id, channel, address, said.body, dossier.language, said.subject, said.html))


def channel_for(person: Person) -> tuple[Channel, str] | None:
    """How a person is reached, and where."""
    if person.email:
        return Channel.EMAIL, person.email
    if person.phone:
        return Channel.SMS, person.phone
    return None


def _finish(deps: Deps, effect: Effect, channel: Channel | None) -> None:
    with deps.unit_of_work() as work:
        dossier = cases.get(work.connection, work.vault, effect.case_id, lock=True)
        current = effects.get(work.connection, effect.id, lock=True)
        if dossier is None or current is None or current.done_at is not None:
            return
        if channel is not None:
            cases.record(work.connection, dossier, [MessageSent(channel.value)], SYSTEM, work.now)
        effects.done(work.connection, effect.id, work.now, {"channel": channel.value if channel else None})
