"""The province that is measured: people, staff, a partner, and as many cases as a queue is to be read among."""

import random
import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, select

from portal.actions.deps import Deps
from portal.domain.case import Actor, Case, People, Person
from portal.domain.events import CaseDecided, CaseSubmitted, Event, FileCompleted
from portal.domain.service import Result, Role, ServiceDefinition, StateKind
from portal.domain.territory import Unit
from portal.i18n import office_date
from portal.ports import Claims
from portal.store import cases, numbers, partners, people, sessions
from portal.store.cases import FAR, NewCase
from portal.store.partners import Partner
from portal.store.sessions import StaffMember
from portal.store.tables import CASES, JOURNAL

CITIZENS = 64
UNIT = "annexe-berkane-1"
"""Whose queue is read."""

SHARE = 0.05
"""That unit's part of all cases."""

OPEN = 0.5
"""The part of all cases not yet decided: more than any office should have, so that counting them costs something."""

BATCH = 2000
NAMES = (("أمينة العلوي", "Amina El Alaoui"), ("يوسف الزكزلي", "Youssef Zegzeli"), ("خديجة أوشن", "Khadija Ouchen"))
LANGUAGE = "fr"


@dataclass
class World:
    """Who is there: session tokens of citizens and of an agent, a partner's access token, references it may read."""

    deps: Deps
    citizens: list[str] = field(default_factory=list)
    staff: str = ""
    partner: str = ""
    references: list[str] = field(default_factory=list)

    def settle(self, service: str) -> None:
        """Lets the people in; ``service`` is the one granted to the partner."""
        with self.deps.unit_of_work() as work:
            for number in range(CITIZENS):
                claims = _claims(number)
                person = people.record(work.connection, work.vault, claims, LANGUAGE, work.now)
                names = {"name_ar": claims.name_ar, "name_fr": claims.name_fr}
                opened = sessions.create(work.connection, "citizen", person, work.now, level=claims.level, data=names)
                self.citizens.append(opened[0])
            agent = StaffMember(uuid.uuid4().hex, "agent", "رشيد المنصوري", "Rachid El Mansouri", UNIT, (Role.AGENT,))
            sessions.add_staff(work.connection, agent, "!", work.now)
            names = {"name_ar": agent.name_ar, "name_fr": agent.name_fr}
            self.staff = sessions.create(work.connection, "staff", agent.id, work.now, level="staff", data=names)[0]
            ministry = Partner("ministry", "A ministry", (service,))
            partners.add(work.connection, ministry, "!", work.now)
            self.partner = partners.new_token(work.connection, ministry, work.now)

    def grow(self, total: int, service: str) -> None:
        """Adds cases until there are so many."""
        with self.deps.reading() as work:
            held = work.connection.execute(select(func.count()).select_from(CASES)).scalar_one()
        made = islice(_cases(self.deps, held), max(0, total - held))
        while batch := list(islice(made, BATCH)):
            with self.deps.unit_of_work() as work:
                work.connection.execute(insert(CASES), [row for row, _ in batch])
                work.connection.execute(insert(JOURNAL), [line for _, lines in batch for line in lines])
        with self.deps.reading() as work:
            if work.connection.dialect.name == "postgresql":
                work.connection.exec_driver_sql("VACUUM ANALYZE")
                work.connection.exec_driver_sql("CHECKPOINT")
            else:
                work.connection.exec_driver_sql("ANALYZE")
                work.connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            own = select(CASES.c.reference).where(CASES.c.service == service).limit(200)
            self.references = list(work.connection.execute(own).scalars())


def _claims(number: int) -> Claims:
    name_ar, name_fr = NAMES[number % len(NAMES)]
    return Claims(
        issuer="https://id.example",
        subject=f"citizen-{number}",
        name_ar=name_ar,
        name_fr=name_fr,
        cnie=f"FB{100000 + number}",
        birth_date="1988-03-12",
        phone="+212612345678",
        email=f"citizen-{number}@example.org",
        commune="02.113.01.09",
        address="12, rue de la Marche verte",
        level="substantial",
        extra={"district": "centre-ville"},
    )


def _cases(deps: Deps, seed: int) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Cases without end, each as its row and those of its journal, spread over the offices that decide them."""
    chance = random.Random(seed)  # noqa: S311  The same province each time; nothing secret comes of it.
    makers = [_Maker(deps, chance, unit, service) for unit, service in _desks(deps)]
    own = [maker for maker in makers if maker.unit.id == UNIT]
    others = [maker for maker in makers if maker.unit.id != UNIT]
    while True:
        yield chance.choice(own if chance.random() < SHARE else others).make()


def _desks(deps: Deps) -> Iterator[tuple[Unit, ServiceDefinition]]:
    """Every office with each service that it works on and may grant."""
    for unit in deps.registry.territory.units:
        for service in deps.registry.services():
            granting = any(one.outcome is Result.GRANTED for one in service.states.values())
            if granting and unit.kind in service.authority.kinds:
                yield unit, service


class _Maker:
    """Makes the cases of one service in one office."""

    def __init__(self, deps: Deps, chance: random.Random, unit: Unit, service: ServiceDefinition) -> None:
        self.unit = unit
        self._deps, self._chance, self._service = deps, chance, service
        states = service.states.values()
        self._running = next(one for one in states if one.kind is StateKind.RUNNING)
        self._granted = next(one for one in states if one.outcome is Result.GRANTED)
        self._today = office_date(deps.clock.now())
        self._place = deps.registry.territory.places_of(unit)[0].value

    def make(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        still_open = self._chance.random() < OPEN
        # Deadlines from a little overdue to two months off; what is closed was filed in the years before.
        days = self._chance.randint(-10, 60) if still_open else -self._chance.randint(1, 900)
        due_on = self._today + timedelta(days=days)
        case = self._case(due_on - timedelta(days=self._chance.randint(62, 70)), due_on)
        events: list[Event] = [CaseSubmitted(case.service, case.unit), FileCompleted()]
        if not still_open:
            granted = self._granted
            events.append(CaseDecided("approve", case.state, granted.id, Result.GRANTED.value))
            case = replace(case, state=granted.id, kind=granted.kind, outcome=Result.GRANTED, closed_at=_noon(due_on))
        actor = Actor(case.citizen_id or "", frozenset({Role.APPLICANT}))
        return cases.rows_of(self._deps.store.vault, self._new(case), events, actor)

    def _case(self, filed_on: date, due_on: date) -> Case:
        return Case(
            id=uuid.uuid4().hex,
            reference=numbers.new_reference("BRK", filed_on),
            service=self._service.slug,
            digest=self._service.digest,
            state=self._running.id,
            kind=self._running.kind,
            unit=self.unit.id,
            filed_at=_noon(filed_on),
            filed_on=filed_on,
            citizen_id=uuid.uuid4().hex,
            complete_on=filed_on,
            due_on=due_on,
            half_ends_on=filed_on + (due_on - filed_on) / 2,
        )

    def _new(self, case: Case) -> NewCase:
        name_ar, name_fr = self._chance.choice(NAMES)
        person = Person(name_ar, name_fr, cnie=f"FB{self._chance.randrange(10**6):06d}", phone="+212612345678")
        wrapped, seal = self._deps.store.vault.new_key(case.id)
        return NewCase(
            case=case,
            people=People(person, person, person),
            answers={
                "name_ar": name_ar,
                "name_fr": name_fr,
                "cnie": person.cnie,
                "place": self._place,
                "housing": "tenant",
            },
            secret=numbers.random_characters(10),
            language=LANGUAGE,
            key_wrapped=wrapped,
            seal=seal,
            queue_on=case.due_on or FAR,
        )


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def fresh_name() -> str:
    """The name of a database of our own on a server that may have others."""
    return f"bench_{secrets.token_hex(6)}"
