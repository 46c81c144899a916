"""What is done to make the layout engine faster changes no byte of any document."""

import zlib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pydyf  # type: ignore[import-untyped]
import pytest
from weasyprint.css import AnonymousStyle, ComputedStyle
from weasyprint.layout.percent import resolve_percentages

from portal.adapters.pdf import lengths, styles
from portal.adapters.pdf.engine import _stream, _to_bytes, _write, mend
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
    as_it_comes.setattr(pydyf, "_to_bytes", _write)
    for name in lengths._LAYOUTS:
        as_it_comes.setattr(import_module(f"weasyprint.layout.{name}"), "resolve_percentages", resolve_percentages)
    assert renderer.render(SAMPLES[kind]) == faster


@pytest.mark.parametrize(
    "item", [b"q", "/Tag", 0, 12, -3, True, 0.5, 2.0, pydyf.Dictionary({"MCID": 1}), pydyf.Array([1])]
)
def test_each_thing_is_written_as_the_engine_writes_it(item: object) -> None:
    assert _to_bytes(item) == _write(item)


def test_a_compressed_stream_holds_what_the_engine_puts_into_it() -> None:
    source = pydyf.Stream([b"q", "/P", pydyf.Dictionary({"MCID": 0}), b"BDC", 1.5, b"Q"], {"Type": "/XObject"}, True)
    ours, own = (one.partition(b"\nstream\n") for one in (_stream(source), source.data))
    content = ours[2].removesuffix(b"\nendstream")
    assert zlib.decompress(content) == zlib.decompress(own[2].removesuffix(b"\nendstream"))
    assert ours[0] == b"<</Type /XObject/Filter /FlateDecode/Length %d>>" % len(content)
