"""Partners are registered under names in both languages, and a service that asks one whom nobody registered is noted."""

import json
from pathlib import Path

from portal.settings import Settings
from portal.store import partners
from portal.wiring import wire_engine
from tests.support.commands import call_portal, settings_for
from tests.support.kiosk import SLUG, kiosk_services


def test_a_partner_is_registered_in_both_languages_and_missed_until_then(database_url: str, tmp_path: Path) -> None:
    services = kiosk_services(tmp_path)
    settings = {**settings_for(database_url, tmp_path), "PORTAL_SERVICES_DIR": str(services)}
    assert call_portal(settings, "publish").returncode == 0
    note = f"{SLUG} asks the partner 'min-sante' for an opinion, and nobody registered it"
    for folder in ((), (str(services),)):
        checked = call_portal(settings, "check", *folder)
        assert (checked.returncode, note in checked.stdout) == (0, True), checked.stdout + checked.stderr
    named = ("--name-ar", "وزارة الصحة", "--name-fr", "Ministère de la Santé", "--service", SLUG)
    wrong = call_portal(settings, "partner", "add", "Min Sante", *named)
    assert (wrong.returncode, "cannot be the id of a partner" in wrong.stderr) == (1, True)
    nameless = call_portal(settings, "partner", "add", "min-sante", "--service", SLUG)
    assert (nameless.returncode, "--name-ar" in nameless.stderr) == (1, True)
    assert call_portal(settings, "partner", "add", "min-sante", *named).returncode == 0
    # One name for all languages is as good.
    assert call_portal(settings, "partner", "add", "jisr", "--name", "JISR", "--service", SLUG).returncode == 0
    assert json.loads(call_portal(settings, "check", "--json").stdout) == {"faults": [], "notes": []}
    engine = wire_engine(Settings(database_url=settings["PORTAL_DATABASE_URL"]))
    with engine.connect() as connection:
        found = {one.id: one.names for one in partners.listed(connection)}
    engine.dispose()
    assert found == {
        "min-sante": {"ar": "وزارة الصحة", "fr": "Ministère de la Santé"},
        "jisr": {"ar": "JISR", "fr": "JISR"},
    }


def test_the_services_we_ship_are_checked_beside_a_database_too(database_url: str, tmp_path: Path) -> None:
    checked = call_portal(settings_for(database_url, tmp_path), "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
