"""Proves the documents of a service lawful: each rests on a text, and none is one that the law forbids asking for."""

from collections.abc import Collection

from portal.catalogue.faults import Sentence
from portal.catalogue.forbidden import CERTIFIED, CIVIL_STATUS, CIVIL_STATUS_TITLES, NEGATION, held_elsewhere
from portal.catalogue.reading import Reading, closest
from portal.domain.service import Document, Field, IdentityLevel, ServiceDefinition, Source, Text, every_field


def prove_documents(definition: ServiceDefinition, reading: Reading, platforms: Collection[str] | None) -> None:
    """Notes every rule that the documents break; a question of type file asks for a document too."""
    for document in definition.documents:
        _prove_basis(definition, document, reading)
        if message := _forbidden(definition, document) or _fault_of_platform(document, platforms):
            reading.fault_at("document", document.id, message)
    for field in every_field(tuple(definition.fields.values())):
        if field.type == "file" and (message := _forbidden(definition, _asked_by(field))):
            reading.fault_at("field", _place(definition, field), message)


def _asked_by(field: Field) -> Document:
    return Document(field.id, field.label, hint=field.hint, optional=not field.required)


def _place(definition: ServiceDefinition, field: Field) -> str:
    if field.id in definition.fields:
        return field.id
    return next((top.id for top in definition.fields.values() if field in every_field(top.fields)), field.id)


def _prove_basis(definition: ServiceDefinition, document: Document, reading: Reading) -> None:
    """Only what a legal text provides for may be asked (law 55-19, art. 3 and 4)."""
    known = [basis.id for basis in definition.legal_basis]
    if not document.basis:
        said = Sentence(
            "'%(name)s' needs 'basis': the id of the legal basis that provides for it (law 55-19, art. 3)",
            name=document.id,
        )
        reading.fault_at("document", document.id, said)
    for name in document.basis:
        if name not in known:
            meant = closest(name, known)
            said = Sentence("'basis': there is no legal basis '%(name)s'%(meant)s", name=name, meant=meant)
            reading.fault_at("document.basis", document.id, said)


def _forbidden(definition: ServiceDefinition, document: Document) -> Sentence | None:
    """Why the law does not let the document be asked for, None where it does."""
    name = document.id
    if _wants_certified(document):
        return Sentence(
            "'%(name)s': nothing certified or legalised can be asked for (law 55-19, art. 4 and 7)", name=name
        )
    if document.source is not Source.CITIZEN:
        return None
    titles = _versions(document.title)
    if definition.identity.rank >= IdentityLevel.SUBSTANTIAL.rank:
        named = any(CIVIL_STATUS_TITLES.search(title) for title in titles)
        if definition.processed and (name in CIVIL_STATUS or named):
            return Sentence(
                "'%(name)s' cannot be asked for: the identity card already proves it (law 04-20, art. 11)", name=name
            )
    held = next(filter(None, map(held_elsewhere, titles)), None)
    # Whoever may do without it, or swear instead, is not made to fetch it.
    if held and definition.processed and not document.optional and document.alternative is None:
        return Sentence(
            "'%(name)s' cannot be required of the citizen: %(holder)s has it. Write 'from: administration' with "
            "'holder', or give 'alternative', or 'optional: true' (law 55-19, art. 4 and 24)",
            name=name,
            holder=held.holder,
        )
    return None


def _fault_of_platform(document: Document, platforms: Collection[str] | None) -> Sentence | None:
    name = document.platform
    if not name or platforms is None or name in platforms:
        return None
    return Sentence("the platform '%(name)s' is not in platforms/%(meant)s", name=name, meant=closest(name, platforms))


def _versions(text: Text) -> list[str]:
    return [text[language] for language in text]


def _wants_certified(document: Document) -> bool:
    titles = [document.id, *_versions(document.title)]
    # A hint may well say that no legalisation is needed.
    return any(map(CERTIFIED.search, titles)) or any(
        not NEGATION.search(hint[max(0, found.start() - 30) : found.start()])
        for hint in (_versions(document.hint) if document.hint else ())
        for found in CERTIFIED.finditer(hint)
    )
