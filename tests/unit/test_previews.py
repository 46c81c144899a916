"""Documents are drawn anew for the counter, however they are made."""

import io
from concurrent.futures import ThreadPoolExecutor

import pypdfium2
import pytest
from PIL import Image

from portal.adapters.files.media import Undrawable, draw_page, page_count


def pdf(*sizes: tuple[float, float]) -> bytes:
    """A PDF with an empty page of each size, in points."""
    document, made = pypdfium2.PdfDocument.new(), io.BytesIO()
    for width, height in sizes:
        document.new_page(width, height)
    document.save(made)
    document.close()
    return made.getvalue()


def drawn(content: bytes, kind: str, page: int = 1) -> Image.Image:
    return Image.open(io.BytesIO(draw_page(content, kind, page)))


@pytest.mark.parametrize("size", [(595, 842), (2, 14_400), (14_400, 2), (14_400, 14_400)])
def test_a_page_of_any_shape_stays_within_the_bounds(size: tuple[float, float]) -> None:
    picture = drawn(pdf(size), "pdf")
    assert picture.width <= 1100
    assert picture.height <= 3300


def test_each_page_is_drawn_and_no_other() -> None:
    content = pdf((595, 842), (842, 595))
    assert page_count(content, "pdf") == 2
    assert drawn(content, "pdf", 2).height < drawn(content, "pdf", 1).height
    for page in (0, 3):
        with pytest.raises(Undrawable):
            draw_page(content, "pdf", page)


def test_a_photo_stands_as_it_was_held_and_says_no_more_where_it_was_taken() -> None:
    lying, made = Image.new("RGB", (400, 200), "white"), io.BytesIO()
    exif = lying.getexif()
    exif[0x0112] = 6
    exif[0x010E] = "taken at home"
    lying.save(made, "JPEG", exif=exif)
    content = draw_page(made.getvalue(), "jpeg", 1)
    picture = Image.open(io.BytesIO(content))
    assert picture.height > picture.width
    assert b"taken at home" not in content


def test_many_may_look_at_once() -> None:
    content = pdf(*[(595, 842)] * 4)
    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(lambda _: page_count(content, "pdf"), range(200)))
    assert pages == [4] * 200
