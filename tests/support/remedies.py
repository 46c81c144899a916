"""The ways to a refusal and to a silence, and what is then filed from the case itself."""

import re
from datetime import date

from portal.actions.timers import sweep
from portal.store import sessions
from tests.support.browser import Browser
from tests.support.journeys import PASSWORD, add_staff, answer_pages, hand_in, start
from tests.support.kiosk import act
from tests.support.portal import TestPortal

COMMUNE, PROVINCE = "commune-berkane", "province-berkane"
REFERENCE = re.compile(r"BRK-\d\d-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")
FORM_KEY = re.compile(r'name="form-key" value="([^"]+)"')
REASONS = "Le local se trouve à vingt mètres d'une école primaire."

ESTABLISHMENT = {
    "you": {"name_ar": "أمينة العلوي", "name_fr": "Amina El Alaoui", "cnie": "FB123456"},
    "establishment": {
        "class": "third",
        "activity": "Menuiserie",
        "nuisances": "Le bruit d'une scie, de jour seulement.",
    },
    "where": {"place": "02.113.01.09/hay-salam", "address": "14, rue Zitoune"},
    "contact": {"phone": "0612345678", "email": "amina@example.ma"},
}


INFORMATION = {
    "you": {"name_ar": "أمينة العلوي", "name_fr": "Amina El Alaoui", "card": "cnie"},
    "contact": {"cnie": "FB123456", "address-text": "14, rue Zitoune", "address-place": "02.113.01.01", "how": "paper"},
    "reach": {"phone": "0612345678", "email": "amina@example.ma"},
    "wanted": {"place": "02.113.01.09/hay-salam", "wanted": "Le budget de la commune pour 2026.", "urgent": "no"},
}


def file_information(browser: Browser, language: str = "fr") -> str:
    """Asks Berkane for the budget of the commune; the reference."""
    start(browser, "acces-information", language)
    return hand_in(browser, answer_pages(browser, INFORMATION, language), (), language)


def ground_of(browser: Browser, reference: str, action: str) -> str:
    """The first of the grounds that an action offers."""
    shown = browser.get(f"/fr/counter/cases/{reference}/actions/{action}").text
    found = re.search(r'<option value="([a-z_0-9]+)"', shown)
    assert found is not None, shown
    return found[1]


def file_establishment(browser: Browser, language: str = "fr") -> str:
    """Asks Berkane for the authorisation of a workshop, which silence would grant; the reference."""
    start(browser, "etablissement-classe", language)
    draft = answer_pages(browser, ESTABLISHMENT, language)
    return hand_in(browser, draft, ("site_plan", "premises_right"), language)


def at_desk(portal: TestPortal, login: str, unit: str, *roles: str) -> Browser:
    """The browser of somebody who works at a unit; a second one is the same person's, signed in again."""
    with portal.deps.reading() as work:
        known = sessions.find_staff_by_login(work.connection, login)
    if known is None:
        add_staff(portal, login, unit, *roles)
    browser = Browser(portal)
    browser.staff_sign_in(login, PASSWORD)
    return browser


def again(portal: TestPortal) -> Browser:
    """The citizen's browser once more, however much time has passed."""
    browser = Browser(portal)
    browser.sign_in()
    return browser


def pass_days(portal: TestPortal, days: int) -> None:
    """Lets days pass, each with its sweep, as a worker would live through them."""
    for _ in range(days):
        portal.clock.forward(days=1)
        while sweep(portal.deps):
            pass


def refuse_establishment(portal: TestPortal, reference: str) -> None:
    """The commune refuses."""
    act(at_desk(portal, "chief.commune", COMMUNE, "chief"), reference, "refuse", ground="neighbours", reasons=REASONS)


def turn_to(browser: Browser, reference: str, slug: str, language: str = "fr", **said: str) -> str:
    """The two clicks: the button on the case, then Send; the reference of what was filed."""
    address = f"/{language}/cases/{reference}/remedies/{slug}"
    browser.get(f"/{language}/cases/{reference}")
    assert f'href="{address}"' in browser.last.text, browser.text
    browser.get(address)
    assert browser.last.status_code == 200, browser.text
    send(browser, address, **said)
    assert browser.url.endswith("/submitted"), browser.text
    return REFERENCE.search(browser.url)[0]  # type: ignore[index]


def send(browser: Browser, address: str, **said: str) -> dict[str, str]:
    """Sends the form that is shown; what was sent, to be sent again."""
    key = FORM_KEY.search(browser.last.text)
    form = {"form-key": key[1] if key else "", "grounds": "", **said}
    browser.post(address, form)
    return form


def day_of(day: date) -> dict[str, str]:
    """The day on which the decision was received, as the form asks for it."""
    return {"received-on-day": str(day.day), "received-on-month": str(day.month), "received-on-year": str(day.year)}
