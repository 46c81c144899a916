"""What the citizen's and the counter's views of a case share: forms of actions, files, and issued documents."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from portal.actions import uploads
from portal.actions.perform import OpenCase
from portal.domain.errors import NotFound
from portal.domain.service import ActionRule, Field
from portal.fields.base import Surroundings, Wrong
from portal.fields.forms import PageReading, read_page
from portal.http.pages import ControlError, Page
from portal.i18n import office_date
from portal.ports import Area
from portal.presenting.check import Section, sections_of
from portal.presenting.controls import Control, control_for
from portal.presenting.wrongs import in_summary
from portal.store import documents, files
from portal.store.documents import Issued
from portal.store.files import StoredFile
from portal.store.numbers import read_reference
from portal.store.unit_of_work import Work


def canonical(reference: str) -> str:
    """The reference of an address in its canonical form; raises NotFound for what cannot be one."""
    found = read_reference(reference)
    if found is None:
        raise NotFound()
    return found


def around(page: Page) -> Surroundings:
    return Surroundings(page.deps.registry.territory, office_date(page.deps.clock.now()))


def answer_sections(page: Page, opened: OpenCase, *, for_staff: bool = False) -> list[Section]:
    """The answers of a case; for staff under titles that do not address the citizen."""
    facts = opened.facts
    applying = [one for one in opened.definition.pages if one.when(facts)]
    return sections_of(applying, facts, opened.dossier.answers, around(page), page.language, for_staff=for_staff)


def read_inputs(page: Page, rule: ActionRule, opened: OpenCase) -> PageReading:
    """What was typed into an action's form."""

    def visible(field: Field, _answers: Mapping[str, Any]) -> bool:
        return field.when(opened.facts)

    return read_page(rule.asks, page.form, around(page), visible)


def input_controls(
    page: Page, rule: ActionRule, typed: Mapping[str, str], errors: Mapping[str, Wrong]
) -> list[Control]:
    """An action's form, with what was typed and what is wrong with it."""
    page.errors = [
        ControlError(field.id, in_summary(field, errors[field.id], page.language))
        for field in rule.asks
        if field.id in errors
    ]
    territory = page.deps.registry.territory
    return [control_for(field, typed, errors.get(field.id), territory, page.language) for field in rule.asks]


@dataclass(frozen=True)
class BroughtFile:
    """A document the citizen brought, as a list shows it."""

    title: str
    name: str
    url: str


def brought(page: Page, opened: OpenCase, attached: list[StoredFile], base: str) -> list[BroughtFile]:
    """The files of a case, under the titles of the documents they are; ``base`` is the case's address."""
    shown = []
    for file in attached:
        document = uploads.ANSWER if file.document == uploads.ANSWER.id else opened.definition.document(file.document)
        title = document.title[page.language] if document else file.name
        shown.append(BroughtFile(title, file.name, f"{base}/files/{file.id}"))
    return shown


def file_of(work: Work, opened: OpenCase, file_id: str) -> StoredFile:
    """A file of this very case; raises NotFound."""
    dossier = opened.dossier
    file = files.find(work.connection, dossier.seal, dossier.case.id, file_id)
    if file is None:
        raise NotFound()
    return file


def send_file(page: Page, opened: OpenCase, file: StoredFile) -> Response:
    """The file as it was brought: saved, never opened in the page."""
    content = uploads.content_of(page.deps, opened.dossier.seal, file)
    return page.download(content, file.media_type, f"document.{file.media_type.rpartition('/')[2]}")


def issued_documents(work: Work, opened: OpenCase) -> list[Issued]:
    """The signed documents of a case that still stand."""
    held = documents.of_case(work.connection, work.vault, opened.dossier.case.id)
    return [one for one in held if one.revoked_at is None]


def send_document(page: Page, work: Work, opened: OpenCase, number: str) -> Response:
    """A signed document of this very case, to be shown or saved; raises NotFound."""
    issued = next((one for one in issued_documents(work, opened) if one.number == number), None)
    if issued is None:
        raise NotFound()
    content = opened.dossier.seal.open(page.deps.files.get(Area.ISSUED, issued.key), issued.context)
    return page.download(
        content, "application/pdf", f"{opened.dossier.case.reference}-{issued.number}.pdf", inline=True
    )
