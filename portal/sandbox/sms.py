"""The stand-in for a text-message gateway."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse

from portal.sandbox.context import changed, check_bearer, json_object, sandbox_of

router = APIRouter(prefix="/sms")


@router.post("/v1/messages")
async def take_message(request: Request) -> JSONResponse:
    sandbox = sandbox_of(request)
    check_bearer(request, sandbox.config.sms_key)
    body = await json_object(request)
    to, text, key = (body.get(name) for name in ("to", "text", "key"))
    if not isinstance(to, str) or not isinstance(text, str) or not isinstance(key, str) or not (to and text and key):
        raise HTTPException(422, "to, text and key are needed")
    refusal = sandbox.controls.sms.refusal()
    if refusal == "fail":
        raise HTTPException(503, "told to fail")
    if refusal == "reject":
        raise HTTPException(422, "told to reject")
    message, repeated = sandbox.storage.keep_sms(key, to, text)
    return JSONResponse({"id": str(message["id"]), "repeated": repeated}, 200 if repeated else 202)


@router.post("/control")
async def set_control(request: Request) -> dict[str, object]:
    return await changed(request, sandbox_of(request).controls.sms)
