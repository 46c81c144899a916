"""A case in the making: which questions come next, what was answered, which documents are still needed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from portal.actions.deps import Deps
from portal.actions.facts import facts_of
from portal.catalogue.conditions import PreparedFacts
from portal.domain.case import Person
from portal.domain.errors import NotFound
from portal.domain.service import Document, Field, Page, ServiceDefinition, Source
from portal.fields import FIELD_TYPES
from portal.fields.base import Surroundings
from portal.fields.forms import PageReading, read_page
from portal.i18n import office_date
from portal.store import drafts
from portal.store.drafts import Content, Draft
from portal.store.files import StoredFile
from portal.store.unit_of_work import Work

DOCUMENTS = "documents"
CHECK = "check"
CARRIED = "carried"
"""Marks input that was only carried over to another language, not yet judged."""


@dataclass(frozen=True)
class Owner:
    """Whose a draft is: ``kind`` is citizen, visitor or staff. ``unit`` is the counter it is filed at."""

    kind: str
    id: str
    unit: str | None = None


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
        field.id: known[field.prefill]
        for field in definition.fields.values()
        if field.prefill and known.get(field.prefill)
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


class Journey:
    """The way through one draft as it stands: its pages in order, each with what it needs. Made once per request."""

    def __init__(self, deps: Deps, draft: Draft, today: date | None = None) -> None:
        self.definition = deps.registry.version(draft.service, draft.digest)
        self.draft = draft
        self.today = today or office_date(deps.clock.now())
        self.around = Surroundings(deps.registry.territory, self.today)

    def facts(self, answers: Mapping[str, Any] | None = None) -> PreparedFacts:
        """What conditions see of the answers so far, or of others."""
        return self._facts if answers is None else facts_of(answers, self.draft.content.identity, self.today)

    @cached_property
    def _facts(self) -> PreparedFacts:
        content = self.draft.content
        return facts_of(content.answers, content.identity, self.today)

    def pages(self) -> list[Page]:
        """The pages of questions that apply, given the answers so far."""
        facts = self.facts()
        return [
            page
            for page in self.definition.pages
            if page.when(facts) and any(field.when(facts) for field in page.fields)
        ]

    def steps(self) -> list[str]:
        """Every step in order: pages, then documents if any can be asked, then the check."""
        return self._steps

    @cached_property
    def _steps(self) -> list[str]:
        documents = [DOCUMENTS] if self.asked_documents() else []
        return [*(page.id for page in self.pages()), *documents, CHECK]

    def page(self, page_id: str) -> Page:
        """A page that applies; raises NotFound."""
        page = self.definition.page(page_id)
        if page is None or not page.when(self.facts()):
            raise NotFound()
        return page

    def visible(self, field: Field, answers: Mapping[str, Any]) -> bool:
        return not field.conditional or field.when(self.facts({**self.draft.content.answers, **answers}))

    def asked_documents(self) -> list[Document]:
        """The documents the citizen is asked for, given the answers; what the administration fetches is not among them."""
        facts = self.facts()
        return [
            document
            for document in self.definition.documents
            if document.source is Source.CITIZEN and document.needed(facts)
        ]

    def missing(self, files: list[StoredFile]) -> list[Document]:
        """The required documents neither brought nor replaced by a sworn statement."""
        brought = {file.document for file in files}
        sworn = set(self.draft.content.statements)
        return [
            document
            for document in self.asked_documents()
            if not document.optional and document.id not in brought and document.id not in sworn
        ]

    def unanswered(self) -> str | None:
        """The first page whose questions are not all answered properly, or None."""
        for page in self.pages():
            if self.reread(page).errors:
                return page.id
        return None

    def read(self, page: Page, raw: Mapping[str, str]) -> PageReading:
        return read_page(page.fields, raw, self.around, self.visible)

    def reread(self, page: Page) -> PageReading:
        """What reading the page's saved answers again would say: a rule may depend on later answers, or on the date."""
        raw: dict[str, str] = {}
        for field in page.fields:
            raw.update(FIELD_TYPES[field.type].write(field, self.draft.content.answers.get(field.id)))
        return self.read(page, raw)

    def next_after(self, step: str) -> str:
        """The step after one; after an unknown one, the first unfinished."""
        steps = self.steps()
        if step in steps[:-1]:
            return steps[steps.index(step) + 1]
        return steps[0] if step not in steps else CHECK

    def onward(self, step: str, earlier: "Journey") -> str:
        """Where saving a step leads: whoever corrects an answer at the end returns to the check at once.

        Where the answer asks for other documents than those of the ``earlier`` journey, they come first.
        """
        if self.resume_at() != CHECK:
            return self.next_after(step)
        asked = self.asked_documents()
        return DOCUMENTS if asked and asked != earlier.asked_documents() else CHECK

    def before(self, step: str) -> str | None:
        steps = self.steps()
        return steps[steps.index(step) - 1] if step in steps and steps.index(step) > 0 else None

    def resume_at(self) -> str:
        """Where somebody who comes back goes on."""
        saved = set(self.draft.content.saved)
        return next((step for step in self.steps() if step not in saved), CHECK)


def save_page(work: Work, journey: Journey, page: Page, raw: Mapping[str, str]) -> tuple[Draft, PageReading]:
    """Keeps the answers of a page. Where some are wrong nothing is accepted, and what was typed is kept as typed."""
    reading, content = journey.read(page, raw), journey.draft.content
    typed = {key: value for key, value in content.typed.items() if key != page.id}
    if reading.errors:
        draft = journey.draft.with_content(typed={**typed, page.id: reading.typed})
    else:
        saved = content.saved if page.id in content.saved else (*content.saved, page.id)
        draft = journey.draft.with_content(answers={**content.answers, **reading.answers}, typed=typed, saved=saved)
    drafts.save(work.connection, draft, work.now)
    return draft, reading


def keep_typed(work: Work, journey: Journey, page: Page, raw: Mapping[str, str], language: str) -> Draft:
    """Keeps what was typed without judging it, as when the reader changes the language halfway through a page."""
    reading = journey.read(page, raw)
    draft = replace(journey.draft, language=language)
    judged = draft.content.typed.get(page.id, {CARRIED: ""})
    carried = {CARRIED: "yes"} if CARRIED in judged else {}
    draft = draft.with_content(typed={**draft.content.typed, page.id: {**reading.typed, **carried}})
    drafts.save(work.connection, draft, work.now)
    return draft


def swear(work: Work, journey: Journey, document_ids: set[str]) -> Draft:
    """Records which documents a sworn statement replaces (law 55-19, art. 7), and that the documents' step was seen."""
    allowed = {document.id for document in journey.asked_documents() if document.alternative is not None}
    content = journey.draft.content
    saved = content.saved if DOCUMENTS in content.saved else (*content.saved, DOCUMENTS)
    draft = journey.draft.with_content(statements=tuple(sorted(document_ids & allowed)), saved=saved)
    drafts.save(work.connection, draft, work.now)
    return draft
