"""A mother asks for her child's wheelchair; granted, the case goes to Jisr, which reports back into her timeline."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.person import Somebody
from tests.e2e.running import AGENT_SOCIAL, RunningPortal, wait_until
from tests.e2e.ways import (
    act,
    file_without_lease,
    find_service,
    handed_in,
    open_case,
    receipt_of,
    sign_in_and_start,
    take,
)

pytestmark = pytest.mark.e2e

RECEIVED = {"ar": "توصلت منظومة جسر بالملف", "fr": "La plateforme Jisr a reçu le dossier"}
DELIVERED = {"ar": "تم تسليم المعينات التقنية", "fr": "Les aides techniques ont été remises"}
MOTHER = "fatima.benali@example.org"


def test_granted_aids_for_a_child_reach_jisr_and_its_follow_up_reaches_the_mother(
    portal: RunningPortal, somebody: Callable[..., Somebody], photo: Path
) -> None:
    mother = somebody()
    reference = file_for_child(mother, photo)
    receipt_of(mother)
    agent = somebody()
    open_case(agent, AGENT_SOCIAL, reference)
    assert {"ar": "ياسين اليعقوبي", "fr": "Yassine El Yaakoubi"}[agent.language] in agent.text
    take(agent, AGENT_SOCIAL)
    act(agent, reference, "approve")

    mother.go(f"/{mother.language}/cases/{reference}")
    mother.reload_until(lambda: RECEIVED[mother.language] in mother.text, "Jisr says that it received the case")
    pushed = [case for case in portal.sandbox.inbox()["cases"] if case["reference"] == reference]
    assert [case["repeats"] for case in pushed] == [0]
    assert pushed[0]["body"]["beneficiary"]["name"]["fr"] == "Yassine El Yaakoubi"
    assert pushed[0]["body"]["applicant"]["name"]["fr"] == "Fatima Zahra Benali"

    report_delivery(mother, portal, pushed[0]["remote_reference"])
    mother.go(f"/{mother.language}/cases/{reference}")
    mother.reload_until(lambda: DELIVERED[mother.language] in mother.text, "Jisr's follow-up is in the timeline")
    wait_until(lambda: told_by_mail(portal, reference), "the mother is told by e-mail")


def file_for_child(mother: Somebody, photo: Path) -> str:
    find_service(mother, {"ar": "كرسي متحرك", "fr": "fauteuil"}[mother.language], "aides-techniques")
    sign_in_and_start(mother, "fatima", "aides-techniques")
    mother.press("Continue", "main")
    mother.press("Continue", "main")
    mother.choose("relation", "child")
    mother.press("Continue", "main")
    mother.fill(beneficiary_name_ar="ياسين اليعقوبي", beneficiary_name_fr="Yassine El Yaakoubi")
    mother.fill_date("beneficiary_birth_date", "3", "9", "2017")
    mother.press("Continue", "main")
    mother.choose("disability", "motor")
    mother.choose("aid_type", "wheelchair")
    mother.press("Continue", "main")
    mother.choose("jisr_consent")
    mother.press("Continue", "main")
    mother.attach("prescription", photo)
    mother.attach("disability_certificate", photo)
    mother.press("Continue", "main")
    mother.press("Hand in my file", "main")
    return handed_in(mother)


def report_delivery(person: Somebody, portal: RunningPortal, remote: str) -> None:
    """On the sandbox's page, as whoever tries the demonstration would."""
    page = person.page
    page.goto(f"{portal.sandbox.url}/?lang={person.language}")
    case = page.locator("#cases article", has_text=remote)
    case.locator("select").select_option("delivered")
    with page.expect_navigation():
        case.get_by_role("button").click()
    expect(page.locator(".outcome.saved")).to_be_visible()
    expect(page.locator("#mails")).to_contain_text(MOTHER)


def told_by_mail(portal: RunningPortal, reference: str) -> bool:
    mails: list[dict[str, Any]] = portal.sandbox.inbox()["mails"]
    return any(reference in mail["body"] and mail["recipient"] == MOTHER for mail in mails)


def test_a_person_reachable_only_by_telephone_is_told_by_sms(
    portal: RunningPortal, somebody: Callable[..., Somebody]
) -> None:
    citizen = somebody()
    reference = file_without_lease(citizen, "khadija")

    def told() -> bool:
        return any(
            reference in text["body"] for text in portal.sandbox.inbox()["sms"] if text["recipient"] == "+212600000013"
        )

    wait_until(told, "she gets an SMS")
    citizen.page.goto(f"{portal.sandbox.url}/?lang={citizen.language}")
    expect(citizen.page.locator("#sms")).to_contain_text(reference)
