"""Adds revisions to PDFs with pyHanko, and nothing else along with them."""

from collections.abc import Coroutine
from typing import Any, TypeVar

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

_T = TypeVar("_T")


class Revision(IncrementalPdfFileWriter):
    """One more revision, which leaves the metadata as it is.

    The library would write both kinds anew each time: that costs more than the signature, and a change of metadata behind a
    signature is one that we ourselves call a change of the document.
    """

    IO_CHUNK_SIZE = 256 * 1024

    def _update_meta(self) -> None:
        return


def done(coroutine: Coroutine[Any, Any, _T]) -> _T:
    """The result of a coroutine that waits for nothing: it needs no event loop, and may run beside one."""
    try:
        coroutine.send(None)
    except StopIteration as ended:
        result: _T = ended.value
        return result
    coroutine.close()
    raise RuntimeError("What was to be done at once is waiting for something")
