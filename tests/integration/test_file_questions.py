"""Files as answers: taken in with their page, kept whatever else is wrong on it, and handed in with the case."""

import re
from collections.abc import Callable

from portal.store import files
from tests.support.browser import Browser
from tests.support.forms_service import ONE_CHILD, OWNER, begin, fill, forms_portal, hand_in
from tests.support.journeys import jpeg
from tests.support.kiosk import at_work, dossier_of
from tests.support.portal import YOUSSEF, TestPortal, made_by

pytestmark = made_by(forms_portal)


def at_plan(browser: Browser) -> str:
    draft = begin(browser)
    fill(browser, draft, plan=jpeg(), until="period")
    browser.get(f"/fr/drafts/{draft}/plan")
    return draft


def sent(content: bytes, name: str = "plan.jpg", control: str = "plan") -> dict[str, tuple[str, bytes, str]]:
    return {control: (name, content, "image/jpeg")}


def test_a_page_that_asks_for_a_file_takes_it_in(amina: Browser) -> None:
    draft = at_plan(amina)
    assert 'enctype="multipart/form-data"' in amina.last.text
    assert f'action="/fr/drafts/{draft}/plan/files"' in amina.last.text
    answer = amina.post(
        f"/fr/drafts/{draft}/plan/files",
        {"upload": "plan", "note": "au nord"},
        files=sent(jpeg()),
        follow_redirects=False,
    )
    assert answer.headers["location"] == f"/fr/drafts/{draft}/plan#plan"
    amina.get(f"/fr/drafts/{draft}/plan")
    assert "plan.jpg" in amina.text
    assert 'value="au nord"' in amina.last.text
    address = re.search(rf"/fr/drafts/{draft}/files/\w+", amina.last.text)
    assert address is not None
    assert amina.get(address[0]).headers["content-type"] == "image/jpeg"


def test_nothing_taken_in_is_lost_when_something_else_is_wrong(amina: Browser) -> None:
    draft = at_plan(amina)
    both = [("plan", ("good.jpg", jpeg(), "image/jpeg")), ("plan", ("bad.jpg", b"no picture", "image/jpeg"))]
    amina.post(f"/fr/drafts/{draft}/plan/files", {"note": "x" * 300}, files=both)
    assert amina.last.status_code == 422
    assert "good.jpg" in amina.text
    assert 'href="#plan"' in amina.last.text
    assert 'href="#note"' in amina.last.text
    amina.get(f"/fr/drafts/{draft}/plan")
    assert "good.jpg" in amina.text
    amina.post(f"/fr/drafts/{draft}/plan/files", {"note": ""})
    assert amina.url == f"/fr/drafts/{draft}/total"


def test_a_required_file_is_asked_for(amina: Browser) -> None:
    draft = at_plan(amina)
    amina.post(f"/fr/drafts/{draft}/plan/files", {"note": ""})
    assert amina.last.status_code == 422
    assert 'href="#plan"' in amina.last.text


def test_only_so_many_files_and_only_so_large_ones_are_taken(amina: Browser) -> None:
    draft = at_plan(amina)
    three = [("plan", (f"{color}.jpg", jpeg(color), "image/jpeg")) for color in ("red", "green", "blue")]
    amina.post(f"/fr/drafts/{draft}/plan/files", {"note": ""}, files=three)
    assert amina.last.status_code == 422
    assert "green.jpg" in amina.text
    assert "blue.jpg" not in amina.text
    large = jpeg() + b"\0" * (3 * 1024 * 1024)
    other = at_plan(amina)
    amina.post(f"/fr/drafts/{other}/plan/files", {"note": ""}, files=sent(large))
    assert amina.last.status_code == 422


def test_a_file_is_taken_back(amina: Browser) -> None:
    draft = at_plan(amina)
    amina.post(f"/fr/drafts/{draft}/plan/files", {"upload": "plan"}, files=sent(jpeg()))
    button = re.search(r'name="remove" value="(\w+)"', amina.last.text)
    assert button is not None
    amina.post(f"/fr/drafts/{draft}/plan/files", {"remove": button[1], "note": "reste"})
    assert "plan.jpg" not in amina.text
    assert 'value="reste"' in amina.last.text
    amina.get(f"/fr/drafts/{draft}/files/{button[1]}")
    assert amina.last.status_code == 404


def test_what_was_sent_but_not_saved_with_its_page_comes_first(amina: Browser) -> None:
    draft = begin(amina)
    fill(amina, draft, plan=jpeg())
    amina.get(f"/fr/drafts/{draft}/plan")
    amina.post(f"/fr/drafts/{draft}/plan/files", {"upload": "plan", "note": ""}, files=sent(jpeg("red"), "second.jpg"))
    amina.get(f"/fr/drafts/{draft}/check")
    assert amina.url == f"/fr/drafts/{draft}/plan"


def test_what_is_typed_beside_files_is_no_longer_than_any_form(amina: Browser) -> None:
    draft = at_plan(amina)
    address = f"/fr/drafts/{draft}/plan/files"
    answer = amina.post(address, {"note": "x" * 300_000}, files=sent(jpeg()), follow_redirects=False)
    assert answer.headers["location"] == f"{address}?too_large=1"
    many = {f"stranger-{number}": "x" * 1_000 for number in range(300)}
    answer = amina.post(address, {"note": "", **many}, files=sent(jpeg()), follow_redirects=False)
    assert answer.headers["location"] == f"{address}?too_large=1"
    assert "plan.jpg" not in amina.get(f"/fr/drafts/{draft}/plan").text


def test_large_bodies_are_accepted_only_where_files_are_asked_for(amina: Browser) -> None:
    draft = at_plan(amina)
    large = {"note": "x" * 600_000}
    assert amina.post(f"/fr/drafts/{draft}/plan", large).status_code == 413
    assert amina.post(f"/fr/drafts/{draft}/money", large).status_code == 413
    assert amina.post(f"/fr/drafts/{draft}/plan/files", large).status_code == 422


def test_too_much_at_once_leads_back_to_the_page(amina: Browser) -> None:
    draft = at_plan(amina)
    amina.post(f"/fr/drafts/{draft}/plan/files", {"upload": "plan"}, files=sent(jpeg(), "kept.jpg"))
    amina.post(f"/fr/drafts/{draft}/plan/files", {"note": ""}, files=sent(b"\0" * 40 * 1024 * 1024))
    assert amina.last.status_code == 422
    assert "too_large=1" in amina.url
    assert "kept.jpg" in amina.text


def test_files_inside_a_group_stay_with_their_entry_and_go_with_the_case(portal: TestPortal, amina: Browser) -> None:
    draft = begin(amina)
    fill(amina, draft, plan=jpeg(), until="home", home=OWNER)
    amina.get(f"/fr/drafts/{draft}/children")
    two = {**ONE_CHILD, "children-count": "2", "children-2-name": "Aya", "children-2-age": "5"}
    cards = {"children-2-card": ("aya.jpg", jpeg("red"), "image/jpeg")}
    amina.post(f"/fr/drafts/{draft}/children/files", {**two, "upload": "children-2-card"}, files=cards)
    assert "aya.jpg" in amina.text
    amina.post(f"/fr/drafts/{draft}/children/files", {**two, "remove": "children-1"})
    assert "aya.jpg" in amina.text
    only = {"children-count": "1", "children-1-name": "Aya", "children-1-age": "5"}
    amina.post(f"/fr/drafts/{draft}/children/files", only)
    fill_after_children(amina, draft)
    reference = hand_in(amina, draft)
    dossier = dossier_of(portal, reference)
    (child,) = dossier.answers["children"]
    assert [one["name"] for one in child["card"]] == ["aya.jpg"]
    with portal.deps.reading() as work:
        kept = files.of_case(work.connection, dossier.seal, dossier.case.id)
    assert {one.id for one in kept} == {child["card"][0]["id"], dossier.answers["plan"][0]["id"]}
    agent = at_work(portal, "agent", dossier.case.unit, "agent")
    agent.get(f"/fr/counter/cases/{reference}")
    assert "aya.jpg" in agent.text
    assert "Carte scolaire" in agent.text


def fill_after_children(browser: Browser, draft: str) -> None:
    """Goes on behind the page of the children."""
    kept = {"children-count": "1", "children-1-name": "Aya", "children-1-age": "5"}
    fill(browser, draft, plan=jpeg(), children=kept)


def test_a_file_of_a_question_that_no_longer_applies_does_not_go_with_the_case(
    portal: TestPortal, amina: Browser
) -> None:
    draft = begin(amina)
    cards = {"children-1-card": ("salim.jpg", jpeg("red"), "image/jpeg")}
    fill(amina, draft, plan=jpeg())
    amina.get(f"/fr/drafts/{draft}/children")
    amina.post(f"/fr/drafts/{draft}/children/files", ONE_CHILD, files=cards)
    amina.get(f"/fr/drafts/{draft}/children")
    amina.post(f"/fr/drafts/{draft}/children/files", {"children-count": "0"})
    dossier = dossier_of(portal, hand_in(amina, draft))
    with portal.deps.reading() as work:
        kept = files.of_case(work.connection, dossier.seal, dossier.case.id)
    assert [one.name for one in kept] == ["plan.jpg"]


def test_nobody_else_sees_or_sends_a_file(
    portal: TestPortal, amina: Browser, another_browser: Callable[[], Browser]
) -> None:
    draft = at_plan(amina)
    amina.post(f"/fr/drafts/{draft}/plan/files", {"upload": "plan"}, files=sent(jpeg()))
    address = re.search(rf"/fr/drafts/{draft}/files/\w+", amina.last.text)[0]  # type: ignore[index]
    portal.identity.who = YOUSSEF
    other = another_browser()
    other.sign_in()
    assert other.get(address).status_code == 404
    assert other.post(f"/fr/drafts/{draft}/plan/files", files=sent(jpeg())).status_code == 404
