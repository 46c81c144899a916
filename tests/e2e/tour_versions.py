"""The chapter of the tour on services that change while somebody fills them in, published in the studio itself."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e import studio
from tests.e2e.places import Places, Stop
from tests.e2e.running import DESIGNER, PASSWORD, PUBLISHER
from tests.e2e.survey import Party
from tests.e2e.ways import sign_in_and_start


def versions(party: Party, places: Places) -> Iterator[Stop]:
    """A question that takes a file; a new version of its service, to which the draft is carried; and its end here."""
    citizen, designer, publisher = (party.member(places.portal) for _ in range(3))
    language = citizen.language
    # A service of its own for each language: what is published stays.
    slug = f"aide-foyer-{language}"
    for person, employee in ((designer, DESIGNER), (publisher, PUBLISHER)):
        studio.sign_in_to_studio(person, employee.login, PASSWORD)

    def bring_into_force(number: int, files: Mapping[str, str]) -> None:
        archive = places.photo.with_name(f"{slug}-{number}.zip")
        archive.write_bytes(studio.zip_of(slug, number, files))
        studio.bring_into_force(designer, publisher, archive)

    bring_into_force(1, studio.HOUSEHOLD)
    yield "studio-published", publisher
    citizen.go(f"/{language}/services/{slug}")
    sign_in_and_start(citizen, "ahmed", slug)
    citizen.press("Continue", "main")
    yield "question-file", citizen
    citizen.attach("plan", Path(__file__))
    citizen.press("Send the file", "main")
    yield "question-file-wrong", citizen
    citizen.attach("plan", places.photo)
    citizen.press("Send the file", "main")
    expect(citizen.page.locator(".received")).to_contain_text("photo.jpg")
    yield "question-file-received", citizen
    draft = citizen.path.rpartition("/")[0]
    citizen.choose("student", "no")
    citizen.press("Continue", "main")
    bring_into_force(2, studio.CHANGED)
    citizen.go(f"{draft}/copies")
    assert citizen.path.endswith("/what-changed"), citizen.text
    yield "what-changed", citizen
    citizen.press("I have read it: go on", "main")
    assert citizen.path.endswith("/plan"), citizen.path
    yield "question-carried", citizen
    bring_into_force(3, studio.MOVED)
    citizen.go(draft)
    assert citizen.path.endswith("/no-longer"), citizen.text
    yield "no-longer", citizen
