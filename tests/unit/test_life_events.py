"""The events of a life: read from the province's file, proved, and said in a language."""

from pathlib import Path

import pytest

from portal.catalogue.faults import Unsound
from portal.catalogue.life_events import joined_by, load_life_events
from portal.catalogue.loader import check_folder
from portal.domain.life_events import Pictogram
from portal.presenting.life_events import elsewhere, events_of, life_events
from portal.presenting.templates import ROOT as TEMPLATES
from tests.support.commands import call_portal, settings_for
from tests.unit.sound_service import EVENTS, SLUG, SOUND, changed, load, small_province

SERVICES = Path(__file__).parents[2] / "services"
TEXT = (SERVICES / "life_events.yaml").read_text("utf-8")
SLUGS = {folder.name for folder in (SERVICES / "catalogue").iterdir()}


def test_the_provinces_events_are_read_in_their_order() -> None:
    events = load_life_events(TEXT, SLUGS)
    order = [event.id for event in events]
    assert order[:3] == ["birth", "home", "disability"]
    assert order[-1] == "complaint"
    assert events[1].services[0] == "certificat-residence"
    assert all(event.services or event.elsewhere for event in events)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[certificat-residence,", "[certificat-residense,", "'certificat-residense', did you mean 'certificat-resid"),
        ("icon: cradle", "icon: craddle", "'craddle' is not a known 'icon', did you mean 'cradle'?"),
        ("{ar: مولود جديد, fr: Une naissance}", "{fr: Une naissance}", "'title' needs 'ar'"),
        ("{ar: مولود جديد, fr: Une naissance}", "{ar: Naissance, fr: Une naissance}", "not written in that language"),
        ("    elsewhere:", "    elswhere:", "unknown key 'elswhere' in a life event, did you mean 'elsewhere'?"),
        ("url: https://www.chikaya.ma", "url: javascript:alert(1)", "'url' is a whole address, starting with https://"),
        ("- id: home", "- id: birth", "two life events are called 'birth'"),
        ("- id: birth", "- id: Birth/x", "'Birth/x' cannot be an id"),
    ],
)
def test_a_broken_event_is_refused_at_its_line(old: str, new: str, message: str) -> None:
    with pytest.raises(Unsound) as raised:
        load_life_events(TEXT.replace(old, new, 1), SLUGS)
    line = TEXT[: TEXT.index(old)].count("\n") + 1
    found = [fault for fault in raised.value.faults if message in fault.message]
    assert found, raised.value.faults
    assert any(abs(fault.line - line) <= 1 for fault in found)
    assert all(fault.file == "life_events.yaml" for fault in found)


def test_an_event_that_leads_nowhere_is_refused() -> None:
    text = "events:\n  - {id: a, icon: house, title: {ar: سكن, fr: Toit}, text: {ar: سكن, fr: Toit}}\n"
    with pytest.raises(Unsound, match=r"life_events\.yaml:2: a life event leads somewhere"):
        load_life_events(text, SLUGS)


def test_the_check_of_a_folder_shows_the_faults_and_an_operator_sees_them(tmp_path: Path) -> None:
    root = small_province(tmp_path / "services")
    (root / "life_events.yaml").unlink()
    assert check_folder(root) == []  # A province may do without.
    (root / "life_events.yaml").write_text(EVENTS.replace("[certificat-residence]", "[certificat-residense]"), "utf-8")
    said = call_portal(settings_for("sqlite://", tmp_path), "check", str(root))
    assert said.returncode == 1
    assert f"{root}/life_events.yaml:2" in said.stdout
    assert "there is no service 'certificat-residense', did you mean 'certificat-residence'?" in said.stdout


def test_a_service_that_lists_itself_under_an_event_comes_after_those_the_file_lists() -> None:
    events = load_life_events(EVENTS, SLUGS, {"disability", "complaint"})
    service = load(changed(SOUND, ("service.yaml", "[birth]", "[home, complaint]")))
    joined = joined_by(events, [service])
    assert [event.services for event in joined] == [("certificat-residence", SLUG), (), (SLUG,)]
    assert joined_by(joined, [service]) == joined


def test_every_pictogram_is_drawn() -> None:
    drawn = (TEMPLATES / "components" / "icon.html").read_text("utf-8")
    for pictogram in Pictogram:
        assert f'"{pictogram.value}": "M' in drawn


def test_tiles_lead_to_the_events_in_the_readers_language() -> None:
    tiles = life_events(load_life_events(TEXT), "ar")
    assert tiles[0].title == "مولود جديد"
    assert tiles[0].url == "/ar/life/birth"
    assert tiles[0].icon == "cradle"
    assert [tile.url for tile in events_of(load_life_events(TEXT), ["reclamation"], "fr")] == ["/fr/life/complaint"]


def test_what_is_done_elsewhere_names_its_site_plainly() -> None:
    complaint = load_life_events(TEXT)[-1]
    site = next(one for one in elsewhere(complaint, "fr") if one.url)
    assert site.site == "chikaya.ma"
    assert next(one for one in elsewhere(complaint, "fr") if not one.url).site == ""
