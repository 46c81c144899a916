"""The procedure sheet of a service, as law 55-19 wants it (art. 3 to 6), in a language."""

from dataclasses import dataclass
from functools import lru_cache

from portal.domain.service import Document, ServiceDefinition, Silence, Source, UnitKind
from portal.domain.territory import Territory
from portal.i18n import N_, number, translate, translate_count
from portal.presenting.isolation import isolated
from portal.presenting.law import law_name, of_law_55_19
from portal.presenting.remedies import COMPLAINTS

KINDS = {
    UnitKind.ANNEXE: N_("District office"),
    UnitKind.CAIDAT: N_("Caidat"),
    UnitKind.COMMUNE: N_("Commune"),
    UnitKind.SOCIAL_CENTRE: N_("Social centre"),
    UnitKind.PROVINCE: N_("Province"),
}
MEANS = {"stamp": N_("Tax stamp"), "e_stamp": N_("Electronic stamp"), "cash": N_("At the counter")}
GOVERNOR = N_("the governor of the province")
PRESIDENT = N_("the president of the communal council")


@dataclass(frozen=True)
class SheetDocument:
    """A document of the sheet; ``note`` says when it is needed and what may replace it."""

    title: str
    hint: str | None
    notes: list[str]


@dataclass(frozen=True)
class Sheet:
    """Everything a citizen should know before she starts."""

    slug: str
    title: str
    summary: str
    authority: str
    by_place: bool
    brought: list[SheetDocument]
    fetched: list[SheetDocument]
    deadline: str
    promise: str
    fee: str
    silence: str
    appeals: str
    legal_basis: list[tuple[str, str | None]]
    next_steps: str | None
    identity: str
    purpose: str
    recipients: list[str]
    retention: str
    remedy_words: tuple[str, ...]


@lru_cache(maxsize=256)
def sheet_of(definition: ServiceDefinition, territory: Territory, language: str) -> Sheet:
    by_source = {
        source: [_document(one, language) for one in definition.documents if one.source is source] for source in Source
    }
    return Sheet(
        slug=definition.slug,
        title=definition.title[language],
        summary=definition.summary[language],
        authority=authority_words(definition, language),
        by_place=definition.authority.by != "residence",
        brought=by_source[Source.CITIZEN],
        fetched=by_source[Source.ADMINISTRATION],
        deadline=deadline_words(definition, language),
        promise=promise_words(definition, language),
        fee=fee_words(definition, language),
        silence=silence_words(definition, language),
        appeals=appeal_words(definition, language),
        legal_basis=[(basis.title[language], basis.url) for basis in definition.legal_basis],
        next_steps=definition.next_steps[language] if definition.next_steps else None,
        identity=definition.identity.value,
        purpose=definition.privacy.purpose[language],
        recipients=[one[language] for one in definition.privacy.recipients],
        retention=translate_count(
            language, N_("%(count)s year"), N_("%(count)s years"), definition.privacy.retention_years
        ),
        remedy_words=remedy_words(definition),
    )


def authority_words(definition: ServiceDefinition, language: str) -> str:
    """The kinds of office that decide, as words."""
    kinds = [translate(language, KINDS[kind]) for kind in definition.authority.kinds]
    return translate(language, N_(" or ")).join(kinds)


def deadline_words(definition: ServiceDefinition, language: str) -> str:
    if definition.deadline.law == "31-13":
        one, many = N_("Within %(count)s working day"), N_("Within %(count)s working days")
    else:
        one, many = N_("Within %(count)s day"), N_("Within %(count)s days")
    return translate_count(language, one, many, definition.deadline.days)


def promise_words(definition: ServiceDefinition, language: str) -> str:
    """What the citizen may count on once nothing is missing from her file."""
    if definition.deadline.law == "31-13":
        return translate_count(
            language,
            "Your file is complete. You will have the answer within %(count)s working day.",
            "Your file is complete. You will have the answer within %(count)s working days.",
            definition.deadline.days,
        )
    return translate_count(
        language,
        "Your file is complete. You will have the answer within %(count)s day.",
        "Your file is complete. You will have the answer within %(count)s days.",
        definition.deadline.days,
    )


def fee_words(definition: ServiceDefinition, language: str) -> str:
    fee = definition.fee
    if not fee.amount:
        return translate(language, N_("Free of charge"))
    amount = translate(language, N_("%(amount)s dirhams"), {"amount": number(float(fee.amount), language)})
    means = [translate(language, MEANS[one]) for one in fee.paid_by if one in MEANS]
    return f"{amount} ({translate(language, N_(' or ')).join(means)})" if means else amount


def silence_words(definition: ServiceDefinition, language: str) -> str:
    """What follows when no answer comes in time: law 55-19, art. 19 to 21, binds its own decisions only."""
    law = definition.deadline.law
    if law == COMPLAINTS:
        message = N_(
            "An answer is due to you within 60 days at most (%(law)s). You can follow your complaint with the "
            "reference and the secret code of your receipt."
        )
        return translate(language, message, {"law": isolated(law_name(law)[language], language)})
    if not of_law_55_19(law):
        return translate(
            language, N_("You can follow your request with the reference and the secret code of your receipt.")
        )
    if definition.deadline.silence is Silence.APPROVAL:
        return translate(
            language,
            N_("If you have no answer by then, your request counts as approved. You may ask for the act itself."),
        )
    message = N_("If you have no answer by then, you may appeal to %(authority)s within 30 days.")
    return translate(language, message, {"authority": translate(language, _appeal_authority(definition))})


def appeal_words(definition: ServiceDefinition, language: str) -> str:
    """Where to turn when the answer is a refusal, or does not satisfy."""
    if not of_law_55_19(definition.deadline.law):
        # The remedies of the other laws are their own, and are not the portal's to state.
        return translate(language, N_("You can still turn to the Ombudsman of the Kingdom."))
    message = N_(
        "If your request is refused, you may appeal to %(authority)s within 30 days. You are answered in 15 days."
    )
    return translate(language, message, {"authority": translate(language, _appeal_authority(definition))})


def remedy_words(definition: ServiceDefinition) -> tuple[str, ...]:
    """The words of the glossary that what is said of silence and of remedies uses."""
    if not of_law_55_19(definition.deadline.law):
        return ("ombudsman",)
    approval = definition.deadline.silence is Silence.APPROVAL
    return ("silence-approval" if approval else "silence", "appeal")


def _appeal_authority(definition: ServiceDefinition) -> str:
    return PRESIDENT if UnitKind.COMMUNE in definition.authority.kinds else GOVERNOR


def _document(document: Document, language: str) -> SheetDocument:
    notes = []
    if document.conditional:
        notes.append(translate(language, N_("Depends on your answers")))
    if document.optional:
        notes.append(translate(language, N_("Only if you wish")))
    if document.alternative:
        notes.append(translate(language, N_("A sworn statement can replace it")))
    return SheetDocument(document.title[language], document.hint[language] if document.hint else None, notes)
