"""Last days as a calendar file (iCalendar, RFC 5545), to be kept in a telephone's calendar.

A calendar is often shared, and shown on a locked screen: like a message, an entry names neither the service nor
anybody, only the reference and what is due.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from icalendar import Calendar, Event

from portal.domain.clock import LegalClock
from portal.domain.periods import ONE_DAY
from portal.domain.remedies import Remedy
from portal.i18n import N_, translate
from portal.presenting.isolation import isolated

MEDIA_TYPE = "text/calendar; charset=utf-8"


class Due(StrEnum):
    """What falls due on a day."""

    ANSWER = "answer"
    DOCUMENTS = "documents"
    REPLACEMENT = "replacement"
    REPLY = "reply"
    REMEDY = "remedy"


HERS = {
    Due.ANSWER: N_("An answer is due: file %(reference)s"),
    Due.DOCUMENTS: N_("Last day to bring documents: file %(reference)s"),
    Due.REPLACEMENT: N_("Last day to replace documents: file %(reference)s"),
    Due.REPLY: N_("Last day to answer the office: file %(reference)s"),
    Due.REMEDY: N_("Last day to appeal: file %(reference)s"),
}
"""What an entry says to the applicant."""

OURS = {
    Due.ANSWER: N_("Last day to answer: file %(reference)s"),
    Due.DOCUMENTS: N_("The applicant’s last day to bring documents: file %(reference)s"),
}
"""What an entry says to those who decide."""


@dataclass(frozen=True)
class Entry:
    """A last day of a file. ``key`` tells the entries of one kind apart; the file changed for the ``changes``-th time
    at ``changed_at``, so that a calendar replaces what it had.
    """

    reference: str
    due: Due
    on: date
    url: str
    changes: int
    changed_at: datetime
    key: str = ""


def entries_of(
    clock: LegalClock,
    remedies: Iterable[Remedy],
    today: date,
    *,
    reference: str,
    url: str,
    changes: int,
    changed_at: datetime,
    answer_by: date | None = None,
) -> list[Entry]:
    """The last days of a case as it stands: the office's, the applicant's own, and those of her remedies that are open."""

    def entry(due: Due, on: date, key: str = "") -> Entry:
        return Entry(reference, due, on, url, changes, changed_at, key)

    found = []
    if clock.decided_on is None:
        days = {
            Due.ANSWER: clock.due_on,
            Due.DOCUMENTS: clock.deposit_due_on,
            Due.REPLACEMENT: clock.answer_due_on,
            Due.REPLY: answer_by if clock.answer_due_on is None else None,
        }
        found += [entry(due, on) for due, on in days.items() if on is not None]
    found += [
        entry(Due.REMEDY, one.until, one.service.slug) for one in remedies if one.until is not None and one.open(today)
    ]
    return found


def calendar_file(entries: Iterable[Entry], language: str, *, host: str, now: datetime, staff: bool = False) -> bytes:
    """The entries as all-day events without an alarm, in the reader's language; ``host`` makes their names the portal's."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{host}//Shubbak//{language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    words = OURS if staff else HERS
    for one in sorted(entries, key=lambda entry: (entry.on, entry.reference, entry.due, entry.key)):
        said = translate(language, words[one.due], {"reference": one.reference})
        calendar.add_component(_event(one, isolated(said, language), language, host, now))
    return bytes(calendar.to_ical())


def _event(entry: Entry, summary: str, language: str, host: str, now: datetime) -> Event:
    event = Event()
    name = "-".join(part for part in (entry.reference, entry.due.value, entry.key) if part)
    event.add("uid", f"{name}@{host}")
    event.add("dtstamp", now)
    event.add("dtstart", entry.on)
    event.add("dtend", entry.on + ONE_DAY)
    event.add("summary", summary, parameters={"LANGUAGE": language})
    event.add("url", entry.url)
    event.add("sequence", entry.changes)
    event.add("last-modified", entry.changed_at)
    # Whoever looks at the calendar is not busy on that day, and sees no more than the day of what is another's.
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event
