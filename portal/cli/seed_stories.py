"""The demonstration's cases: residence certificates, technical aids and complaints, and those told elsewhere."""

from typing import Any

from portal.cli.seed_establishments import ESTABLISHMENTS
from portal.cli.seed_projects import PROJECTS
from portal.cli.seed_requests import REQUESTS
from portal.cli.seed_story import (
    AHFIR,
    AKLIM,
    BOUHDILA,
    CENTRE,
    HASSANI,
    MADAGH,
    MASSIRA,
    MOKAWAMA,
    NOBODY_KNOWN,
    QODS,
    SAIDIA,
    SALAM,
    SOMEBODY,
    TAFOUGHALT,
    TAKE,
    WITHDRAW,
    ZEGZEL,
    ZITOUNE,
    Step,
    Story,
    answer,
    approve,
    ask,
    ask_anew,
    doubt,
    refuse,
    reply,
    turn_to,
)

RESIDENCE, AIDS, COMPLAINT = "certificat-residence", "aides-techniques", "reclamation"


def home(who: str, days: int, place: str, housing: str, *steps: Step, **more: Any) -> Story:
    """Somebody asks for a residence certificate."""
    return Story(RESIDENCE, who, days, place, {"housing": housing}, steps, **more)


def aid(who: str, days: int, place: str, relation: str, need: tuple[str, str], *steps: Step, **more: Any) -> Story:
    """Somebody asks for a technical aid; ``need`` is the disability and the aid."""
    details = more.pop("details", "")
    answers = {"relation": relation, "disability": need[0], "aid_type": need[1], "details": details}
    return Story(AIDS, who, days, place, {**answers, "jisr_consent": True}, steps, **more)


def complaint(
    who: str, days: int, place: str, kind: str, spot: str, description: str, *steps: Step, **more: Any
) -> Story:
    """Somebody complains about lighting, waste or a road."""
    return Story(COMPLAINT, who, days, place, {"kind": kind, "spot": spot, "description": description}, steps, **more)


FIRST_ANNEXE = (
    home("fatima", 40, SALAM, "owner", approve(1)),
    home(SOMEBODY, 1, MASSIRA, "tenant"),
    home(SOMEBODY, 2, ZITOUNE, "owner", brings=(), swears=("ownership",)),
    home(SOMEBODY, 9, CENTRE, "hosted", language="fr"),
    home(SOMEBODY, 16, CENTRE, "tenant", TAKE),
    home(SOMEBODY, 6, SALAM, "tenant", ask("المرجو إرسال صفحة العقد التي تحمل العنوان كاملا، فالصورة مقطوعة.")),
    home(SOMEBODY, 4, MASSIRA, "hosted", brings=()),
    home(
        SOMEBODY,
        20,
        ZITOUNE,
        "tenant",
        refuse("العنوان المذكور في عقد الكراء يوجد خارج نفوذ الملحقة الإدارية.", 2, ground="not_here"),
    ),
    home("clerk.annexe1", 12, CENTRE, "owner", approve(1, "chief"), reach="none"),
    home("clerk.annexe1", 1, SALAM, "tenant", TAKE, reach="phone"),
    home(SOMEBODY, 25, MASSIRA, "owner", WITHDRAW),
    home(
        SOMEBODY,
        30,
        ZITOUNE,
        "tenant",
        ask("À quelle date avez-vous emménagé à cette adresse ?"),
        answer("J'y habite depuis le 1er septembre.", 3),
        approve(4),
        language="fr",
    ),
    home(SOMEBODY, 33, CENTRE, "hosted", Step("complete", 5, "applicant"), approve(6), brings=()),
    home(SOMEBODY, 3, SALAM, "owner", language="fr"),
    # Never completed: time returns it.
    home(SOMEBODY, 44, MASSIRA, "tenant", brings=()),
    home(
        SOMEBODY,
        4,
        CENTRE,
        "tenant",
        ask_anew("lease", "الصورة غير واضحة ولا يقرأ الاسم. المرجو تصوير الصفحة من جديد.", 0),
    ),
    home(
        SOMEBODY,
        5,
        SALAM,
        "owner",
        doubt("ownership", "La date de la facture a été modifiée. Montrez l'original au guichet.", 0),
        language="fr",
    ),
)

SECOND_ANNEXE = (
    home("amine", 5, HASSANI, "tenant", ask("المرجو تحديد رقم الشقة والطابق، فالعنوان غير كامل.")),
    home(SOMEBODY, 8, BOUHDILA, "owner"),
    home(SOMEBODY, 2, QODS, "tenant", TAKE, language="fr"),
    home(SOMEBODY, 45, MOKAWAMA, "hosted", approve(2)),
    home(
        SOMEBODY,
        10,
        HASSANI,
        "tenant",
        ask("هل تسكن في هذا العنوان طيلة السنة؟"),
        answer("نعم، أسكن فيه مع أسرتي طيلة السنة.", 2),
    ),
    home(
        "clerk.annexe2",
        21,
        QODS,
        "owner",
        refuse("الوثيقة المدلى بها لا تحمل اسم صاحب الطلب.", 1, ground="not_established"),
        reach="none",
    ),
)

COUNTRYSIDE = (
    home("khadija", 18, TAFOUGHALT, "owner", approve(2, "chief"), brings=(), swears=("ownership",)),
    home("clerk.tafoughalt", 1, TAFOUGHALT, "hosted", reach="none"),
    home(SOMEBODY, 7, TAFOUGHALT, "tenant", reach="phone"),
    home("hassan", 2, ZEGZEL, "owner"),
    home(SOMEBODY, 1, AHFIR, "tenant", language="fr"),
)

SOCIAL_CENTRE = (
    aid("fatima", 50, SALAM, "child", ("motor", "wheelchair"), approve(20, "chief"), details="القياس: كرسي للأطفال."),
    aid("ahmed", 20, AHFIR, "self", ("motor", "walking_aid"), ask("هل تحتاج إلى عكازين أم إلى مشاية؟", 3)),
    aid(
        SOMEBODY, 9, MADAGH, "relative", ("visual", "white_cane"), brings=("prescription",), swears=("representation",)
    ),
    aid(SOMEBODY, 56, BOUHDILA, "self", ("hearing", "hearing_aid"), TAKE, details="الأذن اليمنى."),
    aid(SOMEBODY, 56, AKLIM, "child", ("hearing", "hearing_aid"), language="fr"),
    aid(SOMEBODY, 75, QODS, "self", ("motor", "prosthesis"), details="الساق اليسرى، تحت الركبة."),
    aid(
        SOMEBODY,
        30,
        CENTRE,
        "child",
        ("motor", "wheelchair"),
        ask("Quelle est la taille de l'enfant ? Elle n'est pas sur l'ordonnance.", 4),
        answer("Il mesure 1,12 m.", 10),
        language="fr",
    ),
    aid(
        SOMEBODY,
        15,
        SAIDIA,
        "relative",
        ("motor", "walking_aid"),
        brings=("prescription", "disability_certificate"),
        swears=("representation",),
    ),
    aid(
        SOMEBODY,
        66,
        MASSIRA,
        "self",
        ("visual", "other"),
        refuse(
            "المعين المطلوب، وهو هاتف ذكي، لا يدخل ضمن المعينات التقنية التي تمنحها الإدارة.", 30, ground="not_listed"
        ),
        turn_to("recours-administratif", 24, grounds="الهاتف الناطق يغنيني عن مرافق، والطبيب يوصي به."),
        details="هاتف ذكي ناطق",
    ),
    aid("clerk.social", 12, ZEGZEL, "child", ("multiple", "wheelchair"), reach="phone"),
    aid(SOMEBODY, 44, HASSANI, "self", ("motor", "walking_aid"), Step("withdraw", 3, "applicant"), language="fr"),
    aid(SOMEBODY, 48, TAFOUGHALT, "self", ("visual", "white_cane"), approve(25), reach="phone"),
    aid("hassan", 22, ZEGZEL, "self", ("hearing", "hearing_aid"), TAKE),
    aid(SOMEBODY, 41, MADAGH, "self", ("motor", "walking_aid"), brings=()),
    aid(
        SOMEBODY,
        13,
        QODS,
        "self",
        ("motor", "wheelchair"),
        ask_anew("prescription", "L'ordonnance est coupée : la signature du médecin manque.", 4),
        language="fr",
    ),
    aid(
        SOMEBODY,
        11,
        HASSANI,
        "self",
        ("visual", "white_cane"),
        doubt("disability_certificate", "الختم غير ظاهر في الصورة. المرجو إحضار الأصل إلى الشباك.", 3),
    ),
)

COMMUNES = (
    complaint(
        NOBODY_KNOWN,
        14,
        BOUHDILA,
        "lighting",
        "أمام مدرسة بوهديلة",
        "المصباح معطل منذ أسبوع والزنقة مظلمة تماما.",
        reply("أصلحت فرقة الإنارة المصباح صباح اليوم. شكرا على تنبيهك.", 5),
    ),
    complaint(
        NOBODY_KNOWN,
        3,
        QODS,
        "waste",
        "خلف السوق",
        "حاوية الأزبال ممتلئة منذ ثلاثة أيام والروائح كريهة.",
        reach="phone",
    ),
    complaint(
        NOBODY_KNOWN,
        70,
        CENTRE,
        "roads",
        "Avenue Mohammed V, devant la pharmacie",
        "Un trou profond au milieu de la chaussée, dangereux pour les motos.",
        language="fr",
        reach="none",
    ),
    complaint(
        SOMEBODY, 56, SALAM, "lighting", "قرب المسجد", "ثلاثة مصابيح متتالية لا تشتغل، والناس يخافون المرور ليلا.", TAKE
    ),
    complaint("amine", 8, HASSANI, "waste", "مدخل الحي من جهة الشارع", "تتراكم مخلفات البناء على الرصيف منذ أسبوعين."),
    complaint(
        NOBODY_KNOWN,
        25,
        BOUHDILA,
        "roads",
        "Sortie vers Ahfir",
        "La chaussée de la route nationale est très abîmée après les pluies.",
        refuse("Cette route est nationale : elle relève de la direction provinciale de l'équipement.", 6, ground="not_competent"),
        language="fr",
    ),
    complaint("salma", 6, SAIDIA, "lighting", "كورنيش السعيدية، قرب الإقامات", "الإنارة منقطعة ليلا على طول الكورنيش."),
    complaint(
        "clerk.commune", 2, MOKAWAMA, "waste", "ساحة الحي", "كلاب ضالة تبعثر الأزبال كل ليلة.", brings=(), reach="none"
    ),
    complaint(
        NOBODY_KNOWN,
        18,
        ZITOUNE,
        "roads",
        "قرب المدرسة",
        "حفرة كبيرة في الطريق تتجمع فيها مياه الأمطار.",
        ask("المرجو تحديد اسم المدرسة، ففي الحي مدرستان.", 2),
        reach="phone",
    ),
    complaint(NOBODY_KNOWN, 11, CENTRE, "lighting", "Rue Moulouya", "Lampadaire allumé en plein jour.", WITHDRAW, language="fr"),
)  # fmt: skip

STORIES = (
    *FIRST_ANNEXE,
    *SECOND_ANNEXE,
    *COUNTRYSIDE,
    *SOCIAL_CENTRE,
    *COMMUNES,
    *PROJECTS,
    *REQUESTS,
    *ESTABLISHMENTS,
)
