"""Somebody without an account complains of a broken lamp, and follows it with what her receipt says."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.person import Somebody
from tests.e2e.running import AGENT_COMMUNE
from tests.e2e.ways import act, decided_document, find_service, handed_in, open_case, receipt_of, secret_of

pytestmark = pytest.mark.e2e

LAMP = {
    "ar": "المصباح قرب المدرسة معطل منذ أسبوع.",
    "fr": "Le lampadaire près de l'école est en panne depuis une semaine.",
}
SPOT = {"ar": "أمام مدرسة ابن خلدون", "fr": "Devant l'école Ibn Khaldoun"}
REPLY = {
    "ar": "تم استبدال المصباح، شكرا على إخبارنا.",
    "fr": "Le lampadaire a été remplacé. Merci de votre signalement.",
}


def test_a_complaint_is_filed_without_an_account_and_followed_with_its_reference_and_secret(
    somebody: Callable[..., Somebody], photo: Path
) -> None:
    visitor = somebody()
    find_service(visitor, {"ar": "إنارة", "fr": "eclairage"}[visitor.language], "reclamation")
    visitor.press("Start", "main")
    visitor.press("Start", "main")
    visitor.choose("kind", "lighting")
    visitor.fill(description=LAMP[visitor.language])
    visitor.press("Continue", "main")
    visitor.fill(place="02.113.01.09/centre-ville", spot=SPOT[visitor.language])
    visitor.press("Continue", "main")
    visitor.press("Continue", "main")
    visitor.attach("photo", photo)
    visitor.press("Continue", "main")
    visitor.press("Hand in my file", "main")
    reference, secret = handed_in(visitor), secret_of(visitor)
    receipt_of(visitor)

    agent = somebody()
    open_case(agent, AGENT_COMMUNE, reference)
    assert LAMP[agent.language] in agent.text
    act(agent, reference, "reply", reply=REPLY[agent.language])

    # Another telephone, days later: only the paper is at hand.
    follower = somebody()
    follower.go(f"/{follower.language}/cases/{reference}")
    assert reference not in follower.path.split("/"), "a case was shown to somebody who proved nothing"
    follower.go(f"/{follower.language}/track")
    follower.fill(reference=reference.lower().replace("-", " "), secret="00000-00000")
    follower.press("Follow", "main")
    expect(follower.page.locator("#errors")).to_be_focused()
    follower.fill(secret=secret)
    follower.press("Follow", "main")
    assert follower.path == f"/{follower.language}/cases/{reference}"
    assert REPLY[agent.language] in follower.text
    assert decided_document(follower, reference).startswith(b"%PDF-")
