"""A renderer for tests of what happens to a document once it is drawn."""

# mypy: disable-error-code="no-untyped-call"

from io import BytesIO

from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

from portal.ports_of_documents import PrintedDocument, Renderer


class OnePage(Renderer):
    """Draws an empty page whatever it is asked for, and quickly."""

    def render(self, document: PrintedDocument) -> bytes:
        page = BytesIO()
        writer = PdfFileWriter()
        writer.insert_page(PageObject(writer.add_object(StreamObject(stream_data=b"")), (0, 0, 595, 842)))
        writer.write(page)
        return page.getvalue()
