"""The procedure sheet of a service, as law 55-19 wants it (art. 3 to 6), in a language."""

from dataclasses import dataclass
from functools import lru_cache

from portal.domain.service import Document, HandOff, ServiceDefinition, Silence, Source, UnitKind
from portal.domain.territory import Territory
from portal.i18n import N_, translate, translate_count
from portal.presenting.appeals import own_appeals
from portal.presenting.fees import fee_notes, fee_words
from portal.presenting.isolation import isolated
from portal.presenting.law import law_name, of_law_55_19
from portal.presenting.other_periods import deadline_notes, works_in_working_days
from portal.presenting.remedies import COMPLAINTS

KINDS = {
    UnitKind.ANNEXE: N_("District office"),
    UnitKind.CAIDAT: N_("Caidat"),
    UnitKind.COMMUNE: N_("Commune"),
    UnitKind.SOCIAL_CENTRE: N_("Social centre"),
    UnitKind.PROVINCE: N_("Province"),
    UnitKind.OMBUDSMAN: N_("Office of the Ombudsman"),
}
GOVERNOR = N_("the governor of the province")
PRESIDENT = N_("the president of the communal council")


@dataclass(frozen=True)
class SheetDocument:
    """A document of the sheet; ``notes`` say when it is needed, who holds it and what may replace it."""

    title: str
    hint: str | None
    notes: list[str]


@dataclass(frozen=True)
class Elsewhere:
    """Where a service that the portal does not process is done, and how; ``url`` leads out of the portal."""

    name: str
    steps: list[str]
    url: str | None
    appointment: str | None
    note: str | None


@dataclass(frozen=True)
class Sheet:
    """Everything a citizen should know before she starts.

    What nobody could confirm is said as what is usual, never as law: see ``to_confirm`` of the service. ``appeals`` is
    a sentence where the law gives the remedy, ``appeal_list`` the service's own. What ``follows`` another case is filed
    from that one.
    """

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
    fee_notes: list[str]
    deadline_notes: list[str]
    documents_note: str | None
    appeal_list: list[str]
    asks_first: bool
    elsewhere: Elsewhere | None
    keeps: bool
    follows: bool


@lru_cache(maxsize=256)
def sheet_of(definition: ServiceDefinition, territory: Territory, language: str) -> Sheet:
    by_source = {
        source: [_document(definition, one, language) for one in definition.documents if one.source is source]
        for source in Source
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
        appeals="" if definition.appeals else appeal_words(definition, language),
        legal_basis=[
            (basis.title[language], basis.url)
            for basis in definition.legal_basis
            if not (basis.id and definition.unconfirmed(f"legal_basis.{basis.id}"))
        ],
        next_steps=definition.next_steps[language] if definition.next_steps else None,
        identity=definition.identity.value,
        purpose=definition.privacy.purpose[language],
        recipients=[one[language] for one in definition.privacy.recipients],
        retention=retention_words(definition, language),
        remedy_words=remedy_words(definition),
        fee_notes=fee_notes(definition, language),
        deadline_notes=deadline_notes(definition, language),
        documents_note=_documents_note(definition, language),
        appeal_list=own_appeals(definition, language),
        asks_first=definition.eligibility is not None,
        elsewhere=_elsewhere(definition, definition.handoff, language) if definition.handoff else None,
        keeps=definition.privacy.retention_years > 0,
        follows=definition.follows is not None,
    )


def _elsewhere(definition: ServiceDefinition, handoff: HandOff, language: str) -> Elsewhere:
    unsure = definition.unconfirmed("handoff")
    return Elsewhere(
        name=handoff.name[language],
        steps=[one[language] for one in handoff.steps],
        url=handoff.url,
        appointment=handoff.appointment[language] if handoff.appointment else None,
        note=translate(language, N_("Ask the office first whether it is still done this way.")) if unsure else None,
    )


def _documents_note(definition: ServiceDefinition, language: str) -> str | None:
    """That the list is what is usually asked for, where nobody could confirm all of it."""
    unsure = any(definition.unconfirmed(f"documents.{one.id}") for one in definition.documents)
    if not (unsure or definition.unconfirmed("documents")):
        return None
    return translate(language, N_("This is what is usually asked for: the office confirms this list."))


def retention_words(definition: ServiceDefinition, language: str) -> str:
    """For how long the data are kept; a service that is done elsewhere keeps nothing here."""
    years = definition.privacy.retention_years
    if not years:
        return translate(language, N_("This portal keeps nothing."))
    words = translate_count(language, N_("%(count)s year"), N_("%(count)s years"), years)
    if definition.unconfirmed("privacy.retention_years"):
        return translate(language, N_("Usually %(time)s"), {"time": words})
    return words


def authority_words(definition: ServiceDefinition, language: str) -> str:
    """The kinds of office that decide, as words."""
    kinds = [translate(language, KINDS[kind]) for kind in definition.authority.kinds]
    return translate(language, N_(" or ")).join(kinds)


def deadline_words(definition: ServiceDefinition, language: str) -> str:
    """The time to answer; one that nobody could confirm is what is usual, and an unknown one is the office's to tell."""
    deadline = definition.deadline
    if not deadline.stated:
        return translate(language, N_("The office tells you"))
    working, unsure = works_in_working_days(deadline.law), definition.unconfirmed("deadline.days")
    if unsure and working:
        one, many = N_("Usually within %(count)s working day"), N_("Usually within %(count)s working days")
    elif unsure:
        one, many = N_("Usually within %(count)s day"), N_("Usually within %(count)s days")
    elif working:
        one, many = N_("Within %(count)s working day"), N_("Within %(count)s working days")
    else:
        one, many = N_("Within %(count)s day"), N_("Within %(count)s days")
    return translate_count(language, one, many, deadline.days)


def promise_words(definition: ServiceDefinition, language: str) -> str:
    """What the citizen may count on once nothing is missing from her file."""
    deadline = definition.deadline
    if not deadline.stated:
        return translate(language, N_("Your file is complete. The office tells you when it answers."))
    working, unsure = works_in_working_days(deadline.law), definition.unconfirmed("deadline.days")
    # Each pair stands side by side: that is how a singular and its plural are found.
    if unsure and working:
        one, many = (
            N_("Your file is complete. The answer usually comes within %(count)s working day."),
            N_("Your file is complete. The answer usually comes within %(count)s working days."),
        )
    elif unsure:
        one, many = (
            N_("Your file is complete. The answer usually comes within %(count)s day."),
            N_("Your file is complete. The answer usually comes within %(count)s days."),
        )
    elif working:
        one, many = (
            N_("Your file is complete. You will have the answer within %(count)s working day."),
            N_("Your file is complete. You will have the answer within %(count)s working days."),
        )
    else:
        one, many = (
            N_("Your file is complete. You will have the answer within %(count)s day."),
            N_("Your file is complete. You will have the answer within %(count)s days."),
        )
    return translate_count(language, one, many, deadline.days)


def silence_words(definition: ServiceDefinition, language: str) -> str:
    """What follows when no answer comes in time: law 55-19, art. 19 to 21, binds its own decisions only."""
    law = definition.deadline.law
    if not definition.processed or not definition.deadline.stated:
        # The period of what is done elsewhere is not this portal's to count.
        return ""
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
    if definition.unconfirmed("deadline.silence"):
        return translate(language, N_("If you have no answer by then, ask the office that decides."))
    if definition.deadline.silence is Silence.APPROVAL:
        return translate(
            language,
            N_("If you have no answer by then, your request counts as approved. You may ask for the act itself."),
        )
    if definition.appeals:
        return translate(language, N_("If you have no answer by then, you may appeal: see below before whom."))
    message = N_("If you have no answer by then, you may appeal to %(authority)s within 30 days.")
    return translate(language, message, {"authority": translate(language, _appeal_authority(definition))})


def appeal_words(definition: ServiceDefinition, language: str) -> str:
    """Where to turn when the answer is a refusal, or does not satisfy."""
    if not of_law_55_19(definition.deadline.law) or not definition.processed:
        # The remedies of the other laws are their own, and are not the portal's to state.
        return translate(language, N_("You can still turn to the Ombudsman of the Kingdom."))
    message = N_(
        "If your request is refused, you may appeal to %(authority)s within 30 days. You are answered in 15 days."
    )
    return translate(language, message, {"authority": translate(language, _appeal_authority(definition))})


def remedy_words(definition: ServiceDefinition) -> tuple[str, ...]:
    """The words of the glossary that what is said of silence and of remedies uses."""
    if definition.appeals:
        return ("appeal",)
    if not of_law_55_19(definition.deadline.law) or not definition.processed:
        return ("ombudsman",)
    approval = definition.deadline.silence is Silence.APPROVAL
    return ("silence-approval" if approval else "silence", "appeal")


def _appeal_authority(definition: ServiceDefinition) -> str:
    return PRESIDENT if UnitKind.COMMUNE in definition.authority.kinds else GOVERNOR


def _document(definition: ServiceDefinition, document: Document, language: str) -> SheetDocument:
    notes = []
    if definition.unconfirmed(f"documents.{document.id}"):
        notes.append(translate(language, N_("Usually asked for")))
    if document.conditional:
        notes.append(translate(language, N_("Depends on your answers")))
    if document.optional:
        notes.append(translate(language, N_("Only if you wish")))
    if document.alternative:
        notes.append(translate(language, N_("A sworn statement can replace it")))
    if document.holder:
        notes.append(translate(language, N_("Held by: %(holder)s"), {"holder": document.holder[language]}))
    return SheetDocument(document.title[language], document.hint[language] if document.hint else None, notes)
