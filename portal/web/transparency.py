"""The public log, to anybody: a page that explains it, and its heads, hashes and proofs for programs."""

import hashlib
import re
from functools import partial
from typing import Any

import orjson
from starlette.responses import Response

from portal.actions import transparency
from portal.http import limiting
from portal.http.pages import Page
from portal.http.readers import Visitor
from portal.i18n import N_
from portal.store import log
from portal.store.log import Head
from portal.store.log_entries import DOCUMENT, REVOCATION
from portal.store.unit_of_work import Work
from portal.web.routing import pages

router = pages()
machine = pages(prefix="/transparency")

JSON, PROBLEM = "application/json", "application/problem+json"
CACHED = "public, max-age=300"
SHOWN = 24
"""Heads on the page: those of a day."""

LISTED = 50
MOST_LEAVES = 4096
"""Hashes in one answer: some 270 KB."""

_SHA256 = re.compile(r"[0-9a-f]{64}")

read = partial(machine.api_route, methods=["GET", "HEAD"])


@router.get("/transparency")
def explained(page: Page, visitor: Visitor) -> Response:
    """What the log is, its latest heads, and how to keep one."""
    page.title = page.say(N_("The public log"))
    with page.reading() as work:
        heads = log.heads(work.connection, None, SHOWN)
    return page.render("public/transparency.html", heads=[_shown(page, head) for head in heads])


def _shown(page: Page, head: Head) -> dict[str, Any]:
    return {
        "size": str(head.size),
        "at": page.moment(head.at),
        "root": head.root.hex()[:16],
        "stamped": head.timestamp is not None,
        "url": f"/transparency/head.json?size={head.size}",
        "name": f"head-{head.size}.json",
    }


@machine.get("")
def negotiated(page: Page, visitor: Visitor) -> Response:
    """The page in the reader's language."""
    return page.see_other(f"/{page.language}/transparency")


@read("/head.json")
def head(page: Page, visitor: Visitor) -> Response:
    """The latest head, or the one of so many entries: the file to keep."""
    with page.reading() as work:
        if not page.request.query_params.get("size"):
            found = log.latest(work.connection)
        else:
            size = _number(page, "size")
            found = log.head_of(work.connection, size) if size is not None else None
    if found is None:
        return _problem(page, 404, N_("There is no such head"))
    return _answer(page, transparency.head_data(found))


@read("/heads.json")
def heads(page: Page, visitor: Visitor) -> Response:
    """Heads, the latest first; ``next`` leads to those before them."""
    _count(page)
    before = _number(page, "before")
    with page.reading() as work:
        found = log.heads(work.connection, before, LISTED)
    following = f"/transparency/heads.json?before={found[-1].size}" if len(found) == LISTED else None
    return _answer(page, {"heads": [transparency.head_data(one) for one in found], "next": following})


@read("/consistency.json")
def consistency(page: Page, visitor: Visitor) -> Response:
    """The proof that the log goes on from an earlier size, by default up to the latest head."""
    _count(page)
    with page.reading() as work:
        latest = log.latest(work.connection)
        first, second = _number(page, "from"), _number(page, "to")
        if second is None and latest is not None and not page.request.query_params.get("to"):
            second = latest.size
        if first is None or second is None or latest is None or not 0 < first <= second <= latest.size:
            return _problem(
                page, 422, N_("Name two sizes that the log has had: from, and to, which is no less and has a head")
            )
        found = _consistency(work, first, second)
    return _answer(page, found)


def _consistency(work: Work, first: int, second: int) -> dict[str, Any]:
    roots = [{"size": size, "root": transparency.root_of(work, size).hex()} for size in (first, second)]
    proof = [one.hex() for one in transparency.consistency(work, first, second)]
    return {"from": roots[0], "to": roots[1], "proof": proof}


@read("/proof.json")
def proof(page: Page, visitor: Visitor) -> Response:
    """Where a document, or its revocation, stands in the log: by the SHA-256 of its file, and by nothing else."""
    _count(page)
    asked = {kind: page.request.query_params.get(name) for kind, name in transparency.ASKED_BY.items()}
    named = [(kind, digest.strip().lower()) for kind, digest in asked.items() if digest is not None]
    if len(named) != 1 or not _SHA256.fullmatch(named[0][1]):
        names = ", ".join(transparency.ASKED_BY.values())
        return _problem(
            page, 422, N_("Name the SHA-256 of the file in 64 hexadecimal digits, as one of: %(names)s"), names=names
        )
    ((kind, sha256),) = named
    find = transparency.place_of if kind == DOCUMENT else transparency.place_of_end
    with page.reading() as work:
        place = find(work, sha256)
    if place is None and kind == REVOCATION:
        return _problem(
            page,
            404,
            N_("No head tells that this file's document was revoked; what was lately is told within the hour"),
        )
    if place is None:
        return _problem(
            page, 404, N_("No head tells of this file; one that was issued lately enters the log within the hour")
        )
    return _answer(page, transparency.proof_data(place))


@read("/leaves")
def leaves(page: Page, visitor: Visitor) -> Response:
    """The hashes of entries, in order, so that anybody can keep the tree; what was hashed is nobody's business."""
    _count(page)
    start, count = _number(page, "start"), _number(page, "count")
    if start is None or count is None or not 0 < count <= MOST_LEAVES:
        return _problem(page, 422, N_("Name where to start, from 0, and a count of at most 4096: start, count"))
    with page.reading() as work:
        latest = log.latest(work.connection)
        size = latest.size if latest is not None else 0
        found = log.hashes(work.connection, start, min(start + count, size))
    return _answer(page, {"start": start, "size": size, "leaves": [one.hex() for one in found]})


def _count(page: Page) -> None:
    page.deps.limits.count(limiting.VERIFY_ADDRESS, "transparency", limiting.address_of(page.request))


def _number(page: Page, name: str) -> int | None:
    """A number in the address, None where there is none; no log of ours has a billion entries."""
    text = page.request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _problem(page: Page, status: int, title: str, **params: str) -> Response:
    """What is wrong, for programs and whoever writes them (RFC 9457)."""
    return Response(
        orjson.dumps({"title": page.say(title, **params), "status": status}), status_code=status, media_type=PROBLEM
    )


def _answer(page: Page, data: Any) -> Response:
    """The same for everybody: any cache may keep it for a while, and a page of any origin may read it."""
    body = orjson.dumps(data)
    mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"cache-control": CACHED, "etag": mark, "access-control-allow-origin": "*"}
    held = [one.strip().removeprefix("W/") for one in page.request.headers.get("if-none-match", "").split(",")]
    if mark in held:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=JSON, headers=headers)
