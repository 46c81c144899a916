"""A citizen's file, who acts on it, and the people it concerns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from portal.domain.service import Result, Role, StateKind


@dataclass(frozen=True)
class Person:
    """What a case knows of one person; what is unknown is empty. ``birth_date`` is ISO, ``place`` a place of the territory."""

    name_ar: str = ""
    name_fr: str = ""
    cnie: str = ""
    birth_date: str = ""
    phone: str = ""
    email: str = ""
    place: str = ""
    address: str = ""

    def name(self, language: str) -> str:
        """The name in the script of a language, or in the other where only that is known."""
        first, second = (self.name_ar, self.name_fr) if language == "ar" else (self.name_fr, self.name_ar)
        return first or second

    @property
    def reachable(self) -> bool:
        return bool(self.phone or self.email)

    def data(self) -> dict[str, str]:
        return dict(vars(self))

    @classmethod
    def from_data(cls, data: Mapping[str, str]) -> "Person":
        return cls(**{key: value for key, value in data.items() if key in cls.__dataclass_fields__})


NOBODY = Person()
VISITOR = "visitor:"
"""What the id of a browser without an account begins with."""


@dataclass(frozen=True)
class People:
    """The three people of a case, who may be one: who files, who asks, and for whom."""

    filer: Person
    applicant: Person
    beneficiary: Person


@dataclass(frozen=True)
class Actor:
    """Whoever does something: ``id`` names an account, ``cases`` the ones an applicant may act on."""

    id: str
    roles: frozenset[Role]
    unit: str | None = None
    name: str = ""
    cases: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)


SYSTEM = Actor(id="system", roles=frozenset({Role.SYSTEM}), name="")


@dataclass(frozen=True)
class Case:
    """One citizen's file in one service, as it stands. ``version`` grows by one with every change.

    ``asked_units`` and ``asked_partners`` are those whose opinion is being asked, ``following`` the units that decide on
    cases which follow it, ``sitting`` tells whether its state has a committee, ``escalated`` whether the secretary-general
    was warned of it: they decide who else sees the case (see ``policies``). ``first_id`` is the id of the case that it
    follows, ``repeats`` the reference of an earlier refusal of the same request, ``overturned`` that this refusal no
    longer stands, ``upheld_on`` the last day on which something that follows the case was granted.
    """

    id: str
    reference: str
    service: str
    digest: str
    state: str
    kind: StateKind
    unit: str
    filed_at: datetime
    filed_on: date
    version: int = 1
    outcome: Result | None = None
    citizen_id: str | None = None
    filed_by: str | None = None
    taken_by: str | None = None
    complete_on: date | None = None
    due_on: date | None = None
    half_ends_on: date | None = None
    closed_at: datetime | None = None
    missing: tuple[str, ...] = ()
    asked_units: frozenset[str] = frozenset()
    asked_partners: frozenset[str] = frozenset()
    sitting: bool = False
    escalated: bool = False
    silent_on: date | None = None
    first_id: str | None = None
    repeats: str | None = None
    following: frozenset[str] = frozenset()
    overturned: bool = False
    upheld_on: date | None = None

    @property
    def open(self) -> bool:
        return self.closed_at is None

    @property
    def has_account(self) -> bool:
        """Whether somebody signed in to file it: then the secret of its receipt opens only what a receipt is for."""
        return self.citizen_id is not None and not self.citizen_id.startswith(VISITOR)
