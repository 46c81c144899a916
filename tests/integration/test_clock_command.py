"""`portal clock REFERENCE` explains the law's clock of a case to whoever operates the portal."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from typer.testing import CliRunner, Result

from portal.cli.commands import app
from portal.presenting.isolation import END, LEFT_TO_RIGHT
from portal.store.tables import CASES
from tests.support.browser import Browser
from tests.support.commands import call_portal, settings_for
from tests.support.databases import one_database
from tests.support.kiosk import OFFICE, OTHER, SLUG, act, at_work, dossier_of, file_kiosk, kiosk_portal
from tests.support.portal import TestPortal, made_by

Run = Callable[..., Result]
PERSON = re.compile("Amina|أمينة|FB123456|asthme|surface|Benali|بنعلي")

pytestmark = made_by(kiosk_portal)


@pytest.fixture
def run(portal: TestPortal, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `portal clock` over the portal of the test: a process of its own would take seconds each time."""
    monkeypatch.setattr("portal.cli.clock.open_portal", lambda: (None, portal.deps))
    return lambda *words: CliRunner().invoke(app, ["clock", *words])


@pytest.fixture
def reference(portal: TestPortal, browser: Browser) -> str:
    """A file complete on 2 March 2026, sent to another office on the 9th, and about which something was asked on the 12th."""
    browser.sign_in()
    filed = file_kiosk(browser)
    portal.clock.forward(days=7)
    act(at_work(portal, "chief", OFFICE, "chief"), filed, "transfer", unit=OTHER, reason="Le terrain est à Saïdia")
    portal.clock.forward(days=3)
    act(at_work(portal, "agent", OTHER, "agent"), filed, "ask", question="Quelle surface ?")
    return filed


def read(run: Run, *words: str) -> Any:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_a_clock_is_explained_in_words_without_a_word_on_the_person(run: Run, reference: str) -> None:
    done = run(reference, "--at", "2026-03-20")
    assert done.exit_code == 0, done.stderr
    assert reference in done.stdout.splitlines()[0]
    assert "Kiosque sur la place" in done.stdout.splitlines()[0]
    assert "vendredi 20 mars 2026" in done.stdout.splitlines()[1]
    assert "mardi 3 mars 2026 au mercredi 11 mars 2026" in done.stdout
    assert "article 14 de la loi n° 55-19" in done.stdout.replace("\u00a0", " ")
    assert PERSON.search(done.stdout + done.stderr) is None


def test_it_reads_on_any_day_by_what_had_been_entered_by_then(run: Run, reference: str) -> None:
    first = read(run, reference, "--at", "2026-03-02")
    assert (first["state"], first["unit"], first["used"], first["left"]) == ("running", OFFICE, 0, 60)
    then = read(run, "--at", "٢٠٢٦-٠٣-١١", reference)
    assert (then["state"], then["unit"], then["used"], then["due_on"]) == ("running", OTHER, 9, "2026-05-04")
    # Asked at a quarter past nine, that is a quarter past ten at the office.
    before, after = (
        read(run, reference, "--at", "2026-03-12T09:00"),
        read(run, reference, "--at", "2026-03-12"),
    )
    assert (before["state"], after["state"]) == ("running", "suspended")
    late = read(run, reference, "--at", "2026-03-12T09:15:01+00:00")
    assert (late["suspended_since"], late["suspended_for"]) == ("2026-03-12", "information")
    assert [step["key"] for step in late["steps"]] == ["complete", "counted", "suspended", "open_suspension"]


def test_a_reference_is_taken_however_it_is_typed(run: Run, reference: str) -> None:
    arabic = reference.lower().replace("-", "").translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert read(run, arabic, "--at", "2026-03-02") == read(run, "explain", reference, "--at", "2026-03-02")


@one_database
def test_arabic_lines_begin_in_arabic_and_isolate_what_is_not(run: Run, reference: str) -> None:
    done = run(reference, "--lang", "ar", "--at", "2026-03-20")
    assert done.exit_code == 0, done.stderr
    assert f"{LEFT_TO_RIGHT}{reference}{END}" in done.stdout
    assert f"{LEFT_TO_RIGHT}55.19{END}" in done.stdout
    assert "الثلاثاء 3 مارس 2026" in done.stdout
    assert [line for line in done.stdout.splitlines() if line and not re.match(r"\s*[\u0600-\u06ff]", line)] == []
    assert PERSON.search(done.stdout) is None


@one_database
def test_what_cannot_be_explained_is_said_in_one_line(run: Run, reference: str) -> None:
    none = run("BRK-26-0000-0000-0")
    assert (none.exit_code, none.stderr) == (1, "portal: there is no case BRK-26-0000-0000-0\n")
    early = run(reference, "--at", "2026-03-01")
    assert (early.exit_code, early.stdout) == (1, "")
    assert "filed on 2026-03-02" in early.stderr
    for words in (
        ["nothing"],
        [reference, "--at", "2026-02-30"],
        [reference, "--at", "9999-01-01"],
        [reference, "--lang", "en"],
    ):
        wrong = run(*words)
        assert (wrong.exit_code, wrong.stdout) == (2, ""), words


@one_database
def test_a_case_whose_key_was_destroyed_tells_nothing(portal: TestPortal, run: Run, reference: str) -> None:
    with portal.deps.store.engine.begin() as connection:
        connection.execute(update(CASES).where(CASES.c.reference == reference).values(key_wrapped=None))
    done = run(reference)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "destroyed" in done.stderr


@one_database
def test_a_case_of_a_version_that_is_gone_says_so(portal: TestPortal, run: Run, reference: str) -> None:
    assert dossier_of(portal, reference).case.service == SLUG
    with portal.deps.store.engine.begin() as connection:
        connection.execute(update(CASES).where(CASES.c.reference == reference).values(digest="gone"))
    done = run(reference)
    assert (done.exit_code, done.stdout) == (1, "")
    assert SLUG in done.stderr


def test_sweeping_by_hand_does_what_is_due_and_says_what_is_left(
    portal: TestPortal, run: Run, reference: str, browser: Browser
) -> None:
    portal.clock.moment = datetime.fromisoformat("2030-01-02T10:00:00+00:00")
    assert run("sweep").exit_code == 0
    # The clock of that machine was years ahead: nothing goes on until somebody has said so.
    portal.clock.moment = datetime.fromisoformat("2026-04-01T10:00:00+00:00")
    browser.sign_in()
    late = file_kiosk(browser)
    portal.clock.moment = datetime.fromisoformat("2026-04-20T10:00:00+00:00")
    waiting = run("sweep")
    assert (waiting.exit_code, waiting.stdout.splitlines()[-1]) == (1, "0 steps done")
    assert waiting.stderr == (
        "portal: time waits: the clock says 2026-04-20 10:00 UTC, and it was worked at 2030-01-02 10:00: "
        "mend the clock, or go on by it with --trust-clock\n"
    )
    assert dossier_of(portal, late).alert == ""
    done = run("sweep", "--trust-clock")
    assert (done.exit_code, done.stdout) == (0, "1 steps done\n")
    assert dossier_of(portal, late).alert == "chief"


@one_database
def test_the_command_itself_opens_the_portal_and_answers(
    portal: TestPortal, reference: str, database_url: str, tmp_path: Path
) -> None:
    done = call_portal(settings_for(database_url, tmp_path), "clock", reference, "--json")
    assert done.returncode == 0, done.stderr
    # Read on the day on which the test runs, long after the file was suspended.
    assert (json.loads(done.stdout)["state"], json.loads(done.stdout)["due_on"]) == ("suspended", None)
