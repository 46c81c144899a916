"""The chapters of the tour that show what the service language can say: who a service is for, lists of entries,
opinions of other offices, a committee, fees by number, files passed on, and services done elsewhere.
"""

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.e2e import paper, project, register
from tests.e2e.places import Places, Stop
from tests.e2e.project import PROJECT
from tests.e2e.running import (
    AGENT_COMMUNE,
    AGENT_PROVINCE,
    CHIEF_PROVINCE,
    CLERK,
    DESIGNER,
    MEMBERS,
    PASSWORD,
    PUBLISHER,
    RunningPortal,
)
from tests.e2e.studio import sign_in_to_studio
from tests.e2e.survey import Party, Tourist
from tests.e2e.ways import RECEIPT_LINK, act, file_birth_act, handed_in, sign_in_and_start

PERMIT = "permis-construire"


def eligibility(party: Party, places: Places) -> Iterator[Stop]:
    """Somebody without an account asks whether a service is for her, and gets each of the three verdicts."""
    visitor = party.member(places.portal)
    language = visitor.language
    visitor.go(f"/{language}/services/{PROJECT}")
    yield "sheet-project", visitor
    visitor.press("Is this service for you?", "aside")
    yield "eligibility", visitor
    visitor.press("See the answer", "main")
    yield "eligibility-wrong", visitor
    project.ask_whether(visitor, born=2015)
    yield "eligibility-no", visitor
    visitor.picture("eligibility")
    visitor.press("Change an answer", "main")
    yield "eligibility-again", visitor
    project.ask_whether(visitor, born=int(project.BIRTH[0]), stage="idea")
    yield "eligibility-sent-on", visitor
    project.be_told_yes(visitor)
    yield "eligibility-yes", visitor


def elsewhere(party: Party, places: Places) -> Iterator[Stop]:
    """A service that is done on another platform: its sheet, its leaflet, and what a clerk shows of it."""
    visitor, clerk = party.member(places.portal), party.member(places.portal)
    language = visitor.language
    visitor.go(f"/{language}/services/{PERMIT}")
    yield "sheet-elsewhere", visitor
    visitor.go(f"/{language}/services/{PERMIT}/leaflet")
    yield "leaflet-elsewhere", visitor
    visitor.go(f"/{language}/services/{PERMIT}/eligibility")
    visitor.choose("works", "build")
    visitor.choose("architect", "yes")
    visitor.press("See the answer", "main")
    yield "eligibility-elsewhere", visitor
    visitor.go(f"/{language}/services/{PROJECT}/leaflet")
    yield "leaflet-project", visitor
    clerk.sign_in_at_counter(CLERK)
    clerk.go(f"/{language}/counter/file/{PERMIT}")
    yield "counter-elsewhere", clerk


def income_project(party: Party, places: Places) -> Iterator[Stop]:
    """A cooperative's project: a long form, opinions of two offices, a committee that refuses, and new elements."""
    citizen, agent = party.member(places.portal), party.member(places.portal)
    language = citizen.language
    citizen.go(f"/{language}/services/{PROJECT}")
    project.begin(citizen, "amine")
    yield "project-tasks", citizen
    for name in project.answer_project(citizen, paper.scan_of(places.photo), places.photo):
        yield f"project-{name}", citizen
        if name == "tasks-midway":
            citizen.picture("tasks")
    citizen.press("Hand in my file", "main")
    reference = handed_in(citizen)
    agent.sign_in_at_counter(AGENT_PROVINCE)
    agent.go(f"/{language}/counter/cases/{reference}")
    yield "counter-project", agent
    agent.press("Record what was obtained", "main")
    yield "counter-obtained", agent
    agent.press("Record what was obtained", "main")
    yield "counter-obtained-wrong", agent
    agent.attach("registration", places.photo)
    agent.press("Record what was obtained", "main")
    citizen.go(f"/{language}/cases/{reference}")
    yield "case-obtained", citizen
    project.consult(agent, reference)
    yield "counter-consulting", agent
    citizen.go(f"/{language}/cases/{reference}")
    yield "case-consulting", citizen
    for employee in project.ADVISERS:
        adviser = party.member(places.portal)
        for name in project.advise(adviser, employee, reference):
            if employee is AGENT_COMMUNE:
                yield f"counter-opinion-{name}", adviser
            if employee is AGENT_COMMUNE and name == "form":
                adviser.picture("counter-opinion")
    yield from before_the_committee(party, places.portal, citizen, reference)


def before_the_committee(party: Party, portal: RunningPortal, citizen: Tourist, reference: str) -> Iterator[Stop]:
    language, reasons = citizen.language, project.TEXTS["reasons"][citizen.language]
    for number, employee in enumerate(MEMBERS):
        member = party.member(portal)
        member.sign_in_at_counter(employee)
        if number == 0:
            member.go(f"/{language}/counter/cases/{reference}")
            yield "counter-sitting", member
            member.press("Vote", "#sitting")
            yield "counter-sitting-wrong", member
        project.vote(member, reference, choice="for" if number == 1 else "against")
        if number == 0:
            yield "counter-voted", member
    citizen.go(f"/{language}/cases/{reference}")
    yield "case-sitting", citizen
    chief = party.member(portal)
    chief.sign_in_at_counter(CHIEF_PROVINCE)
    chief.go(f"/{language}/counter/cases/{reference}")
    yield "counter-counted", chief
    act(chief, reference, "refuse", minutes="7/2026", ground="market", reasons=reasons)
    yield "counter-rejected", chief
    yield from a_revocation(chief)
    chief.go(f"/{language}/counter/cases/{reference}")
    chief.follow(chief.page.locator("main a[href$='/actions/reopen']"))
    yield "counter-reopen", chief
    chief.go(f"/{language}/counter/cases/{reference}")
    act(chief, reference, "reopen", reasons=project.TEXTS["elements"][language])
    yield "counter-reopened", chief
    citizen.go(f"/{language}/cases/{reference}")
    yield "case-reopened", citizen


def a_revocation(chief: Tourist) -> Iterator[Stop]:
    """The receipt of a file said something wrong: another is issued in its place."""
    revoke = chief.page.locator("main a[href$='/revoke']").first
    chief.reload_until(lambda: revoke.count() == 1, "a document is signed")
    chief.follow(revoke)
    yield "counter-revoke", chief
    chief.follow(chief.page.locator("main form.form button.button"))
    yield "counter-revoke-wrong", chief
    chief.choose("why", "error")
    chief.fill(reasons=project.TEXTS["elements"][chief.language])
    chief.follow(chief.page.locator("main form.form button.button"))
    yield "counter-revoked", chief


def birth_act(party: Party, places: Places) -> Iterator[Stop]:
    """Copies of a birth act: a fee by their number, answers used again, and a file passed on to another commune."""
    citizen, agent = party.member(places.portal), party.member(places.portal)
    language = citizen.language
    citizen.go(f"/{language}/services/copie-acte-naissance")
    yield "sheet-copies", citizen
    for name in file_birth_act(citizen, "hassan", copies=2):
        yield f"copies-{name}", citizen
    reference = handed_in(citizen)
    expect(citizen.page.locator(RECEIPT_LINK)).to_be_visible()
    citizen.go(f"/{language}/cases/{reference}")
    yield "case-fee", citizen
    agent.sign_in_at_counter(AGENT_COMMUNE)
    agent.go(f"/{language}/counter/cases/{reference}")
    agent.follow(agent.page.locator("main a[href$='/actions/send_to_right_commune']"))
    yield "counter-transfer", agent
    agent.follow(agent.page.locator("main form.form button.button"))
    yield "counter-transfer-wrong", agent
    agent.fill(unit="commune-ahfir", note={"ar": "الولادة مسجلة هناك.", "fr": "La naissance y est inscrite."}[language])
    agent.follow(agent.page.locator("main form.form button.button"))
    yield "counter-transferred", agent
    citizen.go(f"/{language}/cases/{reference}")
    yield "case-transferred", citizen
    citizen.go(f"/{language}/services/copie-acte-naissance")
    citizen.press("Start", "main")
    citizen.press("Start", "main")
    citizen.press("Continue", "main")
    citizen.choose("relation", "self")
    citizen.press("Continue", "main")
    yield "copies-known", citizen
    citizen.press("Use these answers", "main")
    yield "copies-used", citizen


def registers(party: Party, places: Places) -> Iterator[Stop]:
    """Answers that registers may know: she lets one be asked that is away, then one that answers."""
    designer, publisher, citizen = (party.member(places.portal) for _ in range(3))
    sign_in_to_studio(designer, DESIGNER.login, PASSWORD)
    sign_in_to_studio(publisher, PUBLISHER.login, PASSWORD)
    slug = register.offer_service(designer, publisher, places.photo.parent)
    for name in register.ask_registers(citizen, slug, "fatima"):
        yield f"register-{name}", citizen


def own_data(party: Party, places: Places) -> Iterator[Stop]:
    """What somebody keeps here for her next requests."""
    citizen = party.member(places.portal)
    language = citizen.language
    citizen.go(f"/{language}/services/copie-acte-naissance")
    sign_in_and_start(citizen, "ahmed", "copie-acte-naissance")
    citizen.go(f"/{language}/me")
    citizen.fill(phone="12")
    citizen.press("Save", "main")
    yield "me-wrong", citizen
    citizen.fill(phone="0600000014", email="", address={"ar": "24، حي المسيرة", "fr": "24, Hay Al Massira"}[language])
    citizen.press("Save", "main")
    yield "me-kept", citizen
