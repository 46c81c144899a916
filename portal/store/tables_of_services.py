"""The tables of what a province configures: versions proposed, versions published, and which are in force."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index
from sqlmodel import Field

from portal.store.columns import Base, json_column, moment, table_of

TWO_PEOPLE = (
    "state <> 'published' OR (decided_by IS NOT NULL AND proposed_by IS NOT NULL "
    "AND decided_by <> proposed_by AND decided_by <> uploaded_by)"
)
"""Whoever uploaded or proposed a version of a service is not the one who publishes it."""


class PublicationRow(Base, table=True):
    """A proved version of something configured, whole and immutable. ``kind``: service, territory, calendar, platform…"""

    __tablename__ = "publications"
    digest: str = Field(primary_key=True)
    kind: str
    slug: str
    version: int
    files: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    published_at: datetime = moment()
    published_by: str | None = None
    approved_by: str | None = None
    note: str = ""


class CurrentRow(Base, table=True):
    """Which publication is in force for each kind and slug."""

    __tablename__ = "current_publications"
    kind: str = Field(primary_key=True)
    slug: str = Field(primary_key=True)
    digest: str = Field(foreign_key="publications.digest")
    listed: bool = True


class CandidateRow(Base, table=True):
    """A version of a service that may come into force: its files, what is wrong with them, and who did what with it.

    ``purpose`` is publish, or put_back for an earlier publication proposed once more, which has no files of its own.
    ``base`` is what was in force when it was proposed. That two people publish is the database's rule too.
    """

    __tablename__ = "candidates"
    id: str = Field(primary_key=True)
    purpose: str
    slug: str
    version: int
    digest: str
    files: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    origin: str
    state: str
    faults: list[dict[str, Any]] = json_column()
    uploaded_by: str
    uploaded_at: datetime = moment()
    base: str | None = None
    note: str = ""
    proposed_by: str | None = None
    proposed_at: datetime | None = moment(nullable=True)
    decided_by: str | None = None
    decided_at: datetime | None = moment(nullable=True)
    decision: str = ""

    __table_args__ = (
        CheckConstraint(TWO_PEOPLE, name="ck_candidates_two_people"),
        Index("ix_candidates_slug", "slug", "uploaded_at"),
    )


PUBLICATIONS = table_of(PublicationRow)
CURRENT = table_of(CurrentRow)
CANDIDATES = table_of(CandidateRow)
