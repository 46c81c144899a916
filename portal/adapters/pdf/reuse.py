"""Lays a form of document out once, and sets the next ones of that form into the pages at hand.

Most documents of a service differ in their words alone: names, dates, numbers, the QR code. The engine spends half of its time on
finding out, each time anew, where they stand. Here only the lines whose words differ are set again, by the engine's
own line breaking, and drawn again; whatever would move anything else is laid out in full.
"""

import gc
import logging
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import Any

from weasyprint import DEFAULT_OPTIONS
from weasyprint.css.counters import CounterStyle
from weasyprint.document import Document, Page
from weasyprint.formatting_structure.build import build_formatting_structure
from weasyprint.layout import LayoutContext, layout_document
from weasyprint.pdf import VARIANTS
from weasyprint.pdf.metadata import DocumentMetadata

from portal.adapters.pdf.heads import without_second_head
from portal.adapters.pdf.renderer import VARIANT, WeasyRenderer
from portal.adapters.pdf.reuse_drawing import watch_drawings
from portal.adapters.pdf.reuse_flows import Unlike, in_order, slots_of
from portal.adapters.pdf.reuse_form import Form
from portal.adapters.pdf.reuse_lengths import SharedLengths
from portal.adapters.pdf.reuse_markup import Markup, take_apart
from portal.adapters.pdf.reuse_styles import SharedStyles
from portal.ports import Rejected, Unreachable
from portal.ports_of_documents import PrintedDocument

log = logging.getLogger(__name__)

KEPT = 24
"""Forms whose pages are kept, those used last; each takes about two and a half megabytes.

One layout of each is enough: where names or addresses take another line, the part of the page that holds them is laid out
anew and the rest moved, which costs less than laying out, and keeping, one for each way that the lines may fall.
"""

MOVED = 20
"""After so many documents in a row for which parts of a page had to be moved, another layout takes its place."""

SEEN = 500
"""Forms that are remembered without their pages: these are kept from the second document on, for many never come again."""

PAGES = 3
"""Pages of the longest document worth keeping."""


class ReusingRenderer(WeasyRenderer):
    """Draws as its parent does, faster. ``laid_out`` documents were made in full, ``reused`` on pages at hand.

    Of these, ``moved`` are those for which parts of the page had to be laid out again.
    """

    def __init__(self, templates: Path, fonts: Path) -> None:
        super().__init__(templates, fonts)
        watch_drawings()
        self.reused = self.moved = self.laid_out = 0
        self._at_hand: tuple[str, ...] | None = None
        self._touched: list[Form] = []
        self._given_up: set[int] = set()
        self._styles, self._lengths = SharedStyles(), SharedLengths()
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._long: OrderedDict[int, None] = OrderedDict()
        self._forms: OrderedDict[tuple[str, ...], Form] = OrderedDict()

    def render(self, document: PrintedDocument) -> bytes:
        """As the parent's; of a form that was drawn before, the page is the same but not each byte of the file."""
        try:
            pdf = self._drawn(document)
        finally:
            # What the words took is given up at once: of a form that seldom comes they would be held for hours.
            for form in self._touched:
                form.restore()
            self._touched.clear()
        # The leftovers are young, all of them: to look at them alone costs a millisecond, and later they would lie
        # scattered among what stays, in memory that nobody can give back.
        gc.collect(1)
        return pdf

    def _drawn(self, document: PrintedDocument) -> bytes:
        try:
            return super().render(document)
        except (Unreachable, Rejected):
            raise
        except Exception:
            if self._at_hand is None:
                raise
            # Whatever it is that the engine does otherwise than we thought, it does not stand in a document's way.
            log.exception("pages that were kept could not be drawn")
            self._give_up(self._at_hand)
            return super().render(document)

    def _set(self, document: PrintedDocument) -> Document:
        source = self._write(document)
        markup = take_apart(source)
        if (made := self._reused(markup)) is not None:
            return made
        form = hash(markup.form)
        if form not in self._long:
            laid_out = self._first(source, markup, headed=False)
            if len(laid_out.pages) == 1:
                return laid_out
            _remember(self._long, markup)
        # Of several pages each says which document it belongs to.
        source = self._write(document, headed=True)
        markup = take_apart(source)
        laid_out = self._reused(markup) or self._first(source, markup, headed=True)
        if len(laid_out.pages) == 1:
            # It was the words of another document of this form that took more room.
            self._long.pop(form, None)
        return laid_out

    def _reused(self, markup: Markup) -> Document | None:
        """The document on pages at hand, if there are any for it."""
        kept = self._forms.get(markup.form)
        self._at_hand = markup.form if kept else None
        if kept is None or kept.moved >= MOVED:
            return None
        self._touched.append(kept)
        with suppress(Unlike):
            crowded = kept.set(markup)
            if crowded:
                kept.make_room(crowded)
            kept.moved = kept.moved + 1 if crowded else 0
            self.moved += bool(crowded)
            self.reused += 1
            self._forms.move_to_end(markup.form)
            return kept.document()
        return None

    def _first(self, source: str, markup: Markup, headed: bool) -> Document:
        """Lays a document out in full, step by step as the engine does, and keeps its pages for others of its form."""
        self.laid_out += 1
        html, counters, options = self._page(source), CounterStyle(), _options()
        context = Document._build_layout_context(
            html, self._fonts, counters, {}, options | {"stylesheets": [self._style]}
        )
        root = build_formatting_structure(
            html.etree_element,
            context.style_for,
            context.get_image_from_uri,
            html.base_url,
            context.target_collector,
            counters,
            context.footnotes,
        )
        slots = None
        if self._comes_again(markup):
            with suppress(Unlike):
                slots = slots_of(root, markup.words)
        pages = [Page(box) for box in layout_document(html, root, context)]
        without_second_head(pages[0]._page_box)
        document = Document(pages, DocumentMetadata(), html.url_fetcher, self._fonts, {}, options["output_intent"])
        _forget_layout(context)
        # Several pages without heads are a draft; and what has heads but one page shows none that could be set again.
        if slots is not None and (1 < len(pages) <= PAGES if headed else len(pages) == 1):
            trees = [root, *(page._page_box for page in pages)]
            self._styles.share(trees)
            form = Form(slots, root, html, context, document)
            self._lengths.share(box for tree in trees for box in in_order(tree))
            self._keep(markup, form)
        return document

    def _comes_again(self, markup: Markup) -> bool:
        """Whether a document of that form was drawn before."""
        form = hash(markup.form)
        known = form in self._seen
        _remember(self._seen, markup)
        return known and form not in self._given_up

    def _keep(self, markup: Markup, form: Form) -> None:
        self._at_hand = markup.form
        before = self._forms.pop(markup.form, None)
        self._forms[markup.form] = form
        if before is None and len(self._forms) > KEPT:
            _, before = self._forms.popitem(last=False)
        if before is not None:
            before.forget()

    def _give_up(self, form: tuple[str, ...]) -> None:
        self._given_up.add(hash(form))
        if (given_up := self._forms.pop(form, None)) is not None:
            given_up.forget()


def _remember(forms: OrderedDict[int, None], markup: Markup) -> None:
    form = hash(markup.form)
    forms[form] = None
    forms.move_to_end(form)
    if len(forms) > SEEN:
        forms.popitem(last=False)


def _forget_layout(context: LayoutContext) -> None:
    """Frees what only the layout itself needed: the pictures of the page hold on to its context."""
    context.style_for = context.target_collector = context.page_maker = None
    context.tables, context._excluded_shapes = {}, {}


def _options() -> dict[str, Any]:
    _, properties = VARIANTS[VARIANT]
    return {name: properties.get(name) if value is None else value for name, value in DEFAULT_OPTIONS.items()}
