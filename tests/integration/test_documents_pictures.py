"""What the documents look like, and what a phone's camera finds on the sheet.

The pictures of ``tests/golden/documents`` are renewed with ``PORTAL_GOLDEN=1``; look at each before it is committed.
"""

import io
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageDraw

from portal.adapters.pdf.renderer import WeasyRenderer
from tests.support.looking import pages_of, picture, text_of
from tests.support.printed_samples import RECEIPT, SAMPLES, SEAL_LINK

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "documents"
DPI = 60
PRINTED = 200
"""Dots an inch of a cheap printer or scanner."""

# Edges are smoothed otherwise by other versions of the libraries that draw: a pixel here and there may differ.
FAR, SHARE_FAR = 64, 0.001


@pytest.fixture(scope="module")
def drawn() -> dict[str, bytes]:
    renderer = WeasyRenderer(ROOT / "templates" / "documents", ROOT / "static" / "fonts" / "documents")
    return {kind: renderer.render(document) for kind, document in SAMPLES.items()}


@pytest.fixture(scope="module")
def sheet(drawn: dict[str, bytes]) -> Image.Image:
    return picture(drawn["receipt"], PRINTED)


def share_apart(one: Image.Image, other: Image.Image) -> float:
    """How much of two pictures differs by more than smoothing."""
    if one.size != other.size:
        return 1.0
    apart = ImageChops.difference(one, other).point(lambda by: 255 if by > FAR else 0)
    return apart.histogram()[255] / (one.width * one.height)


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_kind_looks_as_it_did(kind: str, drawn: dict[str, bytes]) -> None:
    found, file = picture(drawn[kind], DPI), GOLDEN / f"{kind}.png"
    if os.environ.get("PORTAL_GOLDEN") == "1":
        file.parent.mkdir(parents=True, exist_ok=True)
        found.quantize(16).save(file, optimize=True)
    with Image.open(file) as golden:
        assert share_apart(found, golden.convert("L")) <= SHARE_FAR


def test_a_line_that_moved_or_is_missing_is_noticed(drawn: dict[str, bytes]) -> None:
    found = picture(drawn["receipt"], DPI)
    moved = ImageChops.offset(found, 0, 2)
    without = found.copy()
    ImageDraw.Draw(without).rectangle((0, 190, found.width, 205), fill=255)
    assert share_apart(found, moved) > SHARE_FAR
    assert share_apart(found, without) > SHARE_FAR


@pytest.mark.parametrize("kind", SAMPLES)
def test_an_ordinary_document_of_any_kind_fits_one_page(kind: str, drawn: dict[str, bytes]) -> None:
    assert pages_of(drawn[kind]) == 1


def by_zxing(seen: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(seen)]


def by_zbar(seen: Image.Image) -> list[str]:
    png = io.BytesIO()
    seen.save(png, "PNG")
    found = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-"], input=png.getvalue(), capture_output=True, check=False, timeout=60
    )
    return found.stdout.decode().split()


def place_of(seen: Image.Image) -> tuple[int, int, int, int]:
    """Where the code stands, as left, top, right and bottom."""
    (code,) = zxingcpp.read_barcodes(seen)
    corners = [getattr(code.position, name) for name in ("top_left", "top_right", "bottom_left", "bottom_right")]
    across, down = [corner.x for corner in corners], [corner.y for corner in corners]
    return min(across), min(down), max(across), max(down)


def blotted(seen: Image.Image, across: float, down: float) -> Image.Image:
    """The sheet with a drop of ink over a tenth of its code, its middle at a place of the code."""
    left, top, right, bottom = place_of(seen)
    radius = ((right - left) * (bottom - top) * 0.1 / 3.1416) ** 0.5
    x, y = left + across * (right - left), top + down * (bottom - top)
    stained = seen.copy()
    ImageDraw.Draw(stained).ellipse((x - radius, y - radius, x + radius, y + radius), fill=70)
    return stained


def turned(seen: Image.Image, degrees: float) -> Image.Image:
    return seen.rotate(degrees, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)


@pytest.mark.parametrize("kind", SAMPLES)
def test_both_readers_find_the_code_on_every_kind(kind: str, drawn: dict[str, bytes]) -> None:
    seen = picture(drawn[kind], PRINTED)
    assert by_zxing(seen) == by_zbar(seen) == [SEAL_LINK]


@pytest.mark.parametrize("degrees", [3, -3, 90, 180])
def test_both_readers_find_the_code_on_a_sheet_laid_askew(degrees: float, sheet: Image.Image) -> None:
    seen = turned(sheet, degrees)
    assert by_zxing(seen) == by_zbar(seen) == [SEAL_LINK]


@pytest.mark.parametrize(("across", "down"), [(0.5, 0.5), (0.6, 0.4), (0.75, 0.5)])
def test_both_readers_find_the_code_under_a_blot_on_a_tenth_of_it(
    across: float, down: float, sheet: Image.Image
) -> None:
    seen = blotted(sheet, across, down)
    assert by_zxing(seen) == by_zbar(seen) == [SEAL_LINK]


def test_both_readers_find_the_code_on_a_copy_in_black_and_white(sheet: Image.Image) -> None:
    copied = sheet.point(lambda shade: 255 if shade > 127 else 0)
    assert by_zxing(copied) == by_zbar(copied) == [SEAL_LINK]


def test_the_code_is_large_white_around_and_of_level_q(sheet: Image.Image) -> None:
    left, top, right, bottom = place_of(sheet)
    millimetre = PRINTED / 25.4
    assert min(right - left, bottom - top) >= 34 * millimetre
    (code,) = zxingcpp.read_barcodes(sheet)
    assert code.ec_level == "Q"
    quiet = 4 * (right - left) / 81
    around = sheet.crop((round(left - quiet), round(top - quiet), round(right + quiet), round(bottom + quiet)))
    ImageDraw.Draw(around).rectangle(
        (quiet - 2, quiet - 2, around.width - quiet + 2, around.height - quiet + 2), fill=255
    )
    assert sum(around.histogram()[:200]) == 0


def test_without_a_seal_the_code_opens_the_page_that_checks_it() -> None:
    renderer = WeasyRenderer(ROOT / "templates" / "documents", ROOT / "static" / "fonts" / "documents")
    seen = picture(renderer.render(replace(RECEIPT, seal_link="")), PRINTED)
    assert by_zxing(seen) == by_zbar(seen) == [RECEIPT.verify_url]


def test_whoever_sealed_it_is_named_on_the_page(drawn: dict[str, bytes]) -> None:
    for pdf in drawn.values():
        found = " ".join(text_of(pdf).split())
        assert "Document signé électroniquement" in found
        assert "Cachet apposé par : Première annexe administrative de Berkane, Province de Berkane." in found
        assert "guichet.berkane.example/fr/verify" in found
