"""The services anybody may read about: the list and its search, and the sheet of each."""

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.responses import Response

from portal.actions.apply import described
from portal.actions.missed import note_missed
from portal.adapters.pdf.qr_path import qr_path
from portal.catalogue.finder import finder_of
from portal.domain.errors import TooMany
from portal.domain.service import ServiceDefinition
from portal.http import limiting, urls
from portal.http.pages import Page
from portal.http.readers import Visitor
from portal.i18n import N_, direction, office_date, plain_date
from portal.presenting.life_events import life_events
from portal.presenting.offices import commune_links, phone_of_province
from portal.presenting.sheet import Sheet, deadline_words, sheet_of
from portal.web.routing import pages

router = pages()

ELSEWHERE = N_("Done outside the portal")
MOST_TYPED = 100
MOST_UNSURE = 3
"""How many services are shown when none is surely meant."""


@dataclass(frozen=True)
class ServiceRow:
    """A line of a list of services."""

    title: str
    url: str
    detail: str
    tag: str | None


def rows(page: Page, definitions: Iterable[ServiceDefinition]) -> list[ServiceRow]:
    return [
        ServiceRow(
            title=definition.title[page.language],
            url=urls.service(page.language, definition.slug),
            detail=f"{definition.summary[page.language]}",
            tag=deadline_words(definition, page.language) if definition.processed else page.say(ELSEWHERE),
        )
        for definition in definitions
    ]


@router.get("/services")
def services(page: Page, visitor: Visitor) -> Response:
    """All the services, or those that were asked for, best first."""
    page.title, page.current_nav = page.say(N_("Services")), "services"
    asked = page.request.query_params.get("q", "")[:MOST_TYPED].strip()
    if not asked:
        return page.render("public/services.html", services=rows(page, page.deps.registry.services()), asked="")
    found = finder_of(tuple(page.deps.registry.services())).find(asked)
    best = [definition for definition, _ in found.services]
    if not found.weak:
        return page.render("public/services.html", services=rows(page, best), asked=asked)
    _note_missed(page, asked)
    return _unsure(page, best[:MOST_UNSURE], asked)


def _note_missed(page: Page, asked: str) -> None:
    try:
        page.deps.limits.count(limiting.MISSED_ADDRESS, "missed", limiting.address_of(page.request))
    except TooMany:
        return
    note_missed(page.deps, asked, page.language)


def _unsure(page: Page, perhaps: list[ServiceDefinition], asked: str) -> Response:
    """Never an empty page: whoever did not find the word finds her situation, or the nearest counter."""
    registry = page.deps.registry
    return page.render(
        "public/services_unsure.html",
        services=rows(page, perhaps),
        asked=asked,
        events=life_events(registry.life_events, page.language),
        communes=commune_links(registry.territory, page.language),
        phone=phone_of_province(registry.territory),
    )


@router.get("/services/{slug}")
def service(page: Page, visitor: Visitor, slug: str) -> Response:
    return show_service(page, described(page.deps.registry, slug))


def show_service(page: Page, definition: ServiceDefinition) -> Response:
    """The sheet of a service, with the way to start it or, where it is done elsewhere, the way there."""
    page.title, page.current_nav = definition.title[page.language], "services"
    sheet: Sheet = sheet_of(definition, page.deps.registry.territory, page.language)
    return page.render(
        "public/service.html",
        sheet=sheet,
        apply_url=urls.apply(page.language, definition.slug),
        eligibility_url=urls.eligibility(page.language, definition.slug) if sheet.asks_first else None,
    )


@router.get("/services/{slug}/leaflet")
def leaflet(page: Page, visitor: Visitor, slug: str) -> Response:
    """The sheet on one side of paper, for counters to hand out; its code opens the service on a telephone."""
    definition = described(page.deps.registry, slug)
    territory = page.deps.registry.territory
    page.title, page.current_nav = definition.title[page.language], "services"
    address = f"{page.deps.base_url}{urls.service(page.language, slug)}"
    return page.render(
        "public/leaflet.html",
        sheet=sheet_of(definition, territory, page.language),
        other_titles=[(one, direction(one), definition.title[one]) for one in definition.title if one != page.language],
        address=address,
        code=qr_path(address),
        phone=phone_of_province(territory),
        province=territory.province[page.language],
        today=plain_date(office_date(page.deps.clock.now()), page.language),
    )
