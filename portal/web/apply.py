"""Beginning a request: what to know before, and the draft that is then filled in. For citizens, visitors and clerks alike."""

from collections.abc import Mapping

from starlette.responses import Response

from portal.actions import apply
from portal.actions.apply import Journey, offered
from portal.domain.case import NOBODY, Person
from portal.domain.service import IdentityLevel
from portal.http import limiting, urls
from portal.http.pages import Page, replace_session
from portal.http.readers import Filer, Visitor
from portal.presenting.sheet import sheet_of
from portal.store import people, sessions
from portal.web.draft_documents import may_deposit
from portal.web.drafts import count_visitor, first_step
from portal.web.routing import pages
from portal.web.services import show_service

router = pages()

CONTACT = ("phone", "email", "place", "address")
"""What a person may keep of herself in her profile: it is newer than what her identity provider knows."""


@router.get("/services/{slug}/apply")
def before_start(page: Page, visitor: Visitor, slug: str) -> Response:
    """What to know and have at hand, and the notice of law 09-08; here one signs in or starts."""
    definition = offered(page.deps.registry, slug)
    if not definition.processed:
        return show_service(page, definition)
    page.title, page.current_nav = definition.title[page.language], "services"
    sheet = sheet_of(definition, page.deps.registry.territory, page.language)
    return page.render(
        "apply/start.html",
        sheet=sheet,
        ready=_level_of(visitor).rank >= definition.identity.rank,
        signed_in=visitor.session is not None and visitor.session.kind == "citizen",
        level=definition.identity.value,
        apply_url=urls.apply(page.language, slug),
        eligibility_url=urls.eligibility(page.language, slug) if sheet.asks_first else None,
        may_deposit=may_deposit(definition, definition.documents),
    )


def _level_of(visitor: Visitor) -> IdentityLevel:
    session = visitor.session
    if session is None or session.kind != "citizen":
        return IdentityLevel.NONE
    return IdentityLevel(session.level)


@router.post("/services/{slug}/apply")
def start(page: Page, visitor: Visitor, slug: str) -> Response:
    definition = offered(page.deps.registry, slug)
    if not definition.processed:
        return page.see_other(urls.service(page.language, slug))
    if visitor.session is not None and visitor.session.kind == "staff":
        # Whoever works at a counter files for others; her own session there goes on.
        return page.see_other(f"/{page.language}/counter/file/{slug}")
    if _level_of(visitor).rank < definition.identity.rank:
        return page.see_other(urls.apply(page.language, slug))
    session = visitor.session
    count_visitor(page, session, limiting.START_ADDRESS, "start")
    if session is None or session.kind == "staff":
        session = replace_session(page, "visitor", sessions.new_visitor(), data={})
    filer = Filer(session)
    identity: Mapping[str, str] = {}
    known = NOBODY
    if session.kind == "citizen":
        with page.reading() as work:
            identity = people.find_claims(work.connection, work.vault, session.subject)
            profile = people.find_profile(work.connection, work.vault, session.subject)
        known = known_person(identity, profile, page)
    with page.unit_of_work() as work:
        draft = apply.start(
            work, definition, filer.owners[0], page.language, identity=identity, filer=known, applicant=known
        )
    return page.see_other(urls.step(page.language, draft.id, first_step(Journey(page.deps, draft))))


def known_person(identity: Mapping[str, str], profile: Mapping[str, str], page: Page) -> Person:
    """The person as her identity and her profile together know her."""
    told = {name: profile[name] for name in CONTACT if profile.get(name)}
    return Person.from_data({**person_of(identity, page).data(), **told})


def person_of(identity: Mapping[str, str], page: Page) -> Person:
    """The person an identity speaks of; her place is what commune and district say together, if the province has it."""
    commune, district = identity.get("commune", ""), identity.get("district", "")
    place = f"{commune}/{district}" if district else commune
    known = page.deps.registry.territory.is_place(place)
    return Person.from_data({**identity, "place": place if known else ""})
