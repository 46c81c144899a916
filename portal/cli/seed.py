"""Fills a demonstration with staff, a partner and some dozens of cases, each made by the actions real ones are made by."""

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import select, update

from portal.actions import apply
from portal.actions.apply import Journey, Owner
from portal.actions.deps import Deps
from portal.actions.figures import count_years
from portal.actions.passwords import hash_password
from portal.actions.submit import submit
from portal.adapters.identity.claims import STANDARD_CLAIMS, STANDARD_LEVELS, claims_from
from portal.cli.seed_acts import Acts, Filing, actor_of
from portal.cli.seed_people import EMPLOYEES, PASSWORD, Crowd
from portal.cli.seed_stories import AIDS, STORIES
from portal.cli.seed_story import NOBODY_KNOWN, SALAM, Step, Story
from portal.domain.case import NOBODY, Actor, Person
from portal.domain.service import Document, Role
from portal.fields import FIELD_TYPES
from portal.i18n import OFFICE_ZONE, office_date
from portal.ports import Claims
from portal.store import partners, people, sessions
from portal.store.partners import Partner
from portal.store.sessions import StaffMember
from portal.store.tables import PEOPLE
from portal.store.unit_of_work import Work

PARTNER = "entraide-nationale"
PARTNER_NAME = "Entraide Nationale"


class MovableClock:
    """A clock that shows what it was set to."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def set(self, at: datetime) -> None:
        """Moves it."""
        self.at = at


def claims_of(persons: list[dict[str, Any]], issuer: str) -> dict[str, Claims]:
    """What the demonstration's identity provider says of each person it lists, by the person's id."""
    return {
        person["id"]: claims_from(
            {**person["claims"], "iss": issuer, "acr": person["level"]}, STANDARD_CLAIMS, STANDARD_LEVELS, "low"
        )
        for person in persons
    }


def seed(deps: Deps, clock: MovableClock, citizens: Mapping[str, Claims], partner_secret: str) -> bool:
    """Makes everything in one transaction, then counts it; False, and nothing done, where there are accounts."""
    now = clock.now()
    try:
        with deps.unit_of_work() as work:
            if sessions.list_staff(work.connection):
                return False
            staff = _add_staff(work)
            partner = Partner(PARTNER, PARTNER_NAME, (AIDS,), "التعاون الوطني")
            partners.add(work.connection, partner, hash_password(partner_secret), now)
            teller = Teller(work, deps, clock, citizens, staff)
            for story in sorted(STORIES, key=lambda story: -story.days):
                teller.tell(story)
            teller.begin("khadija")
    finally:
        clock.at = now
    # A worker that was there before has counted that there was nothing.
    count_years(deps, anew=True)
    return True


def move_accounts(deps: Deps, issuer: str) -> None:
    """Lets the demonstration's citizens keep their accounts when its identity provider has got another address."""
    with deps.unit_of_work() as work:
        for person_id, known in work.connection.execute(select(PEOPLE.c.id, PEOPLE.c.issuer_subject)).all():
            told_by, _, subject = known.partition(" ")
            if told_by != issuer and told_by.startswith("http://127.0.0.1:"):
                moved = update(PEOPLE).where(PEOPLE.c.id == person_id).values(issuer_subject=f"{issuer} {subject}")
                work.connection.execute(moved)


def _add_staff(work: Work) -> dict[str, StaffMember]:
    # One hash for all of them: hashing is slow by design, and the password is shown to everybody anyway.
    hashed = hash_password(PASSWORD)
    staff = {}
    for one in EMPLOYEES:
        member = StaffMember(uuid.uuid4().hex, one.login, one.name_ar, one.name_fr, one.unit, (one.role.value,))
        sessions.add_staff(work.connection, member, hashed, work.now)
        staff[member.login] = member
    return staff


class Teller:
    """Tells stories as cases: moves the clock to each moment, and does there what people would do."""

    def __init__(
        self,
        work: Work,
        deps: Deps,
        clock: MovableClock,
        citizens: Mapping[str, Claims],
        staff: Mapping[str, StaffMember],
    ) -> None:
        self._work, self._deps = work, deps
        self._citizens, self._staff = citizens, staff
        self._now = clock.now()
        self._today = office_date(self._now)
        self._random = Random(2026)  # noqa: S311  The same demonstration each time; nothing secret comes of it.
        self._crowd = Crowd(self._random, self._today)
        self._issuer = next(iter(citizens.values())).issuer
        self._acts = Acts(work, deps, clock.set, staff, self._random)

    def tell(self, story: Story) -> None:
        """One case, from its first page to where it stands today."""
        filing = self._filing(story)
        journey = self._answered(filing)
        draft = journey.draft
        for document in self._to_bring(story, journey):
            self._acts.bring(filing, draft.seal, draft.id, document)
        draft = apply.swear(self._at(filing), journey, set(story.swears), set(story.agrees))
        done = submit(self._at(filing), self._deps, draft.id, (filing.owner,), filing.actor, story.language)
        for step in story.steps:
            since, filing.at = filing.at, self._next_moment(filing.at, step)
            self._acts.let_pass(done.reference, since, filing.at)
            self._acts.do(filing, done.reference, step)
        self._acts.let_pass(done.reference, filing.at, self._now)

    def begin(self, who: str) -> None:
        """A draft that somebody began yesterday, to be found again after signing in."""
        story = Story(AIDS, who, 1, SALAM, {})
        self._answered(self._filing(story), pages=2)

    # Who is who.

    def _filing(self, story: Story) -> Filing:
        at = self._office_moment(self._acts.working_day(self._today - timedelta(days=story.days), -1))
        if story.who in self._staff:
            member = self._staff[story.who]
            filer = Person(name_ar=member.name_ar, name_fr=member.name_fr)
            owner = Owner("staff", member.id, member.unit)
            identity = {"level": "substantial"}
            return Filing(story, owner, actor_of(member, story), identity, filer, self._newcomer(story), at)
        if story.who == NOBODY_KNOWN:
            owner = Owner("visitor", sessions.new_visitor())
            return Filing(story, owner, _applicant(owner.id), {}, NOBODY, self._newcomer(story), at)
        claims = self._citizens[story.who] if story.who in self._citizens else self._account(story)
        person_id = people.record(self._work.connection, self._work.vault, claims, story.language, at)
        person = self._known(claims)
        identity = people.claims_data(claims)
        return Filing(story, Owner("citizen", person_id), _applicant(person_id), identity, person, person, at)

    def _newcomer(self, story: Story) -> Person:
        urban = self._deps.registry.territory.place(story.place).commune.urban
        phone, email = story.reach != "none", story.reach == "both" and story.who not in self._staff
        return self._crowd.citizen(story.place, story.language, story.ages, rural=not urban, phone=phone, email=email)

    def _account(self, story: Story) -> Claims:
        """An account of somebody invented; the identity provider lists only a few, so nobody can sign in to it."""
        person = self._newcomer(story)
        commune, _, district = person.place.partition("/")
        known = {name: getattr(person, name) for name in ("name_ar", "name_fr", "cnie", "birth_date", "phone", "email")}
        return Claims(
            self._issuer,
            f"citizen-{person.cnie.lower()}",
            **known,
            commune=commune,
            address=person.address,
            level="substantial",
            extra={"district": district} if district else {},
        )

    def _known(self, claims: Claims) -> Person:
        data = people.claims_data(claims)
        place = "/".join(part for part in (claims.commune, data.get("district", "")) if part)
        return Person.from_data({**data, "place": place})

    # Filling in and handing in.

    def _answered(self, filing: Filing, pages: int | None = None) -> Journey:
        """A draft whose pages, or the first of them, are answered."""
        definition = self._deps.registry.service(filing.story.service)
        draft = apply.start(
            self._at(filing),
            definition,
            filing.owner,
            filing.story.language,
            identity=filing.identity,
            filer=filing.filer,
            applicant=filing.applicant,
        )
        answers = self._answers(filing)
        journey = Journey(self._deps, draft)
        # Answers decide which pages follow, so that the list is asked for anew after each page.
        number = 0
        while number < len(journey.pages()) and number != pages:
            page = journey.pages()[number]
            raw: dict[str, str] = {}
            for field in page.fields:
                raw.update(FIELD_TYPES[field.type].write(field, answers.get(field.id)))
            draft, reading = apply.save_page(self._at(filing), journey, page, raw)
            if reading.errors:
                raise ValueError(f"a story's answers are not accepted: {reading.errors}")
            journey = Journey(self._deps, draft)
            number += 1
        return journey

    def _answers(self, filing: Filing) -> dict[str, Any]:
        story, person = filing.story, filing.applicant
        answers: dict[str, Any] = {
            **person.data(),
            "contact_name": person.name(story.language),
            "own_birth_date": person.birth_date,
        }
        address = self._deps.registry.service(story.service).fields.get("address")
        if address is not None and address.type == "address":
            answers["address"] = {"place": person.place, "text": person.address}
        if story.service != AIDS:
            answers["place"] = story.place
        answers |= self._acts.dated(story.answers, office_date(filing.at))
        relation = story.answers.get("relation", "self")
        if story.service == AIDS and relation != "self":
            relative = self._crowd.relative(child=relation == "child")
            answers |= {
                "beneficiary_name_ar": relative.name_ar,
                "beneficiary_name_fr": relative.name_fr,
                "beneficiary_birth_date": relative.birth_date.isoformat(),
            }
        return answers

    def _to_bring(self, story: Story, journey: Journey) -> list[Document]:
        asked = [one for one in journey.asked_documents() if one.id not in story.swears]
        return asked if story.brings is None else [one for one in asked if one.id in story.brings]

    # Moments.

    def _at(self, filing: Filing) -> Work:
        return self._acts.at(filing.at)

    def _next_moment(self, last: datetime, step: Step) -> datetime:
        """Some time on a working day, ``after`` days at the earliest, later than what was before, never in the future."""
        day = self._acts.working_day(office_date(last) + timedelta(days=step.after), +1)
        if day >= self._today:
            day = self._acts.working_day(self._today - timedelta(days=1), -1)
        pause = timedelta(minutes=self._random.randrange(10, 90))
        return min(max(self._office_moment(day), last + pause), self._now)

    def _office_moment(self, day: date) -> datetime:
        at = time(self._random.randrange(9, 15), self._random.randrange(60), self._random.randrange(60))
        return datetime.combine(day, at, OFFICE_ZONE).astimezone(UTC)


def _applicant(account: str) -> Actor:
    return Actor(account, frozenset({Role.APPLICANT}))
