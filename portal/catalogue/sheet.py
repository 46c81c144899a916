"""Reads service.yaml: the procedure sheet (law 55-19, art. 3)."""

import re
from dataclasses import dataclass

from portal.catalogue.conditions import Declared
from portal.catalogue.documents import read_document, read_output
from portal.catalogue.faults import Sentence
from portal.catalogue.fees import WAYS_TO_PAY, read_fee
from portal.catalogue.questions import FORMATS, MAX_UPLOAD_MB
from portal.catalogue.reading import Section
from portal.catalogue.rules import read_condition
from portal.domain.service import (
    Appeal,
    Authority,
    Count,
    Deadline,
    Document,
    Extension,
    Fee,
    Follows,
    HandOff,
    IdentityLevel,
    LegalBasis,
    Mode,
    Occasion,
    OtherPeriod,
    Output,
    Period,
    Privacy,
    Silence,
    Term,
    Text,
    ToConfirm,
    UnitKind,
)

__all__ = ["FILE", "FORMATS", "MAX_UPLOAD_MB", "WAYS_TO_PAY", "Sheet", "mode_of", "read_condition", "read_sheet"]

A_DOCUMENT, AN_OUTPUT, A_BASIS = Sentence("a document"), Sentence("output"), Sentence("a legal basis")
AN_APPEAL, TO_CONFIRM = Sentence("an appeal"), Sentence("something to confirm")
A_PERIOD = Sentence("a period")

FILE = "service.yaml"
RESIDENCE = "residence"
ARTICLE = re.compile(r"[0-9]+(-[0-9]+)+/[0-9]+(-[0-9]+)?")
"""A law by its number, or its year and number, and one of its articles."""


@dataclass(frozen=True)
class Sheet:
    """What service.yaml says."""

    title: Text
    summary: Text
    keywords: tuple[str, ...]
    legal_basis: tuple[LegalBasis, ...]
    authority: Authority
    identity: IdentityLevel
    deadline: Deadline
    fee: Fee
    privacy: Privacy
    documents: tuple[Document, ...]
    outputs: dict[str, Output]
    next_steps: Text | None
    mode: Mode
    handoff: HandOff | None
    appeals: tuple[Appeal, ...]
    to_confirm: tuple[ToConfirm, ...]
    life_events: tuple[str, ...]
    follows: Follows | None


def mode_of(section: Section) -> Mode:
    """Whether the portal processes the service or shows the way to where that is done."""
    return section.choice("mode", Mode, Mode.PROCESSED)


def read_sheet(section: Section, declared: Declared) -> Sheet:
    """The sheet, as far as it can be read; what is wrong with it is noted in the section's reading."""
    mode = mode_of(section)
    documents = section.sections("documents", A_DOCUMENT, required=False)
    outputs = section.named_sections("outputs", AN_OUTPUT, required=False)
    sheet = Sheet(
        title=section.text("title"),
        summary=section.text("summary"),
        keywords=section.words("keywords", required=False),
        legal_basis=tuple(_legal_basis(row) for row in section.sections("legal_basis", A_BASIS)),
        authority=_authority(section, mode),
        identity=section.choice("identity", IdentityLevel),
        deadline=_deadline(section, declared, mode),
        fee=read_fee(section, declared, mode),
        privacy=_privacy(section, mode),
        documents=tuple(read_document(row, declared) for row in documents),
        outputs={name: read_output(name, row) for name, row in outputs},
        next_steps=section.optional_text("next_steps"),
        mode=mode,
        handoff=_handoff(section),
        appeals=tuple(_appeal(row) for row in section.sections("appeals", AN_APPEAL, required=False)),
        to_confirm=_to_confirm(section),
        life_events=section.words("life_events", required=False),
        follows=_follows(section),
    )
    if section.has("legal_basis") and not sheet.legal_basis:
        said = Sentence("a service rests on at least one text of law (law 55-19, art. 3)")
        section.fault(said, "legal_basis")
    _check_mode(section, sheet)
    for key in ("authority", "deadline", "fee", "privacy", "identity", "keywords", "life_events", "mode", "follows"):
        section.reading.remember(key, "", section, key)
    section.close()
    return sheet


def _check_mode(section: Section, sheet: Sheet) -> None:
    if sheet.mode is Mode.PROCESSED:
        if section.has("handoff"):
            said = Sentence("'handoff' is for a service that is done elsewhere, with 'mode: handoff'")
            section.fault(said, "handoff")
        return
    section.needs("handoff")
    for key in ("outputs", "next_steps"):
        if section.has(key):
            said = Sentence(
                "'%(key)s': a service that is done elsewhere has none, for the portal decides nothing", key=key
            )
            section.fault(said, key)
    if sheet.identity is not IdentityLevel.NONE:
        said = Sentence("a service that is done elsewhere asks nobody who she is here: 'identity' is none")
        section.fault(said, "identity")


def _legal_basis(section: Section) -> LegalBasis:
    name = section.identifier("id") if section.has("id") else ""
    if not name:
        section.rule(Sentence("a legal basis needs 'id', by which its documents name it"))
    basis = LegalBasis(section.text("title"), section.address("url"), name)
    section.reading.remember("legal_basis", name, section)
    section.close()
    return basis


def _authority(sheet: Section, mode: Mode) -> Authority:
    section = sheet.section("authority")
    if section is None:
        return Authority((), RESIDENCE)
    by = section.string("by", RESIDENCE if mode is Mode.HANDOFF else None)
    authority = Authority(section.choices("kind", UnitKind), by)
    section.reading.remember("authority", "by", section, "by")
    section.close()
    return authority


def _deadline(sheet: Section, declared: Declared, mode: Mode) -> Deadline:
    section = sheet.optional_section("deadline") if mode is Mode.HANDOFF else sheet.section("deadline")
    if section is None:
        return Deadline("", 0, Silence.APPEAL)
    deadline = Deadline(
        section.string("law"),
        section.integer("days", least=1, most=1000),
        section.choice("silence", Silence),
        section.optional_text("note"),
        _extension(section),
        tuple(
            _other_period(row, declared, number)
            for number, row in enumerate(section.sections("instead", A_PERIOD, required=False))
        ),
        section.optional_integer("hours", least=1, most=200) or 0,
    )
    for key in ("law", "days", "extension", "instead", "hours"):
        section.reading.remember("deadline", key, section, key)
    section.close()
    return deadline


def _extension(deadline: Section) -> Extension | None:
    """That the service is listed for an extension (law 55-19, art. 17), and what for."""
    section = deadline.optional_section("extension")
    if section is None:
        return None
    extension = Extension(section.integer("days", least=1, most=1000), section.text("reason"))
    section.close()
    return extension


def _other_period(section: Section, declared: Declared, number: int) -> OtherPeriod:
    when, _ = read_condition(section, "when", declared)
    other = OtherPeriod(when, Period(section.string("law"), section.integer("days", least=1, most=1000)))
    section.needs("when")
    section.reading.remember("instead", str(number), section)
    section.close()
    return other


def _follows(sheet: Section) -> Follows | None:
    """After which cases it is filed, where it is no service that is asked for by itself."""
    section = sheet.optional_section("follows")
    if section is None:
        return None
    follows = Follows(
        on=section.choices("on", Occasion),
        laws=section.words("laws", required=False),
        silence=section.choice("silence", Silence) if section.has("silence") else None,
        at=section.choices("at", UnitKind) if section.has("at") else (),
        services=section.words("services", required=False),
        within=_within(section),
        article=_article(section),
    )
    for key in ("", "on", "laws", "services", "at", "within"):
        section.reading.remember("follows", key, section, key)
    section.close()
    return follows


def _within(parent: Section) -> Term | None:
    section = parent.optional_section("within")
    if section is None:
        return None
    term = Term(section.integer("days", least=1, most=1000), section.choice("count", Count))
    section.close()
    return term


def _privacy(sheet: Section, mode: Mode) -> Privacy:
    section = sheet.section("privacy")
    if section is None:
        return Privacy(sheet.text("title"), 0, ())
    handed_off = mode is Mode.HANDOFF
    privacy = Privacy(
        section.text("purpose"),
        section.integer("retention_years", least=0 if handed_off else 1, most=100),
        section.texts("recipients", required=not handed_off),
    )
    section.close()
    return privacy


def _handoff(sheet: Section) -> HandOff | None:
    section = sheet.optional_section("handoff")
    if section is None:
        return None
    handoff = HandOff(
        section.text("name"), section.texts("steps"), section.address("url"), section.optional_text("appointment")
    )
    if section.has("steps") and not handoff.steps:
        section.fault(Sentence("'handoff' needs at least one step: what the citizen does"), "steps")
    section.close()
    return handoff


def _article(section: Section) -> str | None:
    """The rule that gives an appeal: a law and its article."""
    article = section.string("article", "")
    if article and not ARTICLE.fullmatch(article):
        said = Sentence("'%(article)s' is no article: write the law and the article, as in 55-19/21", article=article)
        section.fault(said, "article")
    return article or None


def _appeal(section: Section) -> Appeal:
    appeal = Appeal(
        before=section.text("before"),
        days=section.optional_integer("days", least=1, most=365),
        article=_article(section),
        note=section.optional_text("note"),
        at=section.choices("at", UnitKind) if section.has("at") else (),
    )
    section.close()
    return appeal


def _to_confirm(sheet: Section) -> tuple[ToConfirm, ...]:
    found: list[ToConfirm] = []
    for section in sheet.sections("to_confirm", TO_CONFIRM, required=False):
        found.append(ToConfirm(section.string("item"), section.text("note")))
        section.reading.remember("to_confirm", found[-1].item, section)
        section.close()
    return tuple(found)
