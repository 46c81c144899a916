"""The ways through the pages that several journeys share."""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.person import Somebody
from tests.e2e.running import Employee

RECEIPT_LINK = ".receipt-line a.button"


def find_service(person: Somebody, words: str, slug: str) -> None:
    """From the home page, by searching, to the sheet of a service."""
    person.go(f"/{person.language}/")
    person.fill(q=words)
    person.press("Search", "main, .hero")
    person.follow(person.page.locator(f"main a[href='/{person.language}/services/{slug}']"))


def sign_in_and_start(person: Somebody, who: str, slug: str) -> None:
    """From a sheet, through the identity provider, to the first page of the form."""
    person.press("Start", "main")
    person.press("Sign in and start", "main")
    person.sign_in_as(who)
    assert person.path == f"/{person.language}/services/{slug}/apply", person.path
    person.press("Start", "main")
    assert "/drafts/" in person.path, person.text


def file_residence(person: Somebody, who: str, photo: Path) -> str:
    """A tenant's request for a residence certificate, her data taken over from her identity; the reference."""
    answer_as_tenant(person, who)
    person.attach("lease", photo)
    person.press("Continue", "main")
    person.press("Hand in my file", "main")
    return handed_in(person)


def file_without_lease(person: Somebody, who: str) -> str:
    """The same, by somebody who rents without a written lease and says so on her honour; the reference."""
    answer_as_tenant(person, who)
    person.choose("lease-statement")
    person.press("Continue", "main")
    person.press("Hand in my file", "main")
    return handed_in(person)


def answer_as_tenant(person: Somebody, who: str) -> None:
    """From the home page to the page that asks for the lease."""
    find_service(person, {"ar": "شهادة السكنى", "fr": "certificat"}[person.language], "certificat-residence")
    sign_in_and_start(person, who, "certificat-residence")
    person.press("Continue", "main")
    person.press("Continue", "main")
    person.choose("housing", "tenant")
    person.press("Continue", "main")
    person.press("Continue", "main")


def file_birth_act(person: Somebody, who: str, copies: int) -> Iterator[str]:
    """From its sheet, a request for copies of one's own birth act; tells the states worth looking at."""
    sign_in_and_start(person, who, "copie-acte-naissance")
    person.press("Continue", "main")
    yield "relation"
    person.choose("relation", "self")
    person.press("Continue", "main")
    yield "act"
    person.fill(birth_place="02.113.01.09/hay-salam")
    person.choose("knows_reference", "yes")
    person.press("Continue", "main")
    person.fill(act_number="214", act_year="1969")
    person.press("Continue", "main")
    person.choose("kind", "extract")
    person.fill(copies="99")
    person.press("Continue", "main")
    yield "number-wrong"
    person.fill(copies=str(copies))
    person.press("Continue", "main")
    person.press("Continue", "main")
    yield "check"
    person.press("Hand in my file", "main")


def handed_in(person: Somebody) -> str:
    """The reference that the page after handing in shows."""
    assert person.path.endswith("/submitted"), person.text
    reference = person.path.split("/")[3]
    expect(person.page.locator(".confirmation")).to_contain_text(reference)
    return reference


def secret_of(person: Somebody) -> str:
    """The secret code that the page after handing in shows."""
    return person.page.locator(".confirmation strong.big").nth(1).inner_text()


def receipt_of(person: Somebody) -> bytes:
    """The signed receipt, as soon as it is there."""
    link = person.page.locator(RECEIPT_LINK)
    if person.scripts:
        expect(link).to_be_visible()
    else:
        person.reload_until(lambda: link.count() == 1, "the receipt is signed")
    return person.download(link)


def open_case(agent: Somebody, employee: Employee, reference: str) -> None:
    """From signing in at the counter, over the queue of the unit, to a case."""
    agent.sign_in_at_counter(employee)
    row = agent.page.locator("table.queue tr", has_text=reference)
    expect(row).to_be_visible()
    agent.follow(row.get_by_role("link"))
    assert agent.path == f"/{agent.language}/counter/cases/{reference}"


def ask_and_answer(agent: Somebody, citizen: Somebody, reference: str) -> None:
    """The agent asks for what she lacks, and the citizen answers from her own page."""
    question = {"ar": "ما رقم الشقة والطابق؟", "fr": "Quel est le numéro de l'appartement, et l'étage ?"}
    reply = {"ar": "الشقة 4، الطابق الثاني.", "fr": "Appartement 4, deuxième étage."}
    act(agent, reference, "ask_more_info", question=question[agent.language])
    citizen.go(f"/{citizen.language}/cases/{reference}")
    expect(citizen.page.locator(".to-do blockquote")).to_contain_text(question[agent.language])
    citizen.follow(citizen.page.locator(".to-do a.button"))
    citizen.fill(reply=reply[citizen.language])
    citizen.press("Send", "main")
    assert citizen.path == f"/{citizen.language}/cases/{reference}", citizen.text
    agent.go(f"/{agent.language}/counter/cases/{reference}")
    assert reply[citizen.language] in agent.text


def act(agent: Somebody, reference: str, action: str, **inputs: str) -> None:
    """Carries an action of the workflow out, from the page of the case."""
    agent.follow(agent.page.locator(f"main a[href$='/cases/{reference}/actions/{action}']"))
    agent.fill(**inputs)
    agent.follow(agent.page.locator("main form.form button.button"))
    assert agent.path == f"/{agent.language}/counter/cases/{reference}", agent.text


def take(agent: Somebody, employee: Employee) -> None:
    agent.press("Take the file", "main")
    assert agent.say("Handled by") in agent.text
    assert (employee.name_ar if agent.language == "ar" else employee.name_fr) in agent.text


def decided_document(citizen: Somebody, reference: str) -> bytes:
    """The signed decision, out of the citizen's own timeline."""
    citizen.go(f"/{citizen.language}/cases/{reference}")
    links = citizen.page.locator(".timeline a").and_(
        citizen.page.locator("a[href*='/documents/D-'], a[href*='/documents/A-']")
    )
    citizen.reload_until(lambda: links.count() == 1, "the decision is signed")
    return citizen.download(links.first)
