"""The services of the province are sound, and a broken one is told from a sound one by file, line and rule."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.catalogue.faults import Unsound
from portal.catalogue.loader import (
    check_folder,
    digest_of,
    load_all,
    load_examples,
    load_service,
    packages,
    platforms_of,
    read_folder,
    read_territory,
)
from portal.domain.service import IdentityLevel, ServiceDefinition, StateKind
from tests.unit.sound_service import THREE, small_province

SERVICES = Path(__file__).parents[2] / "services"
CERTIFICATE = read_folder(SERVICES / "catalogue/certificat-residence/v1")
AIDS = read_folder(SERVICES / "catalogue/aides-techniques/v1")
COMPLAINT = read_folder(SERVICES / "catalogue/reclamation/v1")
TERRITORY = read_territory(SERVICES)
PLATFORMS = platforms_of(SERVICES)


def load(files: dict[str, str]) -> ServiceDefinition:
    return load_service("a-service", files, territory=TERRITORY, platforms=PLATFORMS)


def faults_after(files: dict[str, str] | None = None, /, *changes: tuple[str, str, str]) -> list[str]:
    """What the loader says of a service once words of its files are replaced: (file, old, new)."""
    broken = dict(files or CERTIFICATE)
    for file, old, new in changes:
        assert old in broken[file], f"{old!r} is not in {file}"
        broken[file] = broken[file].replace(old, new, 1)
    with pytest.raises(Unsound) as raised:
        load(broken)
    return [str(fault) for fault in raised.value.faults]


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if words in line)


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Copies of the province with three of its services, to break at will."""

    def copy() -> Path:
        return small_province(tmp_path_factory.mktemp("province") / "services")

    return copy


def test_the_services_of_the_province_are_sound() -> None:
    assert check_folder(SERVICES) == []
    assert {package.slug for package, _ in load_all(SERVICES)} >= set(THREE)


@pytest.mark.parametrize("files", [CERTIFICATE, AIDS, COMPLAINT])
def test_each_service_has_at_least_three_examples(files: dict[str, str]) -> None:
    assert len(load_examples(files)) >= 3


def test_the_residence_certificate_asks_eight_answers_on_four_pages() -> None:
    service = load(dict(CERTIFICATE))
    assert [len(page.fields) for page in service.pages] == [3, 2, 1, 2]
    assert service.states[service.initial].kind is StateKind.RUNNING
    assert service.depositing == "depositing"


def test_a_complaint_is_filed_without_identity_and_without_required_documents() -> None:
    service = load(dict(COMPLAINT))
    assert service.identity is IdentityLevel.NONE
    assert all(document.optional for document in service.documents)


def test_the_document_needed_depends_on_the_answer() -> None:
    service = load(dict(CERTIFICATE))
    needed = [document.id for document in service.documents if document.needed({"answers": {"housing": "tenant"}})]
    assert needed == ["lease"]


def test_loading_a_service_takes_less_than_fifty_milliseconds() -> None:
    load(dict(AIDS))
    spent = []
    for _ in range(5):
        start = time.process_time()
        load(dict(AIDS))
        spent.append(time.process_time() - start)
    assert min(spent) < 0.05


def test_the_digest_names_exactly_these_files() -> None:
    digest = load(dict(CERTIFICATE)).digest
    assert len(digest) == 32
    assert digest == digest_of(dict(sorted(CERTIFICATE.items(), reverse=True)))
    changed = dict(CERTIFICATE) | {"service.yaml": CERTIFICATE["service.yaml"] + "# A remark.\n"}
    assert load(changed).digest != digest


def test_a_published_version_is_read_again_even_if_a_proof_would_refuse_it_today() -> None:
    old = dict(CERTIFICATE) | {"service.yaml": CERTIFICATE["service.yaml"].replace("days: 2", "days: 90")}
    assert load_service("old", old, proved=True).deadline.days == 90


BROKEN = [
    ("service.yaml", "title:", "tilte:", "unknown key 'tilte' in service.yaml, did you mean 'title'?"),
    ("service.yaml", "  fr: Certificat de résidence\n", "", "'title' needs 'fr'"),
    ("service.yaml", "  ar: شهادة السكنى\n", "  ar: Certificat\n", "'title' in 'ar' is not written in that language"),
    ("service.yaml", "days: 2,", "days: 61,", "61 days are more than the 60 that law 55-19 allows"),
    ("service.yaml", '"55-19"', '"55-91"', "'55-91' is not a law that the clock knows, did you mean '55-19'?"),
    ("service.yaml", "silence: appeal", "silence: apeal", "'apeal' is not a known 'silence', did you mean 'appeal'?"),
    ("service.yaml", "[annexe, caidat]", "[annexe]", "no annexe covers Laatamna (02.113.03.09)"),
    ("service.yaml", "[annexe, caidat]", "[annexe, commune]", "both cover Berkane"),
    ("service.yaml", "by: residence", "by: answers.housing", "found by a question of type place, 'housing' is choice"),
    ("service.yaml", "retention_years: 5", "retention_years: 0", "'retention_years' must be a whole number from 1"),
    ("service.yaml", "  retention_years: 5\n", "", "'privacy' needs 'retention_years'"),
    ("service.yaml", "== 'tenant'", "== 'tennant'", "'tennant' is not an option of the question 'housing'"),
    ("service.yaml", "answers.housing == 'owner'", "answers.hosing == 'owner'", "'answers.hosing' does not exist"),
    ("service.yaml", "answers.housing == 'owner'", "case.state == 'lodged'", "cannot see 'case'"),
    ("service.yaml", "  - id: lease", "  - id: ownership", "two documents are called 'ownership'"),
    (
        "service.yaml",
        "  - id: lease",
        "  - id: residence_certificate",
        "cannot be asked for: the identity card already",
    ),
    ("service.yaml", "Le contrat de bail", "La copie certifiée du bail", "nothing certified or legalised can be asked"),
    (
        "service.yaml",
        "عقد الكراء أو",
        "نسخة مطابقة للأصل من عقد الكراء أو",
        "nothing certified or legalised can be asked",
    ),
    (
        "service.yaml",
        "{applicant_cnie}",
        "{applicant_cni}",
        "the placeholder '{applicant_cni}' does not exist, did you",
    ),
    ("service.yaml", "Précisions : {reasons}", "Précisions.", "{reasons} is in one language of this text"),
    ("service.yaml", "    validity_months: 3\n", "", "{valid_until} needs 'validity_months'"),
    ("service.yaml", "from: citizen", "from: administration", "a document from the administration needs 'holder'"),
    ("form.yaml", "type: choice", "type: chioce", "'chioce' is not a type of question, did you mean 'choice'?"),
    ("form.yaml", "type: cnie", "type: point\n        required: false", "also asks for the place in words"),
    ("form.yaml", "type: short_text", "type: point", "a question of type point needs 'required: false'"),
    ("workflow.yaml", "type: long_text", "type: point\n        required: false", "an action cannot ask for a point"),
    ("form.yaml", "id: cnie", "id: name_fr", "two questions are called 'name_fr'"),
    ("form.yaml", "prefill: cnie", "prefill: cni", "cannot be prefilled with 'cni', did you mean 'cnie'?"),
    ("form.yaml", "  cnie: cnie\n", "  cnie: cnei\n", "the form has no question 'cnei', did you mean 'cnie'?"),
    ("form.yaml", "value: owner", "value: tenant", "the option 'tenant' is given twice"),
    ("form.yaml", "min_length: 5", "min_length: 500", "the lower one is above the higher one"),
    (
        "form.yaml",
        "        prefill: cnie\n",
        "        when: answers.housing == 'owner'\n",
        "not asked on an earlier page",
    ),
    ("workflow.yaml", "initial: lodged", "initial: loged", "the state 'loged' does not exist, did you mean 'lodged'?"),
    (
        "workflow.yaml",
        "depositing: depositing\n",
        "",
        "it needs 'depositing', for incomplete files (law 55-19, art. 10)",
    ),
    ("workflow.yaml", "to: granted", "to: granded", "the state 'granded' does not exist, did you mean 'granted'?"),
    ("workflow.yaml", "by: [agent, chief]", "by: [auditor]", "nobody could do 'approve': auditor cannot act on a case"),
    ("workflow.yaml", "by: [agent, chief]", "by: [applicant]", "'approve' decides: only the administration's people"),
    ("workflow.yaml", "by: [agent, chief]", "by: [agnet]", "'agnet' is not a known 'by', did you mean 'agent'?"),
    (
        "workflow.yaml",
        "issue.certificate",
        "issue.certificat",
        "has no output 'certificat', did you mean 'certificate'?",
    ),
    ("workflow.yaml", "issue.certificate", "issue.receipt", "the receipt is issued when the file is submitted"),
    (
        "workflow.yaml",
        "issue.certificate",
        "dispatch.jsir",
        "the platform 'jsir' is not in platforms/, did you mean 'jisr'?",
    ),
    ("workflow.yaml", "issue.certificate", "email", "'email' is not an effect"),
    (
        "workflow.yaml",
        "- id: reasons",
        "- id: motives",
        "'refuse' refuses, so it must ask for 'reasons' (law 55-19, art. 18)",
    ),
    ("workflow.yaml", "    outcome: granted\n", "", "state 'granted' is decided, so it needs 'outcome'"),
    (
        "workflow.yaml",
        "    from: lodged\n    to: granted",
        "    from: refused\n    to: granted",
        "no action can leave it",
    ),
    ("workflow.yaml", "from: more_info", "from: depositing", "the applicant cannot leave the state 'more_info'"),
    ("examples/tenant.yaml", "housing: tenant", "housing: owner", "the documents needed are ownership"),
    ("examples/tenant.yaml", "FB123456", "123456FB", "the portal would refuse '123456FB'"),
    ("examples/tenant.yaml", '"0612345678"', "12", "'phone': the portal would refuse '12'"),
    ("examples/tenant.yaml", "annexe-berkane-1", "annexe-berkane-2", "goes to the unit 'annexe-berkane-1'"),
    ("examples/tenant.yaml", "final: granted", "final: refused", "the story ends in the state 'granted'"),
    ("examples/tenant.yaml", "by: agent", "by: clerk", "'approve' is not for the role clerk"),
    ("examples/owner_sworn.yaml", "sworn: [ownership]", "sworn: [host_undertaking]", "no sworn statement can replace"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), BROKEN, ids=[message for *_, message in BROKEN])
def test_a_broken_service_is_refused_with_file_line_and_rule(file: str, old: str, new: str, message: str) -> None:
    assert any(message in fault for fault in faults_after(None, (file, old, new)))


def test_a_fault_names_the_line_it_is_on() -> None:
    line = line_of(CERTIFICATE["workflow.yaml"], "effects: [issue.certificate, notify]")
    expected = (
        f"workflow.yaml:{line}: 'mail' is not an effect: use issue.<output>, notify, dispatch.<platform> or remind"
    )
    assert faults_after(None, ("workflow.yaml", "[issue.certificate, notify]", "[issue.certificate, mail]")) == [
        expected
    ]


def test_several_faults_are_reported_at_once() -> None:
    faults = faults_after(
        None,
        ("service.yaml", "title:", "tilte:"),
        ("form.yaml", "label:", "lable:"),
        ("workflow.yaml", "kind:", "kin:"),
    )
    assert {fault.split(":")[0] for fault in faults} == {"service.yaml", "form.yaml", "workflow.yaml"}


def test_an_example_with_a_second_request_is_refused_with_its_article() -> None:
    old = "  - {action: approve, by: chief}"
    again = "  - {action: ask_more_info, by: agent, says: {question: سؤال ثان لا يجوز طرحه.}}"
    faults = faults_after(None, ("examples/owner_sworn.yaml", old, again))
    assert faults[0].endswith("'ask_more_info' is refused by law here (55-19/14)")


def test_an_example_that_asks_in_the_second_half_is_refused_with_its_article() -> None:
    old, late = "{action: ask_more_info, by: agent,", "{action: ask_more_info, by: agent, on: 2026-03-04,"
    faults = faults_after(None, ("examples/owner_sworn.yaml", old, late))
    assert faults[0].endswith("'ask_more_info' is refused by law here (55-19/14)")


def test_a_state_that_cannot_end_is_refused() -> None:
    trap = "  limbo:\n    kind: running\n    label: {ar: حالة بلا مخرج, fr: Impasse}\nactions:\n"
    into = (
        "  - {action: lose, from: lodged, to: limbo, by: [agent], label: {ar: ضياع, fr: Perdre}}\n"
        "  - action: complete_file"
    )
    faults = faults_after(
        None, ("workflow.yaml", "actions:\n", trap), ("workflow.yaml", "  - action: complete_file", into)
    )
    assert any("no way leads from the state 'limbo' to a decision" in fault for fault in faults)


def test_a_state_nothing_leads_to_is_refused() -> None:
    island = "  island:\n    kind: running\n    label: {ar: جزيرة, fr: Île}\nactions:\n"
    faults = faults_after(None, ("workflow.yaml", "actions:\n", island))
    assert any("no action leads to the state 'island'" in fault for fault in faults)


def test_a_third_language_once_begun_is_wanted_everywhere() -> None:
    old = "  fr: Certificat de résidence\n"
    faults = faults_after(None, ("service.yaml", old, old + "  zgh: ⵜⴰⵙⵇⵇⴰⵎⵓⵜ\n"))
    assert all("this text has no 'zgh'" in fault for fault in faults)


def test_a_hint_may_say_that_no_legalisation_is_needed() -> None:
    assert "Sans légalisation" in CERTIFICATE["service.yaml"]
    load(dict(CERTIFICATE))


def test_a_missing_file_is_named() -> None:
    files = {name: text for name, text in CERTIFICATE.items() if name != "form.yaml"}
    with pytest.raises(Unsound, match=r"form.yaml:1: a service needs form.yaml"):
        load(files)


def test_check_names_the_file_as_seen_from_where_it_is_run(province: Callable[[], Path]) -> None:
    services = province()
    file = services / "catalogue/reclamation/v1/workflow.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("to: answered", "to: answerd"), encoding="utf-8")
    line = line_of(file.read_text(encoding="utf-8"), "to: answerd")
    faults = [str(fault) for fault in check_folder(services)]
    assert faults == [f"{file}:{line}: the state 'answerd' does not exist, did you mean 'answered'?"]


def test_a_platform_that_takes_an_unknown_answer_is_reported(province: Callable[[], Path]) -> None:
    services = province()
    file = services / "platforms/jisr.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("answers.aid_type", "answers.aidtype"), encoding="utf-8")
    (fault,) = check_folder(services)
    assert "has no question 'aidtype', did you mean 'aid_type'?" in fault.message


def test_a_fourth_service_is_a_folder(province: Callable[[], Path]) -> None:
    services = province()
    shutil.copytree(services / "catalogue/reclamation", services / "catalogue/signalement")
    assert [package.slug for package in packages(services)][-1] == "signalement"
    assert check_folder(services) == []


def test_misplaced_folders_are_reported(province: Callable[[], Path]) -> None:
    services = province()
    (services / "catalogue/reclamation/v1").rename(services / "catalogue/reclamation/version-1")
    (services / "catalogue/vide").mkdir()
    messages = [fault.message for fault in check_folder(services)]
    assert "a version's folder is named v1, v2, …" in messages
    assert "a service needs a version: a folder v1 with its files" in messages


def test_a_file_that_is_too_large_or_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "service.yaml").write_bytes(b"a: " + b"b" * 300_000)
    with pytest.raises(Unsound, match=r"service.yaml:1: the file is larger than 256 KB"):
        read_folder(tmp_path)
    (tmp_path / "service.yaml").write_bytes(b"a: \xff\xfe")
    with pytest.raises(Unsound, match=r"service.yaml:1: the file is not UTF-8 text"):
        read_folder(tmp_path)
