"""Keeps what was searched for in vain, so that whoever writes a service learns the words people use for it."""

import structlog
from sqlalchemy.exc import SQLAlchemyError

from portal.actions.deps import Deps
from portal.catalogue.spelling import without_numbers
from portal.i18n import office_date
from portal.store import searches

log = structlog.get_logger("portal.searches")


def note_missed(deps: Deps, asked: str, language: str) -> None:
    """Counts the telling words of a search in vain; never fails, since the page matters more."""
    words = " ".join(without_numbers(asked))
    if not words:
        return
    try:
        with deps.unit_of_work() as work:
            searches.note(work.connection, words, language, office_date(work.now))
    except SQLAlchemyError as error:
        log.warning("search_not_kept", error=type(error).__name__)
