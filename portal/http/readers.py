"""Who a page may be for: its signature names one of these, and nobody else gets in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.actions.apply import Owner
from portal.domain import policies
from portal.domain.case import Actor
from portal.domain.errors import NotAllowed, SignInNeeded
from portal.domain.service import Role
from portal.http.pages import Page, ReaderName
from portal.store import sessions
from portal.store.sessions import Session, StaffMember


@dataclass(frozen=True)
class Visitor:
    """Anybody at all; ``session`` is None for a browser we have not met."""

    session: Session | None


@dataclass(frozen=True)
class Citizen:
    """Somebody signed in through the identity provider."""

    session: Session

    @property
    def id(self) -> str:
        return self.session.subject

    @property
    def actor(self) -> Actor:
        return Actor(self.id, frozenset({Role.APPLICANT}), cases=self.session.followed)


@dataclass(frozen=True)
class Applicant:
    """Whoever may look at a case as its applicant: signed in, or holding its reference and secret in this session."""

    session: Session

    @property
    def actor(self) -> Actor:
        account = self.session.subject if self.session.kind == "citizen" else self.session.visitor
        return Actor(account, frozenset({Role.APPLICANT}), cases=self.session.followed)


@dataclass(frozen=True)
class Filer:
    """Whoever is filling a form in: a citizen, an anonymous visitor, or a clerk for somebody at the counter."""

    session: Session
    member: StaffMember | None = None

    @property
    def owners(self) -> tuple[Owner, ...]:
        """Under which names this browser's drafts are kept."""
        if self.member is not None:
            return (Owner("staff", self.member.id, self.member.unit),)
        own = Owner(self.session.kind, self.session.subject)
        visitor = self.session.data.get("visitor")
        return (own, Owner("visitor", str(visitor))) if visitor else (own,)

    @property
    def at_counter(self) -> bool:
        return self.member is not None

    def actor(self, language: str) -> Actor:
        if self.member is not None:
            return staff_actor(self.member, language)
        return Actor(self.session.subject, frozenset({Role.APPLICANT}))


@dataclass(frozen=True)
class Staff:
    """Somebody who works at a unit, signed in at the counter."""

    session: Session
    member: StaffMember
    actor: Actor


@dataclass(frozen=True)
class Designer(Staff):
    """Somebody who prepares versions of services or publishes them: whoever may see the studio."""


@dataclass(frozen=True)
class Administrator(Staff):
    """Somebody who keeps the calendar of the offices."""


@dataclass(frozen=True)
class Overseer(Staff):
    """The secretary-general, before whom what the offices let pass is brought."""


STAFF_ROLES = frozenset({*policies.COUNTER, *policies.STUDIO, Role.COMMITTEE, Role.ADMIN, Role.SECRETARY_GENERAL})
"""What somebody at a unit may be there; an account cannot give itself more."""


def staff_actor(member: StaffMember, language: str) -> Actor:
    roles = frozenset(Role(role) for role in member.roles) & STAFF_ROLES
    return Actor(member.id, roles, member.unit, member.name(language))


def find_visitor(page: Page) -> Visitor:
    session = page.session
    if session is not None and session.kind == "citizen":
        page.reader = ReaderName("citizen", str(session.data.get(f"name_{page.language}", "")))
    elif session is not None and session.kind == "staff":
        page.reader = ReaderName("staff", str(session.data.get(f"name_{page.language}", "")))
    elif session is not None and session.followed:
        page.reader = ReaderName("visitor", "")
    return Visitor(session)


def find_citizen(page: Page) -> Citizen:
    session = find_visitor(page).session
    if session is None or session.kind != "citizen":
        raise SignInNeeded()
    return Citizen(session)


def find_applicant(page: Page) -> Applicant:
    session = find_visitor(page).session
    if session is None or session.kind == "staff":
        raise SignInNeeded()
    return Applicant(session)


def find_filer(page: Page) -> Filer:
    session = find_visitor(page).session
    if session is None:
        raise SignInNeeded()
    return Filer(session, _member(page, session) if session.kind == "staff" else None)


def find_staff(page: Page) -> Staff:
    session = find_visitor(page).session
    if session is None or session.kind != "staff":
        raise StaffSignInNeeded()
    member = _member(page, session)
    return Staff(session, member, staff_actor(member, page.language))


def find_designer(page: Page) -> Designer:
    staff = find_staff(page)
    needs_role(staff, *policies.STUDIO)
    page.reader = ReaderName("staff", staff.member.name(page.language), studio=True)
    return Designer(staff.session, staff.member, staff.actor)


def find_administrator(page: Page) -> Administrator:
    staff = find_staff(page)
    policies.check_can_keep_calendar(staff.actor)
    return Administrator(staff.session, staff.member, staff.actor)


def _member(page: Page, session: Session) -> StaffMember:
    with page.reading() as work:
        member = sessions.find_staff(work.connection, session.subject)
    if member is None:
        raise StaffSignInNeeded()
    actor = staff_actor(member, page.language)
    page.reader = ReaderName(
        "staff",
        member.name(page.language),
        oversees=policies.can_see_workload(actor, member.unit),
        keeps_calendar=policies.can_keep_calendar(actor),
        has_files=not (policies.can_keep_calendar_only(actor) or policies.sees_escalated_only(actor)),
        sees_escalated=policies.sees_escalated(actor),
    )
    return member


class StaffSignInNeeded(SignInNeeded):
    """Nobody of the staff is signed in."""


def find_overseer(page: Page) -> Overseer:
    staff = find_staff(page)
    needs_role(staff, Role.SECRETARY_GENERAL)
    return Overseer(staff.session, staff.member, staff.actor)


READERS: Mapping[type, Callable[[Page], Any]] = {
    Visitor: find_visitor,
    Citizen: find_citizen,
    Applicant: find_applicant,
    Filer: find_filer,
    Staff: find_staff,
    Designer: find_designer,
    Overseer: find_overseer,
    Administrator: find_administrator,
}
"""Who a page may be for. A page names exactly one of these, or it does not start."""


def needs_role(staff: Staff, *roles: Role) -> None:
    """Raises NotAllowed unless the staff member has one of the roles."""
    if not staff.actor.has(*roles):
        raise NotAllowed()
