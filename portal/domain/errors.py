"""The one family of errors: each carries the HTTP status and the message key the edge will show it with."""

from collections.abc import Mapping


class PortalError(Exception):
    """Something the reader must be told. ``params`` fill the message; nothing in them is personal data."""

    status = 500
    key = "error.unexpected"

    def __init__(self, **params: str) -> None:
        super().__init__(self.key)
        self.params: Mapping[str, str] = params


class NotFound(PortalError):
    """No such thing, or not one this reader may know of."""

    status, key = 404, "error.not_found"


class NotAllowed(PortalError):
    """The actor may not do this."""

    status, key = 403, "error.not_allowed"


class SignInNeeded(PortalError):
    """Nobody is signed in, or at too low a level."""

    status, key = 401, "error.sign_in_needed"


class BadProof(PortalError):
    """The request does not prove that it came from one of our own pages."""

    status, key = 403, "error.bad_proof"


class VisitEnded(BadProof):
    """The form belongs to a visit without an account that has ended: nobody can be known again as that visitor."""

    key = "error.visit_ended"


class TooMany(PortalError):
    """Too many attempts; try again later: ``seconds`` from now, which is ``at`` (ISO), where that is known."""

    status, key = 429, "error.too_many"


class TooLarge(PortalError):
    """The body is larger than what is accepted here."""

    status, key = 413, "error.too_large"


class Unavailable(PortalError):
    """A service we depend on does not answer; nothing is lost."""

    status, key = 503, "error.unavailable"


class Busy(Unavailable):
    """As much as can be done of this at once is under way; try again in ``seconds``."""

    key = "error.busy"


class ClocksDisagree(Unavailable):
    """The portal's machines do not agree on the date: what is done now would be dated before what was done last."""

    key = "error.clocks_disagree"


class UnderMaintenance(Unavailable):
    """The operator has closed the portal for a while."""

    key = "error.maintenance"


class Invalid(PortalError):
    """What was sent cannot be understood; ``detail`` says why."""

    status, key = 422, "error.invalid"


class Unlawful(PortalError):
    """The law forbids this act; ``article`` names the rule."""

    status, key = 409, "law.forbidden"

    def __init__(self, article: str, **params: str) -> None:
        super().__init__(article=article, **params)
        self.article = article


class SecondRequest(Unlawful):
    """Further information may be asked for once only (law 55-19, art. 14)."""

    key = "law.second_request"


class RequestTooLate(Unlawful):
    """The citizen may be asked for something in the first half of the period only (law 55-19, art. 7, 10 and 14)."""

    key = "law.request_too_late"


class OriginalsAgain(Unlawful):
    """The originals may be asked for in one request only (law 55-19, art. 7)."""

    key = "law.originals_again"


class NotListedForExtension(Unlawful):
    """The period of this service cannot be extended (law 55-19, art. 17)."""

    key = "law.not_listed"


class SecondExtension(Unlawful):
    """A period is extended once (law 55-19, art. 17)."""

    key = "law.second_extension"


class ExtensionTooLong(Unlawful):
    """An extension lasts no longer than the service is listed for: ``most`` days (law 55-19, art. 17)."""

    key = "law.extension_too_long"


class PeriodOver(Unlawful):
    """What has run out cannot be extended (law 55-19, art. 17)."""

    key = "law.period_over"


class OtherPeriodOver(Unlawful):
    """A file is not put under a period whose own last day, ``until`` (ISO), has passed: it would be late at once."""

    key = "law.other_period_over"


class NotRunning(Unlawful):
    """Nothing can be asked for while the clock stands still, or before it has started."""

    key = "law.not_running"


class SilenceIsApproval(Unlawful):
    """The silence of the administration has already granted what was asked (law 55-19, art. 19)."""

    key = "law.silence_is_approval"


class RemedyTooLate(Unlawful):
    """What could be done against a decision or a silence could be done ``until`` a day (ISO) that has passed."""

    key = "law.remedy_too_late"


class NotRepeated(Unlawful):
    """Only what was refused before may go unanswered (law 55-19, art. 15)."""

    key = "law.not_repeated"


class RefusalOverturned(Unlawful):
    """The refusal that a request repeats was taken up again, or something was granted against it."""

    key = "law.refusal_overturned"


class NotYetReturned(Unlawful):
    """A file is returned only once the citizen's days to complete it are over: ``until`` (law 55-19, art. 10)."""

    key = "law.not_yet_returned"


class ReasonsMissing(Unlawful):
    """A refusal carries its reasons (law 55-19, art. 18)."""

    key = "law.reasons_missing"


class ConsentMissing(Unlawful):
    """What another administration holds is fetched with the citizen's prior consent only (law 55-19, art. 24)."""

    key = "law.consent_missing"


class JournalContradicts(PortalError):
    """The case's journal contradicts itself: nothing is done to it until an operator has looked."""

    status, key = 409, "case.journal_contradicts"


class AlreadyDecided(PortalError):
    """Somebody else has decided this case."""

    status, key = 409, "case.already_decided"


class CaseMoved(PortalError):
    """The case changed while this actor was looking at it."""

    status, key = 409, "case.moved"


class ActionNotPossible(PortalError):
    """The workflow has no such action from the case's state, or its condition does not hold."""

    status, key = 409, "case.action_not_possible"


class TakenBySomeone(PortalError):
    """Another agent has taken this case."""

    status, key = 409, "case.taken_by_someone"


class ReopeningTooLate(PortalError):
    """The time in which this decision could be taken up again has passed; ``until`` (ISO) was its last day."""

    status, key = 409, "case.reopening_too_late"


class CameTooLate(PortalError):
    """What was brought is not awaited any more: nothing of it was kept."""

    status, key = 409, "file.came_too_late"


class DocumentsNeeded(PortalError):
    """Say which documents are asked for anew, or are in doubt."""

    status, key = 422, "case.documents_needed"


class UnitNeeded(PortalError):
    """A transfer names the unit that the case goes to, another than where it is."""

    status, key = 422, "case.unit_needed"


class OpinionNotAsked(PortalError):
    """No such opinion is asked on this case, or it is asked of somebody else."""

    status, key = 404, "opinion.not_asked"


class OpinionAlreadyGiven(PortalError):
    """This opinion has been given: it stands as it is."""

    status, key = 409, "opinion.already_given"


class OpinionsClosed(PortalError):
    """The case no longer awaits opinions: they were joined, or it was moved on."""

    status, key = 409, "opinion.closed"


class SamePerson(NotAllowed):
    """Whoever uploaded or proposed a version of a service is not the one who decides on it."""

    key = "studio.same_person"
