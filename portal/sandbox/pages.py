"""What a person sees of the sandbox: everything received, and the switches."""

import json

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from portal.sandbox.callbacks import STATUSES
from portal.sandbox.context import Sandbox, sandbox_of
from portal.sandbox.controls import Controls, JisrSwitches, change
from portal.sandbox.jisr import FollowUp, report_follow_up
from portal.sandbox.rendering import STYLE, page
from portal.sandbox.storage import Row

router = APIRouter()

SHOWN = 50


@router.get("/")
async def inbox(request: Request) -> HTMLResponse:
    sandbox = sandbox_of(request)
    cases = [
        {**case, "content": json.dumps(case["body"], ensure_ascii=False, indent=2)}
        for case in sandbox.storage.cases(SHOWN)
    ]
    content = {
        "cases": cases,
        "mails": sandbox.storage.mails(SHOWN),
        "texts": sandbox.storage.sms(SHOWN),
        "callbacks": sandbox.storage.callbacks(SHOWN),
        "counts": sandbox.storage.counts(),
        "controls": sandbox.controls.as_dict(),
        "statuses": STATUSES,
        "outcome": request.query_params.get("outcome", ""),
    }
    return HTMLResponse(page("inbox.html", _language(request), **content))


@router.get("/inbox.json")
async def inbox_json(request: Request, to: str = "") -> dict[str, object]:
    """Everything received, the latest first; ``to`` keeps the messages of one recipient."""
    sandbox = sandbox_of(request)

    def addressed(messages: list[Row]) -> list[Row]:
        return [message for message in messages if to in ("", message["recipient"])]

    return {
        "mails": addressed(sandbox.storage.mails(10_000)),
        "sms": addressed(sandbox.storage.sms(10_000)),
        "cases": sandbox.storage.cases(10_000),
        "callbacks": sandbox.storage.callbacks(10_000),
        "counts": sandbox.storage.counts(),
        "controls": sandbox.controls.as_dict(),
    }


@router.post("/reset")
async def reset(request: Request) -> dict[str, int]:
    """Forgets everything received and puts every switch back."""
    sandbox = sandbox_of(request)
    sandbox.storage.clear()
    config = sandbox.config
    _put_back(sandbox, JisrSwitches(automatic=config.automatic, delay=config.delay))
    return sandbox.storage.counts()


@router.post("/actions/follow-up")
async def send_follow_up(request: Request) -> Response:
    form = await request.form()
    try:
        report_follow_up(sandbox_of(request), str(form.get("remote")), FollowUp(status=str(form.get("status"))))
    except HTTPException:
        return _shown_again(request, "not_possible")
    return _shown_again(request, "saved")


@router.post("/actions/switches/{name}")
async def set_switches(request: Request, name: str) -> Response:
    controls = sandbox_of(request).controls
    if name not in controls.as_dict():
        raise HTTPException(404)
    switches = getattr(controls, name)
    form = await request.form()
    # A box that is not ticked is not sent at all.
    wanted: dict[str, object] = {
        switch: switch in form if isinstance(value, bool) else str(form.get(switch, ""))
        for switch, value in switches.model_dump().items()
    }
    try:
        change(switches, wanted)
    except ValidationError:
        return _shown_again(request, "not_possible")
    return _shown_again(request, "saved")


@router.get("/sandbox.css")
async def style() -> Response:
    return Response(STYLE, media_type="text/css")


@router.get("/livez")
async def livez() -> dict[str, bool]:
    return {"alive": True}


def _put_back(sandbox: Sandbox, jisr: JisrSwitches) -> None:
    # The objects themselves stay, for the callbacks hold on to theirs.
    fresh = Controls(jisr=jisr)
    for name, values in fresh.as_dict().items():
        change(getattr(sandbox.controls, name), values)


def _language(request: Request) -> str:
    asked = request.query_params.get("lang")
    return asked if asked in ("ar", "fr") else "ar"


def _shown_again(request: Request, outcome: str) -> Response:
    return RedirectResponse(f"/?lang={_language(request)}&outcome={outcome}", 303)
