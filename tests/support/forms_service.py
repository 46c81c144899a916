"""A service whose form asks everything a form can: groups, files, computed values, rules, a fee; and one done elsewhere."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from portal.actions.publish import publish_all, read_publications
from tests.support.browser import Browser
from tests.support.journeys import start
from tests.support.portal import SERVICES, TestPortal, make_portal

SLUG = "aide-foyer"
ELSEWHERE = "passeport"

SERVICE = """\
title: {ar: دعم الأسرة, fr: Aide au foyer}
summary: {ar: دعم للأسر., fr: Une aide pour les foyers.}
keywords: [دعم, foyer]
legal_basis:
  - {id: law_55_19, title: {ar: القانون رقم 55.19, fr: Loi n° 55-19}}
authority: {kind: [annexe, caidat], by: residence}
identity: low
deadline: {law: "55-19", days: 30, silence: appeal}
fee:
  amount: 2
  quantity: "answers.copies"
  per: {ar: نسخة, fr: copie}
  paid_by: [e_stamp]
  waived: "answers.student == true"
  waiver: {ar: أنت طالب, fr: vous êtes étudiant}
  note: {ar: يؤدى عند التسليم., fr: À régler au retrait.}
privacy:
  purpose: {ar: دراسة طلبك., fr: Étudier votre demande.}
  retention_years: 1
  recipients:
    - {ar: السلطة المحلية, fr: L'autorité locale}
documents:
  - id: tax_record
    title: {ar: شهادة ضريبية, fr: Attestation fiscale}
    from: administration
    holder: {ar: الخزينة العامة, fr: La Trésorerie générale}
    basis: [law_55_19]
outputs:
  grant:
    title: {ar: قرار, fr: Décision}
    paragraphs:
      - {ar: "تستفيد {applicant_name} من الدعم.", fr: "{applicant_name} reçoit l'aide."}
  sent_back:
    title: {ar: إرجاع الملف, fr: Dossier retourné}
    paragraphs:
      - {ar: "أُرجع الملف {reference}. لم يصل: {missing}.", fr: "Le dossier {reference} est retourné. Non parvenu : {missing}."}
  refusal:
    title: {ar: رفض, fr: Refus}
    paragraphs:
      - {ar: "الأسباب: {reasons}", fr: "Motifs : {reasons}"}
      - {ar: "يمكنك الطعن إلى غاية {appeal_until}.", fr: "Recours possible jusqu'au {appeal_until}."}
next_steps: {ar: ستدرس السلطة المحلية طلبك., fr: L'autorité locale étudie votre demande.}
"""
FORM = """\
applicant: {name_ar: name_ar, name_fr: name_fr, place: place, phone: phone}
eligibility:
  fields:
    - {id: lives_here, type: yes_no, label: {ar: هل تسكن هنا؟, fr: Habitez-vous ici ?}}
    - {id: people, type: integer, label: {ar: عدد الأفراد, fr: Combien de personnes ?}, limits: {minimum: 1, maximum: 30}}
  outcomes:
    - id: away
      is: sent_on
      when: "answers.lives_here == false"
      title: {ar: توجه إلى إقليمك, fr: Adressez-vous à votre province}
      text: {ar: يودع الطلب حيث تسكن., fr: La demande se fait là où vous habitez.}
      instead:
        - {title: {ar: جواز السفر, fr: Le passeport}, service: passeport}
        - {title: {ar: موقع آخر, fr: Un autre site}, url: "https://www.example.ma"}
    - id: alone
      is: not_eligible
      when: "answers.people != null && answers.people < 2.0"
      title: {ar: هذا الدعم للأسر, fr: Cette aide est pour les familles}
      text: {ar: تعيش وحدك., fr: Vous vivez seul.}
    - id: fine
      is: eligible
      title: {ar: يمكنك أن تطلب الدعم, fr: Vous pouvez demander l'aide}
      text: {ar: ابدأ طلبك., fr: Commencez votre demande.}
pages:
  - id: you
    title: {ar: من أنت؟, fr: Qui êtes-vous ?}
    fields:
      - {id: name_ar, type: name_ar, label: {ar: الاسم, fr: Nom en arabe}, prefill: name_ar}
      - {id: name_fr, type: name_fr, label: {ar: الاسم باللاتينية, fr: Nom latin}, prefill: name_fr}
      - {id: place, type: place, label: {ar: الجماعة, fr: Commune}, prefill: place}
      - {id: phone, type: phone, label: {ar: الهاتف, fr: Téléphone}, required: false, prefill: phone}
  - id: home
    title: {ar: مسكنك, fr: Votre logement}
    fields:
      - id: housing
        type: choice
        label: {ar: كيف تسكن؟, fr: Comment êtes-vous logé ?}
        prefill: earlier.housing
        options:
          - {value: owner, label: {ar: مالك, fr: Propriétaire}}
          - {value: tenant, label: {ar: مكتر, fr: Locataire}}
      - {id: student, type: yes_no, label: {ar: هل أنت طالب؟, fr: Êtes-vous étudiant ?}, prefill: earlier.student}
  - id: children
    title: {ar: أطفالك, fr: Vos enfants}
    fields:
      - id: children
        type: group
        label: {ar: الأطفال, fr: Enfants}
        entry: {ar: الطفل, fr: Enfant}
        required: false
        limits: {least: 0, most: 3}
        fields:
          - {id: name, type: short_text, label: {ar: الاسم, fr: Prénom}}
          - {id: age, type: integer, label: {ar: العمر, fr: Âge}, limits: {minimum: 0, maximum: 20}}
          - {id: rent_share, type: money, label: {ar: حصة, fr: Part du loyer}, when: "answers.housing == 'tenant'"}
          - {id: card, type: file, label: {ar: بطاقة مدرسية, fr: Carte scolaire}, required: false}
  - id: money
    title: {ar: مداخيلك, fr: Vos revenus}
    fields:
      - {id: income, type: money, label: {ar: الدخل, fr: Revenu du mois}, limits: {minimum: 0}}
      - id: rent
        type: money
        label: {ar: الكراء, fr: Loyer}
        when: "answers.housing == 'tenant'"
        limits: {minimum: 0}
  - id: period
    title: {ar: المدة, fr: La période}
    fields:
      - {id: starts, type: date, label: {ar: من, fr: Du}, limits: {not_before: today}}
      - {id: ends, type: date, label: {ar: إلى, fr: Au}}
      - id: asked
        type: money
        label: {ar: المبلغ المطلوب, fr: Montant demandé}
        limits: {maximum: "answers.income == null ? null : answers.income * 2.0"}
      - id: reason
        type: short_text
        label: {ar: السبب, fr: Motif}
        required: "answers.income != null && answers.income > 5000.0"
    rules:
      - that: "answers.ends == null || answers.starts == null || answers.ends >= answers.starts"
        says: {ar: النهاية بعد البداية, fr: La fin doit suivre le début}
        at: ends
  - id: plan
    title: {ar: وثائق أخرى, fr: Autres pièces}
    fields:
      - {id: plan, type: file, label: {ar: التصميم, fr: Le plan}, accept: [jpeg, png], max_mb: 2, limits: {most: 2}}
      - {id: note, type: short_text, label: {ar: ملاحظة, fr: Remarque}, required: false}
  - id: total
    title: {ar: الحساب, fr: Le calcul}
    fields:
      - {id: about, type: info, label: {ar: تنبيه, fr: À savoir}, text: {ar: هذا حساب., fr: Voici le calcul.}}
      - id: heads
        type: computed
        result: number
        label: {ar: عدد الأطفال, fr: Nombre d'enfants}
        value: "count(answers.children)"
      - id: left
        type: computed
        result: money
        label: {ar: ما يبقى, fr: Ce qui reste}
        value: "answers.income == null ? null : answers.income - (answers.rent == null ? 0.0 : answers.rent)"
      - {id: copies, type: integer, label: {ar: عدد النسخ, fr: Combien de copies ?}, limits: {minimum: 1, maximum: 5}}
"""
WORKFLOW = """\
initial: lodged
depositing: depositing
states:
  depositing: {kind: depositing, label: {ar: قيد الإيداع, fr: En cours de dépôt}}
  lodged: {kind: running, label: {ar: مودع, fr: Déposé}}
  granted: {kind: decided, outcome: granted, issues: grant, label: {ar: قُبل, fr: Aide accordée}}
  refused: {kind: decided, outcome: refused, issues: refusal, label: {ar: رُفض, fr: Refusé}}
  returned: {kind: decided, outcome: returned, label: {ar: أُرجع, fr: Retourné}}
  withdrawn: {kind: decided, outcome: withdrawn, label: {ar: سُحب, fr: Retiré}}
actions:
  - {action: complete_file, from: depositing, to: lodged, by: [applicant, clerk], label: {ar: إتمام, fr: Compléter}}
  - {action: withdraw, from: [depositing, lodged], to: withdrawn, by: [applicant], label: {ar: سحب, fr: Retirer}}
  - action: return_file
    from: depositing
    to: returned
    by: [system]
    act: return
    label: {ar: إرجاع الملف, fr: Retourner le dossier}
    effects: [issue.sent_back, notify]
  - action: grant
    from: lodged
    to: granted
    by: [chief]
    label: {ar: قبول, fr: Accorder}
    effects: [issue.grant, notify]
  - action: refuse
    from: lodged
    to: refused
    by: [chief]
    label: {ar: رفض, fr: Refuser}
    asks:
      - id: ground
        type: choice
        label: {ar: سبب الرفض, fr: Motif du refus}
        options:
          - {value: rules, label: {ar: الشروط, fr: Les conditions}}
          - {value: other, label: {ar: سبب آخر, fr: Un autre motif}}
      - {id: reasons, type: long_text, label: {ar: الأسباب, fr: Motifs}}
    effects: [issue.refusal, notify]
"""
EXAMPLE = """\
title: {ar: طلب عادي, fr: Une demande}
today: 2026-03-02
identity: low
answers:
  name_ar: أمينة العلوي
  name_fr: Amina El Alaoui
  place: 02.113.01.01
  housing: owner
  student: false
  children: [{name: Salim, age: 8}]
  income: 4000
  starts: 2026-04-01
  ends: 2026-05-01
  asked: 1000
  plan: [{id: f1, name: plan.pdf}]
  copies: 3
expect: {unit: annexe-ahfir, needed: [], state: lodged, fee: 6}
path:
  - {action: grant, by: chief, on: 2026-03-10}
final: granted
"""
HANDOFF = """\
mode: handoff
title: {ar: جواز السفر, fr: Passeport}
summary: {ar: تطلب جواز السفر في المنصة الوطنية., fr: Le passeport se demande sur la plateforme nationale.}
keywords: [باسبور, passeport]
legal_basis:
  - {id: decree, title: {ar: المرسوم رقم 2.08.310, fr: Décret n° 2-08-310}}
  - {id: doubtful, title: {ar: دورية غير مؤكدة, fr: Circulaire incertaine}}
authority: {kind: [annexe, caidat], by: residence}
identity: none
deadline: {law: "55-19", days: 5, silence: appeal, note: {ar: أيام عمل المصلحة., fr: Selon la charge du service.}}
fee: {amount: 500, paid_by: [e_stamp]}
documents:
  - {id: photo, title: {ar: صورتان, fr: Deux photos}, from: citizen, basis: [decree]}
appeals:
  - {before: {ar: عامل الإقليم, fr: Le gouverneur de la province}, days: 30, article: "55-19/21"}
handoff:
  name: {ar: منصة جواز السفر, fr: La plateforme du passeport}
  url: https://www.passeport.ma
  steps:
    - {ar: املأ الاستمارة., fr: Remplissez le formulaire.}
    - {ar: احضر إلى الملحقة., fr: Venez à l'annexe.}
  appointment: {ar: احضر في أوقات العمل., fr: Venez aux heures d'ouverture.}
privacy:
  purpose: {ar: لا تحتفظ البوابة بشيء., fr: Le portail ne garde rien.}
  retention_years: 0
  recipients:
    - {ar: المنصة, fr: La plateforme}
to_confirm:
  - {item: deadline.days, note: {ar: اسأل العمالة., fr: Demander à la province.}}
  - {item: fee, note: {ar: اسأل الخزينة., fr: Demander au Trésor.}}
  - {item: documents.photo, note: {ar: اسأل الملحقة., fr: Demander à l'annexe.}}
  - {item: legal_basis.doubtful, note: {ar: اسأل القسم., fr: Demander à la division.}}
"""

YOU = {"name_ar": "أمينة العلوي", "name_fr": "Amina El Alaoui", "place": "02.113.01.01", "phone": ""}
OWNER = {"housing": "owner", "student": "no"}
TENANT = {"housing": "tenant", "student": "no"}
NO_CHILDREN = {"children-count": "0"}
ONE_CHILD = {
    "children-count": "1",
    "children-1-name": "Salim",
    "children-1-age": "8",
    "children-1-rent_share": "300",
}
PERIOD = {
    "starts-day": "1",
    "starts-month": "4",
    "starts-year": "2026",
    "ends-day": "1",
    "ends-month": "5",
    "ends-year": "2026",
    "asked": "1000",
    "reason": "",
}


def write_services(
    folder: Path, changes: Mapping[str, str] | None = None, *, versions: int = 1, elsewhere: bool = True
) -> Path:
    """A province's folder with these services alone; ``changes`` are texts of the newest version's files by name."""
    services = folder / "services"
    shutil.rmtree(services, ignore_errors=True)
    shutil.copytree(SERVICES / "territory", services / "territory")
    shutil.copytree(SERVICES / "platforms", services / "platforms")
    for platform in (services / "platforms").glob("*.yaml"):
        text = platform.read_text("utf-8").partition("\nservices:")[0]
        platform.write_text(f"{text}\nlook_up:\n  attributes: {{phone: telephone}}\n", "utf-8")
    shutil.copy(SERVICES / "calendar.yaml", services)
    plain = {"service": SERVICE, "form": FORM, "workflow": WORKFLOW, "examples/plain": EXAMPLE}
    for number in range(1, versions + 1):
        texts = {**plain, **(changes or {})} if number == versions else plain
        _write(services / "catalogue" / SLUG / f"v{number}", texts)
    if elsewhere:
        _write(services / "catalogue" / ELSEWHERE / "v1", {"service": HANDOFF})
    return services


def _write(version: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        file = version / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


def forms_portal(url: str, folder: Path, **changes: str) -> TestPortal:
    """A portal that offers these services."""
    return make_portal(url, folder / "files", write_services(folder, changes))


def publish(portal: TestPortal, services: Path) -> None:
    """Brings what a folder now says into force, as a release would."""
    with portal.deps.store.engine.begin() as connection:
        publish_all(connection, read_publications(services), portal.deps.clock.now())
    portal.deps.registry.forget()


def begin(browser: Browser, language: str = "fr") -> str:
    """Starts a draft as whoever is signed in; its id."""
    return start(browser, SLUG, language)


def fill(browser: Browser, draft: str, *, plan: bytes, until: str = "total", **pages: dict[str, str]) -> None:
    """Answers every page up to one, each as given or in its plain way."""
    usual: dict[str, dict[str, str]] = {
        "you": YOU,
        "home": OWNER,
        "children": ONE_CHILD,
        "money": {"income": "4000", "rent": ""},
        "period": PERIOD,
        "plan": {"note": ""},
        "total": {"copies": "3"},
    }
    for page, answers in {**usual, **pages}.items():
        browser.get(f"/fr/drafts/{draft}/{page}")
        assert browser.last.status_code == 200, browser.text
        if page == "plan":
            sent = {"plan": ("plan.jpg", plan, "image/jpeg")}
            browser.post(f"/fr/drafts/{draft}/plan/files", answers, files=sent)
        else:
            browser.post(f"/fr/drafts/{draft}/{page}", answers)
        assert browser.last.status_code == 200, browser.text
        if page == until:
            return


def hand_in(browser: Browser, draft: str, *, consent: bool = True) -> str:
    """Goes through the documents, agrees or not, and hands the draft in; the reference."""
    browser.get(f"/fr/drafts/{draft}/documents")
    browser.post(f"/fr/drafts/{draft}/documents", {"tax_record-consent": "yes"} if consent else {})
    browser.get(f"/fr/drafts/{draft}/check")
    assert browser.last.status_code == 200, browser.text
    browser.post(f"/fr/drafts/{draft}/submit")
    assert "/cases/" in browser.url, browser.text
    return browser.url.split("/")[3]


def plain(text: str) -> str:
    """A page's text with ordinary spaces, for looking numbers up in it."""
    return text.replace("\u202f", " ").replace("\xa0", " ")
