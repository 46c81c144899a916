"""One document of every kind, in both scripts, as fully as the portal fills it in."""

from dataclasses import replace
from datetime import UTC, date, datetime

import orjson

from portal.domain.issued import DocumentKind
from portal.domain.service import Text, text
from portal.ports_of_documents import PrintedDocument, PrintedList, PrintedMark, PrintedPeriod, PrintedRow

# As long as a real one, with names in both scripts in it: 460 characters, all of them of a QR code's alphanumeric mode.
SEAL_LINK = "HTTPS://GUICHET.BERKANE.EXAMPLE/V/" + ("2K5XQ7ZB" * 54)[: 460 - 34]

EMBLEM = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 40">'
    '<path d="M30 2 56 12V24C56 32 44 37 30 39 16 37 4 32 4 24V12Z" fill="#0a5a46"/>'
    '<path d="M30 8 33.5 18.7H44.7L35.6 25.3 39.1 36 30 29.4 20.9 36 24.4 25.3 15.3 18.7H26.5Z" fill="#f0a56b"/></svg>'
)

_PERIOD = PrintedPeriod(
    days=30,
    half=15,
    start=PrintedMark(text("اليوم 0", "Jour 0"), text("12 أبريل 2026", "12 avril 2026")),
    middle=PrintedMark(text("نهاية النصف الأول", "Fin de la première moitié"), text("27 أبريل 2026", "27 avril 2026")),
    end=PrintedMark(text("آخر أجل للجواب", "Dernier jour pour répondre"), text("13 ماي 2026", "13 mai 2026")),
    meaning=text(
        "أجل من 30 يوما: من 12 أبريل 2026 إلى 13 ماي 2026.", "Délai de 30 jours : du 12 avril 2026 au 13 mai 2026."
    ),
)

_PEOPLE = (
    PrintedRow(text("صاحب(ة) الطلب", "Demandeur"), text("فاطمة الزهراء بنعلي", "Fatima-Zahra Benali")),
    PrintedRow(text("رقم البطاقة الوطنية", "N° de la CNIE"), text("•••456", "•••456"), latin=True),
    PrintedRow(text("موضوع الطلب", "Objet de la demande"), text("شهادة السكنى", "Certificat de résidence")),
    PrintedRow(
        text("الإدارة المختصة", "Administration"),
        text("الملحقة الإدارية الأولى ببركان", "Première annexe administrative de Berkane"),
    ),
)
_DUE = PrintedRow(
    text("آخر أجل للجواب", "Réponse au plus tard"),
    text("الأربعاء 13 ماي 2026 (30 يوما)", "mercredi 13 mai 2026 (30 jours)"),
)
_FILED = PrintedRow(text("تاريخ وساعة الإيداع", "Déposé le"), text("12 أبريل 2026، 10:42", "12 avril 2026, 10:42"))
_RECEIVED = PrintedList(
    text("الوثائق المتوصل بها", "Pièces reçues"),
    (
        text("صورة من البطاقة الوطنية للتعريف (CNIE)", "Copie de la carte nationale (CNIE)"),
        text("عقد كراء مصادق عليه، مؤرخ في 2025-11-03", "Contrat de bail légalisé, daté du 3 novembre 2025"),
        text(
            "فاتورة الماء أو الكهرباء (عوضت بتصريح بالشرف)",
            "Facture d’eau ou d’électricité (remplacée par une déclaration)",
        ),
    ),
)
_REMEDIES = (
    text(
        "إذا لم تجب الإدارة داخل الأجل المبين أعلاه، فإن سكوتها لا يعد موافقة، ويمكنك تقديم طعن داخل 30 يوما إلى عامل إقليم "
        "بركان (القانون رقم 55.19، المادة 21).",
        "Si l’administration ne répond pas dans le délai ci-dessus, son silence ne vaut pas accord : vous pouvez former un "
        "recours dans les 30 jours auprès du gouverneur de la province de Berkane (loi n° 55-19, article 21).",
    ),
    text(
        "يمكنك كذلك اللجوء إلى مؤسسة الوسيط. الهاتف: 05 36 61 00 00.",
        "Vous pouvez aussi saisir l’institution du Médiateur. Téléphone : 05 36 61 00 00.",
    ),
)


def _document(kind: DocumentKind, number: str, title: Text) -> PrintedDocument:
    said = {"$schema": "https://guichet.berkane.example/schemas/document-1.json", "kind": kind.value, "number": number}
    return PrintedDocument(
        kind=kind.value,
        number=number,
        reference="BRK-26-7K3F-9Q2X-C",
        title=title,
        province=text("إقليم بركان", "Province de Berkane"),
        authority=text("الملحقة الإدارية الأولى ببركان", "Première annexe administrative de Berkane"),
        issued_at=datetime(2026, 4, 12, 9, 42, tzinfo=UTC),
        code="7K3F9Q2XAB12CD34",
        verify_url="https://guichet.berkane.example/v/7K3F9Q2XAB12CD34",
        notice=text("وثيقة تجريبية لا قيمة قانونية لها", "Document de démonstration, sans valeur juridique"),
        emblem=EMBLEM,
        signatory=text("رئيس الملحقة الإدارية", "Le chef de l’annexe administrative"),
        stamp=text(
            "إقليم بركان – الملحقة الإدارية الأولى ببركان",
            "Province de Berkane – Première annexe administrative de Berkane",
        ),
        seal_link=SEAL_LINK,
        data=orjson.dumps(said, option=orjson.OPT_SORT_KEYS),
        schema="https://guichet.berkane.example/schemas/document-1.json",
    )


RECEIPT = replace(
    _document(DocumentKind.RECEIPT, "R-AB1-2026-000123", text("وصل الإيداع", "Récépissé de dépôt")),
    status=text("ملف مودع", "Dossier déposé"),
    rows=(_FILED, *_PEOPLE, _DUE, PrintedRow(text("المصاريف", "Frais"), text("20 درهما (تمبر)", "20 DH (timbre)"))),
    period=_PERIOD,
    counted=text(
        "ابتدأ العد يوم 12 أبريل 2026، ولا يحسب أول يوم ولا آخره؛ القانون رقم 55.19، المادة 31.",
        "Compté à partir du 12 avril 2026, ni le premier ni le dernier jour ne comptant ; loi n° 55-19, article 31.",
    ),
    lists=(_RECEIVED,),
    paragraphs=_REMEDIES,
    secret="4H7TM9QZ2C",
)
COMPLETION = replace(
    RECEIPT,
    kind=DocumentKind.COMPLETION.value,
    number="C-AB1-2026-000007",
    title=text("وصل اكتمال الملف", "Récépissé de dossier complet"),
    secret=None,
)
REQUEST = replace(
    _document(DocumentKind.REQUEST, "I-AB1-2026-000031", text("طلب استبدال وثائق", "Demande de pièces")),
    status=text("وثائق مطلوب استبدالها", "Pièces à remplacer"),
    rows=(
        *_PEOPLE,
        PrintedRow(
            text("آخر أجل للجواب عنه", "À fournir au plus tard"), text("الجمعة 15 ماي 2026", "vendredi 15 mai 2026")
        ),
    ),
    lists=(
        PrintedList(
            text("الوثائق المطلوب استبدالها (لائحة حصرية)", "Pièces à remplacer (liste exhaustive)"),
            _RECEIVED.items[:2],
        ),
    ),
    paragraphs=(
        text(
            "تطلب منك الإدارة استبدال الوثائق المبينة أعلاه، للأسباب التالية:",
            "L’administration vous demande de remplacer les pièces ci-dessus, pour les motifs suivants :",
        ),
        text(
            "يوقف أجل الجواب يوم 12 أبريل 2026 إلى حين توصل الإدارة بما طلبته.",
            "Le délai de réponse est suspendu le 12 avril 2026, jusqu’à ce que l’administration reçoive ce qu’elle demande.",
        ),
    ),
    statements={0: "عقد الكراء غير مصادق عليه، وصورة CNIE غير مقروءة.\nالرجاء الإدلاء بعقد مؤرخ بعد 2025-11-03."},
)
DECISION = replace(
    _document(DocumentKind.DECISION, "D-AB1-2026-000045", text("قرار برفض الطلب", "Décision de refus")),
    paragraphs=(
        text(
            "بناء على الطلب المودع من طرف السيد(ة) فاطمة الزهراء بنعلي، الحامل(ة) للبطاقة الوطنية رقم FA123456، قررت "
            "الملحقة الإدارية الأولى ببركان بتاريخ 12 أبريل 2026 رفض هذا الطلب للأسباب التالية:",
            "Vu la demande de Mme Fatima-Zahra Benali, titulaire de la CNIE n° FA123456, la première annexe administrative "
            "de Berkane décide le 12 avril 2026 de rejeter cette demande pour les motifs suivants :",
        ),
        text(
            "يمكن الطعن في هذا القرار إلى غاية 12 ماي 2026 (القانون رقم 55.19، المادة 21).",
            "Cette décision peut faire l’objet d’un recours jusqu’au 12 mai 2026 (loi n° 55-19, article 21).",
        ),
    ),
    statements={0: "L’adresse « 12 bis, rue Atlas » ne correspond pas au contrat de bail (عقد الكراء رقم 12/2025)."},
)
CERTIFICATE = replace(
    _document(DocumentKind.CERTIFICATE, "A-AB1-2026-000012", text("شهادة السكنى", "Certificat de résidence")),
    paragraphs=(
        text(
            "يشهد رئيس الملحقة الإدارية الأولى ببركان أن السيد(ة) فاطمة الزهراء بنعلي، الحامل(ة) للبطاقة الوطنية للتعريف رقم "
            "FA123456، يسكن فعلا بالعنوان \u206812 مكرر، زنقة الأطلس\u2069، بركان.",
            "Le chef de la première annexe administrative de Berkane certifie que Mme Fatima-Zahra Benali, titulaire de la "
            "CNIE n° FA123456, réside effectivement à l’adresse \u206812 مكرر، زنقة الأطلس\u2069, Berkane.",
        ),
        text(
            "سلمت هذه الشهادة لتدلي بها عند الحاجة.",
            "Le présent certificat est délivré pour servir et valoir ce que de droit.",
        ),
    ),
    expires_on=date(2026, 7, 12),
)
ATTESTATION = replace(
    CERTIFICATE,
    kind=DocumentKind.ATTESTATION.value,
    number="A-AB1-2026-000013",
    title=text("شهادة بسكوت الإدارة", "Attestation de silence"),
    paragraphs=(
        text(
            "تشهد الإدارة أن الطلب رقم BRK-26-7K3F-9Q2X-C لم يجب عنه داخل الأجل القانوني، الذي انقضى يوم 13 ماي 2026.",
            "L’administration atteste que la demande n° BRK-26-7K3F-9Q2X-C n’a reçu aucune réponse dans le délai légal, "
            "échu le 13 mai 2026.",
        ),
    ),
    expires_on=None,
)
APPOINTMENT = replace(
    _document(DocumentKind.APPOINTMENT, "V-AB1-2026-000002", text("موعد بالشباك", "Rendez-vous au guichet")),
    status=text("الاثنين 20 أبريل 2026 على الساعة 10:30", "lundi 20 avril 2026 à 10 h 30"),
    rows=(
        PrintedRow(text("اليوم", "Jour"), text("الاثنين 20 أبريل 2026", "lundi 20 avril 2026"), large=True),
        PrintedRow(text("الساعة", "Heure"), text("10:30 صباحا", "10 h 30"), large=True),
        PrintedRow(
            text("المكان", "Lieu"),
            text(
                "الملحقة الإدارية الأولى ببركان، شارع محمد الخامس، الطابق الأول، الشباك 3",
                "Première annexe administrative de Berkane, boulevard Mohammed V, premier étage, guichet 3",
            ),
            large=True,
        ),
        PrintedRow(
            text("ما يجب إحضاره", "À apporter"),
            text("هذه الورقة وبطاقتك الوطنية", "ce document et votre carte nationale"),
            large=True,
        ),
        *_PEOPLE[:3],
    ),
    lists=(PrintedList(text("أحضر معك", "À apporter"), _RECEIVED.items[:2]),),
    paragraphs=(text("احضر قبل الموعد بعشر دقائق.", "Présentez-vous dix minutes avant l’heure."),),
)
SLIP = replace(
    _document(DocumentKind.SLIP, "T-AB1-2026-000088", text("ورقة تتبع الملف", "Fiche de suivi du dossier")),
    rows=(
        _FILED,
        *_PEOPLE[2:],
        _DUE,
        PrintedRow(
            text("صفحة التتبع", "Page de suivi"),
            text("guichet.berkane.example/ar/track", "guichet.berkane.example/fr/track"),
            latin=True,
            large=True,
        ),
    ),
    paragraphs=(
        text(
            "افتح صفحة التتبع، واكتب المرجع ثم الرمز السري.",
            "Ouvrez la page de suivi, saisissez la référence puis le code secret.",
        ),
        text("احتفظ بهذه الورقة.", "Conservez cette fiche."),
    ),
    secret="4H7TM9QZ2C",
)
REPORT = replace(
    _document(DocumentKind.REPORT, "S-2026-000003", text("مؤشرات الخدمات – 2025", "Indicateurs des services – 2025")),
    reference="",
    status=text("إقليم بركان – كل الخدمات", "Province de Berkane – tous les services"),
    rows=tuple(
        PrintedRow(label, value, note=note)
        for label, value, note in (
            (
                text("الملفات المودعة", "Dossiers déposés"),
                text("12 480", "12 480"),
                text("كل ملف سلم عنه وصل.", "Tout dossier ayant reçu un récépissé."),
            ),
            (
                text("أجيب عنها داخل الأجل", "Réponses dans le délai"),
                text("94,2 %", "94,2 %"),
                text("من كل الملفات المجاب عنها.", "De tous les dossiers ayant reçu une réponse."),
            ),
            (
                text("الأجل الوسيط", "Délai médian"),
                text("6 أيام", "6 jours"),
                text("نصف الملفات أجيب عنها قبله.", "La moitié des dossiers a reçu une réponse avant."),
            ),
        )
    ),
    paragraphs=(text("أرقام منشورة في 31 يناير 2026.", "Chiffres publiés le 31 janvier 2026."),),
)

SAMPLES = {
    one.kind: one
    for one in (RECEIPT, COMPLETION, REQUEST, DECISION, CERTIFICATE, ATTESTATION, APPOINTMENT, SLIP, REPORT)
}
