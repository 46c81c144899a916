"""A province adds a service by writing files, and nothing of it can be started while they have faults."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.actions.publish import publish_all, read_publications
from portal.catalogue.loader import check_folder
from tests.support.browser import Browser
from tests.support.commands import run_portal, settings_for
from tests.support.databases import one_database
from tests.support.journeys import PASSWORD, add_staff, answer_pages, hand_in, start
from tests.support.portal import SERVICES, TestPortal

SERVICE = """\
title: {ar: رخصة قطف الزعتر, fr: Autorisation de cueillir le thym}
summary: {ar: ترخيص بقطف الزعتر في الغابة., fr: Pour cueillir le thym en forêt.}
keywords: [زعتر, thym]
legal_basis:
  - id: law_55_19
    title: {ar: القانون رقم 55.19, fr: Loi n° 55-19}
authority: {kind: [annexe, caidat], by: residence}
identity: low
deadline: {law: "55-19", days: 10, silence: appeal}
fee: {amount: 0}
privacy:
  purpose: {ar: دراسة طلبك., fr: Étudier votre demande.}
  retention_years: 1
  recipients:
    - {ar: السلطة المحلية, fr: L'autorité locale}
documents: []
outputs:
  permit:
    title: {ar: رخصة, fr: Autorisation}
    paragraphs:
      - {ar: "يرخص للسيد(ة) {applicant_name} بقطف الزعتر.", fr: "{applicant_name} peut cueillir du thym."}
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
  - id: picking
    title: {ar: من ومكان القطف, fr: Qui cueille et où}
    fields:
      - {id: name_ar, type: name_ar, label: {ar: الاسم, fr: Nom en arabe}, prefill: name_ar}
      - {id: name_fr, type: name_fr, label: {ar: الاسم باللاتينية, fr: Nom}, prefill: name_fr}
      - {id: place, type: place, label: {ar: الجماعة, fr: Commune}, prefill: place}
      - {id: kilos, type: decimal, label: {ar: كم كيلوغراما؟, fr: Combien de kilos ?}, limits: {minimum: 1, maximum: 50}}
"""
WORKFLOW = """\
initial: lodged
states:
  lodged: {kind: running, label: {ar: مودع, fr: Déposé}}
  granted: {kind: decided, outcome: granted, issues: permit, label: {ar: قُبل, fr: Thym autorisé}}
  refused: {kind: decided, outcome: refused, issues: refusal, label: {ar: رُفض, fr: Refusé}}
actions:
  - {action: approve, from: lodged, to: granted, by: [agent], label: {ar: قبول, fr: Accorder}, effects: [issue.permit, notify]}
  - action: refuse
    from: lodged
    to: refused
    by: [agent]
    label: {ar: رفض, fr: Refuser}
    asks:
      - id: ground
        type: choice
        label: {ar: سبب الرفض, fr: Motif du refus}
        options:
          - {value: place, label: {ar: المكان, fr: Le lieu}}
          - {value: other, label: {ar: سبب آخر, fr: Un autre motif}}
      - {id: reasons, type: long_text, label: {ar: الأسباب, fr: Motifs}}
    effects: [issue.refusal, notify]
"""
EXAMPLE = """\
title: {ar: قطف قليل, fr: Un petit panier}
today: 2026-03-02
identity: low
answers: {name_ar: أمينة العلوي, name_fr: Amina El Alaoui, place: 02.113.01.01, kilos: 5}
expect: {unit: annexe-ahfir, needed: [], state: lodged}
path:
  - {action: approve, by: agent}
final: granted
"""


@pytest.fixture
def services(tmp_path: Path) -> Path:
    """A province's folder, with one service more."""
    folder = tmp_path / "services"
    shutil.copytree(SERVICES, folder)
    version = folder / "catalogue" / "cueillette" / "v1"
    (version / "examples").mkdir(parents=True)
    for name, text in (("service", SERVICE), ("form", FORM), ("workflow", WORKFLOW), ("examples/basket", EXAMPLE)):
        (version / f"{name}.yaml").write_text(text, "utf-8")
    return folder


def publish(portal: TestPortal, folder: Path) -> None:
    """Publishes a folder beside the running portal, which reads it anew within seconds; here, at once."""
    with portal.deps.store.engine.begin() as connection:
        publish_all(connection, read_publications(folder), portal.clock.now())
    portal.deps.registry.forget()


def test_a_new_folder_is_sound(services: Path) -> None:
    assert [str(fault) for fault in check_folder(services)] == []


def test_a_citizen_files_in_a_service_that_was_only_written(
    portal: TestPortal, browser: Browser, another_browser: Callable[[], Browser], services: Path
) -> None:
    assert browser.get("/fr/services/cueillette").status_code == 404
    publish(portal, services)
    assert "Autorisation de cueillir le thym" in browser.get("/fr/services").text
    assert "رخصة قطف الزعتر" in browser.get("/ar/services?q=زعتر").text
    browser.sign_in()
    start(browser, "cueillette")
    browser.post(browser.url, {"name_ar": "أمينة", "name_fr": "Amina", "place": "02.113.01.01", "kilos": "51"})
    assert 'href="#kilos"' in browser.last.text
    answers = {"name_ar": "أمينة العلوي", "name_fr": "Amina El Alaoui", "place": "02.113.01.01", "kilos": "5"}
    reference = hand_in(browser, answer_pages(browser, {"picking": answers}))
    add_staff(portal, "agent", "annexe-ahfir", "agent")
    agent = another_browser()
    agent.staff_sign_in("agent", PASSWORD)
    url = f"/fr/counter/cases/{reference}/actions/approve"
    agent.get(url)
    agent.post(url)
    portal.run_effects()
    assert "Thym autorisé" in browser.get(f"/fr/cases/{reference}").text
    permit = re.search(rf"/fr/cases/{reference}/documents/D-[-\w]+\.pdf", browser.last.text)
    assert permit is not None
    assert rb"Amina El Alaoui\u2069 peut cueillir du thym." in browser.get(permit[0]).content


def test_a_folder_that_vanishes_ends_the_offer_but_no_case_and_no_draft(
    portal: TestPortal, browser: Browser, services: Path
) -> None:
    publish(portal, services)
    browser.sign_in()
    answers = {"name_ar": "أمينة العلوي", "name_fr": "Amina El Alaoui", "place": "02.113.01.01", "kilos": "5"}
    start(browser, "cueillette")
    reference = hand_in(browser, answer_pages(browser, {"picking": answers}))
    start(browser, "cueillette")
    begun = browser.url.split("/")[3]
    shutil.rmtree(services / "catalogue" / "cueillette")
    publish(portal, services)
    assert "cueillette" not in browser.get("/fr/services").text
    assert browser.get("/fr/services/cueillette/apply").status_code == 410
    assert "Autorisation de cueillir le thym" in browser.get(f"/fr/cases/{reference}").text
    assert portal.run_effects() == 2
    assert browser.get(f"/fr/cases/{reference}/receipt.pdf").status_code == 200
    # What was begun cannot be handed in any more, but what was written in it can still be read.
    assert browser.get(f"/fr/drafts/{begun}/picking").status_code == 410
    assert "Autorisation de cueillir le thym" in browser.text


@one_database
def test_a_case_keeps_the_version_it_was_filed_under(portal: TestPortal, browser: Browser, services: Path) -> None:
    publish(portal, services)
    browser.sign_in()
    answers = {"name_ar": "أمينة العلوي", "name_fr": "Amina El Alaoui", "place": "02.113.01.01", "kilos": "5"}
    start(browser, "cueillette")
    reference = hand_in(browser, answer_pages(browser, {"picking": answers}))
    form = services / "catalogue" / "cueillette" / "v1" / "form.yaml"
    form.write_text(FORM.replace("Combien de kilos ?", "Combien de paniers ?"), "utf-8")
    publish(portal, services)
    assert "Combien de kilos\u00a0?" in browser.get(f"/fr/cases/{reference}").text
    start(browser, "cueillette")
    assert "Combien de paniers\u00a0?" in browser.text


@one_database
def test_a_broken_service_is_named_by_file_and_line_and_the_portal_does_not_start_on_it(
    database_url: str, services: Path, tmp_path: Path
) -> None:
    workflow = services / "catalogue" / "cueillette" / "v1" / "workflow.yaml"
    workflow.write_text(WORKFLOW.replace("to: granted", "to: nowhere"), "utf-8")
    line = next(number for number, text in enumerate(WORKFLOW.splitlines(), 1) if "to: granted" in text)
    settings = settings_for(database_url, tmp_path, PORTAL_SERVICES_DIR=str(services))
    checked = run_portal(settings, "check", str(services))
    served = run_portal(settings, "serve", "--port", "0")
    assert checked.returncode == served.returncode == 1
    named = f"cueillette/v1/workflow.yaml:{line}: "
    assert named in checked.stdout
    assert named in served.stderr
    assert "nothing was started" in served.stderr
    assert "Traceback" not in checked.stderr + served.stderr


QUESTIONS_THAT_DEPEND = """\
  - id: more
    title: {ar: المزيد, fr: Précisions}
    fields:
      - {id: how, type: short_text, label: {ar: كيف؟, fr: Comment ?}}
      - id: cart
        type: short_text
        label: {ar: رقم العربة, fr: Numéro de la charrette}
        when: "answers.kilos != null && answers.kilos > 20.0"
  - id: lorry
    title: {ar: الشاحنة, fr: Le camion}
    fields:
      - id: plate
        type: short_text
        label: {ar: الرقم, fr: Immatriculation}
        when: "answers.kilos != null && answers.kilos > 40.0"
"""


@one_database
def test_a_question_is_asked_only_where_it_applies(portal: TestPortal, browser: Browser, services: Path) -> None:
    version = services / "catalogue" / "cueillette" / "v1"
    (version / "form.yaml").write_text(FORM + QUESTIONS_THAT_DEPEND, "utf-8")
    (version / "examples" / "basket.yaml").write_text(EXAMPLE.replace("kilos: 5}", "kilos: 5, how: à pied}"), "utf-8")
    publish(portal, services)
    browser.sign_in()
    start(browser, "cueillette")
    page = browser.url
    answers = {"name_ar": "أمينة العلوي", "name_fr": "Amina El Alaoui", "place": "02.113.01.01"}
    browser.post(page, {**answers, "kilos": "5"})
    assert 'name="how"' in browser.last.text
    assert 'name="cart"' not in browser.last.text
    browser.post(browser.url, {"how": "à pied"})
    assert browser.url.endswith("/check")
    browser.get(page)
    browser.post(page, {**answers, "kilos": "30"})
    assert 'name="cart"' in browser.last.text
