"""Answers that are already known: of the person, of her earlier case, or of a register that she lets us ask."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.actions.deps import Deps
from portal.actions.journey import Journey
from portal.domain.errors import NotFound
from portal.domain.service import Field, IdentityLevel, Page, ServiceDefinition
from portal.fields import FIELD_TYPES
from portal.fields.base import Wrong
from portal.ports import Rejected, Unreachable
from portal.store import earlier
from portal.store.earlier import EarlierCase
from portal.store.unit_of_work import Work

EARLIER = "earlier"
OF_THE_PERSON = frozenset({"name_ar", "name_fr", "cnie", "birth_date", "phone", "email", "place", "address"})
"""What a prefill may name that is neither of an earlier case nor of a platform."""

NOT_AGAIN = frozenset({"file", "statement", "consent", "computed", "info", "point"})
"""Types whose answers are never taken from elsewhere: they are given anew, or belong to the case they were given in."""


@dataclass(frozen=True)
class Offer:
    """Known answers to questions of a page that are still open; she takes them or leaves them.

    ``source`` is ``earlier:<slug>`` or the name of a platform. ``filed_on`` is the day of the earlier case.
    """

    source: str
    answers: Mapping[str, Any]
    filed_on: date | None = None


def fitting(field: Field, value: Any, place: str = "") -> Any:
    """What is known of a person as an answer to a question of this type; nothing where there is none."""
    if not value:
        return None
    if field.type == "address" and not isinstance(value, Mapping):
        # A street without its place says where nothing is.
        return {"place": place, "text": str(value), "postcode": ""} if place else None
    return value


def earlier_offers(work: Work, deps: Deps, journey: Journey, page: Page, citizen_id: str) -> list[Offer]:
    """What she answered before to the open questions of a page, by service, where it still is an answer today."""
    wanted: dict[str, dict[str, Field]] = {}
    for field in _open(journey, page):
        source, _, name = (field.prefill or "").partition(".")
        if source == EARLIER:
            slug, _, question = name.rpartition(".")
            wanted.setdefault(slug or journey.definition.slug, {})[question] = field
    offers = []
    for slug, questions in wanted.items():
        if f"{EARLIER}:{slug}" in journey.draft.content.settled:
            continue
        found = earlier.latest(work.connection, work.vault, citizen_id, slug)
        answers = _still_answers(deps, journey, slug, found, questions) if found is not None else {}
        if found is not None and answers:
            offers.append(Offer(f"{EARLIER}:{slug}", answers, found.filed_on))
    return offers


def _open(journey: Journey, page: Page) -> list[Field]:
    """The questions of a page with a prefill that nobody has answered yet."""
    typed = journey.draft.content.typed.get(page.id, {})
    return [
        field
        for field in journey.questions(page)
        if field.prefill
        and field.type not in NOT_AGAIN
        and journey.answers.get(field.id) is None
        and journey.visible(field, {})
        and not any(typed.get(control) for control in FIELD_TYPES[field.type].controls(field))
    ]


def _still_answers(
    deps: Deps, journey: Journey, slug: str, found: EarlierCase, questions: Mapping[str, Field]
) -> dict[str, Any]:
    """The earlier answers that the questions of today still take."""
    try:
        before = deps.registry.version(slug, found.digest).fields
    except NotFound:
        return {}
    answers = {}
    for name, field in questions.items():
        asked = before.get(name)
        if asked is not None and asked.type == field.type:
            value = accepted(journey, field, found.answers.get(name))
            if value is not None:
                answers[field.id] = value
    return answers


def accepted(journey: Journey, field: Field, value: Any) -> Any:
    """A value as an answer to this question, read as if it had been typed; None where it cannot be one."""
    if value is None or value == "":
        return None
    kind = FIELD_TYPES[field.type]
    try:
        return kind.read(field, kind.write(field, value), journey.around)
    except (Wrong, AttributeError, KeyError, TypeError, ValueError):
        # What another version or another system says may have any shape.
        return None


def platforms_of(journey: Journey, page: Page) -> dict[str, dict[str, Field]]:
    """The platforms that may be asked for something this page still asks: by name, the question of each attribute."""
    if not may_look_up(journey):
        return {}
    found: dict[str, dict[str, Field]] = {}
    for field in _open(journey, page):
        platform, dot, attribute = (field.prefill or "").partition(".")
        if dot and platform != EARLIER:
            found.setdefault(platform, {})[attribute] = field
    return found


def may_look_up(journey: Journey) -> bool:
    """Whether a register may be asked of whoever fills this in: only of herself, once her identity card proved who she is."""
    draft = journey.draft
    level = IdentityLevel(str(draft.content.identity.get("level") or "none"))
    proved = level.rank >= IdentityLevel.SUBSTANTIAL.rank and bool(draft.content.identity.get("cnie"))
    return draft.owner_kind == "citizen" and proved


def look_up(deps: Deps, journey: Journey, page: Page, platform: str) -> dict[str, Any] | None:
    """What a platform says of the person, as answers; None where it cannot be asked now or does not know her.

    Not to be called inside a transaction: the other side may take its time.
    """
    questions = platforms_of(journey, page).get(platform)
    reached = deps.platforms.get(platform)
    if not questions or reached is None or not may_look_up(journey):
        return None
    known = journey.draft.content.identity
    person = {name: str(known[name]) for name in ("cnie", "birth_date") if known.get(name)}
    mapping = deps.registry.in_force.platforms.get(platform)
    theirs = mapping.look_up if mapping is not None else {}
    asked = {theirs[name]: field for name, field in questions.items() if name in theirs}
    try:
        said = reached.connector.look_up(person, sorted(asked)) if asked else {}
    except (Unreachable, Rejected):
        return None
    answers = {field.id: accepted(journey, field, said.get(name)) for name, field in asked.items()}
    return {name: value for name, value in answers.items() if value is not None}


def looked_up_offers(journey: Journey, page: Page) -> list[Offer]:
    """What platforms said and she has not approved yet."""
    still_open = {field.id for field in _open(journey, page)}
    offers = []
    for platform, said in journey.draft.content.looked_up.items():
        answers = {name: value for name, value in said.items() if name in still_open}
        if answers and platform not in journey.draft.content.settled:
            offers.append(Offer(platform, answers))
    return offers


def filled_in(page: Page, offers: Iterable[Offer], raw: Mapping[str, str]) -> dict[str, str]:
    """The controls of a page with the offered answers in those left empty: seen and saved by her, never silently."""
    controls = dict(raw)
    answers = {name: value for offer in offers for name, value in offer.answers.items()}
    for field in page.fields:
        written = FIELD_TYPES[field.type].write(field, answers.get(field.id)) if field.id in answers else {}
        if written and not any(controls.get(name) for name in written):
            controls.update(written)
    return controls


def questions_of(definition: ServiceDefinition, answers: Iterable[str]) -> list[Field]:
    """The questions that answers belong to, in the order of the form."""
    wanted = set(answers)
    return [field for field in definition.fields.values() if field.id in wanted]
