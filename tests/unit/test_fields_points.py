"""Points on the map of the province."""

from dataclasses import replace
from typing import Any

import pytest

from portal.domain.territory import Bounds, ProvinceMap, Territory
from portal.fields import FIELD_TYPES
from portal.fields.base import Surroundings, Wrong

from .field_samples import AROUND, TERRITORY, question, show

BOUNDED = replace(TERRITORY, map=ProvinceMap(Bounds(south=34.6, west=-2.9, north=35.2, east=-1.98), ()))


def read_point(lat: str, lon: str = "", territory: Territory = BOUNDED) -> Any:
    raw = {"q-lat": lat, "q-lon": lon}
    return FIELD_TYPES["point"].read(question("point"), raw, Surroundings(territory, AROUND.today))


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        ("34.92", "-2.32"),
        ("34,92000", "−2,32"),
        ("٣٤٫٩٢", "-٢٫٣٢"),
        ("۳۴.۹۲", "-۲.۳۲"),
        (" +34.92° ", "-2.32 °"),
        ("34.9200004", "-2.3199996"),
        ("34.920000, -2.320000", ""),
        ("34.92,-2.32", ""),
        ("34,92; -2,32", ""),
        ("34.92 -2.32", ""),
    ],
)
def test_a_point_is_read_however_maps_and_keyboards_write_it(lat: str, lon: str) -> None:
    assert read_point(lat, lon) == "34.92000,-2.32000"


@pytest.mark.parametrize(
    ("lat", "lon", "key"),
    [
        ("34.92", "", "field.point.lon_missing"),
        ("34,92", "", "field.point.lon_missing"),
        ("", "-2.32", "field.point.lat_missing"),
        ("north", "-2.32", "field.point.invalid"),
        ("34.92", "1e1", "field.point.invalid"),
        ("34.92", "nan", "field.point.invalid"),
        ("0," + "." * 250_000 + ",", "", "field.point.invalid"),
        ("91", "-2.32", "field.point.invalid"),
        ("34.92", "-180.1", "field.point.invalid"),
        ("34.92.1", "-2.32", "field.point.invalid"),
        ("48.85", "2.35", "field.point.outside"),
        ("34.92", "2.32", "field.point.outside"),
        ("-34.92", "-2.32", "field.point.outside"),
    ],
)
def test_what_is_no_point_of_the_province_is_refused(lat: str, lon: str, key: str) -> None:
    with pytest.raises(Wrong) as caught:
        read_point(lat, lon)
    assert caught.value.key == key


def test_a_point_is_anywhere_on_earth_where_the_province_has_drawn_no_map() -> None:
    assert read_point("-0.000001", "180", TERRITORY) == "0.00000,180.00000"


def test_a_point_is_shown_as_a_map_takes_it_in_every_language() -> None:
    for language in ("ar", "fr"):
        assert show("point", "34.92000,-2.32000", language) == "34.92000, -2.32000"
