"""Other offices and partners are asked what they think of a file; each sees what it needs for that, and no more."""

import re
from pathlib import Path
from typing import Any

import pytest

from portal.actions.passwords import hash_password
from portal.actions.timers import sweep
from portal.domain.events import OpinionGiven, OpinionsJoined, OpinionsRequested
from portal.store import partners
from portal.store.partners import Partner
from tests.support.browser import Browser
from tests.support.interface import check_problem
from tests.support.journeys import PASSWORD, jpeg, start
from tests.support.kiosk import (
    ANSWERS,
    ASKED,
    FORM,
    OFFICE,
    OTHER,
    SLUG,
    act,
    at_work,
    dossier_of,
    events_of,
    file_kiosk,
    kiosk_portal,
)
from tests.support.portal import TestPortal, made_by

SECRET = "a secret of the ministry of health"

pytestmark = made_by(kiosk_portal)


class Ministry:
    """A partner's program."""

    def __init__(self, portal: TestPortal, name: str, *services: str) -> None:
        with portal.deps.unit_of_work() as work:
            hashed = hash_password(SECRET)
            partners.add(work.connection, Partner(name, "Ministère de la Santé", services), hashed, work.now)
        self.client = Browser(portal).client
        form = {"grant_type": "client_credentials", "client_id": name, "client_secret": SECRET}
        token = self.client.post("/oauth/token", data=form).json()["access_token"]
        self.headers = {"authorization": f"Bearer {token}"}

    def get(self, path: str) -> Any:
        return self.client.get(path, headers=self.headers)

    def give(self, reference: str, opinion: str, inputs: Any) -> Any:
        path = f"/api/v1/cases/{reference}/opinions/{opinion}"
        return self.client.post(path, json={"inputs": inputs}, headers=self.headers)


@pytest.fixture
def reference(portal: TestPortal, browser: Browser) -> str:
    """A file on which opinions are asked."""
    browser.sign_in()
    filed = file_kiosk(browser)
    act(at_work(portal, "agent", OFFICE, "agent"), filed, "consult")
    return filed


@pytest.fixture
def commune(portal: TestPortal, reference: str) -> Browser:
    return at_work(portal, "roads", ASKED, "agent")


@pytest.fixture
def ministry(portal: TestPortal, reference: str) -> Ministry:
    return Ministry(portal, "min-sante")


def test_entering_a_state_asks_the_unit_of_the_place_and_the_partner(portal: TestPortal, reference: str) -> None:
    asked = [event for event in events_of(portal, reference) if isinstance(event, OpinionsRequested)]
    assert [(one.state, one.round) for one in asked] == [("consultation", 1)]
    assert asked[0].opinions == [
        {"id": "roads", "unit": ASKED, "due_on": "2026-03-12"},
        {"id": "hygiene", "partner": "min-sante", "due_on": "2026-03-12"},
    ]
    assert str(dossier_of(portal, reference).timer_on) == "2026-03-13"


def test_the_unit_asked_finds_the_file_and_gives_its_opinion(
    portal: TestPortal, reference: str, commune: Browser
) -> None:
    assert "/fr/counter/opinions" in commune.get("/fr/counter").text
    page = commune.get("/fr/counter/opinions").text
    assert reference in page
    assert "Avis de la commune" in page
    assert "12 mars 2026" in page
    address = f"/fr/counter/opinions/{reference}/roads"
    shown = commune.get(address).text
    assert "Amina El Alaoui" in shown
    assert "État de santé" not in shown
    assert "asthme" not in shown
    # What is missing is said, and what was typed stays.
    commune.post(address, {"remarks": "La rue est étroite."})
    assert commune.last.status_code == 422
    assert "La rue est étroite." in commune.text
    commune.post(address, {"favourable": "yes", "remarks": "La rue est étroite."})
    assert commune.last.status_code == 200
    assert commune.url.startswith("/fr/counter/opinions?given=1")
    assert reference not in commune.text
    given = [event for event in events_of(portal, reference) if isinstance(event, OpinionGiven)]
    assert [(one.opinion, one.by, one.inputs) for one in given] == [
        ("roads", ASKED, {"favourable": True, "remarks": "La rue est étroite."})
    ]


def test_the_deciding_unit_sees_who_was_asked_and_what_came(
    portal: TestPortal, reference: str, commune: Browser, ministry: Ministry
) -> None:
    address = f"/fr/counter/opinions/{reference}/roads"
    commune.get(address)
    commune.post(address, {"favourable": "no", "remarks": "Trop près de l'école."})
    agent = at_work(portal, "second", OFFICE, "agent")
    shown = agent.get(f"/fr/counter/cases/{reference}").text
    assert "Trop près de l&#39;école." in shown
    assert "Ministère de la Santé" in shown
    assert "12 mars 2026" in shown


def test_the_case_goes_on_once_all_have_answered(
    portal: TestPortal, reference: str, commune: Browser, ministry: Ministry, browser: Browser
) -> None:
    assert ministry.give(reference, "hygiene", {"clean": True, "seen_on": "2026-03-01"}).status_code == 201
    assert dossier_of(portal, reference).case.state == "consultation"
    commune.get(f"/fr/counter/opinions/{reference}/roads")
    commune.post(f"/fr/counter/opinions/{reference}/roads", {"favourable": "yes"})
    found = dossier_of(portal, reference)
    # Nothing is awaited of other offices any more: what time does next is the law's warning of half the period.
    assert (found.case.state, found.timer_on) == ("sitting", found.case.half_ends_on)
    assert OpinionsJoined(1, False) in events_of(portal, reference)
    # The citizen learns that opinions were asked and came, not what they say.
    page = browser.get(f"/fr/cases/{reference}").text
    assert "Ministère de la Santé" in page
    assert "Est-ce sain" not in page


def test_the_case_goes_on_without_those_that_are_late(
    portal: TestPortal, reference: str, commune: Browser, ministry: Ministry
) -> None:
    ministry.give(reference, "hygiene", {"clean": True})
    portal.clock.forward(days=10)
    assert sweep(portal.deps) == 0
    portal.clock.forward(days=1)
    assert sweep(portal.deps) == 1
    assert sweep(portal.deps) == 0
    assert dossier_of(portal, reference).case.state == "sitting"
    assert OpinionsJoined(1, True) in events_of(portal, reference)
    commune.staff_sign_in("roads", PASSWORD)
    assert reference not in commune.get("/fr/counter/opinions").text
    # Whoever still had the form open is told that the file went on.
    address = f"/fr/counter/opinions/{reference}/roads"
    assert "Amina" not in commune.get(address).text
    commune.post(address, {"favourable": "yes"})
    assert commune.last.status_code == 200
    assert not any(isinstance(event, OpinionGiven) and event.by == ASKED for event in events_of(portal, reference))
    portal.clock.forward(minutes=1)
    late = Ministry(portal, "second")
    assert late.give(reference, "hygiene", {"clean": True}).status_code == 404


def test_an_opinion_is_given_once(portal: TestPortal, reference: str, commune: Browser, ministry: Ministry) -> None:
    address = f"/fr/counter/opinions/{reference}/roads"
    commune.get(address)
    for _ in range(2):
        commune.post(address, {"favourable": "yes"})
        assert commune.last.status_code == 200
    assert sum(isinstance(event, OpinionGiven) for event in events_of(portal, reference)) == 1
    # Both have answered after this, and the round is over.
    assert ministry.give(reference, "hygiene", {"clean": True}).status_code == 201
    check_problem(ministry.give(reference, "hygiene", {"clean": False}), 409, "opinion-given")


def test_whoever_is_not_asked_finds_nothing(portal: TestPortal, reference: str, commune: Browser) -> None:
    address = f"/fr/counter/opinions/{reference}/roads"
    stranger = at_work(portal, "stranger", OTHER, "agent", "chief", "clerk")
    clerk = at_work(portal, "clerk", ASKED, "clerk")
    for browser in (stranger, clerk, at_work(portal, "own", OFFICE, "chief")):
        browser.get("/fr/counter")
        assert browser.client.get(address).status_code == 404
        browser.post(address, {"favourable": "yes"})
        assert browser.last.status_code == 404
    # Another's opinion is not theirs either, nor is the rest of the file, its receipt with the secret among it.
    assert commune.get(f"/fr/counter/opinions/{reference}/hygiene").status_code == 404
    portal.run_effects()
    for path in ("", "/receipt.pdf", "/filed", "/complete", "/actions/consult", "/obtained"):
        assert commune.get(f"/fr/counter/cases/{reference}{path}").status_code in (403, 404), path
    assert not any(isinstance(event, OpinionGiven) for event in events_of(portal, reference))


def test_a_partner_lists_what_is_asked_of_it_and_reads_that_case_alone(
    portal: TestPortal, reference: str, ministry: Ministry, browser: Browser
) -> None:
    other = file_kiosk(browser)
    items = ministry.get("/api/v1/opinions").json()["items"]
    assert [(one["id"], one["reference"], one["due_on"]) for one in items] == [("hygiene", reference, "2026-03-12")]
    assert set(items[0]["asks"]["properties"]) == {"clean", "seen_on"}
    assert items[0]["asks"]["required"] == ["clean"]
    case = ministry.get(f"/api/v1/cases/{reference}").json()
    assert case["answers"]["place"] == "02.113.01.01"
    assert "health" not in case["answers"]
    assert "FB123456" not in str(case)
    assert ministry.get(f"/api/v1/cases/{other}").status_code == 404
    assert ministry.get("/api/v1/cases").json()["items"] == []
    ministry.give(reference, "hygiene", {"clean": True})
    assert ministry.get("/api/v1/opinions").json()["items"] == []


@pytest.mark.parametrize(
    ("inputs", "wrong"),
    [
        ({}, {"clean"}),
        ({"clean": None}, {"clean"}),
        ({"clean": "perhaps"}, {"clean"}),
        ({"clean": [True]}, {"clean"}),
        ({"clean": True, "seen_on": "yesterday"}, {"seen_on"}),
        ({"clean": True, "seen_on": {"day": 1}}, {"seen_on"}),
        ({"clean": True, "colour": "red"}, {"colour"}),
        ({"clean": 1, "seen_on": 2.5, "x": "y"}, {"clean", "seen_on", "x"}),
    ],
)
def test_what_a_partner_sends_is_read_by_the_types_of_the_questions(
    portal: TestPortal, reference: str, ministry: Ministry, inputs: dict[str, Any], wrong: set[str]
) -> None:
    problem = check_problem(ministry.give(reference, "hygiene", inputs), 422, "invalid")
    assert {place["where"] for place in problem["errors"]} == {f"body.inputs.{name}" for name in wrong}
    assert not any(isinstance(event, OpinionGiven) for event in events_of(portal, reference))


def test_a_partner_that_is_not_asked_gets_the_same_answer_as_for_no_case(
    portal: TestPortal, reference: str, ministry: Ministry
) -> None:
    stranger = Ministry(portal, "min-transport", "kiosque")
    for found in (
        stranger.give(reference, "hygiene", {"clean": True}),
        ministry.give(reference, "roads", {"favourable": True}),
        ministry.give(reference, "nothing", {}),
        ministry.give("BRK-26-0000-0000-0", "hygiene", {"clean": True}),
    ):
        check_problem(found, 404, "not-found")


def test_the_documents_of_the_file_are_shown_to_the_unit_asked(
    portal: TestPortal, reference: str, commune: Browser
) -> None:
    # This service asks for none: what an address of a file leads to is nothing, and not the case.
    assert not re.search(r"/files/\w+", commune.get(f"/fr/counter/opinions/{reference}/roads").text)
    for path in ("/files/0123", "/files/0123/original", "/files/0123/pages/1.jpg"):
        assert commune.get(f"/fr/counter/opinions/{reference}/roads{path}").status_code == 404


HEALTH = "      - {id: health, type: short_text"
FILES = """\
      - {id: scan, type: file, label: {ar: فحص طبي, fr: Un examen médical}, required: false, sensitive: true}
      - {id: photo, type: file, label: {ar: صورة المكان, fr: Une photo du lieu}, required: false}
      - id: household
        type: group
        label: {ar: الأسرة, fr: Votre foyer}
        entry: {ar: الفرد, fr: Membre}
        required: false
        sensitive: true
        limits: {most: 2}
        fields:
          - {id: proof, type: file, label: {ar: وثيقة, fr: Un justificatif}}
"""


def test_files_of_sensitive_questions_stay_with_the_office_that_decides(database_url: str, tmp_path: Path) -> None:
    portal = kiosk_portal(database_url, tmp_path, form=FORM.replace(HEALTH, FILES + HEALTH))
    try:
        browser = Browser(portal)
        browser.sign_in()
        start(browser, SLUG, "fr")
        draft = browser.url.split("/")[3]
        sent = {
            control: (f"{name}.jpg", jpeg(color), "image/jpeg")
            for control, name, color in (
                ("scan", "scan", "red"),
                ("photo", "photo", "green"),
                ("household-1-proof", "proof", "blue"),
            )
        }
        browser.post(f"/fr/drafts/{draft}/who/files", {**ANSWERS["who"], "household-count": "1"}, files=sent)
        browser.get(f"/fr/drafts/{draft}/documents")
        browser.post(f"/fr/drafts/{draft}/documents", {"tax_record-consent": "yes"})
        browser.get(f"/fr/drafts/{draft}/check")
        browser.post(f"/fr/drafts/{draft}/submit")
        found = re.search(r"BRK-\d\d-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", browser.url)
        assert found is not None, browser.text
        reference = found[0]
        agent = at_work(portal, "agent", OFFICE, "agent")
        held = agent.get(f"/fr/counter/cases/{reference}").text
        act(agent, reference, "consult")
        asked = at_work(portal, "roads", ASKED, "agent")
        address = f"/fr/counter/opinions/{reference}/roads"
        shown = asked.get(address).text
        names = ("scan.jpg", "photo.jpg", "proof.jpg")
        assert [name in held for name in names] == [True, True, True]
        assert [name in shown for name in names] == [False, True, False]
        ids = set(re.findall(rf"/cases/{reference}/files/(\w+)", held))
        assert len(ids) == 3
        seen = [asked.get(f"{address}/files/{one}/original").status_code for one in sorted(ids)]
        assert sorted(seen) == [200, 404, 404]
    finally:
        portal.close()


def test_whoever_has_given_an_opinion_reads_the_file_no_longer(
    portal: TestPortal, reference: str, ministry: Ministry
) -> None:
    assert ministry.get(f"/api/v1/cases/{reference}").status_code == 200
    assert ministry.give(reference, "hygiene", {"clean": True}).status_code == 201
    # The other opinion is still awaited, but not from them.
    check_problem(ministry.get(f"/api/v1/cases/{reference}"), 404, "not-found")
