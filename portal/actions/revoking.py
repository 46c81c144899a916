"""A document is declared to stand no longer, by a chief or the operator: it was wrongly issued, or must be issued anew."""

from collections.abc import Iterator

from portal.actions.deps import Deps
from portal.actions.perform import open_case
from portal.actions.submit import SECRET_LENGTH
from portal.domain import policies
from portal.domain.case import Actor
from portal.domain.errors import CaseMoved, NotFound
from portal.domain.events import DocumentRevoked
from portal.domain.issued import BEARING_SECRET, STANDARD, RevokedFor
from portal.store import cases, documents, effects, numbers, sessions
from portal.store.cases import Dossier
from portal.store.documents import Issued
from portal.store.effects import Effect
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
    chief of the case's office and the operator.
    """
    opened = open_case(work, deps, reference, actor, lock=True)
    dossier = opened.dossier
    policies.check_can_revoke(actor, dossier.case)
    issued = standing(work, dossier.case.id, number)
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


def asked_for_at(work: Work, effect: Effect, document: str) -> int:
    """The journal line at which the document that an effect asks for was first asked for.

    One that is made anew says what its first one should have: the effect's own line counts only for a first one.
    """
    first: int | None = None
    for one in documents.of_case(work.connection, work.vault, effect.case_id):
        if one.document != document or one.effect_id == effect.id:
            continue
        if one.revoked_at is None or one.revoked_for is RevokedFor.REOPENED:
            first = None
        elif first is None:
            asked = effects.get(work.connection, one.effect_id)
            first = asked.position if asked is not None else None
    return effect.position if first is None else first


def take_place(work: Work, issued: Issued) -> None:
    """Has a document that was just made stand in the place of the revoked ones before it.

    Nothing takes the place of what was obtained by fraud: whoever holds it is told that it is void.
    """
    for one in documents.of_case(work.connection, work.vault, issued.case_id):
        if one.id == issued.id or one.revoked_at is None or one.replaced_by is not None:
            continue
        if one.revoked_for is RevokedFor.FRAUD:
            continue
        same = one.document == issued.document
        decided_anew = (
            one.revoked_for is RevokedFor.REOPENED and one.document not in STANDARD and issued.document not in STANDARD
        )
        if same or decided_anew:
            documents.replaced(work.connection, one.id, issued.id)
