"""A silence that grants a request leaves the office owing an act: its chief is told, until the applicant claims it."""

import re

import pytest

from portal.domain.service import Result, Role
from portal.i18n import translate
from portal.store import deadlines
from portal.web.acts import ACT_OWED, REMEDY_GRANTED
from tests.support.browser import Browser
from tests.support.journeys import PASSWORD, file_aids
from tests.support.kiosk import act, dossier_of, events_of
from tests.support.portal import TestPortal
from tests.support.remedies import (
    COMMUNE,
    PROVINCE,
    again,
    at_desk,
    file_establishment,
    pass_days,
    refuse_establishment,
    turn_to,
)

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


OMBUDSMAN = "mediateur-oriental"
DELIVERED = "L'atelier de menuiserie est autorisé, de jour seulement."


@pytest.fixture
def owed(portal: TestPortal, browser: Browser) -> str:
    """A request that silence has granted."""
    browser.sign_in()
    reference = file_establishment(browser)
    pass_days(portal, DAYS_TO_SILENCE)
    assert alerted(portal, reference) == "chief"
    return reference


def alerted(portal: TestPortal, reference: str) -> str:
    return dossier_of(portal, reference).alert


def withdraw(portal: TestPortal, reference: str) -> None:
    amina = again(portal)
    amina.get(f"/fr/cases/{reference}/actions/withdraw")
    amina.post(f"/fr/cases/{reference}/actions/withdraw")
    assert dossier_of(portal, reference).case.outcome is Result.WITHDRAWN


def recommend(portal: TestPortal, complaint: str) -> None:
    """The Ombudsman finds for her."""
    ombudsman = at_desk(portal, "chief.mediateur", OMBUDSMAN, "agent", "chief")
    act(ombudsman, complaint, "reply", reply="L'institution recommande de délivrer l'acte.")
    assert dossier_of(portal, complaint).case.outcome is Result.GRANTED


def why(portal: TestPortal, reference: str, chief: Browser) -> set[str]:
    """What the chief reads a closed case calls for, in her list and on its page."""
    listed = chief.get("/fr/counter/deadlines").text
    rows = re.findall(r"<tr>.*?</tr>", listed[listed.index('id="calling"') : listed.index('id="expired"')], re.DOTALL)
    row = next(one for one in rows if reference in one)
    page = chief.get(f"/fr/counter/cases/{reference}").text
    reasons = {translate("fr", one) for one in (ACT_OWED, REMEDY_GRANTED)}
    found = [{one for one in reasons if one in text.replace("&#39;", "'")} for text in (row, page)]
    assert found[0] == found[1]
    return found[0]


def test_the_act_once_delivered_alerts_nobody(portal: TestPortal, owed: str) -> None:
    claim = turn_to(again(portal), owed, "reclamation-acte")
    act(at_desk(portal, "agent.commune", COMMUNE, "agent"), claim, "deliver", reply=DELIVERED)
    assert dossier_of(portal, claim).case.outcome is Result.GRANTED
    assert alerted(portal, owed) == ""


def test_a_claim_taken_back_leaves_the_act_owed_as_before(portal: TestPortal, owed: str) -> None:
    withdraw(portal, turn_to(again(portal), owed, "reclamation-acte"))
    assert alerted(portal, owed) == "chief"
    assert why(portal, owed, at_desk(portal, "chief", COMMUNE, "chief")) == {translate("fr", ACT_OWED)}
    # It is claimed again, and the notice ends again.
    turn_to(again(portal), owed, "reclamation-acte")
    assert alerted(portal, owed) == ""


def test_whoever_else_is_turned_to_the_act_is_still_owed(portal: TestPortal, owed: str) -> None:
    complaint = turn_to(again(portal), owed, "mediateur")
    assert alerted(portal, owed) == "chief"
    assert why(portal, owed, at_desk(portal, "chief", COMMUNE, "chief")) == {translate("fr", ACT_OWED)}
    recommend(portal, complaint)
    assert why(portal, owed, at_desk(portal, "chief", COMMUNE, "chief")) == {translate("fr", REMEDY_GRANTED)}
    # What the Ombudsman asks does not vanish behind the claim, nor behind the act.
    claim = turn_to(again(portal), owed, "reclamation-acte")
    assert alerted(portal, owed) == "chief"
    act(at_desk(portal, "agent.commune", COMMUNE, "agent"), claim, "deliver", reply=DELIVERED)
    assert alerted(portal, owed) == "chief"


def test_an_attestation_in_its_place_ends_the_alert_of_the_first_request(portal: TestPortal, owed: str) -> None:
    claim = turn_to(again(portal), owed, "reclamation-acte")
    pass_days(portal, 12)
    attestation = turn_to(again(portal), claim, "attestation-silence")
    withdraw(portal, claim)
    assert alerted(portal, owed) == "chief"
    pass_days(portal, 7)
    act(at_desk(portal, "chief.province", PROVINCE, "chief"), attestation, "attest")
    assert dossier_of(portal, attestation).case.outcome is Result.GRANTED
    assert (alerted(portal, claim), alerted(portal, owed)) == ("", "")


def test_a_silence_that_granted_nothing_is_never_said_to_have_granted(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_aids(browser)
    pass_days(portal, DAYS_TO_SILENCE)
    unit = dossier_of(portal, reference).case.unit
    agent = at_desk(portal, "agent.social", unit, "agent", "chief")
    form = agent.get(f"/fr/counter/cases/{reference}/actions/refuse").text
    ground = form.partition('name="ground" value="')[2].partition('"')[0]
    act(agent, reference, "refuse", ground=ground, reasons="Le dossier ne suffit pas.")
    first = dossier_of(portal, reference).case
    assert (first.outcome, first.silent_on is not None) == (Result.REFUSED, True)
    appeal = turn_to(again(portal), reference, "recours-administratif")
    act(at_desk(portal, "chief.province", PROVINCE, "chief"), appeal, "uphold", reply="Le dossier est à reprendre.")
    chief = at_desk(portal, "agent.social", unit, "agent", "chief")
    assert why(portal, reference, chief) == {translate("fr", REMEDY_GRANTED)}
    turn_to(again(portal), reference, "mediateur")
    assert alerted(portal, reference) == "chief"


@pytest.fixture
def upheld(portal: TestPortal, browser: Browser) -> str:
    """A refusal against which an appeal was granted."""
    browser.sign_in()
    reference = file_establishment(browser)
    refuse_establishment(portal, reference)
    appeal = turn_to(again(portal), reference, "recours-administratif")
    act(at_desk(portal, "chief", COMMUNE, "chief"), appeal, "uphold", reply="La commune reprend le dossier.")
    return reference


def seen_on(browser: Browser, reference: str) -> dict[str, str]:
    """What the button that puts the notice away sends, as the page shows it."""
    page = browser.get(f"/fr/counter/cases/{reference}").text
    form = page[page.index(f'action="/fr/counter/cases/{reference}/seen"') :]
    return {"seen": re.search(r'name="seen" value="(\d+)"', form)[1]}  # type: ignore[index]


def test_a_chief_puts_away_what_a_closed_case_called_for(portal: TestPortal, upheld: str) -> None:
    chief = at_desk(portal, "chief", COMMUNE, "chief")
    before, sent = events_of(portal, upheld), seen_on(chief, upheld)
    for _ in range(2):
        assert chief.post(f"/fr/counter/cases/{upheld}/seen", sent).status_code == 200
        assert chief.url == f"/fr/counter/cases/{upheld}"
        assert alerted(portal, upheld) == ""
    assert "/seen" not in chief.last.text
    assert 'id="calling"' not in chief.get("/fr/counter/deadlines").text
    assert events_of(portal, upheld) == before


def test_nobody_puts_away_what_she_has_not_read(portal: TestPortal, upheld: str) -> None:
    complaint = turn_to(again(portal), upheld, "mediateur")
    chief = at_desk(portal, "chief", COMMUNE, "chief")
    sent = seen_on(chief, upheld)
    recommend(portal, complaint)
    assert chief.post(f"/fr/counter/cases/{upheld}/seen", sent).status_code == 409
    assert alerted(portal, upheld) == "chief"


def test_others_put_nothing_away_and_an_open_case_keeps_its_alert(portal: TestPortal, upheld: str) -> None:
    sent = seen_on(at_desk(portal, "chief", COMMUNE, "chief"), upheld)
    for login, unit, role, answer in (
        ("agent.commune", COMMUNE, "agent", 403),
        ("clerk.commune", COMMUNE, "clerk", 403),
        ("chief.province", PROVINCE, "chief", 404),
    ):
        browser = at_desk(portal, login, unit, role)
        page = browser.get(f"/fr/counter/cases/{upheld}")
        assert "/seen" not in page.text, login
        browser.get("/fr/counter")
        assert browser.post(f"/fr/counter/cases/{upheld}/seen", sent).status_code == answer, login
    assert alerted(portal, upheld) == "chief"
    second = file_establishment(again(portal))
    chief = at_desk(portal, "chief", COMMUNE, "chief")
    assert "/seen" not in chief.get(f"/fr/counter/cases/{second}").text
    assert chief.post(f"/fr/counter/cases/{second}/seen", sent).status_code == 403
