"""The demonstration's classified establishments: an inquiry, a silence that is approval, a refusal, and what follows them."""

from typing import Any

from portal.cli.seed_story import HASSANI, MASSIRA, QODS, SALAM, SOMEBODY, ZITOUNE, Step, Story, refuse, turn_to

ESTABLISHMENT = "etablissement-classe"
PAPERS = ("site_plan", "premises_right", "equipment")


def establishment(
    who: str, days: int, place: str, kind: str, about: tuple[str, str, str], *steps: Step, **more: Any
) -> Story:
    """Somebody asks to run an establishment of a class; ``about`` is its activity, what may disturb, and its address."""
    activity, nuisances, address = about
    answers = {"class": kind, "activity": activity, "nuisances": nuisances, "place": place, "address": address}
    return Story(ESTABLISHMENT, who, days, place, answers, steps, **{"brings": PAPERS, **more})


INQUIRY = Step("open_inquiry", 5)

ESTABLISHMENTS = (
    # Nobody answered in time, which is approval: he claims his act, and the commune has seven days.
    establishment(
        "hassan",
        71,
        SALAM,
        "second",
        ("معصرة زيتون", "روائح ومياه الغسل: حوض للترسيب وعمل في النهار فقط.", "14، زنقة الزيتون"),
        INQUIRY,
        turn_to("reclamation-acte", 62),
    ),
    establishment(
        SOMEBODY,
        33,
        MASSIRA,
        "second",
        ("Menuiserie", "Le bruit des machines : murs isolés, travail de 8 h à 18 h.", "7, rue des Artisans"),
        INQUIRY,
        Step(
            "extend",
            8,
            "chief",
            {"days": 20, "reasons": "L'enquête publique reste ouverte : des riverains ont demandé à être entendus."},
        ),
        language="fr",
    ),
    establishment(
        SOMEBODY,
        24,
        ZITOUNE,
        "third",
        ("مخبزة", "دخان الفرن: مدخنة عالية بمصفاة.", "3، زنقة السلام"),
        Step("approve", 9, "chief", {"conditions": "العمل من الرابعة صباحا، وتنظيف المدخنة كل ستة أشهر."}),
    ),
    establishment(
        SOMEBODY,
        19,
        QODS,
        "third",
        ("غسل السيارات", "مياه الغسل: حوض لجمعها.", "22، شارع الحسن الثاني"),
        refuse("المحل ملاصق لمدرسة، ومياه الغسل تصل إلى بابها.", 7, "chief", ground="premises"),
        turn_to("recours-administratif", 4, grounds="غيرت مكان الحوض بعيدا عن المدرسة، وأرفقت ذلك في الملف."),
    ),
    establishment(
        SOMEBODY,
        3,
        HASSANI,
        "third",
        ("Lavage de tapis", "L'eau de lavage est recueillie et filtrée.", "11, rue Al Amal"),
        language="fr",
        brings=("site_plan",),
    ),
)
