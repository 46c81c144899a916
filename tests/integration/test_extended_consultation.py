"""A period that is extended while opinions are awaited: these are not asked for a second time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.domain.events import OpinionsRequested, PeriodExtended
from tests.support.browser import Browser
from tests.support.kiosk import OFFICE, SERVICE, WORKFLOW, act, at_work, dossier_of, events_of, file_kiosk, kiosk_portal
from tests.support.portal import TestPortal

EXTENSION = ", extension: {days: 15, reason: {ar: خبرة, fr: Une expertise}}}"
EXTEND = """\
  - action: extend
    from: consultation
    to: consultation
    by: [chief]
    act: extension
    label: {ar: تمديد, fr: Prolonger}
    effects: [notify]
  - action: ask
"""


@pytest.fixture
def portal(database_url: str, tmp_path: Path) -> Iterator[TestPortal]:
    service = SERVICE.replace("silence: appeal}", f"silence: appeal{EXTENSION}", 1)
    made = kiosk_portal(
        database_url, tmp_path, service=service, workflow=WORKFLOW.replace("  - action: ask\n", EXTEND, 1)
    )
    yield made
    made.close()


def test_an_extension_asks_nobody_again(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_kiosk(browser)
    act(at_work(portal, "agent", OFFICE, "agent"), reference, "consult")
    due = dossier_of(portal, reference).case.due_on
    chief = at_work(portal, "chief", OFFICE, "chief")
    act(chief, reference, "extend", days="15", reasons="L'expertise de la voirie demande deux semaines.")
    events = events_of(portal, reference)
    assert [event.days for event in events if isinstance(event, PeriodExtended)] == [15]
    assert len([event for event in events if isinstance(event, OpinionsRequested)]) == 1
    found = dossier_of(portal, reference).case
    assert due is not None
    assert found.due_on is not None
    assert (found.due_on - due).days >= 13
    assert found.state == "consultation"
