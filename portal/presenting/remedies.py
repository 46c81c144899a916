"""What a receipt says of the time after it: what silence means, and where to turn."""

from portal.domain.service import ServiceDefinition, Silence, Text, UnitKind, text
from portal.presenting.appeals import own_appeals_in_print
from portal.presenting.law import appeal_official, article, of_law_55_19

COMPLAINTS = "2-17-265"

MUST_BE_COMPLETED = text(
    "يجب الإدلاء بالوثائق الناقصة داخل الأجل المبين أعلاه، وإلا أرجع الملف إلى صاحبه. "
    "وعند اكتمال الملف يسلم وصل اكتمال الملف، ويبتدئ أجل الجواب.",
    "Les pièces manquantes sont à fournir dans le délai indiqué ci-dessus, sinon le dossier est retourné. "
    "Dès que le dossier est complet, un récépissé de dossier complet est remis et le délai de réponse commence.",
)
MAY_BE_SUSPENDED = text(
    f"يمكن للإدارة أن تطلب معلومات تكميلية مرة واحدة: يتوقف الأجل حينئذ إلى حين الجواب ({article('55-19/14')['ar']}).",
    "L’administration peut demander une seule fois des informations complémentaires : le délai est alors suspendu "
    f"jusqu’à la réponse ({article('55-19/14')['fr']}).",
)
SILENCE_IS_APPROVAL = text(
    "سكوت الإدارة بعد هذا الأجل بمثابة موافقة: يحق لك أن تطلب تسليم القرار، ويسلم داخل أجل 7 أيام "
    "(المادتان 19 و20 من القانون رقم 55.19).",
    "Le silence de l’administration à l’issue du délai vaut accord : vous pouvez demander l’acte, qui vous est dû "
    "sous 7 jours (articles 19 et 20 de la loi n° 55-19).",
)
ANSWER_TO_COMPLAINT = text(
    "يجاب عن الشكاية داخل أجل أقصاه 60 يوما، طبقا للمرسوم رقم 2.17.265.",
    "Une réponse est due dans un délai de 60 jours au plus (décret n° 2-17-265).",
)
FOLLOW_COMPLAINT = text(
    f"{ANSWER_TO_COMPLAINT['ar']} ويمكنك تتبعها بالمرجع والرمز السري أدناه.",
    f"{ANSWER_TO_COMPLAINT['fr']} Vous pouvez suivre la réclamation avec la référence et le code secret ci-dessous.",
)
OMBUDSMAN = text(
    "ويبقى من حقك اللجوء إلى وسيط المملكة.",
    "La saisine du Médiateur du Royaume reste ouverte.",
)
FOLLOW = text(
    "يمكنك تتبع الملف بالمرجع والرمز السري أدناه.",
    "Vous pouvez suivre le dossier avec la référence et le code secret ci-dessous.",
)
FOLLOW_BY_RECEIPT = text(
    "يمكنك تتبع الملف بالمرجع والرمز السري المطبوع على وصل الإيداع.",
    "Vous pouvez suivre le dossier avec la référence et le code secret imprimé sur le récépissé de dépôt.",
)

THEN_GOVERNOR = text(
    "، فإن لم يجب أمكن الرجوع إلى عامل الإقليم الذي يجيب داخل أجل 10 أيام",
    ", à défaut de quoi le gouverneur de la province peut être saisi et répond sous 10 jours",
)


def remedies(definition: ServiceDefinition, kind: UnitKind, *, complete: bool, secret: bool = True) -> tuple[Text, ...]:
    """The paragraphs of a receipt, for a service decided by a unit of a kind; not every one bears the ``secret``."""
    law = definition.deadline.law
    own = own_appeals_in_print(definition, kind) if definition.appeals else ()
    # The receipt of an incomplete file leaves the rest to the one that follows when the period starts.
    before = () if complete else (MUST_BE_COMPLETED,)
    later = (MAY_BE_SUSPENDED,) if complete else ()
    follow = FOLLOW if secret else FOLLOW_BY_RECEIPT
    if definition.follows is not None:
        # Nothing is asked on the way, and what comes after it is the service's own to say.
        return (*before, follow, *own)
    if law == COMPLAINTS:
        return (*before, *([FOLLOW_COMPLAINT] if secret else [ANSWER_TO_COMPLAINT, follow]), *own, OMBUDSMAN)
    if not of_law_55_19(law):
        # The remedies of the other laws are their own, and are not the portal's to state.
        return (*before, follow, *own, OMBUDSMAN)
    if definition.deadline.silence is Silence.APPROVAL:
        return (*before, *later, SILENCE_IS_APPROVAL, *(own or [_appeal(kind, silence=False)]))
    return (*before, *later, *(own or [_appeal(kind, silence=True)]))


def _appeal(kind: UnitKind, *, silence: bool) -> Text:
    """The appeal of law 55-19, art. 21: 30 days to lodge it, 15 to answer it; the governor if a president is silent."""
    official, source = appeal_official(kind), article("55-19/21")
    when = (
        text("في حالة الرفض أو عدم الجواب داخل الأجل", "En cas de refus, ou sans réponse dans le délai")
        if silence
        else text("في حالة الرفض", "En cas de refus")
    )
    then = THEN_GOVERNOR if kind is UnitKind.COMMUNE else text("", "")
    return text(
        f"{when['ar']}، يمكن تقديم طعن إداري إلى {official['ar']} داخل أجل 30 يوما، ويجاب عنه داخل أجل 15 يوما"
        f"{then['ar']} ({source['ar']}).",
        f"{when['fr']}, un recours administratif peut être formé auprès du {official['fr']} dans les 30 jours ; "
        f"il y est répondu sous 15 jours{then['fr']} ({source['fr']}).",
    )
