"""Each rule of service.yaml: a service that breaks it is told so by file, line and rule, and its twin passes."""

import pytest

from tests.unit.sound_service import HANDED_OFF, SOUND, Change, changed, faults_of, load

S, F = "service.yaml", "form.yaml"
Row = tuple[str, tuple[Change, ...], str, tuple[Change, ...]]

TEXTS: list[Row] = [
    (
        "a text is written in every language",
        ((S, "{ar: دعم الأسرة, fr: Aide à la famille}", "{ar: دعم الأسرة}"),),
        "service.yaml:1: 'title' needs 'fr'",
        ((S, "{ar: دعم الأسرة, fr: Aide à la famille}", "{ar: دعم, fr: Aide}"),),
    ),
    (
        "a language has the placeholders of the others",
        ((S, "{ar: ستجيبك الجماعة., fr: La commune vous répondra.}", "{ar: 'ستجيبك {authority}.', fr: La commune.}"),),
        "{authority} is in one language of this text and not in 'fr': each has the same ones",
        (
            (
                S,
                '{ar: "الأسباب: {reasons}", fr: "Motifs : {reasons}"}',
                '{ar: "الأسباب ({reference}): {reasons}", fr: "{reasons} ({reference})"}',
            ),
        ),
    ),
    (
        "a label holds no script",
        ((F, "fr: Revenu}", "fr: 'Revenu <script>alert(1)</script>'}"),),
        "'label' in 'fr' holds markup or a script: plain words only",
        ((F, "fr: Revenu}", "fr: 'Revenu < 3000 ?'}"),),
    ),
    (
        "a text holds no markup",
        ((S, "fr: La commune vous répondra.", "fr: 'La commune <b>vous</b> répondra.'"),),
        "'next_steps' in 'fr' holds markup or a script: plain words only",
        ((S, "fr: La commune vous répondra.", "fr: La commune & vous."),),
    ),
    (
        "a keyword holds no script",
        ((S, "keywords: [دعم, aide]", "keywords: ['<img src=x>', aide]"),),
        "service.yaml:3: '<img src=x>' holds markup or a script: plain words only",
        ((S, "keywords: [دعم, aide]", "keywords: [دعم]"),),
    ),
    (
        "a text runs no script",
        ((F, "fr: À savoir}", "fr: 'javascript: alert(1)'}"),),
        "'label' in 'fr' holds markup or a script: plain words only",
        ((F, "fr: À savoir}", "fr: À lire sur Java}"),),
    ),
    (
        "an address is one of a site",
        ((S, "url: https://www.sgg.gov.ma/loi", "url: 'javascript:alert(1)'"),),
        "service.yaml:6: 'url' is a whole address, starting with https://",
        ((S, "url: https://www.sgg.gov.ma/loi", "url: https://www.sgg.gov.ma/"),),
    ),
]

RULES: list[Row] = [
    (
        "a legal basis has an id",
        ((S, "{id: order_7, title: {ar: القرار رقم 7", "{title: {ar: القرار رقم 7"),),
        "service.yaml:7: a legal basis needs 'id', by which its documents name it",
        ((S, "  - {id: order_7,", "  - {id: law_9, title: {ar: القانون 9, fr: Loi 9}}\n  - {id: order_7,"),),
    ),
    (
        "two legal bases have two ids",
        ((S, "{id: order_7,", "{id: law_55_19,"),),
        "two legal bases are called 'law_55_19'",
        (),
    ),
    (
        "a deadline keeps to the ceiling of its law",
        ((S, 'law: "55-19", days: 30', 'law: "55-19-investment", days: 31'),),
        "service.yaml:10: 31 days are more than the 30 that law 55-19-investment allows",
        ((S, 'law: "55-19", days: 30', 'law: "55-19-investment", days: 30'),),
    ),
    (
        "units cover the territory",
        ((S, "kind: commune", "kind: caidat"),),
        "service.yaml:8: no caidat covers",
        ((S, "kind: commune", "kind: [annexe, caidat]"),),
    ),
    (
        "the retention is stated",
        ((S, "  retention_years: 3\n", ""),),
        "service.yaml:13: 'privacy' needs 'retention_years'",
        ((S, "retention_years: 3", "retention_years: 1"),),
    ),
    (
        "no retention of nothing where files are kept",
        ((S, "retention_years: 3", "retention_years: 0"),),
        "'retention_years' must be a whole number from 1 to 100",
        (),
    ),
    (
        "the purpose is stated",
        ((S, "  purpose: {ar: دراسة الطلب., fr: Étudier la demande.}\n", ""),),
        "service.yaml:13: 'privacy' needs 'purpose'",
        (),
    ),
    (
        "what is to be confirmed exists",
        ((S, "{item: documents.rent,", "{item: documents.rente,"),),
        "'documents.rente' is not something the sheet says: 'documents' has no 'rente', did you mean 'rent'?",
        ((S, "{item: documents.rent,", "{item: form.children.age,"),),
    ),
    (
        "what is to be confirmed leads to a value",
        ((S, "{item: deadline.days,", "{item: deadline.days.more,"),),
        "'deadline.days' has no 'more'",
        ((S, "{item: deadline.days,", "{item: eligibility.too_young,"),),
    ),
    (
        "a thing is to be confirmed once",
        ((S, "{item: documents.rent,", "{item: deadline.days,"),),
        "'deadline.days' is listed twice",
        ((S, "{item: documents.rent,", "{item: outputs.decision.validity_months,"),),
    ),
    (
        "an appeal names before whom",
        ((S, "{before: {ar: عامل الإقليم, fr: Le gouverneur}, days: 30,", "{days: 30,"),),
        "an appeal needs 'before'",
        ((S, ", days: 30, article: 55-19/21", ""),),
    ),
    (
        "a processed service hands nobody off",
        ((S, "next_steps:", "handoff: {name: {ar: رخص, fr: Rokhas}, steps: [{ar: اذهب, fr: Allez}]}\nnext_steps:"),),
        "'handoff' is for a service that is done elsewhere, with 'mode: handoff'",
        ((S, "next_steps:", "mode: processed\nnext_steps:"),),
    ),
]

FEES: list[Row] = [
    (
        "a fee is paid somehow",
        ((S, "paid_by: [e_stamp], ", ""),),
        "service.yaml:11: a fee needs 'paid_by'",
        ((S, "paid_by: [e_stamp]", "paid_by: [cash, card]"),),
    ),
    (
        "a fee has no half centimes",
        ((S, "amount: 2,", "amount: 2.505,"),),
        "a fee is in dirhams and centimes",
        ((S, "amount: 2,", "amount: 2.50,"),),
    ),
    (
        "a quantity is a number",
        ((S, "quantity: answers.copies", "quantity: answers.place"),),
        "'quantity': this rule gives no number when answers.place is 'a'",
        ((S, "quantity: answers.copies", "quantity: 1 + count(answers.children)"),),
    ),
    (
        "a quantity says what is counted",
        ((S, "per: {ar: نسخة, fr: copie}, ", ""),),
        "'quantity' needs 'per'",
        ((S, "quantity: answers.copies, per: {ar: نسخة, fr: copie}, ", ""),),
    ),
    (
        "what is counted has a quantity",
        ((S, "quantity: answers.copies, ", ""),),
        "'per' needs 'quantity'",
        (),
    ),
    (
        "a waiver says why",
        ((S, ", waiver: {ar: الطلبة معفون, fr: Les étudiants ne paient pas}", ""),),
        "'waived' needs 'waiver'",
        (),
    ),
    (
        "a waiver has a condition",
        ((S, "waived: answers.student == true, ", ""),),
        "'waiver' needs 'waived'",
        (
            (
                S,
                ", waived: answers.student == true, waiver: {ar: الطلبة معفون, fr: Les étudiants ne paient pas}",
                "",
            ),
        ),
    ),
    (
        "a waiver is true or false",
        ((S, "answers.student == true", "answers.student"),),
        "'waived': this condition is neither true nor false when answers.student is empty",
        ((S, "answers.student == true", "count(answers.children) >= 3"),),
    ),
    (
        "a fee knows no case",
        ((S, "answers.student == true", "case.reopened == true"),),
        "the condition of 'waived' cannot see 'case'",
        (),
    ),
    (
        "nothing has no rule",
        ((S, "amount: 2,", "amount: 0,"),),
        "'quantity' makes no sense where nothing is due: the amount is 0",
        (
            (
                S,
                SOUND[S].split("fee: ")[1].split("\n")[0],
                "{amount: 0}",
            ),
        ),
    ),
]


PROCESSED = [*TEXTS, *RULES, *FEES]


@pytest.mark.parametrize(
    ("faulty", "message", "twin"), [row[1:] for row in PROCESSED], ids=[row[0] for row in PROCESSED]
)
def test_a_rule_of_the_sheet_is_proved(faulty: tuple[Change, ...], message: str, twin: tuple[Change, ...]) -> None:
    found = faults_of(changed(SOUND, *faulty))
    assert any(message in fault for fault in found), found
    load(changed(SOUND, *twin))


HANDOFFS: list[Row] = [
    (
        "a service done elsewhere says where",
        (
            (S, HANDED_OFF[S].split("documents:\n")[1].split("\n", 1)[1].split("to_confirm")[0], ""),
            (S, ", {item: handoff.url, note: {ar: غير مؤكد, fr: Non confirmé}}", ""),
        ),
        "service.yaml needs 'handoff'",
        (
            (S, "  url: https://www.rokhas.ma\n", ""),
            (S, ", {item: handoff.url, note: {ar: غير مؤكد, fr: Non confirmé}}", ""),
        ),
    ),
    (
        "it has at least one step",
        ((S, "steps: [{ar: يودع المهندس الملف., fr: L'architecte dépose le dossier.}]", "steps: []"),),
        "'handoff' needs at least one step",
        ((S, "steps: [", "appointment: {ar: اتصل, fr: Appelez}\n  steps: ["),),
    ),
    (
        "it issues nothing",
        (
            (
                S,
                "identity: none\n",
                "identity: none\noutputs: {act: {title: {ar: قرار, fr: Acte}, paragraphs: [{ar: نص, fr: texte}]}}\n",
            ),
        ),
        "'outputs': a service that is done elsewhere has none",
        (),
    ),
    (
        "it asks nobody who she is",
        ((S, "identity: none", "identity: low"),),
        "'identity' is none",
        (),
    ),
    (
        "it has no form",
        ((F, "eligibility:", "pages: []\neligibility:"),),
        "form.yaml:1: 'pages': a service that is done elsewhere has no form, only 'eligibility'",
        ((S, "identity: none\n", "identity: none\nlife_events: [home]\n"),),
    ),
    (
        "a deadline that it states keeps to its law",
        ((S, "identity: none\n", "identity: none\ndeadline: {law: '55-19', days: 61, silence: approval}\n"),),
        "61 days are more than the 60",
        ((S, "identity: none\n", "identity: none\ndeadline: {law: '55-19', days: 15, silence: approval}\n"),),
    ),
    (
        "what is to be confirmed of it exists",
        ((S, "item: handoff.url", "item: handoff.appointment"),),
        "'handoff' has no 'appointment'",
        ((S, "item: handoff.url", "item: deadline"),),
    ),
]


@pytest.mark.parametrize(("faulty", "message", "twin"), [row[1:] for row in HANDOFFS], ids=[row[0] for row in HANDOFFS])
def test_a_rule_of_a_service_done_elsewhere_is_proved(
    faulty: tuple[Change, ...], message: str, twin: tuple[Change, ...]
) -> None:
    found = faults_of(changed(HANDED_OFF, *faulty))
    assert any(message in fault for fault in found), found
    load(changed(HANDED_OFF, *twin))


def test_a_service_done_elsewhere_needs_neither_form_nor_workflow() -> None:
    service = load({S: HANDED_OFF[S]})
    assert not service.processed
    assert service.handoff is not None
    assert service.handoff.url == "https://www.rokhas.ma"
    assert (service.pages, service.states, service.eligibility) == ((), {}, None)
    assert not service.deadline.stated
    with_workflow = {**HANDED_OFF, "workflow.yaml": SOUND["workflow.yaml"]}
    assert any("has no workflow" in fault for fault in faults_of(with_workflow))
