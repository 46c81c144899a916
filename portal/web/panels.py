"""The panel on top of a citizen's own case: what comes next, by when, and what she can do today."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from portal.actions.clockwork import promised_at
from portal.actions.perform import OpenCase
from portal.actions.remedies import filed_already, remedies_of
from portal.domain import timers
from portal.domain.acts import Act
from portal.domain.remedies import Remedy
from portal.http.pages import Page
from portal.i18n import office_date
from portal.presenting.appeals import own_appeals
from portal.presenting.next_panel import Doing, Panel, extension_reason, next_panel, options_of

TO_DO, ORIGINALS = "#to-do", "#originals"
"""Where on the page of a case the applicant does what it waits for."""


def open_to_her(page: Page, opened: OpenCase) -> list[Remedy]:
    """What the applicant could turn to as the case stands, and has not turned to; also those whose time is over."""
    return [one for one in remedies_of(page.deps, opened) if filed_already(opened, one) is None]


def panel_of(
    page: Page,
    opened: OpenCase,
    *,
    to_do: Sequence[Mapping[str, Any]] = (),
    explain_url: str | None = None,
    action_url: str | None = None,
    readable: bool = True,
    remedies_url: str = "",
) -> Panel:
    """The panel of a case; ``to_do`` is what she may do, each as ``label``, ``url`` and whether it is ``urgent``.

    ``remedies_url`` is what her remedies are filed below, where she may file them.

    To whoever may see how the case stands, but not read it, it says nothing that anybody wrote and offers nothing.
    """
    language, definition, found = page.language, opened.definition, opened.dossier.case
    today = office_date(page.deps.clock.now())
    after = remedies_of(page.deps, opened)
    left = [one for one in after if filed_already(opened, one) is None]
    return next_panel(
        opened.clock,
        today,
        language,
        unit_kind=page.deps.registry.territory.unit(found.unit).kind,
        silence=definition.deadline.silence,
        state=opened.state,
        explain_url=explain_url,
        action_url=action_url,
        appeals=own_appeals(definition, language, page.deps.registry.territory.unit(found.unit).kind),
        reason=extension_reason(definition, opened.events, language) if readable else "",
        remedies=left,
        turned=len(left) < len(after),
        promised_at=promised_at(page.deps.registry, definition, found.unit, opened.clock, opened.lines),
        options=options_of(
            opened.clock,
            today,
            language,
            [Doing(one["label"], one["url"]) for one in to_do if not one["urgent"]],
            awaited_url=_awaited_at(opened, to_do),
            answer_by=answer_by(opened),
            remedies=left,
            remedies_url=remedies_url,
        )
        if readable
        else (),
    )


def _awaited_at(opened: OpenCase, to_do: Sequence[Mapping[str, Any]]) -> str | None:
    waiting = opened.clock.suspension
    if waiting is not None and waiting.act is Act.ORIGINALS:
        return ORIGINALS
    return TO_DO if any(one["urgent"] for one in to_do) else None


def answer_by(opened: OpenCase) -> date | None:
    """The last day to answer that the service itself sets, where the law sets none: after it, time closes the file."""
    since = opened.clock.suspended_since
    return timers.ends_on(opened.state, since, opened.clock.calendar, opened.clock.law) if since is not None else None
