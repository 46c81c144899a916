"""An open draft follows its service to the version in force: the answers that still fit are kept, and she is told.

A case never does: it ends under the version it was filed under.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from portal.actions.answer_files import held_in
from portal.actions.deps import Deps
from portal.actions.journey import CONSENT, DOCUMENTS, Journey
from portal.domain.service import GROUP, Document, Field, Page, ServiceDefinition
from portal.fields import FIELD_TYPES
from portal.fields.base import Surroundings, Wrong
from portal.store import drafts
from portal.store.drafts import Draft
from portal.store.unit_of_work import Work


class Standing(Enum):
    """How a draft stands to what its service is today."""

    CURRENT = "current"
    OUTDATED = "outdated"
    WITHDRAWN = "withdrawn"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Changed:
    """What somebody who began under ``before`` should know of ``after``, with her answers as they are.

    ``asked`` are questions she has not seen, ``dropped`` those she answered and that are no longer asked, ``again``
    those whose answer does not fit any more.
    """

    before: ServiceDefinition
    after: ServiceDefinition
    asked: tuple[Field, ...]
    dropped: tuple[Field, ...]
    again: tuple[Field, ...]
    documents_added: tuple[Document, ...]
    documents_dropped: tuple[Document, ...]


def standing_of(deps: Deps, draft: Draft) -> Standing:
    """Whether a draft can go on as it is."""
    in_force = deps.registry.in_force
    if draft.service not in in_force.listed:
        return Standing.WITHDRAWN
    definition = in_force.services[draft.service]
    if not definition.processed:
        return Standing.ELSEWHERE
    return Standing.CURRENT if definition.digest == draft.digest else Standing.OUTDATED


def carry(work: Work, deps: Deps, draft: Draft) -> Draft:
    """The draft under the version in force, kept; it remembers what it was begun under until she was told."""
    before = deps.registry.version(draft.service, draft.digest)
    after = deps.registry.service(draft.service)
    old = Journey(deps, draft)
    answers, again = _fitting_answers(before, after, draft.content.answers, old.around)
    content = draft.content
    carried = replace(
        draft.with_content(
            answers=answers,
            typed={page.id: content.typed[page.id] for page in after.pages if page.id in content.typed},
            statements=_still_said(before, after, content.statements),
            held=_still_held(after, answers, content.held),
            # Who was carried twice before she looked is told what changed since she began.
            carried_from=content.carried_from or draft.digest,
            again=tuple(dict.fromkeys((*content.again, *again))),
        ),
        digest=after.digest,
    )
    journey = Journey(deps, carried)
    carried = carried.with_content(saved=_still_saved(old, journey))
    if not _tells(changes(deps, Journey(deps, carried))):
        carried = carried.with_content(carried_from="", again=())
    drafts.save(work.connection, carried, work.now)
    return carried


def _fitting_answers(
    before: ServiceDefinition, after: ServiceDefinition, answers: Mapping[str, Any], around: Surroundings
) -> tuple[dict[str, Any], list[str]]:
    """The answers that the new questions take, and the questions that have to be answered again."""
    kept: dict[str, Any] = {}
    again = []
    for name, value in answers.items():
        field, old = after.fields.get(name), before.fields.get(name)
        if value is None or field is None or old is None:
            continue
        fits = _fitted(old, field, value, around)
        if fits is not None:
            kept[name] = fits
        if fits != value and field.asks:
            again.append(name)
    return kept, again


def _fitted(old: Field, field: Field, value: Any, around: Surroundings) -> Any:
    """An answer as the new question takes it: None where it does not, without what does not fit where it is a group's."""
    if old.type != field.type or not field.asks:
        return None
    if field.type == GROUP:
        inner = {one.id: one for one in old.fields}
        return [
            {
                one.id: _fitted(inner[one.id], one, entry.get(one.id), around) if one.id in inner else None
                for one in field.fields
                if one.type != "info"
            }
            for entry in value
        ]
    if value is None or field.type == "file":
        return value
    kind = FIELD_TYPES[field.type]
    try:
        return kind.read(field, kind.write(field, value), around)
    except Wrong:
        return None


def _still_held(after: ServiceDefinition, answers: Mapping[str, Any], held: Mapping[str, Any]) -> dict[str, Any]:
    """The files of questions that are still asked: of answers that were accepted, and of those still being given."""
    waiting = {name: found for name, found in held.items() if name in after.fields and answers.get(name) is None}
    return waiting | {
        control: found for page in after.pages for control, found in held_in(page.fields, answers).items()
    }


def _still_said(before: ServiceDefinition, after: ServiceDefinition, statements: Iterable[str]) -> tuple[str, ...]:
    """What she swore and agreed to stands where its words are the same: nobody is bound by others."""
    kept = []
    for said in statements:
        name = said.removeprefix(CONSENT)
        old, new = before.document(name), after.document(name)
        if old is not None and new is not None and _words(old, said) == _words(new, said):
            kept.append(said)
    return tuple(kept)


def _words(document: Document, said: str) -> object:
    return (document.title, document.holder) if said.startswith(CONSENT) else document.alternative


def _still_saved(old: Journey, journey: Journey) -> tuple[str, ...]:
    """The steps that need not be gone through again: nothing on them is new, and every answer there still stands."""
    saved = set(old.draft.content.saved)
    seen = set(old.definition.fields)
    pages = [
        page.id
        for page in journey.pages()
        if page.id in saved and not (_asked_on(page) - seen) and journey.is_sound(page)
    ]
    same = _ids(journey.asked_documents()) | _ids(journey.obtained_documents()) <= _ids(old.definition.documents)
    return (*pages, DOCUMENTS) if DOCUMENTS in saved and same else tuple(pages)


def _asked_on(page: Page) -> set[str]:
    return {field.id for field in page.fields if field.asks}


def _ids(documents: Iterable[Document]) -> set[str]:
    return {one.id for one in documents}


def changes(deps: Deps, journey: Journey) -> Changed:
    """What changed since the draft was begun, as far as it concerns her answers."""
    content, after = journey.draft.content, journey.definition
    before = deps.registry.version(journey.draft.service, content.carried_from)
    facts = journey.facts()
    asked = [
        field
        for page in journey.pages()
        for field in page.fields
        if field.asks and field.id not in before.fields and field.when(facts)
    ]
    wanted = [*journey.asked_documents(), *journey.obtained_documents()]
    old = _documents_before(deps, journey, before)
    return Changed(
        before,
        after,
        asked=tuple(asked),
        dropped=tuple(one for one in before.fields.values() if one.asks and one.id not in after.fields),
        again=tuple(after.fields[one] for one in content.again if one in after.fields),
        documents_added=tuple(one for one in wanted if one.id not in old),
        documents_dropped=tuple(one for name, one in old.items() if name not in _ids(wanted)),
    )


def _documents_before(deps: Deps, journey: Journey, before: ServiceDefinition) -> dict[str, Document]:
    """The documents that the version she began with would ask for, with the answers that are left."""
    earlier = Journey(deps, replace(journey.draft, digest=before.digest))
    return {one.id: one for one in (*earlier.asked_documents(), *earlier.obtained_documents())}


def _tells(changed: Changed) -> bool:
    """Whether anything changed that she would notice."""
    return bool(
        changed.asked or changed.dropped or changed.again or changed.documents_added or changed.documents_dropped
    ) or _terms(changed.before) != _terms(changed.after)


def _terms(definition: ServiceDefinition) -> tuple[object, ...]:
    """What a request costs, how long it takes and who decides, as far as words say it: rules are compiled anew."""
    fee, deadline = definition.fee, definition.deadline
    return (fee.amount, fee.paid_by, fee.per, deadline.law == "31-13", deadline.days, definition.authority.kinds)


def told(work: Work, draft: Draft) -> Draft:
    """The draft, once she has read what changed."""
    draft = draft.with_content(carried_from="", again=())
    drafts.save(work.connection, draft, work.now)
    return draft
