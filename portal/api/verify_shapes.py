"""What goes over the wire when a document is checked, for the OpenAPI document, with examples."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from portal.actions.verdict import Checked, Verdict, Why
from portal.actions.verify import MAX_TEXT
from portal.api.shapes import Bilingual
from portal.domain.issued import DocumentKind, RevokedFor
from portal.ports_of_documents import Level, Unfit

Written = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT)]


class ToVerify(BaseModel):
    """What stands on a paper: one of the two."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"oneOf": [{"required": ["code"]}, {"required": ["seal"]}]}
    )

    code: Written | None = Field(default=None, description="The 16 characters printed under the QR.")
    seal: Written | None = Field(default=None, description="What the QR says: the whole link, or the seal in it.")

    @model_validator(mode="after")
    def one_of_two(self) -> "ToVerify":
        """Refuses both at once, and neither."""
        if (self.code is None) == (self.seal is None):
            raise ValueError("send either a code or a seal")
        return self


class LogPlace(BaseModel):
    number: int = Field(description="Of the entry in the public log, counted from 1.")
    entered_at: datetime
    proof: str = Field(description="Where the proof of it is.")


class DocumentFound(BaseModel):
    """The document in the register; of a changed file, the one that it was made from."""

    number: str
    kind: DocumentKind
    title: Bilingual
    unit: Bilingual | None = Field(description="Who issued it.")
    reference: str | None = Field(description="Of the case; null for reports, which belong to none.")
    issued_at: datetime
    expires_on: date | None
    level: Level = Field(description="How far its signature proves itself (PAdES).")
    standing: Verdict = Field(
        description="What it is today, whatever was checked: `valid`, `revoked`, `replaced` or `expired`."
    )
    revoked_at: datetime | None
    revoked_for: RevokedFor | None
    replaced_by: str | None = Field(description="The number of the document that stands in its place now.")
    replaces: list[str] = Field(description="The numbers of the revoked documents that it was issued in place of.")
    log: LogPlace | None = Field(description="Null until the log tells of it, within the hour.")
    revocation_log: LogPlace | None = Field(
        description="The place of its revocation; null until the log tells of one, within the hour."
    )


class SealFound(BaseModel):
    """What the seal of a paper says: compare it."""

    number: str
    kind: str
    title: Bilingual
    name: Bilingual = Field(description="Masked.")
    identifier: str | None = Field(description="Masked.")
    outcome: str | None
    issued_at: datetime
    expires_on: date | None
    digest: str = Field(description="SHA-256 of the case's JSON that the PDF carries.")


class Verification(BaseModel):
    """A verdict. Members and words may be added within version 1."""

    verdict: Verdict
    checked: Checked = Field(description="What the verdict is on: only of a `file` is every word vouched for.")
    why: Why | Unfit | None = Field(description="More on the verdict, where there is more to say.")
    document: DocumentFound | None
    seal: SealFound | None
    shown: "Verification | None" = Field(
        description="The verdict on the QR in a file that is not one of ours itself. Its own `verdict` stays `unknown`; "
        "`why` is `no_longer_stands` where the document of the QR was revoked, replaced or has expired."
    )


_DOCUMENT: dict[str, Any] = {
    "number": "D-AB1-2026-000042",
    "kind": "certificate",
    "title": {"ar": "شهادة السكنى", "fr": "Certificat de résidence"},
    "unit": {"ar": "الملحقة الإدارية الأولى ببركان", "fr": "Première annexe administrative de Berkane"},
    "reference": "BRK-26-7K3F-9Q2X-C",
    "issued_at": "2026-03-04T10:12:00Z",
    "expires_on": "2026-06-04",
    "level": "b-lta",
    "standing": "valid",
    "revoked_at": None,
    "revoked_for": None,
    "replaced_by": None,
    "replaces": [],
    "log": {
        "number": 1204,
        "entered_at": "2026-03-04T11:00:02Z",
        "proof": "/transparency/proof.json?sha256=5f2c9d41f9a1b7c80e6a3d52b4c7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9",
    },
    "revocation_log": None,
}
_NOTHING: dict[str, Any] = {"document": None, "seal": None, "shown": None}


def _example(summary: str, verdict: Literal["valid", "changed", "unknown", "revoked", "refused"], **more: Any) -> Any:
    return {"summary": summary, "value": {"verdict": verdict, "checked": "file", "why": None, **_NOTHING, **more}}


EXAMPLES: dict[str, Any] = {
    "valid": _example("A file as it was issued", "valid", document=_DOCUMENT),
    "changed": _example("Something was added after signing", "changed", document=_DOCUMENT),
    "revoked": _example(
        "A code of a revoked document",
        "revoked",
        checked="code",
        document={
            **_DOCUMENT,
            "standing": "revoked",
            "revoked_at": "2026-04-01T09:00:00Z",
            "revoked_for": "error",
            "revocation_log": {
                "number": 1688,
                "entered_at": "2026-04-01T10:00:01Z",
                "proof": "/transparency/proof.json?revoked="
                "5f2c9d41f9a1b7c80e6a3d52b4c7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9",
            },
        },
    ),
    "forged": _example("A seal that is none of ours", "unknown", checked="seal", why="forged"),
    "refused": _example("A PDF with a script", "refused", why="active"),
}
