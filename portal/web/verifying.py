"""Checking a document, without an account: a file, a photo of a paper, what its QR holds, or the code under it."""

from starlette.responses import Response

from portal.actions.verdict import Verified
from portal.actions.verify import MAX_BYTES, MAX_TEXT, verify_by_looking, verify_by_register, verify_text
from portal.http import limiting
from portal.http.pages import ControlError, Page
from portal.http.readers import Visitor
from portal.http.routes import checked_first
from portal.http.threads import Later
from portal.i18n import N_
from portal.web.routing import pages
from portal.web.verdicts import told

router = pages()
short = pages(prefix="")

_FILES = ("document", "photo")
_LONGEST_CODE = 40


@router.get("/verify")
def verify(page: Page, visitor: Visitor) -> Response:
    page.title, page.current_nav = page.say(N_("Check a document")), "verify"
    if page.too_large_message:
        return _nothing_to_verify(page, "document", N_("The file is larger than 10 MB"))
    return page.render("public/verify.html", verdict=None, code="")


def _counted(page: Page) -> None:
    page.deps.limits.count(limiting.VERIFY_ADDRESS, "verify", limiting.address_of(page.request))


@router.post("/verify")
@checked_first(_counted)
def verified(page: Page, visitor: Visitor) -> Response:
    """The verdict on a file, or on what was typed or pasted."""
    page.title, page.current_nav = page.say(N_("Check a document")), "verify"
    typed = page.form.get("code", "")[: MAX_TEXT + 1].strip()
    chosen = [file for file in page.form.files if file.control in _FILES]
    # An empty file is told of, unless something else was sent beside it.
    sent = next((file for file in chosen if file.content), None if typed else next(iter(chosen), None))
    if sent is not None:
        if len(sent.content) > MAX_BYTES:
            return _nothing_to_verify(page, sent.control, N_("The file is larger than 10 MB"))
        return _of_file(page, sent.content)
    if not typed:
        return _nothing_to_verify(
            page, _asked(page), N_("Choose a file or a photo, or type the code printed under the QR")
        )
    return _verdict(page, verify_text(page.deps, typed), typed)


def _of_file(page: Page, content: bytes) -> Response:
    """The verdict on a file, at once where the register knows it; raises Later for one that has to be looked at."""
    found = verify_by_register(page.deps, content)
    if found is not None:
        return _verdict(page, found)
    page.deps.limits.count(limiting.LOOK_ADDRESS, "look", limiting.address_of(page.request))
    raise Later(lambda: _verdict(page, verify_by_looking(page.deps, content)))


def _asked(page: Page) -> str:
    """The control whose form was sent with nothing in it."""
    return "code" if "code" in page.form else "document"


def _nothing_to_verify(page: Page, control: str, message: str) -> Response:
    page.errors = [ControlError(control, page.say(message))]
    return page.render("public/verify.html", status=422, verdict=None, code="")


def _verdict(page: Page, found: Verified, typed: str = "") -> Response:
    # A code may have been mistyped, and is shown again; nobody types a seal.
    again = typed if len(typed) <= _LONGEST_CODE else ""
    return page.render("public/verify.html", verdict=told(page, found), code=again)


@short.get("/v/{code}")
@short.get("/V/{code}")
def scanned(page: Page, visitor: Visitor, code: str) -> Response:
    """What a document's QR opens, code or seal: in the browser's language, since the paper cannot know it."""
    _counted(page)
    page.title, page.current_nav = page.say(N_("Check a document")), "verify"
    answer = _verdict(page, verify_text(page.deps, code[: MAX_TEXT + 1]), code)
    # The address says what the seal says: it goes to nobody, not even along with the next page of ours. Who sent a form is
    # still told, by the host alone: without a referrer browsers send `Origin: null`, and no form of this page would be taken.
    answer.headers["referrer-policy"] = "strict-origin"
    return answer
