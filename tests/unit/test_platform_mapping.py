"""What a platform is sent of a case follows from its mapping, and a wrong mapping says where it is wrong."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portal.adapters.connectors.mapping import MappingError, PlatformMapping, build_payload, parse_mapping, read_mapping
from portal.catalogue.loader import load_service, packages
from portal.domain.case import Person
from portal.sandbox.callbacks import STATUSES

ROOT = Path(__file__).parents[2]
NAMES = {"ar": "منصة", "fr": "Plateforme"}


@pytest.fixture(scope="module")
def mapping() -> PlatformMapping:
    return read_mapping(ROOT / "services" / "platforms" / "jisr.yaml")


def facts() -> dict[str, Any]:
    mother = Person(
        name_ar="فاطمة الزهراء بنعلي", name_fr="Fatima Zahra Benali", cnie="FA112233", phone="+212600000011"
    )
    child = Person(name_ar="ياسين اليعقوبي", name_fr="Yassine El Yaakoubi", birth_date="2017-09-03")
    return {
        "case": {
            "reference": "BRK-26-7K2M-9QXD-4",
            "language": "ar",
            "filed_on": date(2026, 11, 2),
            "decided_on": datetime(2026, 11, 20, 10, 30, tzinfo=UTC),
            "unit": "social-centre",
            "unit_name_ar": "المركز الاجتماعي",
            "unit_name_fr": "Centre social",
        },
        "service": {"slug": "aides-techniques", "title_ar": "طلب المعينات التقنية", "title_fr": "Aides techniques"},
        "filer": mother,
        "applicant": mother,
        "beneficiary": child,
        "answers": {"relation": "child", "disability": "motor", "aid_type": "wheelchair", "details": None},
    }


def test_every_status_that_jisr_may_report_has_a_label(mapping: PlatformMapping) -> None:
    assert set(mapping.follow_ups) == set(STATUSES)


def test_empty_facts_are_left_out_and_dates_are_written_as_iso(mapping: PlatformMapping) -> None:
    sent = build_payload(mapping, facts())

    assert sent["filed_on"] == "2026-11-02"
    assert sent["decided_on"] == "2026-11-20T10:30:00+00:00"
    assert sent["beneficiary"] == {
        "name": {"ar": "ياسين اليعقوبي", "fr": "Yassine El Yaakoubi"},
        "birth_date": "2017-09-03",
    }


def test_only_the_pushed_service_adds_its_own_answers(mapping: PlatformMapping) -> None:
    other = {**facts(), "service": {**facts()["service"], "slug": "ecoute"}, "answers": {}}

    assert "request" not in build_payload(mapping, other)
    assert build_payload(mapping, facts())["request"] == {
        "for": "child",
        "disability": "motor",
        "aid_type": "wheelchair",
    }


def test_a_required_fact_that_is_empty_is_named(mapping: PlatformMapping) -> None:
    with pytest.raises(MappingError, match=r"answers\.aid_type is empty, but jisr requires request\.aid_type"):
        build_payload(mapping, {**facts(), "answers": {**facts()["answers"], "aid_type": None}})


def test_an_unknown_fact_is_named_with_those_there_are(mapping: PlatformMapping) -> None:
    with pytest.raises(MappingError, match=r"answers\.relation is unknown: answers has colour"):
        build_payload(mapping, {**facts(), "answers": {"colour": "red"}})


def test_every_answer_that_jisr_is_sent_is_a_question_of_the_form(mapping: PlatformMapping) -> None:
    for package in packages(ROOT / "services"):
        payload = mapping.services.get(package.slug, {})
        answers = {source.path[1] for source in payload.values() if source.path[0] == "answers"}
        assert answers <= load_service(package.slug, package.files, proved=True).fields.keys()


def test_an_absent_person_leaves_her_whole_branch_out() -> None:
    declared = {"name": NAMES, "payload": {"who": "beneficiary.name_ar", "amount": "answers.amount"}}
    known = {**facts(), "beneficiary": None, "answers": {"amount": Decimal("20.00")}}

    assert build_payload(parse_mapping("x", declared), known) == {"amount": "20.00"}


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ([], "the file: expected names and values"),
        ({"name": {"ar": "منصة"}, "payload": {}}, "name: a text is needed in ar and fr"),
        ({"name": NAMES, "payload": {"a": "answers..b"}}, "payload.a: 'answers..b' is no dotted path"),
        ({"name": NAMES, "payload": {"a": "secrets.b"}}, "payload.a: secrets is none of"),
        ({"name": NAMES, "payload": {"a": "case.b", "a.c": "case.d"}}, "payload: a.c lies inside a"),
        ({"name": NAMES, "payload": {"a": {"from": "case.b", "needed": True}}}, "payload.a: expected a path"),
        ({"name": NAMES, "payload": {}, "colour": "red"}, "unknown entries: colour"),
        ({"name": NAMES, "payload": {}, "follow_ups": {"done": "fait"}}, "follow_ups.done: expected names and values"),
    ],
)
def test_an_unsound_mapping_is_told_where(declared: object, message: str) -> None:
    with pytest.raises(MappingError) as caught:
        parse_mapping("x", declared)

    assert message in str(caught.value)


def test_a_mapping_file_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("name: [", "utf-8")

    with pytest.raises(MappingError, match=r"^broken\.yaml: "):
        read_mapping(broken)
