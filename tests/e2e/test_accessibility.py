"""No page breaks a rule of WCAG 2.0 to 2.2, A and AA, or a best practice, as far as axe-core can tell."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e import measures
from tests.e2e.survey import Survey

pytestmark = pytest.mark.e2e

FAULTY = """<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>صفحة</title><style>
@font-face { font-family: Plex; src: url("%s"); }
body { font: 20px Plex; background: #ffffff; color: #000000 }
p { color: #bbbbbb }
</style></head><body><main><h1>عنوان</h1><p>هذا نص باهت لا يكاد يقرأ</p></main></body></html>"""


def test_no_page_breaks_a_rule_of_accessibility(survey: Survey) -> None:
    assert not survey.faults["axe"], survey.told("axe")


@pytest.fixture
def faulty(chromium: Browser, tmp_path: Path) -> str:
    """A page whose Arabic text is too pale, in the font of the portal."""
    font = next((measures.ROOT / "static" / "fonts").glob("*-arabic-400.woff2"))
    page = tmp_path / "pale.html"
    page.write_text(FAULTY % font.as_uri(), encoding="utf-8")
    return page.as_uri()


@pytest.mark.parametrize(("arabic", "seen"), [(True, True), (False, False)])
def test_pale_arabic_text_is_found_only_without_the_guess_at_icons(
    chromium: Browser, faulty: str, arabic: bool, seen: bool
) -> None:
    page = chromium.new_page()
    page.goto(faulty)
    page.evaluate("document.fonts.load('20px Plex', 'نص').then(() => document.fonts.ready)")
    found = measures.axe_violations(page, arabic=arabic)
    page.close()
    assert any(one.startswith("color-contrast:") for one in found) == seen, found
