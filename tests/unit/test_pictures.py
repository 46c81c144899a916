"""The contact sheet shows every picture of the key pages, and each of them is there."""

import re

from tests.e2e.pictures import FOLDER, KEY_PAGES, contact_sheet


def test_the_contact_sheet_is_up_to_date() -> None:
    assert (FOLDER / "README.md").read_text(encoding="utf-8") == contact_sheet()


def test_sixteen_pages_are_shown_in_both_languages_on_both_screens_in_light_and_dark() -> None:
    shown = set(re.findall(r'src="([^"]+)"', contact_sheet()))
    assert len(KEY_PAGES) == 16
    assert len(shown) == 16 * 2 * 2 * 2
    assert not sorted(name for name in shown if not (FOLDER / name).is_file())
