"""A clerk files for whoever comes to the counter, and the unit looks at what was brought."""

import re
from collections.abc import Callable

from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import (
    AT_COUNTER,
    RESIDENCE,
    answer_pages,
    file_at_counter,
    jpeg,
)
from tests.support.portal import TestPortal

UNIT = "annexe-ahfir"


def test_a_person_with_neither_telephone_nor_email_leaves_with_a_receipt(
    portal: TestPortal, staff: Callable[..., Browser]
) -> None:
    clerk = staff("clerk", "annexe-saidia", "clerk")
    reference = file_at_counter(clerk)
    assert clerk.url == f"/fr/counter/cases/{reference}/filed"
    url = f"/fr/counter/cases/{reference}"
    assert clerk.get(f"{url}/receipt.pdf").status_code == 503
    portal.run_effects()
    receipt = clerk.get(f"{url}/receipt.pdf")
    assert receipt.headers["content-type"] == "application/pdf"
    assert AT_COUNTER["name_fr"].encode() in receipt.content
    assert f"{url}/receipt.pdf" in clerk.get(f"{url}/receipt-ready").text
    assert all(not box.sent for box in portal.outbox.values())
    assert portal.run_effects() == 0
    # Filed at one annexe, decided by another: it waits in the queue of the unit where the person lives.
    assert reference in staff("agent").get("/fr/counter").text


@one_database
def test_what_is_known_of_the_person_is_not_asked_again(staff: Callable[..., Browser]) -> None:
    clerk = staff("clerk", UNIT, "clerk")
    clerk.get("/fr/counter/file/certificat-residence")
    clerk.post("/fr/counter/file/certificat-residence", AT_COUNTER)
    assert f'value="{AT_COUNTER["name_fr"]}"' in clerk.last.text
    assert "Fatima Benali" not in re.sub(r"<header.*</header>", "", clerk.text, flags=re.S)


@one_database
def test_a_person_without_a_name_is_an_error_of_its_field(staff: Callable[..., Browser]) -> None:
    clerk = staff("clerk", UNIT, "clerk")
    clerk.get("/fr/counter/file/certificat-residence")
    clerk.post("/fr/counter/file/certificat-residence", {**AT_COUNTER, "name_ar": "", "cnie": "12"})
    assert clerk.last.status_code == 422
    assert 'href="#name_ar"' in clerk.last.text
    assert 'value="12"' in clerk.last.text


@one_database
def test_a_clerks_draft_is_nobody_elses(staff: Callable[..., Browser], browser: Browser) -> None:
    clerk, colleague = staff("clerk", UNIT, "clerk"), staff("colleague", UNIT, "clerk", "chief")
    clerk.get("/fr/counter/file/certificat-residence")
    clerk.post("/fr/counter/file/certificat-residence", AT_COUNTER)
    draft = answer_pages(clerk, {"home": RESIDENCE["home"]})
    browser.sign_in()
    for other in (colleague, browser):
        for step in ("", "/you", "/check", "/documents"):
            assert other.get(f"/fr/drafts/{draft}{step}").status_code == 404
        other.get("/fr/services")
        assert other.post(f"/fr/drafts/{draft}/submit").status_code in (403, 404)
    assert clerk.get(f"/fr/drafts/{draft}/you").status_code == 200


@one_database
def test_a_document_is_shown_drawn_anew_and_kept_as_it_was(staff: Callable[..., Browser], browser: Browser) -> None:
    browser.sign_in()
    marked = jpeg("red").replace(b"\xff\xd9", b"<script>alert(1)</script>\xff\xd9")
    browser.get("/fr/services/certificat-residence/apply")
    browser.post("/fr/services/certificat-residence/apply")
    draft = answer_pages(browser, RESIDENCE)
    browser.get(f"/fr/drafts/{draft}/documents")
    browser.post(f"/fr/drafts/{draft}/documents", files={"lease": ("../../bail.jpg", marked, "text/html")})
    browser.get(f"/fr/drafts/{draft}/check")
    browser.post(f"/fr/drafts/{draft}/submit")
    reference = browser.url.split("/")[3]
    agent = staff()
    found = re.search(rf"/fr/counter/cases/{reference}/files/(\w+)", agent.get(f"/fr/counter/cases/{reference}").text)
    assert found is not None
    shown = agent.get(found[0])
    assert f"{found[0]}/pages/1.jpg" in shown.text
    page = agent.get(f"{found[0]}/pages/1.jpg")
    assert page.headers["content-type"] == "image/jpeg"
    assert page.content.startswith(b"\xff\xd8\xff")
    assert b"<script>" not in page.content
    assert agent.get(f"{found[0]}/pages/2.jpg").status_code == 404
    original = agent.get(f"{found[0]}/original")
    assert original.content == marked
    assert original.headers["content-type"] == "image/jpeg"
    assert original.headers["content-disposition"].startswith("attachment;")
    assert original.headers["x-content-type-options"] == "nosniff"
    assert "no-store" in original.headers["cache-control"]
