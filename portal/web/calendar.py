"""The calendar of the offices, for administrators: feasts are confirmed, closures entered, and what followed is seen."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from starlette.responses import Response

from portal.actions.calendar import LONGEST_NAME, Done, confirm_feast, enter_closure, remove_closure, withdraw_feast
from portal.catalogue.days_off import Feast
from portal.domain.days_off import CasesTouched, DaysOffWrong, FeastFarFromEstimate
from portal.domain.errors import NotFound, PortalError
from portal.domain.service import Field, Limits, Option, Text
from portal.fields import FIELD_TYPES
from portal.fields.base import Wrong
from portal.fields.forms import read_page
from portal.http.pages import ControlError, Page
from portal.http.readers import Administrator
from portal.i18n import N_, office_date
from portal.presenting.calendar_page import (
    FeastLine,
    FeastsOfYear,
    change_line,
    closure_line,
    feast_line,
    name_by,
    recount_line,
)
from portal.presenting.controls import Control
from portal.presenting.days_off import days_in_words, feast_and_year, said_in_each, touched_in_each
from portal.presenting.errors import explain_error
from portal.store import calendar, sessions
from portal.store.calendar import ConfirmedFeast
from portal.web import casework
from portal.web.routing import pages

router = pages("/{lang}/counter/calendar")

YEARS_SHOWN = 3
SURE = "sure"
AGREED = "agreed"
"""What begins the name of the control by which somebody agrees to touch so many cases; the number follows."""

DAY_LABELS = (
    N_("First day"),
    N_("Second day"),
    N_("Third day"),
    N_("Fourth day"),
    N_("Fifth day"),
    N_("Sixth day"),
)
TOLD = {
    "recounted": N_(
        "This is kept. The files that it touches are looked at again in a few minutes; whoever has another last day is told."
    ),
    "unchanged": N_("This is kept. No working day has changed, so no last day moves."),
    "stayed": N_(
        "This is kept. Days of the feast that have come stay off beside the new ones: what was due after them stays so. "
        "The files that the change touches are looked at again in a few minutes."
    ),
}
"""What is said of a change once it is made."""


@router.get("")
def show(page: Page, admin: Administrator) -> Response:
    """The feasts of this year and the next two, the closures to come, and the latest recounts."""
    page.title, page.current_nav = page.say(N_("Days off and feasts")), "calendar"
    today, language, base = office_date(page.deps.clock.now()), page.language, _base(page)
    with page.reading() as work:
        confirmed = calendar.confirmed(work.connection)
        closures = calendar.closures(work.connection, since=today)
        recounts, changes = calendar.latest_recounts(work.connection), calendar.latest_changes(work.connection)
        who = {one.confirmed_by for one in confirmed} | {one.entered_by for one in closures}
        who |= {one.asked_by for one in recounts} | {one.who for one in changes}
        names = sessions.staff_names(work.connection, who, language)
    offices = {unit.id: unit.name[language] for unit in page.deps.registry.territory.units}
    told = TOLD.get(page.request.query_params.get("kept", ""))
    return page.render(
        "counter/calendar.html",
        unit_name=_unit_name(page, admin.member.unit),
        told=page.say(told) if told else "",
        years=_years(page, today.year, {(one.feast, one.year): one for one in confirmed}, names),
        closures=[
            closure_line(
                one.id,
                (one.first_on, one.last_on),
                Text({"ar": one.name_ar, "fr": one.name_fr}),
                _unit_name(page, one.unit) if one.unit else "",
                (name_by(names, one.entered_by, language), one.entered_at),
                base,
                today,
                language,
            )
            for one in closures
        ],
        recounts=[
            recount_line(
                one.cause,
                (name_by(names, one.asked_by, language), one.asked_at),
                (one.checked, one.moved, one.failed),
                language,
                done=one.done_at is not None,
            )
            for one in recounts
        ],
        changes=[
            change_line(
                one.what,
                one.at,
                names.get(one.who) or one.name or name_by(names, one.who, language),
                (one.before, one.after),
                offices,
                language,
            )
            for one in changes
        ],
        closing_url=f"{base}/closures",
    )


def _years(
    page: Page, first: int, confirmed: Mapping[tuple[str, int], ConfirmedFeast], names: Mapping[str, str]
) -> list[FeastsOfYear]:
    """The feasts of the years to come, as far as the calendar reaches."""
    office = page.deps.registry.in_force.office
    years = range(max(first, office.first_year), min(first + YEARS_SHOWN - 1, office.last_year) + 1)
    return [FeastsOfYear(year, _feasts(page, year, confirmed, names)) for year in years]


def _feasts(
    page: Page, year: int, confirmed: Mapping[tuple[str, int], ConfirmedFeast], names: Mapping[str, str]
) -> tuple[FeastLine, ...]:
    """The feasts of a year in the order of their days; what this page has just changed is read from the database."""
    office, lines = page.deps.registry.in_force.office, []
    for feast in Feast:
        held = confirmed.get((feast, year))
        in_file = office.in_file.get((feast, year))
        days = held.days if held is not None else in_file or office.estimated(feast, year)
        by = (name_by(names, held.confirmed_by, page.language), held.confirmed_at) if held is not None else None
        url = _feast_url(page.language, feast, year)
        line = feast_line(feast, days, url, page.language, confirmed=by, in_file=in_file is not None)
        lines.append((days, line))
    return tuple(line for _, line in sorted(lines, key=lambda one: one[0]))


@router.get("/feasts/{feast}/{year}")
def feast(page: Page, admin: Administrator, feast: str, year: int) -> Response:
    """The days of one feast, to be confirmed."""
    found, fields = _feast_asked(page, feast, year)
    return _show_feast(page, admin, found, year, page.take_typed() or _as_it_stands(page, found, year, fields))


def _as_it_stands(page: Page, feast: Feast, year: int, fields: Sequence[Field]) -> dict[str, str]:
    """The form filled in with the days of a feast as they stand."""
    with page.reading() as work:
        held = calendar.find_confirmed(work.connection, feast, year)
    office, typed = page.deps.registry.in_force.office, dict[str, str]()
    days = held.days if held is not None else office.in_file.get((feast, year)) or office.estimated(feast, year)
    for field, day in zip(fields, days, strict=False):
        typed |= FIELD_TYPES["date"].write(field, day.isoformat())
    return typed


@router.post("/feasts/{feast}/{year}")
def confirm(page: Page, admin: Administrator, feast: str, year: int) -> Response:
    """Confirms the days of a feast; far from the estimate only once more, by one who is sure."""
    found, fields = _feast_asked(page, feast, year)
    if switch := page.switched:
        page.keep_typed()
        return page.see_other(_feast_url(switch, found, year))
    reading = read_page(fields, page.form, casework.around(page), _always)
    if reading.errors:
        return _show_feast(page, admin, found, year, page.form, reading.errors)
    days = [date.fromisoformat(one) for one in reading.answers.values() if one]
    try:
        with page.unit_of_work() as work:
            sure = page.form.get(SURE) == "yes"
            done = confirm_feast(work, page.deps, admin.actor, found, year, days, sure=sure, agreed=_agreed(page.form))
    except (DaysOffWrong, CasesTouched) as wrong:
        return _show_feast(page, admin, found, year, page.form, wrong=wrong)
    return _kept(page, done)


@router.post("/feasts/{feast}/{year}/withdraw")
def withdraw(page: Page, admin: Administrator, feast: str, year: int) -> Response:
    """Takes a confirmation back."""
    found, fields = _feast_asked(page, feast, year)
    if switch := page.switched:
        return page.see_other(_feast_url(switch, found, year))
    try:
        with page.unit_of_work() as work:
            done = withdraw_feast(work, page.deps, admin.actor, found, year, agreed=_agreed(page.form))
    except CasesTouched as touched:
        question = page.say(N_("Take the confirmation back"))
        name = feast_and_year(found, year, page.language)
        return _ask_if_sure(page, admin, f"{question}: {name}", _feast_url(page.language, found, year), touched)
    except DaysOffWrong as wrong:
        return _show_feast(page, admin, found, year, _as_it_stands(page, found, year, fields), wrong=wrong)
    return _kept(page, done)


def _agreed(form: Mapping[str, str]) -> int:
    """How many cases somebody agreed to touch: the number stands in the name of the control that she ticked."""
    ticked = (name.removeprefix(AGREED) for name, value in form.items() if name.startswith(AGREED) and value == "yes")
    counts = (number for number in ticked if number.isascii() and number.isdigit() and len(number) < 10)
    return max(map(int, counts), default=0)


def _to_agree(touched: CasesTouched) -> Field:
    said = touched_in_each(touched.count)
    return Field(f"{AGREED}{touched.count}", "statement", said_in_each(N_("Are you sure?")), statement=said)


def _ask_if_sure(page: Page, admin: Administrator, question: str, back: str, touched: CasesTouched) -> Response:
    """Asks whoever takes something back whether she wants it, with the number of files that it can touch."""
    page.title, page.current_nav = question, "calendar"
    asked = [_to_agree(touched)]
    return page.render(
        "counter/calendar_sure.html",
        status=422,
        unit_name=_unit_name(page, admin.member.unit),
        back_url=back,
        form_action=page.request.url.path,
        controls=_controls(page, asked, {}, {}, touched, {}),
    )


def _feast_asked(page: Page, feast: str, year: int) -> tuple[Feast, list[Field]]:
    """A feast that the calendar knows of that year, and the question of each of its days, with room for one more."""
    try:
        found = Feast(feast)
    except ValueError:
        raise NotFound() from None
    office = page.deps.registry.in_force.office
    expected = office.estimated(found, year)
    if not expected:
        raise NotFound()
    # Days that have come may stand beside those that were announced.
    labels = DAY_LABELS[: max(len(expected) + 1, len(office.days_of(found, year)))]
    return found, [
        Field(f"day{number}", "date", said_in_each(label), required=number == 1)
        for number, label in enumerate(labels, start=1)
    ]


def _show_feast(
    page: Page,
    admin: Administrator,
    feast: Feast,
    year: int,
    typed: Mapping[str, str],
    errors: Mapping[str, Wrong] | None = None,
    wrong: PortalError | None = None,
) -> Response:
    _, fields = _feast_asked(page, feast, year)
    if isinstance(wrong, FeastFarFromEstimate) or (isinstance(wrong, CasesTouched) and typed.get(SURE) == "yes"):
        said = said_in_each(N_("I have checked: these are the days of the feast."))
        fields.append(Field(SURE, "statement", said_in_each(N_("Are you sure?")), required=False, statement=said))
    if isinstance(wrong, CasesTouched):
        fields.append(_to_agree(wrong))
    page.title, page.current_nav = feast_and_year(feast, year, page.language), "calendar"
    office = page.deps.registry.in_force.office
    with page.reading() as work:
        held = calendar.find_confirmed(work.connection, feast, year)
    return page.render(
        "counter/calendar_feast.html",
        status=422 if errors or wrong else 200,
        unit_name=_unit_name(page, admin.member.unit),
        back_url=_base(page),
        form_action=_feast_url(page.language, feast, year),
        controls=_controls(page, fields, typed, errors or {}, wrong, {"days": "day1"}),
        estimated=days_in_words(office.estimated(feast, year), page.language),
        withdraw_url=f"{_feast_url(page.language, feast, year)}/withdraw" if held is not None else "",
    )


@router.get("/closures")
def closure(page: Page, admin: Administrator) -> Response:
    """Days on which an office is closed, to be entered."""
    return _show_closure(page, admin, page.take_typed())


@router.post("/closures")
def close(page: Page, admin: Administrator) -> Response:
    """Closes an office, or all of them, on some days."""
    if switch := page.switched:
        page.keep_typed()
        return page.see_other(f"/{switch}/counter/calendar/closures")
    reading = read_page(_closure_fields(page), page.form, casework.around(page), _always)
    if reading.errors:
        return _show_closure(page, admin, page.form, reading.errors)
    said = reading.answers
    first = date.fromisoformat(said["first"])
    last = date.fromisoformat(said["last"]) if said["last"] else first
    names, unit = (said["name_ar"], said["name_fr"]), said["unit"] or ""
    try:
        with page.unit_of_work() as work:
            done = enter_closure(work, page.deps, admin.actor, first, last, *names, unit, agreed=_agreed(page.form))
    except (DaysOffWrong, CasesTouched) as wrong:
        return _show_closure(page, admin, page.form, wrong=wrong)
    return _kept(page, done)


@router.post("/closures/{closure_id}/remove")
def reopen(page: Page, admin: Administrator, closure_id: str) -> Response:
    """Takes a closure back, or has one that has begun end today."""
    if switch := page.switched:
        return page.see_other(f"/{switch}/counter/calendar")
    try:
        with page.unit_of_work() as work:
            done = remove_closure(work, page.deps, admin.actor, closure_id, agreed=_agreed(page.form))
    except CasesTouched as touched:
        return _ask_if_sure(page, admin, page.say(N_("Open an office again")), _base(page), touched)
    return _kept(page, done)


def _closure_fields(page: Page) -> list[Field]:
    offices = tuple(Option(unit.id, unit.name) for unit in page.deps.registry.territory.units)
    every = said_in_each(N_("Choose none where all offices are closed."))
    one_day = said_in_each(N_("Leave it empty for a single day."))
    short = Limits(max_length=LONGEST_NAME)
    return [
        Field("unit", "select", said_in_each(N_("Office")), hint=every, required=False, options=offices),
        Field("first", "date", said_in_each(N_("First day of the closure"))),
        Field("last", "date", said_in_each(N_("Last day of the closure")), hint=one_day, required=False),
        Field("name_ar", "short_text", said_in_each(N_("Why it is closed, in Arabic")), limits=short),
        Field("name_fr", "short_text", said_in_each(N_("Why it is closed, in French")), limits=short),
    ]


def _show_closure(
    page: Page,
    admin: Administrator,
    typed: Mapping[str, str],
    errors: Mapping[str, Wrong] | None = None,
    wrong: PortalError | None = None,
) -> Response:
    fields = _closure_fields(page)
    if isinstance(wrong, CasesTouched):
        fields.append(_to_agree(wrong))
    page.title, page.current_nav = page.say(N_("Close an office")), "calendar"
    return page.render(
        "counter/calendar_closure.html",
        status=422 if errors or wrong else 200,
        unit_name=_unit_name(page, admin.member.unit),
        back_url=_base(page),
        form_action=f"{_base(page)}/closures",
        controls=_controls(page, fields, typed, errors or {}, wrong, {"name": "name_ar"}),
    )


def _controls(
    page: Page,
    fields: Sequence[Field],
    typed: Mapping[str, str],
    errors: Mapping[str, Wrong],
    wrong: PortalError | None,
    about: Mapping[str, str],
) -> list[Control]:
    """The form as it was filled in; what is ``wrong`` of all of it stands at the control that it is ``about``."""
    controls = casework.controls_for(page, fields, typed, errors)
    if wrong is None:
        return controls
    named = wrong.about if isinstance(wrong, DaysOffWrong) else fields[-1].id
    at, message = about.get(named, named), explain_error(wrong, page.language).text
    page.errors = [*page.errors, ControlError(at, message)]
    return [replace(one, error=message) if one.id == at else one for one in controls]


def _kept(page: Page, done: Done) -> Response:
    # The next page of this process shows the calendar as it now is; the others see it within two seconds.
    page.deps.registry.forget()
    kept = "stayed" if done.kept else "recounted" if done.recount is not None else "unchanged"
    return page.see_other(f"{_base(page)}?kept={kept}")


def _base(page: Page) -> str:
    return f"/{page.language}/counter/calendar"


def _feast_url(language: str, feast: Feast, year: int) -> str:
    return f"/{language}/counter/calendar/feasts/{feast.value}/{year}"


def _unit_name(page: Page, unit: str) -> str:
    try:
        return page.deps.registry.territory.unit(unit).name[page.language]
    except LookupError:
        # Its office may be gone from the territory since.
        return unit


def _always(_field: Field, _answers: Mapping[str, Any]) -> bool:
    return True
