"""The queue with scripts: filters and order renew the list alone, and the list renews itself while somebody looks at it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from portal.i18n import translate_count
from tests.e2e.person import Somebody
from tests.e2e.province import employees
from tests.e2e.running import AGENT, RunningPortal
from tests.e2e.ways import file_residence

pytestmark = pytest.mark.e2e

ROWS = "table.queue tbody tr"
FOCUSED = "document.activeElement.id"
A_MINUTE = 61_000


def files(person: Somebody, count: int) -> str:
    return translate_count(person.language, "%(count)s file", "%(count)s files", count)


def stay(person: Somebody) -> None:
    """Marks the page in front of her: the mark is gone once another is loaded."""
    person.page.evaluate("window.stillTheSamePage = true")


def stayed(person: Somebody) -> bool:
    return bool(person.page.evaluate("window.stillTheSamePage === true"))


def test_a_filter_renews_the_list_alone_keeps_the_focus_and_is_told(
    province: RunningPortal, somebody: Callable[..., Somebody]
) -> None:
    agent = somebody(at=province)
    agent.sign_in_at_counter(*employees()["agent.annexe1"])
    page = agent.page
    whole = page.locator(ROWS).count()
    stay(agent)
    page.locator("#filter-state").focus()
    page.locator("#filter-state").select_option("late")
    expect(page.locator(f"{ROWS} .tag.due:not(.late)")).to_have_count(0)
    late = page.locator(ROWS).count()
    assert 0 < late < whole
    expect(page.locator("#status")).to_have_text(files(agent, late))
    assert page.evaluate(FOCUSED) == "filter-state"
    assert page.url.endswith("/counter?state=late")

    page.locator("#sort-filed").press("Enter")
    expect(page.locator("th[aria-sort=descending] #sort-filed")).to_be_visible()
    assert page.evaluate(FOCUSED) == "sort-filed"
    assert page.url.endswith("/counter?state=late&sort=newest")

    page.locator("#clear").click()
    expect(page.locator(ROWS)).to_have_count(whole)
    expect(page.locator("#filter-state")).to_have_value("")
    assert page.url.endswith("/counter?sort=newest")
    assert stayed(agent), "the page was loaded again"

    page.go_back()
    expect(page.locator("#filter-state")).to_have_value("late")
    expect(page.locator(ROWS)).to_have_count(late)
    agent.look()


def test_without_scripts_the_filter_is_an_ordinary_form(
    province: RunningPortal, somebody: Callable[..., Somebody]
) -> None:
    agent = somebody(at=province, scripts=False)
    agent.sign_in_at_counter(*employees()["agent.annexe1"])
    agent.fill(state="late", q="a")
    agent.press("Filter", "main")
    assert "state=late" in agent.page.url
    assert agent.page.locator("#filter-state").input_value() == "late"
    assert agent.page.locator("#filter-q").input_value() == "a"


def test_the_list_renews_itself_and_shows_a_case_filed_meanwhile(
    portal: RunningPortal, somebody: Callable[..., Somebody], photo: Path
) -> None:
    agent = somebody()
    first = file_residence(somebody(), "fatima", photo)
    agent.page.clock.install()
    agent.sign_in_at_counter(AGENT)
    page = agent.page
    stay(agent)
    shown = page.locator(ROWS).count()
    page.locator(f"[id='{first}'] a").focus()
    page.evaluate("window.focused = document.activeElement")

    page.clock.run_for(A_MINUTE)
    page.wait_for_load_state("networkidle")
    expect(page.locator("#status")).to_have_text("")

    second = file_residence(somebody(), "fatima", photo)
    page.clock.run_for(A_MINUTE)
    expect(page.locator(f"[id='{second}']")).to_be_visible()
    assert page.evaluate("window.focused === document.activeElement"), "the focus was lost"
    page.clock.run_for(100)
    expect(page.locator("#status")).to_have_text(files(agent, shown + 1))
    assert stayed(agent), "the page was loaded again"


def test_whoever_was_signed_out_meanwhile_comes_to_the_sign_in_page(
    portal: RunningPortal, somebody: Callable[..., Somebody]
) -> None:
    agent = somebody()
    agent.page.clock.install()
    agent.sign_in_at_counter(AGENT)
    agent.context.clear_cookies()
    with agent.page.expect_navigation():
        agent.page.clock.run_for(A_MINUTE)
    assert agent.path.endswith("/counter/sign-in")
    expect(agent.page.locator("main")).to_have_count(1)
