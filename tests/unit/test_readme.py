"""What README.md and the clerks' guide show and link to is there, and the accounts they name exist."""

import re
from pathlib import Path

import pytest

from portal.cli.seed import PARTNER
from portal.cli.seed_people import EMPLOYEES, PASSWORD
from portal.i18n import translate
from portal.sandbox.persons import PERSONS
from portal.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINK = re.compile(r"\]\(([^)#:]+)\)")


@pytest.mark.parametrize("page", ["README.md", "docs/clerks.md"])
def test_every_link_and_picture_is_there(page: str) -> None:
    path = ROOT / page
    targets = set(LINK.findall(path.read_text(encoding="utf-8")))
    assert targets
    assert not [target for target in targets if not (path.parent / target).exists()]


def test_the_accounts_named_are_those_of_the_demonstration() -> None:
    assert PASSWORD in README
    assert PARTNER in README
    assert all(person.name_fr in README for person in PERSONS)
    roles, offices = (set(part) for part in zip(*(one.login.split(".") for one in EMPLOYEES), strict=True))
    assert all(f"`{role}`" in README for role in roles)
    assert all(f"`.{office}`" in README for office in offices)


def test_the_settings_named_exist() -> None:
    named = {name.lower() for name in re.findall(r"\bPORTAL_([A-Z_]+)\b", README)}
    assert named <= set(Settings.model_fields)


@pytest.mark.parametrize(
    "message", ["Staff", "Sign out", "File for a person", "Take the file", "Check a document", "Files of the unit"]
)
def test_the_clerks_guide_names_buttons_as_the_pages_do(message: str) -> None:
    guide = (ROOT / "docs" / "clerks.md").read_text(encoding="utf-8")
    for language in ("ar", "fr"):
        assert translate(language, message).lower() in guide.lower()
