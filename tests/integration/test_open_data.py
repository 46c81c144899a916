"""The services for machines: anybody may read them, a cache may keep them, and they name the portal's own address."""

import asyncio
import re
from xml.etree import ElementTree as Tree

import jsonschema_rs
import pytest
from starlette.types import Message

from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.portal import BASE_URL

pytestmark = one_database

ADDRESSES = {
    "/open/services.jsonld": "application/ld+json",
    "/open/services/certificat-residence.jsonld": "application/ld+json",
    "/open/services/certificat-residence/form.schema.json": "application/schema+json",
    "/open/services/certificat-residence/workflow.bpmn": "application/xml",
    "/open/services/certificat-residence/workflow.svg": "image/svg+xml",
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_anybody_reads_it_and_a_cache_may_keep_it(browser: Browser, address: str) -> None:
    answer = browser.client.get(f"{address}?lang=fr")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(ADDRESSES[address])
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert "vary" not in answer.headers
    assert "set-cookie" not in answer.headers
    again = browser.client.get(f"{address}?lang=fr", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert not again.content


def sent_for_head(browser: Browser, address: str) -> bytes:
    """What the portal itself sends after the headers: a client would leave it out in silence."""
    sent: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message.get("body", b""))

    scope = {"type": "http", "method": "HEAD", "path": address, "query_string": b"", "headers": []}

    async def ask() -> None:
        await browser.portal.app(scope, receive, send)

    asyncio.run(ask())
    return b"".join(sent)


@pytest.mark.parametrize("address", [*ADDRESSES, "/open/services/nothing.jsonld"])
def test_its_head_is_that_of_the_whole_answer(browser: Browser, address: str) -> None:
    whole, head = (browser.client.request(method, address) for method in ("GET", "HEAD"))
    assert head.status_code == whole.status_code
    assert sent_for_head(browser, address) == b""
    for name in ("content-type", "content-length", "etag", "cache-control", "vary"):
        assert head.headers.get(name) == whole.headers.get(name), name
    mark = {"if-none-match": whole.headers.get("etag", "")}
    assert browser.client.head(address, headers=mark).status_code == (304 if whole.status_code == 200 else 404)
    assert browser.client.put(address).status_code in (404, 405)


def test_a_picture_in_the_readers_own_language_is_kept_by_nobody_else(browser: Browser) -> None:
    """Its language follows the cookie and what the browser accepts: a shared cache would give it to the next reader."""
    address = "/open/services/certificat-residence/workflow.svg"
    told = {}
    for language, headers in (
        ("ar", {"cookie": "language=ar", "accept-language": "fr"}),
        ("fr", {"cookie": "language=fr", "accept-language": "ar"}),
        ("fr", {"accept-language": "fr"}),
    ):
        answer = Browser(browser.portal).client.get(address, headers=headers)
        assert Tree.fromstring(answer.text).get("lang") == language  # noqa: S314  It is ours.
        assert answer.headers["cache-control"] == "private, max-age=300"
        assert {one.strip() for one in answer.headers["vary"].lower().split(",")} == {"cookie", "accept-language"}
        told[language] = answer.headers["etag"]
    assert told["ar"] != told["fr"]
    unknown = browser.client.get(f"{address}?lang=xx")
    assert unknown.headers["cache-control"].startswith("private")


def test_what_is_not_there_is_not_found(browser: Browser) -> None:
    for address in (
        "/open/services/nothing.jsonld",
        "/open/services/nothing/form.schema.json",
        "/open/services/nothing/workflow.bpmn",
        "/open/services/nothing/workflow.svg",
        "/open/services/certificat-residence/workflow.pdf",
    ):
        assert browser.client.get(address).status_code == 404, address


def test_every_service_of_the_catalogue_is_described_at_an_address_of_its_own(browser: Browser) -> None:
    listed = browser.client.get("/open/services.jsonld").json()["@graph"]
    services = [one for one in listed if one["@type"] == "cpsv:PublicService"]
    assert len(services) > 2
    for one in services:
        address = one["@id"].removesuffix("#service") + ".jsonld"
        assert address.startswith(BASE_URL)
        described = browser.client.get(address.removeprefix(BASE_URL)).json()["@graph"]
        assert one in described


def test_the_schema_of_a_form_takes_answers_and_refuses_others(browser: Browser) -> None:
    schema = browser.client.get("/open/services/certificat-residence/form.schema.json").json()
    assert schema["$id"].startswith(BASE_URL)
    validator = jsonschema_rs.Draft202012Validator(schema)
    assert not validator.is_valid({"housing": "castle"})
    assert set(schema["properties"]) >= {"name_ar", "place", "housing"}


def test_the_picture_is_described_in_the_readers_language(browser: Browser) -> None:
    address = "/open/services/certificat-residence/workflow.svg"
    told = [
        Tree.fromstring(browser.client.get(f"{address}?lang={language}").text).get("lang")  # noqa: S314  It is ours.
        for language in ("ar", "fr")
    ]
    assert told == ["ar", "fr"]
    assert not re.search(r"<(script|style|foreignObject)\b", browser.client.get(address).text)
