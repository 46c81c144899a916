"""Reads the documents of the sheet: those a file needs, and those the administration issues."""

from portal.catalogue.conditions import Declared
from portal.catalogue.faults import Sentence
from portal.catalogue.questions import FORMATS, MAX_UPLOAD_MB
from portal.catalogue.reading import Section
from portal.catalogue.reserved import check_document, check_output
from portal.catalogue.rules import read_condition
from portal.domain.issued import OWN, DocumentKind
from portal.domain.service import Document, Output, Source


def read_document(section: Section, declared: Declared) -> Document:
    """One document a file needs, and where it comes from."""
    needed, conditional = read_condition(section, "needed", declared)
    document = Document(
        id=section.identifier("id"),
        title=section.text("title"),
        source=section.choice("from", Source),
        hint=section.optional_text("hint"),
        needed=needed,
        conditional=conditional,
        accept=section.words("accept", required=False) or ("pdf", "jpeg", "png"),
        max_mb=section.integer("max_mb", MAX_UPLOAD_MB, least=1, most=MAX_UPLOAD_MB),
        optional=section.boolean("optional", False),
        alternative=section.optional_text("alternative"),
        platform=section.string("platform", "") or None,
        sensitive=section.boolean("sensitive", False),
        basis=section.words("basis", required=False),
        holder=section.optional_text("holder"),
    )
    check_document(section, document.id)
    for name in document.accept:
        if name not in FORMATS:
            known = ", ".join(sorted(FORMATS))
            said = Sentence("'%(name)s' is not a format we can check: use %(known)s", name=name, known=known)
            section.fault(said, "accept")
    _check_source(section, document)
    section.reading.remember("document", document.id, section)
    section.reading.remember("document.basis", document.id, section, "basis")
    section.close()
    return document


def _check_source(section: Section, document: Document) -> None:
    if document.source is Source.CITIZEN:
        for key in ("platform", "holder"):
            if section.has(key):
                section.fault(Sentence("a document the citizen brings has no '%(key)s'", key=key), key)
        return
    # What the administration fetches itself is never asked of the citizen (law 55-19, art. 4(8) and 24).
    if document.holder is None:
        said = Sentence("a document from the administration needs 'holder': which administration has it")
        section.rule(said, "from")
    for key in ("alternative", "optional", "accept", "max_mb"):
        if section.has(key):
            said = Sentence(
                "'%(key)s' makes no sense for a document from the administration: it is never asked", key=key
            )
            section.fault(said, key)


def read_output(name: str, section: Section) -> Output:
    """One document the administration issues."""
    output = Output(
        id=name,
        title=section.text("title"),
        paragraphs=section.texts("paragraphs"),
        validity_months=section.optional_integer("validity_months", least=1, most=120),
        kind=section.choice("kind", DocumentKind, OWN[0]),
    )
    check_output(section, name)
    if output.kind not in OWN:
        known = ", ".join(one.value for one in OWN)
        said = Sentence(
            "the portal issues a '%(name)s' of every file itself: use %(known)s", name=output.kind.value, known=known
        )
        section.fault(said, "kind")
    section.reading.remember("output", name, section)
    section.close()
    return output
