"""How the due date of a case comes about, told step by step, each with the article that it rests on."""

from collections.abc import Iterable, Mapping
from datetime import date

from portal.domain.acts import RULES, Act
from portal.domain.clock_dates import ClockDates
from portal.domain.clock_state import Step
from portal.domain.periods import ONE_DAY, day_after, deposit_deadline, law_named

SUSPENDED_BY: Mapping[Act, tuple[str, int]] = {
    act: (key, int(RULES[act].article.partition("/")[2]))
    for act, key in {
        Act.INFORMATION: "suspended",
        Act.REPLACEMENT: "replacing",
        Act.ORIGINALS: "doubted",
    }.items()
}
"""The step by which each act suspends the clock, and the article of law 55-19 that lets it."""


def explain(clock: ClockDates) -> tuple[Step, ...]:
    """The steps in the order of the days (see ``LegalClock.explain``)."""
    return tuple(_Explanation(clock).steps())


class _Explanation:
    def __init__(self, clock: ClockDates) -> None:
        self.clock, self.law = clock, law_named(clock.law)
        self.calendar, self.unit = clock.calendar, self.law.unit

    def steps(self) -> Iterable[Step]:
        clock = self.clock
        if clock.complete_on is None:
            until = deposit_deadline(clock.filed_on, self.calendar)
            yield self._step("incomplete", 10, start=clock.filed_on, end=until)
        else:
            began = "complete" if clock.reopened_on is None else "reopened"
            yield self._step(began, 16, on=clock.complete_on, days=clock.days)
            if clock.extension:
                yield self._step("extended", 17, days=clock.extension, left=clock.total)
            elif clock.extended:
                yield self._step("lapsed", 16, days=clock.days)
            yield from self._counting(clock.complete_on)
        if clock.silent_on is not None:
            yield self._step("silent", 31, on=clock.silent_on)
        if clock.decided_on is not None:
            yield self._step("decided", 16, on=clock.decided_on, days=clock.used(clock.decided_on))

    def _counting(self, start: date) -> Iterable[Step]:
        clock, left = self.clock, self.clock.total
        for span, between in clock.pauses:
            # A request sent after the period had run out suspended nothing.
            if clock.due_on is not None and span.sent > clock.due_on:
                break
            free = min(left, between)
            yield from self._run(start, free)
            left -= free
            key, article = SUSPENDED_BY[span.act]
            yield self._step(key, article, on=span.sent)
            if span.answered is None:
                if clock.decided_on is None:
                    yield from self._half()
                    yield self._step("open_suspension", article, on=span.sent, left=left)
                    if clock.answer_due_on is not None:
                        yield self._step("answer_due", article, on=clock.answer_due_on)
                return
            start = span.answered
            yield self._step("resumed", article, on=start, left=left)
        if clock.decided_on is None:
            yield from self._run(start, left)
            yield from self._half()
        else:
            # What was decided used no more days than these; its last day is told all the same: was it in time?
            yield from self._run(start, clock.used(clock.decided_on) - (clock.total - left))
        yield from self._end(day_after(start, left, self.calendar, self.unit) + ONE_DAY)

    def _run(self, start: date, days: int) -> Iterable[Step]:
        if days:
            first = day_after(start, 1, self.calendar, self.unit)
            last = day_after(start, days, self.calendar, self.unit)
            yield self._step("counted", 31, start=first, end=last, days=days)

    def _half(self) -> Iterable[Step]:
        clock = self.clock
        if clock.half_ends_on is None or not clock.asks_once:
            return
        last = clock.due_on or date.max
        if not any(span.act is Act.INFORMATION and span.sent <= last for span in clock.suspensions):
            # Once it was asked for there is nothing left to ask until then.
            yield self._step("half", 14, on=clock.half_ends_on, days=clock.days // 2)

    def _end(self, nominal: date) -> Iterable[Step]:
        due_on = self.clock.due_on
        if due_on is None:
            return
        # Once the administration was silent its last day stands, whatever the calendar now says of it.
        if nominal < due_on and self.calendar.is_off(nominal):
            yield self._step("rolled", 31, start=nominal, end=due_on)
        yield self._step("due", 31, on=due_on)

    def _step(self, key: str, article: int, **params: date | int) -> Step:
        # The articles are those of law 55-19; the other laws borrow its way of counting, not its articles, and say
        # nothing of the time to bring documents or of pauses.
        law = self.law
        own = "" if article in (7, 10, 14) else law.extends_article if article == 17 else law.article
        source = f"55-19/{article}" if law.simplification else own
        # A date prints itself as ISO, a number as digits.
        return Step(key, {name: str(value) for name, value in params.items()}, source)
