"""What falls due in the days to come, drawn: a column for each day, in the reader's direction, with days off set apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from portal.domain.acts import RULES, Act
from portal.domain.periods import Calendar
from portal.i18n import N_, direction, long_date, month_and_day, number, translate, translate_count
from portal.presenting.isolation import isolated
from portal.presenting.law import article

DAYS = 30
"""How far a chief looks ahead, today included."""

WIDTH, HEIGHT = 360.0, 130.0
"""Units of the drawing: about one for each pixel of a small phone."""

AXIS, FOOT, TOP = 26.0, 20.0, 14.0
"""Room for the numbers at the start, for the dates below and above the highest column."""

STEPS = (1, 2, 3, 5, 10, 15, 20, 25, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000, 10_000)
"""What the middle line of the chart may stand for: the upper one is twice that."""

APART = 4
"""How many days lie between two dates under the chart at least, so that neither runs into the other."""


class Counts(Protocol):
    """What falls due on a day."""

    @property
    def answers(self) -> int: ...
    @property
    def documents(self) -> int: ...


@dataclass(frozen=True)
class Column:
    """One day of the chart: its place, its two parts from the ground up (from, height), and what it says."""

    x: float
    width: float
    off: bool
    answers: tuple[float, float]
    documents: tuple[float, float]
    words: str


@dataclass(frozen=True)
class Mark:
    """A word under or beside the chart."""

    x: float
    y: float
    words: str


@dataclass(frozen=True)
class DayLine:
    """The same day as a line of a table."""

    day: str
    answers: str
    documents: str
    off: bool


@dataclass(frozen=True)
class Chart:
    """What ``counter/_due_chart.html`` draws; ``lines`` say the same in a table."""

    width: float
    height: float
    columns: tuple[Column, ...]
    grid: tuple[Mark, ...]
    dates: tuple[Mark, ...]
    start: float
    end: float
    ground: float
    summary: str
    lines: tuple[DayLine, ...]


def chart(due: Mapping[date, Counts], today: date, calendar: Calendar, language: str, days: int = DAYS) -> Chart:
    """The days from today on, each with what falls due on it; days off are marked by the calendar of the office."""
    dates = [today + timedelta(days=offset) for offset in range(days)]
    counts = {day: (due[day].answers, due[day].documents) if day in due else (0, 0) for day in dates}
    most = max(sum(both) for both in counts.values())
    step = next((one for one in STEPS if 2 * one >= most), most)
    frame = _Frame(days, 2 * step, direction(language) == "rtl")
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        columns=tuple(
            _column(frame, offset, day, counts[day], calendar.is_off(day), language) for offset, day in enumerate(dates)
        ),
        grid=tuple(Mark(frame.axis, frame.height_of(count), number(count, language)) for count in (step, 2 * step)),
        dates=_dates(frame, dates, language),
        start=frame.left,
        end=frame.right,
        ground=frame.ground,
        summary=_summary(counts, language),
        lines=tuple(
            DayLine(long_date(day, language), _count(counts[day][0], language), _count(counts[day][1], language), off)
            for day in dates
            for off in (calendar.is_off(day),)
        ),
    )


@dataclass(frozen=True)
class _Frame:
    """Where things stand in the drawing; time runs the way the words do."""

    days: int
    top: int
    mirrored: bool

    @property
    def left(self) -> float:
        return 0.0 if self.mirrored else AXIS

    @property
    def right(self) -> float:
        return WIDTH - AXIS if self.mirrored else WIDTH

    @property
    def axis(self) -> float:
        """Beside the lines, at the start of the words."""
        return WIDTH - 2 if self.mirrored else 2.0

    @property
    def ground(self) -> float:
        return HEIGHT - FOOT

    @property
    def pitch(self) -> float:
        return (WIDTH - AXIS) / self.days

    def x(self, offset: int) -> float:
        """Where the column of a day begins, from the left."""
        place = self.days - 1 - offset if self.mirrored else offset
        return self.left + place * self.pitch

    def height_of(self, count: int) -> float:
        return round(self.ground - self.tall(count), 1)

    def tall(self, count: int) -> float:
        return round((self.ground - TOP) * count / self.top, 1) if self.top else 0.0


def _column(frame: _Frame, offset: int, day: date, counts: tuple[int, int], off: bool, language: str) -> Column:
    answers, documents = counts
    return Column(
        x=round(frame.x(offset), 1),
        width=round(frame.pitch, 1),
        off=off,
        answers=(frame.height_of(answers), frame.tall(answers)),
        documents=(frame.height_of(answers + documents), frame.tall(documents)),
        words=_column_words(day, counts, off, language),
    )


def _column_words(day: date, counts: tuple[int, int], off: bool, language: str) -> str:
    said = [long_date(day, language)]
    if off:
        said.append(translate(language, N_("The office is closed")))
    if counts[0]:
        said.append(translate_count(language, "%(count)s answer due", "%(count)s answers due", counts[0]))
    if counts[1]:
        said.append(
            translate_count(language, "%(count)s file to be completed", "%(count)s files to be completed", counts[1])
        )
    return " · ".join(said)


def _dates(frame: _Frame, dates: Sequence[date], language: str) -> tuple[Mark, ...]:
    """Today, and the Mondays that leave room for their date."""
    chosen = [0, *(offset for offset, day in enumerate(dates) if day.weekday() == 0 and offset >= APART)]
    half = frame.pitch / 2
    return tuple(
        Mark(
            round(frame.x(offset) + half, 1),
            HEIGHT - 6,
            translate(language, N_("Today")) if offset == 0 else month_and_day(dates[offset], language),
        )
        for offset in chosen
        if offset <= len(dates) - 3
    )


def _summary(counts: Mapping[date, tuple[int, int]], language: str) -> str:
    answers = sum(one for one, _ in counts.values())
    documents = sum(one for _, one in counts.values())
    told = [
        translate_count(language, "%(count)s answer due", "%(count)s answers due", answers),
        translate_count(language, "%(count)s file to be completed", "%(count)s files to be completed", documents),
    ]
    return translate(
        language,
        N_("What falls due in the next 30 days: %(answers)s, %(documents)s"),
        {"answers": told[0], "documents": told[1]},
    )


def _count(count: int, language: str) -> str:
    return number(count, language) if count else ""


HELD_FOR: Mapping[Act, str] = {
    Act.INFORMATION: N_("Further information was asked for"),
    Act.REPLACEMENT: N_("A document is to be replaced"),
    Act.ORIGINALS: N_("Originals are to be shown"),
}


def why_held(act: str, language: str) -> str:
    """Why a clock stands still, with the article that allows it."""
    known = next((one for one in HELD_FOR if one.value == act), None)
    if known is None:
        return translate(language, N_("Waiting for the applicant’s answer"))
    source = isolated(article(RULES[known].article)[language], language)
    return f"{translate(language, HELD_FOR[known])} ({source})"
