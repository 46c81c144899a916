"""What the portal knows of the citizen who reads it (law 09-08: the right of access), and what she keeps here herself."""

from collections.abc import Mapping
from datetime import date

from starlette.responses import Response

from portal.domain.service import Field, Text
from portal.fields.base import Surroundings, Wrong
from portal.fields.forms import PageReading, read_page
from portal.fields.phone import spaced
from portal.http.pages import ControlError, Page
from portal.http.readers import Citizen
from portal.i18n import N_, languages, office_date, plain_date, translate
from portal.presenting.check import Row
from portal.presenting.controls import control_for, controls_of
from portal.presenting.wrongs import summary_of
from portal.store import people
from portal.web.apply import person_of
from portal.web.routing import pages

router = pages()

LABELS = {
    "name_ar": N_("Full name in Arabic"),
    "name_fr": N_("Full name in Latin letters"),
    "cnie": N_("Number of the national identity card"),
    "birth_date": N_("Date of birth"),
    "place": N_("Commune or district"),
    "address": N_("Address"),
    "phone": N_("Telephone"),
    "email": N_("E-mail"),
}
LATIN = {"name_fr", "cnie", "phone", "email"}


def _both(message: str) -> Text:
    return Text({language: translate(language, message) for language in languages()})


def profile_fields() -> tuple[Field, ...]:
    """What she may keep here: how to reach her and where she lives, all of it optional."""
    return (
        Field("phone", "phone", _both(N_("Telephone")), required=False),
        Field("email", "email", _both(N_("E-mail")), required=False),
        Field("place", "place", _both(N_("Commune or district")), required=False),
        Field("address", "short_text", _both(N_("Address")), required=False),
    )


@router.get("/me")
def me(page: Page, citizen: Citizen) -> Response:
    """Her own data, where it comes from, and how to have it put right."""
    return _show(page, citizen, page.take_typed(), {})


def _show(page: Page, citizen: Citizen, typed: Mapping[str, str], errors: Mapping[str, Wrong]) -> Response:
    with page.reading() as work:
        claims = people.find_claims(work.connection, work.vault, citizen.id)
        profile = people.find_profile(work.connection, work.vault, citizen.id)
    fields = profile_fields()
    shown = dict(typed)
    if not typed:
        for field in fields:
            shown.update(controls_of(field, profile.get(field.id)))
    page.title, page.current_nav = page.say(N_("Your data")), "me"
    page.errors = [ControlError(*line) for line in summary_of(fields, errors, page.language)]
    territory = page.deps.registry.territory
    return page.render(
        "citizen/me.html",
        status=422 if errors else 200,
        rows=_rows(page, claims),
        controls=[control_for(field, shown, errors.get(field.id), territory, page.language) for field in fields],
        form_action=f"/{page.language}/me",
        kept=page.request.query_params.get("saved") == "1",
    )


def _rows(page: Page, claims: Mapping[str, str]) -> list[Row]:
    """What her identity provider says of her."""
    known = person_of(claims, page).data()
    if known["place"]:
        known["place"] = page.deps.registry.territory.place_name(known["place"])[page.language]
    if known["birth_date"]:
        known["birth_date"] = plain_date(date.fromisoformat(known["birth_date"]), page.language)
    if known["name_fr"] == known["name_ar"]:
        known["name_fr"] = ""
    known["phone"] = spaced(known["phone"])
    return [Row(page.say(label), known[name], name in LATIN) for name, label in LABELS.items() if known[name]]


@router.post("/me")
def keep(page: Page, citizen: Citizen) -> Response:
    """Keeps what she wrote for her next requests; what she empties is forgotten."""
    if switch := page.switched:
        page.keep_typed()
        return page.see_other(f"/{switch}/me")
    reading = _read(page)
    if reading.errors:
        return _show(page, citizen, reading.typed, reading.errors)
    with page.unit_of_work() as work:
        told = {name: str(value) for name, value in reading.answers.items() if value}
        people.keep_profile(work.connection, work.vault, citizen.id, told)
    return page.see_other(f"/{page.language}/me?saved=1#kept")


def _read(page: Page) -> PageReading:
    around = Surroundings(page.deps.registry.territory, office_date(page.deps.clock.now()))
    return read_page(profile_fields(), page.form, around, lambda _field, _answers: True)
