"""A clerk files for somebody who has neither telephone nor e-mail, and prints the receipt on the spot."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import paper
from tests.e2e.person import Somebody
from tests.e2e.running import AGENT, CLERK
from tests.e2e.ways import RECEIPT_LINK

pytestmark = pytest.mark.e2e


def test_a_clerk_files_for_a_person_without_telephone_or_e_mail(
    somebody: Callable[..., Somebody], tmp_path: Path
) -> None:
    clerk = somebody()
    clerk.sign_in_at_counter(CLERK)
    clerk.press("File for a person", "header")
    clerk.follow(clerk.page.locator("main a[href$='/counter/file/certificat-residence']"))
    tell_who_came(clerk)
    for _ in ("who", "where"):
        clerk.press("Continue", "main")
    clerk.choose("housing", "owner")
    clerk.press("Continue", "main")
    clerk.press("Continue", "main")
    clerk.choose("ownership-statement")
    clerk.press("Continue", "main")
    clerk.press("Hand in the person’s file", "main")
    assert clerk.path.endswith("/filed"), clerk.text
    reference = clerk.path.split("/")[4]
    link = clerk.page.locator(RECEIPT_LINK)
    expect(link).to_be_visible()
    clerk.picture("counter-filed")
    receipt = tmp_path / "receipt.pdf"
    receipt.write_bytes(clerk.download(link))
    words = paper.words_of(receipt)
    assert reference in words
    assert "Halima Ouartassi" in words

    agent = somebody()
    agent.sign_in_at_counter(AGENT)
    agent.go(f"/{agent.language}/counter/cases/{reference}")
    assert {"ar": "حليمة الورطاسي", "fr": "Halima Ouartassi"}[agent.language] in agent.text


def tell_who_came(clerk: Somebody) -> None:
    """What stands on the person's card; a name left out is asked for again, and nothing else typed is lost."""
    clerk.fill(name_ar="حليمة الورطاسي", name_fr="Halima Ouartassi", cnie="FB77881")
    clerk.fill(place="02.113.01.09/hay-salam", address="4، زنقة الياسمين")
    clerk.picture("counter-person")
    clerk.fill(name_ar="")
    clerk.press("Continue", "main")
    expect(clerk.page.locator("#errors")).to_be_focused()
    expect(clerk.page.locator("#cnie")).to_have_value("FB77881")
    clerk.fill(name_ar="حليمة الورطاسي")
    clerk.press("Continue", "main")
    assert "/drafts/" in clerk.path
