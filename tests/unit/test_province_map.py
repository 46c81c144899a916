"""The map of the province: every place where it lies, names that do not cover each other, and nothing turned around."""

from pathlib import Path

import pytest

from portal.catalogue.loader import read_territory
from portal.domain.territory import Point, Territory
from portal.presenting.province_map import Drawing, drawing_of

TERRITORY = read_territory(Path(__file__).parents[2] / "services")


def drawn(language: str) -> Drawing:
    drawing = drawing_of(TERRITORY, language)
    assert drawing is not None
    return drawing


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_every_commune_has_its_seat_inside_the_map(language: str) -> None:
    map_ = drawn(language)
    assert len(map_.seats) == len(TERRITORY.communes) == 16
    for seat in map_.seats:
        assert 0 < seat.x < map_.width
        assert 0 < seat.y < map_.height


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_the_largest_places_are_named(language: str) -> None:
    named = {seat.name for seat in drawn(language).seats if seat.label}
    assert {commune.name[language] for commune in TERRITORY.communes if commune.population > 30_000} <= named
    assert len(named) >= 12


def test_the_sea_lies_in_the_north_and_algeria_in_the_east_in_arabic_too() -> None:
    at = {name: (x, y) for _, x, y, name in drawn("ar").names}
    (sea, border, river) = (at["البحر الأبيض المتوسط"], at["الجزائر"], at["ملوية"])
    assert sea[1] < river[1]
    assert river[0] < border[0]


def test_a_pin_stands_where_the_script_would_read_the_same_degrees() -> None:
    map_ = drawn("fr").with_pin("34.92000,-2.32000")
    assert map_.pin == map_.place(Point(34.92, -2.32))
    x, y = map_.pin
    assert map_.west + x / map_.across == pytest.approx(-2.32, abs=0.0003)
    assert map_.north - y / map_.down == pytest.approx(34.92, abs=0.0003)
    assert drawn("fr").with_pin(None).pin is None


def test_a_province_without_a_map_draws_none() -> None:
    assert drawing_of(Territory(TERRITORY.province, (), ()), "fr") is None
