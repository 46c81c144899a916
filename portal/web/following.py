"""What a case page says of the cases around it: the one it follows, those that follow it, and what else she can do."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.actions.perform import OpenCase
from portal.actions.reading import with_readers
from portal.actions.remedies import filed_already, remedies_of, unit_of_remedy
from portal.domain import policies
from portal.domain.case import Actor
from portal.domain.remedies import Remedy
from portal.domain.service import IdentityLevel
from portal.http import urls
from portal.http.pages import Page
from portal.i18n import office_date
from portal.presenting.following import LinkedCase, RemedyCard, declared_words, remedy_card
from portal.store import cases, following
from portal.store.following import Following
from portal.store.unit_of_work import Work

TAGS = {"granted": "good", "refused": "bad"}


@dataclass(frozen=True)
class Repeated:
    """The refusal that a request repeats; without ``url`` where the reader may not open it."""

    reference: str
    url: str | None
    overturned: bool = False


@dataclass(frozen=True)
class Around:
    """What a case page draws: ``ways`` are what is open to her now, ``past`` what was, each with its rule.

    ``declared`` is what is said of a case that was filed by the day on which its applicant received the decision.
    """

    first: LinkedCase | None
    after: tuple[LinkedCase, ...]
    ways: tuple[RemedyCard, ...]
    past: tuple[RemedyCard, ...]
    repeats: Repeated | None
    declared: str = ""


NOTHING = Around(None, (), (), (), None)


def around_case(page: Page, work: Work, opened: OpenCase, actor: Actor, *, at_counter: bool) -> Around:
    """What there is around a case for somebody who may read it."""
    link = urls.counter_case if at_counter else urls.case
    case = opened.dossier.case
    may_file = policies.can_file_after(actor, case)
    cards = [_card(page, opened, one, link) for one in _ways(page, opened)] if may_file else []
    return Around(
        first=_first(page, work, opened, actor, link),
        after=tuple(_linked(page, one, actor, link) for one in following.of_case(work.connection, case.id)),
        ways=tuple(one for one in cards if not one.over),
        past=tuple(one for one in cards if one.over),
        repeats=_repeated(page, work, opened, actor, link),
        declared=declared_words(opened.events, page.language, to_citizen=not at_counter),
    )


def _ways(page: Page, opened: OpenCase) -> list[Remedy]:
    """What she has not turned to yet."""
    return [one for one in remedies_of(page.deps, opened) if filed_already(opened, one) is None]


def _card(page: Page, opened: OpenCase, remedy: Remedy, link: Callable[[str, str], str]) -> RemedyCard:
    before = unit_of_remedy(page.deps, remedy.service, opened).name[page.language]
    url = f"{link(page.language, opened.dossier.case.reference)}/remedies/{remedy.service.slug}"
    return remedy_card(remedy, before, office_date(page.deps.clock.now()), page.language, url)


def _first(
    page: Page, work: Work, opened: OpenCase, actor: Actor, link: Callable[[str, str], str]
) -> LinkedCase | None:
    first_id = opened.dossier.case.first_id
    found = cases.get(work.connection, work.vault, first_id) if first_id is not None else None
    if found is None:
        return None
    case, definition = found.case, page.deps.registry.version(found.case.service, found.case.digest)
    # Whoever decides on this one reads the first, for a time; of the others, whoever may see it anyway.
    readable = policies.can_read(actor, with_readers(work, page.deps, actor, case))
    state = definition.states[case.state]
    return LinkedCase(
        definition.title[page.language],
        case.reference,
        state.label[page.language],
        TAGS.get(case.outcome.value if case.outcome else "", "wait"),
        link(page.language, case.reference) if readable else None,
    )


def _linked(page: Page, one: Following, actor: Actor, link: Callable[[str, str], str]) -> LinkedCase:
    definition = page.deps.registry.version(one.service, one.digest)
    hers = one.citizen_id is not None and one.citizen_id == actor.id
    at_work = actor.has(*policies.COUNTER) and one.unit == actor.unit
    seen = hers or at_work or one.id in actor.cases
    return LinkedCase(
        definition.title[page.language],
        one.reference,
        definition.states[one.state].label[page.language],
        TAGS.get(one.outcome or "", "wait"),
        link(page.language, one.reference) if seen else None,
    )


def _repeated(
    page: Page, work: Work, opened: OpenCase, actor: Actor, link: Callable[[str, str], str]
) -> Repeated | None:
    """The refusal that a request repeats (law 55-19, art. 15).

    She is told of it where it is sure to be hers: whoever types another's number learns nothing of that person.
    """
    case = opened.dossier.case
    found = cases.find(work.connection, work.vault, case.repeats) if case.repeats else None
    if found is None:
        return None
    seen = policies.can_read(actor, found.case)
    people, proved = opened.dossier.people, opened.definition.identity.rank >= IdentityLevel.SUBSTANTIAL.rank
    # At a counter somebody has looked at the card.
    known = case.filed_by is not None or (proved and people.filer.cnie == people.applicant.cnie)
    if policies.is_applicant(actor, case) and not (seen or known):
        return None
    url = link(page.language, found.case.reference) if seen else None
    return Repeated(found.case.reference, url, overturned=case.overturned)
