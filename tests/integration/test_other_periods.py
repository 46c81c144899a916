"""A period that the answers give, or that an action changes: on the receipt, and refused once it is over."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.domain.events import FileCompleted, PeriodChanged
from portal.ports_of_documents import PrintedDocument
from tests.support.browser import Browser
from tests.support.kiosk import (
    OFFICE,
    SERVICE,
    WORKFLOW,
    act,
    at_work,
    dossier_of,
    events_of,
    file_kiosk,
    kiosk_portal,
)
from tests.support.portal import TestPortal

OTHER = "instead: [{when: \"answers.health == 'asthme'\", law: 55-19-investment, days: 12}]"
HURRY = """\
  - action: hurry
    from: lodged
    to: lodged
    by: [agent]
    period: {law: 31-13-urgent, days: 3}
    label: {ar: استعجال, fr: Traiter en urgence}
"""


@pytest.fixture
def portal(database_url: str, tmp_path: Path) -> Iterator[TestPortal]:
    service = SERVICE.replace("silence: appeal}", f"silence: appeal, {OTHER}}}")
    assert service != SERVICE
    made = kiosk_portal(database_url, tmp_path, service=service, workflow=WORKFLOW + HURRY)
    yield made
    made.close()


def rows(portal: TestPortal, language: str) -> dict[str, str]:
    """What the last receipt says under each heading."""
    receipt: PrintedDocument = next(one for one in reversed(portal.renderer.seen) if one.kind == "receipt")
    return {row.label["fr"]: row.value[language] for row in receipt.rows}


def test_an_incomplete_file_is_promised_the_period_that_its_answers_give(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_kiosk(browser, consent=False)
    portal.run_effects()
    assert dossier_of(portal, reference).case.missing
    assert rows(portal, "fr")["Délai de réponse"].startswith("12 jours dès que")
    assert rows(portal, "ar")["Délai de réponse"].startswith("12 يوما")


def test_a_complete_file_is_counted_under_that_same_period(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_kiosk(browser)
    portal.run_effects()
    assert "(12 jours)" in rows(portal, "fr")["Réponse au plus tard"]
    completed = [one for one in events_of(portal, reference) if isinstance(one, FileCompleted)]
    assert [(one.law, one.days) for one in completed] == [("55-19-investment", 12)]


def test_urgency_is_not_offered_once_its_own_day_has_passed_and_is_refused_with_its_article(
    portal: TestPortal, browser: Browser
) -> None:
    browser.sign_in()
    first, second = file_kiosk(browser), file_kiosk(browser)
    portal.clock.forward(days=4)
    agent = at_work(portal, "agent", OFFICE, "agent")
    # The last day of its own is the day that it is: nothing is late by it yet.
    act(agent, first, "hurry")
    assert [one.days for one in events_of(portal, first) if isinstance(one, PeriodChanged)] == [3]
    address = f"/fr/counter/cases/{second}"
    assert f"{address}/actions/hurry" in agent.get(address).text
    portal.clock.forward(days=1)
    agent = Browser(portal)
    agent.staff_sign_in("agent", "a password for tests")
    assert f'href="{address}/actions/hurry"' not in agent.get(address).text
    agent.post(f"{address}/actions/hurry", {})
    assert agent.last.status_code == 409
    assert "31-13" in agent.text or "31.13" in agent.text
    assert not [one for one in events_of(portal, second) if isinstance(one, PeriodChanged)]
