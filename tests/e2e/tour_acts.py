"""The chapter of the tour on the acts of the law: what is found defective, what is doubted, and what is not allowed."""

from collections.abc import Iterator

from tests.e2e.places import Places, Stop
from tests.e2e.running import CLERK
from tests.e2e.survey import Party, Tourist
from tests.support.journeys import jpeg

TEXTS = {
    "unreadable": {"ar": "الصفحة التي تحمل اسمك غير مقروءة.", "fr": "La page qui porte votre nom est illisible."},
    "doubt": {"ar": "التاريخ المكتوب في العقد مشطب عليه.", "fr": "La date inscrite sur le bail est raturée."},
    "note": {"ar": "الأصل مطابق للصورة.", "fr": "L'original correspond à la copie."},
}


def acts(party: Party, places: Places, agent: Tourist, citizen: Tourist, reference: str) -> Iterator[Stop]:
    """An agent has a document replaced and asks for its original; what she has asked for once is not offered again."""
    language, clerk = citizen.language, party.member(places.portal)
    case, own = f"/{language}/counter/cases/{reference}", f"/{language}/cases/{reference}"
    agent.go(f"{case}/actions/ask_replacement")
    yield "counter-replace", agent
    agent.follow(agent.page.locator("main form.form button.button"))
    yield "counter-replace-wrong", agent
    agent.choose("documents", "lease")
    agent.fill(reasons=TEXTS["unreadable"][language])
    agent.follow(agent.page.locator("main form.form button.button"))
    yield "counter-case-replacing", agent
    citizen.go(own)
    yield "case-replacing", citizen
    citizen.follow(citizen.page.locator(".to-do a.button"))
    yield "complete-replacing", citizen
    citizen.attach("lease", places.photo)
    citizen.press("Send the documents", "main")
    yield "complete-set-aside", citizen
    another = places.photo.with_name(f"lease-{language}.jpg")
    another.write_bytes(jpeg("beige"))
    citizen.attach("lease", another)
    citizen.press("Send the documents", "main")
    yield "case-replaced", citizen
    agent.go(f"{case}/actions/ask_originals")
    agent.choose("documents", "lease")
    agent.fill(reasons=TEXTS["doubt"][language])
    agent.follow(agent.page.locator("main form.form button.button"))
    yield "counter-case-originals", agent
    citizen.go(own)
    yield "case-originals", citizen
    clerk.sign_in_at_counter(CLERK)
    clerk.go(f"{case}/actions/originals_seen")
    yield "counter-originals-seen", clerk
    clerk.fill(note=TEXTS["note"][language])
    clerk.follow(clerk.page.locator("main form.form button.button"))
    agent.go(case)
    agent.page.locator("#forbidden summary").click()
    yield "counter-case-forbidden", agent
    agent.go(f"{case}/actions/ask_originals")
    yield "counter-action-forbidden", agent
