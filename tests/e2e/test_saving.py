"""With scripts a page is saved without loading the next one whole; nothing typed is lost when the network is."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Route, expect

from tests.e2e.person import Somebody
from tests.e2e.ways import answer_as_tenant, find_service, sign_in_and_start

pytestmark = pytest.mark.e2e


def began(somebody: Callable[..., Somebody]) -> Somebody:
    """Somebody on the first page of a residence certificate, her window marked as this very one."""
    person = somebody()
    find_service(person, {"ar": "شهادة السكنى", "fr": "certificat"}[person.language], "certificat-residence")
    sign_in_and_start(person, "fatima", "certificat-residence")
    mark(person)
    return person


def mark(person: Somebody) -> None:
    person.page.evaluate("window.sameWindow = true")


def never_left(person: Somebody) -> bool:
    """Whether the window was not loaded anew since it was marked."""
    return bool(person.page.evaluate("window.sameWindow === true"))


def test_a_page_is_saved_without_a_full_load(somebody: Callable[..., Somebody]) -> None:
    person = began(somebody)
    first = person.path
    title = person.page.title()
    person.press("Continue", "main")
    assert person.path.endswith("/home")
    assert person.page.title() != title
    heading = person.page.locator("main h1")
    expect(heading).to_be_focused()
    expect(person.page.locator("#status")).to_contain_text(heading.inner_text().strip())
    # Back leads to the page before, filled in as it was saved.
    person.page.go_back()
    expect(person.page.locator("[name=name_fr]")).to_have_value("Fatima Zahra Benali")
    assert person.path == first
    assert never_left(person)
    # The switch of languages belongs to the page shown now, and loads it whole.
    person.press("Continue", "main")
    person.fill(address="Rue à moitié")
    person.switch_language()
    assert person.path.endswith("/home")
    expect(person.page.locator("[name=address]")).to_have_value("Rue à moitié")
    assert not never_left(person)


def test_a_mistake_is_told_without_a_full_load_and_leaves_no_step_back(somebody: Callable[..., Somebody]) -> None:
    person = began(somebody)
    person.fill(cnie="12")
    length = person.page.evaluate("history.length")
    person.press("Continue", "main")
    expect(person.page.locator("#errors")).to_be_focused()
    expect(person.page.locator("[name=cnie]")).to_have_value("12")
    assert person.page.evaluate("history.length") == length
    assert never_left(person)


def test_without_a_network_what_was_typed_stays_and_is_sent_once_it_is_back(
    somebody: Callable[..., Somebody],
) -> None:
    person = began(somebody)
    person.fill(name_fr="Fatima Zahra El Benali")
    person.context.set_offline(True)
    button = person.page.locator("main form.form > .cluster button")
    button.click()
    problem = person.page.locator("[data-problem]")
    cut = person.say("The connection was cut. What you typed is still here: try again.")
    expect(problem).to_have_text(cut)
    expect(person.page.locator("#status")).to_have_text(cut)
    expect(person.page.locator("[name=name_fr]")).to_have_value("Fatima Zahra El Benali")
    # The browser and htmx note the lost network themselves.
    person.wrong.clear()
    person.context.set_offline(False)
    person.follow(button)
    assert person.path.endswith("/home")
    assert never_left(person)


def test_a_fault_of_the_server_leaves_the_page_as_it_was_typed(somebody: Callable[..., Somebody]) -> None:
    person = began(somebody)
    person.fill(name_fr="Fatima Zahra El Benali")

    def failing(route: Route) -> None:
        told = "<main id=main><div class=heading><h1>Down</h1><p>Try later</p></div></main>"
        route.fulfill(status=503, content_type="text/html", body=f"<html><body>{told}</body></html>")

    person.page.route("**/drafts/*/you", failing)
    person.page.locator("main form.form > .cluster button").click()
    expect(person.page.locator("[data-problem]")).to_have_text("Down. Try later")
    expect(person.page.locator("[name=name_fr]")).to_have_value("Fatima Zahra El Benali")
    person.wrong.clear()


def test_a_file_is_received_without_a_full_load_and_outlives_a_cut(
    somebody: Callable[..., Somebody], photo: Path
) -> None:
    person = somebody()
    answer_as_tenant(person, "fatima")
    mark(person)
    person.attach("lease", photo)
    person.follow(person.page.locator("button[name=upload]").first)
    expect(person.page.locator(".received li")).to_have_count(1)
    expect(person.page.locator("#lease")).to_be_focused()
    expect(person.page.locator("#status")).to_have_text(person.say("The file has been received."))
    # The next one is cut off on its way: the first is still there, and so is the choice of the second.
    second = photo.with_name("second.jpg")
    Image.new("RGB", (600, 800), "white").save(second, "JPEG")
    person.attach("lease", second)
    person.context.set_offline(True)
    person.page.locator("button[name=upload]").first.click()
    expect(person.page.locator("[data-problem]")).to_be_visible()
    expect(person.page.locator(".received li")).to_have_count(1)
    person.wrong.clear()
    person.context.set_offline(False)
    person.follow(person.page.locator("button[name=upload]").first)
    expect(person.page.locator(".received li")).to_have_count(2)
    assert never_left(person)
    person.page.reload()
    expect(person.page.locator(".received li")).to_have_count(2)
