"""What the portal says of itself: the counters, help, the legal notice, personal data, accessibility."""

from datetime import date
from typing import Any

from starlette.responses import Response

from portal.http.pages import Page
from portal.http.readers import Visitor
from portal.i18n import N_, office_date, plain_date
from portal.presenting.offices import commune_links, opening_words, phone_of_province, places
from portal.web.routing import pages

router = pages()

STATED_ON = date(2026, 11, 21)
"""When the statement on accessibility was last gone through; whoever goes through it again moves the date."""


@router.get("/counters")
def counters(page: Page, visitor: Visitor) -> Response:
    """Where the counters are: for whoever cannot or will not do it online."""
    page.title = page.say(N_("Where the counters are"))
    in_force, today = page.deps.registry.in_force, office_date(page.deps.clock.now())
    office = in_force.office
    own = tuple((unit, office.hours_on(today, unit)) for unit in sorted(office.units_with_hours))
    return page.render(
        "public/counters.html",
        communes=commune_links(in_force.territory, page.language),
        places=places(in_force.territory, page.language, own),
        **_hours(page),
    )


def _hours(page: Page) -> dict[str, Any]:
    """The hours that hold today, and whether they are those of Ramadan."""
    hours = page.deps.registry.in_force.office.hours_on(office_date(page.deps.clock.now()))
    return {"hours": opening_words(hours, page.language), "fasting": any(one.season is not None for one in hours)}


@router.get("/help")
def help_page(page: Page, visitor: Visitor) -> Response:
    """How it works, what people ask, and who helps."""
    page.title, page.current_nav = page.say(N_("Help and contact")), "help"
    in_force = page.deps.registry.in_force
    return page.render(
        "public/help.html",
        communes=commune_links(in_force.territory, page.language),
        **_hours(page),
        phone=phone_of_province(in_force.territory),
    )


@router.get("/legal")
def legal(page: Page, visitor: Visitor) -> Response:
    """Who publishes the portal, where it is kept, under which law and licence."""
    page.title = page.say(N_("Legal notice"))
    territory = page.deps.registry.territory
    return page.render(
        "public/legal.html",
        province=territory.province[page.language],
        phone=phone_of_province(territory),
    )


@router.get("/privacy")
def privacy(page: Page, visitor: Visitor) -> Response:
    page.title = page.say(N_("Your personal data"))
    language = page.language
    notices = [
        (
            one.title[language],
            one.privacy.purpose[language],
            [recipient[language] for recipient in one.privacy.recipients],
            one.privacy.retention_years,
        )
        for one in page.deps.registry.services()
        # What is done elsewhere leaves nothing here.
        if one.privacy.retention_years
    ]
    return page.render("public/privacy.html", notices=notices)


@router.get("/accessibility")
def accessibility(page: Page, visitor: Visitor) -> Response:
    page.title = page.say(N_("Accessibility"))
    return page.render("public/accessibility.html", stated_on=plain_date(STATED_ON, page.language))
