"""Answers already known: her profile, her earlier request, a register. She sees each of them before it is used."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from portal.ports import Unreachable
from portal.store.tables import PEOPLE
from tests.support.browser import Browser
from tests.support.forms_service import FORM, SLUG, TENANT, YOU, begin, fill, forms_portal, hand_in
from tests.support.journeys import PASSWORD, add_staff, jpeg
from tests.support.portal import AMINA, YOUSSEF, TestPortal, made_by

ASKING = FORM.replace("required: false, prefill: phone}", "required: false, prefill: jisr.phone}")

pytestmark = made_by(forms_portal, form=ASKING)


def test_the_menu_says_her_whole_name_where_the_screen_may_cut_it(amina: Browser) -> None:
    name = AMINA.name_fr
    assert f'class="own" title="{name}"><bdi>{name}</bdi></a>' in amina.get("/fr/me").text


def test_her_identity_fills_in_what_it_knows(amina: Browser) -> None:
    draft = begin(amina)
    amina.get(f"/fr/drafts/{draft}/you")
    assert 'value="Amina El Alaoui"' in amina.last.text


def test_what_she_keeps_of_herself_fills_in_her_next_request_and_is_sealed(portal: TestPortal, amina: Browser) -> None:
    amina.get("/fr/me")
    amina.post("/fr/me", {"phone": "06 61 22 33 44", "email": "", "place": "02.113.01.25", "address": "Rue 7"})
    assert "saved=1" in amina.url
    amina.get("/fr/me")
    assert "Rue 7" in amina.text
    with portal.deps.reading() as work:
        (sealed,) = work.connection.execute(select(PEOPLE.c.profile_sealed)).one()
    assert b"Rue 7" not in sealed
    draft = begin(amina)
    amina.get(f"/fr/drafts/{draft}/you")
    assert '<option value="02.113.01.25" selected>' in amina.last.text


def test_what_she_empties_is_forgotten(portal: TestPortal, amina: Browser) -> None:
    amina.get("/fr/me")
    amina.post("/fr/me", {"phone": "0661223344", "email": "", "place": "", "address": ""})
    amina.get("/fr/me")
    amina.post("/fr/me", {"phone": "", "email": "", "place": "", "address": ""})
    with portal.deps.reading() as work:
        assert work.connection.execute(select(PEOPLE.c.profile_sealed)).scalar() is None


def test_a_wrong_telephone_is_not_kept(amina: Browser) -> None:
    amina.get("/fr/me")
    amina.post("/fr/me", {"phone": "12", "email": "", "place": "", "address": "Rue 7"})
    assert amina.last.status_code == 422
    assert 'value="Rue 7"' in amina.last.text


def file_one(browser: Browser) -> None:
    draft = begin(browser)
    fill(browser, draft, plan=jpeg(), home=TENANT, money={"income": "4000", "rent": "1500"})
    hand_in(browser, draft)


def test_her_earlier_answers_are_offered_with_their_origin_and_used_only_when_she_says_so(amina: Browser) -> None:
    file_one(amina)
    draft = begin(amina)
    fill(amina, draft, plan=jpeg(), until="you")
    amina.get(f"/fr/drafts/{draft}/home")
    assert "2 mars 2026" in amina.text
    assert "Locataire" in amina.text
    assert 'value="tenant" checked' not in amina.last.text
    amina.post(f"/fr/drafts/{draft}/home", {"use": f"earlier:{SLUG}", "student": "yes"})
    # What she has typed herself stays as it is.
    assert 'value="tenant" checked' in amina.last.text
    assert 'value="yes" checked' in amina.last.text
    assert 'name="use"' not in amina.last.text
    amina.post(f"/fr/drafts/{draft}/home", {"housing": "tenant", "student": "yes"})
    assert amina.url == f"/fr/drafts/{draft}/children"


def test_an_offer_that_is_left_does_not_come_back(amina: Browser) -> None:
    file_one(amina)
    draft = begin(amina)
    amina.get(f"/fr/drafts/{draft}/home")
    amina.post(f"/fr/drafts/{draft}/home", {"leave": f"earlier:{SLUG}"})
    assert 'name="use"' not in amina.last.text
    assert "checked" not in amina.last.text.partition('id="answers"')[2].partition("</form>")[0]


def test_nobody_is_offered_what_somebody_else_answered(portal: TestPortal, amina: Browser) -> None:
    file_one(amina)
    portal.identity.who = YOUSSEF
    other = Browser(portal)
    other.sign_in()
    draft = begin(other)
    other.get(f"/fr/drafts/{draft}/home")
    assert 'name="use"' not in other.last.text


def test_a_register_is_asked_with_her_consent_and_its_answer_shown_before_it_is_used(
    portal: TestPortal, amina: Browser
) -> None:
    portal.jisr.known[AMINA.cnie] = {"telephone": "+212699887766", "income": "9000"}
    draft = begin(amina)
    amina.get(f"/fr/drafts/{draft}/you")
    assert portal.jisr.asked == []
    amina.post(f"/fr/drafts/{draft}/you", {**YOU, "name_fr": "Amina typed", "fetch": "jisr"})
    ((person, attributes),) = portal.jisr.asked
    assert person["cnie"] == AMINA.cnie
    assert attributes == ("telephone",)
    assert "06 99 88 77 66" in amina.text
    assert 'value="Amina typed"' in amina.last.text
    assert 'name="phone" value=""' in amina.last.text
    amina.post(f"/fr/drafts/{draft}/you", {**YOU, "use": "jisr"})
    assert 'name="phone" value="06 99 88 77 66"' in amina.last.text or "+212699887766" in amina.last.text


@pytest.mark.parametrize("known", [True, False])
def test_a_register_that_is_away_or_does_not_know_her_is_said_plainly(
    portal: TestPortal, amina: Browser, known: bool
) -> None:
    if known:
        portal.jisr.failing = Unreachable("no answer")
    draft = begin(amina)
    amina.get(f"/fr/drafts/{draft}/you")
    amina.post(f"/fr/drafts/{draft}/you", {**YOU, "name_fr": "Amina typed", "fetch": "jisr"})
    assert "away=jisr" in amina.url
    notice = re.search(r'<section class="notice warn" id="known".*?</section>', amina.last.text, re.S)
    assert notice is not None
    # Several registers may be offered on one page: the one that was asked is named.
    assert "Plateforme numérique Jisr" in notice[0]
    assert 'value="Amina typed"' in amina.last.text
    # An address that somebody made up names nothing.
    assert "notice warn" not in amina.get(f"/fr/drafts/{draft}/you?away=another").text
    amina.post(f"/fr/drafts/{draft}/you", YOU)
    assert amina.url == f"/fr/drafts/{draft}/home"


def test_a_register_is_never_asked_of_somebody_whose_card_was_not_read(portal: TestPortal) -> None:
    portal.identity.who = replace(AMINA, level="low")
    portal.jisr.known[AMINA.cnie] = {"telephone": "+212699887766"}
    browser = Browser(portal)
    browser.sign_in()
    draft = begin(browser)
    browser.get(f"/fr/drafts/{draft}/you")
    assert 'name="fetch"' not in browser.last.text
    browser.post(f"/fr/drafts/{draft}/you", {**YOU, "fetch": "jisr"})
    assert portal.jisr.asked == []


def test_a_clerk_asks_no_register_and_sees_no_earlier_answers(portal: TestPortal, browser: Browser) -> None:
    add_staff(portal, "clerk", "annexe-ahfir", "clerk")
    browser.staff_sign_in("clerk", PASSWORD)
    browser.get(f"/fr/counter/file/{SLUG}")
    browser.post(f"/fr/counter/file/{SLUG}", {"name_ar": "محمد الحسني", "place": "02.113.01.01", "cnie": AMINA.cnie})
    draft = browser.url.split("/")[3]
    browser.get(f"/fr/drafts/{draft}/you")
    assert browser.last.status_code == 200
    assert 'name="fetch"' not in browser.last.text
