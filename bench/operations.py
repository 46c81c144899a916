"""What is measured, as one client does it over and over."""

import io
import random
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from PIL import Image

from bench.http import Answer, Browser, Unexpected

SERVICE = "certificat-residence"
CSRF = re.compile(rb'name="csrf" value="([^"]+)"')
PATIENCE = 60
"""Seconds after which a receipt that has not come is a fault."""

LOOK_AGAIN = 2.0
"""Seconds between two looks for the receipt, as the page that waits for it does."""

# Eight answers on four pages.
ANSWERS: Mapping[str, Mapping[str, str]] = {
    "you": {"name_ar": "أمينة العلوي", "name_fr": "Amina El Alaoui", "cnie": "FB123456"},
    "home": {"place": "02.113.01.09/centre-ville", "address": "12, rue de la Marche verte"},
    "housing": {"housing": "tenant"},
    "contact": {"phone": "0612345678", "email": "amina@example.org"},
}
PAGES = tuple(ANSWERS)


@dataclass(frozen=True)
class Plan:
    """What one client is given: where, and who it is. ``cases`` pairs a citizen's session with a reference of hers."""

    port: int
    sessions: Sequence[str] = ()
    cases: Sequence[tuple[str, str]] = ()
    staff: str = ""
    partner: str = ""
    partner_cases: Sequence[str] = ()


class Operation(Protocol):
    """Made once per client, which is not measured; then run again and again."""

    def __init__(self, plan: Plan) -> None: ...

    def run(self) -> None: ...


class Bare:
    """The plain-text page that everything is compared with."""

    path = "/"

    def __init__(self, plan: Plan) -> None:
        self._browser = Browser(plan.port)

    def run(self) -> None:
        self._browser.get(self.path)


class ServicePage(Bare):
    """The procedure sheet, for somebody not signed in."""

    path = f"/fr/services/{SERVICE}"


class Search:
    """Searches as people type them, in every manner; all of them find something."""

    asked = ("بغيت شهادة السكنى", "chahada sokna", "certifica de residance", "fauteuil roulant", "الزبل فالحومة")

    def __init__(self, plan: Plan) -> None:
        self._browser = Browser(plan.port)
        self._paths = [f"/fr/services?q={quote(one)}" for one in self.asked]
        self._turn = 0

    def run(self) -> None:
        self._turn += 1
        self._browser.get(self._paths[self._turn % len(self._paths)])


class FormPage:
    """Each of the four pages of a form in turn, with the answers given so far."""

    def __init__(self, plan: Plan) -> None:
        self._browser = Browser(plan.port, session=plan.sessions[0])
        self._proof = proof_of(self._browser)
        self._draft = begin(self._browser, self._proof)
        for page in PAGES:
            self._browser.send(f"{self._draft}/{page}", {"csrf": self._proof, **ANSWERS[page]})
        self._turn = 0

    def run(self) -> None:
        self._browser.get(f"{self._draft}/{self._next()}")

    def _next(self) -> str:
        self._turn += 1
        return PAGES[self._turn % len(PAGES)]


class FormSave(FormPage):
    """The same pages, sent with their answers."""

    def run(self) -> None:
        page = self._next()
        self._browser.send(f"{self._draft}/{page}", {"csrf": self._proof, **ANSWERS[page]})


class Submission:
    """A whole submission in eleven requests: the start, four pages shown and saved, the document, the submission."""

    def __init__(self, plan: Plan) -> None:
        # Many citizens, since each may hand in so many files an hour.
        browsers = [Browser(plan.port, session=session) for session in plan.sessions]
        self._citizens = [(browser, proof_of(browser)) for browser in browsers]
        self._photograph = photograph()
        self._turn = 0

    def run(self) -> None:
        self._turn += 1
        self._submit(*self._citizens[self._turn % len(self._citizens)])

    def _submit(self, browser: Browser, proof: str) -> str:
        draft = begin(browser, proof)
        for page in PAGES:
            browser.get(f"{draft}/{page}")
            browser.send(f"{draft}/{page}", {"csrf": proof, **ANSWERS[page]})
        browser.upload(f"{draft}/documents", {"csrf": proof}, "lease", self._photograph)
        return self._hand_in(browser, draft, proof)

    def _hand_in(self, browser: Browser, draft: str, proof: str) -> str:
        submitted = browser.send(f"{draft}/submit", {"csrf": proof}).location
        if not submitted.endswith("/submitted"):
            raise Unexpected(f"the submission led to {submitted}")
        return submitted.removesuffix("/submitted")


class SubmissionReceipt(Submission):
    """The same, until the signed receipt has been downloaded."""

    def _submit(self, browser: Browser, proof: str) -> str:
        case = super()._submit(browser, proof)
        download_receipt(browser, case)
        return case


class CasePage:
    """A citizen's own case, its receipt issued and the message about it sent."""

    def __init__(self, plan: Plan) -> None:
        session, reference = plan.cases[0]
        self._browser = Browser(plan.port, session=session)
        self._path = f"/fr/cases/{reference}"

    def run(self) -> None:
        self._browser.get(self._path)


class Queue:
    """The first page of the unit's queue."""

    def __init__(self, plan: Plan) -> None:
        self._browser = Browser(plan.port, session=plan.staff)
        rows = self._browser.get("/fr/counter").body.count(b'<th scope="row">')
        if rows != 100:
            raise Unexpected(f"the queue has {rows} rows where 100 were expected")

    def run(self) -> None:
        self._browser.get("/fr/counter")


class ApiRead:
    """One case, read by a partner."""

    def __init__(self, plan: Plan) -> None:
        self._browser = Browser(plan.port, bearer=plan.partner)
        self._references = plan.partner_cases
        self._turn = 0

    def run(self) -> None:
        self._turn += 1
        self._browser.get(f"/api/v1/cases/{self._references[self._turn % len(self._references)]}")


OPERATIONS: Mapping[str, type[Operation]] = {
    "bare": Bare,
    "service_page": ServicePage,
    "search": Search,
    "form_page": FormPage,
    "form_save": FormSave,
    "submission": Submission,
    "submission_receipt": SubmissionReceipt,
    "case_page": CasePage,
    "queue_10k": Queue,
    "queue_100k": Queue,
    "api_read": ApiRead,
}


def proof_of(browser: Browser) -> str:
    """The proof that every form of this browser's session carries."""
    found = CSRF.search(browser.get(f"/fr/services/{SERVICE}/apply").body)
    if found is None:
        raise Unexpected("the page where one starts has no form")
    return found[1].decode()


def begin(browser: Browser, proof: str) -> str:
    """Starts a draft; the address its pages are below."""
    first = browser.send(f"/fr/services/{SERVICE}/apply", {"csrf": proof}).location
    return first.rpartition("/")[0]


def download_receipt(browser: Browser, case: str) -> Answer:
    """The signed receipt of a case, waiting for it as the page does."""
    until = time.monotonic() + PATIENCE
    while b"receipt.pdf" not in browser.get(f"{case}/receipt-ready").body:
        if time.monotonic() > until:
            raise Unexpected(f"no receipt after {PATIENCE} s")
        time.sleep(LOOK_AGAIN)
    return browser.get(f"{case}/receipt.pdf")


def photograph() -> bytes:
    """A photograph of a document, of the size in which telephones send them on."""
    noise = random.Random(55_19)  # noqa: S311  The same picture each time.
    small = Image.frombytes("L", (75, 105), bytes(noise.randrange(120, 256) for _ in range(75 * 105)))
    made = io.BytesIO()
    small.resize((1200, 1680)).convert("RGB").save(made, "JPEG", quality=82)
    return made.getvalue()
