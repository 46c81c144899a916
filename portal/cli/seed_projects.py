"""The demonstration's projects that ask for financing: other offices say what they think, and a committee votes."""

from typing import Any

from portal.cli.seed_story import (
    AHFIR,
    CENTRE,
    HASSANI,
    MASSIRA,
    QODS,
    SALAM,
    SOMEBODY,
    TAFOUGHALT,
    TAKE,
    YOUNG,
    ZEGZEL,
    Step,
    Story,
    ask,
    opinion,
    refuse,
    vote,
)

PROJECT = "projet-generateur-revenus"

ACCOUNT = "011780000012345678901296"
"""The number of a bank account that nobody has, its check digits right."""


def project(
    who: str,
    days: int,
    place: str,
    about: tuple[str, str, str],
    costs: tuple[tuple[str, str, int], ...],
    *steps: Step,
    **more: Any,
) -> Story:
    """Somebody asks for money for a project; ``about`` is its title, its activity and what it is."""
    answers = {
        "situation": "jobless",
        "legal_form": "person",
        "project_title": about[0],
        "sector": about[1],
        "description": about[2],
        "project_place": place,
        "premises": "not_needed",
        "expenses": [{"kind": kind, "what": what, "amount": amount} for kind, what, amount in costs],
        "own": sum(amount for _, _, amount in costs) // 5,
        "own_kind": ["cash"],
        "others": 0,
        "jobs": 1,
        "jobs_women": 0,
        "income": 4000,
        "sincerity": True,
        **more.pop("answers", {}),
    }
    return Story(PROJECT, who, days, place, answers, steps, **{"ages": YOUNG, "brings": ("premises",), **more})


def consult(summary: str, after: int) -> Step:
    return Step("consult", after, says={"summary": summary})


def commune(suitable: str, after: int, remarks: str = "") -> Step:
    return opinion("commune", "agent.commune", after, suitable=suitable, remarks=remarks)


def social(after: int, remarks: str = "", *, support: bool = False, by: str = "agent.social") -> Step:
    return opinion("social", by, after, support=support, remarks=remarks)


def votes(after: int, *choices: str) -> tuple[Step, ...]:
    """The members vote one after the other on one day."""
    return tuple(
        vote(f"member{number}.province", choice, after if number == 1 else 0)
        for number, choice in enumerate(choices, start=1)
    )


AWAITING_OPINIONS = (
    project(
        "amine",
        6,
        HASSANI,
        (
            "ورشة لإصلاح الهواتف والحواسيب",
            "repair",
            "أصلح الهواتف والحواسيب في الحي، وأستقبل زبناء لا يجدون من يصلح لهم قرب بيوتهم.",
        ),
        (("equipment", "محطة لحام وعدة إصلاح", 18000), ("stock", "قطع غيار", 12000)),
        consult("مشروع بسيط وواضح، وصاحبه حاصل على دبلوم في الإلكترونيات. المحل مكترى في الحي نفسه.", 1),
        social(1, "تكفي دورة قصيرة في التسيير.", support=True),
        answers={"situation": "employed", "legal_form": "auto", "premises": "rent"},
    ),
    project(
        SOMEBODY,
        4,
        QODS,
        (
            "Crèche de quartier à Hay Al Qods",
            "childcare",
            "Accueillir douze enfants de moins de quatre ans dont les mères travaillent, dans un local aménagé.",
        ),
        (("works", "Aménagement du local", 55000), ("equipment", "Lits, jeux et cuisine", 38000)),
        consult(
            "Besoin réel dans le quartier ; la porteuse est éducatrice diplômée. Avis de la commune utile sur le local.",
            1,
        ),
        language="fr",
        answers={"premises": "rent", "jobs": 3, "jobs_women": 3, "income": 7000},
    ),
    # Women of Salam: the register of cooperatives is asked for what proves that theirs is entered in it.
    project(
        SOMEBODY,
        5,
        SALAM,
        (
            "وحدة لإنتاج الكسكس والحلويات",
            "couscous",
            "نصنع الكسكس والحلويات التقليدية ونبيعها للمقاهي والمدارس وفي السوق الأسبوعي لبركان.",
        ),
        (
            ("equipment", "مطحنة وفرن كهربائي", 64000),
            ("equipment", "آلة تلفيف", 14500),
            ("training", "تكوين في السلامة الصحية", 6000),
        ),
        TAKE,
        agrees=("registration",),
        brings=("premises", "statutes"),
        answers={
            "situation": "self_employed",
            "legal_form": "cooperative",
            "body_name": "تعاونية نساء حي السلام",
            "founded": "2024-05",
            "role": "head",
            "members": [
                {"member_name": "نعيمة بوشيخي", "member_birth_date": "1994-03-17", "member_woman": True},
                {"member_name": "سعيدة الورطاسي", "member_birth_date": "1990-10-02", "member_woman": True},
                {"member_name": "كوثر بلحاج", "member_birth_date": "2001-06-25", "member_woman": True},
            ],
            "premises": "rent",
            "jobs": 5,
            "jobs_women": 5,
            "income": 11000,
            "rib": ACCOUNT,
        },
    ),
)

BEFORE_THE_COMMITTEE = (
    # The commune of Zegzel has not answered in time: the committee sits without its opinion.
    project(
        SOMEBODY,
        24,
        ZEGZEL,
        (
            "تقطير وتجفيف الأعشاب العطرية",
            "herbs",
            "أجمع الزعتر والخزامى من جبال بني يزناسن بترخيص، وأجففها وأقطرها وأبيعها للتعاونيات.",
        ),
        (("equipment", "جهاز تقطير", 45000), ("equipment", "مجفف شمسي", 16000)),
        consult("المنتوج مطلوب والتجربة موجودة. ينبغي التأكد من رخصة الجمع من مصالح المياه والغابات.", 3),
        social(3),
        vote("member1.province", "for", 11),
        vote("member2.province", "against", 0, "ننتظر رخصة الجمع."),
        answers={"premises": "own", "situation": "self_employed"},
        swears=("premises",),
    ),
    # Everybody has voted; nobody has told him for weeks, and the term of the law has passed.
    project(
        SOMEBODY,
        105,
        CENTRE,
        (
            "Livraison à vélo électrique",
            "transport",
            "Livrer les commerces du centre-ville et les personnes âgées avec deux vélos-cargos électriques, sans bruit.",
        ),
        (("vehicle", "Deux vélos-cargos électriques", 52000),),
        consult("Projet sobre, peu coûteux, porteur sérieux. Deux commerçants se sont déjà engagés par écrit.", 5),
        commune("no_place", 3),
        social(2),
        *votes(21, "for", "for", "for"),
        language="fr",
        answers={"own_kind": ["loan"], "jobs": 2},
    ),
    # Refused, then taken up again: he has shortened the list of what he wants to buy.
    project(
        SOMEBODY,
        62,
        MASSIRA,
        (
            "مطعم متنقل للأكل السريع",
            "catering",
            "أبيع وجبات ساخنة وعصائر قرب الكلية والمحطة في عربة مجهزة تحترم شروط النظافة.",
        ),
        (("vehicle", "عربة مجهزة", 98000), ("equipment", "ثلاجة ومشواة", 21000)),
        consult("الفكرة مقبولة، غير أن كلفة العربة مرتفعة ولا عرض ثمن لها.", 3),
        commune("with_conditions", 4, "لا وقوف أمام الكلية. يلزم ترخيص بالاحتلال المؤقت."),
        social(2),
        *votes(6, "against", "against", "abstain"),
        refuse(
            "كلفة العربة غير مبررة ولا عرض ثمن لها. قدم عرضين وميزانية أقل.",
            2,
            "chief",
            minutes="11/2026",
            ground="budget",
        ),
        Step("reopen", 16, "chief", {"reasons": "أدلى بعرضي ثمن، ونزلت كلفة العربة إلى 61.000 درهم."}),
        Step("to_committee", 3, says={"summary": "الميزانية الجديدة 82.000 درهم، مع عرضي ثمن للعربة."}),
        vote("member1.province", "for", 2),
        answers={"premises": "rent"},
        brings=("premises", "quotes"),
    ),
)

DECIDED = (
    project(
        SOMEBODY,
        72,
        TAFOUGHALT,
        (
            "مأوى قروي صغير بتافوغالت",
            "tourism",
            "أهيئ ثلاث غرف في بيت العائلة لاستقبال الزوار الذين يأتون إلى المغارة والجبل، مع وجبات من المنطقة.",
        ),
        (("works", "تهيئة ثلاث غرف وحمام", 86000), ("equipment", "أفرشة وأدوات مطبخ", 24000)),
        consult("موقع سياحي ولا مأوى قريب. البيت في ملك الأسرة. مشروع يستحق الدعم.", 5),
        social(4, "مواكبة في الاستقبال والتسويق.", support=True, by="chief.social"),
        *votes(14, "for", "for", "abstain"),
        Step(
            "finance",
            2,
            "chief",
            {
                "amount": 80000,
                "minutes": "12/2026",
                "reply": "80.000 درهم لتهيئة الغرف وتجهيزها، على شطرين: النصف بعد توقيع الاتفاقية، والباقي بعد الأشغال.",
            },
        ),
        answers={"premises": "lent", "own_kind": ["in_kind"], "jobs": 2, "jobs_women": 1, "income": 6000},
        swears=("premises",),
    ),
    # A farmer of Zegzel, who is too old for it; the thirty days of his appeal are running.
    project(
        "hassan",
        18,
        ZEGZEL,
        (
            "خلايا لتربية النحل",
            "bees",
            "أريد أن أزيد عشرين خلية إلى خلايا النحل التي عندي، لأبيع العسل في السوق الأسبوعي.",
        ),
        (("stock", "عشرون خلية نحل", 24000), ("equipment", "فراز عسل", 7000)),
        Step(
            "refuse_ineligible",
            6,
            "chief",
            {
                "ground": "age",
                "reasons": "هذا التمويل مخصص لمن عمره بين 18 و34 سنة. يمكن لمنصة الشباب أن ترشدك إلى برامج دعم تربية النحل.",
            },
        ),
        answers={"premises": "not_needed", "situation": "self_employed"},
    ),
    project(
        "clerk.province",
        12,
        AHFIR,
        ("محل للخياطة والطرز", "weaving", "أخيط القفاطين والأفرشة على المقاس، وأعلم الخياطة لفتاتين من الحي."),
        (("equipment", "ثلاث آلات خياطة", 21000), ("stock", "أثواب وخيوط", 9000)),
        ask("المرجو أن توضحي كم قفطانا تبيعين في الشهر، وأن تدلي بعرض ثمن لآلات الخياطة.", 3),
        answers={"premises": "none", "jobs": 3, "jobs_women": 3},
        reach="phone",
    ),
)

PROJECTS = (*AWAITING_OPINIONS, *BEFORE_THE_COMMITTEE, *DECIDED)
