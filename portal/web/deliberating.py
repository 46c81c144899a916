"""What others have to say on a case, as its own office sees it: opinions asked for, and a committee that votes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import Response

from portal.actions.consult import asked_of
from portal.actions.perform import OpenCase, open_case
from portal.actions.vote import MAX_NOTE, own_vote, vote
from portal.domain import policies
from portal.domain.consulting import Request
from portal.domain.events import VoteCast
from portal.domain.service import Field, Limits, Majority, Option, Text
from portal.domain.service import Page as FormPage
from portal.domain.voting import ACCEPTED, Vote
from portal.fields import FIELD_TYPES
from portal.fields.base import Surroundings, Wrong
from portal.fields.forms import read_page
from portal.http import urls
from portal.http.pages import Page
from portal.http.readers import Staff
from portal.i18n import N_, languages, plain_date, translate
from portal.presenting.check import Row, sections_of
from portal.presenting.controls import Control
from portal.presenting.told_of_advice import VOTES
from portal.web import casework
from portal.web.routing import pages

router = pages("/{lang}/counter")


@dataclass(frozen=True)
class OpinionShown:
    """An opinion as the deciding office sees it: of whom, how it stands, and what was said."""

    title: str
    of: str
    tag: str
    tag_kind: str
    due: str
    rows: list[Row]


def consultation_of(page: Page, opened: OpenCase, names: Mapping[str, Text], today: date) -> list[OpinionShown]:
    """The opinions of the latest round: who was asked, who answered what, what is awaited and until when."""
    return [_shown(page, opened, request, names, today) for request in opened.standing.requests]


def _shown(page: Page, opened: OpenCase, request: Request, names: Mapping[str, Text], today: date) -> OpinionShown:
    declared, given = asked_of(opened, request.opinion), opened.standing.given.get(request.opinion)
    name = names.get(request.of)
    due = ""
    if given is not None:
        tag, kind = page.say(N_("Given")), "good"
    elif not opened.standing.active:
        tag, kind = page.say(N_("Did not come")), "wait"
    else:
        late = request.late(today)
        tag, kind = page.say(N_("Past its date") if late else N_("Awaited")), "bad" if late else "wait"
        if request.due_on is not None:
            due = page.say(N_("Until %(date)s"), date=plain_date(request.due_on, page.language))
    around: Surroundings = casework.around(page)
    asks = declared.asks if declared is not None else ()
    return OpinionShown(
        title=declared.title[page.language] if declared is not None else request.opinion,
        of=name[page.language] if name is not None else request.of,
        tag=tag,
        tag_kind=kind,
        due=due,
        rows=_said(asks, opened, given.inputs, around, page.language) if given is not None else [],
    )


def _said(
    asks: Sequence[Field], opened: OpenCase, inputs: Mapping[str, Any], around: Surroundings, language: str
) -> list[Row]:
    """What was answered to the questions of an opinion."""
    asked = FormPage("opinion", opened.definition.title, tuple(asks))
    return [row for section in sections_of([asked], opened.facts, inputs, around, language) for row in section.rows]


def vote_fields() -> tuple[Field, ...]:
    """What a member is asked: how she votes, and a note for the minutes."""
    options = tuple(Option(one.value, _both(VOTES[one.value])) for one in Vote)
    return (
        Field("vote", "choice", _both(N_("Your vote")), options=options),
        Field(
            "note",
            "long_text",
            _both(N_("A note for the minutes")),
            required=False,
            limits=Limits(max_length=MAX_NOTE),
        ),
    )


def _both(message: str) -> Text:
    return Text({language: translate(language, message) for language in languages()})


def sitting_of(page: Page, staff: Staff, opened: OpenCase) -> dict[str, Any] | None:
    """The committee that sits on a case: how the votes stand, and how a member votes; None where none does."""
    case, committee = opened.dossier.case, opened.state.committee
    if committee is None or not case.open:
        return None
    ballot, verdict = opened.ballot, opened.ballot.verdict(committee)
    two_thirds = N_("It takes two thirds of the votes for and against, abstentions aside.")
    simple = N_("It takes more votes for than against, abstentions aside.")
    own = own_vote(opened, staff.actor)
    return {
        "title": committee.title[page.language],
        "counts": [
            Row(page.say(N_("For")), str(ballot.favourable), True),
            Row(page.say(N_("Against")), str(ballot.against), True),
            Row(page.say(N_("Abstentions")), str(ballot.abstained), True),
            Row(page.say(N_("Votes cast")), str(ballot.voted), True),
            Row(page.say(N_("Votes needed for the quorum")), str(committee.quorum), True),
        ],
        "majority": page.say(two_thirds if committee.majority is Majority.TWO_THIRDS else simple),
        "verdict": "" if verdict is None else page.say(N_("In favour") if verdict == ACCEPTED else N_("Not in favour")),
        "verdict_kind": "good" if verdict == ACCEPTED else "bad",
        "voted_now": own is not None and page.request.query_params.get("voted") == "1",
        "own": own is not None,
        "controls": _vote_controls(page, own) if policies.can_vote(staff.actor, case) else [],
    }


def _vote_controls(page: Page, own: VoteCast | None) -> list[Control]:
    typed = {"vote": own.choice, "note": own.note} if own is not None else {}
    unsaid = page.request.query_params.get("unsaid") == "1"
    errors = {"vote": Wrong(FIELD_TYPES["choice"].needed)} if unsaid else {}
    return casework.controls_for(page, vote_fields(), typed, errors)


@router.post("/cases/{reference}/vote")
def cast_vote(page: Page, staff: Staff, reference: str) -> Response:
    """A member of the committee votes, or changes her vote while it sits."""
    reference = casework.canonical(reference)
    back = urls.counter_case(page.language, reference)
    reading = read_page(vote_fields(), page.form, casework.around(page), lambda _field, _answers: True)
    with page.unit_of_work() as work:
        opened = open_case(work, page.deps, reference, staff.actor, lock=True)
        policies.check_can_vote(staff.actor, opened.dossier.case)
        if opened.state.committee is None:
            # The chief closed the sitting meanwhile: the case itself says how.
            return page.see_other(back)
        if reading.errors:
            return page.see_other(f"{back}?unsaid=1#sitting")
        vote(work, page.deps, staff.actor, reference, reading.answers["vote"], reading.answers["note"] or "")
    return page.see_other(f"{back}?voted=1#sitting")
