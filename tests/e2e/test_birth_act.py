"""Copies of a birth act: what they cost goes by their number, everywhere it is said."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import paper
from tests.e2e.person import Somebody
from tests.e2e.ways import file_birth_act, handed_in, receipt_of

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("language", ["fr"])
def test_two_copies_cost_twice_as_much_on_the_screen_and_on_the_receipt(
    somebody: Callable[..., Somebody], tmp_path: Path
) -> None:
    citizen = somebody()
    citizen.go(f"/{citizen.language}/services/copie-acte-naissance")
    assert "2 dirhams par copie" in citizen.text
    for state in file_birth_act(citizen, "hassan", copies=2):
        if state == "check":
            expect(citizen.page.locator("main")).to_contain_text("2 dirhams par copie")
    reference = handed_in(citizen)
    receipt = tmp_path / "receipt.pdf"
    receipt.write_bytes(receipt_of(citizen))
    assert "4 dirhams" in paper.words_of(receipt)
    citizen.go(f"/{citizen.language}/cases/{reference}")
    assert "4 dirhams" in citizen.text
