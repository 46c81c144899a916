"""What follows a case: each way to turn after a refusal or a silence is filed, decided and told like a case of its own."""

import threading
from collections.abc import Callable

import pytest

from portal.actions import remedies
from portal.actions.notify import channel_for
from portal.actions.perform import open_case
from portal.actions.submit import Submitted
from portal.domain.case import SYSTEM, Actor
from portal.domain.errors import NotFound
from portal.domain.events import CaseSubmitted, RemedyDecided, RemedyFiled, SilenceRecorded
from portal.domain.service import Result, Role
from portal.i18n import translate
from portal.store import files, following
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import AT_COUNTER, file_complaint, file_residence, jpeg
from tests.support.kiosk import act, dossier_of, events_of
from tests.support.portal import YOUSSEF, TestPortal
from tests.support.remedies import (
    COMMUNE,
    PROVINCE,
    REFERENCE,
    again,
    at_desk,
    file_establishment,
    pass_days,
    refuse_establishment,
    send,
    turn_to,
)

Another = Callable[[], Browser]
DAYS_TO_SILENCE = 66
"""Sixty days that count, the last day rolled over a week-end, and the day after it."""


@pytest.fixture
def reference(browser: Browser) -> str:
    """A request to Berkane that silence would grant; its applicant stays signed in in ``browser``."""
    browser.sign_in()
    return file_establishment(browser)


@pytest.fixture
def refused(portal: TestPortal, reference: str) -> str:
    refuse_establishment(portal, reference)
    portal.run_effects()
    return reference


@pytest.fixture
def silent(portal: TestPortal, reference: str) -> str:
    """The same request after a silence that granted it."""
    pass_days(portal, DAYS_TO_SILENCE)
    assert dossier_of(portal, reference).case.state == "granted_by_silence"
    return reference


def told(portal: TestPortal, reference: str, kind: type) -> list[object]:
    return [event for event in events_of(portal, reference) if isinstance(event, kind)]


def test_from_a_silence_to_the_claim_and_from_its_silence_to_the_attestation(portal: TestPortal, silent: str) -> None:
    amina = again(portal)
    page = amina.get(f"/fr/cases/{silent}").text
    assert "/remedies/reclamation-acte" in page
    # Nobody appeals against what was granted, and the governor comes only after the claim.
    assert "/remedies/recours-administratif" not in page
    assert "/remedies/attestation-silence" not in page
    claim = turn_to(amina, silent, "reclamation-acte")
    first, linked = dossier_of(portal, silent), dossier_of(portal, claim)
    assert (linked.case.unit, linked.case.first_id) == (COMMUNE, first.case.id)
    assert linked.people == first.people
    assert linked.secret != first.secret
    assert [event.first for event in events_of(portal, claim) if isinstance(event, CaseSubmitted)] == [silent]
    assert told(portal, silent, RemedyFiled) == [RemedyFiled("reclamation-acte", claim)]

    pass_days(portal, 12)
    assert len(told(portal, claim, SilenceRecorded)) == 1
    amina = again(portal)
    assert "/remedies/autorite-superieure" not in amina.get(f"/fr/cases/{claim}").text
    attestation = turn_to(amina, claim, "attestation-silence", grounds="Toujours rien.")
    asked = dossier_of(portal, attestation)
    assert (asked.case.unit, asked.case.state) == (PROVINCE, "inquiry")

    # The president of the council of that very commune is heard, within the term.
    president = at_desk(portal, "agent.commune", COMMUNE, "agent")
    address = f"/fr/counter/opinions/{attestation}/president"
    president.get(address)
    president.post(address, {"notified": "no", "observations": "Le dossier a pris du retard."})
    assert dossier_of(portal, attestation).case.state == "deciding"

    governor = at_desk(portal, "chief.province", PROVINCE, "chief")
    assert silent in governor.get(f"/fr/counter/cases/{claim}").text
    act(governor, attestation, "attest")
    portal.run_effects()
    printed = next(one for one in portal.renderer.seen if one.kind == "attestation")
    said = " ".join(paragraph["fr"] for paragraph in printed.paragraphs)
    assert all(words in said for words in (silent, claim, "Autorisation d'un établissement classé"))
    assert not {"{", "—"}.intersection(said)
    ended = RemedyDecided("attestation-silence", attestation, "granted")
    assert told(portal, claim, RemedyDecided) == [ended]
    assert attestation in again(portal).get(f"/fr/cases/{claim}").text


def test_a_refusal_is_appealed_in_two_clicks_and_decided_with_the_whole_file(portal: TestPortal, refused: str) -> None:
    amina = again(portal)
    appeal = turn_to(amina, refused, "recours-administratif", grounds="L'école est fermée depuis deux ans.")
    linked = dossier_of(portal, appeal)
    assert (linked.case.unit, linked.case.due_on is not None) == (COMMUNE, True)
    assert linked.answers["grounds"] == "L'école est fermée depuis deux ans."
    assert set(linked.answers) == {"grounds", "first"}
    agent = at_desk(portal, "agent.commune", COMMUNE, "agent")
    assert (
        translate("fr", "The next step is taken by: %(roles)s.", {"roles": "responsable"})
        in agent.get(f"/fr/counter/cases/{appeal}").text
    )
    president = at_desk(portal, "chief.commune", COMMUNE, "chief")
    act(president, appeal, "uphold", reply="La commune reprend l'étude du dossier cette semaine.")
    assert told(portal, refused, RemedyDecided) == [RemedyDecided("recours-administratif", appeal, "granted")]
    # The decision still stands beside it: it is for its office to draw the consequences, and its chief is told.
    first = dossier_of(portal, refused)
    assert (first.case.outcome, first.alert) == (Result.REFUSED, "chief")
    page = again(portal).get(f"/fr/cases/{refused}").text
    assert appeal in page
    assert "/remedies/recours-administratif" not in page


def test_a_president_who_is_silent_leaves_it_to_the_governor(portal: TestPortal, refused: str) -> None:
    appeal = turn_to(again(portal), refused, "recours-administratif")
    assert "/remedies/recours-gouverneur" not in again(portal).get(f"/fr/cases/{appeal}").text
    pass_days(portal, 20)
    second = turn_to(again(portal), appeal, "recours-gouverneur")
    assert dossier_of(portal, second).case.unit == PROVINCE
    governor = at_desk(portal, "chief.province", PROVINCE, "chief")
    # Whoever decides reads the whole story: the appeal, and the request it is about.
    assert governor.get(f"/fr/counter/cases/{appeal}").status_code == 200
    assert governor.get(f"/fr/counter/cases/{refused}").status_code == 200
    act(governor, second, "uphold", reply="La commune est invitée à reprendre le dossier.")
    assert told(portal, appeal, RemedyDecided) == [RemedyDecided("recours-gouverneur", second, "granted")]


def test_a_service_of_the_state_is_appealed_before_the_governor(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_residence(browser)
    chief = at_desk(portal, "chief.annexe", "annexe-ahfir", "chief")
    chief.get(f"/fr/counter/cases/{reference}/actions/refuse")
    found = chief.last.text
    ground = found.partition('name="ground" value="')[2].partition('"')[0]
    act(chief, reference, "refuse", ground=ground, reasons="Le bail ne porte pas votre nom.")
    appeal = turn_to(again(portal), reference, "recours-administratif")
    assert dossier_of(portal, appeal).case.unit == PROVINCE


def test_what_is_out_of_time_is_said_to_be_with_its_rule(portal: TestPortal, refused: str) -> None:
    portal.clock.forward(days=40)
    amina = again(portal)
    page = amina.get(f"/fr/cases/{refused}")
    assert "article 21" in amina.text
    # The Ombudsman is bound to no day.
    assert "/remedies/mediateur" in page.text
    address = f"/fr/cases/{refused}/remedies/recours-administratif"
    assert amina.get(address).status_code == 200
    assert "article 21" in amina.text
    # Without the day on which she received the decision nothing is filed, and nothing she wrote is lost.
    send(amina, address, grounds="Mes raisons à moi.")
    assert (amina.last.status_code, "Mes raisons à moi." in amina.text) == (422, True)
    assert told(portal, refused, RemedyFiled) == []


def test_the_last_day_is_still_in_time(portal: TestPortal, refused: str) -> None:
    with portal.deps.reading() as work:
        opened = open_case(work, portal.deps, refused, SYSTEM)
        until = remedies.remedy_of(portal.deps, opened, "recours-administratif").until
    assert until is not None
    portal.clock.moment = portal.clock.moment.replace(year=until.year, month=until.month, day=until.day)
    assert turn_to(again(portal), refused, "recours-administratif")


def test_two_clicks_make_one_case(portal: TestPortal, refused: str) -> None:
    amina = again(portal)
    appeal = turn_to(amina, refused, "recours-administratif")
    address = f"/fr/cases/{refused}/remedies/recours-administratif"
    amina.post(address)
    assert amina.url == f"/fr/cases/{appeal}"
    amina.get(address)
    assert amina.url == f"/fr/cases/{appeal}"
    assert len(told(portal, refused, RemedyFiled)) == 1
    with portal.deps.reading() as work:
        assert len(following.of_case(work.connection, dossier_of(portal, refused).case.id)) == 1


def test_what_was_taken_back_can_be_filed_again_in_time(portal: TestPortal, refused: str) -> None:
    amina = again(portal)
    appeal = turn_to(amina, refused, "recours-administratif")
    amina.get(f"/fr/cases/{appeal}/actions/withdraw")
    amina.post(f"/fr/cases/{appeal}/actions/withdraw")
    assert dossier_of(portal, appeal).case.outcome is Result.WITHDRAWN
    assert turn_to(amina, refused, "recours-administratif") != appeal


def test_what_is_not_open_does_not_exist(portal: TestPortal, browser: Browser, reference: str) -> None:
    # Nothing was refused, and nobody was silent; the claim is of another service's silence.
    for slug in ("recours-administratif", "reclamation-acte", "plainte-information", "certificat-residence", "nothing"):
        assert browser.get(f"/fr/cases/{reference}/remedies/{slug}").status_code == 404, slug
        browser.get(f"/fr/cases/{reference}")
        assert browser.post(f"/fr/cases/{reference}/remedies/{slug}").status_code == 404, slug


def test_strangers_learn_nothing_and_file_nothing(portal: TestPortal, another_browser: Another, refused: str) -> None:
    address = f"/fr/cases/{refused}/remedies/recours-administratif"
    portal.identity.who = YOUSSEF
    youssef = another_browser()
    youssef.sign_in()
    assert youssef.get(address).status_code == 404
    youssef.get("/fr/cases")
    assert youssef.post(address).status_code == 404
    foreign = at_desk(portal, "clerk.saidia", "commune-saidia", "clerk")
    assert foreign.get(f"/fr/counter/cases/{refused}/remedies/recours-administratif").status_code == 404
    foreign.get("/fr/counter")
    assert foreign.post(f"/fr/counter/cases/{refused}/remedies/recours-administratif").status_code == 404
    assert told(portal, refused, RemedyFiled) == []


def test_whoever_decides_reads_the_first_case_and_does_nothing_to_it(portal: TestPortal, refused: str) -> None:
    governor = at_desk(portal, "chief.province", PROVINCE, "chief")
    assert governor.get(f"/fr/counter/cases/{refused}").status_code == 404
    appeal = turn_to(again(portal), refused, "recours-administratif")
    # The appeal is the commune's own to decide: the province sees neither.
    assert governor.get(f"/fr/counter/cases/{refused}").status_code == 404
    pass_days(portal, 20)
    second = turn_to(again(portal), appeal, "recours-gouverneur")
    governor = at_desk(portal, "chief.province", PROVINCE, "chief")
    page = governor.get(f"/fr/counter/cases/{refused}")
    assert page.status_code == 200
    assert f"/fr/counter/cases/{refused}/take" not in page.text
    with portal.deps.reading() as work:
        dossier = dossier_of(portal, refused)
        held = files.of_case(work.connection, dossier.seal, dossier.case.id)
    assert governor.get(f"/fr/counter/cases/{refused}/files/{held[0].id}/original").status_code == 200
    # The receipt bears the applicant's secret: it is not theirs.
    for end in ("receipt.pdf", "filed", "receipt-ready"):
        assert governor.get(f"/fr/counter/cases/{refused}/{end}").status_code == 404, end
    assert dossier.secret not in page.text
    governor.get(f"/fr/counter/cases/{refused}")
    assert governor.post(f"/fr/counter/cases/{refused}/take").status_code == 403
    assert governor.get(f"/fr/counter/cases/{refused}/remedies/mediateur").status_code == 404
    chief = Actor("x", frozenset({Role.CHIEF}), unit=PROVINCE)
    bundled, _ = remedies.bundle(portal.deps, [])
    with pytest.raises(NotFound), portal.deps.unit_of_work() as work:
        remedies.file(work, portal.deps, chief, refused, "mediateur", {}, bundled, "fr")
    # What is taken back gives no right to read any more.
    amina = again(portal)
    amina.get(f"/fr/cases/{second}/actions/withdraw")
    amina.post(f"/fr/cases/{second}/actions/withdraw")
    assert governor.get(f"/fr/counter/cases/{refused}").status_code == 404


def test_a_clerk_files_it_for_whoever_comes(portal: TestPortal, refused: str) -> None:
    clerk = at_desk(portal, "clerk.commune", COMMUNE, "clerk")
    address = f"/fr/counter/cases/{refused}/remedies/recours-administratif"
    assert address in clerk.get(f"/fr/counter/cases/{refused}").text
    clerk.get(address)
    clerk.post(address, {"grounds": "L'école est fermée."}, files={"further": ("plan.jpg", jpeg(), "image/jpeg")})
    assert clerk.url.endswith("/filed"), clerk.text
    appeal = REFERENCE.search(clerk.url)[0]  # type: ignore[index]
    linked = dossier_of(portal, appeal)
    assert linked.case.filed_by is not None
    with portal.deps.reading() as work:
        assert [one.document for one in files.of_case(work.connection, linked.seal, linked.case.id)] == ["further"]
    # It is the citizen's own all the same.
    assert appeal in again(portal).get("/fr/cases").text


def test_a_document_that_cannot_be_read_files_nothing_and_loses_no_word(portal: TestPortal, refused: str) -> None:
    amina = again(portal)
    address = f"/fr/cases/{refused}/remedies/recours-administratif"
    amina.get(address)
    amina.post(address, {"grounds": "Mes raisons à moi."}, files={"further": ("plan.txt", b"plain", "text/plain")})
    assert amina.last.status_code == 422
    assert "Mes raisons à moi." in amina.text
    assert told(portal, refused, RemedyFiled) == []


def test_a_complaint_that_nobody_answered_goes_to_the_ombudsman_by_its_receipt(
    portal: TestPortal, browser: Browser, another_browser: Another
) -> None:
    reference, secret = file_complaint(browser)
    pass_days(portal, DAYS_TO_SILENCE)
    visitor = another_browser()
    visitor.get("/fr/track")
    visitor.post("/fr/track", {"reference": reference, "secret": secret})
    complaint = turn_to(visitor, reference, "mediateur", grounds="Personne n'a répondu.")
    assert dossier_of(portal, complaint).case.unit == "mediateur-oriental"
    ombudsman = at_desk(portal, "agent.mediateur", "mediateur-oriental", "agent")
    # The first case is still open, and its office goes on with it: the institution only reads it.
    assert ombudsman.get(f"/fr/counter/cases/{reference}").status_code == 200
    agent = at_desk(portal, "agent.saidia", "commune-saidia", "agent")
    assert complaint in agent.get(f"/fr/counter/cases/{reference}").text


def test_after_a_late_answer_nobody_appeals_against_the_silence(portal: TestPortal, browser: Browser) -> None:
    reference, _ = file_complaint(browser)
    pass_days(portal, DAYS_TO_SILENCE)
    act(at_desk(portal, "agent.saidia", "commune-saidia", "agent"), reference, "reply", reply="La lampe est réparée.")
    clerk = at_desk(portal, "clerk.saidia", "commune-saidia", "clerk")
    assert "/remedies/" not in clerk.get(f"/fr/counter/cases/{reference}").text


def test_what_follows_is_no_service_that_anybody_could_begin(browser: Browser, portal: TestPortal) -> None:
    browser.sign_in()
    for address in ("/fr/services", "/fr/open/services.json"):
        found = browser.get(address)
        assert "recours-administratif" not in found.text, address
    sheet = browser.get("/fr/services/recours-administratif")
    assert sheet.status_code == 200
    assert "/fr/services/recours-administratif/apply" not in sheet.text
    assert browser.get("/fr/services/recours-administratif/apply").status_code == 404
    assert browser.get("/ar/services/recours-administratif").status_code == 200
    clerk = at_desk(portal, "clerk.commune", COMMUNE, "clerk")
    assert clerk.get("/fr/counter/file/recours-administratif").status_code == 404
    assert "recours-administratif" not in clerk.get("/fr/counter/services").text


def test_a_request_that_was_refused_before_is_known_as_such(portal: TestPortal, refused: str) -> None:
    amina = again(portal)
    second = file_establishment(amina)
    assert dossier_of(portal, second).case.repeats == refused
    assert [event.repeats for event in events_of(portal, second) if isinstance(event, CaseSubmitted)] == [refused]
    assert refused in amina.get(f"/fr/cases/{second}").text
    agent = at_desk(portal, "agent.commune", COMMUNE, "agent")
    page = agent.get(f"/fr/counter/cases/{second}").text
    assert f'href="/fr/counter/cases/{refused}"' in page
    act(agent, second, "refer_to_refusal")
    assert dossier_of(portal, second).case.state == "repeated"


def test_a_refusal_that_no_longer_stands_is_not_repeated(portal: TestPortal, refused: str) -> None:
    appeal = turn_to(again(portal), refused, "recours-administratif")
    act(at_desk(portal, "chief.commune", COMMUNE, "chief"), appeal, "uphold", reply="La commune reprend le dossier.")
    second = file_establishment(again(portal))
    assert dossier_of(portal, second).case.repeats is None
    agent = at_desk(portal, "agent.commune", COMMUNE, "agent")
    assert "refer_to_refusal" not in agent.get(f"/fr/counter/cases/{second}").text.partition("forbidden")[0]


@one_database
def test_another_person_repeats_nothing(portal: TestPortal, another_browser: Another, refused: str) -> None:
    portal.identity.who = YOUSSEF
    youssef = another_browser()
    youssef.sign_in()
    reference = file_establishment(youssef)
    # The form gives the number of whoever asks; typed as hers by somebody else, it makes his file no repetition of hers.
    dossier = dossier_of(portal, reference)
    assert dossier.people.applicant.cnie == "FB123456"
    assert dossier.case.repeats is None
    assert refused not in youssef.get(f"/fr/cases/{reference}").text


@one_database
def test_a_refusal_of_somebody_who_typed_her_number_is_not_hers(portal: TestPortal, another_browser: Another) -> None:
    herself, portal.identity.who = portal.identity.who, YOUSSEF
    youssef = another_browser()
    youssef.sign_in()
    planted = file_establishment(youssef)
    refuse_establishment(portal, planted)
    portal.identity.who = herself
    hers = file_establishment(again(portal))
    assert dossier_of(portal, hers).case.repeats is None


@one_database
def test_the_applicant_is_told_how_each_ended(portal: TestPortal, refused: str) -> None:
    appeal = turn_to(again(portal), refused, "recours-administratif")
    portal.run_effects()
    dossier = dossier_of(portal, appeal)
    reached = channel_for(dossier.people.applicant)
    assert reached is not None
    before = len(portal.outbox[reached[0]].sent)
    chief = at_desk(portal, "chief.commune", COMMUNE, "chief")
    act(chief, appeal, "dismiss", ground="lawful", reasons="La première décision est conforme.")
    portal.run_effects()
    assert len(portal.outbox[reached[0]].sent) == before + 1
    printed = next(one for one in portal.renderer.seen if one.kind == "decision" and one.reference == appeal)
    assert any(refused in paragraph["fr"] for paragraph in printed.paragraphs)
    assert AT_COUNTER["name_fr"] not in repr(printed)


def test_of_two_who_send_it_at_once_one_makes_the_case(portal: TestPortal, refused: str) -> None:
    dossier = dossier_of(portal, refused)
    amina = Actor(dossier.case.citizen_id or "", frozenset({Role.APPLICANT}))
    together, made = threading.Barrier(2), list[Submitted]()

    def send() -> None:
        bundled, _ = remedies.bundle(portal.deps, [])
        together.wait()
        with portal.deps.unit_of_work() as work:
            made.append(remedies.file(work, portal.deps, amina, refused, "recours-administratif", {}, bundled, "fr"))

    threads = [threading.Thread(target=send) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len({one.reference for one in made}) == 1
    assert sorted(one.again for one in made) == [False, True]
    assert len(told(portal, refused, RemedyFiled)) == 1


@one_database
def test_whoever_holds_a_receipt_takes_no_appeal_away_from_its_applicant(
    portal: TestPortal, browser: Browser, another_browser: Another
) -> None:
    reference, secret = file_complaint(browser)
    pass_days(portal, DAYS_TO_SILENCE)
    portal.identity.who = YOUSSEF
    youssef = another_browser()
    youssef.sign_in()
    youssef.get("/fr/track")
    youssef.post("/fr/track", {"reference": reference, "secret": secret})
    filed = turn_to(youssef, reference, "mediateur")
    linked, first = dossier_of(portal, filed), dossier_of(portal, reference)
    assert linked.case.citizen_id == first.case.citizen_id
    assert youssef.get(f"/fr/cases/{filed}").status_code == 200
    visitor = another_browser()
    visitor.get("/fr/track")
    visitor.post("/fr/track", {"reference": filed, "secret": linked.secret})
    assert f"/fr/cases/{filed}/actions/withdraw" in visitor.get(f"/fr/cases/{filed}").text
