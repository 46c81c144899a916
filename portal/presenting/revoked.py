"""Why a document no longer stands, in words that say nothing of anybody; and what a case's timeline tells of it."""

from collections.abc import Mapping, Sequence

from portal.domain.events import DocumentRevoked, Event, NumberAbandoned
from portal.domain.issued import RevokedFor
from portal.i18n import N_, comma, translate
from portal.presenting.isolation import isolated, quoted

WHY: Mapping[RevokedFor, str] = {
    RevokedFor.REOPENED: N_("The decision was taken up again"),
    RevokedFor.ERROR: N_("It says something that is not right"),
    RevokedFor.WRONG_PERSON: N_("It was issued for the wrong person"),
    RevokedFor.FRAUD: N_("It was obtained by fraud"),
    RevokedFor.REPLACED: N_("Another was issued in its place"),
}
"""What is said of each reason, by message id."""

NOT_AFTER_FRAUD = N_(
    "Choose “No”: nothing takes the place of a document obtained by fraud. If the applicant has a right to one, it takes "
    "a new decision"
)

_ENDS = ".!?؟…"
"""What ends a sentence: her own words may end without."""


def told_of_revoking(event: Event, title: str, language: str) -> tuple[str, str] | None:
    """What happened to a document called ``title``, and the words that were said of it; None for any other event."""
    match event:
        case DocumentRevoked():
            said = translate(language, WHY[RevokedFor(event.why)])
            anew = event.again and event.why != RevokedFor.REPLACED.value
            again = translate(language, N_("Another is issued in its place.")) if anew else ""
            reasons = event.reasons.rstrip()
            own = quoted(reasons) + ("" if not reasons or reasons[-1] in _ENDS else ".")
            words = " ".join(part for part in (f"{said}.", own, again) if part)
            named = {"document": title, "number": isolated(event.number, language)}
            return translate(language, N_("No longer stands: %(document)s, %(number)s"), named), words
        case NumberAbandoned():
            number = {"number": isolated(event.number, language)}
            return translate(language, N_("The number %(number)s was abandoned"), number), quoted(event.why)
        case _:
            return None


def told_of_replacing(numbers: Sequence[str], language: str) -> str:
    """Which revoked documents one was issued in place of; nothing where there are none."""
    if not numbers:
        return ""
    said = comma(language).join(isolated(number, language) for number in numbers)
    return translate(language, N_("Issued in place of %(numbers)s"), {"numbers": said})
