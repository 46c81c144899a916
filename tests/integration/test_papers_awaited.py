"""Whoever has just handed a file in is told the truth about the papers that are being signed, however long that takes."""

from html import unescape

import pytest
from sqlalchemy import insert

from portal.actions.effects import abandon, give_up, run_effect
from portal.i18n import translate
from portal.store import effects
from portal.store.effects import Effect
from portal.store.tables import EFFECTS
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import file_residence
from tests.support.portal import TestPortal

pytestmark = one_database

RECEIPT_SOON = "The receipt is being signed: a few seconds."
RECEIPT_LATE = (
    "The receipt takes longer than usual. Nothing is lost: the file is recorded, and the receipt will be here as soon "
    "as it is signed."
)
NO_RECEIPT = (
    "The receipt was not made. Nothing else is lost: the file is recorded under this reference, with which the counter "
    "helps."
)
SLIP_SOON = "The tracking slip is being signed: a few seconds."
SLIP_LATE = "The tracking slip takes longer than usual. Nothing is lost: it will be here as soon as it is signed."
SAID = (RECEIPT_SOON, RECEIPT_LATE, NO_RECEIPT, SLIP_SOON, SLIP_LATE)


@pytest.fixture
def reference(browser: Browser) -> str:
    """A file that was just handed in, by somebody with an account."""
    browser.sign_in()
    return file_residence(browser)


def receipt_of(portal: TestPortal) -> Effect:
    with portal.deps.reading() as work:
        return next(one for one, _ in effects.unfinished(work.connection) if one.name == "issue.receipt")


def ask_too(portal: TestPortal, receipt: Effect, name: str) -> None:
    """Another effect of the same case, asked for now."""
    row = {"id": f"{receipt.case_id}:9:{name}", "case_id": receipt.case_id, "name": name, "position": 9, "tries": 0}
    with portal.deps.unit_of_work() as work:
        work.connection.execute(insert(EFFECTS).values(**row, requested_at=work.now, result={}))


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_what_is_promised_is_what_is_awaited(
    portal: TestPortal, browser: Browser, reference: str, language: str
) -> None:
    def told() -> tuple[list[str], str]:
        page = unescape(browser.get(f"/{language}/cases/{reference}/receipt-ready").text)
        asked = page.partition("delay:")[2].partition('"')[0]
        return [one for one in SAID if translate(language, one) in page], asked

    receipt = receipt_of(portal)
    assert told() == ([RECEIPT_SOON], "2s")
    portal.clock.forward(minutes=2)
    assert told() == ([RECEIPT_LATE], "20s")
    # One that was asked for anew is as new as that.
    ask_too(portal, receipt, "issue.receipt")
    assert told() == ([RECEIPT_SOON], "2s")
    portal.clock.forward(minutes=2)
    ask_too(portal, receipt, "issue.slip")
    assert told() == ([RECEIPT_LATE], "20s"), "each paper by its own time"
    run_effect(portal.deps, receipt.id, receipt.name)
    assert told() == ([SLIP_SOON], "2s"), "however long another receipt is awaited"
    portal.clock.forward(minutes=2)
    assert told() == ([SLIP_LATE], "20s")


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_nobody_waits_for_a_receipt_that_will_not_be_made(
    portal: TestPortal, browser: Browser, reference: str, language: str
) -> None:
    receipt = receipt_of(portal)
    give_up(portal.deps, receipt.id, receipt.name, "Rejected: no font draws it")
    portal.clock.forward(minutes=2)
    page = f"/{language}/cases/{reference}/receipt-ready"
    assert translate(language, RECEIPT_LATE) in unescape(browser.get(page).text), "an operator can still have it made"
    assert abandon(portal.deps, receipt.id, "issued by hand")
    told = unescape(browser.get(page).text)
    assert [one for one in SAID if translate(language, one) in told] == [NO_RECEIPT]
    assert "data-hx-get" not in told
    assert browser.get(f"/{language}/cases/{reference}/receipt.pdf").status_code == 404
