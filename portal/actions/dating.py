"""The days of what is entered in a journal: in their order, and that of the law beside that of the record."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import structlog

from portal.domain.errors import ClocksDisagree
from portal.domain.events import CaseDecided
from portal.domain.workflow import Outcome
from portal.i18n import office_date
from portal.store.journal import Line

log = structlog.get_logger("portal.cases")


def check_dated(case_id: str, lines: Sequence[Line], now: datetime) -> None:
    """Raises ClocksDisagree, and tells the operator, where an act of ``now`` would be dated before the latest one.

    Entered, it would be an order of days that cannot be, and nothing could be done to the case any more.
    """
    if dated_before(case_id, lines, now):
        raise ClocksDisagree()


def dated_before(case_id: str, lines: Sequence[Line], now: datetime) -> bool:
    """Whether today at the office, by this machine's clock, is a day before that of any line of the journal.

    Not only of the last: a worker on the machine that is behind notes its messages without asking.
    """
    latest = max((line.at for line in lines), default=now)
    if office_date(now) >= office_date(latest):
        return False
    log.error("machines do not agree on the date", case=case_id, now=now.isoformat(), latest=latest.isoformat())
    return True


def due_day(on: date | None, now: datetime) -> str:
    """The day on which something was due, as the journal keeps it: only beside another on which it is recorded."""
    return on.isoformat() if on is not None and on < office_date(now) else ""


def dated(outcome: Outcome, on: str) -> Outcome:
    """An outcome that time brings about, with the day on which it was due."""
    events = tuple(replace(one, on=on) if isinstance(one, CaseDecided) else one for one in outcome.events)
    return replace(outcome, events=events)
