"""The way of an income-generating project: from whether it is for her, over other offices' opinions, to the committee.

What is gone through page by page names each state worth looking at: the tour stops there, a journey walks on.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tests.e2e.person import Somebody
from tests.e2e.running import AGENT_COMMUNE, AGENT_SOCIAL, Employee
from tests.e2e.ways import act

PROJECT = "projet-generateur-revenus"
BIRTH = (str(datetime.now(UTC).year - 25), "2", "10")
BERKANE = "02.113.01.09/hay-salam"
MEMBER_NAMES = ("خديجة المداغي", "فاطمة الزكزلي", "سعاد بوعزة")

TEXTS = {
    "body": {"ar": "تعاونية نساء زكزل", "fr": "Coopérative des femmes de Zegzel"},
    "title": {"ar": "ورشة لصناعة الكسكس التقليدي", "fr": "Atelier de couscous traditionnel"},
    "plan": {
        "ar": "نصنع الكسكس من قمح المنطقة ونعبئه في أكياس من كيلوغرام واحد، ونبيعه في الأسواق الأسبوعية وللمطاعم.",
        "fr": "Nous fabriquons du couscous avec le blé de la région et le vendons au kilo sur les marchés et aux restaurants.",
    },
    "mill": {"ar": "مطحنة وغربال كهربائي", "fr": "Moulin et tamis électrique"},
    "scales": {"ar": "ميزان وآلة لحام الأكياس", "fr": "Balance et soudeuse de sachets"},
    "summary": {"ar": "مشروع جماعي مدروس، والكلفة مبررة.", "fr": "Projet collectif bien préparé, coût justifié."},
    "remarks": {"ar": "يلزم ربط المحل بالماء.", "fr": "Le local doit être raccordé à l'eau."},
    "reasons": {"ar": "لا عرض ثمن للمطحنة. قدمن عرضا.", "fr": "Aucun devis pour le moulin : apportez-en un."},
    "elements": {"ar": "أدلت التعاونية بعرض ثمن للمطحنة.", "fr": "La coopérative a apporté un devis pour le moulin."},
    "terms": {
        "ar": "60.000 درهم لاقتناء المطحنة والغربال، بعد توقيع الاتفاقية.",
        "fr": "60 000 dirhams pour le moulin et le tamis, après signature de la convention.",
    },
}


def ask_whether(person: Somebody, *, born: int, here: str = "yes", stage: str = "ready") -> None:
    """Answers the questions about whether this is for her."""
    person.go(f"/{person.language}/services/{PROJECT}/eligibility")
    person.fill_date("birth_date", "2", "10", str(born))
    person.choose("in_province", here)
    person.choose("stage", stage)
    person.press("See the answer", "main")


def be_told_yes(person: Somebody) -> None:
    ask_whether(person, born=int(BIRTH[0]))


def begin(person: Somebody, who: str) -> None:
    """From the sheet to the list of what there is to do."""
    person.press("Start", "main")
    person.press("Sign in and start", "main")
    person.sign_in_as(who)
    person.press("Start", "main")
    assert person.path.endswith("/tasks"), person.path


def answer_project(person: Somebody, statutes: Path, lease: Path) -> Iterator[str]:
    """Every page of the form, with what is wrong at first, up to the page that shows all the answers."""
    say = {name: both[person.language] for name, both in TEXTS.items()}
    person.press("Start", "main")
    person.fill_date("birth_date", BIRTH[1], BIRTH[2], BIRTH[0])
    person.press("Continue", "main")
    yield "home"
    person.fill(**{"address-place": BERKANE, "address-text": "12", "address-postcode": "63300"})
    person.choose("situation", "self_employed")
    person.press("Continue", "main")
    person.choose("legal_form", "cooperative")
    person.press("Continue", "main")
    yield "body"
    person.fill(body_name=say["body"], **{"founded-month": "9", "founded-year": "2024"})
    person.choose("role", "head")
    person.press("Continue", "main")
    yield "members"
    person.press("Continue", "main")
    yield "members-wrong"
    for number, name in enumerate(MEMBER_NAMES, start=1):
        if number == 3:
            person.follow(person.page.locator("button[name=add][value=members]"))
        person.fill(**{f"members-{number}-member_name": name})
        person.fill_date(f"members-{number}-member_birth_date", "1", "7", "1995")
        person.choose(f"members-{number}-member_woman", "yes")
    yield "members-filled"
    person.press("Continue", "main")
    yield "what"
    person.fill(project_title=say["title"], sector="couscous", description=say["plan"])
    person.press("Continue", "main")
    person.fill(project_place=BERKANE)
    person.choose("premises", "rent")
    person.press("Continue", "main")
    answer_costs(person)
    yield "costs"
    person.press("Continue", "main")
    person.fill(own="80000", others="0")
    person.press("Continue", "main")
    yield "funding-wrong"
    person.fill(own="10000", others="500")
    person.press("Continue", "main")
    yield "result"
    person.fill(jobs="6", jobs_women="6", income="12000")
    person.press("Continue", "main")
    person.fill(rib="011780000012345678901296")
    person.choose("sincerity")
    person.press("All the steps", "main")
    yield "tasks-midway"
    person.press("Go on", "main")
    person.fill(rib="011780000012345678901296")
    person.choose("sincerity")
    person.press("Continue", "main")
    yield "documents"
    person.choose("registration-consent")
    person.attach("premises", lease)
    person.attach("statutes", statutes)
    person.press("Continue", "main")
    yield "check"


def answer_costs(person: Somebody) -> None:
    """Two expenses, the second added by its button."""
    for number, (what, amount) in enumerate((("mill", "62000"), ("scales", "8500,50")), start=1):
        if number == 2:
            person.follow(person.page.locator("button[name=add][value=expenses]"))
        person.choose(f"expenses-{number}-kind", "equipment")
        person.fill(
            **{f"expenses-{number}-what": TEXTS[what][person.language], f"expenses-{number}-amount": amount},
        )


def consult(agent: Somebody, reference: str) -> None:
    """The agent asks the other offices."""
    act(agent, reference, "consult", summary=TEXTS["summary"][agent.language])


def advise(adviser: Somebody, employee: Employee, reference: str) -> Iterator[str]:
    """An office that is asked says what it thinks, out of the list of what is asked of it."""
    adviser.sign_in_at_counter(employee)
    adviser.go(f"/{adviser.language}/counter/opinions")
    yield "list"
    adviser.follow(adviser.page.locator(f"main a[href*='/opinions/{reference}/']"))
    yield "form"
    if employee is AGENT_COMMUNE:
        form = adviser.path
        adviser.follow(adviser.page.locator("main .documents a[href*='/files/']").first)
        yield "file"
        adviser.go(form)
    adviser.press("Give this opinion", "main")
    yield "wrong"
    if employee is AGENT_COMMUNE:
        adviser.choose("suitable", "with_conditions")
    else:
        adviser.choose("support", "yes")
    adviser.fill(remarks=TEXTS["remarks"][adviser.language])
    form = adviser.path
    adviser.press("Give this opinion", "main")
    assert adviser.path.endswith("/counter/opinions"), adviser.text
    yield "given"
    adviser.go(form)
    yield "over"


ADVISERS = (AGENT_COMMUNE, AGENT_SOCIAL)


def vote(member: Somebody, reference: str, *, choice: str) -> None:
    """A member of the committee, signed in, votes on the file."""
    member.go(f"/{member.language}/counter/cases/{reference}")
    member.choose("vote", choice)
    member.follow(member.page.locator("#sitting form button.primary"))
