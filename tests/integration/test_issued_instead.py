"""What is issued in place of a revoked document says what that one did; whatever else is issued later says its own."""

import pytest

from portal.actions.revoking import revoke
from portal.domain.case import Actor
from portal.domain.flow import Role
from portal.domain.issued import RevokedFor
from portal.ports_of_documents import PrintedDocument
from portal.store import documents
from portal.store.documents import Issued
from tests.support.browser import Browser
from tests.support.kiosk import act, dossier_of
from tests.support.portal import TestPortal
from tests.support.remedies import at_desk, file_information

COMMUNE = "commune-berkane"
FIRST, SECOND = "Quelle année voulez-vous consulter ?", "De quel chapitre du budget s'agit-il ?"


def held(portal: TestPortal, reference: str, document: str) -> list[Issued]:
    with portal.deps.reading() as work:
        case = dossier_of(portal, reference).case
        found = documents.of_case(work.connection, work.vault, case.id)
    return sorted((one for one in found if one.document == document), key=lambda one: one.number)


def end(portal: TestPortal, reference: str, issued: Issued, why: RevokedFor, *, again: bool = False) -> None:
    """The chief revokes a document."""
    chief = Actor("chief", frozenset({Role.CHIEF}), dossier_of(portal, reference).case.unit)
    with portal.deps.unit_of_work() as work:
        revoke(work, portal.deps, chief, reference, issued.number, why, "Une erreur", again=again)
    portal.run_effects()


def printed(portal: TestPortal, number: str) -> PrintedDocument:
    (found,) = [one for one in portal.renderer.seen if one.number == number]
    return found


@pytest.fixture
def asked_twice(portal: TestPortal, browser: Browser) -> str:
    """A request for information that was asked about, answered, and asked about again."""
    browser.sign_in()
    reference = file_information(browser)
    agent = at_desk(portal, "agent.commune", COMMUNE, "agent")
    act(agent, reference, "search")
    act(agent, reference, "ask_more_info", question=FIRST)
    portal.run_effects()
    address = f"/fr/cases/{reference}/actions/answer"
    browser.get(address)
    line = browser.last.text.partition('name="request-line" value="')[2].partition('"')[0]
    browser.post(address, {"reply": "Le budget de cette année.", "request-line": line})
    return reference


def ask_again(portal: TestPortal, reference: str) -> None:
    portal.clock.forward(hours=1)
    act(at_desk(portal, "agent.commune", COMMUNE, "agent"), reference, "ask_more_info", question=SECOND)
    portal.run_effects()


def test_a_question_whose_paper_was_revoked_is_asked_again_and_not_the_one_after_it(
    portal: TestPortal, asked_twice: str
) -> None:
    ask_again(portal, asked_twice)
    one, two = held(portal, asked_twice, "request")
    end(portal, asked_twice, one, RevokedFor.ERROR)
    end(portal, asked_twice, two, RevokedFor.WRONG_PERSON)
    one, two, *anew = held(portal, asked_twice, "request")
    assert [FIRST in str(printed(portal, paper.number).statements) for paper in (one, two, *anew)] == [
        True,
        False,
        True,
        False,
    ]
    assert [one.replaced_by, two.replaced_by] == [paper.id for paper in anew]


def test_a_question_asked_after_a_paper_got_by_fraud_is_the_new_one(portal: TestPortal, asked_twice: str) -> None:
    (one,) = held(portal, asked_twice, "request")
    end(portal, asked_twice, one, RevokedFor.FRAUD)
    ask_again(portal, asked_twice)
    one, two = held(portal, asked_twice, "request")
    assert one.replaced_by is None
    assert SECOND in str(printed(portal, two.number).statements)


def test_another_question_does_not_stand_in_the_place_of_one_that_is_being_asked_anew(
    portal: TestPortal, asked_twice: str
) -> None:
    (one,) = held(portal, asked_twice, "request")
    chief = Actor("chief", frozenset({Role.CHIEF}), dossier_of(portal, asked_twice).case.unit)
    with portal.deps.unit_of_work() as work:
        revoke(work, portal.deps, chief, asked_twice, one.number, RevokedFor.ERROR, "Une erreur")
    act(at_desk(portal, "agent.commune", COMMUNE, "agent"), asked_twice, "ask_more_info", question=SECOND)
    portal.run_effects()
    one, *others = held(portal, asked_twice, "request")
    (anew,) = [paper for paper in others if FIRST in str(printed(portal, paper.number).statements)]
    assert len(others) == 2
    assert one.replaced_by == anew.id
