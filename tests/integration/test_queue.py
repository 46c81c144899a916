"""The unit's queue: filters, order and pages, by themselves and together, as a page and as the list alone."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import Connection

from portal.i18n import translate, translate_count
from portal.store import queue
from portal.store.queue import Holder, Order, Standing, Wanted
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import PASSWORD, add_staff, file_complaint, file_residence
from tests.support.portal import YOUSSEF, TestPortal

UNIT = "annexe-ahfir"
PART = {"hx-request": "true", "hx-request-type": "partial"}


@pytest.fixture
def agent(portal: TestPortal, another_browser: Callable[[], Browser]) -> Browser:
    add_staff(portal, "agent", UNIT, "agent")
    made = another_browser()
    made.staff_sign_in("agent", PASSWORD)
    return made


def shown(browser: Browser, **asked: str) -> list[str]:
    """The references that a list shows, in its order."""
    browser.get("/fr/counter", params=asked)
    assert browser.last.status_code == 200, browser.text
    return re.findall(r'<tr id="(BRK-[^"]+)"', browser.last.text)


def links(browser: Browser) -> dict[str, str]:
    """Where the links of the page lead that have an id."""
    text = browser.text
    return {
        found[1]: re.search(r'href="([^"]+)"', found[0])[1]  # type: ignore[index]
        for found in re.finditer(r'<a[^>]*? id="([^"]+)"[^>]*>', text)
    }


def act(browser: Browser, reference: str, action: str, **said: str) -> None:
    base = f"/fr/counter/cases/{reference}/{action}"
    browser.get(f"/fr/counter/cases/{reference}" if action == "take" else base)
    version = re.search(r'name="version" value="(\d+)"', browser.last.text)
    browser.post(base, {**({"version": version[1]} if version else {}), **said})
    assert browser.last.status_code == 200, browser.text


def test_each_filter_leaves_what_it_names(portal: TestPortal, browser: Browser, agent: Browser) -> None:
    browser.sign_in()
    incomplete = file_residence(browser, with_document=False)
    waiting, taken, plain = (file_residence(browser) for _ in range(3))
    act(agent, waiting, "actions/ask_more_info", question="Quel est le numéro de l'appartement ?")
    act(agent, taken, "take")
    assert set(shown(agent)) == {incomplete, waiting, taken, plain}
    assert shown(agent, state="waiting") == [waiting]
    assert shown(agent, state="incomplete") == [incomplete]
    assert set(shown(agent, state="running")) == {taken, plain}
    assert shown(agent, held="mine") == [taken]
    assert set(shown(agent, held="nobody")) == {incomplete, waiting, plain}
    assert shown(agent, held="nobody", state="running") == [plain]
    assert set(shown(agent, service="certificat-residence")) == {incomplete, waiting, taken, plain}
    portal.clock.forward(days=60)
    agent.staff_sign_in("agent", PASSWORD)
    assert set(shown(agent, state="late")) == {incomplete, taken, plain}
    assert shown(agent, state="soon") == []


def test_a_name_is_found_however_it_is_written(portal: TestPortal, browser: Browser, agent: Browser) -> None:
    browser.sign_in()
    amina = file_residence(browser)
    portal.identity.who = YOUSSEF
    browser.sign_in()
    # The form's own answers name the applicant, whoever is signed in.
    again = file_residence(browser)
    for typed in ("alaoui", "ALAOUI  amina", "العلوى", "أَمِينَة", "amin"):
        assert set(shown(agent, q=typed)) == {amina, again}, typed
    for typed in ("%", "_", "al%ui", "zegzeli", "amina youssef", "\\"):
        assert shown(agent, q=typed) == [], typed
    assert translate("fr", "No file matches") in agent.text


@one_database
def test_a_reference_typed_in_any_way_leads_straight_to_its_case(browser: Browser, agent: Browser) -> None:
    browser.sign_in()
    reference = file_residence(browser)
    agent.get("/fr/counter", params={"q": reference.lower().replace("-", " ")})
    assert agent.url == f"/fr/counter/cases/{reference}"
    answer = agent.get("/fr/counter", params={"q": reference}, headers=PART)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, f"/fr/counter/cases/{reference}")


def test_another_units_cases_are_neither_listed_nor_counted_nor_opened(
    portal: TestPortal, browser: Browser, another_browser: Callable[[], Browser], agent: Browser
) -> None:
    browser.sign_in()
    reference = file_residence(browser)
    elsewhere, _ = file_complaint(another_browser())
    assert shown(agent, q="alaoui") == [reference]
    assert shown(agent, service="reclamation") == [reference], "a service of another office is no filter here"
    assert agent.get("/fr/counter", params={"q": elsewhere}).status_code == 404
    add_staff(portal, "stranger", "annexe-saidia", "agent")
    stranger = another_browser()
    stranger.staff_sign_in("stranger", PASSWORD)
    assert shown(stranger, q="alaoui") == shown(stranger) == []
    assert translate_count("fr", "%(count)s file", "%(count)s files", 0) in stranger.text


@pytest.mark.parametrize("sort", list(Order))
def test_pages_follow_each_other_in_every_order_and_keep_the_filters(
    portal: TestPortal, browser: Browser, agent: Browser, sort: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in()
    filed = []
    for _ in range(5):
        filed.append(file_residence(browser))
        portal.clock.forward(hours=20)
        browser.sign_in()
    agent.staff_sign_in("agent", PASSWORD)
    asked = {"sort": sort.value, "q": "alaoui", "state": "running"}
    whole = shown(agent, **asked)
    assert sorted(whole) == sorted(filed)
    if sort is not Order.DEADLINE:
        assert whole == (filed[::-1] if sort is Order.NEWEST else filed)
    monkeypatch.setattr("portal.web.queue.PAGE", 2)
    monkeypatch.setattr(queue, "PAGE", 2)
    queue._page.cache_clear()
    seen = shown(agent, **asked)
    while following := re.search(r'href="([^"]+)" rel="next"', agent.text):
        assert len(seen) < 5
        assert {"q=alaoui", "state=running"} <= set(re.split("[?&]", following[1]))
        assert translate_count("fr", "%(count)s file", "%(count)s files", 5) in agent.text
        agent.get(following[1])
        seen += re.findall(r'<tr id="(BRK-[^"]+)"', agent.last.text)
    assert seen == whole
    first = re.search(rf'href="([^"]+)"[^>]*>{translate("fr", "Back to the first page")}', agent.text)
    assert first is not None
    assert "after" not in first[1]
    agent.get(first[1])
    assert re.findall(r'<tr id="(BRK-[^"]+)"', agent.last.text) == seen[:2]
    queue._page.cache_clear()


@one_database
@pytest.mark.parametrize(
    "asked",
    [
        {"after": "2026-03-02"},
        {"after": "x.y"},
        {"after": "2026-03-02.\x00"},
        {"after": "2026-03-02.abc", "sort": "newest"},
        {"after": "0001-01-01T00:00:00+23:00.abc", "sort": "newest"},
        {"sort": "backwards", "state": "gone", "held": "'", "service": "../x"},
        {"q": "\x00\u202e"},
        {"q": "a" * 5000},
    ],
)
def test_a_misspelt_address_is_no_error(agent: Browser, asked: dict[str, str]) -> None:
    assert shown(agent, **asked) == []


@one_database
def test_the_headings_say_how_the_table_is_ordered(browser: Browser, agent: Browser) -> None:
    browser.sign_in()
    file_residence(browser)
    for asked, id_, direction in (
        ({}, "due", "ascending"),
        ({"sort": "newest"}, "filed", "descending"),
        ({"sort": "oldest"}, "filed", "ascending"),
    ):
        shown(agent, **asked)
        assert re.findall(r'aria-sort="(\w+)"><a class="sort" id="sort-(\w+)"', agent.last.text) == [(direction, id_)]
    # The other way round, and back to the deadline.
    assert links(agent)["sort-filed"] == "/fr/counter?sort=newest"
    assert links(agent)["sort-due"] == "/fr/counter"


@one_database
def test_htmx_is_given_the_list_alone_and_the_address_to_keep(browser: Browser, agent: Browser) -> None:
    browser.sign_in()
    reference = file_residence(browser)
    whole = agent.get("/fr/counter")
    part = agent.get("/fr/counter", params={"state": "running", "q": "", "sort": "deadline"}, headers=PART)
    assert part.text.lstrip().startswith('<section id="queue"')
    assert reference in part.text
    assert "<html" not in part.text
    assert part.headers["hx-push-url"] == "/fr/counter?state=running"
    for answer in (whole, part):
        assert answer.headers["cache-control"] == "no-store"
        assert "HX-Request-Type" in answer.headers["vary"]
    said = translate_count("fr", "%(count)s file", "%(count)s files", 1)
    assert f'data-say="{said}"' in part.text
    assert "data-say" not in whole.text
    restored = agent.get("/fr/counter", headers={**PART, "hx-request-type": "full"})
    assert "<html" in restored.text


@one_database
def test_a_list_that_renews_itself_speaks_only_of_a_change_and_pushes_no_address(
    browser: Browser, agent: Browser
) -> None:
    browser.sign_in()
    file_residence(browser)
    same = agent.get("/fr/counter", headers={**PART, "x-seen": "1"})
    changed = agent.get("/fr/counter", headers={**PART, "x-seen": "0"})
    assert "data-say" not in same.text
    assert "data-say" in changed.text
    for answer in (same, changed):
        assert "hx-push-url" not in answer.headers


@one_database
def test_whoever_was_signed_out_is_led_away_whole(portal: TestPortal, agent: Browser) -> None:
    portal.clock.forward(days=2)
    answer = agent.get("/fr/counter", headers={**PART, "x-seen": "0"})
    assert answer.status_code == 204
    assert answer.headers["hx-redirect"].startswith("/fr/counter/sign-in?next=")


@one_database
def test_every_list_is_read_along_an_index(portal: TestPortal) -> None:
    today = portal.clock.now().date()
    asked = product(Order, (None, *Standing), (None, *Holder), ("", "certificat-residence"), ("", "amina alaoui"))
    with portal.deps.reading() as work:
        for order, standing, holder, service, name in asked:
            wanted = Wanted(today, today + timedelta(days=7), "me", service, standing, holder, name)
            told = plan(work.connection, wanted, order, today if order is Order.DEADLINE else portal.clock.now())
            index = "ix_cases_queue" if order is Order.DEADLINE else "ix_cases_filed"
            assert index in told, (wanted, order, told)
            assert "TEMP B-TREE" not in told, (wanted, order, told)


def plan(connection: Connection, wanted: Wanted, order: Order, place: date) -> str:
    """How SQLite reads a list."""
    shape, bounds = queue._bound(UNIT, wanted)
    query = queue._page(shape, order, True).compile(connection)
    values = query.construct_params({**bounds, "place": place, "place_id": "x"})
    bound = tuple(str(values[name]) for name in query.positiontup or ())
    return " ".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", bound))


def test_no_more_are_counted_than_anybody_reads(
    portal: TestPortal, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "CAP", 2)
    queue._count.cache_clear()
    browser.sign_in()
    for _ in range(4):
        file_residence(browser)
    today = portal.clock.now().date()
    with portal.deps.reading() as work:
        assert queue.count(work.connection, UNIT, Wanted(today, today)) == 3
    queue._count.cache_clear()
