"""Pages leave compressed, and what is secret in them cannot be guessed from their length."""

import re

import brotli
import pytest

from portal.http import cookies
from tests.support.browser import CSRF, Browser
from tests.support.portal import BASE_URL, TestPortal


@pytest.fixture
def visitor(portal: TestPortal) -> Browser:
    return Browser(portal)


def asked(browser: Browser, accepted: str) -> tuple[str, str, bytes]:
    """The coding of a page, what it varies with, and the page as it travels."""
    with browser.client.stream("GET", "/fr/services", headers={"accept-encoding": accepted}) as answer:
        raw = b"".join(answer.iter_raw())
    assert int(answer.headers["content-length"]) == len(raw)
    return answer.headers.get("content-encoding", ""), answer.headers["vary"], raw


def test_a_page_travels_compressed_where_the_browser_understands_it(visitor: Browser) -> None:
    _, _, plain = asked(visitor, "identity")
    for accepted, coding in (("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("identity", ""), ("br;q=0", "")):
        sent, varies, raw = asked(visitor, accepted)
        assert (sent, varies.lower()) == (coding, "accept-encoding")
        assert len(raw) < len(plain) / 2 if coding else len(raw) == len(plain)
    assert brotli.decompress(asked(visitor, "br")[2]).startswith(b"<!doctype html>")


def test_the_proof_of_a_form_looks_different_each_time_and_each_holds(visitor: Browser) -> None:
    proofs = {CSRF.search(visitor.get("/fr/track").text)[1] for _ in range(3)}  # type: ignore[index]
    assert len(proofs) == 3
    # Not even a few letters in the same place are the same: those would be found out one by one.
    assert len({proof[-12:] for proof in proofs}) == 3
    headers = {"origin": BASE_URL, "sec-fetch-site": "same-origin"}
    for proof in proofs:
        wrong = {"csrf": proof, "reference": "BRK-26-0000-0000-0", "secret": "0000000000"}
        answer = visitor.client.post("/fr/track", data=wrong, headers=headers)
        assert answer.status_code == 422, answer.text


def test_a_proof_is_for_one_browser_alone() -> None:
    key, mark = b"k" * 32, "one browser"
    proof = cookies.proof_for(key, mark)
    assert cookies.is_proof_for(key, mark, proof)
    assert not cookies.is_proof_for(key, "another browser", proof)
    assert not cookies.is_proof_for(b"l" * 32, mark, proof)


@pytest.mark.parametrize("sent", ["", "A", "A" * 24, "A" * 48, "A" * 480, "é", "\ud800", "=" * 48, "A" * 47 + "\n"])
def test_what_is_no_proof_is_refused(sent: str) -> None:
    assert not cookies.is_proof_for(b"k" * 32, "one browser", sent)


def test_a_changed_proof_is_refused() -> None:
    proof = cookies.proof_for(b"k" * 32, "m")
    for place in range(len(proof)):
        changed = proof[:place] + ("B" if proof[place] != "B" else "C") + proof[place + 1 :]
        assert not cookies.is_proof_for(b"k" * 32, "m", changed), place
    assert re.fullmatch(r"[\w-]{48}", proof)


def test_what_another_site_leads_somebody_signed_in_to_is_not_compressed(browser: Browser) -> None:
    browser.sign_in()
    led = {"accept-encoding": "br", "sec-fetch-site": "cross-site"}
    own = {"accept-encoding": "br", "sec-fetch-site": "same-origin"}
    assert "content-encoding" not in browser.get("/fr/cases?guess=7K3F", headers=led).headers
    assert browser.get("/fr/cases", headers=own).headers["content-encoding"] == "br"
    another = {"accept-encoding": "br", "sec-fetch-site": "same-site"}
    assert "content-encoding" not in browser.get("/fr/cases", headers=another).headers
