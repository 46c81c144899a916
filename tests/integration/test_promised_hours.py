"""What an office does in practice, counted in its opening hours: told beside the law's last day, to both sides."""

import re

from portal.i18n import translate
from tests.integration.test_acts import Staff, act, address, dossier
from tests.integration.test_acts import staff as staff
from tests.support.browser import Browser
from tests.support.journeys import file_residence
from tests.support.portal import TestPortal

IN_PRACTICE = re.compile(r"En pratique, le bureau répond à la demande avant le\s+([^<.]+)\.")


def promised(browser: Browser, path: str) -> str:
    """When the office answers in practice, as a page says it; nothing where it does not."""
    found = IN_PRACTICE.search(browser.get(path).text.replace("\u00a0", " ").replace("\u202f", " "))
    return found[1] if found else ""


def test_both_sides_are_told_until_the_file_waits_for_an_answer(
    portal: TestPortal, browser: Browser, staff: Staff
) -> None:
    browser.sign_in()
    reference = file_residence(browser)
    unit = dossier(portal, reference).case.unit
    agent = staff("agent", unit=unit)
    told = promised(browser, f"/fr/cases/{reference}")
    assert re.fullmatch(r"\d{1,2}(er)? \w+ \d{4} à \d{1,2} h \d{2}", told)
    assert promised(agent, address(reference)) == told
    act(agent, reference, "ask_more_info", question="Merci de préciser l'étage et la porte.")
    assert not promised(browser, f"/fr/cases/{reference}")
    assert not promised(agent, address(reference))


def test_the_office_sees_that_its_promise_has_passed_and_the_receipt_makes_it(
    portal: TestPortal, browser: Browser, staff: Staff
) -> None:
    browser.sign_in()
    reference = file_residence(browser)
    portal.run_effects()
    receipt = next(one for one in portal.renderer.seen if one.kind == "receipt")
    said = {row.label["fr"]: row.value for row in receipt.rows}["En pratique, réponse sous"]
    assert (said["fr"], said["ar"]) == ("8 heures d'ouverture", "8 ساعات عمل")
    unit = dossier(portal, reference).case.unit
    chief = staff("chief", unit=unit)
    passed = "In practice the office answers by %(when)s: that moment has passed."
    over = translate("fr", passed, {"when": "\x00"}).partition("\x00")[2]
    assert over not in chief.get(address(reference)).text
    portal.clock.forward(days=3)
    chief = staff("agent", "chief", unit=unit)
    assert over in chief.get(address(reference)).text
    # She is told of it no more: the law's last day stands alone.
    browser.sign_in()
    assert not promised(browser, f"/fr/cases/{reference}")
