"""The map of a complaint: a touch, the arrow keys or the device itself put the pin, and nothing needs any of them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Geolocation, expect

from tests.e2e.person import Somebody

pytestmark = pytest.mark.e2e

BERKANE: Geolocation = {"latitude": 34.92, "longitude": -2.32}
CASABLANCA: Geolocation = {"latitude": 33.57, "longitude": -7.59}
NAMES = {"ar": "بركان", "fr": "Berkane"}


def at_the_map(person: Somebody) -> None:
    person.go(f"/{person.language}/services/reclamation/apply")
    person.press("Start", "main")
    person.choose("kind", "lighting")
    person.fill(description="Le lampadaire est en panne depuis une semaine.")
    person.press("Continue", "main")


def touch(person: Somebody, message: str) -> None:
    """Presses a button that leads nowhere."""
    person.page.get_by_role("button", name=person.say(message)).click()


def degrees(person: Somebody) -> tuple[str, str]:
    lat, lon = (person.page.locator(f"[name=point-{part}]").input_value() for part in ("lat", "lon"))
    return lat, lon


def test_a_touch_and_the_arrow_keys_put_the_pin_and_its_place_is_said(somebody: Callable[..., Somebody]) -> None:
    person = somebody()
    at_the_map(person)
    land, pin = person.page.locator("svg.map"), person.page.locator("svg.map .pin")
    expect(pin).to_be_hidden()
    # The touch lands on the dot itself, which is part of the map.
    person.page.locator(f"circle[data-name='{NAMES[person.language]}']").click(force=True)
    expect(pin).to_be_visible()
    assert [round(float(part), 2) for part in degrees(person)] == [34.92, -2.32]
    expect(person.page.locator("#status")).to_contain_text(NAMES[person.language])
    before = degrees(person)
    land.focus()
    land.press("ArrowUp")
    land.press("ArrowRight")
    after = degrees(person)
    assert float(after[0]) > float(before[0])
    assert float(after[1]) > float(before[1])
    touch(person, "Remove the pin")
    assert degrees(person) == ("", "")
    expect(pin).to_be_hidden()


def test_the_device_says_where_it_is_unless_that_is_outside_the_province(somebody: Callable[..., Somebody]) -> None:
    person = somebody()
    person.context.grant_permissions(["geolocation"])
    person.context.set_geolocation(CASABLANCA)
    at_the_map(person)
    touch(person, "Use where I am")
    expect(person.page.locator("[data-point-said]")).to_have_text(
        person.say("You are outside the province: put the pin on the map, or describe the place.")
    )
    assert degrees(person) == ("", "")
    person.context.set_geolocation(BERKANE)
    touch(person, "Use where I am")
    expect(person.page.locator("[name=point-lat]")).to_have_value("34.92000")
    person.fill(place="02.113.01.09/centre-ville", spot="Rue 12")
    person.press("Continue", "main")
    assert person.path.endswith("/contact")
    person.page.go_back()
    assert degrees(person) == ("34.92000", "-2.32000")


def test_without_scripts_the_coordinates_may_be_typed_or_left_out(somebody: Callable[..., Somebody]) -> None:
    person = somebody(scripts=False)
    at_the_map(person)
    expect(person.page.locator("[data-point-here]")).to_be_hidden()
    person.page.locator("details:has([name=point-lat]) summary").click()
    person.fill(**{"place": "02.113.01.09/centre-ville", "spot": "Rue 12", "point-lat": "٤٨٫٨٥", "point-lon": "2,35"})
    person.press("Continue", "main")
    expect(person.page.locator("#errors a")).to_have_attribute("href", "#point")
    expect(person.page.locator("details:has([name=point-lat])")).to_have_attribute("open", "")
    person.fill(**{"point-lat": "", "point-lon": ""})
    person.press("Continue", "main")
    assert person.path.endswith("/contact")
