"""What anybody may do without an account: follow a file."""

from starlette.responses import Response

from portal.http import limiting, urls
from portal.http.pages import ControlError, Page, keep_in_session, replace_session
from portal.http.readers import Visitor
from portal.i18n import N_
from portal.store import cases, numbers, sessions
from portal.web.routing import pages

router = pages()


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
    if not remember_case(page, found.case.id, found.secret):
        return _not_followed(page, typed, reference)
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


def remember_case(page: Page, case_id: str, secret: str = "") -> bool:
    """Lets this browser see a case from now on, until its session ends; not where another ``secret`` opens it by now."""
    session = page.session
    if session is None or session.kind == "staff":
        session = replace_session(page, "visitor", sessions.new_visitor(), data={})
    with page.unit_of_work() as work:
        if secret:
            # Locked, so that whoever changes the secret at this moment shuts this browser out too.
            found = cases.get(work.connection, work.vault, case_id, lock=True)
            if found is None or not sessions.same_secret(found.secret, secret):
                return False
        followed = sessions.followed_by_now(work.connection, session)
        keep_in_session(page, work, followed=sorted({*followed, case_id}))
    return True
