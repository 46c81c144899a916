"""Files sent with a page: each is taken in by itself, so that one that cannot be accepted loses none of the others."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from portal.actions import uploads
from portal.http.pages import Page
from portal.presenting.errors import explain_error

T = TypeVar("T")


def take_files(page: Page, asked: Mapping[str, T], take: Callable[[T, uploads.Upload], object]) -> dict[str, str]:
    """Takes in the chosen files, what each is for found by its control; what is wrong with them, by control.

    Not to be called inside a transaction: files are large.
    """
    errors: dict[str, str] = {}
    for sent in page.form.files:
        wanted = asked.get(sent.control)
        if wanted is None:
            continue
        try:
            take(wanted, uploads.Upload(sent.name, sent.content))
        except uploads.BadFile as bad:
            errors[sent.control] = explain_error(bad, page.language).text
    return errors
