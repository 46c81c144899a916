"""The documents of a case that stand no longer, as the counter is told of them: what was handed out, and what stands instead."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.actions.perform import OpenCase
from portal.domain import policies
from portal.domain.case import Actor
from portal.http import urls
from portal.http.pages import Page
from portal.i18n import N_, office_date, plain_date
from portal.presenting.isolation import isolated
from portal.presenting.printed import document_title
from portal.store import documents
from portal.store.documents import Issued
from portal.store.unit_of_work import Work
from portal.web import casework


def outgrown(work: Work, opened: OpenCase, actor: Actor) -> list[Issued]:
    """Those that somebody may know of, oldest first."""
    held = documents.of_case(work.connection, work.vault, opened.dossier.case.id)
    return casework.shown_to(actor, opened, [one for one in held if one.revoked_at is not None])


def openable(work: Work, opened: OpenCase, actor: Actor) -> list[Issued]:
    """Those that somebody may open too: what lies in wrong hands is looked at by whoever could have revoked it."""
    return outgrown(work, opened, actor) if policies.can_revoke(actor, opened.dossier.case) else []


def told(page: Page, gone: Sequence[Issued], issued: Sequence[Issued]) -> Mapping[str, str]:
    """Of each, by its number: since when it stands no longer, and which stands in its place."""
    numbers = {one.id: one.number for one in (*issued, *gone)}
    return {one.number: _told(page, one, numbers.get(one.replaced_by or "", "")) for one in gone}


def _told(page: Page, one: Issued, instead: str) -> str:
    day = plain_date(office_date(one.revoked_at), page.language) if one.revoked_at is not None else ""
    if not instead:
        return page.say(N_("Revoked on %(date)s"), date=day)
    number = isolated(instead, page.language)
    return page.say(N_("Revoked on %(date)s, replaced by %(number)s"), date=day, number=number)


def listed(
    page: Page, opened: OpenCase, actor: Actor, gone: Sequence[Issued], said: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Each as a line of the case's documents; with its address for whoever may open it."""
    reference, openly = opened.dossier.case.reference, policies.can_revoke(actor, opened.dossier.case)
    return [
        {
            "title": document_title(opened.definition, one.document)[page.language],
            "number": one.number,
            "url": urls.counter_document(page.language, reference, one.number) if openly else None,
            "told": said[one.number],
        }
        for one in gone
    ]
