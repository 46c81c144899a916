"""A name that is one long word stays on a narrow page: it breaks, and the page does not scroll sideways."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.e2e

CSS = Path(__file__).parents[2] / "static" / "css"
NAME = "Mohammed" * 10
PAGES = {
    "heading": f'<div class="heading"><h1>Révoquer</h1><p class="hint">Certificat · <bdi>{NAME}</bdi></p></div>',
    "confirmation": f'<section class="confirmation"><h1>Déposé</h1><p><bdi>{NAME}</bdi> · mardi</p></section>',
}


@pytest.mark.parametrize("part", PAGES)
def test_a_name_of_one_long_word_does_not_widen_the_page(chromium: Browser, part: str) -> None:
    style = "".join((CSS / f"{name}.css").read_text("utf-8") for name in ("base", "layout", "components"))
    page = chromium.new_page(viewport={"width": 360, "height": 640})
    try:
        page.set_content(
            f'<!doctype html><meta name="viewport" content="width=device-width"><style>{style}</style>'
            f'<body><main><div class="page-narrow stack">{PAGES[part]}</div></main>'
        )
        assert page.evaluate("document.documentElement.scrollWidth") == 360
    finally:
        page.close()
