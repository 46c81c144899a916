"""The tables of the law's clock: the days off that were confirmed, what was counted of a year, and how far time was taken."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary
from sqlmodel import Field

from portal.store.columns import Base, index_where, json_column, moment, sealed, table_of


class FeastRow(Base, table=True):
    """The days of a feast that follows the moon, as an administrator confirmed them; ``days`` are ISO dates."""

    __tablename__ = "feasts"
    feast: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    days: list[str] = json_column()
    confirmed_by: str
    confirmed_at: datetime = moment()


class ClosureRow(Base, table=True):
    """Days on which one office is closed, or all of them where ``unit`` is empty."""

    __tablename__ = "closures"
    id: str = Field(primary_key=True)
    unit: str = ""
    first_on: date
    last_on: date
    name_ar: str
    name_fr: str
    entered_by: str
    entered_at: datetime = moment()


class RecountRow(Base, table=True):
    """The recomputation of every open case that followed a change of the calendar, and what it found.

    ``place`` is the id of the last case that was looked at, so that a worker goes on where another stopped. ``failed``
    counts the cases that could not be read, and were passed over.
    """

    __tablename__ = "recounts"
    id: str = Field(primary_key=True)
    cause: str
    asked_by: str
    asked_at: datetime = moment(index=True)
    place: str = ""
    checked: int = 0
    moved: int = 0
    failed: int = 0
    done_at: datetime | None = moment(nullable=True)


class CalendarChangeRow(Base, table=True):
    """One change of the feasts or closures: who made it, and what stood before and after. No line is changed or removed.

    ``name`` is what whoever made it was called then; ``what`` names the kind of change (see ``actions.calendar.What``).
    """

    __tablename__ = "calendar_changes"
    id: str = Field(primary_key=True)
    at: datetime = moment(index=True)
    who: str
    name: str
    what: str
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    after: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class YearFiguresRow(Base, table=True):
    """What happened to the cases of one service at one unit in one year (law 55-19, art. 28)."""

    __tablename__ = "year_figures"
    year: int = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    service: str = Field(primary_key=True)
    figures: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    counted_at: datetime = moment()


class ReportRow(Base, table=True):
    """A signed report of a year's figures. ``sha256`` is None while it is being made; empty ``unit`` and ``service`` are all.

    A number that was reserved for nothing says when and why it was abandoned.
    """

    __tablename__ = "reports"
    id: str = Field(primary_key=True)
    number: str = Field(unique=True)
    year: int
    unit: str = ""
    service: str = ""
    code_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    code_sealed: bytes = sealed()
    figures: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    counted_at: datetime = moment()
    sha256: str | None = Field(default=None, index=True)
    requested_at: datetime = moment()
    issued_at: datetime | None = moment(nullable=True)
    level: str = "b-b"
    abandoned_at: datetime | None = moment(nullable=True)
    abandoned_for: str | None = None

    __table_args__ = (
        Index("ix_reports_of", "year", "unit", "service", "counted_at"),
        index_where("sha256 IS NOT NULL AND level <> 'b-lta'", "ix_reports_level", "requested_at", "id"),
    )


class SweepRow(Base, table=True):
    """The latest moment at which a worker looked for what time has brought about: a clock set back is noticed by it."""

    __tablename__ = "sweeps"
    name: str = Field(primary_key=True)
    at: datetime = moment()


FEASTS = table_of(FeastRow)
CLOSURES = table_of(ClosureRow)
RECOUNTS = table_of(RecountRow)
CALENDAR_CHANGES = table_of(CalendarChangeRow)
YEAR_FIGURES = table_of(YearFiguresRow)
REPORTS = table_of(ReportRow)
SWEEPS = table_of(SweepRow)
