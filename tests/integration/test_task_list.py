"""A form of many pages at a glance: what is done, what comes next, and the way back to each."""

import re
from pathlib import Path

from tests.support.browser import Browser
from tests.support.forms_service import EXAMPLE, FORM, begin, fill, forms_portal
from tests.support.journeys import jpeg
from tests.support.portal import made_by

EXAMPLE_SHORT = "".join(
    line
    for line in EXAMPLE.splitlines(keepends=True)
    if not line.startswith(("  starts", "  ends", "  asked", "  plan"))
)

pytestmark = made_by(forms_portal)


def tasks(browser: Browser) -> list[tuple[bool, str]]:
    """Whether each task has a link, and how it stands."""
    found = re.findall(
        r"<li>(.*?)</li>", browser.last.text.partition('class="tasks"')[2].partition("</ul>")[0], re.DOTALL
    )
    return [("<a " in one, re.sub(r"<[^>]*>|\s+", " ", one.rpartition("<span id")[2]).strip()) for one in found]


def test_a_long_form_begins_with_its_tasks_and_goes_through_them_in_order(browser: Browser) -> None:
    browser.sign_in()
    draft = begin(browser)
    assert browser.url == f"/fr/drafts/{draft}/tasks"
    linked = [link for link, _ in tasks(browser)]
    assert linked == [True] + [False] * 8
    fill(browser, draft, plan=jpeg(), until="home")
    browser.get(f"/fr/drafts/{draft}/tasks")
    linked = [link for link, _ in tasks(browser)]
    assert linked == [True] * 3 + [False] * 6
    # What is done, what is to do now and what comes later do not look alike.
    shown = browser.last.text.partition('class="tasks"')[2].partition("</ul>")[0]
    assert re.findall(r'class="tag([^"]*)"', shown) == [" good"] * 2 + [" now"] + [" wait"] * 6
    # Whoever comes back is shown where she was.
    browser.get(f"/fr/drafts/{draft}")
    assert browser.url == f"/fr/drafts/{draft}/tasks"
    browser.get(f"/fr/drafts/{draft}/children")
    assert f'href="/fr/drafts/{draft}/tasks"' in browser.last.text


def test_a_page_to_correct_is_marked(browser: Browser) -> None:
    browser.sign_in()
    draft = begin(browser)
    fill(browser, draft, plan=jpeg())
    browser.get(f"/fr/drafts/{draft}/money")
    browser.post(f"/fr/drafts/{draft}/money", {"income": "100"})
    browser.get(f"/fr/drafts/{draft}/tasks")
    assert len({state for _, state in tasks(browser)}) > 1
    assert [link for link, _ in tasks(browser)][:8] == [True] * 8


def test_a_short_form_begins_with_its_first_page(database_url: str, tmp_path: Path) -> None:
    head, _, rest = FORM.partition("  - id: period")
    total = rest[rest.index("  - id: total") :]
    portal = forms_portal(database_url, tmp_path, form=head + total, **{"examples/plain": EXAMPLE_SHORT})
    browser = Browser(portal)
    browser.sign_in()
    begin(browser)
    assert browser.url.endswith("/you")
    portal.close()
