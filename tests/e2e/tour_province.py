"""The chapters of the tour that need a busy province: its counters, the errors, and the design system's own pages."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from tests.e2e.places import Places, Stop
from tests.e2e.running import RunningPortal
from tests.e2e.survey import Party, Tourist


def a_province(party: Party, places: Places) -> Iterator[Stop]:
    """The counters of a province with dozens of cases, shown as a demonstration."""
    province, language = places.province, party.language
    agent, chief = party.member(province), party.member(province)
    agent.sign_in_at_counter(*places.employees["agent.annexe1"])
    yield "province-queue", agent
    row = agent.page.locator("table.queue tbody tr", has=agent.page.locator(".tag.due.late")).first
    agent.follow(row.get_by_role("link").first)
    yield "province-late", agent
    chief.sign_in_at_counter(*places.employees["chief.annexe1"])
    chief.go(agent.path)
    for person in (agent, chief):
        # The second of two who take a file is told that somebody was faster.
        button = person.page.locator("main form[action$='/take'] button")
        if button.count():
            person.follow(button.first)
    yield "error-409", chief
    yield from watched(party, places, chief)
    agent.go(f"/{language}/counter/cases/BRK-26-0000-0000-0")
    yield "error-404-counter", agent
    citizen = party.member(province)
    citizen.go(f"/{language}/")
    yield "demonstration-home", citizen
    citizen.go(f"/{language}/services")
    citizen.go(f"/{language}/track")
    forget_the_visit(citizen)
    citizen.fill(reference="BRK-26-0000-0000-0", secret="0")
    citizen.press("Follow", "main")
    yield "error-403", citizen
    citizen.go(f"/{language}/track")
    citizen.page.locator("[name=reference]").evaluate("(one) => { one.removeAttribute('maxlength'); }")
    citizen.fill(reference="x" * 300_000)
    citizen.press("Follow", "main")
    yield "error-413", citizen
    citizen.go(f"/{language}/sign-in")
    citizen.follow(citizen.page.locator("main form button").first)
    yield "error-503", citizen
    province.command("maintenance", "on")
    citizen.go(f"/{language}/")
    yield "maintenance", citizen
    province.command("maintenance", "off")
    with broken(province):
        agent.go(f"/{language}/counter")
        yield "error-500", agent


def watched(party: Party, places: Places, chief: Tourist) -> Iterator[Stop]:
    """What falls due, for those who lead, and what became of a year's files, for everybody."""
    language = chief.language
    chief.go(f"/{language}/counter/deadlines")
    yield "deadlines", chief
    chief.page.locator("details.fold summary").first.click()
    yield "deadlines-table", chief
    general = party.member(places.province)
    general.sign_in_at_counter(*places.employees["general.province"])
    general.go(f"/{language}/counter/deadlines")
    yield "deadlines-province", general
    general.go(f"/{language}/counter/deadlines?unit=annexe-berkane-1")
    yield "deadlines-chosen", general
    general.go(f"/{language}/counter")
    yield "escalated", general
    general.follow(general.page.locator("main table a").first)
    yield "escalated-case", general
    visitor = party.member(places.province)
    visitor.go(f"/{language}/indicators")
    yield "province-indicators", visitor
    visitor.go(f"/{language}/indicators?service=certificat-residence")
    yield "province-indicators-service", visitor
    # Nothing is signed in this province, so that the document stays in preparation.
    visitor.go(f"/{language}/indicators.pdf?service=certificat-residence")
    yield "report-offered", visitor
    asking = visitor.page.locator("main form[action*='/indicators.pdf'] button")
    if asking.count():
        # In another language somebody may have asked before.
        visitor.follow(asking)
    yield "report-pending", visitor


def design(party: Party, places: Places) -> Iterator[Stop]:
    """The design system's own pages. Those of the components show every language, so one tour measures them."""
    builder = party.member(places.province)
    builder.go(f"/{builder.language}/design")
    yield "design", builder
    links = builder.page.locator(f"main a[href^='/{builder.language}/design/']")
    addresses = sorted({str(link.get_attribute("href")) for link in links.all()})
    assert addresses, "the index of the design system leads nowhere"
    for address in addresses:
        name = address.rpartition("/")[2]
        builder.go(address)
        if name in ("tokens", "button") or builder.language == "ar" or party.looks_everywhere:
            yield f"design-{name}", builder


def forget_the_visit(person: Tourist) -> None:
    """As after hours in front of a page: the browser no longer has what its form was tied to."""
    person.context.clear_cookies()


@contextmanager
def broken(portal: RunningPortal) -> Iterator[None]:
    """While this lasts, a table is missing: a fault of ours."""
    database = portal.environment["PORTAL_DATABASE_URL"].removeprefix("sqlite:///")

    def run(statement: str) -> None:
        connection = sqlite3.connect(database, timeout=20)
        with connection:
            connection.execute(statement)
        connection.close()

    run("ALTER TABLE cases RENAME TO cases_away")
    try:
        yield
    finally:
        run("ALTER TABLE cases_away RENAME TO cases")
