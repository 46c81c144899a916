"""A tour of every page and state of the portal. Each chapter drives a real journey and stops where there is something
to look at. A page of its own that anybody may open is one line of ``OPEN_PAGES``; another is a ``yield`` in its chapter.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e import paper
from tests.e2e.places import Places, Stop
from tests.e2e.running import AGENT, CLERK
from tests.e2e.survey import Party, Tourist
from tests.e2e.tour_acts import acts
from tests.e2e.tour_calendar import days_off
from tests.e2e.tour_language import birth_act, eligibility, elsewhere, income_project, own_data, registers
from tests.e2e.tour_province import a_province, design
from tests.e2e.tour_remedies import remedies
from tests.e2e.tour_studio import studio
from tests.e2e.tour_versions import versions
from tests.e2e.ways import RECEIPT_LINK, act, handed_in, secret_of, sign_in_and_start

OPEN_PAGES = {
    "home": "/",
    "services": "/services",
    "services-found": "/services?q=residence",
    "services-weak": "/services?q=zzz",
    "sheet-residence": "/services/certificat-residence",
    "sheet-aids": "/services/aides-techniques",
    "sheet-complaint": "/services/reclamation",
    "sheet-following": "/services/recours-administratif",
    "start-residence": "/services/certificat-residence/apply",
    "start-complaint": "/services/reclamation/apply",
    "track": "/track",
    "verify": "/verify",
    "verify-offline": "/verify/offline",
    "sign-in": "/sign-in",
    "life-birth": "/life/birth",
    "life-home": "/life/home",
    "leaflet": "/services/certificat-residence/leaflet",
    "counters": "/counters",
    "indicators": "/indicators",
    "transparency": "/transparency",
    "help": "/help",
    "words": "/words",
    "legal": "/legal",
    "privacy": "/privacy",
    "accessibility": "/accessibility",
    "counter-sign-in": "/counter/sign-in",
    "error-404": "/no-such-page",
    "error-404-service": "/services/no-such-service",
}
"""What anybody may open, by name: looked at signed out, and signed in where the header differs."""

ALSO_SIGNED_IN = ("home", "services", "sheet-residence", "start-residence", "verify", "error-404")

TEXTS = {
    "spot": {"ar": "أمام مدرسة ابن خلدون", "fr": "Devant l'école Ibn Khaldoun"},
    "lamp": {"ar": "المصباح قرب المدرسة معطل منذ أسبوع.", "fr": "Le lampadaire est en panne depuis une semaine."},
    "question": {"ar": "ما رقم الشقة والطابق؟", "fr": "Quel est le numéro de l'appartement, et l'étage ?"},
    "reply": {"ar": "الشقة 4، الطابق الثاني.", "fr": "Appartement 4, deuxième étage."},
    "reasons": {"ar": "العنوان خارج نفوذ الملحقة.", "fr": "L'adresse n'est pas du ressort de l'annexe."},
}


# What static/js/session.js does two minutes before the session ends.
SESSION_ENDS = """async (address) => {
    const text = await (await fetch(address)).text();
    const box = new DOMParser().parseFromString(text, "text/html").getElementById("session-end");
    document.body.append(box);
    box.querySelector("[data-countdown]").textContent = "1:59";
    box.showModal();
}"""


def open_pages(party: Party, places: Places) -> Iterator[Stop]:
    visitor = party.member(places.portal)
    for name, path in OPEN_PAGES.items():
        visitor.go(f"/{visitor.language}{path}")
        yield name, visitor
    visitor.go("/no-such-language/services")
    yield "error-404-language", visitor


def residence(party: Party, places: Places) -> Iterator[Stop]:
    """A citizen asks for a certificate, with a mistake on every page that can hold one."""
    citizen = party.member(places.portal)
    language = citizen.language
    citizen.go(f"/{language}/services/certificat-residence")
    sign_in_and_start(citizen, "fatima", "certificat-residence")
    yield "question-you", citizen
    citizen.fill(name_ar="", cnie="12")
    citizen.press("Continue", "main")
    yield "question-you-wrong", citizen
    citizen.fill(name_ar="فاطمة الزهراء بنعلي", cnie="FA112233")
    citizen.press("Continue", "main")
    yield "question-home", citizen
    citizen.fill(place="", address="")
    citizen.press("Continue", "main")
    yield "question-home-wrong", citizen
    citizen.fill(place="02.113.01.09/hay-salam", address="12، زنقة الليمون")
    citizen.press("Continue", "main")
    yield "question-housing", citizen
    citizen.press("Continue", "main")
    yield "question-housing-wrong", citizen
    citizen.choose("housing", "tenant")
    citizen.press("Continue", "main")
    yield "question-contact", citizen
    citizen.fill(phone="12", email="fatima")
    citizen.press("Continue", "main")
    yield "question-contact-wrong", citizen
    citizen.fill(phone="0600000011", email="fatima.benali@example.org")
    citizen.press("Continue", "main")
    yield "documents", citizen
    citizen.attach("lease", Path(__file__))
    citizen.press("Send the file", "main")
    yield "documents-wrong", citizen
    citizen.go(f"{citizen.path}?too_large=1")
    yield "documents-too-large", citizen
    citizen.attach("lease", places.photo)
    citizen.press("Send the file", "main")
    expect(citizen.page.locator(".received")).to_contain_text("photo.jpg")
    yield "documents-received", citizen
    citizen.press("Continue", "main")
    yield "check", citizen
    with places.portal.without_worker():
        citizen.press("Hand in my file", "main")
        reference = handed_in(citizen)
        yield "submitted-waiting", citizen
        citizen.go(f"/{language}/cases/{reference}/receipt.pdf")
        yield "receipt-pending", citizen
    citizen.go(f"/{language}/cases/{reference}/submitted")
    expect(citizen.page.locator(RECEIPT_LINK)).to_be_visible()
    yield "submitted", citizen
    citizen.go(f"/{language}/cases/{reference}")
    yield "case", citizen
    citizen.go(f"/{language}/cases")
    yield "cases", citizen
    citizen.go(f"/{language}/me")
    yield "me", citizen
    citizen.page.evaluate(SESSION_ENDS, f"/{language}/session")
    yield "me-session-ends", citizen
    for name in ALSO_SIGNED_IN:
        citizen.go(f"/{language}{OPEN_PAGES[name]}")
        yield f"{name}-citizen", citizen
    yield from decide(party, places, citizen, reference)
    citizen.go(f"/{language}/cases/{reference}")
    citizen.reload_until(lambda: citizen.page.locator(".timeline a[href$='.pdf']").count() > 1, "it is signed")
    yield "case-decided", citizen
    yield from verdicts(party, places, citizen)
    yield from remedies(party, places, citizen, reference)


def decide(party: Party, places: Places, citizen: Tourist, reference: str) -> Iterator[Stop]:
    """An agent looks at the file, asks for what it lacks, and refuses it in the end; the citizen answers in between."""
    agent, language = party.member(places.portal), citizen.language
    agent.go(f"/{language}/counter/sign-in")
    agent.fill(login="nobody", password="a wrong password")
    agent.press("Sign in", "main")
    yield "counter-sign-in-wrong", agent
    agent.sign_in_at_counter(AGENT)
    yield "queue", agent
    for name in ALSO_SIGNED_IN:
        agent.go(f"/{language}{OPEN_PAGES[name]}")
        yield f"{name}-staff", agent
    agent.go(f"/{language}/counter/cases/{reference}")
    yield "counter-case", agent
    agent.follow(agent.page.locator(".documents a[href*='/files/']"))
    yield "counter-file", agent
    agent.go(f"/{language}/counter/cases/{reference}")
    agent.press("Take the file", "main")
    yield "counter-case-taken", agent
    agent.follow(agent.page.locator("main a[href$='/actions/ask_more_info']"))
    yield "counter-action", agent
    agent.follow(agent.page.locator("main form.form button.button"))
    yield "counter-action-wrong", agent
    agent.fill(question=TEXTS["question"][language])
    agent.follow(agent.page.locator("main form.form button.button"))
    yield "counter-case-suspended", agent
    agent.go(f"/{language}/counter?mine=1")
    yield "queue-mine", agent
    citizen.go(f"/{language}/cases/{reference}")
    yield "case-question", citizen
    citizen.follow(citizen.page.locator(".to-do a.button"))
    yield "action", citizen
    citizen.press("Send", "main")
    yield "action-wrong", citizen
    citizen.fill(reply=TEXTS["reply"][language])
    citizen.press("Send", "main")
    citizen.follow(citizen.page.locator("main a[href$='/actions/withdraw']"))
    yield "action-withdraw", citizen
    agent.go(f"/{language}/counter/cases/{reference}")
    yield "counter-case-asked-once", agent
    yield from acts(party, places, agent, citizen, reference)
    agent.go(f"/{language}/counter/cases/{reference}")
    act(agent, reference, "refuse", ground="not_here", reasons=TEXTS["reasons"][language])
    yield "counter-case-decided", agent


def verdicts(party: Party, places: Places, citizen: Tourist) -> Iterator[Stop]:
    """What is said of documents: ours, and others."""
    link = citizen.page.locator(".timeline a[href$='.pdf']").first
    document = places.photo.with_name(f"document-{citizen.language}.pdf")
    document.write_bytes(citizen.download(link))
    added = document.with_name(f"added-{citizen.language}.pdf")
    added.write_bytes(document.read_bytes() + b"something added")
    page = paper.first_page(document)
    seal = paper.code_on(page).rpartition("/")[2]
    photo = document.with_name(f"scan-{citizen.language}.png")
    page.save(photo)
    scanned = paper.scan_of(photo)
    for name, path in (
        ("verify-good", document),
        ("verify-changed", added),
        ("verify-scan", scanned),
        ("verify-not-pdf", places.photo),
    ):
        citizen.go(f"/{citizen.language}/verify")
        citizen.attach("document", path)
        citizen.press("Check the file", "main")
        yield name, citizen
    citizen.go(f"/{citizen.language}/verify")
    citizen.press("Check the file", "main")
    yield "verify-wrong", citizen
    citizen.go(f"/v/AAAAAAAAAAAAAAAA?lang={citizen.language}")
    yield "verify-unknown", citizen
    citizen.go(f"/V/{seal}?lang={citizen.language}")
    yield "verify-seal", citizen


def complaint(party: Party, places: Places) -> Iterator[Stop]:
    """Somebody without an account complains, and follows it with the paper."""
    visitor = party.member(places.portal)
    language = visitor.language
    visitor.go(f"/{language}/services/reclamation/apply")
    visitor.press("Start", "main")
    yield "complaint-problem", visitor
    visitor.press("Continue", "main")
    yield "complaint-problem-wrong", visitor
    visitor.choose("kind", "lighting")
    visitor.fill(description=TEXTS["lamp"][language])
    visitor.press("Continue", "main")
    yield "complaint-where", visitor
    visitor.fill(place="02.113.01.09/centre-ville", spot=TEXTS["spot"][language])
    visitor.press("Continue", "main")
    yield "complaint-contact", visitor
    visitor.press("Continue", "main")
    yield "complaint-documents", visitor
    visitor.press("Continue", "main")
    yield "complaint-check", visitor
    visitor.press("Hand in my file", "main")
    reference, secret = handed_in(visitor), secret_of(visitor)
    yield "complaint-submitted", visitor
    follower = party.member(places.portal)
    follower.go(f"/{language}/track")
    follower.fill(reference="BRK-26", secret="0")
    follower.press("Follow", "main")
    yield "track-no-reference", follower
    follower.fill(reference=reference, secret="00000-00000")
    follower.press("Follow", "main")
    yield "track-wrong", follower
    follower.fill(reference=reference, secret=secret)
    follower.press("Follow", "main")
    yield "case-visitor", follower
    follower.go(f"/{language}/")
    yield "home-visitor", follower
    stranger = party.member(places.portal)
    for _ in range(12):
        stranger.go(f"/{language}/track")
        stranger.fill(reference=reference, secret="00000-00000")
        stranger.press("Follow", "main")
        if stranger.served is not None and stranger.served.status == 429:
            break
    yield "error-429", stranger


def aids(party: Party, places: Places) -> Iterator[Stop]:
    """A mother files for her child without the documents, which she may bring later."""
    mother = party.member(places.portal)
    language = mother.language
    mother.go(f"/{language}/services/aides-techniques")
    sign_in_and_start(mother, "fatima", "aides-techniques")
    yield "aids-you", mother
    mother.fill_date("birth_date", "31", "2", "1986")
    mother.press("Continue", "main")
    yield "aids-you-wrong", mother
    mother.fill_date("birth_date", "12", "4", "1986")
    mother.press("Continue", "main")
    mother.press("Continue", "main")
    yield "aids-relation", mother
    mother.choose("relation", "child")
    mother.press("Continue", "main")
    yield "aids-beneficiary", mother
    mother.fill(beneficiary_name_ar="ياسين اليعقوبي", beneficiary_name_fr="Yassine El Yaakoubi")
    mother.fill_date("beneficiary_birth_date", "3", "9", "2017")
    mother.press("Continue", "main")
    yield "aids-need", mother
    mother.choose("disability", "motor")
    mother.choose("aid_type", "wheelchair")
    mother.press("Continue", "main")
    yield "aids-contact", mother
    mother.press("Continue", "main")
    yield "aids-contact-wrong", mother
    mother.choose("jisr_consent")
    mother.press("Continue", "main")
    mother.press("Continue", "main")
    yield "aids-check-incomplete", mother
    # Back another day: the address of the draft leads to where she stopped.
    mother.go("/".join(mother.path.split("/")[:-1]))
    mother.press("Hand in my file", "main")
    reference = handed_in(mother)
    yield "aids-submitted-incomplete", mother
    mother.go(f"/{language}/cases/{reference}")
    yield "case-incomplete", mother
    mother.go(f"/{language}/cases/{reference}/complete")
    yield "complete", mother


def counter_filing(party: Party, places: Places) -> Iterator[Stop]:
    """A clerk files for somebody who came."""
    clerk = party.member(places.portal)
    language = clerk.language
    clerk.sign_in_at_counter(CLERK)
    yield "clerk-queue", clerk
    clerk.go(f"/{language}/counter/services")
    yield "counter-services", clerk
    clerk.follow(clerk.page.locator("main a[href$='/counter/file/certificat-residence']"))
    yield "counter-person", clerk
    clerk.fill(name_fr="Halima Ouartassi", cnie="FB77881")
    clerk.press("Continue", "main")
    yield "counter-person-wrong", clerk
    clerk.fill(name_ar="حليمة الورطاسي", place="02.113.01.09/hay-salam", address="4، زنقة الياسمين")
    clerk.press("Continue", "main")
    yield "counter-question", clerk
    for _ in ("who", "where"):
        clerk.press("Continue", "main")
    clerk.choose("housing", "owner")
    clerk.press("Continue", "main")
    clerk.press("Continue", "main")
    yield "counter-documents", clerk
    clerk.choose("ownership-statement")
    clerk.press("Continue", "main")
    yield "counter-check", clerk
    with places.portal.without_worker():
        clerk.press("Hand in the person’s file", "main")
        yield "counter-filed-waiting", clerk
    expect(clerk.page.locator(RECEIPT_LINK)).to_be_visible()
    yield "counter-filed", clerk
    clerk.go(f"/{language}/counter/cases/{clerk.path.split('/')[4]}")
    yield "clerk-case", clerk


CHAPTERS: tuple[Callable[[Party, Places], Iterator[Stop]], ...] = (
    open_pages,
    residence,
    complaint,
    aids,
    counter_filing,
    eligibility,
    elsewhere,
    income_project,
    birth_act,
    own_data,
    a_province,
    days_off,
    studio,
    design,
    # These leave services behind that the others need not meet.
    registers,
    versions,
)
