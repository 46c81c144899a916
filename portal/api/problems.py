"""What goes wrong, as a machine reads it: ``application/problem+json`` (RFC 9457), in English."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from traceback import walk_tb

import orjson
import structlog
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from portal.domain.errors import Busy, PortalError, SignInNeeded, TooMany
from portal.http.outages import note_outage

log = structlog.get_logger("portal.api")

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "60"
"""Seconds after which a caller who was too fast, or came while something was down, may ask again."""


class BadRequest(PortalError):
    """A part of the address cannot be read; ``detail`` says which and why."""

    status, key = 400, "error.bad_request"


class MethodNotAllowed(PortalError):
    """The address exists, but not for this method."""

    status, key = 405, "error.method_not_allowed"


class NotSignedIn(SignInNeeded):
    """The token is missing, unknown or over; ``challenge`` tells the caller how to come back."""

    def __init__(self, *, sent: bool) -> None:
        super().__init__()
        # A caller who sent no token at all is told of no error (RFC 6750, section 3.1).
        self.challenge = 'Bearer realm="shubbak"' + (', error="invalid_token"' if sent else "")


class BadSignature(SignInNeeded):
    """A callback that is not signed as agreed."""

    key = "error.bad_signature"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its name in the type's address, and what it means."""

    name: str
    title: str
    detail: str


KINDS: Mapping[str, Kind] = {
    "error.bad_request": Kind("bad-request", "Bad request", "A part of the address cannot be read."),
    "error.bad_signature": Kind("bad-signature", "Bad signature", "The callback is not signed as agreed."),
    "error.sign_in_needed": Kind("token-needed", "Token needed", "Ask for a token at /oauth/token and send it along."),
    "error.not_allowed": Kind("not-allowed", "Not allowed", "You may not do this."),
    "error.not_found": Kind("not-found", "Not found", "Nothing is there, or nothing that was granted to you."),
    "error.method_not_allowed": Kind("method-not-allowed", "Method not allowed", "Use one of the methods in Allow."),
    "error.too_large": Kind("too-large", "Too large", "The body is larger than what is accepted here."),
    "error.invalid": Kind("invalid", "Invalid content", "The body is understood, but what it says cannot be taken."),
    "error.too_many": Kind("too-many", "Too many attempts", "Wait for the time in Retry-After before the next one."),
    "error.unavailable": Kind("unavailable", "Unavailable", "Something the portal depends on is down. Try again."),
    "error.busy": Kind("busy", "Busy", "Many files are being looked at. Send the same again after Retry-After."),
    "error.clocks_disagree": Kind(
        "clocks-disagree", "Clocks disagree", "The portal's machines do not agree on the date. Try again in a moment."
    ),
    "error.maintenance": Kind("maintenance", "Maintenance", "The portal is closed for a while. Try after Retry-After."),
    "case.journal_contradicts": Kind(
        "journal-contradicts", "The journal contradicts itself", "An operator has to look at the case first."
    ),
    "case.moved": Kind("case-moved", "The case has moved", "The case changed at the same moment. Try again."),
    "opinion.not_asked": Kind("not-found", "Not found", "Nothing is there, or nothing that was granted to you."),
    "opinion.already_given": Kind("opinion-given", "Opinion given", "This opinion was given already; it stands."),
    "opinion.closed": Kind("opinion-closed", "Opinion closed", "The case went on: the opinion is no longer awaited."),
    "error.unexpected": Kind("unexpected", "Unexpected error", "The portal failed. The operator can look the id up."),
}
"""Every kind, by the message key of its error."""


def kind_of(error: PortalError) -> Kind:
    """The kind of an error; one that has none of its own is named by its status."""
    phrase = HTTPStatus(error.status).phrase
    return KINDS.get(error.key) or Kind(phrase.lower().replace(" ", "-"), phrase, f"{phrase} ({error.key}).")


def type_url(base_url: str, kind: Kind) -> str:
    return f"{base_url}/api/v1/problems/{kind.name}"


@dataclass(frozen=True)
class Place:
    """A part of the request that is wrong."""

    where: str
    message: str


def problem(
    base_url: str, error: PortalError, *, places: Sequence[Place] = (), headers: Mapping[str, str] | None = None
) -> Response:
    """The answer for an error; ``instance`` is an id that the log knows too."""
    note_outage(error)
    kind = kind_of(error)
    instance = f"urn:uuid:{uuid.uuid4()}"
    body: dict[str, object] = {
        "type": type_url(base_url, kind),
        "title": kind.title,
        "status": error.status,
        "detail": error.params.get("detail") or kind.detail,
        "instance": instance,
    }
    if places:
        body["errors"] = places
    log.info("problem", kind=kind.name, status=error.status, instance=instance)
    return Response(
        orjson.dumps(body),
        status_code=error.status,
        media_type=MEDIA_TYPE,
        headers={"cache-control": "no-store", **_headers(error), **(headers or {})},
    )


def _headers(error: PortalError) -> dict[str, str]:
    if isinstance(error, NotSignedIn):
        return {"www-authenticate": error.challenge}
    if isinstance(error, BadSignature):
        return {"www-authenticate": "Webhook-Signature"}
    if isinstance(error, Busy):
        return {"retry-after": error.params["seconds"]}
    if isinstance(error, TooMany) or error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return {"retry-after": RETRY_AFTER}
    return {}


def invalid_request(base_url: str, error: RequestValidationError) -> Response:
    """The answer where a parameter or a body is not as declared: what is wrong and where, never what was sent."""
    places = [_place(item["loc"], item["msg"]) for item in error.errors()]
    in_body = all(place.where.startswith("body") for place in places)
    unreadable = any(item["type"] == "json_invalid" for item in error.errors())
    detail = "; ".join(f"{place.where}: {place.message}" for place in places[:5])
    if in_body and not unreadable:
        return problem(base_url, Unfit(detail=detail), places=places)
    return problem(base_url, BadRequest(detail=detail), places=places)


class Unfit(PortalError):
    """A body that is not as declared."""

    status, key = 422, "error.invalid"


def _place(location: Sequence[str | int], message: str) -> Place:
    # Where JSON itself is broken the second part is an offset; a name somebody made up is cut short.
    return Place(".".join(str(part)[:60] for part in location), message)


def refused(base_url: str, error: HTTPException) -> Response:
    """The answer for an error of the framework's own; one of ours may hide behind it."""
    if isinstance(error.__cause__, PortalError):
        return problem(base_url, error.__cause__)
    return problem(base_url, _by_status(error.status_code), headers=error.headers)


def _by_status(status: int) -> PortalError:
    found = BadRequest(detail="The request cannot be read.")
    found.status = status
    return found


def unexpected(base_url: str, error: Exception) -> Response:
    """The answer for a fault of ours. Where it happened is logged, but not its message, which may quote anything."""
    frames = [(frame.f_globals.get("__name__", ""), line) for frame, line in walk_tb(error.__traceback__)]
    where = [f"{module}:{line}" for module, line in frames if module.startswith("portal.")]
    log.error("unexpected", error=type(error).__name__, where=where)
    return problem(base_url, PortalError())
