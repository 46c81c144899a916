"""The demonstration's other requests: information, copies of acts, petitions, appointments, and somebody to listen."""

from typing import Any

from portal.cli.seed_story import (
    BOUHDILA,
    CENTRE,
    HASSANI,
    MOKAWAMA,
    NOBODY_KNOWN,
    QODS,
    SALAM,
    SOMEBODY,
    TAFOUGHALT,
    TAKE,
    ZITOUNE,
    Later,
    Step,
    Story,
    obtain,
    refuse,
    send,
)

INFORMATION, COPY, PETITION = "acces-information", "copie-acte-naissance", "petition"
APPOINTMENT, LISTENING = "rendez-vous", "ecoute-orientation"


def information(who: str, days: int, place: str, wanted: str, *steps: Step, danger: str = "", **more: Any) -> Story:
    """Somebody asks for what the administration knows; ``danger`` says why it is urgent."""
    answers = {"card": "cnie", "how": "consult", "place": place, "wanted": wanted, "urgent": bool(danger)}
    return Story(INFORMATION, who, days, place, {**answers, "urgent_why": danger}, steps, **more)


def copy(
    who: str, days: int, relation: str, copies: int, *steps: Step, act: tuple[int, int] | None, **more: Any
) -> Story:
    """Somebody asks for copies of an act of birth that Berkane keeps; ``act`` is its number and year, if known."""
    answers = {
        "relation": relation,
        "birth_place": CENTRE,
        "knows_reference": act is not None,
        "kind": "full" if copies == 1 else "extract",
        "copies": copies,
        **more.pop("answers", {}),
    }
    if act is not None:
        answers |= {"act_number": act[0], "act_year": act[1]}
    return Story(COPY, who, days, more.pop("place", CENTRE), answers, steps, **more)


def person(name_ar: str, name_fr: str, birth_date: str) -> dict[str, Any]:
    """Whose act it is, where it is not one's own."""
    return {"person_name_ar": name_ar, "person_name_fr": name_fr, "person_birth_date": birth_date}


def petition(place: str, days: int, matter: tuple[str, str, str], *steps: Step, **more: Any) -> Story:
    """Somebody presents a petition; ``matter`` is its subject, what it asks for, and why."""
    answers = {
        "council": "commune",
        "presented_by": "citizens",
        "subject": matter[0],
        "demand": matter[1],
        "grounds": matter[2],
        "sincerity": True,
        **more.pop("answers", {}),
    }
    brings = ("signatures", "signed_text", "association")
    return Story(PETITION, SOMEBODY, days, place, answers, steps, brings=brings, **more)


def appointment(who: str, days: int, place: str, subject: str, details: str, *steps: Step, **more: Any) -> Story:
    """Somebody would like to be received."""
    slots = [{"day": Later(3), "half": "morning"}, {"day": Later(7), "half": "afternoon"}]
    return Story(APPOINTMENT, who, days, place, {"subject": subject, "details": details, "slots": slots}, steps, **more)


def fix(after: int, day: int, hour: str, said: str, by: str = "clerk") -> Step:
    return Step("fix", after, by, {"day": Later(day), "hour": hour, "reply": said})


def listening(who: str, days: int, place: str, topic: str, name: str, way: str, *steps: Step, **more: Any) -> Story:
    """Somebody asks the social centre to be heard."""
    answers = {"for_whom": "self", "topics": [topic], "first_name": name, "place": place, "way": way}
    story = more.pop("story", "")
    return Story(LISTENING, who, days, place, {**answers, "story": story, "language": "darija"}, steps, **more)


def meet(after: int, way: str, day: int = 3) -> Step:
    return Step("agree_meeting", after, says={"day": Later(day), "way": way})


SEARCH = Step("search", 1)

INFORMATIONS = (
    information(
        "salma",
        5,
        CENTRE,
        "لائحة خطوط النقل المدرسي والجامعي بالإقليم وعدد المستفيدين من كل خط هذه السنة.",
        send("transfer", "province-berkane", 1, note="النقل المدرسي يسيره قسم الشؤون الاجتماعية بالإقليم."),
    ),
    information(
        SOMEBODY,
        3,
        MOKAWAMA,
        "نتائج آخر تحليل لماء الشرب في حي المقاومة.",
        Step("treat_urgently"),
        danger="أصيب ثلاثة أطفال من الزنقة نفسها بإسهال حاد بعد شرب الماء.",
    ),
    # Refused, taken up again after a complaint, and looked for once more.
    information(
        SOMEBODY,
        48,
        QODS,
        "Le rapport d'expertise du mur de soutènement de la rue des Amandiers.",
        SEARCH,
        refuse("Le rapport contient les noms et les revenus des riverains.", 9, "chief", ground="privacy"),
        Step("reconsider", 12, "chief", {"reasons": "L'usager accepte que les noms soient masqués."}),
        language="fr",
    ),
    information(
        SOMEBODY,
        24,
        BOUHDILA,
        "العروض التي قدمتها الشركات في طلب عروض تهيئة ساحة بوهديلة.",
        SEARCH,
        refuse(
            "لم تنته المسطرة بعد. تنشر النتائج حين يصادق عليها، ويمكنك أن تطلبها عندئذ.",
            7,
            "chief",
            ground="in_preparation",
        ),
    ),
    information(SOMEBODY, 52, ZITOUNE, "محاضر دورات مجلس الجماعة لسنة 2025.", SEARCH),
    information(
        SOMEBODY,
        36,
        SALAM,
        "Le nombre d'arbres plantés à Hay Salam depuis 2022, leur coût et le nom des entreprises.",
        SEARCH,
        Step(
            "reply_in_part",
            12,
            says={
                "ground": "not_held",
                "reply": "312 arbres ont été plantés depuis 2022, pour 148 000 dirhams en tout.",
                "reasons": "La commune a planté elle-même : il n'y a pas eu d'entreprise.",
            },
        ),
        language="fr",
    ),
    information(
        SOMEBODY,
        6,
        HASSANI,
        "مواعيد السوق الأسبوعي لتافوغالت وأثمنة كراء الأماكن فيه.",
        send("transfer", "caidat-tafoughalt", 1, note="القيادة هي التي تنظم السوق مع جماعة تافوغالت."),
        SEARCH,
    ),
)

COPIES = (
    copy(
        "fatima",
        14,
        "child",
        2,
        Step("prepare", 1),
        Step("hand_over", 3, says={"receiver": "applicant", "handed": 2, "stamped": True}),
        act=(1184, 2017),
        answers=person("ياسين اليعقوبي", "Yassine El Yaakoubi", "2017-09-03"),
        place=SALAM,
    ),
    # Ahfir keeps his father's act, and has to prove the kinship first.
    copy(
        "ahmed",
        4,
        "parent",
        1,
        send("send_to_right_commune", "commune-ahfir", 1, note="الرسم مسجل في أحفير حسب الدفتر العائلي."),
        act=None,
        agrees=("kinship",),
        answers=person("ميمون بوعزة", "Mimoun Bouazza", "1949-01-01"),
    ),
    copy(
        SOMEBODY,
        3,
        "parent",
        3,
        TAKE,
        act=(402, 1961),
        agrees=("kinship",),
        answers=person("عبد الله البكاي", "Abdellah El Bekkay", "1961-12-08"),
    ),
    copy(
        SOMEBODY,
        8,
        "spouse",
        5,
        obtain("kinship", 1),
        Step("prepare", 1, says={"found_number": 77, "found_year": 1990}),
        act=None,
        agrees=("kinship",),
        answers=person("سميرة حمداوي", "Samira Hamdaoui", "1990-02-20"),
        language="fr",
    ),
    # Nobody fetched them: after thirty days time closes the file.
    copy("khadija", 48, "self", 2, Step("prepare", 3), act=(118, 1951), place=TAFOUGHALT),
)

PETITIONS = (
    petition(
        BOUHDILA,
        16,
        (
            "فتح مكتبة عمومية ببوهديلة",
            "نطلب إدراج فتح مكتبة عمومية في الدار القديمة للحي ضمن جدول أعمال الدورة المقبلة.",
            "أقرب مكتبة تبعد أربعة كيلومترات، وفي الحي ثلاث مدارس.",
        ),
        Step("verify", 4, says={"counted": 246, "set_aside": 14, "note": "التوقيعات المستبعدة مكررة."}),
        answers={"signatures": 260},
    ),
    petition(
        CENTRE,
        8,
        (
            "Une ligne d'autobus vers l'hôpital",
            "Inscrire à l'ordre du jour la création d'une ligne entre le centre, Sidi Slimane et l'hôpital Derrak.",
            "Les malades sans voiture paient un taxi à chaque consultation.",
        ),
        send("send_to_province", "province-berkane", 2),
        answers={
            "council": "province",
            "presented_by": "association",
            "association_name": "Association Berkane Solidarité",
            "founded": "2015-03",
            "role": "president",
        },
        language="fr",
    ),
    petition(
        QODS,
        44,
        (
            "تشجير شارع القدس",
            "نطلب تشجير شارع القدس من المدرسة إلى الملعب، وتهيئة رصيفه للراجلين والكراسي المتحركة.",
            "لا ظل في الشارع صيفا، والأطفال يمشون وسط الطريق.",
        ),
        Step("verify", 6, says={"counted": 318, "set_aside": 3}),
        Step("admit", 10, "chief", {"session": Later(40, month=True)}),
        answers={"signatures": 321},
    ),
)

APPOINTMENTS = (
    appointment(
        "amine",
        5,
        HASSANI,
        "commune_civil_status",
        "طلب الدفتر العائلي",
        fix(1, 4, "h1000", "الساعة 10 صباحا، مكتب الحالة المدنية، الشباك 3. أحضر معك بطاقتك الوطنية وعقد الزواج."),
    ),
    appointment(
        SOMEBODY,
        1,
        SALAM,
        "local_register",
        "التسجيل في السجل الوطني للسكان",
        send("transfer", "annexe-berkane-1", 0, "clerk", note="لا تستطيع صعود الدرج."),
        reach="phone",
    ),
    # She could not come on the day that was fixed, and waits for another.
    appointment(
        SOMEBODY,
        7,
        CENTRE,
        "social_disability",
        "Renouvellement d'un dossier",
        send("transfer", "centre-social-berkane", 1, "clerk"),
        fix(0, 5, "h0930", "À 9 h 30 au centre social, bureau 2. Apportez votre carte nationale."),
        Step("another_day", 2, "clerk", {"reasons": "N'importe quel matin de la semaine prochaine."}),
        language="fr",
    ),
)

LISTENINGS = (
    listening(
        NOBODY_KNOWN,
        4,
        ZITOUNE,
        "family",
        "أم سلمى",
        "centre",
        meet(1, "centre"),
        story="أحتاج إلى من ينصحني في موضوع النفقة.",
    ),
    listening(NOBODY_KNOWN, 5, QODS, "money", "Si Mohamed", "call", language="fr", reach="phone"),
    # Nobody came or answered: after forty-five days time closes the file.
    listening(SOMEBODY, 58, BOUHDILA, "housing", "نزهة", "call", meet(1, "call"), reach="phone"),
    # The plan was made; months later she is back.
    listening(
        NOBODY_KNOWN,
        54,
        MOKAWAMA,
        "elderly",
        "الحاجة فاطنة",
        "visit",
        meet(1, "visit"),
        Step("orient", 5, says={"reply": "تزورك المساعدة الاجتماعية كل أسبوعين، وتصحبك إلى المستوصف يوم الثلاثاء."}),
        Step("come_back", 30, says={"reasons": "تحتاج إلى من يوصل إليها الدواء."}),
        reach="phone",
    ),
)

REQUESTS = (*INFORMATIONS, *COPIES, *PETITIONS, *APPOINTMENTS, *LISTENINGS)
