"""What a citizen turns to once she was refused: one page from the file itself, and a file of its own comes of it."""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.places import Places, Stop
from tests.e2e.running import AGENT
from tests.e2e.survey import Party, Tourist
from tests.e2e.ways import RECEIPT_LINK, handed_in

GROUNDS = {"ar": "عقد الكراء باسمي منذ سنة 2019.", "fr": "Le bail est à mon nom depuis 2019."}


def remedies(party: Party, places: Places, citizen: Tourist, reference: str) -> Iterator[Stop]:
    """The appeal against a refusal, in two clicks; then both files, as she and the first office see them."""
    language = citizen.language
    citizen.go(f"/{language}/cases/{reference}")
    citizen.follow(citizen.page.locator("#remedies a.button[href$='/remedies/recours-administratif']"))
    yield "remedy", citizen
    citizen.fill(grounds=GROUNDS[language])
    citizen.attach("further", Path(__file__))
    citizen.press("Send", "main")
    yield "remedy-wrong", citizen
    citizen.attach("further", places.photo)
    citizen.press("Send", "main")
    appeal = handed_in(citizen)
    expect(citizen.page.locator(RECEIPT_LINK)).to_be_visible()
    yield "remedy-submitted", citizen
    citizen.go(f"/{language}/cases/{appeal}")
    yield "case-following", citizen
    citizen.go(f"/{language}/cases/{reference}")
    yield "case-followed", citizen
    agent = party.member(places.portal)
    agent.sign_in_at_counter(AGENT)
    agent.go(f"/{language}/counter/cases/{reference}")
    yield "counter-case-followed", agent
    agent.go(f"/{language}/counter/cases/{reference}/remedies/mediateur")
    yield "counter-remedy", agent
