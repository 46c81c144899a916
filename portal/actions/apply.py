"""A case in the making: starting a draft, and keeping what is answered, typed, brought and agreed to in it."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import Any

from portal.actions.answer_files import held_in, without_held
from portal.actions.journey import CARRIED, CHECK, CONSENT, DOCUMENTS, TASKS, Journey
from portal.actions.prefill import fitting
from portal.actions.registry import Registry
from portal.domain.case import Person
from portal.domain.errors import NotFound, PortalError
from portal.domain.service import Page, ServiceDefinition
from portal.fields.forms import PageReading
from portal.store import drafts
from portal.store.drafts import Content, Draft
from portal.store.unit_of_work import Work

__all__ = [
    "CARRIED",
    "CHECK",
    "CONSENT",
    "DOCUMENTS",
    "TASKS",
    "Journey",
    "Owner",
    "ServiceWithdrawn",
    "described",
    "find_own",
    "keep_typed",
    "offered",
    "save_page",
    "start",
    "swear",
]


class ServiceWithdrawn(PortalError):
    """The service was offered here and is no longer: what was filed goes on, and nothing new can be begun."""

    status, key = 410, "service.withdrawn"


@dataclass(frozen=True)
class Owner:
    """Whose a draft is: ``kind`` is citizen, visitor or staff. ``unit`` is the counter it is filed at."""

    kind: str
    id: str
    unit: str | None = None


def offered(registry: Registry, slug: str) -> ServiceDefinition:
    """The version in force of a service. Raises NotFound, or ServiceWithdrawn where there once was one.

    What follows another case is begun from that case, and nowhere else.
    """
    in_force = registry.in_force
    if slug not in in_force.listed and slug in in_force.services:
        raise NotFound() if _following(registry, slug) else ServiceWithdrawn()
    return registry.service(slug)


def described(registry: Registry, slug: str) -> ServiceDefinition:
    """The version in force of a service whose sheet anybody may read, what follows another case included."""
    return _following(registry, slug) or offered(registry, slug)


def _following(registry: Registry, slug: str) -> ServiceDefinition | None:
    return next((one for one in registry.following() if one.slug == slug), None)


def start(
    work: Work,
    definition: ServiceDefinition,
    owner: Owner,
    language: str,
    *,
    identity: Mapping[str, str],
    filer: Person,
    applicant: Person,
) -> Draft:
    """A new draft, prefilled with what is known of the person."""
    known = {**identity, **applicant.data()}
    answers = {
        one.id: value
        for one in definition.fields.values()
        if one.prefill and (value := fitting(one, known.get(one.prefill), known.get("place", "")))
    }
    return drafts.create(
        work.connection,
        work.vault,
        service=definition.slug,
        digest=definition.digest,
        owner_kind=owner.kind,
        owner=owner.id,
        unit=owner.unit,
        language=language,
        content=Content(answers=answers, filer=filer, applicant=applicant, identity=identity),
        now=work.now,
    )


def find_own(work: Work, draft_id: str, owners: tuple[Owner, ...], *, lock: bool = False) -> Draft:
    """The draft, if it belongs to one of these; to anybody else it does not exist."""
    draft = drafts.find(work.connection, work.vault, draft_id, lock=lock)
    if draft is None or not any((draft.owner_kind, draft.owner) == (owner.kind, owner.id) for owner in owners):
        raise NotFound()
    return draft


def save_page(work: Work, journey: Journey, page: Page, raw: Mapping[str, str]) -> tuple[Draft, PageReading]:
    """Keeps the answers of a page. Where some are wrong nothing is accepted, and what was typed is kept as typed."""
    reading, content = journey.read(page, raw), journey.draft.content
    typed = {key: value for key, value in content.typed.items() if key != page.id}
    if reading.errors:
        draft = journey.draft.with_content(typed={**typed, page.id: reading.typed})
    else:
        # What is not asked now keeps its answer, should it be asked again; it does not count, and goes at submission.
        asked = [one for one in page.fields if journey.visible(one, {})]
        answers = {one.id: reading.answers[one.id] for one in asked if one.id in reading.answers}
        draft = journey.draft.with_content(
            answers={**content.answers, **answers},
            typed=typed,
            saved=content.saved if page.id in content.saved else (*content.saved, page.id),
            # Empty entries of a group were dropped, so that files stand under other numbers than on the page.
            held={**without_held(content.held, asked), **held_in(asked, answers)},
            again=tuple(one for one in content.again if one not in reading.answers),
        )
    drafts.save(work.connection, draft, work.now)
    return draft, reading


def keep_typed(
    work: Work, journey: Journey, page: Page, raw: Mapping[str, str], language: str, **changes: Any
) -> Draft:
    """Keeps what was typed without judging it, as when the reader changes the language halfway through a page.

    ``changes`` are other parts of the draft's content that change with it.
    """
    reading = journey.read(page, raw)
    draft = replace(journey.draft, language=language)
    judged = draft.content.typed.get(page.id, {CARRIED: ""})
    carried = {CARRIED: "yes"} if CARRIED in judged else {}
    draft = draft.with_content(typed={**draft.content.typed, page.id: {**reading.typed, **carried}}, **changes)
    drafts.save(work.connection, draft, work.now)
    return draft


def swear(work: Work, journey: Journey, document_ids: Set[str], consents: Set[str] = frozenset()) -> Draft:
    """Records what the documents' step says: that it was seen, and what she swears and agrees to.

    A sworn statement replaces a document (law 55-19, art. 7). With her consent the administration obtains another
    from whoever holds it (art. 24).
    """
    allowed = {document.id for document in journey.asked_documents() if document.alternative is not None}
    agreed = {f"{CONSENT}{document.id}" for document in journey.obtained_documents() if document.id in consents}
    content = journey.draft.content
    saved = content.saved if DOCUMENTS in content.saved else (*content.saved, DOCUMENTS)
    statements = tuple(sorted((document_ids & allowed) | agreed))
    draft = journey.draft.with_content(statements=statements, saved=saved)
    drafts.save(work.connection, draft, work.now)
    return draft
