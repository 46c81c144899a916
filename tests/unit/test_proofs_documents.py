"""Which documents may be asked for: each rests on a text of law, and what the law forbids is refused with its article."""

import pytest

from tests.unit.sound_service import HANDED_OFF, SOUND, Change, changed, faults_of, load

S, F = "service.yaml", "form.yaml"
RENT = "{ar: وصل الكراء, fr: La quittance de loyer}"
SWORN = "    alternative: {ar: أصرح بشرفي أنني أكتري., fr: Je déclare sur l'honneur être locataire.}\n"
Row = tuple[str, tuple[Change, ...], str, tuple[Change, ...]]


def titled(french: str, arabic: str = "وثيقة") -> Change:
    return (S, RENT, f"{{ar: {arabic}, fr: {french}}}")


ROWS: list[Row] = [
    (
        "a document rests on a text of law",
        ((S, "    basis: [order_7]\n", ""),),
        "'rent' needs 'basis': the id of the legal basis that provides for it (law 55-19, art. 3)",
        ((S, "basis: [order_7]", "basis: [order_7, law_55_19]"),),
    ),
    (
        "the text of law exists",
        ((S, "basis: [order_7]", "basis: [order_8]"),),
        "'basis': there is no legal basis 'order_8', did you mean 'order_7'?",
        ((S, "basis: [order_7]", "basis: law_55_19"),),
    ),
    (
        "no certified copy in French",
        (titled("La copie certifiée conforme du bail"),),
        "'rent': nothing certified or legalised can be asked for (law 55-19, art. 4 and 7)",
        (titled("La copie du bail"),),
    ),
    (
        "no certified copy in Arabic",
        (titled("Le bail", "نسخة مطابقة للأصل من العقد"),),
        "nothing certified or legalised can be asked for",
        (titled("Le bail", "نسخة من العقد"),),
    ),
    (
        "no legalised signature in a hint",
        (
            (
                S,
                '    needed: "answers.income',
                '    hint: {ar: وقعها., fr: Avec signature légalisée.}\n    needed: "answers.income',
            ),
        ),
        "nothing certified or legalised can be asked for",
        (
            (
                S,
                '    needed: "answers.income',
                '    hint: {ar: وقعها., fr: Sans signature légalisée.}\n    needed: "answers.income',
            ),
        ),
    ),
    (
        "no certificate that the card makes needless",
        (titled("Un extrait de naissance"),),
        "'rent' cannot be asked for: the identity card already proves it (law 04-20, art. 11)",
        (titled("Un extrait de naissance"), (S, "identity: substantial", "identity: low")),
    ),
    (
        "no copy of the card",
        (titled("La copie de la CNIE"),),
        "the identity card already proves it",
        (titled("La copie de la facture"),),
    ),
    (
        "no copy of the card in Arabic",
        (titled("Le document", "نسخة من البطاقة الوطنية"),),
        "the identity card already proves it",
        (titled("Le document", "نسخة من الفاتورة"),),
    ),
    *(
        (
            f"not required where another administration has it: {words}",
            (titled(words, arabic), (S, SWORN, "")),
            f"'rent' cannot be required of the citizen: {holder}",
            twin,
        )
        for words, arabic, holder, twin in (
            (
                "L'extrait du casier judiciaire",
                "وثيقة",
                "the Ministry of Justice",
                (titled("L'extrait du casier judiciaire"),),
            ),
            ("Le document", "نسخة من السجل العدلي", "the Ministry of Justice", (titled("Le document", "عقد العمل"),)),
            (
                "Une attestation du RNP",
                "وثيقة",
                "the National Population Register",
                (titled("Une attestation de l'école"), (S, SWORN, "")),
            ),
            (
                "Une attestation d'inscription au RSU",
                "وثيقة",
                "the Unified Social Register",
                ((S, SWORN, "    optional: true\n"), titled("Une attestation du RSU")),
            ),
            (
                "Le certificat de propriété",
                "وثيقة",
                "the land registry",
                (titled("Le titre de propriété"), (S, SWORN, "")),
            ),
            (
                "Le document",
                "شهادة الملكية",
                "the land registry",
                (titled("Le document", "رسم الملكية"), (S, SWORN, "")),
            ),
            ("L'attestation de la CNSS", "وثيقة", "the CNSS", (titled("Le bulletin de paie"), (S, SWORN, ""))),
            ("L'attestation fiscale", "وثيقة", "the tax administration", (titled("La facture"), (S, SWORN, ""))),
            (
                "L'acte de mariage",
                "وثيقة",
                "the civil-status office",
                (titled("L'invitation au mariage"), (S, SWORN, "")),
            ),
            (
                "L'extrait du registre de commerce",
                "وثيقة",
                "the trade register",
                (titled("Les statuts"), (S, SWORN, "")),
            ),
        )
    ),
    (
        "an upload is a document too",
        (
            (
                F,
                "{id: details, type: long_text, label: {ar: تفاصيل, fr: Précisions}, required: false}",
                "{id: details, type: file, label: {ar: وثيقة, fr: La copie certifiée conforme}}",
            ),
        ),
        "'details': nothing certified or legalised can be asked for",
        (
            (
                F,
                "{id: details, type: long_text, label: {ar: تفاصيل, fr: Précisions}, required: false}",
                "{id: details, type: file, label: {ar: وثيقة, fr: Une photo}}",
            ),
        ),
    ),
    (
        "somebody holds what the administration fetches",
        ((S, "    holder: {ar: مكتب الحالة المدنية, fr: Le bureau de l'état civil}\n", ""),),
        "a document from the administration needs 'holder': which administration has it",
        ((S, "    platform: rnp\n", ""),),
    ),
    (
        "what is fetched comes from a platform that exists",
        ((S, "    platform: rnp\n", "    platform: rpn\n"),),
        "the platform 'rpn' is not in platforms/, did you mean 'rnp'?",
        (),
    ),
    (
        "what is fetched is not asked",
        ((S, "    platform: rnp\n", "    optional: true\n"),),
        "'optional' makes no sense for a document from the administration: it is never asked",
        (),
    ),
    (
        "what the citizen brings nobody holds",
        ((S, "    from: citizen\n", "    from: citizen\n    holder: {ar: الإدارة, fr: L'administration}\n"),),
        "a document the citizen brings has no 'holder'",
        (),
    ),
    (
        "a document is needed on answers alone",
        ((S, "answers.income != null && answers.income < 3000", "case.documents_complete == true"),),
        "the condition of 'rent' cannot see 'case'",
        ((S, "answers.income != null && answers.income < 3000", "identity.level == 'substantial'"),),
    ),
    (
        "two documents have two ids",
        ((S, "- id: civil_record", "- id: rent"),),
        "two documents are called 'rent'",
        (),
    ),
]


@pytest.mark.parametrize(("faulty", "message", "twin"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_rule_of_documents_is_proved(faulty: tuple[Change, ...], message: str, twin: tuple[Change, ...]) -> None:
    found = faults_of(changed(SOUND, *faulty))
    assert any(message in fault for fault in found), found
    load(changed(SOUND, *twin))


@pytest.mark.parametrize(
    ("french", "arabic"),
    [
        ("Le bail certifié conforme", "وثيقة"),
        ("Une copie conforme à l'original", "وثيقة"),
        ("La procuration légalisée", "وثيقة"),
        ("Le bail avec signature certifiée", "وثيقة"),
        ("Le bail", "نسخة طبق الأصل من العقد"),
        ("Le bail", "عقد مصادق عليه"),
        ("Le bail", "عقد مصحح الإمضاء"),
        ("Le bail", "عقد بعد المصادقة على التوقيع"),
    ],
)
def test_nothing_certified_or_legalised_whatever_it_is_called(french: str, arabic: str) -> None:
    faults = faults_of(changed(SOUND, titled(french, arabic)))
    place = f"service.yaml:{SOUND[S][: SOUND[S].index('id: rent')].count(chr(10)) + 1}: "
    assert any(one.startswith(place) and "nothing certified or legalised" in one for one in faults), faults
    load(changed(SOUND, titled("Le bail", "عقد الكراء")))


@pytest.mark.parametrize(
    ("french", "arabic"),
    [
        ("Un acte de naissance", "وثيقة"),
        ("Un certificat de résidence", "وثيقة"),
        ("Une attestation de résidence", "وثيقة"),
        ("Un certificat de vie", "وثيقة"),
        ("Un certificat de nationalité", "وثيقة"),
        ("Une photocopie de la CIN", "وثيقة"),
        ("Un document", "رسم الولادة"),
        ("Un document", "عقد الازدياد"),
        ("Un document", "شهادة السكنى"),
        ("Un document", "شهادة الحياة"),
        ("Un document", "شهادة الجنسية"),
    ],
)
def test_whoever_has_the_card_is_asked_for_nothing_that_it_proves(french: str, arabic: str) -> None:
    faults = faults_of(changed(SOUND, titled(french, arabic)))
    assert any("the identity card already proves it (law 04-20, art. 11)" in one for one in faults), faults
    load(changed(SOUND, titled(french, arabic), (S, "identity: substantial", "identity: low")))


def test_a_text_of_law_that_no_document_names_is_fine() -> None:
    load(
        changed(
            SOUND,
            (S, "basis: [law_55_19, order_7]", "basis: [law_55_19]"),
            (S, "basis: [order_7]", "basis: [law_55_19]"),
        )
    )


def test_what_is_brought_elsewhere_is_not_ours_to_forbid() -> None:
    """The other administration's list is told as it is: the portal asks for nothing."""
    load(changed(HANDED_OFF, (S, "fr: Le plan de l'architecte", "fr: Le certificat de propriété")))
