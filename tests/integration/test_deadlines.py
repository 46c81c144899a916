"""What those who lead an office watch: their own office's files, or every office's for the secretary-general."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, update

from portal.actions.timers import sweep
from portal.i18n import office_date
from portal.store import deadlines
from portal.store.deadlines import Due, Judged, Place
from portal.store.tables import CASES
from tests.support.browser import Browser
from tests.support.commands import call_portal, settings_for
from tests.support.databases import one_database
from tests.support.journeys import PASSWORD
from tests.support.kiosk import ASKED, OFFICE, OTHER, SLUG, act, at_work, dossier_of, file_kiosk, kiosk_portal
from tests.support.portal import TestPortal, made_by

OMBUDSMAN = "mediateur-oriental"

pytestmark = made_by(kiosk_portal)


def test_what_falls_due_is_told_day_by_day(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    references = [file_kiosk(browser) for _ in range(2)]
    due_on = dossier_of(portal, references[0]).case.due_on
    assert due_on is not None
    chief = at_work(portal, "chief", OFFICE, "chief")
    assert 'due-answers" x=' not in chief.get("/fr/counter/deadlines").text
    portal.clock.forward(days=(due_on - office_date(portal.clock.moment)).days - 29)
    chief.staff_sign_in("chief", PASSWORD)
    shown = chief.get("/fr/counter/deadlines").text
    assert len(re.findall(r'class="due-answers" x=', shown)) == 1
    lines = re.findall(
        r'<tr><th scope="row">.*?<td class="num"[^>]*>(\d+)</td><td class="num"[^>]*>(\d+)</td></tr>', shown
    )
    assert lines == [("0", "0")] * 29 + [("2", "0")]


def test_what_a_citizen_is_to_bring_is_told_apart(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_kiosk(browser, consent=False)
    today = office_date(portal.clock.moment)
    with portal.deps.reading() as work:
        found = deadlines.due_each_day(work.connection, [OFFICE], today, today + timedelta(days=60))
    kind = dossier_of(portal, reference).case.kind
    assert sum(found.values(), Due()) == (Due(0, 1) if kind == "depositing" else Due(1, 0))


def test_suspended_files_say_why_and_since_when(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_kiosk(browser)
    act(at_work(portal, "agent", OFFICE, "agent"), reference, "ask", question="Quelle surface ?")
    portal.clock.forward(days=2)
    chief = at_work(portal, "chief", OFFICE, "chief")
    shown = chief.get("/fr/counter/deadlines").text
    assert f'href="/fr/counter/cases/{reference}"' in shown
    assert "article 14" in shown
    assert "il y a 2\xa0jours" in shown or "il y a 2 jours" in shown
    assert "2 mars 2026" in shown
    assert 'class="due-answers" x=' not in shown


def test_expired_files_are_listed_with_their_silence(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_kiosk(browser)
    portal.clock.forward(days=70)
    sweep(portal.deps)
    shown = at_work(portal, "chief", OFFICE, "chief").get("/fr/counter/deadlines").text
    listed = shown[shown.index('id="expired"') :]
    assert reference in listed
    silent_on = dossier_of(portal, reference).case.silent_on
    assert silent_on is not None
    assert f"{silent_on.day} mai 2026" in listed


def test_the_share_in_time_is_of_what_was_decided_in_a_year(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    early, late, withdrawn = (file_kiosk(browser) for _ in range(3))
    chief = at_work(portal, "chief", OFFICE, "chief")
    act(chief, early, "refuse_at_once", ground="place", reasons="Le domaine public est saturé.")
    browser.get(f"/fr/cases/{withdrawn}/actions/withdraw")
    browser.post(f"/fr/cases/{withdrawn}/actions/withdraw", {})
    portal.clock.forward(days=90)
    chief.staff_sign_in("chief", PASSWORD)
    act(chief, late, "refuse_at_once", ground="place", reasons="Le domaine public est saturé.")
    shown = chief.get("/fr/counter/deadlines").text
    assert "<strong>50\xa0%</strong>" in shown
    today = office_date(portal.clock.moment)
    with portal.deps.reading() as work:
        found = deadlines.judged(work.connection, [OFFICE], today - timedelta(days=30), today)
    assert found == {(OFFICE, SLUG): Judged(in_time=0, late=1)}


def test_an_office_that_never_answers_has_nothing_in_time(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    references = [file_kiosk(browser) for _ in range(3)]
    portal.clock.forward(days=90)
    chief = at_work(portal, "chief", OFFICE, "chief")
    # Also before the silences are recorded.
    assert "<strong>0\xa0%</strong>" in chief.get("/fr/counter/deadlines").text
    sweep(portal.deps)
    browser.sign_in()
    browser.get(f"/fr/cases/{references[0]}/actions/withdraw")
    browser.post(f"/fr/cases/{references[0]}/actions/withdraw", {})
    shown = chief.get("/fr/counter/deadlines").text
    assert "<strong>0\xa0%</strong>" in shown
    assert "sans réponse compte comme" in shown
    today = office_date(portal.clock.moment)
    with portal.deps.reading() as work:
        found = deadlines.judged(work.connection, [OFFICE], today - timedelta(days=365), today)
    # The one that was withdrawn after its silence had been recorded is among them.
    assert found == {(OFFICE, SLUG): Judged(in_time=0, late=3)}
    general = at_work(portal, "general", ASKED, "secretary_general").get("/fr/counter/deadlines").text
    assert re.search(r'<td class="num"[^>]*>3</td>\s*<td class="num"[^>]*>0\xa0%</td>', general)


def test_long_lists_are_read_page_by_page(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    references = {file_kiosk(browser) for _ in range(3)}
    portal.clock.forward(days=70)
    today = office_date(portal.clock.moment)
    seen: list[str] = []
    after: Place | None = None
    for _ in range(2):
        with portal.deps.reading() as work:
            rows = deadlines.expired(work.connection, OFFICE, today, after)[:2]
        seen += [row.reference for row in rows]
        after = (rows[-1].since, rows[-1].id)
    assert len(seen) == 3
    assert set(seen) == references
    with portal.deps.reading() as work:
        assert deadlines.expired(work.connection, OFFICE, today, after) == []


def test_a_chief_sees_her_own_office_alone(portal: TestPortal) -> None:
    chief = at_work(portal, "chief", OFFICE, "chief")
    assert chief.get(f"/fr/counter/deadlines?unit={OFFICE}").status_code == 200
    assert chief.get(f"/fr/counter/deadlines?unit={OTHER}").status_code == 403
    assert chief.get("/fr/counter/deadlines?unit=nowhere").status_code == 404
    assert 'name="unit"' not in chief.get("/fr/counter/deadlines").text
    assert 'href="/fr/counter/deadlines"' in chief.get("/fr/counter").text


@pytest.mark.parametrize("role", ["agent", "clerk", "committee"])
def test_others_do_not_watch_an_office(portal: TestPortal, role: str) -> None:
    browser = at_work(portal, role, OFFICE, role)
    assert browser.get("/fr/counter/deadlines").status_code == 403
    assert 'href="/fr/counter/deadlines"' not in browser.get("/fr/counter/opinions").text


def test_the_secretary_general_sees_every_office_but_nobodys_name(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_kiosk(browser)
    portal.clock.forward(days=64)
    general = at_work(portal, "general", ASKED, "secretary_general")
    whole = general.get("/fr/counter/deadlines").text
    assert f"unit={OFFICE}" in whole
    assert reference not in whole
    one = general.get(f"/fr/counter/deadlines?unit={OFFICE}").text
    assert reference in one
    assert f"/cases/{reference}" not in one
    assert "El Alaoui" not in one


def test_the_ombudsman_is_nobodys_to_oversee(portal: TestPortal) -> None:
    general = at_work(portal, "general", ASKED, "secretary_general")
    assert OMBUDSMAN not in general.get("/fr/counter/deadlines").text
    assert OFFICE in general.text
    assert general.get(f"/fr/counter/deadlines?unit={OMBUDSMAN}").status_code == 403
    # Who is with him watches his own work, as in any office.
    chief = at_work(portal, "delegate", OMBUDSMAN, "chief")
    assert chief.get("/fr/counter/deadlines").status_code == 200
    assert chief.get(f"/fr/counter/deadlines?unit={OFFICE}").status_code == 403


@one_database
def test_nobody_with_him_is_made_secretary_general(database_url: str, tmp_path: Path) -> None:
    named = ("--unit", OMBUDSMAN, "--role", "secretary_general", "--name-ar", "أمل", "--name-fr", "Amal")
    settings = settings_for(database_url, tmp_path)
    refused = call_portal(settings, "staff", "add", "amal", *named, "--password", "a password for nobody")
    assert refused.returncode == 1
    assert "independent" in refused.stderr


def test_his_files_are_not_among_the_escalated(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference, his = file_kiosk(browser), file_kiosk(browser)
    with portal.deps.unit_of_work() as work:
        work.connection.execute(update(CASES).values(escalated=True))
        work.connection.execute(update(CASES).where(CASES.c.reference == his).values(unit=OMBUDSMAN))
    shown = at_work(portal, "general", ASKED, "secretary_general").get("/fr/counter/escalated").text
    assert reference in shown
    assert his not in shown


def test_a_misspelt_place_in_a_list_is_its_beginning(portal: TestPortal) -> None:
    chief = at_work(portal, "chief", OFFICE, "chief")
    for place in ("late=x", "held=2026-13-41.abc", "late=2026-01-01.';--"):
        assert chief.get(f"/fr/counter/deadlines?{place}").status_code == 200


def test_sqlite_reads_what_it_asks_for_from_the_indexes(portal: TestPortal) -> None:
    if portal.deps.store.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by the size of its tables")
    today = office_date(portal.clock.moment)
    asked: list[tuple[str, Any]] = []
    with portal.deps.reading() as work:

        def note(_connection: Any, _cursor: Any, statement: str, bounds: Any, *_: Any) -> None:
            asked.append((statement, bounds))

        event.listen(work.connection, "before_cursor_execute", note)
        deadlines.due_each_day(work.connection, [OFFICE], today, today)
        deadlines.judged(work.connection, [OFFICE], today, today)
        deadlines.count_expired(work.connection, OFFICE, today)
        deadlines.count_suspended(work.connection, OFFICE)
        deadlines.expired(work.connection, OFFICE, today, (today, "x"))
        deadlines.suspended(work.connection, OFFICE)
        event.remove(work.connection, "before_cursor_execute", note)
        for statement, bounds in asked:
            plan = work.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", bounds).all()
            told = " ".join(str(row[-1]) for row in plan)
            assert re.search(r"USING (COVERING )?INDEX ix_cases_(queue|decided)", told), f"{told}\n{statement}"
    assert len(asked) == 7
