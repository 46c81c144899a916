"""What is done to make the layout engine faster changes no byte of any document."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from weasyprint.css import AnonymousStyle, ComputedStyle
from weasyprint.layout.percent import resolve_percentages

from portal.adapters.pdf import lengths, styles
from portal.adapters.pdf.engine import mend
from portal.adapters.pdf.renderer import WeasyRenderer
from tests.support.printed_samples import SAMPLES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def as_it_comes() -> Iterator[pytest.MonkeyPatch]:
    """The engine's own ways, which tests that come later find mended again."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch
    mend()


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_document_is_the_same_as_in_the_engines_own_ways(kind: str, as_it_comes: pytest.MonkeyPatch) -> None:
    renderer = WeasyRenderer(ROOT / "templates" / "documents", ROOT / "static" / "fonts" / "documents")
    faster = renderer.render(SAMPLES[kind])
    as_it_comes.setattr(ComputedStyle, "__init__", styles._begin)
    as_it_comes.setattr(ComputedStyle, "__missing__", styles._work_out)
    as_it_comes.setattr(AnonymousStyle, "__init__", styles._begin_anonymous)
    for name in lengths._LAYOUTS:
        as_it_comes.setattr(import_module(f"weasyprint.layout.{name}"), "resolve_percentages", resolve_percentages)
    assert renderer.render(SAMPLES[kind]) == faster
