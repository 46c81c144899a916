"""The page that a document's QR opens, in a real browser: its forms work, and its address goes to nobody."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Request

from tests.e2e import paper
from tests.e2e.person import Somebody
from tests.e2e.running import RunningPortal
from tests.e2e.ways import file_without_lease, receipt_of

pytestmark = pytest.mark.e2e


def test_whoever_scans_a_paper_checks_another_from_there_and_tells_nobody_what_it_said(
    portal: RunningPortal, somebody: Callable[..., Somebody], tmp_path: Path
) -> None:
    citizen, reader = somebody(), somebody()
    file_without_lease(citizen, "amine")
    receipt = tmp_path / "receipt.pdf"
    receipt.write_bytes(receipt_of(citizen))
    # The paper bears the address that citizens know, in capitals.
    scanned = urlsplit(paper.code_on(paper.first_page(receipt, 200))).path
    assert scanned.startswith("/V/")
    sent: list[Request] = []
    reader.context.on("request", lambda one: sent.append(one))

    reader.go(scanned)
    assert reader.say("The seal of this paper is authentic") in reader.text
    reader.attach("document", receipt)
    reader.press("Check the file", "main")
    assert reader.path == f"/{reader.language}/verify"
    assert reader.say("This document is authentic") in reader.text

    reader.go(scanned)
    reader.fill(code="0000-0000-0000-0000")
    reader.press("Check the code", "main")
    assert reader.path == f"/{reader.language}/verify"
    assert reader.say("No document has this code") in reader.text

    posts = [one.all_headers() for one in sent if one.method == "POST"]
    assert [one["origin"] for one in posts] == [portal.url, portal.url]
    told = {one.all_headers().get("referer", "") for one in sent}
    assert not [one for one in told if "/v/" in one.lower()], told
