"""A document is declared to stand no longer, by a chief or the operator: it was wrongly issued, or must be issued anew."""

from collections.abc import Iterator, Sequence

from portal.actions.deps import Deps
from portal.actions.perform import open_case
from portal.actions.submit import SECRET_LENGTH
from portal.domain import policies
from portal.domain.case import Actor
from portal.domain.errors import CaseMoved, Invalid, NotFound
from portal.domain.events import DocumentRevoked
from portal.domain.issued import BEARING_SECRET, STANDARD, RevokedFor
from portal.store import cases, documents, effects, numbers, sessions
from portal.store.cases import Dossier
from portal.store.documents import Issued
from portal.store.effects import Effect
from portal.store.journal import Line
from portal.store.unit_of_work import Work

REASONS = (RevokedFor.ERROR, RevokedFor.WRONG_PERSON, RevokedFor.FRAUD)
"""What a chief can give as the kind of her reason; the other kinds follow from what was done."""

MAX_REASONS = 1000
"""Characters of her own words."""


def must_be_issued_again(document: str, why: RevokedFor) -> bool:
    """Whether another must take the place of a document: its receipt is due to an applicant (law 55-19, art. 10).

    What bears the secret of its case always is: with the secret that it shows nobody opens the case any more.
    """
    return document in BEARING_SECRET or (document in STANDARD and why is not RevokedFor.FRAUD)


def may_be_issued_again(document: str, why: RevokedFor) -> bool:
    """Whether another can take the place of a document: of what was obtained by fraud only what bears the secret is made anew."""
    return why is not RevokedFor.FRAUD or document in BEARING_SECRET


def standing(work: Work, case_id: str, number: str) -> Issued:
    """A document of a case that still stands, by its number; raises NotFound."""
    for issued in documents.of_case(work.connection, work.vault, case_id):
        if issued.number == number and issued.revoked_at is None:
            return issued
    raise NotFound()


def revoke(
    work: Work,
    deps: Deps,
    actor: Actor,
    reference: str,
    number: str,
    why: RevokedFor,
    reasons: str,
    *,
    again: bool = False,
) -> None:
    """Revokes a document for good, says why in the journal, tells the applicant, and has it made anew if asked ``again``.

    From that moment the portal, the log's next head and the next list of revocations say so. One that bears the secret of
    its case may lie in wrong hands, whatever the reason: the case gets another secret, and all that bore the old one is
    made anew. Raises NotFound for a document that is not this case's or stands no longer, NotAllowed for anybody but the
    chief of the case's office and the operator, Invalid where nothing can stand in its place.
    """
    opened = open_case(work, deps, reference, actor, lock=True)
    dossier = opened.dossier
    policies.check_can_revoke(actor, dossier.case)
    issued = standing(work, dossier.case.id, number)
    if again and not may_be_issued_again(issued.document, why):
        raise Invalid(detail="nothing takes the place of what was obtained by fraud")
    again = again or must_be_issued_again(issued.document, why)
    if not documents.revoke(work.connection, issued, actor.id, work.now, why):
        raise CaseMoved()
    events, anew, changes = [], [issued.document] if again else [], {}
    if issued.kind in BEARING_SECRET:
        events, anew = list(_revoke_bearing(work, dossier, actor)), _to_bear(work, dossier)
        changes = cases.with_secret(dossier, numbers.random_characters(SECRET_LENGTH))
        sessions.stop_following(work.connection, dossier.case.id)
    # The last of them is what the applicant is told of.
    events.append(DocumentRevoked(issued.document, issued.number, why.value, reasons, again))
    length = cases.record(work.connection, dossier, events, actor, work.now, changes)
    wanted = (*(f"issue.{one}" for one in anew), "notify")
    effects.request(work.connection, work.jobs, dossier.case.id, length, wanted, work.now)


def _revoke_bearing(work: Work, dossier: Dossier, actor: Actor) -> Iterator[DocumentRevoked]:
    """Ends what else bears the secret of a case, which opens it no longer."""
    why = RevokedFor.REPLACED
    for one in documents.of_case(work.connection, work.vault, dossier.case.id):
        if one.kind in BEARING_SECRET and documents.revoke(work.connection, one, actor.id, work.now, why):
            yield DocumentRevoked(one.document, one.number, why.value, "", again=True)


def _to_bear(work: Work, dossier: Dossier) -> list[str]:
    """The papers of a case that are to bear its new secret: those that it has had, but for those that are being made."""
    held = documents.of_case(work.connection, work.vault, dossier.case.id)
    papers = dict.fromkeys(one.document for one in held if one.kind in BEARING_SECRET)
    return [one for one in papers if not effects.is_pending(work.connection, dossier.case.id, f"issue.{one}")]


def asked_for_at(work: Work, effect: Effect, document: str, lines: Sequence[Line]) -> int:
    """The journal line at which the document that an effect asks for was first asked for.

    One that is made anew says what the one in whose place it was asked for should have; any other is asked for by the
    effect's own line, whatever was revoked before. ``lines`` are those of the case's journal.
    """
    held = documents.of_case(work.connection, work.vault, effect.case_id)
    position = effect.position
    while (before := _instead_of(held, effect, document, lines, position)) is not None:
        asked = effects.get(work.connection, before.effect_id)
        if asked is None or asked.position >= position:
            break
        position = asked.position
    return position


def _instead_of(
    held: Sequence[Issued], effect: Effect, document: str, lines: Sequence[Line], position: int
) -> Issued | None:
    """The document in whose place another was asked for at a line; None where something else happened there."""
    events = {line.position: line.event for line in lines}
    others = [one for one in held if one.document == document and one.effect_id != effect.id]
    at = position
    # One revocation may end several papers, each with a line of its own; what is asked for then is asked for at the last.
    while isinstance(event := events.get(at), DocumentRevoked):
        if event.document == document and event.again:
            return next((one for one in others if one.number == event.number), None)
        at -= 1
    if at == position or document not in BEARING_SECRET:
        return None
    # A paper with the case's secret that stood no longer, and of which none was under way: the last one it had.
    return others[-1] if others else None


def take_place(work: Work, effect: Effect, issued: Issued, lines: Sequence[Line]) -> None:
    """Has a document that was just made stand in the place of the revoked ones before it.

    What was asked for instead of a document takes its place, a new decision that of every one before it; another receipt,
    or another question, is one more. Nothing takes the place of what was obtained by fraud: whoever holds it is told that it
    is void.
    """
    held = documents.of_case(work.connection, work.vault, issued.case_id)
    instead = _instead_of(held, effect, issued.document, lines, effect.position)
    for one in held:
        if one.id == issued.id or one.revoked_at is None or one.replaced_by is not None:
            continue
        if one.revoked_for is RevokedFor.FRAUD:
            continue
        if instead is not None:
            follows = one.id == instead.id
        elif issued.document in STANDARD:
            follows = False
        else:
            taken_up_again = one.revoked_for is RevokedFor.REOPENED and one.document not in STANDARD
            follows = one.document == issued.document or taken_up_again
        if follows:
            documents.replaced(work.connection, one.id, issued.id)
