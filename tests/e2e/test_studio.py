"""A designer changes a service and a second person publishes it, while somebody is filling in its form."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import studio
from tests.e2e.person import Somebody
from tests.e2e.running import DESIGNER, PASSWORD, PUBLISHER
from tests.e2e.ways import sign_in_and_start

pytestmark = pytest.mark.e2e

SLUG = "rendez-vous"
QUESTION = "Faut-il un interprète\u00a0?"
ADDED = (
    f"      - {{id: interpreter, type: yes_no, required: false, label: {{ar: هل تحتاج إلى مترجم؟, fr: {QUESTION}}}}}\n"
)
EDITS = {
    "form.yaml": ("      - id: details\n", f"{ADDED}      - id: details\n"),
    "service.yaml": ("  days: 2\n", "  days: 3\n"),
}


@pytest.mark.parametrize("language", ["fr"])
def test_a_new_version_is_checked_tried_published_and_carries_an_open_draft(
    somebody: Callable[..., Somebody], tmp_path: Path
) -> None:
    citizen, designer, publisher = somebody(), somebody(), somebody()
    draft = begin_a_draft(citizen)
    studio.sign_in_to_studio(designer, DESIGNER.login, PASSWORD)
    archive = tmp_path / "edited.zip"
    archive.write_bytes(edited(download_in_force(designer)))
    version = studio.upload(designer, archive)
    expect(designer.page.locator("main .notice.good")).to_be_visible()
    designer.go(f"{version}/changes")
    assert QUESTION in designer.text
    try_it(designer, version)
    propose_and_publish(designer, publisher, version)
    be_carried(citizen, draft)


def begin_a_draft(citizen: Somebody) -> str:
    """The first page of the form is answered, and the second is open."""
    citizen.go(f"/{citizen.language}/services/{SLUG}")
    assert "2 jours" in citizen.text
    sign_in_and_start(citizen, "salma", SLUG)
    citizen.press("Continue", "main")
    assert citizen.path.endswith("/matter"), citizen.path
    return citizen.path.rpartition("/")[0]


def download_in_force(designer: Somebody) -> bytes:
    """The folder of the version in force, as its page offers it."""
    studio.open_in_force(designer, SLUG)
    href = designer.page.locator("main a[href$='/export.zip']").get_attribute("href")
    answer = designer.context.request.get(f"{designer.portal.url}{href}")
    assert answer.ok
    return answer.body()


def edited(folder: bytes) -> bytes:
    """The same folder as the next version, with one more question and another promise."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(folder)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            before, after = EDITS.get(name.rpartition("/")[2], ("", ""))
            assert before in text, name
            new.writestr(name.replace("/v1/", "/v2/"), text.replace(before, after) if before else text)
    return made.getvalue()


def try_it(designer: Somebody, version: str) -> None:
    """In a try-out the new question is asked, and a week later the chief is warned; nobody else sees any of it."""
    designer.go(version)
    designer.press("Try it out", "main")
    designer.press("Begin at the sheet", "main")
    assert "3 jours" in designer.text
    studio.ask_for_appointment(designer)
    studio.move_on(designer, 7)
    studio.play(designer, "chief", "commune-berkane")
    passed = "This notice goes away once somebody of that rank acts on the file."
    expect(designer.page.locator("main .notice.warn")).to_contain_text(designer.say(passed))
    assert QUESTION in designer.text


def propose_and_publish(designer: Somebody, publisher: Somebody, version: str) -> None:
    designer.go(version)
    designer.press("Propose it", "main")
    publish = designer.page.get_by_role("button", name=designer.say("Publish"), exact=True)
    expect(publish).to_have_count(0)
    studio.sign_in_to_studio(publisher, PUBLISHER.login, PASSWORD)
    publisher.go(version)
    publisher.press("Publish", "main")
    assert publisher.path.endswith(f"/studio/services/{SLUG}"), publisher.text


def be_carried(citizen: Somebody, draft: str) -> None:
    """What is typed when the service changes is kept, what changed is told, and the form goes on under the new version."""
    citizen.fill(subject="commune_other", place="02.113.01.25")
    citizen.press("Continue", "main")
    assert citizen.path == f"{draft}/what-changed", citizen.path
    assert QUESTION in citizen.text
    assert "3 jours" in citizen.text
    citizen.press("I have read it: go on", "main")
    citizen.go(f"{draft}/matter")
    assert QUESTION in citizen.text
    expect(citizen.page.locator("[name=subject]")).to_have_value("commune_other")
    citizen.go(f"/{citizen.language}/services/{SLUG}")
    assert "3 jours" in citizen.text
