"""How the demonstration's cases are told: who asked for what, how long ago, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.domain.workflow import UNIT

BERKANE = "02.113.01.09"
CENTRE, SALAM = f"{BERKANE}/centre-ville", f"{BERKANE}/hay-salam"
MASSIRA, ZITOUNE = f"{BERKANE}/hay-massira", f"{BERKANE}/hay-zitoune"
BOUHDILA, HASSANI = f"{BERKANE}/bouhdila", f"{BERKANE}/hay-hassani"
MOKAWAMA, QODS = f"{BERKANE}/hay-mokawama", f"{BERKANE}/hay-qods"
AHFIR, SAIDIA, AKLIM, MADAGH = "02.113.01.01", "02.113.01.25", "02.113.01.07", "02.113.03.11"
TAFOUGHALT, ZEGZEL = "02.113.05.17", "02.113.05.19"

SOMEBODY, NOBODY_KNOWN = "citizen", "visitor"
"""Who files, where it is neither one of those who can sign in nor a clerk: an invented account, or nobody knows who."""

ADULTS, YOUNG = (22, 78), (20, 33)
"""Between what ages somebody invented is."""


@dataclass(frozen=True)
class Later:
    """A working day, so many days after the one on which it is said; or the month of it."""

    days: int
    month: bool = False


@dataclass(frozen=True)
class Step:
    """What happened next, ``after`` days at the earliest; ``by`` is the applicant, a role at the counter, or a login.

    Besides a workflow's actions there are ``take``, ``complete`` and ``vote``; ``obtain`` and ``opinion``, of the document
    or the opinion that ``of`` names; and ``turn_to``, by which the applicant files the service ``of`` that follows it.
    """

    action: str
    after: int = 0
    by: str = "agent"
    says: Mapping[str, Any] = field(default_factory=dict)
    of: str = ""


@dataclass(frozen=True)
class Story:
    """A case filed ``days`` ago. ``who`` is somebody who can sign in, a clerk's login, or one of the two above.

    ``brings`` of None means everything that is needed; ``reach`` says whether whoever asks has a telephone and e-mail.
    ``agrees`` names the documents that the administration may obtain.
    """

    service: str
    who: str
    days: int
    place: str
    answers: Mapping[str, Any]
    steps: tuple[Step, ...] = ()
    brings: tuple[str, ...] | None = None
    swears: tuple[str, ...] = ()
    agrees: tuple[str, ...] = ()
    language: str = "ar"
    reach: str = "both"
    ages: tuple[int, int] = ADULTS


TAKE = Step("take")
WITHDRAW = Step("withdraw", 1, "applicant")


def approve(after: int, by: str = "agent") -> Step:
    return Step("approve", after, by)


def ask(question: str, after: int = 0) -> Step:
    return Step("ask_more_info", after, says={"question": question})


def answer(reply: str, after: int) -> Step:
    return Step("answer", after, "applicant", {"reply": reply})


def refuse(reasons: str, after: int, by: str = "agent", **says: Any) -> Step:
    return Step("refuse", after, by, {"reasons": reasons, **says})


def reply(said: str, after: int) -> Step:
    return Step("reply", after, says={"reply": said})


def ask_anew(document: str, reasons: str, after: int) -> Step:
    """A document is defective: the applicant is asked to bring it again."""
    return Step("ask_replacement", after, says={"documents": [document], "reasons": reasons})


def doubt(document: str, reasons: str, after: int) -> Step:
    """A copy is in doubt: the applicant is asked to show the original."""
    return Step("ask_originals", after, says={"documents": [document], "reasons": reasons})


def obtain(document: str, after: int) -> Step:
    """An agent fetches a document from whoever holds it."""
    return Step("obtain", after, of=document)


def opinion(of: str, by: str, after: int, **says: Any) -> Step:
    """Somebody of another unit says what it thinks."""
    return Step("opinion", after, by, says, of)


def vote(by: str, choice: str, after: int = 0, note: str = "") -> Step:
    """A member of the committee votes."""
    return Step("vote", after, by, {"choice": choice, "note": note})


def turn_to(service: str, after: int, **says: Any) -> Step:
    """The applicant appeals, or claims what a silence has granted her."""
    return Step("turn_to", after, "applicant", says, service)


def send(action: str, unit: str, after: int, by: str = "agent", **says: Any) -> Step:
    """The case is passed on to another unit."""
    return Step(action, after, by, {UNIT: unit, **says})
