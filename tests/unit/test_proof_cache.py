"""What was proved and did not change is not proved again; whatever a proof depends on makes it be made anew."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.catalogue import loader
from portal.catalogue.loader import Proofs, check_folder, load_all, sound_packages
from portal.catalogue.proof_cache import FILE
from portal.cli.publishing import publish_folder
from portal.domain.service import ServiceDefinition
from portal.migrations import migrate
from portal.settings import Settings
from portal.wiring import wire_engine
from tests.unit.sound_service import THREE, small_province


@pytest.fixture
def services(tmp_path: Path) -> Path:
    return small_province(tmp_path / "services")


@pytest.fixture
def proved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The slugs that are proved, one after the other; what is only read is not among them."""
    slugs: list[str] = []
    load: Callable[..., ServiceDefinition] = loader.load_service

    def watched(slug: str, *args: object, proved: bool = False, **rest: object) -> ServiceDefinition:
        if not proved:
            slugs.append(slug)
        return load(slug, *args, proved=proved, **rest)

    monkeypatch.setattr(loader, "load_service", watched)
    return slugs


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_what_did_not_change_is_not_proved_again(services: Path, proved: list[str], tmp_path: Path) -> None:
    file = tmp_path / "data" / FILE
    assert check_folder(services, Proofs(file)) == []
    assert proved == list(THREE)
    assert check_folder(services, Proofs(file)) == []
    assert [package.slug for package in sound_packages(services, Proofs(file))] == list(THREE)
    assert [one.title["fr"] for _, one in load_all(services, Proofs(file))][2].startswith("Réclamation")
    assert proved == list(THREE)


def test_only_what_changed_is_proved_again(services: Path, proved: list[str], tmp_path: Path) -> None:
    proofs = tmp_path / FILE
    check_folder(services, Proofs(proofs))
    proved.clear()
    edit(services / "catalogue/reclamation/v1/service.yaml", "title:", "# A remark.\ntitle:")
    assert check_folder(services, Proofs(proofs)) == []
    assert proved == ["reclamation"]


def test_a_fault_is_told_each_time(services: Path, proved: list[str], tmp_path: Path) -> None:
    proofs = tmp_path / FILE
    edit(services / "catalogue/reclamation/v1/service.yaml", "days: 60", "days: 61")
    for _ in range(2):
        (fault,) = check_folder(services, Proofs(proofs))
        assert "61 days are more than the 60" in fault.message
    assert proved == [*THREE, "reclamation"]


def test_a_fault_between_services_is_told_each_time(services: Path, tmp_path: Path) -> None:
    edit(services / "life_events.yaml", "id: complaint,", "id: complaints, services: [reclamation],")
    for _ in range(2):
        (fault,) = check_folder(services, Proofs(tmp_path / FILE))
        assert "there is no life event 'complaint'" in fault.message


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("territory/units.yaml", "units:", "# A remark.\nunits:"),
        ("platforms/jisr.yaml", "payload:", "# A remark.\npayload:"),
    ],
)
def test_another_province_has_everything_proved_again(
    services: Path, proved: list[str], tmp_path: Path, file: str, old: str, new: str
) -> None:
    check_folder(services, Proofs(tmp_path / FILE))
    proved.clear()
    edit(services / file, old, new)
    assert check_folder(services, Proofs(tmp_path / FILE)) == []
    assert proved == list(THREE)


def test_another_prover_proves_everything_again(
    services: Path, proved: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_folder(services, Proofs(tmp_path / FILE))
    proved.clear()
    monkeypatch.setattr(loader, "prover", lambda: "another")
    check_folder(services, Proofs(tmp_path / FILE))
    assert proved == list(THREE)


@pytest.mark.parametrize("text", ["", "not JSON", '{"a": 1}', "[1, null]", "[" * 10_000])
def test_a_spoilt_file_only_costs_time(services: Path, proved: list[str], tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, "utf-8")
    assert check_folder(services, Proofs(tmp_path / FILE)) == []
    assert proved == list(THREE)
    keys = json.loads((tmp_path / FILE).read_text("utf-8"))
    assert len(keys) == len(THREE) + 1


def test_a_folder_that_cannot_be_written_to_is_no_fault(services: Path, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, no folder", "utf-8")
    assert check_folder(services, Proofs(tmp_path / "data" / FILE)) == []


def test_without_a_file_nothing_is_remembered(services: Path, proved: list[str]) -> None:
    assert check_folder(services) == []
    assert check_folder(services) == []
    assert proved == [*THREE, *THREE]


def test_a_second_start_proves_nothing_again(services: Path, proved: list[str], tmp_path: Path) -> None:
    """`portal serve`, `portal worker` and `portal demo` all begin with this."""
    url = f"sqlite:///{tmp_path / 'portal.db'}"
    settings = Settings(services_dir=services, data_dir=tmp_path, database_url=url)
    migrate(wire_engine(settings))
    publish_folder(settings)
    assert proved == list(THREE)
    publish_folder(settings)
    assert proved == list(THREE)
    sheet = services / "catalogue" / THREE[0] / "v1" / "service.yaml"
    sheet.write_text(sheet.read_text("utf-8") + "\n# Edited.\n", "utf-8")
    publish_folder(settings)
    assert proved == [*THREE, THREE[0]]
