"""What no version of a service has alone: ids that change their type, and services that speak of each other."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from portal.catalogue.across import twice
from portal.catalogue.loader import check_folder
from portal.catalogue.service_files import Package
from tests.unit.sound_service import FORM, SERVICES, SHEET, SLUG, SOUND

F = "form.yaml"
EVENTS = """\
events:
  - {id: birth, icon: cradle, title: {ar: مولود, fr: Naissance}, text: {ar: مولود, fr: Naissance}}
"""
RNP = "name: {ar: السجل الوطني, fr: Registre national}\nlook_up: {birth_date: person.birth_date}\n"

Versions = Mapping[tuple[str, str], Mapping[str, str]]


def province(root: Path, versions: Versions, events: str = EVENTS) -> list[str]:
    """The faults of a province with these services, their files seen from its folder."""
    root.mkdir(exist_ok=True)
    for name in ("territory", "calendar.yaml"):
        (root / name).symlink_to(SERVICES / name)
    (root / "platforms").mkdir()
    (root / "platforms/rnp.yaml").write_text(RNP, "utf-8")
    (root / "life_events.yaml").write_text(events, "utf-8")
    for (slug, version), files in versions.items():
        for name, text in files.items():
            file = root / "catalogue" / slug / version / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
    return [str(fault).replace(f"{root}/", "") for fault in check_folder(root)]


def with_form(old: str, new: str) -> dict[str, str]:
    assert old in FORM
    return {**SOUND, F: FORM.replace(old, new, 1)}


def line(text: str, words: str) -> int:
    return next(number for number, row in enumerate(text.splitlines(), start=1) if words in row)


def test_an_id_keeps_its_type_in_the_next_version(tmp_path: Path) -> None:
    changed = with_form(
        "{id: student, type: yes_no,", "{id: student, type: statement, statement: {ar: أصرح, fr: Je déclare},"
    )
    faults = province(tmp_path, {(SLUG, "v1"): SOUND, (SLUG, "v2"): changed})
    assert faults == [
        f"catalogue/family-aid/v2/form.yaml:{line(FORM, 'id: student')}: 'student' is of type statement, but was yes_no "
        f"in {tmp_path}/catalogue/family-aid/v1/form.yaml: an id is never used again for something else".replace(
            f"{tmp_path}/", ""
        )
    ]


def test_so_does_an_id_in_a_group(tmp_path: Path) -> None:
    changed = with_form("{id: first_name, type: short_text,", "{id: first_name, type: yes_no,")
    (fault,) = province(tmp_path, {(SLUG, "v1"): SOUND, (SLUG, "v2"): changed})
    assert "'children.first_name' is of type yes_no, but was short_text in" in fault


def test_a_new_id_a_dropped_one_and_a_longer_text_are_fine(tmp_path: Path) -> None:
    changed = with_form("{id: first_name, type: short_text,", "{id: first_name, type: long_text,")
    changed[F] = changed[F].replace("id: details, type: long_text,", "id: wishes, type: yes_no,")
    assert province(tmp_path, {(SLUG, "v1"): SOUND, (SLUG, "v2"): changed}) == []


def test_an_id_that_was_dropped_does_not_come_back_as_something_else(tmp_path: Path) -> None:
    without = with_form("id: details, type: long_text,", "id: wishes, type: long_text,")
    back = with_form("id: details, type: long_text,", "id: details, type: yes_no,")
    (fault,) = province(tmp_path, {(SLUG, "v1"): SOUND, (SLUG, "v2"): without, (SLUG, "v3"): back})
    assert "'details' is of type yes_no, but was long_text in catalogue/family-aid/v1/form.yaml" in fault


@pytest.mark.parametrize(
    ("prefill", "message"),
    [
        ("earlier.other-aid.income", ""),
        ("earlier.other-aids.income", "there is no service 'other-aids', did you mean 'other-aid'?"),
        ("earlier.other-aid.incomes", "the form of 'other-aid' has no question 'incomes', did you mean 'income'?"),
        ("earlier.other-aid.copies", "'copies' of 'other-aid' is of type integer, 'income' of type money"),
    ],
)
def test_an_answer_given_to_another_service_is_one_of_its_form(tmp_path: Path, prefill: str, message: str) -> None:
    asking = with_form("{id: income, type: money,", f"{{id: income, type: money, prefill: {prefill},")
    faults = province(tmp_path, {(SLUG, "v1"): asking, ("other-aid", "v1"): SOUND})
    assert [message] == [fault.partition(": ")[2] for fault in faults] if message else faults == []


@pytest.mark.parametrize(("slug", "sound"), [("other-aid", True), ("otter-aid", False)])
def test_a_way_to_go_instead_leads_to_a_service_that_exists(tmp_path: Path, slug: str, sound: bool) -> None:
    asking = with_form("url: https://www.chikaya.ma}]", f"service: {slug}}}]")
    faults = province(tmp_path, {(SLUG, "v1"): asking, ("other-aid", "v1"): SOUND})
    expected = (
        f"catalogue/family-aid/v1/form.yaml:{line(FORM, 'chikaya')}: there is no service 'otter-aid', did you mean"
    )
    assert faults == [] if sound else faults[0].startswith(expected)


def test_a_service_lists_itself_under_a_life_event_that_exists(tmp_path: Path) -> None:
    faults = province(tmp_path, {(SLUG, "v1"): SOUND}, EVENTS.replace("id: birth", "id: birthday"))
    assert faults == [
        "life_events.yaml:2: a life event leads somewhere: give 'services', 'elsewhere', or both",
    ]
    told = EVENTS.replace("id: birth,", "id: birthday, services: [family-aid],")
    (fault,) = province(tmp_path / "again", {(SLUG, "v1"): SOUND}, told)
    assert fault.startswith("catalogue/family-aid/v1/service.yaml:4: there is no life event 'birth', did you mean")


def test_two_services_with_one_slug_are_refused() -> None:
    first, second = (
        Package(SLUG, 1, folder, {"service.yaml": SHEET}) for folder in ("a/family-aid/v1", "b/family-aid/v1")
    )
    (fault,) = twice([first, second])
    assert str(fault) == "b/family-aid/v1:1: two services are called 'family-aid' v1: the other is in a/family-aid/v1"
    assert twice([first, Package(SLUG, 2, "b/family-aid/v2", {})]) == []
