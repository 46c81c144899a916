"""The way through a draft as it stands: which questions come next, which documents are needed, what it will cost."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from portal.actions.counting import counted
from portal.actions.deps import Deps
from portal.actions.facts import CONSENT as CONSENT
from portal.actions.facts import facts_of
from portal.catalogue.conditions import PreparedFacts
from portal.domain.errors import NotFound
from portal.domain.service import Document, FeeDue, Field, Page, Source
from portal.fields import FIELD_TYPES
from portal.fields.base import Surroundings, Told, Wrong
from portal.fields.forms import PageReading, read_page
from portal.i18n import office_date
from portal.store.drafts import Draft
from portal.store.files import StoredFile

DOCUMENTS = "documents"
CHECK = "check"
TASKS = "tasks"
CARRIED = "carried"
"""Marks input that was only carried over to another language, not yet judged."""
MOST_WITHOUT_TASKS = 6
"""Up to how many pages need no list of what is left to do."""


class Journey:
    """The way through one draft as it stands: its pages in order, each with what it needs. Made once per request."""

    def __init__(self, deps: Deps, draft: Draft, today: date | None = None) -> None:
        self.definition = deps.registry.version(draft.service, draft.digest)
        self.draft = draft
        self.today = today or office_date(deps.clock.now())
        self.around = Surroundings(deps.registry.territory, self.today)

    @cached_property
    def answers(self) -> Mapping[str, Any]:
        """The answers that count: without those to questions that do not apply, with what is computed from the others."""
        return self._counted[0]

    @cached_property
    def _counted(self) -> tuple[Mapping[str, Any], PreparedFacts]:
        content = self.draft.content
        return counted(self.definition, content.answers, content.identity, self.today, self._populations)

    @property
    def _populations(self) -> Mapping[str, int]:
        return self.around.territory.populations

    def facts(self, answers: Mapping[str, Any] | None = None) -> PreparedFacts:
        """What conditions see of the answers that count, or of others."""
        if answers is None:
            return self._counted[1]
        return facts_of(answers, self.draft.content.identity, self.today, populations=self._populations)

    def pages(self) -> list[Page]:
        """The pages of questions that apply, given the answers so far."""
        return self._pages

    @cached_property
    def _pages(self) -> list[Page]:
        facts = self.facts()
        return [
            page
            for page in self.definition.pages
            if page.when(facts) and any(field.when(facts) for field in page.fields)
        ]

    @property
    def has_tasks(self) -> bool:
        """Whether there are so many pages that a list of what is left helps."""
        return len(self.pages()) > MOST_WITHOUT_TASKS

    def steps(self) -> list[str]:
        """Every step in order: pages, then documents if any can be asked, then the check."""
        return self._steps

    @cached_property
    def _steps(self) -> list[str]:
        documents = [DOCUMENTS] if self.asked_documents() or self.obtained_documents() else []
        return [*(page.id for page in self.pages()), *documents, CHECK]

    def page(self, page_id: str) -> Page:
        """A page that applies; raises NotFound."""
        page = self.definition.page(page_id)
        if page is None or not page.when(self.facts()):
            raise NotFound()
        return page

    def questions(self, page: Page) -> list[Field]:
        """The questions of a page that apply, every rule about their answers worked out."""
        facts = self.facts()
        return [field.settled(facts) for field in page.fields if not field.conditional or field.when(facts)]

    def visible(self, field: Field, answers: Mapping[str, Any]) -> bool:
        return not field.conditional or field.when(self.facts({**self.answers, **answers}))

    def asked_documents(self) -> list[Document]:
        """The documents the citizen is asked for, given the answers; what the administration fetches is not among them."""
        return self._needed(Source.CITIZEN)

    def obtained_documents(self) -> list[Document]:
        """The documents that another administration holds: ours obtains them if she agrees (law 55-19, art. 24)."""
        return self._needed(Source.ADMINISTRATION)

    def _needed(self, source: Source) -> list[Document]:
        facts = self.facts()
        return [one for one in self.definition.documents if one.source is source and one.needed(facts)]

    @property
    def consents(self) -> frozenset[str]:
        """The documents that the administration may obtain for her."""
        return frozenset(one.removeprefix(CONSENT) for one in self.draft.content.statements if one.startswith(CONSENT))

    def missing(self, files: list[StoredFile]) -> list[Document]:
        """The required documents neither brought, nor replaced by a sworn statement, nor left to the administration."""
        there = {file.document for file in files} | set(self.draft.content.statements) | self.consents
        wanted = {one.id for one in (*self.asked_documents(), *self.obtained_documents())}
        return [
            document
            for document in self.definition.documents
            if document.id in wanted and not document.optional and document.id not in there
        ]

    def fee_due(self) -> FeeDue:
        """What these answers make due."""
        return self.definition.fee.due(self.facts())

    def unanswered(self) -> str | None:
        """The first page whose questions are not all answered properly, or where something typed was not saved; or None."""
        typed = self.draft.content.typed
        return next((page.id for page in self.pages() if page.id in typed or not self.is_sound(page)), None)

    def is_sound(self, page: Page) -> bool:
        """Whether the saved answers of a page still stand: a rule may depend on later answers, or on the date."""
        return not self.reread(page).errors

    def read(self, page: Page, raw: Mapping[str, str]) -> PageReading:
        """What is answered on a page, and what is wrong with it; its own rules are asked once each answer is sound."""
        held = self.draft.content.held
        reading = read_page(page.fields, raw, self.around, self.visible, self.facts(), held=held)
        if page.rules and not reading.errors:
            reading.errors.update(self._broken(page, reading.answers))
        return reading

    def reread(self, page: Page) -> PageReading:
        """What reading the page's saved answers again would say."""
        raw: dict[str, str] = {}
        for field in page.fields:
            raw.update(FIELD_TYPES[field.type].write(field, self.draft.content.answers.get(field.id)))
        return self.read(page, raw)

    def _broken(self, page: Page, answers: Mapping[str, Any]) -> dict[str, Wrong]:
        """What the rules over several answers of a page say against these, each by the question it stands beside."""
        facts = self.facts({**self.answers, **answers})
        found: dict[str, Wrong] = {}
        for rule in page.rules:
            if rule.at not in found and not rule.holds(facts):
                found[rule.at] = Told(rule.says)
        return found

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
        asked = [*self.asked_documents(), *self.obtained_documents()]
        before = [*earlier.asked_documents(), *earlier.obtained_documents()]
        return DOCUMENTS if asked and asked != before else CHECK

    def before(self, step: str) -> str | None:
        steps = self.steps()
        return steps[steps.index(step) - 1] if step in steps and steps.index(step) > 0 else None

    def resume_at(self) -> str:
        """Where somebody who comes back goes on."""
        saved = set(self.draft.content.saved)
        return next((step for step in self.steps() if step not in saved), CHECK)
