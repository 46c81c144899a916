"""The dates of one case: when its period began, when it stood still, and when it ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Self

from portal.domain.acts import RULES
from portal.domain.clock_events import ClockEvent, Story
from portal.domain.clock_state import ClockState
from portal.domain.periods import ONE_DAY, Calendar, CountedDays, Suspension, deposit_deadline, law_named


@dataclass(frozen=True)
class ClockDates:
    """The dates of one case, as its journal tells them; ``law`` is a key of LAWS, ``calendar`` the deciding office's.

    ``extends`` is the longest extension that the service is listed for, 0 where it is not. After a reopening they are
    those of the new period, which ``reopened_on`` began; the one before is past. ``silent_on`` is the day on which the
    silence of the administration was recorded to have set in: from then on its last day stands, whatever the calendar
    becomes. ``flaw`` names what in the journal cannot be, and was left out of the reckoning. ``extended`` is whether an
    extension was given, be it that the ``extension`` no longer holds under the period that came after it.
    """

    law: str
    days: int
    calendar: Calendar
    filed_on: date
    complete_on: date | None = None
    suspensions: tuple[Suspension, ...] = ()
    extension: int = 0
    decided_on: date | None = None
    reopened_on: date | None = None
    silent_on: date | None = None
    extends: int = 0
    flaw: str = ""
    extended: bool = False

    @classmethod
    def from_journal(
        cls,
        events: Iterable[ClockEvent],
        *,
        law: str,
        days: int,
        calendar: Calendar,
        filed_on: date,
        extends: int = 0,
        strict: bool = True,
    ) -> Self:
        """The clock after ``events``, given in the order they happened; after a decision only a reopening moves it.

        Raises Impossible for a story that cannot be: an answer to no request, a request before the file was complete,
        a reopening of what was not decided, a day before the one before. Unless ``strict``, what cannot be is left out
        and named in ``flaw``.
        """
        story = Story(law, days, filed_on)
        story.tell(events, strict=strict)
        return cls(
            story.law,
            story.days,
            calendar,
            filed_on,
            story.complete_on,
            story.so_far(),
            story.extension,
            story.decided_on,
            story.reopened_on,
            story.silent_on,
            extends,
            story.flaw,
            story.extended,
        )

    @property
    def total(self) -> int:
        """The days of the whole period, an extension included."""
        return self.days + self.extension

    @cached_property
    def _counted(self) -> CountedDays | None:
        """The days that count; None while the file is incomplete."""
        if self.complete_on is None:
            return None
        # Not what the law allows today: a file whose law was tightened since goes on under its own period.
        return CountedDays(self.complete_on, self.calendar, law_named(self.law).unit, self.suspensions)

    @property
    def pauses(self) -> Iterable[tuple[Suspension, int]]:
        """The suspensions in order, each with how many days could count since the one before, or since day 0."""
        return () if self._counted is None else zip(self._counted.spans, self._counted.free, strict=True)

    @cached_property
    def due_on(self) -> date | None:
        """Last day to decide; None while the file is incomplete or the clock suspended."""
        if self._counted is None:
            return None
        if self.silent_on is not None:
            return self.silent_on - ONE_DAY
        return self._counted.due(self.total)

    @cached_property
    def half_ends_on(self) -> date | None:
        """Last date of the first half; None while incomplete, or suspended before the half was over."""
        return None if self._counted is None else self._counted.day(self.days // 2)

    @property
    def deposit_due_on(self) -> date | None:
        """The citizen's last day to complete her file; None once it is complete."""
        return deposit_deadline(self.filed_on, self.calendar) if self.complete_on is None else None

    @property
    def suspension(self) -> Suspension | None:
        """The request whose answer the clock awaits; None while it runs, once it ran out or was stopped."""
        if self.decided_on is not None or self.due_on is not None:
            return None
        return next((span for span in self.suspensions if span.answered is None), None)

    @property
    def suspended_since(self) -> date | None:
        """The day of the request whose answer the clock awaits."""
        return self.suspension.sent if self.suspension is not None else None

    @property
    def answer_due_on(self) -> date | None:
        """The citizen's last day to replace a document (law 55-19, art. 10); None where nothing limits her answer."""
        waiting = self.suspension
        if waiting is None or RULES[waiting.act].answer_days is None:
            return None
        return deposit_deadline(waiting.sent, self.calendar)

    @property
    def citizen_due_on(self) -> date | None:
        """The last day of whatever the citizen is awaited for, if it has one."""
        return self.deposit_due_on if self.decided_on is None and self.complete_on is None else self.answer_due_on

    @property
    def asks_once(self) -> bool:
        """Whether the law lets further information be asked for once, in the first half only (law 55-19, art. 14)."""
        return law_named(self.law).simplification

    def in_first_half(self, day: date) -> bool:
        """Whether the administration may still ask for something on that day (law 55-19, art. 7, 10 and 14)."""
        if self.complete_on is None:
            return False
        return self.complete_on <= day and (self.half_ends_on is None or day <= self.half_ends_on)

    def used(self, today: date) -> int:
        """Days of the period that have counted through ``today``, or through the decision if that came first."""
        if self._counted is None:
            return 0
        until = today if self.decided_on is None else min(today, self.decided_on)
        if self.silent_on is not None and until >= self.silent_on:
            # The period has run out, whatever the calendar became since.
            return self.total
        return min(self._counted.through(until), self.total)

    def remaining(self, today: date) -> int:
        """Days of the period still to count after ``today``; a decision freezes them."""
        return self.total - self.used(today)

    @property
    def took(self) -> int | None:
        """Days that had counted at the decision, past the period's end too; None before it, and where none ever began."""
        if self._counted is None or self.decided_on is None:
            return None
        return self._counted.through(self.decided_on)

    def state(self, today: date) -> ClockState:
        """What the clock is doing after the whole journal; ``today`` only tells whether the due date has passed."""
        if self.decided_on is not None:
            return ClockState.STOPPED
        if self.complete_on is None:
            return ClockState.NOT_STARTED
        if self.due_on is None:
            return ClockState.SUSPENDED
        if today > self.due_on:
            return ClockState.EXPIRED
        return ClockState.EXTENDED if self.extension else ClockState.RUNNING

    @cached_property
    def quarter_on(self) -> date | None:
        """The day that leaves a quarter of the whole period; None while nothing is due."""
        if self._counted is None or self.due_on is None:
            return None
        return self._counted.day(self.total - self.total // 4)

    def due_if_answered(self, today: date) -> date | None:
        """The due date if the open suspension were answered today; without one simply ``due_on``."""
        since = self.suspended_since
        if self.complete_on is None or since is None:
            return self.due_on
        answered = Suspension(since, max(today, since))
        closed = [answered if span.answered is None else span for span in self.suspensions]
        return CountedDays(self.complete_on, self.calendar, law_named(self.law).unit, closed).due(self.total)
