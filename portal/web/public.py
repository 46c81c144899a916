"""What anybody may read: the services and their sheets, following a file, verifying a document."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from portal.actions.verify import MAX_BYTES, Verified, verify_code, verify_file
from portal.domain.service import ServiceDefinition, Text
from portal.domain.territory import Unit
from portal.http import limiting, urls
from portal.http.pages import ControlError, Page, keep_in_session, replace_session
from portal.http.readers import Visitor
from portal.i18n import N_, languages, searchable
from portal.presenting.sheet import Sheet, deadline_words, life_events, sheet_of
from portal.store import cases, numbers, sessions
from portal.web.routing import pages

router = pages()
short = pages(prefix="")


@dataclass(frozen=True)
class ServiceRow:
    """A line of a list of services."""

    title: str
    url: str
    detail: str
    tag: str | None


def rows(page: Page, definitions: list[ServiceDefinition]) -> list[ServiceRow]:
    return [
        ServiceRow(
            title=definition.title[page.language],
            url=urls.service(page.language, definition.slug),
            detail=f"{definition.summary[page.language]}",
            tag=deadline_words(definition, page.language),
        )
        for definition in definitions
    ]


@router.get("/")
def home(page: Page, visitor: Visitor) -> Response:
    definitions = page.deps.registry.services()
    page.title = page.say(N_("What would you like to do today?"))
    return page.render(
        "public/home.html",
        services=rows(page, definitions),
        events=life_events(definitions, page.language),
    )


@router.get("/services")
def services(page: Page, visitor: Visitor) -> Response:
    page.title, page.current_nav = page.say(N_("Services")), "services"
    asked = page.request.query_params.get("q", "")[:100]
    found = search(page.deps.registry.services(), asked)
    return page.render("public/services.html", services=rows(page, found), asked=asked)


def search(definitions: list[ServiceDefinition], asked: str) -> list[ServiceDefinition]:
    """The services that speak of every word asked for, hamzas, accents and vowel signs apart."""
    words = searchable(asked).split()
    if not words:
        return definitions
    return [one for one in definitions if all(word in _spoken(one) for word in words)]


def _spoken(definition: ServiceDefinition) -> str:
    texts: list[str] = [definition.slug, *definition.keywords]
    for text in (definition.title, definition.summary):
        texts.extend(text[language] for language in text)
    return searchable(" ".join(texts))


@router.get("/services/{slug}")
def service(page: Page, visitor: Visitor, slug: str) -> Response:
    definition = page.deps.registry.service(slug)
    page.title, page.current_nav = definition.title[page.language], "services"
    sheet: Sheet = sheet_of(definition, page.deps.registry.territory, page.language)
    return page.render("public/service.html", sheet=sheet, apply_url=urls.apply(page.language, slug))


@router.get("/track")
def track(page: Page, visitor: Visitor) -> Response:
    page.title, page.current_nav = page.say(N_("Follow your file")), "track"
    return page.render("public/track.html", typed={"reference": "", "secret": "", **page.take_typed()})


@router.post("/track")
def follow(page: Page, visitor: Visitor) -> Response:
    """Opens a case with its reference and the secret of its receipt."""
    switch = page.form.get("switch_to")
    if switch in languages():
        if visitor.session is None:
            replace_session(page, "visitor", sessions.new_visitor(), data={})
        page.keep_typed()
        return page.see_other(f"/{switch}/track")
    typed = {"reference": page.form.get("reference", "")[:60], "secret": page.form.get("secret", "")[:60]}
    reference = numbers.read_reference(typed["reference"])
    address = limiting.address_of(page.request)
    page.deps.limits.count(limiting.TRACK_ADDRESS, "track", address)
    found = None
    if reference is not None:
        # The reference alone has a wider limit, or anybody who saw it could keep its owner out.
        page.deps.limits.count(limiting.TRACK_ONE, "track-one", reference)
        page.deps.limits.count(limiting.TRACK_CASE, "track", f"{reference} {address}")
        with page.reading() as work:
            found = cases.find(work.connection, work.vault, reference)
    if found is None or not sessions.same_secret(found.secret, numbers.read_code(typed["secret"])):
        return _not_followed(page, typed, reference)
    page.deps.limits.forgive(limiting.TRACK_CASE, "track", f"{found.case.reference} {address}")
    if visitor.session is not None and visitor.session.kind == "staff":
        return page.see_other(urls.counter_case(page.language, found.case.reference))
    remember_case(page, found.case.id)
    return page.see_other(urls.case(page.language, found.case.reference))


def _not_followed(page: Page, typed: dict[str, str], reference: str | None) -> Response:
    page.title, page.current_nav = page.say(N_("Follow your file")), "track"
    if reference is None:
        message = N_("Check the reference: it looks like BRK-26-7K3F-9Q2X-C")
        page.errors = [ControlError("reference", page.say(message))]
    else:
        message = N_("No file has this reference and this secret code. Check both on your receipt.")
        page.errors = [ControlError("secret", page.say(message))]
    return page.render("public/track.html", status=422, typed=typed)


def remember_case(page: Page, case_id: str) -> None:
    """Lets this browser see a case from now on, until its session ends."""
    session = page.session
    if session is None or session.kind == "staff":
        session = replace_session(page, "visitor", sessions.new_visitor(), data={})
    with page.unit_of_work() as work:
        keep_in_session(page, work, followed=sorted({*session.followed, case_id}))


@router.get("/verify")
def verify(page: Page, visitor: Visitor) -> Response:
    page.title, page.current_nav = page.say(N_("Check a document")), "verify"
    if page.too_large_message:
        return _nothing_to_verify(page, "document", N_("The file is larger than 10 MB"))
    return page.render("public/verify.html", verdict=None, code="")


@router.post("/verify")
def verified(page: Page, visitor: Visitor) -> Response:
    """The verdict on an uploaded file, or on a typed code."""
    page.title, page.current_nav = page.say(N_("Check a document")), "verify"
    page.deps.limits.count(limiting.VERIFY_ADDRESS, "verify", limiting.address_of(page.request))
    code = page.form.get("code", "")[:60].strip()
    sent = next((file for file in page.form.files if file.control == "document" and file.content), None)
    if sent is not None:
        if len(sent.content) > MAX_BYTES:
            return _nothing_to_verify(page, "document", N_("The file is larger than 10 MB"))
        return _verdict(page, verify_file(page.deps, sent.content))
    if not code:
        return _nothing_to_verify(page, "document", N_("Choose the PDF file, or type the code printed under its QR"))
    return _verdict(page, verify_code(page.deps, code), code)


def _nothing_to_verify(page: Page, control: str, message: str) -> Response:
    page.errors = [ControlError(control, page.say(message))]
    return page.render("public/verify.html", status=422, verdict=None, code="")


def _verdict(page: Page, verdict: Verified, code: str = "") -> Response:
    return page.render("public/verify.html", verdict=_shown(page, verdict), code=code)


def _shown(page: Page, verdict: Verified) -> dict[str, Any]:
    title: Text | None = verdict.title
    return {
        "kind": verdict.verdict.value,
        "number": verdict.number,
        "title": title[page.language] if title is not None else "",
        "issued_at": page.moment(verdict.issued_at) if verdict.issued_at else "",
        "revoked_at": page.moment(verdict.revoked_at) if verdict.revoked_at else "",
        "reference": verdict.reference,
    }


@short.get("/v/{code}")
@short.get("/V/{code}")
def scanned(page: Page, visitor: Visitor, code: str) -> Response:
    """What a document's QR opens: in the browser's language, since the paper cannot know it."""
    page.deps.limits.count(limiting.VERIFY_ADDRESS, "verify", limiting.address_of(page.request))
    page.title, page.current_nav = page.say(N_("Check a document")), "verify"
    return _verdict(page, verify_code(page.deps, code[:60]), code[:60])


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
    ]
    return page.render("public/privacy.html", notices=notices)


@router.get("/accessibility")
def accessibility(page: Page, visitor: Visitor) -> Response:
    page.title = page.say(N_("Accessibility"))
    return page.render("public/accessibility.html")


@router.get("/counters")
def counters(page: Page, visitor: Visitor) -> Response:
    """Where the counters are: for whoever cannot or will not do it online."""
    page.title = page.say(N_("Where the counters are"))
    territory = page.deps.registry.territory
    everywhere = [unit for unit in territory.units if len(unit.communes) > 1]
    places = [(territory.province, everywhere)] if everywhere else []
    places.extend(
        (commune.name, [unit for unit in territory.units if unit.communes == (commune.code,)])
        for commune in territory.communes
    )
    language = page.language
    shown = [(name[language], [_office(unit, language) for unit in units]) for name, units in places if units]
    return page.render("public/counters.html", places=shown)


def _office(unit: Unit, language: str) -> tuple[str, str, str]:
    return unit.name[language], unit.address[language] if unit.address else "", unit.phone
