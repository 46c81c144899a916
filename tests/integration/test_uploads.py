"""What citizens bring is believed only as far as it was looked at, and kept sealed."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from portal.ports import Area
from portal.store.tables import FILES
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import RESIDENCE, answer_pages, file_residence, jpeg, start
from tests.support.portal import TestPortal

pytestmark = one_database


def test_an_upload_lies_sealed_in_its_folder(portal: TestPortal, browser: Browser, tmp_path: Path) -> None:
    browser.sign_in()
    file_residence(browser)
    with portal.deps.reading() as work:
        file_id, size = work.connection.execute(select(FILES.c.id, FILES.c.size)).one()
    stored = [one for one in (tmp_path / Area.UPLOADS.value).rglob("*") if one.is_file()]
    assert len(stored) == 1
    content = stored[0].read_bytes()
    assert len(content) > size
    assert jpeg() not in content
    assert b"\xff\xd8\xff" not in content[:64]
    assert b"JFIF" not in content
    assert file_id


def executable() -> bytes:
    return b"MZ\x90\x00" + b"\x00" * 200 + b"This program cannot be run in DOS mode."


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr("word/document.xml", "<x/>")
    return made.getvalue()


def animation() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (4, 4)).save(made, "GIF")
    return made.getvalue()


def bomb() -> bytes:
    made = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(made, "PNG")
    return made.getvalue()


def pdf() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(made, "PDF")
    return made.getvalue()


SCRIPT = b"<script>alert(document.cookie)</script>"
REFUSED = {
    "an executable named .pdf": ("bail.pdf", executable(), "application/pdf"),
    "a page said to be a picture": ("bail.jpg", b"<!doctype html>" + SCRIPT, "image/jpeg"),
    "a drawing with a script": (
        "bail.svg",
        b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>",
        "image/png",
    ),
    "an archive": ("bail.docx", archive(), "application/pdf"),
    "a picture of another kind": ("bail.jpg", animation(), "image/jpeg"),
    "nothing": ("bail.pdf", b"", "application/pdf"),
    "half a picture": ("bail.jpg", jpeg()[:-200], "image/jpeg"),
    "a picture that unfolds to gigabytes": ("bail.png", bomb(), "image/png"),
    "only the beginning of a PDF": ("bail.pdf", b"%PDF-1.7\n" + SCRIPT, "application/pdf"),
    "a picture with the mark of a PDF in it": (
        "bail.jpg",
        jpeg()[:2] + b"\xff\xfe\x00\x0b%PDF-1.7\n" + jpeg()[2:],
        "image/jpeg",
    ),
    "eleven megabytes less a bit": ("bail.pdf", pdf() + b"\x00" * (10 * 1024 * 1024), "application/pdf"),
}


@pytest.fixture
def draft(browser: Browser) -> str:
    """A draft that asks for a lease."""
    browser.sign_in()
    start(browser, "certificat-residence")
    return answer_pages(browser, RESIDENCE)


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_document_is_refused_in_words(browser: Browser, draft: str, tmp_path: Path, kind: str) -> None:
    browser.get(f"/fr/drafts/{draft}/documents")
    browser.post(f"/fr/drafts/{draft}/documents", files={"lease": REFUSED[kind]})
    assert browser.last.status_code == 422
    assert 'href="#lease"' in browser.last.text
    assert [one for one in (tmp_path / "uploads").rglob("*") if one.is_file()] == []


def test_a_file_that_is_two_things_comes_back_as_the_one_we_saw(browser: Browser, draft: str) -> None:
    """A PDF may begin after some bytes: a page hidden there is saved, not opened, whatever a browser would make of it."""
    polyglot = SCRIPT + b"\n" + pdf()
    browser.get(f"/fr/drafts/{draft}/documents")
    browser.post(
        f"/fr/drafts/{draft}/documents", files={"lease": ("x.html", polyglot, "text/html")}, follow_redirects=False
    )
    if browser.last.status_code == 422:
        return
    browser.get(f"/fr/drafts/{draft}/documents")
    found = re.search(rf"/fr/drafts/{draft}/files/\w+", browser.last.text)
    assert found is not None
    answer = browser.get(found[0])
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert ".html" not in answer.headers["content-disposition"]


def test_one_bad_file_loses_none_of_the_good_ones(browser: Browser, draft: str) -> None:
    browser.get(f"/fr/drafts/{draft}/documents")
    files = [("lease", ("un.jpg", jpeg(), "image/jpeg")), ("lease", REFUSED["an executable named .pdf"])]
    browser.post(f"/fr/drafts/{draft}/documents", files=files)
    assert browser.last.status_code == 422
    assert "un.jpg" in browser.text
