"""The ways through the portal that many tests begin with."""

import io
import re
import uuid

from PIL import Image

from portal.actions.passwords import hash_password
from portal.store import sessions
from portal.store.sessions import StaffMember
from tests.support.browser import Browser
from tests.support.portal import TestPortal

PASSWORD = "a password for tests"
_hashed = hash_password(PASSWORD)

RESIDENCE = {
    "you": {"name_ar": "أمينة العلوي", "name_fr": "Amina El Alaoui", "cnie": "FB123456"},
    "home": {"place": "02.113.01.01", "address": "12, rue de la Marche verte"},
    "housing": {"housing": "tenant"},
    "contact": {"phone": "0612345678", "email": "amina@example.ma"},
}

COMPLAINT = {
    "problem": {"kind": "lighting", "description": "Le lampadaire est en panne depuis une semaine."},
    "where": {"place": "02.113.01.25", "spot": "Devant l'école Ibn Sina"},
    "contact": {"contact_name": "", "phone": "", "email": ""},
}

AIDS_FOR_A_CHILD = {
    "you": {
        "name_ar": "أمينة العلوي",
        "name_fr": "Amina El Alaoui",
        "cnie": "FB123456",
        "birth_date-day": "12",
        "birth_date-month": "3",
        "birth_date-year": "1988",
    },
    "home": {"place": "02.113.01.01", "address": "12, rue de la Marche verte"},
    "relation": {"relation": "child"},
    "beneficiary": {
        "beneficiary_name_ar": "سليم العلوي",
        "beneficiary_name_fr": "Salim El Alaoui",
        "beneficiary_birth_date-day": "3",
        "beneficiary_birth_date-month": "10",
        "beneficiary_birth_date-year": "2017",
    },
    "need": {"disability": "motor", "aid_type": "wheelchair", "details": "Largeur du siège 34 cm"},
    "contact": {"phone": "0612345678", "email": "amina@example.ma", "jisr_consent": "yes"},
}

AT_COUNTER = {
    "name_ar": "محمد الحسني",
    "name_fr": "Mohamed El Hassani",
    "place": "02.113.01.01",
    "phone": "",
    "email": "",
}


def jpeg(color: str = "white") -> bytes:
    """A small photograph."""
    made = io.BytesIO()
    Image.new("RGB", (60, 40), color).save(made, "JPEG")
    return made.getvalue()


def add_staff(portal: TestPortal, login: str, unit: str, *roles: str) -> StaffMember:
    """An account at a unit, with the password PASSWORD."""
    member = StaffMember(uuid.uuid4().hex, login, "فاطمة بنعلي", "Fatima Benali", unit, roles)
    with portal.deps.unit_of_work() as work:
        sessions.add_staff(work.connection, member, _hashed, work.now)
    return member


def answer_pages(browser: Browser, answers: dict[str, dict[str, str]], language: str = "fr") -> str:
    """Fills in the pages of a draft from wherever the browser stands; the draft's id."""
    draft = browser.url.split("/")[3]
    for page, values in answers.items():
        browser.get(f"/{language}/drafts/{draft}/{page}")
        browser.post(f"/{language}/drafts/{draft}/{page}", values)
        assert browser.last.status_code == 200, browser.text
    return draft


def start(browser: Browser, slug: str, language: str = "fr") -> str:
    """Starts a draft; its id."""
    browser.get(f"/{language}/services/{slug}/apply")
    browser.post(f"/{language}/services/{slug}/apply")
    assert "/drafts/" in browser.url, browser.text
    return browser.url.split("/")[3]


def hand_in(browser: Browser, draft: str, documents: tuple[str, ...] = (), language: str = "fr") -> str:
    """Brings a photograph for each document and hands the draft in; the reference."""
    browser.get(f"/{language}/drafts/{draft}/documents")
    files = {name: (f"{name}.jpg", jpeg(), "image/jpeg") for name in documents}
    browser.post(f"/{language}/drafts/{draft}/documents", files=files or None)
    browser.get(f"/{language}/drafts/{draft}/check")
    browser.post(f"/{language}/drafts/{draft}/submit")
    return re.search(r"BRK-\d\d-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", browser.url)[0]  # type: ignore[index]


def file_residence(browser: Browser, language: str = "fr", *, with_document: bool = True) -> str:
    """Files for a residence certificate as the signed-in citizen; the reference."""
    start(browser, "certificat-residence", language)
    draft = answer_pages(browser, RESIDENCE, language)
    return hand_in(browser, draft, ("lease",) if with_document else (), language)


def file_complaint(browser: Browser, language: str = "fr") -> tuple[str, str]:
    """Complains about a broken lamp in Saidia, without an account; the reference and the secret of the receipt."""
    start(browser, "reclamation", language)
    reference = hand_in(browser, answer_pages(browser, COMPLAINT, language), ("photo",), language)
    shown = re.search(r">([0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5})</bdi>", browser.last.text)
    assert shown is not None, browser.text
    return reference, shown[1].replace("-", "")


def file_aids(browser: Browser, language: str = "fr") -> str:
    """Asks for a wheelchair for a child, as the signed-in mother; the reference."""
    start(browser, "aides-techniques", language)
    draft = answer_pages(browser, AIDS_FOR_A_CHILD, language)
    return hand_in(browser, draft, ("prescription", "disability_certificate"), language)


def file_at_counter(browser: Browser, language: str = "fr") -> str:
    """Files a residence certificate for a person with neither telephone nor e-mail, as the clerk; the reference."""
    browser.get(f"/{language}/counter/file/certificat-residence")
    browser.post(f"/{language}/counter/file/certificat-residence", AT_COUNTER)
    answers = {
        "you": {"name_ar": AT_COUNTER["name_ar"], "name_fr": AT_COUNTER["name_fr"], "cnie": "FB777888"},
        "home": RESIDENCE["home"],
        "housing": RESIDENCE["housing"],
        "contact": {"phone": "", "email": ""},
    }
    return hand_in(browser, answer_pages(browser, answers, language), ("lease",), language)
