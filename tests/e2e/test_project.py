"""A cooperative's project from the first question to the signed decision: two offices and a committee on its way."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import paper, project
from tests.e2e.person import Somebody
from tests.e2e.running import AGENT_PROVINCE, CHIEF_PROVINCE, MEMBERS, RunningPortal
from tests.e2e.ways import act, decided_document, handed_in, receipt_of

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("language", ["ar"])
def test_a_project_is_examined_advised_on_voted_on_and_financed_without_scripts(
    portal: RunningPortal, somebody: Callable[..., Somebody], photo: Path, tmp_path: Path
) -> None:
    citizen, agent = somebody(scripts=False), somebody(scripts=False)
    project.ask_whether(citizen, born=2015)
    expect(citizen.page.locator("main .notice.warn")).to_be_visible()
    project.be_told_yes(citizen)
    expect(citizen.page.locator("main .notice.good")).to_be_visible()
    project.begin(citizen, "amine")
    for _ in project.answer_project(citizen, paper.scan_of(photo), photo):
        pass
    expect(citizen.page.locator("main")).to_contain_text(project.MEMBER_NAMES[2])
    expect(citizen.page.locator("main")).to_contain_text("60.000,50")
    citizen.press("Hand in my file", "main")
    reference = handed_in(citizen)
    assert receipt_of(citizen).startswith(b"%PDF-")
    agent.sign_in_at_counter(AGENT_PROVINCE)
    agent.go(f"/{agent.language}/counter/cases/{reference}")
    project.consult(agent, reference)
    get_advice(somebody, reference)
    remarks = project.TEXTS["remarks"]["ar"]
    agent.go(f"/{agent.language}/counter/cases/{reference}")
    assert remarks in agent.text
    get_votes(somebody, reference)
    citizen.go(f"/{citizen.language}/cases/{reference}")
    assert remarks not in citizen.text, "what an office advised is told to the applicant"
    notify(somebody, reference)
    decision = tmp_path / "decision.pdf"
    decision.write_bytes(decided_document(citizen, reference))
    assert "VALID" in paper.pyhanko_accepts(decision, portal.root_certificate)
    words = paper.words_of(decision)
    assert reference in words
    assert "60.000" in words


def get_advice(somebody: Callable[..., Somebody], reference: str) -> None:
    """Both offices give their opinion, each out of its own list."""
    for employee in project.ADVISERS:
        adviser = somebody(scripts=False)
        for _ in project.advise(adviser, employee, reference):
            pass


def get_votes(somebody: Callable[..., Somebody], reference: str) -> None:
    """Nothing can be notified before the quorum has voted."""
    for number, employee in enumerate(MEMBERS):
        member = somebody(scripts=False)
        member.sign_in_at_counter(employee)
        project.vote(member, reference, choice="against" if number == 0 else "for")
    assert member.say("In favour") in member.text


def notify(somebody: Callable[..., Somebody], reference: str) -> None:
    """The chief notifies what the committee has voted, which leaves no other choice."""
    chief = somebody(scripts=False)
    chief.sign_in_at_counter(CHIEF_PROVINCE)
    chief.go(f"/{chief.language}/counter/cases/{reference}")
    expect(chief.page.locator("main a[href$='/actions/refuse']")).to_have_count(0)
    act(chief, reference, "finance", amount="60000", minutes="9/2026", reply=project.TEXTS["terms"][chief.language])
