"""Lays documents out with WeasyPrint, as tagged PDF/A-3a."""

import gc
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from weasyprint import CSS, HTML
from weasyprint.css.counters import CounterStyle
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from portal.adapters.pdf.isolate import isolate, language_of, visible
from portal.adapters.pdf.languages import mark_languages, without_layout_tables
from portal.adapters.pdf.period import period_data_url
from portal.adapters.pdf.qr import qr_data_url
from portal.adapters.pdf.words import EVERY_WORD, SECRET_HELP, VERIFY_HELP
from portal.domain.service import Text, text
from portal.i18n import date_and_time, direction
from portal.ports import PrintedDocument, Renderer

_MOROCCO = ZoneInfo("Africa/Casablanca")
_STYLES = {"receipt": "receipt", "indicators": "report"}
"""What is laid out otherwise than a decision, by its kind."""


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
    """An HTML page that starts from our short list of elements instead of the engine's long default sheet."""

    def __init__(self, source: str, elements: CSS, fetcher: OwnFiles) -> None:
        super().__init__(string=source, url_fetcher=fetcher)
        self._elements = elements

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [self._elements]


class WeasyRenderer(Renderer):
    """Fonts and style sheets are read once; one document is laid out at a time, for the engine is not thread-safe.

    ``templates`` holds ``document.html`` with its style sheets and pictures, ``fonts`` the fonts they name.
    """

    def __init__(self, templates: Path, fonts: Path) -> None:
        mark_languages()
        environment = Environment(
            loader=FileSystemLoader(templates), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        environment.filters["ar"] = lambda words: isolate(words, "ar")
        environment.filters["fr"] = lambda words: isolate(words, "fr")
        environment.filters["code"] = lambda words: escape(visible(words))
        self._template = environment.get_template("document.html")
        self._fetcher = OwnFiles({"fonts": fonts, "templates": templates})
        self._fonts = FontConfiguration()
        self._elements = self._sheet(templates / "elements.css")
        self._style = self._sheet(templates / "document.css")
        self._lock = Lock()

    def _sheet(self, path: Path) -> CSS:
        return CSS(string=path.read_text("utf-8"), font_config=self._fonts, url_fetcher=self._fetcher)

    def render(self, document: PrintedDocument) -> bytes:
        """The document as a PDF; the same document gives the same page."""
        source = self._template.render(_words_of(document))
        with self._lock, _no_garbage_collection():
            page = _Page(source, self._elements, self._fetcher)
            pdf = page.write_pdf(
                finisher=without_layout_tables,
                stylesheets=[self._style],
                font_config=self._fonts,
                counter_style=CounterStyle(),
                pdf_variant="pdf/a-3a",
                pdf_identifier=hashlib.sha256(document.code.encode()).digest()[:16],
            )
        return bytes(pdf)


def _words_of(document: PrintedDocument) -> dict[str, Any]:
    """Every value the template shows, so that it has nothing to compute."""
    issued = document.issued_at.astimezone(_MOROCCO)
    pages = {language: _portal_page(document.verify_url, language) for language in ("ar", "fr")}
    return {
        "document": document,
        "words": EVERY_WORD,
        "style": _STYLES.get(document.kind, "act"),
        "title": visible(f"{document.title['ar']} · {document.title['fr']} · {document.number}"),
        "author": visible(f"{document.authority['ar']} · {document.authority['fr']}"),
        "created": issued.isoformat(timespec="seconds"),
        "issued": _moment(issued),
        "code": _grouped(document.code, 4),
        "secret": _grouped(document.secret, 5) if document.secret else None,
        "secret_help": text(
            SECRET_HELP["ar"].format(url=pages["ar"] + "/track"), SECRET_HELP["fr"].format(url=pages["fr"] + "/track")
        ),
        "verify_help": text(
            VERIFY_HELP["ar"].format(url=pages["ar"] + "/verify"), VERIFY_HELP["fr"].format(url=pages["fr"] + "/verify")
        ),
        "period": _bars(document),
        "statements": {number: _statement(words) for number, words in document.statements.items()},
        "qr": qr_data_url(document.verify_url),
    }


def _bars(document: PrintedDocument) -> dict[str, str]:
    """The drawing of the period, once in the direction of each language."""
    drawn = document.period
    if drawn is None:
        return {}
    return {one: period_data_url(drawn, mirrored=direction(one) == "rtl") for one in ("ar", "fr")}


def _statement(words: str) -> dict[str, Any]:
    """What somebody wrote, as a paragraph of its own in the direction of its own language."""
    language = language_of(words)
    return {"lang": language, "dir": direction(language), "words": isolate(words, language)}


def _portal_page(verify_url: str, language: str) -> str:
    """The portal's address in a language, found from what the QR opens, short enough to be typed."""
    address = urlsplit(verify_url)
    base = address.path.rpartition("/v/")[0]
    return f"{address.netloc}{base}/{language}"


def _moment(issued: datetime) -> Text:
    """A date and hour as Moroccans write it: their own names of months, and Western digits."""
    return text(date_and_time(issued, "ar"), date_and_time(issued, "fr"))


def _grouped(code: str, size: int) -> Markup:
    """A code cut into groups by dashes, as it is read aloud."""
    return escape("-".join(code[start : start + size] for start in range(0, len(code), size)))


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
