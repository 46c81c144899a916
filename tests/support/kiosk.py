"""A service in which everything happens that a workflow can say: timers, opinions, a committee, transfers, reopening."""

import re
import shutil
from pathlib import Path

from portal.domain.events import Event
from portal.store import cases, journal
from portal.store.cases import Dossier
from tests.support.browser import Browser
from tests.support.journeys import PASSWORD, add_staff, answer_pages, start
from tests.support.portal import SERVICES, TestPortal, make_portal

SLUG = "kiosque"
OFFICE, ASKED, OTHER = "annexe-ahfir", "commune-ahfir", "annexe-saidia"

SERVICE = """\
title: {ar: كشك في الساحة, fr: Kiosque sur la place}
summary: {ar: ترخيص بإقامة كشك., fr: Pour installer un kiosque.}
keywords: [كشك, kiosque]
legal_basis:
  - {id: law_55_19, title: {ar: القانون رقم 55.19, fr: Loi n° 55-19}}
authority: {kind: [annexe, caidat], by: residence}
identity: low
deadline: {law: "55-19", days: 60, silence: appeal}
fee: {amount: 0}
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
  permit:
    title: {ar: رخصة, fr: Autorisation}
    paragraphs:
      - {ar: "يرخص للسيد(ة) {applicant_name} بإقامة كشك.", fr: "{applicant_name} peut installer un kiosque."}
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
applicant: {name_ar: name_ar, name_fr: name_fr, place: place}
pages:
  - id: who
    title: {ar: من ومكان الكشك, fr: Qui et où}
    fields:
      - {id: name_ar, type: name_ar, label: {ar: الاسم, fr: Nom en arabe}, prefill: name_ar}
      - {id: name_fr, type: name_fr, label: {ar: الاسم باللاتينية, fr: Nom}, prefill: name_fr}
      - {id: place, type: place, label: {ar: الجماعة, fr: Commune}, prefill: place}
      - {id: health, type: short_text, label: {ar: الحالة الصحية, fr: État de santé}, required: false, sensitive: true}
"""
WORKFLOW = """\
initial: lodged
depositing: depositing
states:
  depositing: {kind: depositing, label: {ar: قيد الإيداع, fr: En cours de dépôt}}
  lodged:
    kind: running
    label: {ar: مودع, fr: Déposé}
    timers:
      - {id: nudge, after: {days: 10, count: calendar}, warn: [chief]}
  waiting:
    kind: suspended
    label: {ar: في انتظارك, fr: En attente de votre réponse}
    timers:
      - {id: silence, after: {days: 30, count: calendar}, do: close_unanswered}
  consultation:
    kind: running
    label: {ar: استشارة, fr: Avis demandés}
    opinions:
      ask:
        - id: roads
          of: commune
          title: {ar: رأي الجماعة, fr: Avis de la commune}
          asks:
            - id: favourable
              type: yes_no
              label: {ar: هل توافق؟, fr: Êtes-vous favorable ?}
            - {id: remarks, type: long_text, label: {ar: ملاحظات, fr: Remarques}, required: false}
        - id: hygiene
          of: partner.min-sante
          title: {ar: رأي الصحة, fr: Avis sanitaire}
          asks:
            - {id: clean, type: yes_no, label: {ar: هل هو صحي؟, fr: Est-ce sain ?}}
            - {id: seen_on, type: date, label: {ar: تاريخ الزيارة, fr: Date de la visite}, required: false}
      needed: all
      within: {days: 10, count: calendar}
      then: opinions_in
  sitting:
    kind: running
    label: {ar: أمام اللجنة, fr: Devant la commission}
    committee: {title: {ar: لجنة الأكشاك, fr: Commission des kiosques}, quorum: 2, majority: simple}
  granted: {kind: decided, outcome: granted, issues: permit, label: {ar: قُبل, fr: Kiosque autorisé}}
  refused: {kind: decided, outcome: refused, issues: refusal, label: {ar: رُفض, fr: Kiosque refusé}}
  returned: {kind: decided, outcome: returned, label: {ar: أعيد, fr: Dossier retourné}}
  withdrawn: {kind: decided, outcome: withdrawn, label: {ar: سُحب, fr: Dossier retiré}}
actions:
  - {action: complete_file, from: depositing, to: lodged, by: [applicant, clerk], label: {ar: إتمام, fr: Compléter}}
  - action: return_file
    from: depositing
    to: returned
    by: [system]
    act: return
    label: {ar: إرجاع الملف, fr: Retourner le dossier}
    effects: [issue.sent_back, notify]
  - action: withdraw
    from: [depositing, lodged, waiting]
    to: withdrawn
    by: [applicant]
    label: {ar: سحب, fr: Retirer ma demande}
    effects: [notify]
  - {action: consult, from: lodged, to: consultation, by: [agent, chief], label: {ar: طلب الآراء, fr: Demander les avis}}
  - {action: opinions_in, from: consultation, to: sitting, by: [system], label: {ar: جمع الآراء, fr: Avis réunis}}
  - action: ask
    from: lodged
    to: waiting
    by: [agent]
    label: {ar: سؤال, fr: Demander des précisions}
    asks: [{id: question, type: long_text, label: {ar: السؤال, fr: La question}}]
    effects: [notify]
  - {action: remind, from: waiting, to: waiting, by: [agent], label: {ar: تذكير, fr: Rappeler}, effects: [remind]}
  - action: answer
    from: waiting
    to: lodged
    by: [applicant]
    label: {ar: جواب, fr: Répondre}
    asks:
      - {id: reply, type: long_text, label: {ar: الجواب, fr: Votre réponse}}
      - {id: plan, type: file, label: {ar: تصميم, fr: Un plan du kiosque}, required: false}
    effects: [notify]
  - action: close_unanswered
    from: waiting
    to: returned
    by: [system]
    when: "case.state != null"
    label: {ar: إرجاع, fr: Retourner sans réponse}
    effects: [notify]
  - action: transfer
    from: lodged
    to: lodged
    by: [chief]
    transfer: [annexe, caidat]
    label: {ar: إحالة, fr: Transmettre à un autre service}
    asks: [{id: reason, type: short_text, label: {ar: السبب, fr: Pourquoi ?}}]
    effects: [notify]
  - action: grant
    from: sitting
    to: granted
    by: [chief]
    when: "case.committee == 'accepted'"
    label: {ar: قبول, fr: Accorder}
    effects: [issue.permit, notify]
  - action: refuse
    from: sitting
    to: refused
    by: [chief]
    when: "case.committee == 'rejected'"
    label: {ar: رفض, fr: Refuser}
    asks:
      - id: ground
        type: choice
        label: {ar: سبب الرفض, fr: Motif du refus}
        options:
          - {value: place, label: {ar: المكان, fr: La place}}
          - {value: other, label: {ar: سبب آخر, fr: Un autre motif}}
      - {id: reasons, type: long_text, label: {ar: الأسباب, fr: Motifs}}
    effects: [issue.refusal, notify]
  - action: refuse_at_once
    from: lodged
    to: refused
    by: [chief]
    label: {ar: رفض فوري, fr: Refuser sans commission}
    asks:
      - id: ground
        type: choice
        label: {ar: سبب الرفض, fr: Motif du refus}
        options:
          - {value: place, label: {ar: المكان, fr: La place}}
          - {value: other, label: {ar: سبب آخر, fr: Un autre motif}}
      - {id: reasons, type: long_text, label: {ar: الأسباب, fr: Motifs}}
    effects: [issue.refusal, notify]
  - action: reopen
    from: refused
    to: lodged
    by: [chief]
    within: {days: 30, count: calendar}
    label: {ar: إعادة النظر, fr: Réexaminer le refus}
    asks: [{id: reasons, type: long_text, label: {ar: السبب, fr: Pourquoi ?}}]
    effects: [notify]
"""
EXAMPLE = """\
title: {ar: رفض فوري, fr: Un refus}
today: 2026-03-02
identity: low
answers: {name_ar: أمينة العلوي, name_fr: Amina El Alaoui, place: 02.113.01.01}
expect: {unit: annexe-ahfir, needed: [], state: lodged}
path:
  - {action: refuse_at_once, by: chief, says: {ground: place, reasons: Le domaine public est saturé.}}
final: refused
"""
ANSWERS = {
    "who": {"name_ar": "أمينة العلوي", "name_fr": "Amina El Alaoui", "place": "02.113.01.01", "health": "asthme"}
}


def kiosk_services(folder: Path, **changes: str) -> Path:
    """A province's folder with this service alone; ``changes`` are texts of its files by name."""
    services = folder / "services"
    shutil.copytree(SERVICES / "territory", services / "territory")
    shutil.copy(SERVICES / "calendar.yaml", services)
    version = services / "catalogue" / SLUG / "v1"
    (version / "examples").mkdir(parents=True)
    texts = {"service": SERVICE, "form": FORM, "workflow": WORKFLOW, "examples/refused": EXAMPLE, **changes}
    for name, text in texts.items():
        (version / f"{name}.yaml").write_text(text, "utf-8")
    return services


def kiosk_portal(url: str, folder: Path, **changes: str) -> TestPortal:
    """A portal that offers this service."""
    return make_portal(url, folder / "files", kiosk_services(folder, **changes))


def file_kiosk(browser: Browser, language: str = "fr", *, consent: bool = True) -> str:
    """Asks for a kiosk as whoever is signed in, agreeing that the office fetches the tax record; the reference."""
    start(browser, SLUG, language)
    draft = answer_pages(browser, ANSWERS, language)
    browser.get(f"/{language}/drafts/{draft}/documents")
    browser.post(f"/{language}/drafts/{draft}/documents", {"tax_record-consent": "yes"} if consent else {})
    browser.get(f"/{language}/drafts/{draft}/check")
    browser.post(f"/{language}/drafts/{draft}/submit")
    found = re.search(r"BRK-\d\d-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", browser.url)
    assert found is not None, browser.text
    return found[0]


def at_work(portal: TestPortal, login: str, unit: str, *roles: str) -> Browser:
    """The browser of somebody new who works at a unit."""
    add_staff(portal, login, unit, *roles)
    browser = Browser(portal)
    browser.staff_sign_in(login, PASSWORD)
    assert browser.last.status_code == 200, browser.text
    return browser


def act(browser: Browser, reference: str, action: str, **said: str) -> None:
    """Does something to a file at the counter, as a person would: by its form."""
    browser.get(f"/fr/counter/cases/{reference}/actions/{action}")
    assert browser.last.status_code == 200, browser.text
    browser.post(f"/fr/counter/cases/{reference}/actions/{action}", said)
    assert browser.last.status_code == 200, browser.text


def dossier_of(portal: TestPortal, reference: str) -> Dossier:
    with portal.deps.reading() as work:
        found = cases.find(work.connection, work.vault, reference)
    assert found is not None
    return found


def events_of(portal: TestPortal, reference: str) -> list[Event]:
    """Everything that has happened to a file."""
    dossier = dossier_of(portal, reference)
    with portal.deps.reading() as work:
        return [line.event for line in journal.read(work.connection, dossier.case.id, dossier.seal)]


def file_refused(portal: TestPortal, browser: Browser, chief: Browser) -> str:
    """A file that was refused as soon as it came, its decision signed; its reference."""
    browser.sign_in()
    filed = file_kiosk(browser)
    act(chief, filed, "refuse_at_once", ground="place", reasons="La place est trop petite.")
    portal.run_effects()
    return filed
