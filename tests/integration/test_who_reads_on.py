"""Who reads a case without deciding on it, what of it, and until when: the office that hears an appeal, the
secretary-general, and the clerk at whose counter an appeal was filed.
"""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from portal.actions import timers
from portal.actions.perform import opened_case
from portal.actions.reading import READ_AFTER, units_reading
from portal.domain.case import Actor
from portal.domain.service import Role
from portal.i18n import office_date, translate
from portal.store import cases, files
from portal.store.files import StoredFile
from portal.store.tables import CASES
from portal.web.casework import documents_for
from tests.support import kiosk
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import file_aids, file_residence, jpeg
from tests.support.kiosk import act, dossier_of, file_kiosk, kiosk_portal
from tests.support.portal import SERVICES, TestPortal, make_portal
from tests.support.remedies import PROVINCE, REFERENCE, again, at_desk, turn_to

ANNEXE, SOCIAL = "annexe-ahfir", "centre-social-berkane"
GROUND = "Le bail ne porte pas votre nom."


def held(portal: TestPortal, reference: str) -> list[StoredFile]:
    dossier = dossier_of(portal, reference)
    with portal.deps.reading() as work:
        return files.of_case(work.connection, dossier.seal, dossier.case.id)


def refuse(portal: TestPortal, reference: str) -> None:
    chief = at_desk(portal, "chief.annexe", ANNEXE, "chief")
    chief.get(f"/fr/counter/cases/{reference}/actions/refuse")
    ground = chief.last.text.partition('name="ground" value="')[2].partition('"')[0]
    act(chief, reference, "refuse", ground=ground, reasons=GROUND)


@pytest.fixture
def refused(portal: TestPortal, browser: Browser) -> str:
    """A certificate that an annexe has refused: the province hears the appeal."""
    browser.sign_in()
    reference = file_residence(browser)
    refuse(portal, reference)
    return reference


@pytest.fixture
def appeal(portal: TestPortal, refused: str) -> str:
    filed = turn_to(again(portal), refused, "recours-administratif")
    assert dossier_of(portal, filed).case.unit == PROVINCE
    return filed


def opens(browser: Browser, reference: str) -> bool:
    """Whether the page of a case opens; otherwise it does not exist."""
    status = browser.get(f"/fr/counter/cases/{reference}").status_code
    assert status in (200, 404)
    return bool(status == 200)


def dismiss(portal: TestPortal, appeal: str) -> None:
    chief = at_desk(portal, "chief.province", PROVINCE, "chief")
    act(chief, appeal, "dismiss", ground="lawful", reasons="La première décision est conforme.")


def test_an_appeal_lets_those_who_decide_on_it_read_the_first_file_and_nobody_else(
    portal: TestPortal, refused: str, appeal: str
) -> None:
    [lease] = held(portal, refused)
    for role in ("agent", "chief"):
        reader = at_desk(portal, f"{role}.province", PROVINCE, role)
        assert opens(reader, refused), role
        assert f'href="/fr/counter/cases/{refused}"' in reader.get(f"/fr/counter/cases/{appeal}").text
        assert reader.get(f"/fr/counter/cases/{refused}/files/{lease.id}/original").status_code == 200
    for role in ("clerk", "committee", "designer", "admin", "secretary_general"):
        other = at_desk(portal, f"{role.replace('_', '.')}.province", PROVINCE, role)
        assert not opens(other, refused), role
        assert other.get(f"/fr/counter/cases/{refused}/files/{lease.id}/original").status_code == 404, role
    clerk = at_desk(portal, "clerk.province", PROVINCE, "clerk")
    # She sees that there is a first file, for the appeal is her office's; it is no link.
    assert refused in clerk.get(f"/fr/counter/cases/{appeal}").text
    assert f'href="/fr/counter/cases/{refused}"' not in clerk.text


def test_the_right_to_read_the_first_file_ends_some_time_after_the_decision(
    portal: TestPortal, refused: str, appeal: str
) -> None:
    dismiss(portal, appeal)
    [lease] = held(portal, refused)
    decided_on = office_date(portal.clock.now())
    portal.clock.forward(days=READ_AFTER.days)
    chief = at_desk(portal, "chief.province", PROVINCE, "chief")
    assert opens(chief, refused), "on the last day it still opens"
    portal.clock.forward(days=1)
    chief = at_desk(portal, "chief.province", PROVINCE, "chief")
    assert office_date(portal.clock.now()) == decided_on + READ_AFTER + timedelta(days=1)
    assert not opens(chief, refused)
    for end in (f"/files/{lease.id}", f"/files/{lease.id}/original", f"/files/{lease.id}/pages/1.jpg"):
        assert chief.get(f"/fr/counter/cases/{refused}{end}").status_code == 404, end
    # The appeal itself stays its office's; it leads no further.
    assert opens(chief, appeal)
    assert f'href="/fr/counter/cases/{refused}"' not in chief.last.text


@pytest.fixture
def with_a_term(database_url: str, tmp_path: Path) -> Iterator[TestPortal]:
    """A province whose law gives ninety days to turn to the Ombudsman."""
    services = tmp_path / "services"
    shutil.copytree(SERVICES, services)
    sheet = services / "catalogue" / "mediateur" / "v1" / "service.yaml"
    text = sheet.read_text("utf-8")
    term = "  on: [refused, partly, silence]\n  within: {days: 90, count: calendar}\n"
    assert text.count("  on: [refused, partly, silence]\n") == 1
    sheet.write_text(text.replace("  on: [refused, partly, silence]\n", term), "utf-8")
    made = make_portal(database_url, tmp_path / "files", services)
    yield made
    made.close()


@one_database
def test_where_the_decision_has_a_term_of_its_own_the_right_lasts_as_long(with_a_term: TestPortal) -> None:
    portal, amina = with_a_term, Browser(with_a_term)
    amina.sign_in()
    reference = file_residence(amina)
    refuse(portal, reference)
    dismiss(portal, turn_to(again(portal), reference, "recours-administratif"))
    case_id = dossier_of(portal, reference).case.id
    for days, reads in ((0, True), (READ_AFTER.days + 1, True), (29, True), (1, False)):
        portal.clock.forward(days=days)
        with portal.deps.reading() as work:
            assert (PROVINCE in units_reading(work, portal.deps, case_id)) is reads
        assert opens(at_desk(portal, "chief.province", PROVINCE, "chief"), reference) is reads


def number_of_receipt(portal: TestPortal, reference: str) -> str:
    """The number under which the receipt of an appeal was issued."""
    clerk = at_desk(portal, "agent.province", PROVINCE, "agent", "clerk")
    page = clerk.get(f"/fr/counter/cases/{reference}").text
    return str(page.partition(f"/fr/counter/cases/{reference}/documents/")[2].partition(".pdf")[0])


@one_database
def test_whoever_files_an_appeal_at_her_counter_hands_its_receipt_over_and_keeps_nothing(
    portal: TestPortal, refused: str
) -> None:
    clerk = at_desk(portal, "clerk.annexe", ANNEXE, "clerk")
    address = f"/fr/counter/cases/{refused}/remedies/recours-administratif"
    clerk.get(address)
    token = clerk.last
    form = {"grounds": "Mon bail est signé."}
    clerk.post(address, form, files={"further": ("plan.jpg", jpeg(), "image/jpeg")})
    assert clerk.url.endswith("/filed"), clerk.text
    appeal = REFERENCE.search(clerk.url)[0]  # type: ignore[index]
    base = f"/fr/counter/cases/{appeal}"
    [plan] = held(portal, appeal)
    portal.run_effects()
    for end in ("/filed", "/receipt-ready", "/receipt.pdf"):
        assert clerk.get(f"{base}{end}").status_code == 200, end
    # The appeal is against her own office: that its receipt was handed over is all she has of it.
    number = number_of_receipt(portal, appeal)
    for end in ("", f"/files/{plan.id}/original", f"/documents/{number}.pdf", "/actions/uphold", "/complete"):
        assert clerk.get(f"{base}{end}").status_code == 404, end
    assert f'href="{base}"' not in clerk.get(f"/fr/counter/cases/{refused}").text
    assert appeal in clerk.text
    # The second of two clicks leads to the receipt, not to the file.
    clerk.last = token
    clerk.post(address, form)
    assert clerk.url == f"{base}/filed"
    portal.clock.forward(days=1)
    clerk = at_desk(portal, "clerk.annexe", ANNEXE, "clerk")
    for end in ("", "/filed", "/receipt-ready", "/receipt.pdf"):
        assert clerk.get(f"{base}{end}").status_code == 404, end
    # Of a colleague it never was.
    assert opens(at_desk(portal, "clerk.province", PROVINCE, "clerk"), appeal)


WITHHELD = (
    "What this service calls sensitive is withheld from you: these answers, words and documents are read by those who "
    "decide on the file, and by nobody else."
)


@one_database
def test_the_secretary_general_reads_nothing_sensitive(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_aids(browser)
    social = at_desk(portal, "agent.social", SOCIAL, "agent")
    act(social, reference, "ask_more_info", question="Quelle est la largeur du fauteuil demandé ?")
    address = f"/fr/cases/{reference}/actions/answer"
    browser.get(address)
    browser.post(
        address, {"reply": "La largeur est de 42 cm."}, files={"answer": ("certificat.jpg", jpeg("red"), "image/jpeg")}
    )
    portal.clock.forward(days=90)
    timers.sweep(portal.deps)
    assert dossier_of(portal, reference).case.escalated
    general = at_desk(portal, "general", PROVINCE, "secretary_general")
    shown = general.get(f"/fr/counter/cases/{reference}").text
    assert (general.last.status_code, translate("fr", WITHHELD) in general.text) == (200, True)
    social = at_desk(portal, "agent.social", SOCIAL, "agent")
    whole = social.get(f"/fr/counter/cases/{reference}").text
    assert translate("fr", WITHHELD) not in social.text
    for said in ("Largeur du siège 34 cm", "Moteur"):
        assert said in whole, said
        assert said not in shown, said
    by_document = {one.document: one.id for one in held(portal, reference)}
    assert set(by_document) == {"prescription", "disability_certificate", "answer"}
    for document, file_id in by_document.items():
        assert f"/files/{file_id}" in whole, document
        assert f"/files/{file_id}" not in shown, document
        for end in ("", "/original", "/pages/1.jpg"):
            path = f"/fr/counter/cases/{reference}/files/{file_id}{end}"
            assert (general.get(path).status_code, social.get(path).status_code) == (404, 200), (document, end)
    # Whoever only reads is shown no form, whatever she sends, and cannot try out whether a document is in the file.
    base = f"/fr/counter/cases/{reference}"
    general.get(base)
    assert general.post(f"{base}/actions/refuse", {"reasons": ""}).status_code == 403
    general.get(base)
    known = {"prescription": ("photo.jpg", jpeg(), "image/jpeg")}
    assert general.post(f"{base}/complete", files=known).status_code == 404


@one_database
def test_the_secretary_general_opens_nothing_of_an_independent_body(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_residence(browser)
    portal.clock.forward(days=90)
    timers.sweep(portal.deps)
    general = at_desk(portal, "general", PROVINCE, "secretary_general")
    page = f"/fr/counter/cases/{reference}"
    assert general.get(page).status_code == 200
    independent = next(one.id for one in portal.deps.registry.territory.units if one.independent)
    with portal.deps.store.engine.begin() as connection:
        # However the mark came to be there.
        connection.execute(update(CASES).where(CASES.c.reference == reference).values(unit=independent))
    assert dossier_of(portal, reference).case.escalated
    assert general.get(page).status_code == 404


@one_database
def test_a_signed_document_that_may_quote_what_is_sensitive_is_for_the_office_alone(
    portal: TestPortal, browser: Browser
) -> None:
    browser.sign_in()
    reference = file_aids(browser)
    social = at_desk(portal, "agent.social", SOCIAL, "agent")
    act(social, reference, "refuse", ground="no_disability", reasons="Le certificat ne le justifie pas.")
    portal.run_effects()
    with portal.deps.reading() as work:
        dossier = cases.find(work.connection, work.vault, reference)
        assert dossier is not None
        opened = opened_case(work, portal.deps, dossier)
        seen = {
            role: [one.document for one in documents_for(work, opened, Actor("somebody", frozenset({role}), unit=unit))]
            for role, unit in ((Role.AGENT, SOCIAL), (Role.SECRETARY_GENERAL, PROVINCE))
        }
    assert [one for one in seen[Role.AGENT] if one != "receipt"]
    assert seen[Role.SECRETARY_GENERAL] == []


@one_database
def test_what_an_office_or_its_advisers_said_of_somebodys_health_is_withheld_as_well(
    database_url: str, tmp_path: Path
) -> None:
    asks = "asks: [{id: question, type: long_text, label: {ar: السؤال, fr: La question}}]"
    diagnosis = "{id: diagnosis, type: long_text, sensitive: true, label: {ar: التشخيص, fr: Le diagnostic}}"
    assert kiosk.WORKFLOW.count(asks) == 1
    workflow = kiosk.WORKFLOW.replace(
        asks,
        f"asks:\n      - {diagnosis}\n      - {{id: question, type: long_text, label: {{ar: السؤال, fr: La question}}}}",
    )
    portal = kiosk_portal(database_url, tmp_path, workflow=workflow)
    try:
        browser = Browser(portal)
        browser.sign_in()
        reference = file_kiosk(browser)
        agent = at_desk(portal, "agent.annexe", ANNEXE, "agent")
        act(agent, reference, "ask", diagnosis="Asthme sévère constaté.", question="Quel emplacement voulez-vous ?")
        browser.get(f"/fr/cases/{reference}/actions/answer")
        browser.post(f"/fr/cases/{reference}/actions/answer", {"reply": "Le coin nord."})
        portal.clock.forward(days=120)
        timers.sweep(portal.deps)
        assert dossier_of(portal, reference).case.escalated
        general = at_desk(portal, "general", PROVINCE, "secretary_general")
        agent = at_desk(portal, "agent.annexe", ANNEXE, "agent")
        shown, whole = (one.get(f"/fr/counter/cases/{reference}").text for one in (general, agent))
        for hidden in ("Asthme sévère constaté.", "asthme"):
            assert (hidden in whole, hidden in shown) == (True, False), hidden
        for open_to_all in ("Quel emplacement voulez-vous ?", "Le coin nord."):
            assert (open_to_all in whole, open_to_all in shown) == (True, True), open_to_all
    finally:
        portal.close()
