"""A partner reads the law's clock of a case: where it stands, what it stood at, and why."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import orjson
import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from portal.api.clock_example import CLOCK_EXAMPLE
from portal.api.shapes import Clock
from portal.domain.case import SYSTEM
from portal.domain.events import InformationProvided
from portal.store import cases, partners
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.interface import SECRET, Interface, check_problem
from tests.support.kiosk import OFFICE, SLUG, act, at_work, dossier_of, file_kiosk, kiosk_portal
from tests.support.portal import BASE_URL, TestPortal, made_by

FILED, ASKED, ANSWERED = "2026-03-02", "2026-03-12", "2026-03-22"

pytestmark = made_by(kiosk_portal)


@pytest.fixture
def interface(portal: TestPortal) -> Iterator[Interface]:
    """The interface of a portal where one ministry was granted the service, and another was not."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(SECRET)
    with portal.deps.unit_of_work() as work:
        for name, services in (("granted", (SLUG,)), ("stranger", ())):
            partners.add(work.connection, partners.Partner(name, f"Ministry {name}", services), quick, work.now)
    with TestClient(portal.app, base_url=BASE_URL) as client:
        yield Interface(portal, client)


@pytest.fixture
def reference(portal: TestPortal, browser: Browser) -> str:
    """A file that was complete on 2 March; on the 12th something was asked, and answered on the 22nd."""
    browser.sign_in()
    filed = file_kiosk(browser)
    portal.clock.forward(days=10)
    act(at_work(portal, "agent", OFFICE, "agent"), filed, "ask", question="Quelle surface ?")
    portal.clock.forward(days=10)
    browser.sign_in()
    browser.get(f"/fr/cases/{filed}/actions/answer")
    browser.post(f"/fr/cases/{filed}/actions/answer", {"reply": "Six mètres carrés"})
    assert browser.last.status_code == 200
    portal.clock.forward(days=1)
    return filed


def read(interface: Interface, reference: str, **params: str) -> dict[str, Any]:
    address = f"/api/v1/cases/{reference}/clock"
    response = interface.client.get(address, params=params, headers=interface.bearer("granted"))
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    found: dict[str, Any] = response.json()
    Clock.model_validate(found)
    assert found["used"] + found["left"] == found["days"] + found["extension"]
    return found


def test_a_clock_tells_where_the_case_stands_and_every_step_with_its_article(
    interface: Interface, reference: str
) -> None:
    clock = read(interface, reference.lower().replace("-", ""))
    assert (clock["reference"], clock["service"], clock["unit"], clock["at"]) == (reference, SLUG, OFFICE, "2026-03-23")
    assert (clock["state"], clock["law"], clock["days"], clock["extension"]) == ("running", "55-19", 60, 0)
    # Nine days had counted before the request, and one since the answer: 3 to 11 March, and the 23rd.
    assert (clock["used"], clock["left"]) == (10, 50)
    # 51 days are counted from 23 March to 12 May; the next one is a working day.
    assert (clock["filed_on"], clock["complete_on"], clock["due_on"]) == (FILED, FILED, "2026-05-13")
    assert [step["key"] for step in clock["steps"]] == [
        "complete",
        "counted",
        "suspended",
        "resumed",
        "counted",
        "due",
    ]
    asked = clock["steps"][2]
    assert (asked["article"], asked["params"]) == ("55-19/14", {"on": ASKED})
    assert clock["steps"][1]["params"] == {"start": "2026-03-03", "end": "2026-03-11", "days": 9}
    assert "12 مارس 2026" in asked["text"]["ar"]
    assert "12 mars 2026" in asked["text"]["fr"]


def test_what_is_still_allowed_is_told_with_its_last_day_or_with_why_not(interface: Interface, reference: str) -> None:
    allowed = {one["act"]: one for one in read(interface, reference)["allowed"]}
    half = read(interface, reference)["half_ends_on"]
    assert allowed["information"] == {
        "act": "information",
        "open": False,
        "until": None,
        "article": "55-19/14",
        "why": "asked_once",
    }
    assert (allowed["replacement"]["open"], allowed["replacement"]["until"]) == (True, half)
    assert (allowed["extension"]["open"], allowed["extension"]["why"]) == (False, "not_listed")


def test_a_clock_reads_on_any_day_as_it_was_then_or_will_be(interface: Interface, reference: str) -> None:
    before = read(interface, reference, at="2026-03-11")
    assert (before["state"], before["used"], before["due_on"]) == ("running", 9, "2026-05-04")
    assert [one["open"] for one in before["allowed"] if one["act"] == "information"] == [True]
    waiting = read(interface, reference, at="2026-03-21")
    assert (waiting["state"], waiting["due_on"], waiting["left"]) == ("suspended", None, 51)
    assert (waiting["suspended_since"], waiting["suspended_for"]) == (ASKED, "information")
    late = read(interface, reference, at="2026-12-31")
    assert (late["state"], late["left"], late["at"]) == ("expired", 0, "2026-12-31")


def test_an_incomplete_file_has_the_applicants_own_day(interface: Interface, browser: Browser) -> None:
    browser.sign_in()
    clock = read(interface, file_kiosk(browser, consent=False))
    assert (clock["state"], clock["complete_on"], clock["due_on"]) == ("not_started", None, None)
    assert clock["citizen_due_on"] == "2026-04-02"
    assert {one["why"] for one in clock["allowed"]} == {"not_started"}


def test_only_a_partner_that_was_granted_the_service_reads_it(interface: Interface, reference: str) -> None:
    address = f"/api/v1/cases/{reference}/clock"
    check_problem(interface.client.get(address, headers=interface.bearer("stranger")), 404, "not-found")
    check_problem(interface.client.get(address), 401, "token-needed")
    for none in ("BRK-26-0000-0000-0", "nothing"):
        there = interface.client.get(f"/api/v1/cases/{none}/clock", headers=interface.bearer("granted"))
        check_problem(there, 404, "not-found")


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("yesterday", "at must be a day"),
        ("2026-03-02T10:00:00Z", "at must be a day"),
        ("٢٠٢٦-٠٣-٠٢", "at must be a day"),
        ("", "at must be a day"),
        ("2026-02-30", "no day of the calendar"),
        ("9999-12-31", "2199-12-31 at the latest"),
        ("2026-03-01", "filed on 2026-03-02"),
        ("0001-01-01", "filed on 2026-03-02"),
    ],
)
@one_database
def test_a_day_that_cannot_be_asked_about_says_why(interface: Interface, browser: Browser, at: str, told: str) -> None:
    browser.sign_in()
    address = f"/api/v1/cases/{file_kiosk(browser)}/clock"
    refused = interface.client.get(address, params={"at": at}, headers=interface.bearer("granted"))
    assert told in check_problem(refused, 400, "bad-request")["detail"]


@one_database
def test_nothing_of_the_person_is_in_it(interface: Interface, reference: str) -> None:
    address = f"/api/v1/cases/{reference}/clock"
    text = interface.client.get(address, headers=interface.bearer("granted")).text
    assert [said for said in ("Amina", "أمينة", "FB123456", "asthme", "surface") if said in text] == []


def test_a_clock_whose_journal_contradicts_itself_says_so_and_is_still_read(
    portal: TestPortal, interface: Interface, reference: str
) -> None:
    with portal.deps.unit_of_work() as work:
        cases.record(
            work.connection,
            dossier_of(portal, reference),
            [InformationProvided("answer", "waiting", "lodged")],
            SYSTEM,
            work.now,
        )
    clock = read(interface, reference)
    assert (clock["flaw"], clock["state"]) == ("resumed_unsuspended", "running")


@one_database
def test_the_example_in_the_description_is_a_real_answer(interface: Interface, reference: str) -> None:
    document = interface.client.get("/api/v1/openapi.json").json()
    described = document["paths"]["/api/v1/cases/{reference}/clock"]["get"]
    assert [one["name"] for one in described["parameters"]] == ["reference", "at"]
    assert document["components"]["schemas"]["Clock"]["examples"] == [CLOCK_EXAMPLE]
    told = interface.client.get(
        f"/api/v1/cases/{reference}/clock", params={"at": "2026-03-21"}, headers=interface.bearer("granted")
    )
    assert told.status_code == 200
    base, shown = CLOCK_EXAMPLE["links"]["self"].rpartition("/api/")[0], CLOCK_EXAMPLE["reference"]
    real = orjson.loads(told.text.replace(reference, shown).replace(BASE_URL, base))
    # The words are the province's own, which she may mend without looking here.
    texts = [step.pop("text") for step in real["steps"]]
    example = orjson.loads(orjson.dumps(CLOCK_EXAMPLE))
    assert [step.pop("text").keys() for step in example["steps"]] == [said.keys() for said in texts]
    assert example == real


def test_the_case_and_the_list_lead_to_the_clock(interface: Interface, reference: str) -> None:
    headers = interface.bearer("granted")
    listed = interface.client.get("/api/v1/cases", headers=headers).json()["items"][0]
    case = interface.client.get(f"/api/v1/cases/{reference}", headers=headers).json()
    assert listed["links"] == case["links"]
    clock = interface.client.get(case["links"]["clock"].removeprefix(BASE_URL), headers=headers).json()
    assert date.fromisoformat(clock["due_on"]) == date.fromisoformat(case["due_on"])
