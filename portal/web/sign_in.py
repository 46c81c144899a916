"""Signing in and out as a citizen, through the identity provider."""

from starlette.responses import Response

from portal.domain.errors import Unavailable
from portal.domain.service import IdentityLevel
from portal.http import limiting, urls
from portal.http.pages import Page, replace_session
from portal.http.readers import Visitor
from portal.i18n import N_
from portal.ports import Claims, Rejected, SignInRequest, Unreachable
from portal.store import people, sessions
from portal.web.routing import pages

router = pages()

CALLBACK = "/{lang}/sign-in/callback"


@router.get("/sign-in")
def sign_in(page: Page, visitor: Visitor) -> Response:
    """Says what signing in is, and offers it."""
    page.title, page.current_nav = page.say(N_("Sign in")), "sign_in"
    target = urls.local_target(page.request.query_params.get("next", ""), f"/{page.language}/cases")
    return page.render("public/sign_in.html", target=target, failed=False)


@router.post("/sign-in")
def begin(page: Page, visitor: Visitor) -> Response:
    """Sends the browser to the identity provider; what its answer must match is kept here, tied to this browser."""
    target = urls.local_target(page.form.get("next", ""), f"/{page.language}/cases")
    page.deps.limits.count(limiting.SIGN_IN_ADDRESS, "citizen", limiting.address_of(page.request))
    session = page.session
    if session is None:
        session = replace_session(page, "visitor", sessions.new_visitor(), data={})
    try:
        request = page.deps.identity.begin(_callback(page), page.language, _level(page.form.get("level", "")))
    except Unreachable as error:
        raise Unavailable() from error
    with page.unit_of_work() as work:
        kept = {"url": request.url, "state": request.state, "nonce": request.nonce, "verifier": request.verifier}
        sessions.begin_sign_in(work.connection, work.vault, kept, session.id, target, work.now)
    return page.see_other(request.url)


def _level(wanted: str) -> str:
    return wanted if wanted in list(IdentityLevel) else IdentityLevel.LOW.value


def _callback(page: Page) -> str:
    return page.deps.base_url + CALLBACK.format(lang=page.language)


@router.get("/sign-in/callback")
def finish(page: Page, visitor: Visitor) -> Response:
    """Takes the identity provider's answer: once, from the browser that asked, and only if everything matches."""
    state = page.request.query_params.get("state", "")
    kept = None
    if page.session is not None and state:
        with page.unit_of_work() as work:
            kept = sessions.take_sign_in(work.connection, work.vault, state, page.session.id, work.now)
    if kept is None:
        return _failed(page)
    request, target = kept
    try:
        claims = page.deps.identity.finish(SignInRequest(**request), _callback(page), str(page.request.url))
    except Unreachable as error:
        raise Unavailable() from error
    except Rejected:
        return _failed(page)
    _open_session(page, claims)
    return page.see_other(target)


def _open_session(page: Page, claims: Claims) -> None:
    with page.unit_of_work() as work:
        person_id = people.record(work.connection, work.vault, claims, page.language, work.now)
    names = {
        "name_ar": claims.name_ar or claims.name_fr,
        "name_fr": claims.name_fr or claims.name_ar,
    }
    replace_session(page, "citizen", person_id, level=claims.level, data=names)


def _failed(page: Page) -> Response:
    page.title, page.current_nav = page.say(N_("Sign in")), "sign_in"
    return page.render("public/sign_in.html", status=400, target=f"/{page.language}/cases", failed=True)


@router.post("/sign-out")
def sign_out(page: Page, visitor: Visitor) -> Response:
    if page.session is not None:
        with page.unit_of_work() as work:
            sessions.end(work.connection, page.session)
        page.close_session()
    return page.see_other(urls.home(page.language))
