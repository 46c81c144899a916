"""The yearly indicators: counted from what really happened, shown without pointing at anybody, and signed once."""

import csv
import io
import re
import threading
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from portal.actions import figures as counting
from portal.actions import reports
from portal.actions.audit_register import audit_registers
from portal.actions.effects import abandon, give_up
from portal.actions.tidy import tidy
from portal.actions.timers import sweep
from portal.actions.verdict import Verdict
from portal.actions.verify import verify_code, verify_file
from portal.domain.figures import Figures
from portal.domain.withholding import FOLLOWING, Withheld, published, published_apart
from portal.ports import Area
from portal.presenting.indicators import DEFINITIONS
from portal.store import effects, figures, journal
from portal.store import reports as register
from portal.store.tables_of_clock import REPORTS
from tests.support.browser import Browser
from tests.support.journeys import PASSWORD, file_residence
from tests.support.kiosk import OFFICE, SLUG, act, at_work, file_kiosk, kiosk_portal
from tests.support.portal import TestPortal, made_by, make_portal

pytestmark = made_by(kiosk_portal)


def file_many(browser: Browser, count: int) -> list[str]:
    return [file_kiosk(browser) for _ in range(count)]


def refuse(chief: Browser, *references: str) -> None:
    for reference in references:
        act(chief, reference, "refuse_at_once", ground="place", reasons="Le domaine public est saturé.")


def counted(portal: TestPortal, year: int = 2026, unit: str = "", service: str = "") -> Figures:
    with portal.deps.reading() as work:
        found = figures.read(work.connection, year, unit, service)
    assert found is not None
    return found.figures


def a_year(portal: TestPortal, browser: Browser) -> list[str]:
    """Nine files at one office: five refused within ten days, one after 80, one withdrawn, two left open."""
    browser.sign_in()
    references = file_many(browser, 9)
    chief = at_work(portal, "chief", OFFICE, "chief", "agent")
    portal.clock.forward(days=10)
    chief.staff_sign_in("chief", PASSWORD)
    refuse(chief, *references[:5])
    browser.sign_in()
    browser.get(f"/fr/cases/{references[6]}/actions/withdraw")
    browser.post(f"/fr/cases/{references[6]}/actions/withdraw", {})
    act(chief, references[8], "ask", question="Quelle surface ?")
    portal.clock.forward(days=70)
    sweep(portal.deps)
    chief.staff_sign_in("chief", PASSWORD)
    refuse(chief, references[5])
    return references


def test_what_happened_is_what_is_counted(portal: TestPortal, browser: Browser) -> None:
    a_year(portal, browser)
    assert counting.count_years(portal.deps) == 2
    found = counted(portal)
    # The one that was asked a question was returned by its timer, since nobody answered it.
    assert (found.received, found.complete, found.decided, found.refused) == (9, 9, 6, 6)
    assert (found.in_time, found.late, found.silent) == (5, 2, 2)
    assert (found.withdrawn, found.returned, found.open, found.untimed) == (1, 1, 1, 0)
    assert found.decided + found.returned + found.withdrawn + found.open == found.received
    assert found.days == {10: 5, 80: 1}
    assert (found.median, found.p90) == (10, 80)
    assert found.share_in_time == pytest.approx(5 / 7)
    assert counted(portal, unit=OFFICE, service=SLUG) == found
    assert counted(portal, year=2025) == Figures()


def test_a_file_is_counted_in_the_year_it_was_received_in(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    file_kiosk(browser)
    portal.clock.forward(days=365)
    browser.sign_in()
    file_many(browser, 2)
    counting.count_years(portal.deps)
    assert (counted(portal, 2026).received, counted(portal, 2027).received) == (1, 2)


def test_an_appeal_counts_on_the_case_that_it_follows(database_url: str, tmp_path: Path) -> None:
    portal = make_portal(database_url, tmp_path)
    browser = Browser(portal)
    browser.sign_in()
    first, _ = file_residence(browser), file_residence(browser)
    portal.clock.forward(days=9)
    sweep(portal.deps)
    browser.sign_in()
    browser.get(f"/fr/cases/{first}/remedies/recours-administratif")
    browser.post(f"/fr/cases/{first}/remedies/recours-administratif", {})
    assert browser.last.status_code == 200, browser.text
    counting.count_years(portal.deps)
    found = counted(portal, service="certificat-residence")
    assert (found.received, found.silent, found.late, found.appealed) == (2, 2, 2, 1)
    with portal.deps.reading() as work:
        today = work.now.date()
        otherwise = figures.count(work.connection, 2026, today, ["reclamation"])
    assert all(one.appealed == 0 for one in otherwise.requests.values())
    portal.close()


def file_after(browser: Browser, reference: str, service: str) -> None:
    browser.get(f"/fr/cases/{reference}/remedies/{service}")
    browser.post(f"/fr/cases/{reference}/remedies/{service}", {})
    assert browser.last.status_code == 200, browser.text


def test_what_follows_a_file_is_no_request_and_is_counted_apart(database_url: str, tmp_path: Path) -> None:
    portal = make_portal(database_url, tmp_path)
    browser = Browser(portal)
    browser.sign_in()
    references = [file_residence(browser) for _ in range(6)]
    portal.clock.forward(days=9)
    sweep(portal.deps)
    browser.sign_in()
    for reference in references[:5]:
        file_after(browser, reference, "recours-administratif")
    file_after(browser, references[5], "mediateur")
    counting.count_years(portal.deps)
    whole = counted(portal)
    assert (whole.received, whole.open, whole.appealed) == (6, 6, 5)
    with portal.deps.reading() as work:
        kept = {(one.unit, one.service) for one in figures.by_service(work.connection, 2026, FOLLOWING)}
        assert {one.service for one in figures.by_service(work.connection, 2026)} == {"certificat-residence"}
        assert figures.read(work.connection, 2026, "", "recours-administratif") is None
    # What the Ombudsman is asked is nowhere: he belongs to no administration.
    assert kept == {(FOLLOWING, "recours-administratif")}
    appeals = counted(portal, unit=FOLLOWING, service="recours-administratif")
    assert (appeals.received, appeals.open, appeals.appealed) == (5, 5, 0)
    shown = browser.get("/fr/indicators").text
    link = re.search(r'href="(/fr/indicators\?[^"]*service=recours-administratif[^"]*)"', shown)
    assert link is not None
    assert "mediateur" not in shown
    of_appeals = browser.get(link[1].replace("&amp;", "&")).text
    assert '<tr id="received"><th scope="row">' in of_appeals
    rows = {row["id"]: row for row in table_of(browser, "/fr/indicators.csv?service=recours-administratif")}
    assert (rows["received"]["value"], rows["unit"]["value"]) == ("5", "L’ensemble de la province")
    unknown = browser.get("/fr/indicators?unit=annexe-ahfir&service=recours-administratif")
    assert (unknown.status_code, '<tr id="received">' in unknown.text) == (200, False)
    assert 'href="/fr/indicators?year=2026&amp;service=recours-administratif"' in unknown.text
    for of_the_ombudsman in ("unit=mediateur-oriental", "service=mediateur"):
        assert browser.get(f"/fr/indicators?{of_the_ombudsman}").status_code == 404
    portal.close()


def test_few_files_that_follow_others_are_withheld_one_by_one(portal: TestPortal, browser: Browser) -> None:
    found = published({(OFFICE, SLUG): Figures(received=9, decided=9, in_time=9)})
    found |= published_apart({"recours-administratif": Figures(received=3), "recours-gouverneur": Figures(received=2)})
    with portal.deps.unit_of_work() as work:
        figures.keep(work.connection, 2026, found, work.now)
    shown = browser.get("/fr/indicators").text
    apart = shown[shown.rindex("<section>") :]
    assert re.findall(r'<td class="num"[^>]*>([^<]*)</td>', apart) == ["—"] * 12


def test_a_year_is_counted_anew_when_a_month_begins_and_once_after_it_has_ended(
    portal: TestPortal, browser: Browser
) -> None:
    browser.sign_in()
    file_kiosk(browser)
    assert counting.count_years(portal.deps) == 2
    # Between two days of a month nothing changes in public: the difference would tell how one file ended.
    portal.clock.moment = portal.clock.moment.replace(day=31, hour=20)
    browser.sign_in()
    file_kiosk(browser)
    assert counting.count_years(portal.deps) == 0
    assert counted(portal).received == 1
    portal.clock.forward(hours=12)
    assert counting.count_years(portal.deps) == 2
    assert counting.count_years(portal.deps) == 0
    assert counted(portal).received == 2
    assert counting.count_years(portal.deps, anew=True) == 2
    portal.clock.forward(days=3 * 365)
    # 2029 and 2028 were never counted, nor was 2027; 2026 was not since it ended.
    assert counting.count_years(portal.deps) == 4
    portal.clock.forward(days=31)
    assert counting.count_years(portal.deps) == 2


def test_an_older_count_does_not_take_the_place_of_a_later_one(portal: TestPortal) -> None:
    with portal.deps.unit_of_work() as work:
        earlier, later = work.now, portal.clock.moment.replace(hour=23)
        many = published({("a", "b"): Figures(received=9)})
        assert figures.keep(work.connection, 2026, many, later)
        assert not figures.keep(work.connection, 2026, published({}), earlier)
        found = figures.read(work.connection, 2026, "a")
    assert found is not None
    assert found.figures.received == 9


def test_a_case_passed_on_leaves_nothing_behind_in_the_figures(portal: TestPortal) -> None:
    with portal.deps.unit_of_work() as work:
        before = published({("a", "r"): Figures(received=9)})
        figures.keep(work.connection, 2026, before, portal.clock.moment)
        figures.keep(
            work.connection, 2026, published({("b", "r"): Figures(received=9)}), portal.clock.moment.replace(hour=23)
        )
        assert figures.read(work.connection, 2026, "a") is None
        assert [one.unit for one in figures.by_unit(work.connection, 2026)] == ["b"]


def test_before_the_first_count_the_page_says_so(browser: Browser) -> None:
    shown = browser.get("/fr/indicators")
    assert shown.status_code == 200
    assert 'class="empty"' in shown.text
    assert "<table" not in shown.text


def test_the_page_shows_each_figure_beside_its_definition(portal: TestPortal, browser: Browser) -> None:
    a_year(portal, browser)
    counting.count_years(portal.deps)
    shown = browser.get("/fr/indicators").text
    assert browser.last.status_code == 200
    for name, value in (("received", "9"), ("in-time", "5"), ("late", "2"), ("silent", "2"), ("median", "10 jours")):
        row = re.search(rf'<tr id="{name}">(.*?)</tr>', shown, re.DOTALL)
        assert row is not None
        assert f"<strong>{value}</strong>" in row[1]
        assert re.search(r'<td class="hint">[^<]+', row[1])
    assert f"unit={OFFICE}" in shown
    assert browser.get(f"/ar/indicators?year=2026&unit={OFFICE}&service={SLUG}").status_code == 200


@pytest.mark.parametrize("asked", ["year=1999", "year=20x6", "unit=nowhere", "service=nothing"])
def test_figures_of_what_there_is_not_are_not_shown_as_something_elses(
    portal: TestPortal, browser: Browser, asked: str
) -> None:
    counting.count_years(portal.deps)
    for kind in ("", ".csv", ".pdf"):
        assert browser.get(f"/fr/indicators{kind}?{asked}").status_code == 404


def test_few_decided_files_keep_their_outcomes_and_their_days_to_themselves(
    portal: TestPortal, browser: Browser
) -> None:
    browser.sign_in()
    references = file_many(browser, 6)
    refuse(at_work(portal, "chief", OFFICE, "chief"), *references[:4])
    counting.count_years(portal.deps)
    shown = browser.get("/fr/indicators").text
    hidden = re.findall(r'<tr id="([\w-]+)"><th scope="row">(?:(?!</tr>).)*?<span class="hint">', shown, re.DOTALL)
    assert set(hidden) == {
        *("in-time", "late", "share-in-time", "silent", "untimed"),
        *("refused", "appealed", "median", "p90"),
    }
    assert 'class="notice' in shown
    rows = {row["id"]: row for row in table_of(browser, "/fr/indicators.csv")}
    assert rows["received"]["value"] == "6"
    assert rows["refused"]["value"] == ""
    assert rows["median"]["value"] == ""


def table_of(browser: Browser, path: str) -> list[dict[str, str]]:
    """A table for spreadsheets as its rows, each by the ids of the columns."""
    content = browser.get(path).content
    assert browser.last.status_code == 200, browser.text
    assert content.startswith(b"\xef\xbb\xbf")
    headings, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert len(headings) == 4
    return [dict(zip(("id", "label", "value", "definition"), row, strict=True)) for row in rows]


def test_fewer_than_five_files_are_not_shown_at_all(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    file_many(browser, 4)
    counting.count_years(portal.deps)
    shown = browser.get("/fr/indicators").text
    assert '<tr id="received">' not in shown
    assert browser.get("/fr/indicators.pdf").status_code == 404
    assert all(row["value"] == "" for row in table_of(browser, "/fr/indicators.csv")[4:])


def test_the_table_says_what_the_page_says(portal: TestPortal, browser: Browser) -> None:
    a_year(portal, browser)
    counting.count_years(portal.deps)
    answer = browser.get("/ar/indicators.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "indicators-2026.csv" in answer.headers["content-disposition"]
    rows = {row["id"]: row for row in table_of(browser, f"/fr/indicators.csv?unit={OFFICE}")}
    assert rows["unit"]["value"] == portal.deps.registry.territory.unit(OFFICE).name["fr"]
    assert {name: rows[name]["value"] for name in ("year", "counted_on", "received", "share_in_time", "median")} == {
        "year": "2026",
        "counted_on": "2026-05-21",
        "received": "9",
        "share_in_time": "71",
        "median": "10",
    }
    # Of six files the slowest would be that of nine in ten.
    assert rows["p90"]["value"] == ""
    assert all(row["definition"] for row in rows.values() if row["id"] != "service")


def shown_on(browser: Browser, address: str) -> dict[str, tuple[str, str]]:
    """The figures of a page, by their ids, and what they count."""
    found = {}
    for name, row in re.findall(r'<tr id="([\w-]+)">(.*?)</tr>', browser.get(address).text, re.DOTALL):
        value = re.search(
            r"<strong>([^<]*)</strong>(?=</td>|<svg|<div|<span)|<span class=\"hint\">([^<]*)</span>",
            row[row.index("<td") :],
        )
        told = re.search(r'<td class="hint">(.*?)</td>', row, re.DOTALL)
        assert value is not None, row
        assert told is not None
        found[name.replace("-", "_")] = (unescape(value[1] or value[2]), plain(told[1]))
    return found


def plain(markup: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", markup))


@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize("query", ["year=2026", f"year=2026&unit={OFFICE}&service={SLUG}"])
def test_page_table_and_document_say_the_same(portal: TestPortal, browser: Browser, language: str, query: str) -> None:
    a_year(portal, browser)
    counting.count_years(portal.deps)
    portal.run_effects()
    page = shown_on(browser, f"/{language}/indicators?{query}")
    table = {row["id"]: row for row in table_of(browser, f"/{language}/indicators.csv?{query}")}
    ask(browser, query)
    portal.run_effects()
    printed = {row.label[language]: row for row in portal.renderer.seen[-1].rows}
    assert list(page) == list(DEFINITIONS)
    for name, (value, told) in page.items():
        row = table[name]
        in_print = printed[row["label"]]
        assert in_print.note is not None
        assert (value, told) == (in_print.value[language], in_print.note[language])
        digits = re.sub(r"\D", "", value)
        assert row["value"] == digits
        assert row["definition"].startswith(told)
    # All three say of when they are, and when they change.
    shown = browser.get(f"/{language}/indicators?{query}").text
    paragraph = portal.renderer.seen[-1].paragraphs[0][language]
    first = "الأول من كل شهر" if language == "ar" else "le premier de chaque mois"
    for words in (shown, paragraph, table["counted_on"]["definition"]):
        assert first in words, words


def test_an_office_that_never_answers_has_nothing_in_time(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    references = file_many(browser, 6)
    portal.clock.forward(days=100)
    sweep(portal.deps)
    browser.sign_in()
    # Even the file that its applicant took back had waited in vain.
    browser.get(f"/fr/cases/{references[0]}/actions/withdraw")
    browser.post(f"/fr/cases/{references[0]}/actions/withdraw", {})
    counting.count_years(portal.deps)
    found = counted(portal)
    assert (found.silent, found.withdrawn, found.late, found.decided) == (6, 1, 6, 0)
    assert found.share_in_time == 0
    page = shown_on(browser, "/fr/indicators")
    assert (page["share_in_time"][0], page["late"][0], page["silent"][0]) == ("0\xa0%", "6", "6")


def test_the_signed_report_is_made_once_by_the_worker_and_verified(
    portal: TestPortal, browser: Browser, another_browser: Callable[[], Browser]
) -> None:
    a_year(portal, browser)
    portal.run_effects()
    counting.count_years(portal.deps)
    drawn = len(portal.renderer.seen)
    # To look makes nothing: who wants the document asks for it, by a form with its token.
    offered = browser.get("/fr/indicators.pdf")
    assert (offered.status_code, 'method="post" action="/fr/indicators.pdf?"' in offered.text) == (404, True)
    assert browser.client.post("/fr/indicators.pdf", data={}).status_code == 403
    assert portal.run_effects() == 0
    waiting = ask(browser)
    assert (waiting.status_code, waiting.headers["retry-after"]) == (503, "5")
    assert 'href="/fr/indicators.pdf?year=2026"' in browser.get("/fr/indicators").text
    assert another_browser().get("/ar/indicators.pdf?year=2026").status_code == 503
    assert ask(another_browser()).status_code == 503
    assert portal.run_effects() == 1
    signed = browser.get("/fr/indicators.pdf")
    assert (signed.status_code, signed.headers["content-type"]) == (200, "application/pdf")
    assert another_browser().get("/ar/indicators.pdf").content == signed.content
    assert len(portal.renderer.seen) == drawn + 1
    printed = portal.renderer.seen[-1]
    assert printed.number == "S-2026-000001"
    assert {row.value["fr"] for row in printed.rows} >= {"9", "71\xa0%", "10 jours"}
    assert all(row.note is not None and row.note["ar"] and row.note["fr"] for row in printed.rows)
    found = verify_file(portal.deps, signed.content)
    assert (found.verdict, found.number, found.reference) == (Verdict.VALID, "S-2026-000001", "")
    assert verify_code(portal.deps, printed.code).number == "S-2026-000001"
    assert verify_file(portal.deps, signed.content + b" ").verdict is Verdict.CHANGED
    page = browser.get(f"/v/{printed.code}").text
    assert "S-2026-000001" in page
    assert "Référence du dossier" not in page


def ask(browser: Browser, query: str = "") -> Any:
    browser.get("/fr/track")
    return browser.post(f"/fr/indicators.pdf?{query}", {})


def test_of_those_who_ask_at_once_everybody_gets_the_same_report(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    file_many(browser, 5)
    counting.count_years(portal.deps)
    numbers: list[str] = []

    def ask_too() -> None:
        with portal.deps.unit_of_work() as work:
            numbers.append(reports.ask(work, 2026, OFFICE, SLUG).number)

    asking = [threading.Thread(target=ask_too) for _ in range(4)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert numbers == ["S-2026-000001"] * 4


def test_a_later_count_has_a_report_of_its_own(portal: TestPortal, browser: Browser) -> None:
    a_year(portal, browser)
    codes, signed = [], []
    for number in (1, 2):
        counting.count_years(portal.deps)
        ask(browser)
        portal.run_effects()
        signed.append(browser.get("/fr/indicators.pdf").content)
        assert browser.last.status_code == 200
        assert portal.renderer.seen[-1].number == f"S-2026-00000{number}"
        codes.append(portal.renderer.seen[-1].code)
        portal.clock.forward(days=31)
    with portal.deps.reading() as work:
        first, second = (register.by_code(work.connection, work.vault, code) for code in codes)
    assert first is not None
    assert second is not None
    # The file that nobody can reach any more is removed; whoever kept the document can still have it verified.
    portal.clock.forward(days=-31)
    tidy(portal.deps)
    with pytest.raises(FileNotFoundError):
        portal.deps.files.get(Area.ISSUED, first.key)
    assert portal.deps.files.get(Area.ISSUED, second.key) == signed[1]
    assert verify_code(portal.deps, codes[0]).verdict is Verdict.VALID
    assert verify_file(portal.deps, signed[0]).verdict is Verdict.VALID
    with portal.deps.reading() as work:
        assert list(journal.audit(work.connection, work.vault)) == []


def test_a_report_asked_for_before_a_recount_says_what_was_counted_then(portal: TestPortal, browser: Browser) -> None:
    a_year(portal, browser)
    portal.run_effects()
    counting.count_years(portal.deps)
    ask(browser)
    portal.clock.forward(days=31)
    browser.sign_in()
    file_kiosk(browser)
    counting.count_years(portal.deps)
    portal.run_effects()
    printed = next(one for one in portal.renderer.seen if one.kind == "report")
    assert printed.authority == portal.deps.registry.territory.unit("province-berkane").name
    assert printed.signatory is not None
    assert printed.rows[0].value["fr"] == "9"


def test_an_unfinished_report_is_not_vouched_for(portal: TestPortal, browser: Browser) -> None:
    a_year(portal, browser)
    portal.run_effects()
    counting.count_years(portal.deps)
    ask(browser)
    with portal.deps.reading() as work:
        waiting = [one for one, _ in effects.unfinished(work.connection)]
    assert [one.name for one in waiting] == ["report"]
    portal.run_effects()
    code = portal.renderer.seen[-1].code
    with portal.deps.unit_of_work() as work:
        work.connection.execute(update(REPORTS).values(sha256=None))
    assert verify_code(portal.deps, code).verdict is Verdict.UNKNOWN


def test_a_report_that_was_given_up_is_said_to_be_unavailable(portal: TestPortal, browser: Browser) -> None:
    a_year(portal, browser)
    portal.run_effects()
    counting.count_years(portal.deps)
    ask(browser)
    with portal.deps.reading() as work:
        effect = effects.unfinished(work.connection)[0][0]
    give_up(portal.deps, effect.id, effect.name, "Unreachable: the key")
    answer = browser.get("/fr/indicators.pdf")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "60"


def test_a_report_that_is_abandoned_is_on_record_and_can_be_asked_for_again(
    portal: TestPortal, browser: Browser
) -> None:
    a_year(portal, browser)
    portal.run_effects()
    counting.count_years(portal.deps)
    ask(browser)
    with portal.deps.reading() as work:
        effect = effects.unfinished(work.connection)[0][0]
    give_up(portal.deps, effect.id, effect.name, "Rejected: no font draws it")
    assert abandon(portal.deps, effect.id, "printed by hand")
    with portal.deps.reading() as work:
        (row,) = work.connection.execute(REPORTS.select()).all()
    assert (row.number, row.sha256, row.abandoned_for) == ("S-2026-000001", None, "printed by hand")
    assert row.abandoned_at == portal.clock.now()
    # It is nobody's report any more: whoever wants one asks, and gets another number.
    assert browser.get("/fr/indicators.pdf").status_code == 404
    ask(browser)
    assert portal.run_effects() == 1
    assert browser.get("/fr/indicators.pdf").status_code == 200
    assert portal.renderer.seen[-1].number == "S-2026-000002"
    with portal.deps.reading() as work:
        assert list(audit_registers(work)) == []
    with portal.deps.unit_of_work() as work:
        work.connection.execute(update(REPORTS).values(abandoned_at=None))
    with portal.deps.reading() as work:
        (found,) = audit_registers(work)
    assert (found.reference, found.problem) == (
        "S-2026-000001",
        "its number has neither a file nor a reason for having none, and nothing makes one",
    )


def test_the_audit_misses_a_report_that_was_removed(portal: TestPortal, browser: Browser) -> None:
    a_year(portal, browser)
    portal.run_effects()
    counting.count_years(portal.deps)
    ask(browser)
    with portal.deps.reading() as work:
        assert list(journal.audit(work.connection, work.vault)) == []
    with portal.deps.unit_of_work() as work:
        work.connection.execute(REPORTS.delete())
    with portal.deps.reading() as work:
        found = list(journal.audit(work.connection, work.vault))
    assert [(one.reference, one.position) for one in found] == [("S-2026", 0)]


def test_nobody_makes_the_portal_sign_more_than_needed(portal: TestPortal, browser: Browser) -> None:
    a_year(portal, browser)
    statuses = []
    for _ in range(22):
        counting.count_years(portal.deps, anew=True)
        statuses.append(ask(browser).status_code)
        portal.clock.forward(days=1)
    assert statuses == [503] * 20 + [429] * 2
    # What exists already is given to anybody, as often as they like.
    portal.run_effects()
    with portal.deps.reading() as work:
        last = figures.read(work.connection, 2026)
    assert last is not None
    assert last.withheld is Withheld.NOTHING
