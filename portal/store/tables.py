"""The tables. Names of people are readable; whatever the law protects more is sealed (see ``vault``)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary
from sqlmodel import Field

from portal.store.columns import Base, index_where, json_column, moment, sealed, table_of


class PersonRow(Base, table=True):
    """A citizen's account: one per issuer and subject of her identity provider."""

    __tablename__ = "people"
    id: str = Field(primary_key=True)
    issuer_subject: str = Field(unique=True)
    claims_sealed: bytes = sealed()
    profile_sealed: bytes | None = sealed(nullable=True)
    cnie_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True, index=True))
    level: str
    language: str = "ar"
    created_at: datetime = moment()
    seen_at: datetime = moment()


class StaffRow(Base, table=True):
    """Somebody who works at a unit."""

    __tablename__ = "staff"
    id: str = Field(primary_key=True)
    login: str = Field(unique=True)
    name_ar: str
    name_fr: str
    password_hash: str
    unit: str
    roles: list[str] = json_column()
    active: bool = True
    created_at: datetime = moment()


class SessionRow(Base, table=True):
    """A browser's session, under the hash of its token. ``kind`` is visitor, citizen or staff."""

    __tablename__ = "sessions"
    id: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    kind: str
    subject: str = Field(default="", index=True)
    level: str = "none"
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    created_at: datetime = moment()
    expires_at: datetime = moment(index=True)


class SignInRow(Base, table=True):
    """A sign-in under way at the identity provider: what its answer must match."""

    __tablename__ = "sign_ins"
    state_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    browser: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    request_sealed: bytes = sealed()
    target: str
    expires_at: datetime = moment()


class KeptFormRow(Base, table=True):
    """What somebody had typed when her session ended, for her alone. ``owner`` is the session's kind and subject."""

    __tablename__ = "kept_forms"
    owner: str = Field(primary_key=True)
    path: str = Field(primary_key=True)
    typed_sealed: bytes = sealed()
    kept_at: datetime = moment()


class CounterRow(Base, table=True):
    """How often something rate-limited was tried since when."""

    __tablename__ = "rate_counters"
    key: str = Field(primary_key=True)
    count: int
    expires_at: float


class DraftRow(Base, table=True):
    """A case in the making. Its id becomes the case's, so that submitting twice makes one case."""

    __tablename__ = "drafts"
    id: str = Field(primary_key=True)
    service: str
    digest: str
    owner_kind: str
    owner: str = Field(index=True)
    unit: str | None = None
    key_wrapped: bytes = sealed()
    content_sealed: bytes = sealed()
    language: str
    created_at: datetime = moment()
    updated_at: datetime = moment()


class CaseRow(Base, table=True):
    """A citizen's file.

    What the law's clock says of it is kept in columns so that it is found by them; the journal is the record.
    ``timer_on`` is the next day on which time does something to it, ``silent_on`` the day on which the administration's
    silence set in, ``days_used`` how many days had counted at the decision. ``suspended_for`` is the act of law that
    holds the clock, ``flaw`` what contradicts itself in the journal. ``citizen_due_on`` is the last day of what the
    applicant is awaited for, ``remedy_until`` that of her remedy while she has turned to nobody.
    ``first_id`` is the case that it follows, as an appeal does; ``repeats`` the reference of an earlier refusal of the
    same request.
    """

    __tablename__ = "cases"
    id: str = Field(primary_key=True)
    reference: str = Field(unique=True)
    service: str
    digest: str
    state: str
    state_kind: str
    outcome: str | None = None
    unit: str
    citizen_id: str | None = None
    filed_by: str | None = None
    applicant_ar: str
    applicant_fr: str
    searchable: str = ""
    person_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    key_wrapped: bytes | None = sealed(nullable=True)
    people_sealed: bytes = sealed()
    answers_sealed: bytes = sealed()
    secret_sealed: bytes = sealed()
    language: str
    statements: list[str] = json_column()
    missing: list[str] = json_column()
    filed_at: datetime = moment()
    filed_on: date
    complete_on: date | None = None
    due_on: date | None = None
    half_ends_on: date | None = None
    queue_on: date
    taken_by: str | None = None
    taken_name: str = ""
    timer_on: date | None = None
    alert: str = ""
    sitting: bool = False
    escalated: bool = False
    flaw: str = ""
    suspended_on: date | None = None
    suspended_for: str = ""
    silent_on: date | None = None
    decided_on: date | None = None
    days_used: int | None = None
    citizen_due_on: date | None = None
    remedy_until: date | None = None
    first_id: str | None = None
    repeats: str | None = None
    closed_at: datetime | None = moment(nullable=True)
    updated_at: datetime = moment()
    version: int = 1
    journal_length: int = 0
    journal_head: bytes = sealed()
    journal_proof: bytes = sealed()
    logged_length: int = 0

    __table_args__ = (
        index_where("journal_length > logged_length", "ix_cases_unlogged", "id"),
        index_where("closed_at IS NULL", "ix_cases_queue", "unit", "queue_on", "id"),
        index_where("closed_at IS NULL", "ix_cases_filed", "unit", "filed_at", "id"),
        index_where("timer_on IS NOT NULL", "ix_cases_timer", "timer_on", "id"),
        index_where("closed_at IS NULL AND escalated", "ix_cases_escalated", "queue_on", "id"),
        index_where("first_id IS NOT NULL", "ix_cases_first", "first_id"),
        index_where("decided_on IS NOT NULL", "ix_cases_decided", "unit", "decided_on"),
        index_where("remedy_until IS NOT NULL", "ix_cases_remedy", "remedy_until", "id"),
        index_where("person_hash IS NOT NULL", "ix_cases_person", "person_hash", "service"),
        Index("ix_cases_citizen", "citizen_id", "filed_at"),
        Index("ix_cases_updated", "service", "updated_at", "id"),
    )


class JournalRow(Base, table=True):
    """One event of a case; ``hash`` covers the line before it and this one's sealed data."""

    __tablename__ = "journal"
    case_id: str = Field(primary_key=True, foreign_key="cases.id")
    position: int = Field(primary_key=True)
    kind: str
    at: datetime = moment()
    actor_role: str
    actor: str
    data_sealed: bytes = sealed()
    hash: bytes = sealed()


class OpinionRow(Base, table=True):
    """An opinion asked for, so that those it is asked of can list theirs; the journal is the record.

    ``round`` counts how often the case has asked. ``ended_at`` is when it was given, or no longer awaited.
    """

    __tablename__ = "opinions"
    case_id: str = Field(primary_key=True, foreign_key="cases.id")
    round: int = Field(primary_key=True)
    opinion: str = Field(primary_key=True)
    unit: str | None = None
    partner: str | None = None
    asked_at: datetime = moment()
    due_on: date | None = None
    given_at: datetime | None = moment(nullable=True)
    ended_at: datetime | None = moment(nullable=True)

    __table_args__ = (
        index_where("ended_at IS NULL", "ix_opinions_unit", "unit", "due_on"),
        index_where("ended_at IS NULL", "ix_opinions_partner", "partner", "asked_at"),
    )


class FileRow(Base, table=True):
    """A document that a citizen brought, for a draft or for the case it became. Its content is sealed in the file store.

    ``set_aside_at`` is when it was found defective: it is kept, and another is awaited in its place.
    """

    __tablename__ = "files"
    id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    document: str
    name_sealed: bytes = sealed()
    media_type: str
    size: int
    sha256: str
    uploaded_at: datetime = moment()
    set_aside_at: datetime | None = moment(nullable=True)


class DocumentRow(Base, table=True):
    """A signed document that the portal issued; ``sha256`` is that of its newest file, whose signature reached ``level``.

    A number that was reserved for nothing says when and why it was abandoned. ``revoked_for`` is a ``RevokedFor``.
    """

    __tablename__ = "documents"
    id: str = Field(primary_key=True)
    number: str = Field(unique=True)
    case_id: str = Field(foreign_key="cases.id")
    document: str
    effect_id: str = Field(unique=True)
    code_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    code_sealed: bytes = sealed()
    sha256: str | None = Field(default=None, index=True)
    status: str | None = None
    issued_at: datetime = moment()
    revoked_at: datetime | None = moment(nullable=True)
    revoked_by: str | None = None
    kind: str = "decision"
    unit: str = ""
    level: str = "b-b"
    expires_on: date | None = None
    case_digest: str | None = None
    revoked_for: str | None = None
    replaced_by: str | None = None
    abandoned_at: datetime | None = moment(nullable=True)
    abandoned_for: str | None = None

    __table_args__ = (
        Index("ix_documents_case_id", "case_id", "issued_at"),
        index_where("sha256 IS NOT NULL AND level <> 'b-lta'", "ix_documents_level", "issued_at", "id"),
        index_where("revoked_at IS NOT NULL", "ix_documents_revoked", "revoked_at", "id"),
    )


class NumberRow(Base, table=True):
    """The last number given in each series."""

    __tablename__ = "numbers"
    series: str = Field(primary_key=True)
    last: int


class EffectRow(Base, table=True):
    """Something a change of a case asked for, and what became of it. Its id is the idempotency key."""

    __tablename__ = "effects"
    id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    name: str
    position: int
    tries: int = 0
    requested_at: datetime = moment()
    done_at: datetime | None = moment(nullable=True)
    failed_at: datetime | None = moment(nullable=True)
    error: str | None = None
    result: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))

    __table_args__ = (index_where("done_at IS NULL", "ix_effects_open", "requested_at"),)


class PartnerRow(Base, table=True):
    """A ministry's system, and the services it was granted."""

    __tablename__ = "partners"
    id: str = Field(primary_key=True)
    name: str
    secret_hash: str
    services: list[str] = json_column()
    active: bool = True
    created_at: datetime = moment()
    name_ar: str | None = None


class PartnerTokenRow(Base, table=True):
    """An access token of a partner, under its hash."""

    __tablename__ = "partner_tokens"
    token_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    partner_id: str = Field(foreign_key="partners.id")
    expires_at: datetime = moment(index=True)


class ReceivedRow(Base, table=True):
    """A message from outside that was taken in, so that its repetition changes nothing."""

    __tablename__ = "received"
    source: str = Field(primary_key=True)
    message_id: str = Field(primary_key=True)
    received_at: datetime = moment()


class MissedSearchRow(Base, table=True):
    """Words that were searched for in vain, how often, and on which days first and last; nothing says by whom."""

    __tablename__ = "missed_searches"
    words: str = Field(primary_key=True)
    language: str = Field(primary_key=True)
    count: int = 1
    first_on: date = Field(index=True)
    last_on: date


PEOPLE = table_of(PersonRow)
STAFF = table_of(StaffRow)
SESSIONS = table_of(SessionRow)
SIGN_INS = table_of(SignInRow)
KEPT_FORMS = table_of(KeptFormRow)
RATES = table_of(CounterRow)
DRAFTS = table_of(DraftRow)
CASES = table_of(CaseRow)
JOURNAL = table_of(JournalRow)
OPINIONS = table_of(OpinionRow)
FILES = table_of(FileRow)
DOCUMENTS = table_of(DocumentRow)
NUMBERS = table_of(NumberRow)
EFFECTS = table_of(EffectRow)
PARTNERS = table_of(PartnerRow)
PARTNER_TOKENS = table_of(PartnerTokenRow)
RECEIVED = table_of(ReceivedRow)
MISSED_SEARCHES = table_of(MissedSearchRow)
