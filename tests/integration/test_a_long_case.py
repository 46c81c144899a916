"""One file that lives through all that a workflow can do; its journal holds and tells the truth throughout."""

import re
import shutil
from datetime import date
from pathlib import Path

from portal.actions.publish import publish_all, read_publications
from portal.actions.timers import sweep
from portal.domain.events import OpinionGiven, OpinionsJoined, OpinionsRequested, TimerFired
from portal.store import journal
from tests.support.browser import Browser
from tests.support.journeys import PASSWORD
from tests.support.kiosk import (
    ASKED,
    OFFICE,
    OTHER,
    SLUG,
    WORKFLOW,
    act,
    at_work,
    dossier_of,
    events_of,
    file_kiosk,
    kiosk_portal,
    kiosk_services,
)
from tests.support.portal import TestPortal, made_by

WITH_A_DATE = WORKFLOW.replace(
    "asks: [{id: question, type: long_text, label: {ar: السؤال, fr: La question}}]",
    "asks: [{id: question, type: long_text, label: {ar: السؤال, fr: La question}},"
    " {id: until, type: date, label: {ar: قبل, fr: À répondre avant le}}]",
)

pytestmark = made_by(kiosk_portal, workflow=WITH_A_DATE)


def holds(portal: TestPortal) -> bool:
    with portal.deps.reading() as work:
        return list(journal.audit(work.connection, work.vault)) == []


def vote(browser: Browser, reference: str, choice: str) -> None:
    browser.get(f"/fr/counter/cases/{reference}")
    browser.post(f"/fr/counter/cases/{reference}/vote", {"vote": choice, "note": ""})
    assert browser.last.status_code == 200


def test_a_file_that_is_passed_on_refused_and_taken_up_again(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_kiosk(browser)
    before = dossier_of(portal, reference).case
    act(at_work(portal, "first", OFFICE, "chief"), reference, "transfer", unit=OTHER, reason="Hors de notre ressort")
    # The law's clock runs on: neither its first day nor its last is another one.
    after = dossier_of(portal, reference).case
    assert (after.unit, after.complete_on, after.due_on) == (OTHER, before.complete_on, before.due_on)
    people = {
        name: at_work(portal, name, OTHER, role)
        for name, role in (("agent", "agent"), ("chief", "chief"), ("one", "committee"), ("two", "committee"))
    }
    # Round one is joined late: one opinion came, and it was no.
    act(people["agent"], reference, "consult")
    roads = at_work(portal, "roads", ASKED, "agent")
    roads.get(f"/fr/counter/opinions/{reference}/roads")
    roads.post(f"/fr/counter/opinions/{reference}/roads", {"favourable": "no"})
    portal.clock.forward(days=11)
    assert sweep(portal.deps) == 1
    assert dossier_of(portal, reference).case.state == "sitting"
    for name in people:
        people[name].staff_sign_in(name, PASSWORD)
    # A tie is no majority: the chief can only refuse, until somebody changes her vote.
    vote(people["one"], reference, "for")
    vote(people["two"], reference, "against")
    shown = people["chief"].get(f"/fr/counter/cases/{reference}").text
    assert "/actions/refuse" in shown
    assert "/actions/grant" not in shown
    vote(people["two"], reference, "for")
    shown = people["chief"].get(f"/fr/counter/cases/{reference}").text
    assert "/actions/grant" in shown
    assert "/actions/refuse" not in shown
    vote(people["two"], reference, "against")
    act(people["chief"], reference, "refuse", ground="place", reasons="La commission ne s'est pas prononcée pour.")
    portal.run_effects()
    assert holds(portal)
    # Taken up again: a new period, and opinions are asked a second time, of everybody.
    portal.clock.forward(days=5)
    for name in people:
        people[name].staff_sign_in(name, PASSWORD)
    act(people["chief"], reference, "reopen", reasons="Un plan nouveau")
    found = dossier_of(portal, reference).case
    assert found.complete_on == date(2026, 3, 18)
    assert found.due_on is not None
    assert before.due_on is not None
    assert found.due_on > before.due_on
    act(people["agent"], reference, "consult")
    roads.staff_sign_in("roads", PASSWORD)
    assert reference in roads.get("/fr/counter/opinions").text
    roads.get(f"/fr/counter/opinions/{reference}/roads")
    roads.post(f"/fr/counter/opinions/{reference}/roads", {"favourable": "yes"})
    portal.clock.forward(days=11)
    assert sweep(portal.deps) == 1
    assert sweep(portal.deps) == 0
    events = events_of(portal, reference)
    assert [one.round for one in events if isinstance(one, OpinionsRequested)] == [1, 2]
    assert [(one.round, one.late) for one in events if isinstance(one, OpinionsJoined)] == [(1, True), (2, True)]
    assert [(one.round, one.inputs["favourable"]) for one in events if isinstance(one, OpinionGiven)] == [
        (1, False),
        (2, True),
    ]
    # The votes of the first sitting are past.
    for name in people:
        people[name].staff_sign_in(name, PASSWORD)
    assert "/actions/refuse" not in people["chief"].get(f"/fr/counter/cases/{reference}").text
    vote(people["one"], reference, "for")
    vote(people["two"], reference, "for")
    act(people["chief"], reference, "grant")
    portal.run_effects()
    assert dossier_of(portal, reference).case.outcome == "granted"
    assert holds(portal)
    # What was said is told in words, a plain no too.
    told = people["chief"].get(f"/fr/counter/cases/{reference}").text
    assert len(re.findall(r"Êtes-vous favorable\s\?.{0,30}?Non", told, re.DOTALL)) == 1
    browser.sign_in()
    for language in ("fr", "ar"):
        page = browser.get(f"/{language}/cases/{reference}").text
        assert not re.search(r">[^<]*\b20\d\d-\d\d-\d\d\b", page)


def test_a_date_that_is_asked_is_told_in_words(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_kiosk(browser)
    agent = at_work(portal, "agent", OFFICE, "agent")
    when = {"until-day": "9", "until-month": "4", "until-year": "2026"}
    act(agent, reference, "ask", question="Quelle surface ?", **when)
    for language, words in (("fr", "9 avril 2026"), ("ar", "9 أبريل 2026")):
        page = browser.get(f"/{language}/cases/{reference}").text
        assert words in page.replace("\u202f", " ").replace("&nbsp;", " "), page
        assert "2026-04-09" not in page
    portal.clock.forward(days=30)
    assert sweep(portal.deps) == 1
    assert [one.timer for one in events_of(portal, reference) if isinstance(one, TimerFired)] == ["silence"]
    assert holds(portal)


def test_a_file_handed_in_under_one_version_ends_under_it(portal: TestPortal, browser: Browser, tmp_path: Path) -> None:
    browser.sign_in()
    reference = file_kiosk(browser)
    publish_second_version(portal, tmp_path)
    later = file_kiosk(browser)
    chief = at_work(portal, "chief", OFFICE, "chief")
    # The timer of the second version warns after two days, that of the first after ten.
    portal.clock.forward(days=3)
    assert sweep(portal.deps) == 1
    assert (dossier_of(portal, reference).alert, dossier_of(portal, later).alert) == ("", "chief")
    chief.staff_sign_in("chief", PASSWORD)
    for one, action in ((reference, "refuse_at_once"), (later, "refuse_now")):
        shown = chief.get(f"/fr/counter/cases/{one}").text
        assert re.findall(r"/actions/(refuse_\w+)", shown) == [action]
        act(chief, one, action, ground="place", reasons="Trop étroit")
        assert dossier_of(portal, one).case.outcome == "refused"
    act(chief, reference, "reopen", reasons="Une erreur")
    act(chief, reference, "refuse_at_once", ground="place", reasons="Toujours trop étroit")
    assert holds(portal)


def publish_second_version(portal: TestPortal, folder: Path) -> None:
    """A version in which an action has another name and time runs faster."""
    changes = (
        ("refuse_at_once", "refuse_now"),
        ("days: 10, count: calendar}, warn", "days: 2, count: calendar}, warn"),
    )
    services = kiosk_services(folder / "second")
    first = services / "catalogue" / SLUG / "v1"
    second = first.with_name("v2")
    shutil.copytree(first, second)
    for name in ("workflow.yaml", "examples/refused.yaml"):
        path = second / name
        text = path.read_text("utf-8")
        for old, new in changes:
            text = text.replace(old, new)
        path.write_text(text, "utf-8")
    with portal.deps.store.engine.begin() as connection:
        assert publish_all(connection, read_publications(services), portal.clock.now(), folder_wins=False) == [SLUG]
    portal.deps.registry.forget()
