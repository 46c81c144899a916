"""The questions before sign-in: whether a service is for whoever asks, and where to go instead. Nothing of it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from portal.actions.apply import offered
from portal.actions.facts import facts_of
from portal.catalogue.conditions import PreparedFacts
from portal.domain.errors import NotFound
from portal.domain.form import Eligibility, EligibilityOutcome, Instead, Verdict
from portal.domain.form import Page as FormPage
from portal.domain.service import Field, ServiceDefinition
from portal.fields.base import Surroundings, Wrong
from portal.fields.forms import PageReading, read_page
from portal.http import urls
from portal.http.pages import ControlError, Page
from portal.http.readers import Visitor
from portal.i18n import N_, office_date
from portal.presenting.check import Row, sections_of
from portal.presenting.controls import control_for
from portal.presenting.wrongs import in_summary
from portal.web.routing import pages

router = pages()

KINDS = {Verdict.ELIGIBLE: "good", Verdict.NOT_ELIGIBLE: "warn", Verdict.SENT_ON: "info"}
"""The colour of each verdict."""


@dataclass(frozen=True)
class WayOn:
    """Where somebody goes instead; ``outside`` leads out of the portal."""

    title: str
    url: str
    outside: bool


@router.get("/services/{slug}/eligibility")
def questions(page: Page, visitor: Visitor, slug: str) -> Response:
    """A few questions that need no account."""
    definition, asked = _asked(page, slug)
    return _show_questions(page, definition, asked, {}, {})


@router.post("/services/{slug}/eligibility")
def answer(page: Page, visitor: Visitor, slug: str) -> Response:
    """What the answers lead to. They are posted, so that no address and no log holds them, and kept nowhere."""
    definition, asked = _asked(page, slug)
    switch = page.switched
    if switch and switch != page.language:
        # The same form once more, at the address of the other language: nothing had to be kept for it.
        onward = page.see_other(urls.eligibility(switch, slug))
        onward.status_code = 307
        return onward
    today = office_date(page.deps.clock.now())
    reading = _read(page, asked, today)
    if page.form.get("change") or (switch and not page.form.get("answered")):
        return _show_questions(page, definition, asked, reading.typed, {})
    if reading.errors:
        return _show_questions(page, definition, asked, reading.typed, reading.errors)
    return _show_outcome(page, definition, asked, reading, today)


def _asked(page: Page, slug: str) -> tuple[ServiceDefinition, Eligibility]:
    definition = offered(page.deps.registry, slug)
    if definition.eligibility is None:
        raise NotFound()
    return definition, definition.eligibility


def _facts(page: Page, answers: Mapping[str, object], today: date) -> PreparedFacts:
    return facts_of(answers, {}, today, populations=page.deps.registry.territory.populations)


def _read(page: Page, asked: Eligibility, today: date) -> PageReading:
    around = Surroundings(page.deps.registry.territory, today)

    def visible(field: Field, answers: Mapping[str, object]) -> bool:
        return not field.conditional or field.when(_facts(page, answers, today))

    return read_page(asked.fields, page.form, around, visible)


def _show_questions(
    page: Page,
    definition: ServiceDefinition,
    asked: Eligibility,
    typed: Mapping[str, str],
    errors: Mapping[str, Wrong],
) -> Response:
    page.title, page.current_nav = page.say(N_("Is this service for you?")), "services"
    page.errors = [
        ControlError(field.id, in_summary(field, errors[field.id], page.language))
        for field in asked.fields
        if field.id in errors
    ]
    territory = page.deps.registry.territory
    answers = _read(page, asked, office_date(page.deps.clock.now())).answers if typed else {}
    facts = _facts(page, answers, office_date(page.deps.clock.now()))
    return page.render(
        "public/eligibility.html",
        status=422 if errors else 200,
        service=definition.title[page.language],
        back_url=urls.service(page.language, definition.slug),
        form_action=urls.eligibility(page.language, definition.slug),
        processed=definition.processed,
        controls=[
            control_for(field, typed, errors.get(field.id), territory, page.language)
            for field in asked.fields
            if not field.conditional or field.when(facts)
        ],
    )


def _show_outcome(
    page: Page, definition: ServiceDefinition, asked: Eligibility, reading: PageReading, today: date
) -> Response:
    facts = _facts(page, reading.answers, today)
    outcome = asked.outcome(facts)
    page.title, page.current_nav = outcome.title[page.language], "services"
    return page.render(
        "public/eligibility_outcome.html",
        service=definition.title[page.language],
        service_url=urls.service(page.language, definition.slug),
        apply_url=urls.apply(page.language, definition.slug),
        form_action=urls.eligibility(page.language, definition.slug),
        processed=definition.processed,
        eligible=outcome.verdict is Verdict.ELIGIBLE,
        kind=KINDS[outcome.verdict],
        text=outcome.text[page.language],
        ways=_ways_on(page, outcome),
        rows=_rows(page, asked, reading, today),
        typed=reading.typed,
    )


def _rows(page: Page, asked: Eligibility, reading: PageReading, today: date) -> list[Row]:
    """The answers in words, so that whoever is told no sees why, and can correct a slip."""
    around = Surroundings(page.deps.registry.territory, today)
    whole = FormPage("eligibility", asked.fields[0].label, asked.fields)
    sections = sections_of([whole], _facts(page, reading.answers, today), reading.answers, around, page.language)
    return [row for section in sections for row in section.rows]


def _ways_on(page: Page, outcome: EligibilityOutcome) -> list[WayOn]:
    """Where to go instead; a service that is not offered here at the moment is left out."""
    found = (_way_on(page, one) for one in outcome.instead)
    return [one for one in found if one is not None]


def _way_on(page: Page, instead: Instead) -> WayOn | None:
    title = instead.title[page.language]
    if instead.url is not None:
        return WayOn(title, instead.url, outside=True)
    if instead.service not in page.deps.registry.in_force.listed:
        return None
    return WayOn(title, urls.service(page.language, instead.service), outside=False)
