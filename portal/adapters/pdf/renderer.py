"""Lays documents out with WeasyPrint, as tagged PDF/A-3a and PDF/UA-1, with the case's data attached."""

import gc
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from xml.etree.ElementTree import fromstring

import pydyf  # type: ignore[import-untyped]
from cssselect2 import ElementWrapper  # type: ignore[import-untyped]
from weasyprint import CSS, HTML, Attachment
from weasyprint.css.counters import CounterStyle
from weasyprint.document import Document
from weasyprint.urls import URLFetcher, URLFetcherResponse

from portal.adapters.pdf.engine import mend, written_once
from portal.adapters.pdf.fonts import Faces, OwnFonts
from portal.adapters.pdf.heads import without_second_head
from portal.adapters.pdf.letters import Letters
from portal.adapters.pdf.metadata import OwnMetadata
from portal.adapters.pdf.page import MOROCCO, PageWriter, title_of
from portal.adapters.pdf.readings import use_our_readings
from portal.adapters.pdf.structure import use_our_structure
from portal.adapters.pdf.words import DATA_MEANING
from portal.ports import Unreachable
from portal.ports_of_documents import PrintedDocument, Renderer
from portal.presenting.isolation import visible

VARIANT = "pdf/a-3a"
ATTACHED = "case.json"
_STYLE_SHEETS = ("document.css", "kinds.css")


class OwnFiles(URLFetcher):  # type: ignore[misc]
    """Reads our fonts and pictures by name (``fonts:…``, ``templates:…``) and inline data, and nothing else."""

    def __init__(self, folders: dict[str, Path]) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)
        self._folders = folders

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        scheme, _, name = url.partition(":")
        if scheme not in self._folders:
            return super().fetch(url, headers)
        if "/" in name or name.startswith("."):
            raise ValueError(f"Not one of our files: {name}")
        kind = {"Content-Type": "image/svg+xml"} if name.endswith(".svg") else {}
        return URLFetcherResponse(url, (self._folders[scheme] / name).read_bytes(), kind)


class _Page(HTML):  # type: ignore[misc]
    """An HTML page that starts from our short list of elements instead of the engine's long default sheet.

    Our templates are well-formed, and read as XML in a tenth of the time that HTML takes. Raises ParseError for others.
    """

    def __init__(self, source: str, elements: CSS, fetcher: OwnFiles) -> None:
        # What the engine's own class does, but for reading the source.
        self.base_url, self.url_fetcher, self.media_type = None, fetcher, "print"
        root = fromstring(source)  # noqa: S314  Our own templates: whatever others wrote in them is escaped.
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element
        self._elements = elements

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [self._elements]


class WeasyRenderer(Renderer):
    """Fonts and style sheets are read once; one document is laid out at a time, for the engine is not thread-safe.

    ``templates`` holds the templates with their style sheets and pictures, ``fonts`` the fonts they name. Raises
    Unreachable, as a job that waits shows it, while one of the fonts cannot be read.

    From one document to the next three things vary: its HTML (``_write``; of the same kind mostly texts and the pictures
    of the emblem, the period and the QR code), its metadata, and the data attached. Everything else is the renderer's.
    """

    def __init__(self, templates: Path, fonts: Path) -> None:
        mend()
        use_our_structure()
        use_our_readings()
        style = "\n".join((templates / name).read_text("utf-8") for name in _STYLE_SHEETS)
        faces = Faces(style, fonts)
        self._families = faces.families
        self._drawable = Letters(faces.letters)
        self._write = PageWriter(templates, self._drawable)
        self._fetcher = OwnFiles({"fonts": fonts, "templates": templates})
        self._fonts = OwnFonts()
        self._elements = self._sheet((templates / "elements.css").read_text("utf-8"))
        self._style = self._sheet(style)
        self._lock = Lock()

    def _sheet(self, rules: str) -> CSS:
        return CSS(string=rules, font_config=self._fonts, url_fetcher=self._fetcher)

    def render(self, document: PrintedDocument) -> bytes:
        """The document as a PDF; the same document gives the same bytes.

        Raises Rejected for an emblem that is more than a drawing.
        """
        with self._lock, _no_garbage_collection():
            laid_out = self._set(document)
            laid_out.metadata = self._described(document)
            pdf = laid_out.write_pdf(
                finisher=written_once(self._finish),
                pdf_variant=VARIANT,
                pdf_identifier=hashlib.sha256(document.code.encode()).digest()[:16],
                attachments=_attachments(document),
            )
        return bytes(pdf)

    def _set(self, document: PrintedDocument) -> Document:
        """The pages of a document: only where there are several does each say which document it belongs to."""
        laid_out = self._laid_out(self._write(document))
        return laid_out if len(laid_out.pages) == 1 else self._laid_out(self._write(document, headed=True))

    def _laid_out(self, source: str) -> Document:
        """The pages of a document's HTML, ready to be drawn; a subclass may have them laid out already."""
        document = self._page(source).render(
            stylesheets=[self._style], font_config=self._fonts, counter_style=CounterStyle(), pdf_variant=VARIANT
        )
        without_second_head(document.pages[0]._page_box)
        return document

    def _page(self, source: str) -> HTML:
        return _Page(source, self._elements, self._fetcher)

    def _described(self, document: PrintedDocument) -> OwnMetadata:
        return OwnMetadata(
            title=self._plain(title_of(document)),
            authors=[self._plain(f"{document.authority['ar']} · {document.authority['fr']}")],
            keywords=[self._plain(one) for one in (document.reference, document.number) if one],
            generator="Shubbak",
            created=document.issued_at.astimezone(MOROCCO).isoformat(timespec="seconds"),
            lang="ar",
        )

    def _plain(self, words: str) -> str:
        return visible(self._drawable(words))

    def _finish(self, document: Document, pdf: pydyf.PDF) -> None:
        """What the engine leaves undone: it lists an attached file twice, and takes any font that it finds."""
        if "AF" in pdf.catalog:
            pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
        strange = {font.family for font in document.fonts.values()} - self._families
        if strange:
            raise Unreachable(f"the fonts of the documents have gone: {', '.join(sorted(strange))} came in their place")


def _attachments(document: PrintedDocument) -> list[Attachment]:
    """The case as JSON, which says in its own words and in its description which schema it keeps."""
    if not document.data:
        return []
    schema = f" · JSON Schema: {document.schema}" if document.schema else ""
    return [
        Attachment(
            string=document.data,
            name=ATTACHED,
            description=f"{DATA_MEANING['ar']} · {DATA_MEANING['fr']}{schema}",
            relationship="Data",
            created=document.issued_at,
            modified=document.issued_at,
        )
    ]


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """A render makes some hundred thousand objects that die together: collecting midway costs time for nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
