"""What somebody may send instead of a service: refused with the reason, and quickly."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal.catalogue.faults import Unsound
from portal.catalogue.loader import check_folder, load_service, read_folder
from portal.catalogue.service_files import MAX_FILES
from tests.unit.sound_service import SOUND, faults_of

S, F = "service.yaml", "form.yaml"


@contextmanager
def quickly(seconds: float = 1.0) -> Iterator[None]:
    start = time.thread_time()
    yield
    assert time.thread_time() - start < seconds


def refused(files: dict[str, str]) -> list[str]:
    with quickly():
        return faults_of(files)


def test_a_bomb_of_aliases_is_refused() -> None:
    bomb = "a: &a [x, x]\n" + "\n".join(f"b{n}: &b{n} [*a, *a, *a]" for n in range(1000))
    assert refused({**SOUND, S: bomb})[0].startswith("service.yaml:1: anchors (&) and aliases (*) are not allowed")


def test_a_service_of_ten_megabytes_is_refused() -> None:
    (fault,) = refused({**SOUND, S: SOUND[S] + "# " + "x" * 10_000_000})
    assert fault == "service.yaml:1: the file is larger than 256 KB"


def test_a_text_that_is_larger_in_bytes_than_in_letters_is_refused() -> None:
    (fault,) = refused({**SOUND, S: "# " + "ش" * 140_000})
    assert fault == "service.yaml:1: the file is larger than 256 KB"


def test_a_folder_of_many_large_files_is_refused() -> None:
    files = {f"examples/e{n}.yaml": "# " + "x" * 200_000 for n in range(6)}
    (fault,) = refused({**SOUND, **files})
    assert fault.endswith("with this file the folder is larger than 1024 KB")


def test_a_folder_of_very_many_files_is_refused(tmp_path: Path) -> None:
    files = {f"examples/e{n:03}.yaml": "a: 1\n" for n in range(MAX_FILES + 1)}
    (fault,) = refused({**SOUND, **files})
    assert fault.endswith("the folder has more than 200 files")
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    with quickly(), pytest.raises(Unsound, match="the folder has more than 200 files"):
        read_folder(tmp_path)


@pytest.mark.parametrize("nested", ["a: " + "[" * 5_000 + "]" * 5_000, "{a: " * 21 + "1" + "}" * 21, "- " * 100_000])
def test_deep_nesting_is_refused(nested: str) -> None:
    assert "more than 20 levels of nesting" in refused({**SOUND, S: nested})[0]


def test_a_file_that_is_not_of_a_service_is_refused() -> None:
    faults = refused({**SOUND, "run.yaml": "a: 1\n", "lists/Schools.csv": "value,ar,fr\n"})
    assert any("run.yaml:1: a service has no such file" in fault for fault in faults)


def test_a_list_with_a_name_of_its_own_is_refused() -> None:
    faults = refused({**SOUND, "lists/Schools.csv": "value,ar,fr\na,ا,A\n"})
    assert any("a list is named in small letters" in fault for fault in faults)


def test_a_condition_that_would_run_for_seconds_is_refused() -> None:
    rule = " || ".join([r"answers.place.matches('(\\\\pL?\\\\pN?|\\\\pM?\\\\pN?){99}$')"] * 8)
    form = SOUND[F].replace("answers.income != null ? answers.income / 2 : 0", "1")
    slow = form.replace('required: "count(answers.children) > 0"', f'required: "answers.place != null && ({rule})"')
    with quickly(3):
        faults = faults_of({**SOUND, F: slow})
    assert any("on long answers, 50 at most" in fault for fault in faults), faults


def test_many_faults_are_all_told_and_quickly() -> None:
    questions = "".join(f"      - {{id: q{n}, type: text, lable: x, when: answers.}}\n" for n in range(800))
    faults = refused({**SOUND, F: SOUND[F].split("pages:")[0] + "pages:\n  - id: a\n    fields:\n" + questions})
    assert len(faults) > 800


def test_what_was_published_is_read_though_a_rule_made_since_would_refuse_it() -> None:
    old = (
        SOUND[S].replace("{id: order_7, ", "{").replace("    basis: [order_7]\n", "").replace("days: 30,", "days: 90,")
    )
    old = old.replace(
        "    basis: [law_55_19, order_7]\n    holder: {ar: مكتب الحالة المدنية, fr: Le bureau de l'état civil}\n", ""
    )
    files = {**SOUND, S: old, F: SOUND[F].replace("type: money, label: {ar: الدخل", "type: number, label: {ar: الدخل")}
    assert len(faults_of(files)) >= 3
    service = load_service("old", files, proved=True)
    assert service.fields["income"].type == "decimal"
    assert service.documents[0].basis == ()


def test_a_folder_that_is_no_services_folder_is_told_so(tmp_path: Path) -> None:
    messages = [fault.message for fault in check_folder(tmp_path)]
    assert "the province needs calendar.yaml" in messages
