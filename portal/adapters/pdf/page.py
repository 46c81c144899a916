"""What the templates of documents show, ready to be put in: no template computes anything."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from portal.adapters.pdf.emblem import emblem_url
from portal.adapters.pdf.isolate import isolate, language_of
from portal.adapters.pdf.period import period_data_url
from portal.adapters.pdf.qr import qr_data_url
from portal.adapters.pdf.words import EVERY_WORD, SEALED_BY, SECRET_HELP, VERIFY_HELP
from portal.domain.issued import DocumentKind
from portal.domain.service import Text, text
from portal.domain.text import curved
from portal.i18n import date_and_time, direction, plain_date
from portal.ports_of_documents import PrintedDocument
from portal.presenting.codes import secret_code, verification_code
from portal.presenting.isolation import visible

MOROCCO = ZoneInfo("Africa/Casablanca")

STYLES: Mapping[str, str] = {
    DocumentKind.RECEIPT: "receipt",
    DocumentKind.COMPLETION: "receipt",
    DocumentKind.REQUEST: "letter",
    DocumentKind.CERTIFICATE: "certificate",
    DocumentKind.ATTESTATION: "certificate",
    DocumentKind.APPOINTMENT: "appointment",
    DocumentKind.SLIP: "slip",
    DocumentKind.REPORT: "report",
}
"""How a kind is laid out; everything else is an act, as a decision is."""

_FILES = {"slip": "slip.html", "act": "act.html", "certificate": "act.html"}
"""The styles that put the parts in an order of their own."""

_REMEMBERED, _SHORT = 1024, 400
"""Texts in each language that are kept as HTML, and the characters of the longest of them."""


class PageWriter:
    """Writes the HTML of a document; ``drawable`` turns a text into one that our fonts can draw."""

    def __init__(self, templates: Path, drawable: Callable[[str], str]) -> None:
        self._drawable = drawable
        environment = Environment(
            loader=FileSystemLoader(templates), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        environment.filters["ar"] = _remembered(lambda words: isolate(drawable(words), "ar"))
        environment.filters["fr"] = _remembered(lambda words: isolate(drawable(curved(words)), "fr"))
        environment.filters["code"] = lambda words: escape(visible(drawable(words)))
        self._templates = {
            style: environment.get_template(_FILES.get(style, "document.html")) for style in {*STYLES.values(), "act"}
        }

    def __call__(self, document: PrintedDocument, *, headed: bool = False) -> str:
        """The HTML: all that one document has of its own is in it, but for what is said in the metadata.

        ``headed`` puts a short head on every page: one that needs several says on each which it belongs to.
        """
        style = STYLES.get(document.kind, "act")
        return self._templates[style].render(self._words(document, style), headed=headed)

    def _words(self, document: PrintedDocument, style: str) -> dict[str, Any]:
        pages = {language: _portal_page(document.verify_url, language) for language in ("ar", "fr")}
        expires = document.expires_on
        return {
            "document": document,
            "words": EVERY_WORD,
            "style": style,
            "title": title_of(document),
            "headed_by": _head(document),
            "emblem": emblem_url(document.emblem) if document.emblem else None,
            "issued": _moment(document.issued_at),
            "expires": text(plain_date(expires, "ar"), plain_date(expires, "fr")) if expires else None,
            "code": verification_code(document.code),
            "secret": secret_code(document.secret) if document.secret else None,
            "secret_help": _on_page(SECRET_HELP, pages, "/track"),
            "verify_help": _on_page(VERIFY_HELP, pages, "/verify"),
            "sealed_by": _sealed_by(document),
            "signed_on": {one: isolate(_moment(document.issued_at)[one], one) for one in ("ar", "fr")},
            "period": _bars(document),
            "statements": {number: self._statement(words) for number, words in document.statements.items()},
            # An upper-case address, which a QR code holds in fewer modules; the seal of the document is in it.
            "qr": qr_data_url(document.seal_link or document.verify_url),
        }

    def _statement(self, words: str) -> dict[str, Any]:
        """What somebody wrote, as a paragraph of its own in the direction of its own language."""
        language = language_of(words)
        return {"lang": language, "dir": direction(language), "words": isolate(self._drawable(words), language)}


def _remembered(isolated: Callable[[str], Markup]) -> Callable[[str], Markup]:
    """The same, with the texts that were used last at hand: most are the portal's or a service's, and come in every document."""
    kept = lru_cache(maxsize=_REMEMBERED)(isolated)
    return lambda words: kept(words) if len(words) <= _SHORT else isolated(words)


def title_of(document: PrintedDocument) -> str:
    """What a reader of PDF shows above the page: the document's name in both languages, and its number."""
    return visible(f"{document.title['ar']} · {curved(document.title['fr'])} · {document.number}")


def _on_page(help_text: Text, pages: Mapping[str, str], path: str) -> Text:
    return Text({language: help_text[language].format(url=pages[language] + path) for language in ("ar", "fr")})


def _head(document: PrintedDocument) -> Text:
    """Who stands at the head of the page: the province, but an institution independent of it by its own name."""
    return document.authority if document.independent else document.province


def _sealed_by(document: PrintedDocument) -> Text:
    """Whose seal it is; an authority that is the province itself is named once."""
    said = {}
    for language in ("ar", "fr"):
        authority, province = document.authority[language], _head(document)[language]
        whole = SEALED_BY[language].format(authority=authority, province=province)
        said[language] = whole if province not in authority else whole.replace(_after(language, province), "")
    return Text(said)


def _after(language: str, province: str) -> str:
    return f"{'،' if language == 'ar' else ','} {province}"


def _bars(document: PrintedDocument) -> dict[str, str]:
    """The drawing of the period, once in the direction of each language."""
    drawn = document.period
    if drawn is None:
        return {}
    return {one: period_data_url(drawn, mirrored=direction(one) == "rtl") for one in ("ar", "fr")}


def _portal_page(verify_url: str, language: str) -> str:
    """The portal's address in a language, found from what the code opens, short enough to be typed."""
    address = urlsplit(verify_url)
    base = address.path.rpartition("/v/")[0]
    return f"{address.netloc}{base}/{language}"


def _moment(issued: datetime) -> Text:
    """A date and hour as Moroccans write it: their own names of months, and Western digits."""
    local = issued.astimezone(MOROCCO)
    return text(date_and_time(local, "ar"), date_and_time(local, "fr"))
