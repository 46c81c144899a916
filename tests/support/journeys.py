"""The ways through the portal that many tests begin with."""

import io
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


def file_residence(browser: Browser, language: str = "fr", *, with_document: bool = True) -> str:
    """Files for a residence certificate as the signed-in citizen; the reference."""
    browser.get(f"/{language}/services/certificat-residence/apply")
    browser.post(f"/{language}/services/certificat-residence/apply")
    draft = answer_pages(browser, RESIDENCE, language)
    browser.get(f"/{language}/drafts/{draft}/documents")
    files = {"lease": ("bail.jpg", jpeg(), "image/jpeg")} if with_document else None
    browser.post(f"/{language}/drafts/{draft}/documents", files=files)
    browser.get(f"/{language}/drafts/{draft}/check")
    browser.post(f"/{language}/drafts/{draft}/submit")
    assert "/submitted" in browser.url, browser.text
    return browser.url.split("/")[3]
