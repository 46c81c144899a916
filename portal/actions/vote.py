"""A committee's votes on a case."""

from dataclasses import replace

from portal.actions.deps import Deps
from portal.actions.perform import OpenCase, open_case, still_alerted
from portal.domain import voting
from portal.domain.case import Actor
from portal.domain.events import VoteCast
from portal.domain.service import Role
from portal.fields.cleaning import paragraphs
from portal.store import cases
from portal.store.unit_of_work import Work

MAX_NOTE = 1000


def vote(work: Work, deps: Deps, actor: Actor, reference: str, choice: str, note: str = "") -> VoteCast:
    """Casts a member's vote, or changes it; the same vote once more changes nothing.

    Raises NotAllowed for whoever is no member, ActionNotPossible where no committee sits any more.
    """
    opened = open_case(work, deps, reference, actor, lock=True)
    said = voting.cast(opened.definition, opened.dossier.case, actor, choice, paragraphs(note)[:MAX_NOTE])
    if own_vote(opened, actor) != said:
        # Whatever else she is, here she acts as a member.
        member = replace(actor, roles=frozenset({Role.COMMITTEE}))
        changes = {"alert": still_alerted(opened.dossier, member)}
        cases.record(work.connection, opened.dossier, [said], member, work.now, changes)
    return said


def own_vote(opened: OpenCase, actor: Actor) -> VoteCast | None:
    """What this member has said so far, in the sitting under way."""
    votes = voting.votes_since_entry(opened.events)
    return next((one for one in reversed(votes) if one.member == actor.id), None)
