"""A citizen asks for a residence certificate from her telephone, makes a mistake, and gets a receipt that proves it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import paper
from tests.e2e.person import Somebody
from tests.e2e.pictures import Album
from tests.e2e.running import RunningPortal
from tests.e2e.ways import RECEIPT_LINK, find_service, handed_in, receipt_of, sign_in_and_start

pytestmark = pytest.mark.e2e

SEARCHED = {"ar": "السكنى", "fr": "résidence"}
ADDRESS = {"ar": "رقم 9، زنقة ابن رشد", "fr": "9, rue Ibn Rochd"}
CHANGED_ADDRESS = {"ar": "رقم 11، زنقة ابن رشد", "fr": "11, rue Ibn Rochd"}


def test_a_citizen_files_page_by_page_and_gets_a_receipt_that_proves_it(
    portal: RunningPortal, somebody: Callable[..., Somebody], photo: Path, tmp_path: Path, album: Album
) -> None:
    citizen = somebody()
    citizen.go(f"/{citizen.language}/")
    citizen.picture("home")
    citizen.go(f"/{citizen.language}/services?q={SEARCHED[citizen.language]}")
    citizen.picture("services")
    find_service(citizen, SEARCHED[citizen.language], "certificat-residence")
    citizen.picture("service")
    sign_in_and_start(citizen, "amine", "certificat-residence")
    mend_a_mistake(citizen)
    change_the_language_halfway(citizen)
    citizen.choose("housing", "tenant")
    citizen.picture("question")
    citizen.press("Continue", "main")
    citizen.press("Continue", "main")
    upload(citizen, photo)
    check_and_change(citizen)
    with portal.without_worker():
        citizen.press("Hand in my file", "main")
        reference = handed_in(citizen)
        assert citizen.say("The receipt is being signed: a few seconds.") in citizen.text
        citizen.page.evaluate("window.stillTheSamePage = true")
    expect(citizen.page.locator(RECEIPT_LINK)).to_be_visible()
    assert citizen.page.evaluate("window.stillTheSamePage") is True, "the page was loaded again"
    citizen.picture("submitted")
    receipt = tmp_path / "receipt.pdf"
    receipt.write_bytes(receipt_of(citizen))
    album.keep_page(f"receipt-{citizen.language}", paper.first_page(receipt))
    prove(portal, receipt, reference)
    have_it_checked(citizen, portal, receipt, tmp_path)


def mend_a_mistake(citizen: Somebody) -> None:
    """A mistyped card number: the summary leads to it, and nothing typed is lost."""
    before = citizen.page.locator("#name_fr").input_value()
    assert before == "Mohammed Amine Saidi", "the form is not filled in from the identity"
    citizen.fill(cnie="12")
    citizen.press("Continue", "main")
    summary = citizen.page.locator("#errors")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(citizen.page.locator("#cnie")).to_be_focused()
    expect(citizen.page.locator("#cnie")).to_have_value("12")
    expect(citizen.page.locator("#cnie")).to_have_attribute("aria-invalid", "true")
    expect(citizen.page.locator("#name_fr")).to_have_value(before)
    citizen.picture("error")
    citizen.fill(cnie="FA204518")
    citizen.press("Continue", "main")
    assert citizen.path.endswith("/home"), citizen.text


def change_the_language_halfway(citizen: Somebody) -> None:
    """What is typed and not yet saved comes along into the other language, and back."""
    typed = ADDRESS[citizen.language]
    citizen.fill(address=typed)
    for _ in ("there", "back"):
        citizen.switch_language()
        assert citizen.path.endswith("/home")
        expect(citizen.page.locator("#address")).to_have_value(typed)
        expect(citizen.page.locator("#place")).to_have_value("02.113.01.09/hay-hassani")
    citizen.press("Continue", "main")


def upload(citizen: Somebody, photo: Path) -> None:
    citizen.attach("lease", photo)
    citizen.press("Send the file", "main")
    expect(citizen.page.locator(".received")).to_contain_text("photo.jpg")
    citizen.picture("documents")
    citizen.press("Continue", "main")
    assert citizen.path.endswith("/check")


def check_and_change(citizen: Somebody) -> None:
    """One answer is corrected from the page that shows them all, which comes back at once."""
    expect(citizen.page.locator("main")).to_contain_text(ADDRESS[citizen.language])
    citizen.picture("check")
    citizen.follow(citizen.page.locator("main a[href$='/home']").first)
    citizen.fill(address=CHANGED_ADDRESS[citizen.language])
    citizen.press("Continue", "main")
    assert citizen.path.endswith("/check"), citizen.path
    expect(citizen.page.locator("main")).to_contain_text(CHANGED_ADDRESS[citizen.language])
    expect(citizen.page.locator("main")).to_contain_text("photo.jpg")


def prove(portal: RunningPortal, receipt: Path, reference: str) -> None:
    """Independent programs accept the receipt, and read it back."""
    assert "VALID" in paper.pyhanko_accepts(receipt, portal.root_certificate)
    assert "Signature is Valid" in paper.pdfsig(receipt)
    words = paper.words_of(receipt)
    assert reference in words
    for word in ("وصل", "الإيداع", "ملف", "مودع", "شهادة", "السكنى", "Récépissé", "dépôt"):
        assert word in words, word
    assert portal.command("verify", str(receipt)).stdout.startswith("valid ")


def have_it_checked(citizen: Somebody, portal: RunningPortal, receipt: Path, tmp_path: Path) -> None:
    """Anybody can tell the receipt from one that was changed, by its QR code or by its file."""
    scanned = paper.code_on(paper.first_page(receipt))
    base, _, code = scanned.rpartition("/")
    assert base.lower() == f"{portal.url}/v".lower(), scanned
    citizen.page.goto(scanned)
    citizen.look()
    expect(citizen.page.locator(".verdict.good")).to_be_visible()
    assert code in scanned
    verdict_on(citizen, receipt, "good")
    citizen.picture("verify")
    changed = paper.alter(receipt, tmp_path / "changed.pdf")
    verdict_on(citizen, changed, "bad")
    assert portal.command("verify", str(changed), check=False).stdout.startswith("changed")
    added = tmp_path / "added.pdf"
    added.write_bytes(receipt.read_bytes() + b"something added")
    verdict_on(citizen, added, "bad")
    # What it showed before is drawn from our own bytes, as pictures in the page.
    drawn = citizen.page.locator(".before img").first
    shown = "image => [image.naturalWidth, image.getBoundingClientRect().width]"
    natural, narrow = drawn.evaluate(shown)
    assert natural >= 1240
    assert narrow <= citizen.page.viewport_size["width"]  # type: ignore[index]
    citizen.page.locator(".before a:visible").first.click()
    assert drawn.evaluate(shown)[1] == natural
    assert citizen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "only the sheet scrolls"
    citizen.page.locator(".before a:visible").first.click()
    assert drawn.evaluate(shown)[1] == narrow
    photo = tmp_path / "photo.jpg"
    paper.first_page(receipt).rotate(2, fillcolor="white").save(photo)
    citizen.go(f"/{citizen.language}/verify")
    citizen.attach("photo", photo)
    citizen.press("Check the photo", "main")
    expect(citizen.page.locator(".verdict.good")).to_be_visible()


def verdict_on(citizen: Somebody, file: Path, kind: str) -> None:
    citizen.go(f"/{citizen.language}/verify")
    citizen.attach("document", file)
    citizen.press("Check the file", "main")
    expect(citizen.page.locator(f".verdict.{kind}")).to_be_visible()
