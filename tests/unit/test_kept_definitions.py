"""What was read of published versions is kept, and given back only as this installation and this release kept it."""

import pickle
from datetime import date
from pathlib import Path

import pytest

from portal.catalogue import kept_definitions
from portal.catalogue.kept_definitions import KeptDefinitions
from portal.catalogue.loader import Package, load_service, packages
from portal.domain.service import ServiceDefinition

SERVICES = Path(__file__).resolve().parents[2] / "services"
KEY = b"a key that seals what one test keeps"


@pytest.mark.parametrize("package", packages(SERVICES), ids=lambda package: package.slug)
def test_a_definition_comes_back_as_it_was_read(package: Package, tmp_path: Path) -> None:
    read = _read(package)
    kept = KeptDefinitions(tmp_path / "definitions", KEY)
    assert kept.get(package.slug, package.version, package.digest) is None

    kept.keep(read)

    found = kept.get(package.slug, package.version, package.digest)
    assert found is not None
    assert found is not read
    assert repr(found) == repr(read)


def test_a_rule_that_was_kept_is_still_decided_even_if_it_was_compiled_before(tmp_path: Path) -> None:
    read = _residence()
    facts = {"answers": {"housing": "tenant"}, "today": date(2026, 4, 20)}
    lease = {one.id: one.needed(facts) for one in read.documents}
    kept = KeptDefinitions(tmp_path, KEY)

    kept.keep(read)

    found = kept.get(read.slug, read.version, read.digest)
    assert found is not None
    assert {one.id: one.needed(facts) for one in found.documents} == lease
    assert lease["lease"] is True


def test_what_somebody_else_wrote_is_not_opened(tmp_path: Path) -> None:
    read, kept = _residence(), KeptDefinitions(tmp_path, KEY)
    KeptDefinitions(tmp_path, b"another key").keep(read)
    assert kept.get(read.slug, read.version, read.digest) is None

    kept.keep(read)
    (file,) = tmp_path.iterdir()
    held = file.read_bytes()
    file.write_bytes(held[:32] + pickle.dumps(_Trap()))
    assert kept.get(read.slug, read.version, read.digest) is None
    file.write_bytes(b"")
    assert kept.get(read.slug, read.version, read.digest) is None


def test_a_file_under_the_name_of_another_version_is_not_taken_for_it(tmp_path: Path) -> None:
    read, kept = _residence(), KeptDefinitions(tmp_path, KEY)
    kept.keep(read)
    (file,) = tmp_path.iterdir()
    file.rename(tmp_path / file.name.replace("-v1-", "-v2-"))
    assert kept.get(read.slug, 2, read.digest) is None


def test_what_an_earlier_release_kept_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read, kept = _residence(), KeptDefinitions(tmp_path, KEY)
    kept.keep(read)
    monkeypatch.setattr(kept_definitions, "prover", lambda: "a later release")
    assert kept.get(read.slug, read.version, read.digest) is None


def test_a_folder_that_cannot_be_written_to_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "definitions").write_text("a file stands where the folder should")
    kept = KeptDefinitions(tmp_path / "definitions", KEY)
    kept.keep(_residence())
    assert not kept.get("certificat-residence", 1, "0")


class _Trap:
    """A pickle of it fails the test when it is opened."""

    def __reduce__(self) -> tuple[object, ...]:
        return pytest.fail, ("a pickle that the portal did not seal was opened",)


def _read(package: Package) -> ServiceDefinition:
    return load_service(package.slug, package.files, version=package.version, proved=True)


def _residence() -> ServiceDefinition:
    return _read(next(one for one in packages(SERVICES) if one.slug == "certificat-residence"))
