"""Who may call what: every route is listed here with its audience, and turns everybody else away."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from starlette.routing import Mount
from starlette.testclient import TestClient

from portal.actions import timers
from portal.actions.passwords import hash_password
from portal.http.routes import PageRoute
from portal.store import partners, sessions
from portal.store.partners import Partner
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import PASSWORD, RESIDENCE, add_staff, answer_pages, file_complaint, file_residence, start
from tests.support.kiosk import act, dossier_of, events_of
from tests.support.portal import AMINA, BASE_URL, YOUSSEF, TestPortal

pytestmark = one_database

ANYBODY, CITIZEN, APPLICANT, FILER, STAFF = "anybody", "citizen", "applicant", "filer", "staff"
APPEAL, OMBUDSMAN = "recours-administratif", "mediateur-oriental"
STUDIO, ADMIN, GENERAL = "studio", "admin", "general"
PARTNER, PLATFORM, OPERATOR = "partner", "platform", "operator"

AUDIENCES = {
    "GET /": ANYBODY,
    "GET /static": ANYBODY,
    "GET /livez": ANYBODY,
    "GET /readyz": ANYBODY,
    "GET /metrics": OPERATOR,
    "GET /schemas/document-1.json": ANYBODY,
    "GET /open/services.jsonld": ANYBODY,
    "GET /open/services/{slug}.jsonld": ANYBODY,
    "GET /open/services/{slug}/form.schema.json": ANYBODY,
    "GET /open/services/{slug}/workflow.bpmn": ANYBODY,
    "GET /open/services/{slug}/workflow.svg": ANYBODY,
    "GET /transparency": ANYBODY,
    "GET /transparency/head.json": ANYBODY,
    "GET /transparency/heads.json": ANYBODY,
    "GET /transparency/consistency.json": ANYBODY,
    "GET /transparency/proof.json": ANYBODY,
    "GET /transparency/leaves": ANYBODY,
    "GET /.well-known/shubbak-keys.json": ANYBODY,
    "GET /v/revocations.cose": ANYBODY,
    "GET /v/{code}": ANYBODY,
    "GET /V/{code}": ANYBODY,
    "GET /{lang}/": ANYBODY,
    "GET /{lang}/services": ANYBODY,
    "GET /{lang}/services/{slug}": ANYBODY,
    "GET /{lang}/services/{slug}/leaflet": ANYBODY,
    "GET /{lang}/services/{slug}/apply": ANYBODY,
    "POST /{lang}/services/{slug}/apply": ANYBODY,
    "GET /{lang}/services/{slug}/eligibility": ANYBODY,
    "POST /{lang}/services/{slug}/eligibility": ANYBODY,
    "GET /{lang}/track": ANYBODY,
    "POST /{lang}/track": ANYBODY,
    "GET /{lang}/verify/offline": ANYBODY,
    "GET /{lang}/verify/offline/worker.js": ANYBODY,
    "GET /{lang}/verify/offline/app.webmanifest": ANYBODY,
    "GET /{lang}/verify": ANYBODY,
    "POST /{lang}/verify": ANYBODY,
    "GET /{lang}/transparency": ANYBODY,
    "GET /{lang}/privacy": ANYBODY,
    "GET /{lang}/accessibility": ANYBODY,
    "GET /{lang}/indicators": ANYBODY,
    "GET /{lang}/indicators.csv": ANYBODY,
    "GET /{lang}/indicators.pdf": ANYBODY,
    "POST /{lang}/indicators.pdf": ANYBODY,
    "GET /{lang}/counters": ANYBODY,
    "GET /{lang}/words": ANYBODY,
    "GET /{lang}/help": ANYBODY,
    "GET /{lang}/legal": ANYBODY,
    "GET /{lang}/life/{event_id}": ANYBODY,
    "GET /{lang}/display": ANYBODY,
    "GET /{lang}/design": ANYBODY,
    "GET /{lang}/design/tokens": ANYBODY,
    "GET /{lang}/design/{component}": ANYBODY,
    "POST /{lang}/design/{component}": ANYBODY,
    "GET /{lang}/sign-in": ANYBODY,
    "POST /{lang}/sign-in": ANYBODY,
    "GET /{lang}/sign-in/callback": ANYBODY,
    "POST /{lang}/sign-out": ANYBODY,
    "GET /{lang}/session": ANYBODY,
    "POST /{lang}/session/prolong": ANYBODY,
    "GET /{lang}/counter/sign-in": ANYBODY,
    "POST /{lang}/counter/sign-in": ANYBODY,
    "GET /{lang}/cases": CITIZEN,
    "GET /{lang}/me": CITIZEN,
    "POST /{lang}/me": CITIZEN,
    "GET /{lang}/drafts/{draft_id}": FILER,
    "GET /{lang}/drafts/{draft_id}/tasks": FILER,
    "GET /{lang}/drafts/{draft_id}/what-changed": FILER,
    "POST /{lang}/drafts/{draft_id}/what-changed": FILER,
    "GET /{lang}/drafts/{draft_id}/no-longer": FILER,
    "GET /{lang}/drafts/{draft_id}/documents": FILER,
    "POST /{lang}/drafts/{draft_id}/documents": FILER,
    "GET /{lang}/drafts/{draft_id}/files/{file_id}": FILER,
    "GET /{lang}/drafts/{draft_id}/check": FILER,
    "POST /{lang}/drafts/{draft_id}/submit": FILER,
    "GET /{lang}/drafts/{draft_id}/{step}": FILER,
    "POST /{lang}/drafts/{draft_id}/{step}": FILER,
    "GET /{lang}/drafts/{draft_id}/{step}/files": FILER,
    "POST /{lang}/drafts/{draft_id}/{step}/files": FILER,
    "GET /{lang}/cases/{reference}": APPLICANT,
    "GET /{lang}/cases/calendar.ics": CITIZEN,
    "GET /{lang}/cases/{reference}/calendar.ics": APPLICANT,
    "GET /{lang}/counter/calendar.ics": STAFF,
    "GET /{lang}/cases/{reference}/submitted": APPLICANT,
    "GET /{lang}/cases/{reference}/receipt-ready": APPLICANT,
    "GET /{lang}/cases/{reference}/receipt.pdf": APPLICANT,
    "GET /{lang}/cases/{reference}/slip.pdf": APPLICANT,
    "GET /{lang}/cases/{reference}/documents/{number}.pdf": APPLICANT,
    "GET /{lang}/cases/{reference}/files/{file_id}": APPLICANT,
    "GET /{lang}/cases/{reference}/complete": APPLICANT,
    "POST /{lang}/cases/{reference}/complete": APPLICANT,
    "GET /{lang}/cases/{reference}/actions/{action}": APPLICANT,
    "POST /{lang}/cases/{reference}/actions/{action}": APPLICANT,
    "GET /{lang}/cases/{reference}/remedies/{slug}": APPLICANT,
    "POST /{lang}/cases/{reference}/remedies/{slug}": APPLICANT,
    "GET /{lang}/counter": STAFF,
    "POST /{lang}/counter/sign-out": STAFF,
    "GET /{lang}/counter/cases/{reference}": STAFF,
    "POST /{lang}/counter/cases/{reference}/take": STAFF,
    "POST /{lang}/counter/cases/{reference}/release": STAFF,
    "POST /{lang}/counter/cases/{reference}/seen": STAFF,
    "GET /{lang}/counter/cases/{reference}/actions/{action}": STAFF,
    "POST /{lang}/counter/cases/{reference}/actions/{action}": STAFF,
    "GET /{lang}/counter/cases/{reference}/actions/{action}/specimen.pdf": STAFF,
    "GET /{lang}/counter/cases/{reference}/remedies/{slug}": STAFF,
    "POST /{lang}/counter/cases/{reference}/remedies/{slug}": STAFF,
    "GET /{lang}/counter/cases/{reference}/documents/{number}.pdf": STAFF,
    "GET /{lang}/counter/cases/{reference}/documents/{number}/revoke": STAFF,
    "POST /{lang}/counter/cases/{reference}/documents/{number}/revoke": STAFF,
    "GET /{lang}/counter/cases/{reference}/files/{file_id}": STAFF,
    "GET /{lang}/counter/cases/{reference}/files/{file_id}/pages/{number}.jpg": STAFF,
    "GET /{lang}/counter/cases/{reference}/files/{file_id}/original": STAFF,
    "GET /{lang}/counter/cases/{reference}/filed": STAFF,
    "GET /{lang}/counter/cases/{reference}/receipt-ready": STAFF,
    "GET /{lang}/counter/cases/{reference}/receipt.pdf": STAFF,
    "GET /{lang}/counter/cases/{reference}/slip.pdf": STAFF,
    "GET /{lang}/counter/cases/{reference}/complete": STAFF,
    "POST /{lang}/counter/cases/{reference}/complete": STAFF,
    "POST /{lang}/counter/cases/{reference}/vote": STAFF,
    "GET /{lang}/counter/cases/{reference}/obtained": STAFF,
    "POST /{lang}/counter/cases/{reference}/obtained": STAFF,
    "GET /{lang}/counter/deadlines": STAFF,
    "GET /{lang}/counter/escalated": GENERAL,
    "GET /{lang}/counter/opinions": STAFF,
    "GET /{lang}/counter/opinions/{reference}/{opinion}": STAFF,
    "POST /{lang}/counter/opinions/{reference}/{opinion}": STAFF,
    "GET /{lang}/counter/opinions/{reference}/{opinion}/files/{file_id}": STAFF,
    "GET /{lang}/counter/opinions/{reference}/{opinion}/files/{file_id}/pages/{number}.jpg": STAFF,
    "GET /{lang}/counter/opinions/{reference}/{opinion}/files/{file_id}/original": STAFF,
    "GET /{lang}/counter/calendar": ADMIN,
    "GET /{lang}/counter/calendar/feasts/{feast}/{year}": ADMIN,
    "POST /{lang}/counter/calendar/feasts/{feast}/{year}": ADMIN,
    "POST /{lang}/counter/calendar/feasts/{feast}/{year}/withdraw": ADMIN,
    "GET /{lang}/counter/calendar/closures": ADMIN,
    "POST /{lang}/counter/calendar/closures": ADMIN,
    "POST /{lang}/counter/calendar/closures/{closure_id}/remove": ADMIN,
    "GET /{lang}/counter/services": STAFF,
    "GET /{lang}/counter/file/{slug}": STAFF,
    "POST /{lang}/counter/file/{slug}": STAFF,
    "GET /{lang}/studio": STUDIO,
    "GET /{lang}/studio/services/{slug}": STUDIO,
    "GET /{lang}/studio/upload": STUDIO,
    "POST /{lang}/studio/upload": STUDIO,
    "GET /{lang}/studio/versions/{key}": STUDIO,
    "GET /{lang}/studio/versions/{key}/export.zip": STUDIO,
    "GET /{lang}/studio/versions/{key}/replay": STUDIO,
    "POST /{lang}/studio/versions/{key}/replay": STUDIO,
    "POST /{lang}/studio/versions/{key}/documents": STUDIO,
    "GET /{lang}/studio/versions/{key}/documents/{document}.pdf": STUDIO,
    "GET /{lang}/studio/versions/{key}/{part}": STUDIO,
    "POST /{lang}/studio/versions/{key}/propose": STUDIO,
    "POST /{lang}/studio/versions/{key}/withdraw": STUDIO,
    "POST /{lang}/studio/versions/{key}/approve": STUDIO,
    "POST /{lang}/studio/versions/{key}/refuse": STUDIO,
    "POST /{lang}/studio/versions/{key}/put-back": STUDIO,
    "POST /{lang}/studio/versions/{key}/try": STUDIO,
    "GET /{lang}/studio/try/{trial_id}": STUDIO,
    "POST /{lang}/studio/try/{trial_id}/play": STUDIO,
    "POST /{lang}/studio/try/{trial_id}/forward": STUDIO,
    "POST /{lang}/studio/try/{trial_id}/end": STUDIO,
    "GET /{lang}/studio/try/{trial_id}/at/{rest:path}": STUDIO,
    "POST /{lang}/studio/try/{trial_id}/at/{rest:path}": STUDIO,
    "GET /{lang}/studio/try/{trial_id}/partners/{partner}": STUDIO,
    "GET /{lang}/studio/try/{trial_id}/partners/{partner}/{reference}/{opinion}": STUDIO,
    "POST /{lang}/studio/try/{trial_id}/partners/{partner}/{reference}/{opinion}": STUDIO,
    "GET /api/v1/openapi.json": ANYBODY,
    "GET /api/v1/problems/{name}": ANYBODY,
    "POST /oauth/token": PARTNER,
    "GET /api/v1/services": PARTNER,
    "GET /api/v1/cases": PARTNER,
    "GET /api/v1/cases/{reference}": PARTNER,
    "GET /api/v1/cases/{reference}/clock": PARTNER,
    "POST /api/v1/cases/{reference}/events": PARTNER,
    "GET /api/v1/opinions": PARTNER,
    "POST /api/v1/verify": PARTNER,
    "POST /api/v1/cases/{reference}/opinions/{opinion}": PARTNER,
    "POST /api/v1/callbacks/{platform}": PLATFORM,
    "* /api/{rest:path}": ANYBODY,
    "* /oauth/{rest:path}": ANYBODY,
}
READERS = {
    "Visitor": ANYBODY,
    "Citizen": CITIZEN,
    "Applicant": APPLICANT,
    "Filer": FILER,
    "Staff": STAFF,
    "Designer": STUDIO,
    "Administrator": ADMIN,
    "Overseer": GENERAL,
}
"""What the type in a page's signature means."""

OF_A_CASE = [one for one in AUDIENCES if "{reference}" in one and "/api/" not in one]
AT_WORK = (STAFF, STUDIO, ADMIN, GENERAL)
PAGES = [one for one, audience in AUDIENCES.items() if audience in (CITIZEN, APPLICANT, FILER, *AT_WORK)]
UNSAFE = [one for one, audience in AUDIENCES.items() if one.startswith("POST /{lang}")]


def routes(found: Any) -> Iterator[tuple[str, Any]]:
    """Every route of the application, however deep, by method and path."""
    for route in found:
        inner = getattr(route, "original_router", None) or getattr(route, "router", None)
        if inner is not None:
            yield from routes(inner.routes)
        elif isinstance(route, Mount):
            yield f"GET {route.path}", route
        else:
            for method in sorted(set(route.methods or ()) - {"HEAD"}) or ["*"]:
                yield f"{method} {route.path}", route


def test_every_route_is_classified(portal: TestPortal) -> None:
    found = dict(routes(portal.app.app.routes))  # type: ignore[attr-defined]
    assert set(found) == set(AUDIENCES)
    stated = {name: READERS[route.audience.__name__] for name, route in found.items() if isinstance(route, PageRoute)}
    assert stated == {name: AUDIENCES[name] for name in stated}
    unstated = {name for name in found if "{lang}" in name} - set(stated)
    assert not unstated


class World:
    """A case, a draft, and everybody who might want to see them."""

    def __init__(self, portal: TestPortal) -> None:
        self.portal = portal
        self.amina, self.youssef = self._citizen(AMINA), self._citizen(YOUSSEF)
        self.reference = file_residence(self.amina)
        # Another one is refused below, so that something can follow it.
        self.refused = file_residence(self.amina)
        start(self.amina, "certificat-residence")
        self.draft = answer_pages(self.amina, RESIDENCE)
        self.visitor = Browser(portal)
        self.agent = self._staff("agent", "annexe-ahfir")
        self.foreign = self._staff("foreign", "annexe-saidia")
        self.designer = self._staff("designer", "province-berkane", "designer", "publisher")
        self.admin = self._staff("admin", "province-berkane", "admin")
        self.general = self._staff("general", "province-berkane", "secretary_general")
        self.version = portal.deps.registry.service("certificat-residence").digest
        self.designer.get("/fr/studio")
        self.designer.post(f"/fr/studio/versions/{self.version}/try")
        self.trial = self.designer.url.rpartition("/")[2]
        act(self.agent, self.refused, "refuse", ground=self._ground(), reasons="Le bail ne porte pas votre nom.")
        portal.run_effects()
        page = self.agent.get(f"/fr/counter/cases/{self.reference}").text
        self.file = re.search(r"/files/(\w+)", page)[1]  # type: ignore[index]
        self.number = re.search(r"/documents/(R-[-\w]+)\.pdf", page)[1]  # type: ignore[index]

    def _ground(self) -> str:
        form = self.agent.get(f"/fr/counter/cases/{self.refused}/actions/refuse").text
        return str(form.partition('name="ground" value="')[2].partition('"')[0])

    def _citizen(self, who: Any) -> Browser:
        self.portal.identity.who = replace(who, level="substantial")
        browser = Browser(self.portal)
        browser.sign_in()
        return browser

    def again(self, who: Any) -> Browser:
        """A citizen who signs in once more."""
        return self._citizen(who)

    def staff(self, login: str, unit: str, *roles: str) -> Browser:
        """Somebody more who works at a unit."""
        return self._staff(login, unit, *roles)

    def holder_of(self, reference: str) -> Browser:
        """The browser of whoever holds the receipt of a case, and has no account."""
        dossier, browser = dossier_of(self.portal, reference), Browser(self.portal)
        browser.get("/fr/track")
        browser.post("/fr/track", {"reference": reference, "secret": dossier.secret})
        return browser

    def journal(self, reference: str) -> list[Any]:
        """All that has happened to a case."""
        return list(events_of(self.portal, reference))

    def _staff(self, login: str, unit: str, *roles: str) -> Browser:
        add_staff(self.portal, login, unit, *(roles or ("clerk", "agent", "chief")))
        browser = Browser(self.portal)
        browser.staff_sign_in(login, PASSWORD)
        return browser

    def who(self, audience: str) -> Browser:
        """Somebody of an audience; the citizen for what is hers or anybody's."""
        at_work = {STAFF: self.agent, STUDIO: self.designer, ADMIN: self.admin, GENERAL: self.general}
        return at_work.get(audience, self.amina)

    def path(self, route: str, *, action: str = "approve") -> str:
        filled = {
            "lang": "fr",
            "slug": "certificat-residence",
            "draft_id": self.draft,
            "file_id": self.file,
            "step": "you",
            "reference": self.reference,
            "action": action,
            "number": "1" if ".jpg" in route else self.number,
            "code": "0" * 16,
            "event_id": "home",
            "component": "button",
            "opinion": "roads",
            "key": self.version,
            "part": "sheet",
            "document": "receipt",
            "trial_id": self.trial,
            "partner": "min-sante",
            "feast": "eid_al_fitr",
            "year": "2026",
            "closure_id": "0" * 32,
        }
        if "/remedies/" in route:
            filled |= {"reference": self.refused, "slug": APPEAL}
        path = route.partition(" ")[2].replace("{rest:path}", "services/{slug}")
        return path.format(**filled)

    def ask(self, browser: Browser, route: str) -> Any:
        """Asks as a browser on one of our pages would, its proof included; redirects are not followed."""
        method = route.partition(" ")[0]
        action = "withdraw" if "counter" not in route else "approve"
        browser.get("/fr/track")
        if method == "GET":
            return browser.client.get(self.path(route, action=action), follow_redirects=False)
        return browser.post(self.path(route, action=action), follow_redirects=False)

    def trace(self) -> str:
        """What there is to see of the cases and the draft, to tell whether anything changed."""
        cases = [self.agent.get(f"/fr/counter/cases/{one}").text for one in (self.reference, self.refused)]
        shown = [str(one).split("<main")[1] for one in cases]
        return "".join((*shown, str(self.amina.get(f"/fr/drafts/{self.draft}/check").text)))


@pytest.fixture
def world(portal: TestPortal) -> World:
    return World(portal)


def turned_away(answer: httpx2.Response) -> bool:
    """Told that there is no such thing, or that it is not for her; or sent to sign in."""
    return answer.status_code in (403, 404) or "/sign-in?next=" in answer.headers.get("location", "")


def settled(world: World) -> str:
    return re.sub(r'name="csrf" value="[^"]*"', "", world.trace())


def test_a_visitor_is_sent_to_sign_in_wherever_an_account_is_needed(world: World) -> None:
    before = settled(world)
    for route in PAGES:
        location = world.ask(world.visitor, route).headers["location"]
        counter = "/counter" if AUDIENCES[route] in AT_WORK else ""
        assert location.startswith(f"/fr{counter}/sign-in?next="), route
    assert settled(world) == before


def test_another_citizen_finds_nothing_there(world: World) -> None:
    before = settled(world)
    for route in PAGES:
        if AUDIENCES[route] == CITIZEN:
            continue
        answer = world.ask(world.youssef, route)
        if AUDIENCES[route] in AT_WORK:
            assert answer.headers["location"].startswith("/fr/counter/sign-in"), route
        else:
            assert answer.status_code == 404, route
    assert world.reference not in world.youssef.get("/fr/cases").text
    assert settled(world) == before


def test_the_citizen_herself_is_not_staff(world: World) -> None:
    before = settled(world)
    for route in PAGES:
        if AUDIENCES[route] in AT_WORK:
            assert world.ask(world.amina, route).headers["location"].startswith("/fr/counter/sign-in"), route
    assert settled(world) == before


def test_staff_of_another_unit_finds_nothing_there(world: World) -> None:
    before = settled(world)
    for route in OF_A_CASE:
        assert turned_away(world.ask(world.foreign, route)), route
    assert world.reference not in world.foreign.get("/fr/counter").text
    assert settled(world) == before


def test_staff_is_no_citizen_and_has_no_part_in_her_drafts(world: World) -> None:
    before = settled(world)
    for route in PAGES:
        if AUDIENCES[route] in (CITIZEN, APPLICANT, FILER):
            assert turned_away(world.ask(world.agent, route)), route
    assert settled(world) == before


def test_those_they_are_for_get_in(world: World) -> None:
    """Without this the other tests would pass on a portal that turns everybody away."""
    for route, audience in AUDIENCES.items():
        if not route.startswith("GET /{lang}"):
            continue
        browser = world.who(audience)
        answer = world.ask(browser, route)
        # Some places need what this case has not: a clerk who filed it, a document that is missing, an applicant without an
        # account; or a demonstration, or figures that the worker has counted.
        absent = (
            route.endswith(("/complete", "/obtained", "/eligibility", "/files/{file_id}", "/slip.pdf"))
            or "/design" in route
            or "/indicators." in route
        )
        absent = (
            absent or "/opinions/{reference}" in route or "/partners/" in route or route.endswith("/{document}.pdf")
        )
        assert answer.status_code in (200, 303) or absent or "callback" in route or "/find" in route, route
        assert "/sign-in?next=" not in answer.headers.get("location", ""), route


def test_the_studio_is_for_those_who_make_services_and_they_see_no_case(world: World) -> None:
    before = settled(world)
    for route in PAGES:
        if AUDIENCES[route] == STUDIO:
            assert world.ask(world.agent, route).status_code == 403, route
        elif route.endswith("/counter"):
            assert world.ask(world.designer, route).headers["location"] == "/fr/studio"
        elif not route.endswith("sign-out"):
            assert turned_away(world.ask(world.designer, route)), route
    assert settled(world) == before


def test_the_calendar_is_for_administrators_and_they_see_no_case(world: World) -> None:
    before = settled(world)
    for route in PAGES:
        if AUDIENCES[route] == ADMIN:
            assert world.ask(world.agent, route).status_code == 403, route
            assert world.ask(world.designer, route).status_code == 403, route
        elif route.endswith("/counter"):
            assert world.ask(world.admin, route).headers["location"] == "/fr/counter/calendar"
        elif not route.endswith("sign-out"):
            assert turned_away(world.ask(world.admin, route)), route
    assert settled(world) == before


def test_the_secretary_general_sees_no_case_that_was_not_escalated(world: World) -> None:
    before = settled(world)
    for route in PAGES:
        if AUDIENCES[route] == GENERAL:
            for other in (world.agent, world.designer, world.admin):
                assert world.ask(other, route).status_code == 403, route
        elif route.endswith("/counter"):
            assert world.ask(world.general, route).headers["location"] == "/fr/counter/escalated"
        elif route in OF_A_CASE:
            assert turned_away(world.ask(world.general, route)), route
    assert settled(world) == before


REMEDIES = tuple(one for one in AUDIENCES if "/remedies/" in one)
"""Where what follows a case is filed: by its applicant, and for her at a counter."""


def files_nothing(world: World, browser: Browser, case: str, slug: str) -> None:
    """Whoever may not file what follows a case is turned away, and whatever she sends is sent in vain."""
    before = world.journal(case)
    for route in REMEDIES:
        path = route.partition(" ")[2].format(lang="fr", reference=case, slug=slug)
        browser.get("/fr/track")
        send = browser.client.get if route.startswith("GET") else browser.post
        assert turned_away(send(path, follow_redirects=False)), path
    assert world.journal(case) == before


def may_file(browser: Browser, case: str, slug: str, *, at_counter: bool = False) -> bool:
    """Whether the form of what follows a case is shown to somebody."""
    base = "/fr/counter/cases" if at_counter else "/fr/cases"
    return bool(browser.get(f"{base}/{case}/remedies/{slug}").status_code == 200)


def test_what_follows_a_citizens_case_is_filed_by_her_or_at_its_counter(world: World) -> None:
    case = world.refused
    holder = world.holder_of(case)
    assert holder.get(f"/fr/cases/{case}").status_code == 200, "she sees how it stands"
    ombudsman = world.staff("ombudsman", OMBUDSMAN)
    province = world.staff("province", "province-berkane")
    others = (world.visitor, world.youssef, holder, world.foreign, world.general, ombudsman, province)
    for other in (*others, world.designer, world.admin):
        files_nothing(world, other, case, APPEAL)
    for role in ("clerk", "agent", "chief"):
        assert may_file(world.staff(f"one-{role}", "annexe-ahfir", role), case, APPEAL, at_counter=True), role
    for role in ("committee", "designer", "admin", "secretary_general"):
        other = world.staff(f"no-{role}".replace("_", "-"), "annexe-ahfir", role)
        assert not may_file(other, case, APPEAL, at_counter=True), role
    assert may_file(world.amina, case, APPEAL)
    world.amina.post(f"/fr/cases/{case}/remedies/{APPEAL}", {"grounds": "", **hidden(world.amina)})
    assert world.amina.url.endswith("/submitted"), world.amina.text
    # The province now decides on the appeal and reads the case: it files nothing that follows it.
    assert province.get(f"/fr/counter/cases/{case}").status_code == 200
    files_nothing(world, province, case, "mediateur")
    files_nothing(world, world.youssef, case, "mediateur")


def test_what_follows_an_anonymous_case_is_filed_by_whoever_holds_its_receipt_or_at_its_counter(world: World) -> None:
    case, _ = file_complaint(world.visitor)
    world.portal.clock.forward(days=80)
    timers.sweep(world.portal.deps)
    holder, youssef = world.holder_of(case), world.again(YOUSSEF)
    office = world.staff("office", "commune-saidia", "clerk")
    ombudsman = world.staff("ombudsman", OMBUDSMAN)
    general, elsewhere = (
        world.staff("general-2", "province-berkane", "secretary_general"),
        world.staff("e", "annexe-ahfir"),
    )
    assert general.get(f"/fr/counter/cases/{case}").status_code == 200, "it was escalated: she may look at it"
    for other in (Browser(world.portal), youssef, general, elsewhere, ombudsman):
        files_nothing(world, other, case, "mediateur")
    assert may_file(office, case, "mediateur", at_counter=True)
    assert may_file(holder, case, "mediateur")
    holder.post(f"/fr/cases/{case}/remedies/mediateur", {"grounds": "", **hidden(holder)})
    assert holder.url.endswith("/submitted"), holder.text
    # The Ombudsman's agent now reads the case; to file anything for its applicant is not hers.
    assert ombudsman.get(f"/fr/counter/cases/{case}").status_code == 200
    files_nothing(world, ombudsman, case, "mediateur")


def hidden(browser: Browser) -> dict[str, str]:
    """What the form shown last carries along."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', browser.last.text)
    return {name: value for name, value in found if name != "csrf"}


def test_somebody_who_has_left_the_service_gets_in_nowhere(world: World) -> None:
    with world.portal.deps.unit_of_work() as work:
        member = sessions.find_staff_by_login(work.connection, "agent")
        assert member is not None
        sessions.close_staff(work.connection, member[0].id)
    for route in PAGES:
        if AUDIENCES[route] == STAFF:
            assert world.ask(world.agent, route).headers["location"].startswith("/fr/counter/sign-in"), route
    world.agent.staff_sign_in("agent", PASSWORD)
    assert world.agent.last.status_code == 422


def test_the_interface_wants_a_partners_token(world: World) -> None:
    with world.portal.deps.unit_of_work() as work:
        partners.add(work.connection, Partner("other", "Other", ("reclamation",)), hash_password("x" * 20), work.now)
    form = {"grant_type": "client_credentials", "client_id": "other", "client_secret": "x" * 20}
    client = Browser(world.portal).client
    token = client.post("/oauth/token", data=form).json()["access_token"]
    for route, audience in AUDIENCES.items():
        if audience != PARTNER or "/oauth" in route:
            continue
        method, path = route.split(" ")[0], world.path(route)
        follow_up = {"id": "1", "status": "seen", "label": {"ar": "قرئ", "fr": "Lu"}}
        sent: Any = {"inputs": {}} if "/opinions/" in route else {"code": "A"} if "/verify" in route else follow_up
        more: Any = {"json": sent} if method == "POST" else {}
        for headers in ({}, {"authorization": "Bearer x"}):
            assert client.request(method, path, headers=headers, **more).status_code == 401, route
        # A citizen's or a clerk's session opens nothing here.
        for browser in (world.amina, world.agent):
            assert browser.client.request(method, path, **more).status_code == 401, route
        granted = client.request(method, path, headers={"authorization": f"Bearer {token}"}, **more)
        assert granted.status_code == (404 if "{reference}" in route else 200), route
    assert client.post("/oauth/token", data={**form, "client_secret": "wrong"}).status_code == 401
    assert client.post("/api/v1/callbacks/jisr", json={}).status_code == 401
    assert client.post("/api/v1/callbacks/nowhere", json={}).status_code == 404


def test_the_figures_are_for_this_machine_only(portal: TestPortal) -> None:
    assert TestClient(portal.app, client=("198.51.100.7", 1)).get("/metrics").status_code == 404
    assert TestClient(portal.app, client=("127.0.0.1", 1)).get("/metrics").status_code == 200


Forgery = Callable[[Browser, str, dict[str, str]], Any]


def without_a_token(browser: Browser, path: str, own: dict[str, str]) -> Any:
    return browser.client.post(path, headers={"origin": BASE_URL, "sec-fetch-site": "same-origin"})


def with_a_wrong_token(browser: Browser, path: str, own: dict[str, str]) -> Any:
    headers = {"origin": BASE_URL, "sec-fetch-site": "same-origin"}
    return browser.client.post(path, data={"csrf": "A" * 24}, headers=headers)


def from_a_foreign_origin(browser: Browser, path: str, own: dict[str, str]) -> Any:
    return browser.client.post(path, data=own, headers={"origin": "https://evil.example"})


def from_no_origin(browser: Browser, path: str, own: dict[str, str]) -> Any:
    return browser.client.post(path, data=own, headers={"origin": "null"})


def from_another_site(browser: Browser, path: str, own: dict[str, str]) -> Any:
    headers = {"origin": BASE_URL, "sec-fetch-site": "cross-site"}
    return browser.client.post(path, data=own, headers=headers)


def from_a_sister_site(browser: Browser, path: str, own: dict[str, str]) -> Any:
    return browser.client.post(path, data=own, headers={"sec-fetch-site": "same-site"})


def saying_nothing_of_its_origin(browser: Browser, path: str, own: dict[str, str]) -> Any:
    return browser.client.post(path, data=own)


FORGERIES: list[Forgery] = [
    without_a_token,
    with_a_wrong_token,
    from_a_foreign_origin,
    from_no_origin,
    from_another_site,
    from_a_sister_site,
    saying_nothing_of_its_origin,
]


def test_a_form_that_no_page_of_ours_sent_changes_nothing(world: World) -> None:
    before = settled(world)
    for route in UNSAFE:
        browser = world.who(AUDIENCES[route])
        action = "approve" if "counter" in route else "withdraw"
        for forgery in FORGERIES:
            token = re.search(r'name="csrf" value="([^"]+)"', browser.get("/fr/track").text)
            assert token is not None
            answer = forgery(browser, world.path(route, action=action), {"csrf": token[1]})
            assert answer.status_code == 403, (route, forgery.__name__)
            assert "<h1>" in answer.text
    assert settled(world) == before


def test_another_browsers_token_proves_nothing(world: World) -> None:
    token = re.search(r'name="csrf" value="([^"]+)"', world.youssef.get("/fr/track").text)
    assert token is not None
    headers = {"origin": BASE_URL, "sec-fetch-site": "same-origin"}
    answer = world.amina.client.post("/fr/sign-out", data={"csrf": token[1]}, headers=headers)
    assert answer.status_code == 403
    assert world.amina.get("/fr/cases").url.path == "/fr/cases"
