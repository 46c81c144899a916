"""The territory: every place has its unit, and a hole or an overlap is told."""

from pathlib import Path

import pytest

from portal.catalogue.faults import Unsound
from portal.catalogue.loader import territory_files
from portal.catalogue.territory import load_territory, uncovered
from portal.domain.service import Role, UnitKind
from portal.domain.territory import Territory

FILES = territory_files(Path(__file__).parents[2] / "services")
LOCAL = (UnitKind.ANNEXE, UnitKind.CAIDAT)


@pytest.fixture(scope="module")
def territory() -> Territory:
    return load_territory(FILES)


def test_the_province_has_its_sixteen_communes(territory: Territory) -> None:
    assert len(territory.communes) == 16
    assert sum(commune.population for commune in territory.communes) == 284_061
    assert sum(commune.urban for commune in territory.communes) == 6


def test_every_place_has_one_unit_of_each_kind_that_decides(territory: Territory) -> None:
    for kinds in (LOCAL, (UnitKind.COMMUNE,), (UnitKind.SOCIAL_CENTRE,), (UnitKind.PROVINCE,)):
        assert uncovered(territory, kinds) is None
        for place in territory.places():
            assert territory.unit_for(kinds, place.value) in territory.units


def test_a_divided_commune_is_a_place_through_its_districts_only(territory: Territory) -> None:
    assert not territory.is_place("02.113.01.09")
    assert territory.is_place("02.113.01.09/hay-salam")
    assert territory.place_name("02.113.01.09/hay-salam")["ar"] == "بركان – حي السلام"
    assert territory.unit_for(LOCAL, "02.113.01.09/hay-salam").id == "annexe-berkane-1"
    assert territory.unit_for(LOCAL, "02.113.01.09/hay-qods").id == "annexe-berkane-2"
    assert territory.unit_for([UnitKind.COMMUNE], "02.113.01.09/hay-qods").id == "commune-berkane"


def test_urban_communes_have_annexes_and_rural_ones_a_caidat(territory: Territory) -> None:
    for place in territory.places():
        kind = territory.unit_for(LOCAL, place.value).kind
        assert kind is (UnitKind.ANNEXE if place.commune.urban else UnitKind.CAIDAT)


def test_the_ombudsman_is_none_of_the_offices_of_the_province(territory: Territory) -> None:
    independent = [unit for unit in territory.units if unit.independent]
    assert [unit.kind for unit in independent] == [UnitKind.OMBUDSMAN]
    assert [*territory.offices, *independent] == sorted(territory.units, key=lambda unit: unit.independent)
    warned = {role for warn in territory.warnings_of(independent[0]) for role in warn.roles}
    assert Role.SECRETARY_GENERAL not in warned
    assert warned


def test_an_unknown_place_or_unit_is_a_lookup_error(territory: Territory) -> None:
    with pytest.raises(LookupError):
        territory.unit_for(LOCAL, "02.113.99.99")
    with pytest.raises(LookupError):
        territory.unit("annexe-atlantide")
    with pytest.raises(LookupError):
        territory.place_name("02.113.01.09")
    assert territory.unit("annexe-ahfir").kind is UnitKind.ANNEXE


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("units.yaml", "[bouhdila,", "[hay-salam, bouhdila,", "both cover Berkane – Hay Salam"),
        ("units.yaml", "id: annexe-ahfir", "id: annexe-saidia", "two units are called 'annexe-saidia'"),
        ("units.yaml", '"02.113.03.11"', '"02.113.03.12"', "'02.113.03.12' is not a commune of communes.csv"),
        ("units.yaml", "kind: caidat", "kind: caidate", "'caidate' is not a known 'kind', did you mean 'caidat'?"),
        (
            "units.yaml",
            "[centre-ville, hay-salam",
            "[centre-vile, hay-salam",
            "the district 'centre-vile' does not exist",
        ),
        ("units.yaml", "id: hay-salam,", "id: hay-massira,", "two districts of 02.113.01.09 are called 'hay-massira'"),
        (
            "units.yaml",
            "kind: ombudsman",
            "kind: ombudsman\n    warnings: [{at: after, days: 3, warn: [chief, secretary_general]}]",
            "the secretary-general is not warned of his files",
        ),
        ("communes.csv", "rural,02.113.03,14561", "rurale,02.113.03,14561", "'rurale' is not a type of commune"),
        ("communes.csv", "02.113.01.01,", "2.113.1.1,", "'2.113.1.1' is not a commune's HCP code"),
        ("communes.csv", "name_ar", "nom_ar", "the column 'name_ar' is missing"),
        ("communes.csv", "26.99,34.92,-2.32", "26.99,34.92,", "'lat' and 'lon' must both be degrees"),
        ("communes.csv", "26.99,34.92,-2.32", "26.99,33.92,-2.32", "Berkane lies outside the bounds of map.yaml"),
        ("map.yaml", "south: 34.6", "south: 36", "'south' must lie below 'north'"),
        ("map.yaml", "kind: sea", "kind: see", "'see' is not a known 'kind', did you mean 'sea'?"),
        ("map.yaml", "35.4,-3.1 ", "35.4;-3.1 ", "points are written latitude,longitude"),
        ("map.yaml", "    at: 35.165,-2.25\n", "", "says with 'at' where it is written"),
    ],
)
def test_a_broken_territory_is_refused(file: str, old: str, new: str, message: str) -> None:
    assert old in FILES[file]
    with pytest.raises(Unsound) as raised:
        load_territory(dict(FILES) | {file: FILES[file].replace(old, new, 1)})
    assert any(message in str(fault) and str(fault).startswith(f"{file}:") for fault in raised.value.faults)


def test_a_place_without_a_unit_is_told() -> None:
    unit = FILES["units.yaml"].index("  - id: caidat-madagh")
    after = FILES["units.yaml"].index("  - id: caidat-fezouane")
    territory = load_territory(dict(FILES) | {"units.yaml": FILES["units.yaml"][:unit] + FILES["units.yaml"][after:]})
    assert uncovered(territory, LOCAL) == "no annexe or caidat covers Madagh (02.113.03.11)"
