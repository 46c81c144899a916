"""What the portal knows of the citizen who reads it (law 09-08: the right of access)."""

from datetime import date

from starlette.responses import Response

from portal.fields.phone import spaced
from portal.http.pages import Page
from portal.http.readers import Citizen
from portal.i18n import N_, plain_date
from portal.presenting.check import Row
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


@router.get("/me")
def me(page: Page, citizen: Citizen) -> Response:
    """Her own data, where it comes from, and how to have it put right."""
    with page.reading() as work:
        claims = people.find_claims(work.connection, work.vault, citizen.id)
    known = person_of(claims, page).data()
    if known["place"]:
        known["place"] = page.deps.registry.territory.place_name(known["place"])[page.language]
    if known["birth_date"]:
        known["birth_date"] = plain_date(date.fromisoformat(known["birth_date"]), page.language)
    if known["name_fr"] == known["name_ar"]:
        known["name_fr"] = ""
    known["phone"] = spaced(known["phone"])
    rows = [Row(page.say(label), known[name], name in LATIN) for name, label in LABELS.items() if known[name]]
    page.title, page.current_nav = page.say(N_("Your data")), "me"
    return page.render("citizen/me.html", rows=rows)
