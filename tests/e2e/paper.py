"""What others make of a document of ours: tools that know nothing of the portal. And a document of a citizen's."""

import subprocess
import sys
from pathlib import Path

import zxingcpp
from PIL import Image


def pyhanko_accepts(pdf: Path, root: Path) -> str:
    """What pyHanko's own command line says of a document, trusting only our root; raises if it refuses it."""
    command = [sys.executable, "-m", "pyhanko", "sign", "validate", "--pretty-print"]
    trust = ["--trust", str(root), "--trust-replace", "--no-revocation-check"]
    done = subprocess.run([*command, *trust, str(pdf)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def pdfsig(pdf: Path) -> str:
    """What Poppler says of the signature; it looks for certificates nowhere, so only its word on the digest counts."""
    return subprocess.run(["pdfsig", "-nocert", str(pdf)], capture_output=True, text=True, timeout=60).stdout


def words_of(pdf: Path) -> str:
    """The text a reader would copy out of the document, wherever its lines end.

    Said twice: as it stands on the sheet, where each Arabic word is whole though lines of two columns mix, and in the order
    of the file, where each column is whole.
    """
    ways = [
        subprocess.run(["pdftotext", *way, str(pdf), "-"], capture_output=True, text=True, check=True).stdout
        for way in ([], ["-raw"])
    ]
    return " ".join(" ".join(ways).split())


def first_page(pdf: Path, resolution: int = 150) -> Image.Image:
    """The first page as paper shows it."""
    target = pdf.with_suffix("")
    drawing = ["pdftoppm", "-png", "-r", str(resolution), "-f", "1", "-l", "1", "-singlefile", str(pdf), str(target)]
    subprocess.run(drawing, check=True, timeout=60)
    with Image.open(target.with_suffix(".png")) as page:
        return page.convert("RGB")


def code_on(page: Image.Image) -> str:
    """What a telephone's camera reads on the page."""
    found = zxingcpp.read_barcodes(page)
    assert len(found) == 1, [one.text for one in found]
    return str(found[0].text)


def alter(pdf: Path, target: Path) -> Path:
    """The same document with one byte of its page changed, as somebody would who falsifies it."""
    content = bytearray(pdf.read_bytes())
    place = content.index(b"stream\n") + 40
    content[place] ^= 1
    target.write_bytes(content)
    return target


def scan_of(photo: Path) -> Path:
    """The PDF that a scanner makes of the same sheet."""
    path = photo.with_suffix(".pdf")
    with Image.open(photo) as picture:
        picture.save(path, "PDF")
    return path
