"""A silence that grants a request leaves the office owing an act: its chief is told, until the applicant claims it."""

from portal.domain.service import Role
from portal.store import deadlines
from tests.support.browser import Browser
from tests.support.journeys import PASSWORD
from tests.support.kiosk import dossier_of
from tests.support.portal import TestPortal
from tests.support.remedies import COMMUNE, again, at_desk, file_establishment, pass_days, turn_to

DAYS_TO_SILENCE = 66
"""Sixty days that count, the last day rolled over a week-end, and the day after it."""


def test_the_chief_is_told_of_the_act_that_a_silence_owes_until_it_is_claimed(
    portal: TestPortal, browser: Browser
) -> None:
    browser.sign_in()
    reference = file_establishment(browser)
    pass_days(portal, DAYS_TO_SILENCE)
    dossier = dossier_of(portal, reference)
    assert (dossier.case.state, dossier.alert) == ("granted_by_silence", Role.CHIEF.value)
    chief = at_desk(portal, "chief", COMMUNE, "chief")
    shown = chief.get("/fr/counter/deadlines").text
    assert reference in shown[shown.index('id="calling"') : shown.index('id="expired"')]
    assert 'class="notice warn"' in chief.get(f"/fr/counter/cases/{reference}").text
    turn_to(again(portal), reference, "reclamation-acte")
    assert dossier_of(portal, reference).alert == ""
    chief.staff_sign_in("chief", PASSWORD)
    assert 'id="calling"' not in chief.get("/fr/counter/deadlines").text
    with portal.deps.reading() as work:
        assert deadlines.calling(work.connection, COMMUNE, dossier.case.filed_on) == []
