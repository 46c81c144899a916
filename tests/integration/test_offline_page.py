"""The page that checks paper without a network: what a device keeps of it, how much that is, and when it is another."""

import re
from typing import Any

import orjson
import pytest

from portal.domain.service import Result
from portal.web import offline
from tests.support.browser import Browser
from tests.support.databases import one_database

HEAVIEST = 60_000
"""Bytes as they travel: what a telephone receives until the page is installed on it, in one language."""

KNOWN = ("/.well-known/shubbak-keys.json", "/v/revocations.cose")
CODINGS = ("br", "gzip")
SAID = re.compile(r"^const ([A-Z]+) = (.*);$", re.MULTILINE)
languages = pytest.mark.parametrize("language", ["ar", "fr"])


def base(language: str) -> str:
    return f"/{language}/verify/offline"


def worker(browser: Browser, language: str, coding: str = "identity") -> dict[str, Any]:
    """What the portal wrote above the script of the worker."""
    answer = browser.client.get(f"{base(language)}/worker.js", headers={"accept-encoding": coding})
    return {name: orjson.loads(value) for name, value in SAID.findall(answer.text)}


def pictures(browser: Browser, language: str) -> list[str]:
    manifest = browser.client.get(f"{base(language)}/app.webmanifest").json()
    return [one["src"] for one in manifest["icons"]]


def received(browser: Browser, address: str, coding: str) -> int:
    """How many bytes come for an address."""
    with browser.client.stream("GET", address, headers={"accept-encoding": coding}) as answer:
        assert answer.status_code == 200, address
        return len(b"".join(answer.iter_raw()))


@one_database
@languages
@pytest.mark.parametrize("coding", CODINGS)
def test_all_that_is_fetched_to_install_the_page_is_light(browser: Browser, language: str, coding: str) -> None:
    page, worked = base(language), f"{base(language)}/worker.js"
    once = {page, worked, *KNOWN, *worker(browser, language)["FILES"], *pictures(browser, language)}
    weights = {address: received(browser, address, coding) for address in sorted(once)}
    assert {page, f"{page}/app.webmanifest"} < set(weights)
    # The worker fetches page and manifest a second time, lest it keep what an older release had said.
    assert sum(weights.values()) + weights[page] + weights[f"{page}/app.webmanifest"] <= HEAVIEST, weights


@one_database
@languages
def test_whatever_the_page_names_is_kept(browser: Browser, language: str) -> None:
    html = browser.get(base(language)).text
    named = set(re.findall(r'(?:src|href)="(/static/[^"]+|[^"]+\.webmanifest)"', html))
    assert len(named) == len(offline.SCRIPTS) + len(offline.SHEETS) + 2
    assert named < set(worker(browser, language)["FILES"])


@one_database
def test_the_version_is_the_same_however_an_answer_is_made_smaller(browser: Browser) -> None:
    assert len({worker(browser, "fr", coding)["VERSION"] for coding in (*CODINGS, "identity")}) == 1


@one_database
def test_the_version_is_another_where_a_word_or_the_manifest_is(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = [worker(browser, "fr")["VERSION"]]
    monkeypatch.setitem(offline.OUTCOMES, Result.GRANTED, "Refused")
    versions.append(worker(browser, "fr")["VERSION"])
    monkeypatch.setattr(offline, "SIZE", "511x511")
    versions.append(worker(browser, "fr")["VERSION"])
    assert len(set(versions)) == 3
    assert worker(browser, "ar")["VERSION"].startswith("shubbak-page-ar-")
