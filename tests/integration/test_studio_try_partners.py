"""Trying a version out whose workflow asks a partner: the designer gives the partner's opinion, too."""

import re

import pytest
from sqlalchemy import select

from portal.store.tables_of_services import PUBLICATIONS
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.kiosk import ANSWERS, SLUG, kiosk_portal
from tests.support.portal import TestPortal, made_by
from tests.support.studio import studio_browser

PARTNER = "min-sante"

pytestmark = [one_database, made_by(kiosk_portal)]


@pytest.fixture
def designer(portal: TestPortal) -> Browser:
    return studio_browser(portal, "designer", "designer")


def play(browser: Browser, home: str, who: str, unit: str = "") -> None:
    browser.get(home)
    browser.post(f"{home}/play", {"who": who, "unit": unit})
    assert browser.last.status_code == 200, browser.text


def act(browser: Browser, home: str, reference: str, action: str, **said: str) -> None:
    path = f"{home}/at/counter/cases/{reference}/actions/{action}"
    browser.get(path)
    browser.post(path, said)
    assert browser.last.status_code == 200, browser.text


@pytest.fixture
def home(portal: TestPortal, designer: Browser) -> str:
    """A try-out in which a kiosk was asked for, and the opinions of the commune and of the ministry with it."""
    with portal.deps.reading() as work:
        digest = work.connection.execute(select(PUBLICATIONS.c.digest).where(PUBLICATIONS.c.slug == SLUG)).scalar_one()
    designer.get(f"/fr/studio/versions/{digest}")
    designer.post(f"/fr/studio/versions/{digest}/try")
    begun = designer.url
    play(designer, begun, "citizen")
    designer.get(f"{begun}/at/services/{SLUG}/apply")
    designer.post(f"{begun}/at/services/{SLUG}/apply")
    draft = f"{begun}/at/drafts/{designer.url.split('/drafts/')[1].split('/')[0]}"
    for page, values in ANSWERS.items():
        designer.get(f"{draft}/{page}")
        designer.post(f"{draft}/{page}", values)
    designer.get(f"{draft}/documents")
    designer.post(f"{draft}/documents", {"tax_record-consent": "yes"})
    designer.get(f"{draft}/check")
    designer.post(f"{draft}/submit")
    assert reference_in(designer.url), designer.text
    return begun


def reference_in(text: str) -> str:
    found = re.search(r"BRK-\d\d-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", text)
    return found[0] if found else ""


def consult(designer: Browser, home: str) -> str:
    """Has the opinions asked; the reference."""
    play(designer, home, "chief")
    reference = reference_in(designer.url)
    act(designer, home, reference, "consult")
    return reference


def test_a_designer_gives_the_opinion_of_a_partner(designer: Browser, home: str) -> None:
    assert f"/partners/{PARTNER}" not in designer.get(home).text
    reference = consult(designer, home)
    designer.get(home)
    assert f'href="{home}/partners/{PARTNER}"' in designer.last.text
    play(designer, home, f"partner.{PARTNER}")
    assert designer.url == f"{home}/partners/{PARTNER}"
    assert "Avis sanitaire" in designer.text
    form = f"{home}/partners/{PARTNER}/{reference}/hygiene"
    assert f'href="{form}"' in designer.last.text
    page = designer.get(form)
    assert "Amina El Alaoui" in page.text
    # What is sensitive is for the office that decides alone.
    assert "asthme" not in page.text
    assert designer.post(form, {}).status_code == 422
    designer.post(form, {"clean": "yes"})
    assert designer.url == home
    assert "Cet avis a été rendu" in designer.get(form).text
    designer.get(home)
    assert "Avis demandés" in designer.text
    # With the commune's, the last one, the case goes on by itself.
    play(designer, home, "agent", "commune-ahfir")
    opinion = f"{home}/at/counter/opinions/{reference}/roads"
    designer.get(opinion)
    designer.post(opinion, {"favourable": "yes"})
    designer.get(home)
    assert "Devant la commission" in designer.text


def test_a_partner_who_is_not_asked_has_no_page(designer: Browser, home: str) -> None:
    reference = consult(designer, home)
    for path in ("jisr", f"jisr/{reference}/hygiene", f"{PARTNER}/{reference}/roads", f"{PARTNER}/{reference}/none"):
        assert designer.get(f"{home}/partners/{path}").status_code in (403, 404), path
    designer.get(home)
    designer.post(f"{home}/play", {"who": "partner.jisr", "unit": ""})
    assert designer.last.status_code == 422


def test_a_partner_in_a_try_out_is_no_reader_of_its_pages(designer: Browser, home: str) -> None:
    """Playing a partner opens nothing of the portal itself: it has no account there."""
    reference = consult(designer, home)
    play(designer, home, f"partner.{PARTNER}")
    answer = designer.client.get(f"{home}/at/counter/cases/{reference}", follow_redirects=False)
    assert answer.status_code == 303
