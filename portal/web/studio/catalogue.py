"""The catalogue as those see it who make it: what is in force, what is being prepared, what is still to be confirmed."""

from dataclasses import dataclass

from starlette.responses import Response

from portal.actions import replay as replaying
from portal.actions.candidates import number_taken
from portal.domain.errors import NotFound
from portal.domain.service import ServiceDefinition
from portal.http.pages import Page
from portal.http.readers import Designer
from portal.i18n import N_
from portal.store import candidates, publications
from portal.store.candidates import Candidate, CandidateState
from portal.store.publications import SERVICE
from portal.web.routing import pages
from portal.web.studio import common
from portal.web.studio.common import Names, Tag

router = pages("/{lang}/studio")


@dataclass(frozen=True)
class Row:
    """A service of the catalogue."""

    title: str
    slug: str
    url: str
    number: int | None
    state: Tag
    prepared: list[Tag]
    to_confirm: int


@router.get("")
def catalogue(page: Page, designer: Designer) -> Response:
    page.title, page.current_nav = page.say(N_("Catalogue of services")), "catalogue"
    with page.reading() as work:
        pointers = {
            slug: (digest, listed)
            for kind, slug, digest, listed in publications.current(work.connection)
            if kind == SERVICE
        }
        waiting = candidates.listed(work.connection, still_open=True)
        newest = common.newest_of(publications.versions(work.connection))
        decisions = [
            one
            for one in waiting
            if one.state is CandidateState.PROPOSED and not number_taken(one, newest.get(one.slug, 0))
        ]
        names = Names(page, work, {one.proposed_by for one in decisions})
    services = page.deps.registry.in_force.services
    prepared: dict[str, list[Candidate]] = {}
    for one in waiting:
        prepared.setdefault(one.slug, []).append(one)
    slugs = sorted({*pointers, *prepared})
    rows = [
        _row(
            page,
            slug,
            services.get(slug),
            pointers.get(slug),
            [common.standing(one, newest.get(slug, 0)) for one in prepared.get(slug, [])],
        )
        for slug in slugs
    ]
    return page.render(
        "studio/catalogue.html",
        rows=rows,
        waiting=[
            {
                "title": services[one.slug].title[page.language] if one.slug in services else one.slug,
                "number": one.version,
                "at": page.moment(one.proposed_at) if one.proposed_at else "",
                "by": names.of(one.proposed_by),
                "mark": common.mark(one.digest),
                "url": common.version_url(page.language, one.id),
            }
            for one in decisions
        ],
        upload_url=f"{common.home(page.language)}/upload",
    )


def _row(
    page: Page,
    slug: str,
    definition: ServiceDefinition | None,
    pointer: tuple[str, bool] | None,
    prepared: list[tuple[str, str]],
) -> Row:
    if pointer is None:
        state = common.tag(page, (N_("Not published yet"), "wait"))
    else:
        state = common.tag(page, common.IN_FORCE if pointer[1] else common.NOT_OFFERED)
    return Row(
        title=definition.title[page.language] if definition else slug,
        slug=slug,
        url=common.service_url(page.language, slug),
        number=definition.version if definition else None,
        state=state,
        prepared=[common.tag(page, one) for one in prepared],
        to_confirm=len(definition.to_confirm) if definition else 0,
    )


@router.get("/services/{slug}")
def service(page: Page, designer: Designer, slug: str) -> Response:
    """Every version of one service, with what was done with them."""
    with page.reading() as work:
        held = publications.versions(work.connection, slug)
        known = candidates.listed(work.connection, slug)
        pointer = publications.in_force(work.connection, SERVICE, slug) or (None, False)
        replays = replaying.asked(work, common.keys_of(held, known))
        names = Names(page, work, common.people_in(held, known, replays))
    if not held and not known:
        raise NotFound()
    newest = common.newest_of(held).get(slug, 0)
    definition = page.deps.registry.in_force.services.get(slug)
    page.title, page.current_nav = definition.title[page.language] if definition else slug, "catalogue"
    return page.render(
        "studio/service.html",
        slug=slug,
        back_url=common.home(page.language),
        versions=[
            {
                "number": one.version,
                "mark": common.mark(one.digest),
                "tag": common.tag(page, _state(one.digest, pointer)),
                "at": page.moment(one.published_at),
                "by": names.of(one.published_by),
                "approved": names.of(one.approved_by) if one.approved_by else "",
                "note": one.note,
                "url": common.version_url(page.language, one.digest),
            }
            for one in reversed(held)
        ],
        candidates=[
            {
                "number": one.version,
                "mark": common.mark(one.digest),
                "tag": common.tag(page, common.standing(one, newest)),
                "at": page.moment(one.uploaded_at),
                "by": names.of(one.uploaded_by),
                "faults": len(one.faults),
                "url": common.version_url(page.language, one.id),
            }
            for one in known
            if one.open
        ],
        history=common.history(page, held, known, replays, names),
        upload_url=f"{common.home(page.language)}/upload?slug={slug}",
    )


def _state(digest: str, pointer: tuple[str | None, bool]) -> tuple[str, str]:
    if digest != pointer[0]:
        return common.WAS_IN_FORCE
    return common.IN_FORCE if pointer[1] else common.NOT_OFFERED
