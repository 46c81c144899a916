"""Proves the documents of a service lawful: each rests on a text, and none is one that the law forbids asking for."""

from collections.abc import Collection

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
        reading.fault_at(
            "document",
            document.id,
            f"'{document.id}' needs 'basis': the id of the legal basis that provides for it (law 55-19, art. 3)",
        )
    for name in document.basis:
        if name not in known:
            reading.fault_at(
                "document.basis", document.id, f"'basis': there is no legal basis '{name}'{closest(name, known)}"
            )


def _forbidden(definition: ServiceDefinition, document: Document) -> str | None:
    """Why the law does not let the document be asked for, None where it does."""
    name = document.id
    if _wants_certified(document):
        return f"'{name}': nothing certified or legalised can be asked for (law 55-19, art. 4 and 7)"
    if document.source is not Source.CITIZEN:
        return None
    titles = _versions(document.title)
    if definition.identity.rank >= IdentityLevel.SUBSTANTIAL.rank:
        named = any(CIVIL_STATUS_TITLES.search(title) for title in titles)
        if definition.processed and (name in CIVIL_STATUS or named):
            return f"'{name}' cannot be asked for: the identity card already proves it (law 04-20, art. 11)"
    held = next(filter(None, map(held_elsewhere, titles)), None)
    # Whoever may do without it, or swear instead, is not made to fetch it.
    if held and definition.processed and not document.optional and document.alternative is None:
        return (
            f"'{name}' cannot be required of the citizen: {held.holder} has it. Write 'from: administration' with "
            "'holder', or give 'alternative', or 'optional: true' (law 55-19, art. 4 and 24)"
        )
    return None


def _fault_of_platform(document: Document, platforms: Collection[str] | None) -> str | None:
    if not document.platform or platforms is None or document.platform in platforms:
        return None
    return f"the platform '{document.platform}' is not in platforms/{closest(document.platform, platforms)}"


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
