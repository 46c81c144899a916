"""Two small sound services, one processed here and one done elsewhere, to be broken at will in tests of the proofs."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from portal.catalogue.faults import Unsound
from portal.catalogue.loader import load_service, read_folder, read_territory
from portal.domain.service import ServiceDefinition

SERVICES = Path(__file__).parents[2] / "services"
TERRITORY = read_territory(SERVICES)
PLATFORMS: Mapping[str, frozenset[str]] = {"rnp": frozenset({"birth_date", "head_of_household"}), "mute": frozenset()}
SLUG = "family-aid"

SOUND: Mapping[str, str] = read_folder(Path(__file__).parent / "services" / "processed")
HANDED_OFF: Mapping[str, str] = read_folder(Path(__file__).parent / "services" / "handed_off")
SHEET, FORM = SOUND["service.yaml"], SOUND["form.yaml"]

THREE = ("aides-techniques", "certificat-residence", "reclamation")
EVENTS = """\
events:
  - {id: home, icon: house, title: {ar: سكن, fr: Logement}, text: {ar: سكن, fr: Logement}, services: [certificat-residence]}
  - {id: disability, icon: access, title: {ar: إعاقة, fr: Handicap}, text: {ar: إعاقة, fr: Handicap}}
  - {id: complaint, icon: speech, title: {ar: شكاية, fr: Réclamation}, text: {ar: شكاية, fr: Réclamation}}
"""
JISR = """\
name: {ar: منظومة جسر, fr: Jisr}
payload:
  reference: case.reference
services:
  aides-techniques:
    payload:
      request.aid_type: {from: answers.aid_type, required: true}
"""


def small_province(root: Path) -> Path:
    """A copy of the province with three of its services, to be broken at will."""
    for name in ("territory", *(f"catalogue/{slug}" for slug in THREE)):
        shutil.copytree(SERVICES / name, root / name)
    shutil.copy(SERVICES / "calendar.yaml", root)
    (root / "platforms").mkdir()
    (root / "platforms/jisr.yaml").write_text(JISR, "utf-8")
    (root / "life_events.yaml").write_text(EVENTS, "utf-8")
    return root


Change = tuple[str, str, str]
"""A file, words of it, and what they are replaced by; without the words, the whole file is."""


def changed(files: Mapping[str, str], *changes: Change) -> dict[str, str]:
    """The files with each change made once; words that are not there are a mistake of the test."""
    made = dict(files)
    for file, old, new in changes:
        assert old in made.get(file, ""), f"{old!r} is not in {file}"
        made[file] = made[file].replace(old, new, 1) if old else new
    return made


def load(files: Mapping[str, str]) -> ServiceDefinition:
    return load_service(SLUG, files, territory=TERRITORY, platforms=PLATFORMS)


def faults_of(files: Mapping[str, str]) -> list[str]:
    """What the loader says of faulty files."""
    with pytest.raises(Unsound) as raised:
        load(files)
    return [str(fault) for fault in raised.value.faults]
