"""Files made to do harm to whoever looks at them."""

import io
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image


def _pdf(*objects: bytes, root: int = 1, trailer: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1."""
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size + table
    return out + b"trailer\n<</Size %d/Root %d 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, root, trailer, start)


def _stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<</Length %d%s>>\nstream\n" % (len(content), more) + content + b"\nendstream"


_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
_PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def _page(more: bytes = b"") -> bytes:
    return b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]" + more + b">>"


def plain() -> bytes:
    """A harmless one, of somebody else."""
    return _pdf(_CATALOG, _PAGES, _page())


def scripted() -> bytes:
    return _pdf(_CATALOG[:-2] + b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>", _PAGES, _page())


def scripted_by_name() -> bytes:
    names = b"/Names<</JavaScript<</Names[(a) 4 0 R]>>>>>>"
    return _pdf(_CATALOG[:-2] + names, _PAGES, _page(), b"<</S/JavaScript/JS(app.alert\\(1\\))>>")


def launching() -> bytes:
    link = b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/Launch/F(calc.exe)>>>>]"
    return _pdf(_CATALOG, _PAGES, _page(link))


def with_form_of_scripts() -> bytes:
    return _pdf(_CATALOG[:-2] + b"/AcroForm<</XFA(<x/>)/Fields[]>>>>", _PAGES, _page())


def protected(opens_without: bool = False) -> bytes:
    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    user = "" if opens_without else "secret"
    made.save(out, encryption=pikepdf.Encryption(owner="owner", user=user, R=6))
    return out.getvalue()


def of_ten_thousand_pages() -> bytes:
    kids = b" ".join(b"3 0 R" for _ in range(10_000))
    return _pdf(_CATALOG, b"<</Type/Pages/Kids[" + kids + b"]/Count 10000>>", _page())


def of_countless_pages() -> bytes:
    return _pdf(_CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2147483647>>", _page())


def looping_table() -> bytes:
    content = plain()
    start = content.rindex(b"startxref\n") + 10
    own = int(content[start : content.index(b"\n", start)])
    return content.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev %d" % own)


def truncated() -> bytes:
    made = _pdf(_CATALOG, _PAGES, _page(b"/Contents 4 0 R"), _stream(b"0 0 m " * 20_000))
    return made[: len(made) // 3]


def nested_arrays() -> bytes:
    return _pdf(_CATALOG[:-2] + b"/X " + b"[" * 400_000 + b"]" * 400_000 + b">>", _PAGES, _page())


def streams_in_streams() -> bytes:
    """What a page draws, compressed twice: a gigabyte in some kilobytes."""
    packer, millions = zlib.compressobj(9), 1000
    # What zeros are compressed to repeats itself: they need not be there for it, nor for their sum.
    head = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    million = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    tail = b"\x03\x00" + (millions * 1_000_000 % 65_521 << 16 | 1).to_bytes(4)
    once = head + million * (millions - 1) + tail
    filters = b"/Filter[/FlateDecode/FlateDecode]"
    return _pdf(_CATALOG, _PAGES, _page(b"/Contents 4 0 R"), _stream(zlib.compress(once, 9), filters))


def forms_in_forms() -> bytes:
    """Each form draws the next ten times: ten to the power of twelve in all."""
    levels = 12
    objects = [_CATALOG, _PAGES, _page(b"/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>"), _stream(b"/F Do")]
    for level in range(levels):
        resources = b"/Resources<</XObject<</F %d 0 R>>>>" % (level + 6) if level < levels - 1 else b""
        draws = b"/F Do " * 10 if level < levels - 1 else b"0 0 100 100 re f"
        objects.append(_stream(draws, b"/Type/XObject/Subtype/Form/BBox[0 0 600 900]" + resources))
    return _pdf(*objects)


def costly_from_the_second_page(pages: int) -> bytes:
    """One page that is soon drawn, then one that never will be, then others."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(forms_in_forms())) as made:
        made.add_blank_page(page_size=(595, 842))
        made.pages.reverse()
        for _ in range(pages - 2):
            made.add_blank_page(page_size=(595, 842))
        made.save(out)
    return out.getvalue()


def enormous_picture_inside() -> bytes:
    content = zlib.compress(b"\xff" * 30_000_000, 9)
    more = b"/Type/XObject/Subtype/Image/Width 60000/Height 60000/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode"
    resources = b"/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>"
    return _pdf(_CATALOG, _PAGES, _page(resources), _stream(b"600 0 0 800 0 0 cm /I Do"), _stream(content, more))


def objects_without_number() -> bytes:
    """Twenty thousand small objects, each leading to the next: twice as many things to walk through."""
    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    last = made.make_indirect(Array())
    for _ in range(20_000):
        last = made.make_indirect(Array([last]))
    made.Root.X = last
    made.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def page_of_patterns() -> bytes:
    """A page filled with a pattern of very small tiles."""
    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page(page_size=(595, 842))
    tile = Stream(made, b"0 0 .001 .001 re f")
    tile.Type, tile.PatternType, tile.PaintType, tile.TilingType = Name.Pattern, 1, 1, 1
    tile.BBox, tile.XStep, tile.YStep = Array([0, 0, 1, 1]), 0.002, 0.002
    tile.Resources = Dictionary()
    page = made.pages[0]
    page.Resources = Dictionary(Pattern=Dictionary(P=made.make_indirect(tile)))
    page.Contents = Stream(made, b"/Pattern cs /P scn 0 0 595 842 re f " * 50)
    made.save(out)
    return out.getvalue()


def enormous_png() -> bytes:
    """Nine hundred million points in a few kilobytes, most of which are not even there."""
    header = (30_000).to_bytes(4) * 2 + bytes((1, 0, 0, 0, 0))
    parts = (b"IHDR" + header, b"IDAT" + zlib.compress(bytes(1_000_000)), b"IEND")
    chunks = (len(part[4:]).to_bytes(4) + part + zlib.crc32(part).to_bytes(4) for part in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def large_png() -> bytes:
    """As large as is still read, and no more."""
    out = io.BytesIO()
    Image.new("RGB", (4000, 3900)).save(out, "PNG", compress_level=1)
    return out.getvalue()


def broken_jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (600, 400), "red").save(out, "JPEG")
    return out.getvalue()[:300]


def endless_jpeg() -> bytes:
    """A progressive photograph whose last scan comes again and again."""
    out = io.BytesIO()
    Image.new("L", (3000, 3000), 128).save(out, "JPEG", progressive=True, quality=30)
    content = out.getvalue()
    return content[:-2] + content[content.rindex(b"\xff\xda") : -2] * 400 + b"\xff\xd9"


REFUSED: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "a script": (scripted, {"active"}),
    "a named script": (scripted_by_name, {"active"}),
    "a program": (launching, {"active"}),
    "a form of scripts": (with_form_of_scripts, {"active"}),
    "a password": (protected, {"protected"}),
    "a password of its owner": (lambda: protected(opens_without=True), {"protected"}),
    "ten thousand pages": (of_ten_thousand_pages, {"too_long"}),
    "countless pages": (of_countless_pages, {"too_long", "broken", "too_costly"}),
    "a table that leads to itself": (looping_table, {"broken", "too_costly"}),
    "a part of a file": (truncated, {"broken"}),
    "arrays in arrays": (nested_arrays, {"broken", "too_costly"}),
    "streams in streams": (streams_in_streams, {"too_costly"}),
    "forms in forms": (forms_in_forms, {"too_costly"}),
    "objects without number": (objects_without_number, {"too_costly"}),
    "a page of patterns": (page_of_patterns, {"too_costly"}),
    "an enormous picture": (enormous_png, {"too_large"}),
    "half a picture": (broken_jpeg, {"broken"}),
    "a picture whose scans do not end": (endless_jpeg, {"too_costly"}),
}
"""What is refused, and as what."""
