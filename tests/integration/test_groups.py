"""Questions asked several times over: entries come and go, nothing typed is lost, and it works without scripts."""

from tests.support.browser import Browser
from tests.support.forms_service import ONE_CHILD, OWNER, TENANT, begin, fill, forms_portal, hand_in, plain
from tests.support.journeys import jpeg
from tests.support.kiosk import dossier_of
from tests.support.portal import TestPortal, made_by

pytestmark = made_by(forms_portal)


def at_children(browser: Browser, home: dict[str, str] | None = None) -> str:
    draft = begin(browser)
    fill(browser, draft, plan=jpeg(), until="home", home=home or OWNER)
    browser.get(f"/fr/drafts/{draft}/children")
    return draft


def test_adding_an_entry_keeps_what_is_typed_and_leads_to_it(amina: Browser) -> None:
    draft = at_children(amina)
    typed = {**ONE_CHILD, "children-1-age": "not yet", "add": "children"}
    answer = amina.post(f"/fr/drafts/{draft}/children", typed, follow_redirects=False)
    assert answer.headers["location"] == f"/fr/drafts/{draft}/children#children-2"
    amina.get(f"/fr/drafts/{draft}/children")
    assert 'value="Salim"' in amina.last.text
    assert 'value="not yet"' in amina.last.text
    assert 'name="children-2-name"' in amina.last.text
    # Nothing is judged before she goes on.
    assert 'class="error"' not in amina.last.text.replace('class="error" data-problem', "")


def test_removing_an_entry_moves_the_later_ones_up(amina: Browser) -> None:
    draft = at_children(amina)
    two = {**ONE_CHILD, "children-count": "2", "children-2-name": "Aya", "children-2-age": "5"}
    amina.post(f"/fr/drafts/{draft}/children", {**two, "remove": "children-1"})
    assert 'value="Aya"' in amina.last.text
    assert 'value="Salim"' not in amina.last.text
    assert 'name="children-2-name"' not in amina.last.text


def test_an_error_in_an_entry_names_it_and_loses_nothing(amina: Browser) -> None:
    draft = at_children(amina)
    two = {**ONE_CHILD, "children-count": "2", "children-2-name": "Aya", "children-2-age": "55"}
    amina.post(f"/fr/drafts/{draft}/children", two)
    assert amina.last.status_code == 422
    assert 'href="#children-2-age"' in amina.last.text
    assert "Enfant 2" in amina.text
    assert 'value="55"' in amina.last.text


def test_the_entries_become_a_list_with_the_case(portal: TestPortal, amina: Browser) -> None:
    draft = begin(amina)
    two = {**ONE_CHILD, "children-count": "2", "children-2-name": "Aya", "children-2-age": "5"}
    fill(amina, draft, plan=jpeg(), children=two)
    reference = hand_in(amina, draft)
    kept = dossier_of(portal, reference).answers
    assert [(one["name"], one["age"]) for one in kept["children"]] == [("Salim", 8), ("Aya", 5)]
    assert kept["heads"] == 2
    amina.get(f"/fr/cases/{reference}")
    assert "Aya" in amina.text


def test_an_answer_hidden_inside_an_entry_is_dropped_when_the_file_is_handed_in(
    portal: TestPortal, amina: Browser
) -> None:
    draft = begin(amina)
    with_share = {**ONE_CHILD, "children-1-rent_share": "300"}
    money = {"income": "4000", "rent": "1500"}
    fill(amina, draft, plan=jpeg(), home=TENANT, children=with_share, money=money)
    assert "2 500" in plain(amina.get(f"/fr/drafts/{draft}/check").text)
    # She owns the house after all: neither the child's share nor the rent is asked any more, and what is left grows.
    amina.get(f"/fr/drafts/{draft}/home")
    amina.post(f"/fr/drafts/{draft}/home", OWNER)
    reference = hand_in(amina, draft)
    kept = dossier_of(portal, reference).answers
    assert kept["children"][0]["rent_share"] is None
    assert kept.get("rent") is None
    assert kept["left"] == 4000


def test_the_language_changes_halfway_through_a_group(amina: Browser) -> None:
    draft = at_children(amina)
    two = {**ONE_CHILD, "children-count": "2", "children-2-name": "Aya", "children-2-age": "", "switch_to": "ar"}
    amina.post(f"/fr/drafts/{draft}/children", two)
    assert amina.url == f"/ar/drafts/{draft}/children"
    assert 'value="Aya"' in amina.last.text


def test_what_an_entry_cannot_be_is_ignored(amina: Browser) -> None:
    draft = at_children(amina)
    for button in ({"add": "nothing"}, {"remove": "children-9"}, {"remove": "x-1"}, {"add": "children-1-name"}):
        amina.post(f"/fr/drafts/{draft}/children", {**ONE_CHILD, **button})
        assert amina.last.status_code == 200
        assert 'value="Salim"' in amina.last.text
