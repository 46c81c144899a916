"""The QR code that holds a seal: coarse enough, and read by two readers from paper that was turned and stained."""

import io
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from portal.adapters.pdf.qr import qr_png
from portal.adapters.sealing.sealer import FolderSealer
from portal.domain.flow import Result
from portal.domain.issued import DocumentKind
from portal.domain.service import text
from portal.presenting.sealed import seal_link, sealed
from tests.support.seals import sealer_in
from tests.unit.test_seal_words import DOCUMENT, ID, about

DOTS_PER_MM = 200 / 25.4
PRINTED_MM = 28.4
"""The smallest that a template of ours has drawn it: a larger one only reads better."""

LONGEST_HOST = "https://" + "n" * 37 + ".ma"


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> str:
    sealer = sealer_in(tmp_path_factory.mktemp("keys"))
    return seal_link("https://services.berkane.gov.ma", sealer.seal(sealed(DOCUMENT, DocumentKind.CERTIFICATE, ID)))


@pytest.fixture(scope="module")
def longest(tmp_path_factory: pytest.TempPathFactory) -> str:
    return longest_link(sealer_in(tmp_path_factory.mktemp("keys")))


def longest_link(sealer: FolderSealer) -> str:
    """The most that a seal can come to say."""
    holder = {"name": {"ar": "م" * 200, "fr": "É" * 200}, "cnie": "FB123456"}
    document = replace(about(holder), title=text("ش" * 200, "É" * 200), number="A-ABCDEF-2026-000001")
    said = replace(
        sealed(document, DocumentKind.CERTIFICATE, ID), outcome=Result.WITHDRAWN, expires_on=date(2030, 1, 1)
    )
    return seal_link(LONGEST_HOST, sealer.seal(said))


def version_of(content: str) -> int:
    """Which of the forty sizes the code has."""
    return (Image.open(io.BytesIO(qr_png(content))).width // 8 - 17) // 4


def printed(content: str, turned: float = 0, stained: bool = False) -> Image.Image:
    """The code on a sheet of paper, as a scanner of 200 dots an inch sees it."""
    side = round(PRINTED_MM * DOTS_PER_MM)
    code = Image.open(io.BytesIO(qr_png(content))).resize((side, side), Image.Resampling.BOX)
    sheet = Image.new("L", (2 * side, 2 * side), 255)
    sheet.paste(code, (side // 2 + 3, side // 2 + 5))
    if stained:
        radius, middle = (0.1 / 3.14159) ** 0.5 * side, 1.1 * side
        ImageDraw.Draw(sheet).ellipse((middle - radius, middle - radius, middle + radius, middle + radius), fill=0)
    return sheet.rotate(turned, Image.Resampling.BICUBIC, fillcolor=255)


def read_by_zbar(sheet: Image.Image, folder: Path) -> str:
    sheet.save(folder / "sheet.png")
    ran = subprocess.run(["zbarimg", "-q", "--raw", str(folder / "sheet.png")], capture_output=True, text=True)
    return ran.stdout.strip()


def test_an_ordinary_seal_takes_a_code_of_version_17_and_the_longest_one_of_version_20(
    ordinary: str, longest: str
) -> None:
    assert version_of(ordinary) <= 17
    assert version_of(longest) == 20
    # The same link in small letters needs half as many characters more.
    assert version_of(ordinary.lower()) >= version_of(ordinary) + 4


def test_it_is_drawn_at_level_q_with_eight_pixels_a_module(ordinary: str) -> None:
    picture = Image.open(io.BytesIO(qr_png(ordinary)))
    (found,) = zxingcpp.read_barcodes(picture, is_pure=True)
    assert (found.text, found.ec_level) == (ordinary, "Q")
    small = picture.resize((picture.width // 8, picture.height // 8), Image.Resampling.NEAREST)
    assert small.resize(picture.size, Image.Resampling.NEAREST).tobytes() == picture.tobytes()


@pytest.mark.parametrize("which", ["ordinary", "longest"])
@pytest.mark.parametrize("turned", [0, 9, 90, 187])
@pytest.mark.parametrize("stained", [False, True], ids=["clean", "stained"])
def test_two_readers_read_it_from_paper(
    request: pytest.FixtureRequest, tmp_path: Path, which: str, turned: float, stained: bool
) -> None:
    link = request.getfixturevalue(which)
    sheet = printed(link, turned, stained)
    assert [one.text for one in zxingcpp.read_barcodes(sheet)] == [link]
    assert read_by_zbar(sheet, tmp_path) == link
