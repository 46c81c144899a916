"""Reads service.yaml: the procedure sheet (law 55-19, art. 3)."""

from dataclasses import dataclass
from decimal import Decimal

from portal.catalogue.conditions import BadCondition, Declared, compile_condition
from portal.catalogue.reading import Section
from portal.domain.service import (
    Authority,
    Condition,
    Deadline,
    Document,
    Fee,
    IdentityLevel,
    LegalBasis,
    Output,
    Privacy,
    Silence,
    Source,
    Text,
    UnitKind,
    always,
)

FILE = "service.yaml"
FORMATS = frozenset({"pdf", "jpeg", "png"})
MAX_UPLOAD_MB = 10
WAYS_TO_PAY = frozenset({"stamp", "e_stamp", "cash", "card"})


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


def read_sheet(section: Section, declared: Declared) -> Sheet:
    """The sheet, as far as it can be read; what is wrong with it is noted in the section's reading."""
    sheet = Sheet(
        title=section.text("title"),
        summary=section.text("summary"),
        keywords=section.words("keywords", required=False),
        legal_basis=tuple(_legal_basis(row) for row in section.sections("legal_basis", "a legal basis")),
        authority=_authority(section),
        identity=section.choice("identity", IdentityLevel),
        deadline=_deadline(section),
        fee=_fee(section),
        privacy=_privacy(section),
        documents=tuple(
            _document(row, declared) for row in section.sections("documents", "a document", required=False)
        ),
        outputs={name: _output(name, row) for name, row in section.named_sections("outputs", "output", required=False)},
        next_steps=section.optional_text("next_steps"),
    )
    if section.has("legal_basis") and not sheet.legal_basis:
        section.fault("a service rests on at least one text of law (law 55-19, art. 3)", "legal_basis")
    for key in ("authority", "deadline", "fee", "privacy", "identity"):
        section.reading.remember(key, "", section, key)
    section.close()
    return sheet


def read_condition(section: Section, key: str, declared: Declared) -> tuple[Condition, bool]:
    """The condition written at a key, and whether there is one."""
    if not section.has(key):
        return always, False
    expression = section.string(key)
    try:
        return compile_condition(expression, declared), True
    except BadCondition as error:
        section.fault(f"'{key}': {error}", key)
        return always, True


def _legal_basis(section: Section) -> LegalBasis:
    url = section.string("url", "") or None
    if url and not url.startswith("https://"):
        section.fault("'url' must begin with https://", "url")
    basis = LegalBasis(section.text("title"), url)
    section.close()
    return basis


def _authority(sheet: Section) -> Authority:
    section = sheet.section("authority")
    if section is None:
        return Authority((), "residence")
    authority = Authority(section.choices("kind", UnitKind), section.string("by"))
    section.reading.remember("authority", "by", section, "by")
    section.close()
    return authority


def _deadline(sheet: Section) -> Deadline:
    section = sheet.section("deadline")
    if section is None:
        return Deadline("", 0, Silence.APPEAL)
    deadline = Deadline(
        section.string("law"), section.integer("days", least=1, most=1000), section.choice("silence", Silence)
    )
    section.reading.remember("deadline", "law", section, "law")
    section.reading.remember("deadline", "days", section, "days")
    section.close()
    return deadline


def _fee(sheet: Section) -> Fee:
    section = sheet.section("fee")
    if section is None:
        return Fee(Decimal(0))
    section.needs("amount")
    fee = Fee(
        section.decimal("amount") or Decimal(0),
        section.string("currency", "MAD"),
        section.words("paid_by", required=False),
    )
    if fee.amount < 0:
        section.fault("a fee cannot be negative", "amount")
    if fee.currency != "MAD":
        section.fault("fees are in dirhams: 'currency' must be MAD", "currency")
    if fee.amount > 0 and not fee.paid_by:
        section.fault("a fee needs 'paid_by': how the citizen pays it", "amount")
    for way in fee.paid_by:
        if way not in WAYS_TO_PAY:
            section.fault(f"'{way}' is not a way to pay: use {', '.join(sorted(WAYS_TO_PAY))}", "paid_by")
    section.close()
    return fee


def _privacy(sheet: Section) -> Privacy:
    section = sheet.section("privacy")
    if section is None:
        return Privacy(sheet.text("title"), 0, ())
    privacy = Privacy(
        section.text("purpose"),
        section.integer("retention_years", least=1, most=100),
        section.texts("recipients"),
    )
    section.close()
    return privacy


def _document(section: Section, declared: Declared) -> Document:
    needed, conditional = read_condition(section, "needed", declared)
    document = Document(
        id=section.identifier("id"),
        title=section.text("title"),
        source=section.choice("from", Source),
        hint=section.optional_text("hint"),
        needed=needed,
        conditional=conditional,
        accept=section.words("accept", required=False) or ("pdf", "jpeg", "png"),
        max_mb=section.integer("max_mb", 10, least=1, most=MAX_UPLOAD_MB),
        optional=section.boolean("optional", False),
        alternative=section.optional_text("alternative"),
        platform=section.string("platform", "") or None,
        sensitive=section.boolean("sensitive", False),
    )
    for name in document.accept:
        if name not in FORMATS:
            section.fault(f"'{name}' is not a format we can check: use {', '.join(sorted(FORMATS))}", "accept")
    _check_source(section, document)
    section.reading.remember("document", document.id, section)
    section.close()
    return document


def _check_source(section: Section, document: Document) -> None:
    if document.source is Source.CITIZEN:
        if document.platform:
            section.fault("a document the citizen brings has no 'platform'", "platform")
        return
    # What the administration fetches itself is never asked of the citizen (law 55-19, art. 4(8) and 24).
    if not document.platform:
        section.fault("a document from the administration needs 'platform': where it is fetched", "from")
    for key in ("alternative", "optional", "accept", "max_mb"):
        if section.has(key):
            section.fault(f"'{key}' makes no sense for a document from the administration: it is never asked", key)


def _output(name: str, section: Section) -> Output:
    output = Output(
        id=name,
        title=section.text("title"),
        paragraphs=section.texts("paragraphs"),
        validity_months=section.optional_integer("validity_months", least=1, most=120),
    )
    section.reading.remember("output", name, section)
    section.close()
    return output
