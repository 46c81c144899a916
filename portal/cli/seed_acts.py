"""What the people of a demonstration's case do once it is handed in, and what time does to it meanwhile."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from portal.actions import consult, obtain, remedies, timers, uploads
from portal.actions.apply import Owner
from portal.actions.deps import Deps
from portal.actions.perform import complete, opened_case, perform, take
from portal.actions.vote import vote
from portal.catalogue.hearing import Hearing
from portal.cli import seed_documents
from portal.cli.seed_story import Later, Step, Story
from portal.domain.case import Actor, Person
from portal.domain.errors import NotFound
from portal.domain.form import Field
from portal.domain.rules import Facts
from portal.domain.service import Document, Role
from portal.domain.workflow import UNIT
from portal.i18n import OFFICE_ZONE, office_date
from portal.store import cases
from portal.store.cases import Dossier
from portal.store.sessions import StaffMember
from portal.store.unit_of_work import Store, Work
from portal.store.vault import Seal

NIGHT = time(1)
"""When the worker of a real portal would have looked at what time brings."""


class OneTransaction(Store):
    """A store all of whose transactions are parts of one that is open already: the stories are told all or none."""

    def __init__(self, store: Store, work: Work) -> None:
        super().__init__(store.engine, store.vault, store.jobs, store.clock)
        self._work = work

    @contextmanager
    def unit_of_work(self) -> Iterator[Work]:
        yield replace(self._work, now=self.clock.now())

    reading = unit_of_work


@dataclass
class Filing:
    """A story while it is told: who files for whom, and the moment it has come to."""

    story: Story
    owner: Owner
    actor: Actor
    identity: Mapping[str, Any]
    filer: Person
    applicant: Person
    at: datetime


class Acts:
    """Does what a step says by the very actions a page would call; ``set_clock`` moves the portal's own."""

    def __init__(
        self,
        work: Work,
        deps: Deps,
        set_clock: Callable[[datetime], None],
        staff: Mapping[str, StaffMember],
        random: Random,
    ) -> None:
        self._work, self._set_clock, self._staff, self._random = work, set_clock, staff, random
        self._deps = replace(deps, store=OneTransaction(deps.store, work))

    def at(self, moment: datetime) -> Work:
        """The transaction at a moment, which is what the portal's clock then shows."""
        self._set_clock(moment)
        return replace(self._work, now=moment)

    def working_day(self, day: date, way: int) -> date:
        """The day itself if the offices work on it, else the next one in a direction."""
        calendar = self._deps.registry.calendar
        while calendar.is_off(day):
            day += timedelta(days=way)
        return day

    def do(self, filing: Filing, reference: str, step: Step) -> None:
        """What happened next, at the moment the story has come to."""
        work = self.at(filing.at)
        dossier = self._dossier(work, reference)
        if step.action == "complete":
            self._complete(work, filing, dossier)
            return
        if step.action == "turn_to":
            bundled, _ = remedies.bundle(self._deps, ())
            remedies.file(work, self._deps, filing.actor, reference, step.of, step.says, bundled, filing.story.language)
            return
        if step.by == "applicant":
            self._perform(work, dossier, filing.actor, step)
            return
        actor = self._colleague(dossier.case.unit, step.by, filing.story)
        if step.by == Role.AGENT and dossier.case.open:
            take(work, self._deps, actor, reference)
        match step.action:
            case "take":
                pass
            case "vote":
                vote(work, self._deps, actor, reference, step.says["choice"], step.says["note"])
            case "opinion":
                self._give_opinion(work, dossier, actor, step)
            case "obtain":
                document = self._document(dossier, step.of)
                obtain.obtain(self._deps, actor, reference, document.id, self.upload(filing, document))
            case _:
                self._perform(work, dossier, actor, step)

    def let_pass(self, reference: str, since: datetime, until: datetime) -> None:
        """What time does to a case from one moment to another, each on its day."""
        while True:
            dossier = self._dossier(self._work, reference)
            if not dossier.case.open or dossier.timer_on is None or dossier.timer_on > office_date(until):
                return
            night = datetime.combine(dossier.timer_on, NIGHT, OFFICE_ZONE).astimezone(since.tzinfo)
            self.at(min(max(night, since), until))
            timers.step(self._deps, dossier.case.id)

    def bring(self, filing: Filing, seal: Seal, case_id: str, document: Document) -> None:
        """Attaches what an applicant would bring for a document."""
        work = self.at(filing.at)
        stored = uploads.store_content(self._deps, seal, case_id, document, self.upload(filing, document), work.now)
        uploads.attach(work, seal, stored)

    def upload(self, filing: Filing, document: Document) -> uploads.Upload:
        """A sheet, or a picture of what the story is about where no sheet is taken."""
        if "pdf" in document.accept:
            person = filing.applicant
            content = seed_documents.sheet(document.id, person.name_ar, person.name_fr, self._random)
            return uploads.Upload(f"{document.id}.pdf", content)
        kind = str(filing.story.answers.get("kind", ""))
        return uploads.Upload("photo.jpg", seed_documents.photograph(kind, self._random))

    def dated(self, value: Any, day: date) -> Any:
        """What is said on a day, every ``Later`` in it a date."""
        if isinstance(value, Later):
            later = self.working_day(day + timedelta(days=value.days), +1)
            return later.isoformat()[: 7 if value.month else None]
        if isinstance(value, Mapping):
            return {name: self.dated(one, day) for name, one in value.items()}
        return [self.dated(one, day) for one in value] if isinstance(value, list) else value

    def _dossier(self, work: Work, reference: str) -> Dossier:
        dossier = cases.find(work.connection, work.vault, reference)
        assert dossier is not None  # noqa: S101  It was handed in a moment ago, in this very transaction.
        return dossier

    def _document(self, dossier: Dossier, document_id: str) -> Document:
        document = self._deps.registry.version(dossier.case.service, dossier.case.digest).document(document_id)
        assert document is not None  # noqa: S101  The case was filed under this very version.
        return document

    def _complete(self, work: Work, filing: Filing, dossier: Dossier) -> None:
        for document_id in dossier.case.missing:
            self.bring(filing, dossier.seal, dossier.case.id, self._document(dossier, document_id))
        complete(work, self._deps, filing.actor, dossier.case.reference, ())

    def _perform(self, work: Work, dossier: Dossier, actor: Actor, step: Step) -> None:
        opened = opened_case(work, self._deps, dossier)
        asks = opened.rule_for(actor, step.action).asks
        inputs = self._heard(asks, opened.facts, step, office_date(work.now))
        if UNIT in step.says:
            inputs[UNIT] = step.says[UNIT]
        perform(work, self._deps, actor, dossier.case.reference, step.action, inputs)

    def _give_opinion(self, work: Work, dossier: Dossier, actor: Actor, step: Step) -> None:
        opened = opened_case(work, self._deps, dossier)
        asked = consult.asked_of(opened, step.of)
        if asked is None:
            raise NotFound()
        inputs = self._heard(asked.asks, opened.facts, step, office_date(work.now))
        consult.give(work, self._deps, actor, dossier.case.reference, step.of, inputs)

    def _heard(self, asks: tuple[Field, ...], facts: Facts, step: Step, today: date) -> dict[str, Any]:
        """What a step says, read as the form that asks for it reads it."""
        said = {name: value for name, value in self.dated(step.says, today).items() if name != UNIT}
        settled = [field.settled(facts) for field in asks]
        heard = Hearing(self._deps.registry.territory, today).hear(settled, said, facts)
        if heard.faults or not said.keys() <= {field.id for field in asks}:
            raise ValueError(f"what a story's step '{step.action}' says is not accepted: {heard.faults or said}")
        return dict(heard.answers)

    def _colleague(self, unit: str, who: str, story: Story) -> Actor:
        """Whoever has that login, or else that role at the case's unit."""
        if who in self._staff:
            return actor_of(self._staff[who], story)
        return actor_of(next(one for one in self._staff.values() if one.unit == unit and who in one.roles), story)


def actor_of(member: StaffMember, story: Story) -> Actor:
    """A member of staff at work on a story."""
    return Actor(member.id, frozenset(Role(role) for role in member.roles), member.unit, member.name(story.language))
