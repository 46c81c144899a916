"""A draft follows its service: what still fits is kept, what changed is told once; a case ends as it began."""

from pathlib import Path

from tests.support.browser import Browser
from tests.support.forms_service import (
    EXAMPLE,
    FORM,
    SERVICE,
    SLUG,
    begin,
    fill,
    forms_portal,
    hand_in,
    plain,
    publish,
    write_services,
)
from tests.support.journeys import jpeg
from tests.support.kiosk import dossier_of
from tests.support.portal import TestPortal, made_by

NEW_FORM = (
    FORM.replace("{value: tenant, label: {ar: مكتر, fr: Locataire}}", "{value: lodger, label: {ar: نزيل, fr: Hébergé}}")
    .replace("answers.housing == 'tenant'", "answers.housing == 'lodger'")
    .replace(
        "      - {id: income, type: money,",
        "      - {id: earner, type: short_text, label: {ar: المعيل, fr: Qui gagne ce revenu ?}}\n"
        "      - {id: income, type: money,",
    )
    .replace("      - {id: note, type: short_text, label: {ar: ملاحظة, fr: Remarque}, required: false}\n", "")
)
NEW_SERVICE = (
    SERVICE.replace("days: 30", "days: 15")
    .replace("  amount: 2\n", "  amount: 5\n")
    .replace(
        "    basis: [law_55_19]\n",
        "    basis: [law_55_19]\n"
        "  - {id: lease, title: {ar: عقد الكراء, fr: Le bail}, from: citizen, basis: [law_55_19]}\n",
    )
)
NEW_EXAMPLE = (
    EXAMPLE.replace("  income:", "  earner: Amina\n  income:")
    .replace("fee: 6", "fee: 15")
    .replace("needed: []", "needed: [lease]")
    .replace("expect:", "documents: [lease]\nexpect:")
)

pytestmark = made_by(forms_portal)


def change_service(portal: TestPortal, folder: Path) -> None:
    """Brings the second version into force."""
    changes = {"form": NEW_FORM, "service": NEW_SERVICE, "examples/plain": NEW_EXAMPLE}
    publish(portal, write_services(folder / "second", changes, versions=2))


def test_a_draft_is_carried_and_she_is_told_what_changed_once(
    portal: TestPortal, amina: Browser, tmp_path: Path
) -> None:
    draft = begin(amina)
    fill(
        amina, draft, plan=jpeg(), home={"housing": "tenant", "student": "no"}, money={"income": "4000", "rent": "900"}
    )
    change_service(portal, tmp_path)
    amina.get(f"/fr/drafts/{draft}/check")
    assert amina.url == f"/fr/drafts/{draft}/what-changed"
    for said in ("Qui gagne ce revenu ?", "Comment êtes-vous logé ?", "Remarque", "Le bail", "15 jours", "30 jours"):
        assert plain(said) in plain(amina.text), said
    # It is said until she has read it, wherever she goes.
    amina.get(f"/fr/drafts/{draft}/you")
    assert amina.url == f"/fr/drafts/{draft}/what-changed"
    amina.post(f"/fr/drafts/{draft}/what-changed")
    amina.get(f"/fr/drafts/{draft}/you")
    assert amina.url == f"/fr/drafts/{draft}/you"
    assert 'value="Amina El Alaoui"' in amina.last.text
    amina.get(f"/fr/drafts/{draft}/home")
    assert 'value="no" checked' in amina.last.text
    assert 'value="lodger" checked' not in amina.last.text
    amina.get(f"/fr/drafts/{draft}/money")
    assert 'name="earner"' in amina.last.text
    assert "4000" in amina.text
    amina.get(f"/fr/drafts/{draft}/plan")
    assert "plan.jpg" in amina.text
    amina.get(f"/fr/drafts/{draft}/check")
    assert amina.url == f"/fr/drafts/{draft}/home"


def test_a_carried_draft_is_handed_in_under_the_new_version(portal: TestPortal, amina: Browser, tmp_path: Path) -> None:
    draft = begin(amina)
    fill(amina, draft, plan=jpeg())
    change_service(portal, tmp_path)
    amina.get(f"/fr/drafts/{draft}")
    amina.post(f"/fr/drafts/{draft}/what-changed")
    amina.get(f"/fr/drafts/{draft}/money")
    amina.post(f"/fr/drafts/{draft}/money", {"income": "4000", "earner": "Amina"})
    reference = hand_in(amina, draft)
    dossier = dossier_of(portal, reference)
    assert portal.deps.registry.version(SLUG, dossier.case.digest).version == 2
    assert dossier.answers["earner"] == "Amina"
    assert dossier.answers["children"][0]["name"] == "Salim"
    assert "note" not in dossier.answers


def test_what_was_being_typed_when_the_service_changed_is_kept(
    portal: TestPortal, amina: Browser, tmp_path: Path
) -> None:
    draft = begin(amina)
    fill(amina, draft, plan=jpeg(), until="children")
    amina.get(f"/fr/drafts/{draft}/money")
    change_service(portal, tmp_path)
    amina.post(f"/fr/drafts/{draft}/money", {"income": "5100", "rent": ""})
    assert amina.url == f"/fr/drafts/{draft}/what-changed"
    amina.post(f"/fr/drafts/{draft}/what-changed")
    amina.get(f"/fr/drafts/{draft}/money")
    assert "5100" in amina.text


def test_nothing_is_handed_in_before_she_knows_what_changed(portal: TestPortal, amina: Browser, tmp_path: Path) -> None:
    draft = begin(amina)
    fill(amina, draft, plan=jpeg())
    amina.get(f"/fr/drafts/{draft}/check")
    change_service(portal, tmp_path)
    amina.post(f"/fr/drafts/{draft}/submit")
    assert amina.url == f"/fr/drafts/{draft}/what-changed"


def test_a_change_that_does_not_concern_her_is_not_told(portal: TestPortal, amina: Browser, tmp_path: Path) -> None:
    draft = begin(amina)
    fill(amina, draft, plan=jpeg(), until="home")
    reworded = FORM.replace("fr: Votre logement", "fr: Votre maison")
    publish(portal, write_services(tmp_path / "second", {"form": reworded}, versions=2))
    amina.get(f"/fr/drafts/{draft}/home")
    assert amina.url == f"/fr/drafts/{draft}/home"
    assert "Votre maison" in amina.text


def test_a_case_goes_on_under_its_own_version(portal: TestPortal, amina: Browser, tmp_path: Path) -> None:
    draft = begin(amina)
    fill(amina, draft, plan=jpeg())
    reference = hand_in(amina, draft)
    before = dossier_of(portal, reference).case.digest
    change_service(portal, tmp_path)
    amina.get(f"/fr/cases/{reference}")
    assert amina.last.status_code == 200
    assert "Qui gagne ce revenu\u00a0?" not in amina.text
    assert dossier_of(portal, reference).case.digest == before


def test_a_withdrawn_service_refuses_new_drafts_and_leaves_the_answers_readable(
    portal: TestPortal, amina: Browser, tmp_path: Path
) -> None:
    draft = begin(amina)
    fill(amina, draft, plan=jpeg(), until="money")
    gone = write_services(tmp_path / "gone")
    for file in sorted((gone / "catalogue" / SLUG).rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    (gone / "catalogue" / SLUG).rmdir()
    publish(portal, gone)
    for path in (f"/fr/drafts/{draft}", f"/fr/drafts/{draft}/home", f"/fr/drafts/{draft}/check"):
        amina.get(path)
        assert amina.url == f"/fr/drafts/{draft}/no-longer"
        assert amina.last.status_code == 410
    assert "4 000" in plain(amina.text)
    amina.post(f"/fr/drafts/{draft}/submit")
    assert amina.url == f"/fr/drafts/{draft}/no-longer"
    for path in (f"/fr/services/{SLUG}", f"/fr/services/{SLUG}/apply"):
        assert amina.get(path).status_code == 410
    amina.get("/fr/cases")
    assert amina.last.status_code == 200
