"""`portal clock feasts | confirm | withdraw | close | reopen | recount`: the calendar of the offices, from a terminal."""

import getpass
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any

import typer

from portal.actions import calendar as keeping
from portal.actions.calendar import Done
from portal.actions.deps import Deps
from portal.actions.recounting import SETTLED, recount
from portal.catalogue.calendar import Office
from portal.catalogue.days_off import Feast
from portal.cli.context import Json, fail, open_portal, show_json, told
from portal.domain.case import Actor
from portal.domain.days_off import CasesTouched, DaysOffWrong
from portal.domain.errors import NotFound
from portal.domain.service import Role
from portal.fields import cleaning
from portal.i18n import office_date
from portal.store import calendar, sessions
from portal.store.calendar import Change, EnteredClosure, Recount
from portal.store.unit_of_work import Work

app = typer.Typer(no_args_is_help=True, help="The days off of the offices.")

OPERATOR = "operator"
"""What the trail and the recounts know everybody at a terminal by; who it was stands beside it."""

PAUSE = 1.0
"""Seconds between two looks at a recount that another worker makes."""

WHY = {
    "feast.days_needed": "name at least one day",
    "feast.not_in_year": "the days are not all in {year}",
    "feast.beyond_calendar": "the calendar goes from {first} to {last}",
    "feast.days_apart": "the days of a feast follow each other, each time that it comes in the year",
    "feast.too_long": "a feast has at most {most} days",
    "feast.far_from_estimate": "the feast is expected around {expected}: add --sure if these days are right",
    "closure.reversed": "the last day comes before the first",
    "closure.too_long": "a closure has at most {most} days",
    "closure.unnamed": "say why it is closed: --ar and --fr",
    "feast.past": "{day} would be worked after the fact: a day that has come stays off",
    "closure.over": "it has ended, or ends today: its days stay off",
    "closure.too_early": "a closure is entered within {most} days of its first day: none can begin before {since}",
    "closure.beyond_calendar": "the calendar goes from {first} to {last}",
    "closure.unit_unknown": "there is no such unit: see services/territory/units.yaml",
}
"""What is wrong, for an operator, by the key of the error."""

Day = Annotated[str, typer.Argument(help="A day such as 2027-03-10.")]
As = Annotated[str, typer.Option("--as", help="Who changes the calendar, for the trail; by default who works here.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask, however many open cases the change can touch.")]


@contextmanager
def _telling() -> Iterator[None]:
    """Turns what cannot be into one line."""
    try:
        with told():
            yield
    except DaysOffWrong as wrong:
        fail(WHY[wrong.key].format(**wrong.params))
    except NotFound:
        fail("there is nothing of that kind: see `portal clock feasts`")


def _changed(deps: Deps, change: Callable[[Work, int], Done], yes: bool) -> Done:
    """Makes a change once whoever asks for it has agreed to touch as many open cases as it can."""
    agreed = 0
    while True:
        try:
            with _telling(), deps.unit_of_work() as work:
                return change(work, agreed)
        except CasesTouched as touched:
            agreed = touched.count
        print(f"open cases that can get another last day: {agreed}", file=sys.stderr)
        if yes:
            continue
        if not sys.stdin.isatty():
            fail("nothing was changed: add --yes if you want it")
        typer.confirm("Change the calendar?", abort=True, err=True)


def _actor(name: str) -> Actor:
    """Whoever works at the terminal, by her account, and by the name that she gives."""
    said, known = cleaning.line(name), account()
    return Actor(OPERATOR, frozenset({Role.ADMIN}), name=f"{said} ({known})" if said and known else said or known)


def account() -> str:
    """The account of the machine that somebody at the terminal works under; empty where it has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # In a container the account may have no name.
        return ""


@app.command("feasts")
def feasts(
    year: Annotated[
        int | None, typer.Option(min=2000, max=2100, help="One year; this one and those after it by default.")
    ] = None,
    trail: Annotated[bool, typer.Option("--trail", help="Who changed the calendar, the latest first.")] = False,
    as_json: Json = False,
) -> None:
    """List the feasts, confirmed or estimated, and the closures to come; or who changed them."""
    _, deps = open_portal()
    if trail:
        _show_trail(deps, as_json)
        return
    with told():
        office, today = deps.registry.in_force.office, office_date(deps.clock.now())
        with deps.reading() as work:
            by_hand = {(one.feast, one.year) for one in calendar.confirmed(work.connection)}
            since = date(year, 1, 1) if year else today
            closures = [
                one for one in calendar.closures(work.connection, since) if not year or one.first_on.year == year
            ]
    years = [year] if year else range(today.year, office.last_year + 1)
    rows = [
        (one, feast.value, [day.isoformat() for day in office.days_of(feast, one)], _state(office, by_hand, feast, one))
        for one in years
        for feast in sorted(Feast, key=lambda feast: office.days_of(feast, one))
        if office.days_of(feast, one)
    ]
    if as_json:
        show_json({"feasts": [dict(zip(FEAST_KEYS, row, strict=True)) for row in rows], "closures": _listed(closures)})
        return
    for one, name, days, state in rows:
        print(f"{one}\t{name}\t{','.join(days)}\t{state}")
    for closure in closures:
        office_name = closure.unit or "all offices"
        print(f"{closure.first_on}\t{closure.last_on}\t{office_name}\t{closure.name_fr}\t{closure.id}")


def _show_trail(deps: Deps, as_json: bool) -> None:
    with told(), deps.reading() as work:
        changes = calendar.latest_changes(work.connection, MOST_SHOWN)
        names = sessions.staff_names(work.connection, {one.who for one in changes}, "fr")
    if as_json:
        show_json([_plain_change(one, names.get(one.who, one.name)) for one in changes])
        return
    for one in changes:
        print(f"{one.at:%Y-%m-%d %H:%M}Z\t{names.get(one.who, one.name) or one.who}\t{one.what}\t{_said(one)}")


def _plain_change(one: Change, name: str) -> dict[str, Any]:
    return {
        "at": one.at.isoformat(),
        "who": one.who,
        "name": name,
        "what": one.what,
        "before": one.before,
        "after": one.after,
    }


def _said(one: Change) -> str:
    """What stood before and after, in a line."""
    about = one.after or one.before
    name = f"{about['feast']} {about['year']}" if "feast" in about else about.get("unit") or "all offices"
    return f"{name}: {_days(one.before) or '-'} -> {_days(one.after) or '-'}"


def _days(kept: Any) -> str:
    return (
        ",".join(kept["days"]) if "days" in kept else "..".join(kept[key] for key in ("first", "last") if key in kept)
    )


MOST_SHOWN = 200

FEAST_KEYS = ("year", "feast", "days", "state")


def _state(office: Office, by_hand: set[tuple[str, int]], feast: Feast, year: int) -> str:
    if (feast, year) in by_hand:
        return "confirmed"
    return "file" if (feast, year) in office.in_file else "estimated"


def _listed(closures: list[EnteredClosure]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "unit": one.unit,
            "first": one.first_on.isoformat(),
            "last": one.last_on.isoformat(),
            "name": {"ar": one.name_ar, "fr": one.name_fr},
        }
        for one in closures
    ]


@app.command("confirm")
def confirm(
    feast: Feast,
    days: Annotated[list[str], typer.Argument(help="The days of the feast, such as 2027-03-10 2027-03-11.")],
    sure: Annotated[bool, typer.Option("--sure", help="Also days that lie far from the estimate.")] = False,
    name: As = "",
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Confirm the days of a feast in place of its estimate; the open cases that they touch are recounted.

    Days of it that have come stay off.
    """
    _, deps = open_portal()
    found, actor = [_day(one) for one in days], _actor(name)

    def change(work: Work, agreed: int) -> Done:
        return keeping.confirm_feast(work, deps, actor, feast, found[0].year, found, sure=sure, agreed=agreed)

    _tell(_changed(deps, change, yes), as_json)


@app.command("withdraw")
def withdraw(feast: Feast, year: int, name: As = "", yes: Yes = False, as_json: Json = False) -> None:
    """Take a confirmation back: the days are estimated again, or as calendar.yaml has them."""
    _, deps = open_portal()
    actor = _actor(name)

    def change(work: Work, agreed: int) -> Done:
        return keeping.withdraw_feast(work, deps, actor, feast, year, agreed=agreed)

    _tell(_changed(deps, change, yes), as_json)


@app.command("close")
def close(
    first: Day,
    last: Day,
    ar: Annotated[str, typer.Option(help="Why, in Arabic.")],
    fr: Annotated[str, typer.Option(help="Why, in French.")],
    unit: Annotated[str, typer.Option(help="The id of one office; all of them by default.")] = "",
    name: As = "",
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Close an office, or all of them, from one day to another."""
    _, deps = open_portal()
    days, actor = (_day(first), _day(last)), _actor(name)

    def change(work: Work, agreed: int) -> Done:
        return keeping.enter_closure(work, deps, actor, *days, ar, fr, unit, agreed=agreed)

    _tell(_changed(deps, change, yes), as_json)


@app.command("reopen")
def reopen(
    closure: Annotated[str, typer.Argument(help="The id that `portal clock feasts` shows.")],
    name: As = "",
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Take a closure back; one that has begun ends today."""
    _, deps = open_portal()
    actor = _actor(name)

    def change(work: Work, agreed: int) -> Done:
        return keeping.remove_closure(work, deps, actor, closure, agreed=agreed)

    _tell(_changed(deps, change, yes), as_json)


@app.command("recount")
def recount_all(
    wait: Annotated[bool, typer.Option("--wait", help="Make it here and now, whether or not a worker runs.")] = False,
    as_json: Json = False,
) -> None:
    """Have every open case recounted, as after publishing another calendar.yaml."""
    _, deps = open_portal()
    with told(), deps.unit_of_work() as work:
        asked = keeping.ask_whole_recount(work, _actor(""))
    done = _make(deps, asked) if wait else None
    if done is None:
        _tell(Done(asked), as_json)
    elif as_json:
        show_json(_plain(done))
    else:
        unread = f", {done.failed} could not be read: the log says which" if done.failed else ""
        print(f"checked {done.checked} cases, {done.moved} moved{unread}")


def _make(deps: Deps, recount_id: str) -> Recount:
    """Makes a recount once every process counts by the calendar as it is now, or waits for the worker that does."""
    time.sleep(SETTLED.total_seconds())
    while True:
        with told():
            recount(deps, recount_id)
            with deps.reading() as work:
                found = calendar.find_recount(work.connection, recount_id)
        assert found is not None  # noqa: S101  It was asked for above, and recounts are never removed.
        if found.done_at is not None:
            return found
        time.sleep(PAUSE)


def _tell(done: Done, as_json: bool) -> None:
    if as_json:
        show_json({"recount": done.recount, "kept": [day.isoformat() for day in done.kept]})
        return
    if done.kept:
        print(f"these days have come and stay off: {', '.join(day.isoformat() for day in done.kept)}")
    if done.recount is None:
        print("no working day has changed: no last day moves")
    else:
        print("the worker recounts the open cases that this touches within a few minutes")


def _plain(done: Recount) -> dict[str, Any]:
    counted = {"checked": done.checked, "moved": done.moved, "failed": done.failed}
    return {"recount": done.id, "cause": done.cause, **counted}


def _day(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        fail(f"'{word}' is not a day such as 2027-03-10")
