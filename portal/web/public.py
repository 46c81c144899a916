"""What anybody may do without an account: follow a file, verify a document."""

from typing import Any

from starlette.responses import Response

from portal.actions.verify import MAX_BYTES, Verified, verify_code, verify_file
from portal.domain.service import Text
from portal.http import limiting, urls
from portal.http.pages import ControlError, Page, keep_in_session, replace_session
from portal.http.readers import Visitor
from portal.i18n import N_
from portal.store import cases, numbers, sessions
from portal.web.routing import pages

router = pages()
short = pages(prefix="")


@router.get("/track")
def track(page: Page, visitor: Visitor) -> Response:
    page.title, page.current_nav = page.say(N_("Follow your file")), "track"
    return page.render("public/track.html", typed={"reference": "", "secret": "", **page.take_typed()})


@router.post("/track")
def follow(page: Page, visitor: Visitor) -> Response:
    """Opens a case with its reference and the secret of its receipt."""
    if switch := page.switched:
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
