"""The receipt of an appeal names the decision that it turns against by its number, as the register has it."""

from tests.support.browser import Browser
from tests.support.kiosk import dossier_of
from tests.support.portal import TestPortal
from tests.support.remedies import again, file_establishment, refuse_establishment, turn_to


def test_the_receipt_of_an_appeal_names_the_number_of_the_refusal(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_establishment(browser)
    refuse_establishment(portal, reference)
    portal.run_effects()
    refusal = next(one for one in portal.renderer.seen if one.reference == reference and one.kind == "decision")
    appeal = turn_to(again(portal), reference, "recours-administratif", grounds="L'école est fermée.")
    portal.run_effects()
    receipt = next(one for one in portal.renderer.seen if one.reference == appeal and one.kind == "receipt")
    said = [row.value["fr"] for row in receipt.rows if "contesté" in row.label["fr"]]
    assert dossier_of(portal, appeal).case.first_id == dossier_of(portal, reference).case.id
    assert [f"(décision n° {refusal.number})" in words for words in said] == [True]
