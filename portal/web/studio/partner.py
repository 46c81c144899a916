"""A partner's part in a try-out: what its own system would be asked, and the opinion that it would send."""

from collections.abc import Mapping
from dataclasses import replace

from starlette.responses import Response

from portal.actions.consult import give, open_asked
from portal.actions.perform import OpenCase
from portal.domain.case import Actor
from portal.domain.consulting import partners_asked
from portal.domain.errors import NotFound, OpinionAlreadyGiven, OpinionsClosed
from portal.domain.service import Opinion, Role
from portal.fields.base import Wrong
from portal.http.pages import Page
from portal.http.readers import Designer
from portal.i18n import N_, plain_date
from portal.store import opinions
from portal.web import casework
from portal.web.routing import pages
from portal.web.studio.inside import Opened, opened, partner_url
from portal.web.studio.trial import bar_over, definition_of, partner_name

router = pages("/{lang}/studio/try/{trial_id}/partners/{partner}")


@router.get("")
def awaited(page: Page, designer: Designer, trial_id: str, partner: str) -> Response:
    """What the partner is being asked in the try-out."""
    with opened(page, designer, trial_id) as found:
        _check(found, partner)
        with found.deps.reading() as work:
            rows = opinions.of_partner(work.connection, partner)
        base = partner_url(found, page.language, partner)
        page.title, page.current_nav = page.say(N_("Opinions asked of this partner")), "catalogue"
        return page.render(
            "studio/partner.html",
            bar=bar_over(page, found, "", partner),
            name=partner_name(page, partner),
            back_url=found.home(page.language),
            rows=[
                {
                    "title": _title(found, row.state, row.opinion, page.language),
                    "reference": row.reference,
                    "due": plain_date(row.due_on, page.language) if row.due_on else "",
                    "url": f"{base}/{row.reference}/{row.opinion}",
                }
                for row in rows
            ],
        )


def _title(found: Opened, state: str, opinion: str, language: str) -> str:
    consultation = definition_of(found).states[state].consultation
    asked = consultation.opinion(opinion) if consultation is not None else None
    return asked.title[language] if asked is not None else opinion


def _check(found: Opened, partner: str) -> None:
    if partner not in partners_asked(definition_of(found)):
        raise NotFound()


@router.get("/{reference}/{opinion}")
def one(page: Page, designer: Designer, trial_id: str, partner: str, reference: str, opinion: str) -> Response:
    """The case as the partner may read it, and the form of its opinion."""
    with opened(page, designer, trial_id) as found:
        case, asked = _open(found, partner, reference, opinion)
        return _show(page, found, partner, case, asked, {}, {})


def _open(found: Opened, partner: str, reference: str, opinion: str) -> tuple[OpenCase, Opinion]:
    with found.deps.reading() as work:
        case, _, asked = open_asked(work, found.deps, casework.canonical(reference), opinion, _actor(found, partner))
    return case, asked


def _actor(found: Opened, partner: str) -> Actor:
    _check(found, partner)
    return Actor(partner, frozenset({Role.PARTNER}), services=frozenset({found.version.slug}))


def _show(
    page: Page,
    found: Opened,
    partner: str,
    case: OpenCase,
    asked: Opinion,
    typed: Mapping[str, str],
    errors: Mapping[str, Wrong],
) -> Response:
    pretend = replace(page, deps=found.deps)
    controls = casework.controls_for(pretend, asked.asks, typed, errors)
    page.errors = pretend.errors
    page.title, page.current_nav = asked.title[page.language], "catalogue"
    base = partner_url(found, page.language, partner)
    given = asked.id in case.standing.given
    return page.render(
        "studio/partner_opinion.html",
        status=422 if errors else 200,
        bar=bar_over(page, found, "", partner),
        name=partner_name(page, partner),
        back_url=base,
        reference=case.dossier.case.reference,
        awaited=case.standing.active and not given,
        given=given,
        sections=casework.answer_sections(pretend, case, for_staff=True, sensitive=False),
        controls=controls,
        form_action=f"{base}/{case.dossier.case.reference}/{asked.id}",
    )


@router.post("/{reference}/{opinion}")
def give_one(page: Page, designer: Designer, trial_id: str, partner: str, reference: str, opinion: str) -> Response:
    """Gives the opinion as the partner's system would; with the last one needed, the pretend case moves on."""
    with opened(page, designer, trial_id) as found:
        case, asked = _open(found, partner, reference, opinion)
        reading = casework.read_asked(replace(page, deps=found.deps), asked.asks, case)
        if reading.errors:
            return _show(page, found, partner, case, asked, reading.typed, reading.errors)
        try:
            with found.deps.unit_of_work() as work:
                give(work, found.deps, _actor(found, partner), casework.canonical(reference), opinion, reading.answers)
        except (OpinionAlreadyGiven, OpinionsClosed):
            return page.see_other(f"{partner_url(found, page.language, partner)}/{reference}/{opinion}")
        found.send_messages()
    return page.see_other(found.home(page.language))
