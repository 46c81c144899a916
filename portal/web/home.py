"""The front page, and the page of each life event: where those find their way who do not know what to ask for."""

from starlette.responses import Response

from portal.actions.asked_for import most_asked_for
from portal.domain.errors import NotFound
from portal.http.pages import Page
from portal.http.readers import Visitor
from portal.i18n import N_
from portal.presenting.life_events import elsewhere, life_events
from portal.presenting.offices import commune_links, phone_of_province
from portal.web.routing import pages
from portal.web.services import rows

router = pages()

SHOWN = 5
"""How many of the services most asked for stand on the front page."""


@router.get("/")
def home(page: Page, visitor: Visitor) -> Response:
    registry = page.deps.registry
    services, counted = most_asked_for(page.deps)
    page.title = page.say(N_("What would you like to do today?"))
    return page.render(
        "public/home.html",
        services=rows(page, services[:SHOWN]),
        counted=counted,
        events=life_events(registry.life_events, page.language),
        communes=commune_links(registry.territory, page.language),
        phone=phone_of_province(registry.territory),
    )


@router.get("/life/{event_id}")
def life_event(page: Page, visitor: Visitor, event_id: str) -> Response:
    """What an event leads to: the services of this portal, then what other offices do, then the counters."""
    registry = page.deps.registry
    event = next((one for one in registry.life_events if one.id == event_id), None)
    if event is None:
        raise NotFound()
    page.title, page.current_nav = event.title[page.language], "services"
    others = [one for one in registry.life_events if one is not event]
    return page.render(
        "public/life_event.html",
        event_icon=event.icon.value,
        text=event.text[page.language],
        services=rows(page, [registry.service(slug) for slug in event.services]),
        elsewhere=elsewhere(event, page.language),
        others=life_events(others, page.language),
    )
