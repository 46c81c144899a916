"""The stand-in for a register that is asked about a person. Its contract is ours, written in docs/connectors/look-ups.md."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse

from portal.sandbox.context import check_bearer, json_object, sandbox_of
from portal.sandbox.persons import PERSONS, Person

router = APIRouter(prefix="/rnp")

KNOWN = ("name_ar", "name_fr", "birth_date", "address", "phone", "commune")
"""What the register knows of everybody in it."""


@router.post("/v1/look-ups")
async def look_up(request: Request) -> JSONResponse:
    """The attributes asked for of the person with this card; 404 for somebody unknown, 422 without her consent."""
    sandbox = sandbox_of(request)
    check_bearer(request, sandbox.config.rnp_key)
    body = await json_object(request)
    asked, who = body.get("attributes"), body.get("person")
    if body.get("consent") is not True:
        raise HTTPException(422, "nothing is told without the person's consent")
    if not isinstance(asked, list) or not isinstance(who, dict):
        raise HTTPException(422, "person and attributes are expected")
    found = _person(str(who.get("cnie", "")), str(who.get("birth_date", "")))
    if found is None:
        raise HTTPException(404, "nobody is known by this number")
    return JSONResponse({"attributes": {name: getattr(found, name) for name in KNOWN if name in asked}})


def _person(cnie: str, birth_date: str) -> Person | None:
    """The person of a card; a date of birth that is given must be hers."""
    return next((one for one in PERSONS if one.cnie == cnie and birth_date in ("", one.birth_date)), None)
