"""What goes over the wire, for the OpenAPI document; answers are built as plain dicts, which costs a tenth as much."""

import datetime as dt
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from portal.domain.issued import DocumentKind

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]
MessageId = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,128}$")]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class Bilingual(BaseModel):
    """A text in every language of the portal."""

    model_config = ConfigDict(extra="allow")

    ar: str
    fr: str


class Token(BaseModel):
    """A token and what it is good for."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int = Field(description="Seconds.")
    scope: str = Field(description="The services granted, separated by spaces.")


class TokenError(BaseModel):
    """Why no token was given (RFC 6749, section 5.2)."""

    error: str
    error_description: str


class Place(BaseModel):
    """A part of the request that is wrong."""

    where: str
    message: str


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="The kind of problem; its address explains it.")
    title: str
    status: int
    detail: str
    instance: str = Field(description="An id to give the portal's operator.")
    errors: list[Place] | None = Field(default=None, description="The parts of the request that are wrong.")


class ProblemKind(BaseModel):
    """What a kind of problem means."""

    type: str
    title: str
    detail: str


class DeadlineShape(BaseModel):
    law: str
    days: int
    silence: Literal["approval", "appeal"] = Field(description="What it means that nobody decided in time.")


class FeeShape(BaseModel):
    amount: str = Field(description="A decimal number.")
    currency: str
    paid_by: list[str]


class DocumentShape(BaseModel):
    id: str
    title: Bilingual
    source: Literal["citizen", "administration"] = Field(alias="from", description="Who brings it.")
    required: bool = Field(description="False where it is optional, or depends on what the applicant answers.")


class Service(BaseModel):
    """A service granted to the caller, as its procedure sheet states it."""

    slug: str
    version: int
    title: Bilingual
    summary: Bilingual
    deadline: DeadlineShape
    fee: FeeShape
    documents: list[DocumentShape]
    url: Bilingual = Field(description="The sheet, as citizens read it.")


class Services(BaseModel):
    items: list[Service]


class CaseLinks(BaseModel):
    self: str
    events: str
    clock: str


class CaseItem(BaseModel):
    """A case as it stood at `updated_at`."""

    reference: str
    service: str
    state: str = Field(description="The service's own name for where the case stands.")
    kind: Literal["depositing", "running", "suspended", "decided"]
    outcome: Literal["granted", "refused", "returned", "withdrawn", "referred"] | None
    unit: str
    filed_at: datetime
    complete_on: date | None = Field(description="The day on which the file was complete.")
    due_on: date | None = Field(description="The last day to decide; null while the clock stands still.")
    closed_at: datetime | None
    updated_at: datetime
    links: CaseLinks


class CasePage(BaseModel):
    """Cases in the order in which they last changed."""

    items: list[CaseItem]
    next_cursor: str | None = Field(description="Where to go on; null on the last page.")
    next_updated_since: datetime = Field(description="The `updated_since` to ask with next time, to miss nothing.")


class PersonShape(BaseModel):
    name: Bilingual
    birth_date: date | None


class EventShape(BaseModel):
    """Something the applicant sees in her timeline."""

    kind: str
    at: datetime
    status: str | None = Field(default=None, description="Of a follow-up.")
    label: dict[str, str] | None = Field(default=None, description="Of a follow-up, in each language.")


class IssuedShape(BaseModel):
    """A signed document."""

    number: str
    kind: DocumentKind = Field(description="What it is, whatever the service calls it.")
    document: str = Field(description="Its name: that of its kind, or for what the service words itself, its own.")
    issued_at: datetime
    revoked_at: datetime | None
    sha256: str = Field(description="Of the signed PDF.")


class Case(CaseItem):
    """A case with what its file says."""

    state_label: Bilingual
    unit_name: Bilingual
    applicant: PersonShape
    beneficiary: PersonShape
    answers: dict[str, Any] = Field(description="By question; without identity card numbers and sensitive answers.")
    events: list[EventShape]
    documents: list[IssuedShape]


class AllowanceShape(BaseModel):
    """Whether the law still lets the office do something."""

    act: Literal["information", "replacement", "originals", "extension"] = Field(
        description="Ask for further information, have a document replaced, ask for originals, extend the period."
    )
    open: bool
    until: date | None = Field(description="The last day for it; null where nothing ends it, or it is not open.")
    article: str | None = Field(description="The law and its article, such as `55-19/14`.")
    why: (
        Literal[
            "not_started", "suspended", "stopped", "expired", "asked_once", "second_half", "not_listed", "extended_once"
        ]
        | None
    ) = Field(description="What forbids it; null where it is open.")


class StepShape(BaseModel):
    """A step of how the last day comes about."""

    key: str = Field(description="What happened, such as `complete`, `counted`, `suspended`, `rolled` or `due`.")
    article: str | None = Field(description="The law and its article; null where the law says nothing of it.")
    params: dict[str, str | int] = Field(description="Its days (`on`, `start`, `end`) and numbers (`days`, `left`).")
    text: Bilingual


class Clock(BaseModel):
    """The law's clock of a case, as it reads on the day `at`."""

    reference: str
    service: str
    unit: str = Field(description="The office that had the case on that day.")
    at: date
    state: Literal["not_started", "running", "suspended", "extended", "stopped", "expired"]
    law: str = Field(description="The text that the period is counted under.")
    days: int = Field(description="The period, without its extension; working days under law 31-13.")
    extension: int = Field(description="The days that were added to it.")
    filed_on: date
    complete_on: date | None = Field(description="Day 0, on which the file was complete or the decision reopened.")
    due_on: date | None = Field(description="The last day to decide; null while the clock stands still.")
    half_ends_on: date | None = Field(description="The last day of the first half; null where nothing depends on it.")
    used: int = Field(description="Days that have counted; `used` and `left` make `days` and `extension`.")
    left: int
    suspended_since: date | None
    suspended_for: Literal["information", "replacement", "originals"] | None
    silent_on: date | None = Field(description="The day on which the silence of the administration set in.")
    decided_on: date | None
    citizen_due_on: date | None = Field(
        description="The applicant's own last day, to complete her file or replace in it."
    )
    flaw: str | None = Field(
        description="Not null where the journal contradicts itself: do not rely on this clock then."
    )
    allowed: list[AllowanceShape]
    steps: list[StepShape]
    links: CaseLinks


class ReportLabel(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ar: Label
    fr: Label


class Report(BaseModel):
    """What became of a case on the partner's side."""

    model_config = ConfigDict(extra="forbid")

    id: MessageId | None = Field(default=None, description="Your id of the event; or send it as Idempotency-Key.")
    status: Code = Field(
        description="received, in_progress, appointment, delivered, closed; or a word of yours, with its label."
    )
    label: ReportLabel | None = Field(
        default=None, description="What the applicant reads; needed for a status of your own."
    )
    note: str = Field(default="", max_length=500, description="A sentence for the applicant.")


class Reported(BaseModel):
    """What was entered."""

    reference: str
    id: str
    repeated: bool = Field(description="True when the id was known already, and nothing was entered again.")


class OpinionLinks(BaseModel):
    self: str = Field(description="Where to give it.")
    case: str


class AskedOpinion(BaseModel):
    """An opinion that is awaited of the caller."""

    id: str
    reference: str
    service: str
    title: Bilingual
    asked_at: datetime
    due_on: date | None = Field(description="The last day to give it; null where none is set.")
    asks: dict[str, Any] = Field(description="The JSON Schema of `inputs`.")
    links: OpinionLinks


class Opinions(BaseModel):
    items: list[AskedOpinion]


class Opinion(BaseModel):
    """What is answered to the questions of an opinion."""

    model_config = ConfigDict(extra="forbid")

    inputs: dict[str, Any] = Field(description="By question, as the schema in `asks` says.")


class OpinionGiven(BaseModel):
    """What was entered."""

    id: str
    reference: str
    given_at: datetime


class CallbackNote(BaseModel):
    """A short text for the citizen, in both languages."""

    ar: str = Field(min_length=1, max_length=300)
    fr: str = Field(min_length=1, max_length=300)


class CallbackData(BaseModel):
    reference: str = Field(max_length=100)
    status: str = Field(max_length=40)
    date: dt.date | None = None
    note: CallbackNote | None = None


class Callback(BaseModel):
    """A follow-up that a national platform reports."""

    type: Literal["case.follow_up"]
    data: CallbackData
