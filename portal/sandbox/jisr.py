"""The stand-in for Jisr. Its contract is ours, written down in docs/connectors/jisr.md."""

import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from portal.sandbox.callbacks import STATUSES
from portal.sandbox.context import Sandbox, changed, check_bearer, json_object, sandbox_of
from portal.sandbox.storage import Row

router = APIRouter(prefix="/jisr")

LONGEST_KEY = 255


class Note(BaseModel):
    """A short text for the citizen, in both languages."""

    model_config = ConfigDict(extra="forbid")

    ar: str = Field(min_length=1, max_length=300)
    fr: str = Field(min_length=1, max_length=300)


class FollowUp(BaseModel):
    """What became of a case on Jisr's side."""

    model_config = ConfigDict(extra="forbid")

    status: str
    date: datetime.date | None = None
    note: Note | None = None


@router.post("/v1/cases")
async def take_case(request: Request) -> JSONResponse:
    sandbox = sandbox_of(request)
    check_bearer(request, sandbox.config.jisr_key)
    key = request.headers.get("idempotency-key", "")
    if not 0 < len(key) <= LONGEST_KEY:
        raise HTTPException(400, "the Idempotency-Key header is missing or too long")
    body = await json_object(request)
    _check_case(body)
    refusal = sandbox.controls.jisr.refusal()
    if refusal == "fail":
        raise HTTPException(503, "told to fail", {"Retry-After": "1"})
    if refusal == "reject":
        raise HTTPException(422, "told to reject")
    case, repeated = sandbox.storage.keep_case(key, str(body["reference"]), body)
    if not repeated and sandbox.controls.jisr.automatic:
        sandbox.callbacks.queue(case, "received", delay=sandbox.controls.jisr.delay)
    # The case is kept before the wait: a caller who gives up has to find out, by asking again, that it was taken.
    await sandbox.stall(sandbox.controls.jisr.stall)
    return JSONResponse(_answer(case, repeated), 200 if repeated else 201)


@router.get("/v1/cases")
async def list_cases(request: Request, reference: str = "") -> list[Row]:
    sandbox = sandbox_of(request)
    check_bearer(request, sandbox.config.jisr_key)
    return [case for case in sandbox.storage.cases(100_000) if reference in ("", case["reference"])]


@router.post("/v1/cases/{remote}/follow-up", status_code=202)
async def follow_up(request: Request, remote: str, report: FollowUp) -> dict[str, str]:
    return {"webhook_id": report_follow_up(sandbox_of(request), remote, report)}


@router.get("/control")
async def show_control(request: Request) -> dict[str, object]:
    return sandbox_of(request).controls.jisr.model_dump()


@router.post("/control")
async def set_control(request: Request) -> dict[str, object]:
    return await changed(request, sandbox_of(request).controls.jisr)


def report_follow_up(sandbox: Sandbox, remote: str, report: FollowUp) -> str:
    """Sends a follow-up of a known case, and returns its ``webhook-id``; answers 404 or 422 otherwise."""
    case = sandbox.storage.case(remote)
    if case is None:
        raise HTTPException(404, "no such case")
    if report.status not in STATUSES:
        raise HTTPException(422, f"the status is none of {', '.join(STATUSES)}")
    extra = report.model_dump(mode="json", include={"date", "note"}, exclude_none=True)
    return sandbox.callbacks.queue(case, report.status, extra=extra)


def _check_case(body: dict[str, Any]) -> None:
    reference, service, beneficiary = body.get("reference"), body.get("service"), body.get("beneficiary")
    if not isinstance(reference, str) or not 0 < len(reference) <= 100:
        raise HTTPException(422, "reference is missing")
    if not isinstance(service, dict) or not service.get("code"):
        raise HTTPException(422, "service.code is missing")
    if not isinstance(beneficiary, dict) or not beneficiary.get("name"):
        raise HTTPException(422, "beneficiary.name is missing")


def _answer(case: Row, repeated: bool) -> dict[str, object]:
    return {
        "remote_reference": case["remote_reference"],
        "reference": case["reference"],
        "received_at": case["received_at"],
        "repeated": repeated,
    }
