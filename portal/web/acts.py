"""The acts of law in the pages: what the law allows until when and what it forbids, what they ask, what came of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from portal.actions.perform import OpenCase, brought_to, is_about_documents
from portal.domain.acts import RULES, Act
from portal.domain.case import Actor
from portal.domain.clock import LegalClock
from portal.domain.errors import Unlawful
from portal.domain.events import (
    CaseReopened,
    DeadlineNear,
    Event,
    InformationRequested,
    OriginalsRequested,
    RemedyDecided,
    ReplacementRequested,
    SilenceRecorded,
    TimerFired,
)
from portal.domain.lawful import DAYS, DOCUMENTS, forbids, legal_act
from portal.domain.service import ActionRule, Field, Result, Role, Silence, StateKind
from portal.domain.workflow import reopening_ends
from portal.fields.base import Surroundings
from portal.http.pages import Page
from portal.i18n import N_, comma, long_date, translate
from portal.presenting.errors import explain_error
from portal.presenting.period import days_in_words
from portal.presenting.said import all_said
from portal.presenting.staff_panel import ALERTED
from portal.presenting.told_of_time import warning_words
from portal.store import files

TURN_OF = N_("The next step is taken by: %(roles)s.")
STEP_OVER = N_("The time set for this step has passed")
REMEDY_GRANTED = N_("What was filed against this decision was accepted: see what it asks of the office")
ACT_OWED = N_("Silence granted this request: the act is owed to the applicant")
Request = InformationRequested | ReplacementRequested | OriginalsRequested


def settled(page: Page, rule: ActionRule, opened: OpenCase, asked: Sequence[Field]) -> tuple[Field, ...]:
    """The questions of an action, where it finds fault with documents about none but those that were brought."""
    if not is_about_documents(opened, rule):
        return tuple(asked)
    with page.reading() as work:
        brought = brought_to(work, opened)
    return tuple(
        replace(field, options=tuple(one for one in field.options if one.value in brought))
        if field.id == DOCUMENTS
        else field
        for field in asked
    )


def to_be_done(rule: ActionRule, opened: OpenCase, brought: Sequence[files.StoredFile]) -> bool:
    """Whether there is anything that an action could be about: without a document nobody can doubt one."""
    known = {one.id for one in opened.definition.documents}
    return not is_about_documents(opened, rule) or any(one.stands and one.document in known for one in brought)


@dataclass(frozen=True)
class Forbidden:
    """An action that the law does not allow now: why, with the article."""

    label: str
    why: str


def ruled_out(opened: OpenCase, rule: ActionRule, today: date) -> Unlawful | None:
    """What the law says against an action, whatever might be said in it."""
    return forbids(opened.definition, opened.dossier.case, rule, opened.clock, today)


def forbidden_words(rule: ActionRule, unlawful: Unlawful, language: str) -> Forbidden:
    """An action beside what the law says against it."""
    return Forbidden(rule.label[language], explain_error(unlawful, language).text)


def until_words(opened: OpenCase, rule: ActionRule, today: date, language: str) -> str:
    """Until when the law lets an action be done, and whether it can be done again; nothing where it sets no day."""
    reopens = reopening_ends(opened.definition, opened.dossier.case, rule, opened.clock)
    if reopens is not None:
        return _until(N_("Possible until %(date)s"), reopens, language)
    act = legal_act(opened.definition, opened.dossier.case.state, rule)
    allowance = opened.clock.allowance(act, today) if act is not None else None
    if act is None or allowance is None or allowance.until is None:
        return ""
    once = RULES[act].once and (act is Act.EXTENSION or opened.clock.asks_once)
    return _until(
        N_("Possible once, until %(date)s") if once else N_("Possible until %(date)s"), allowance.until, language
    )


def _until(message: str, day: date, language: str) -> str:
    return translate(language, message, {"date": long_date(day, language)})


def extended_words(opened: OpenCase, typed: Mapping[str, str], language: str) -> str:
    """The last day that an extension would give: by the days that were typed, or by the most there can be."""
    clock, most = opened.clock, opened.clock.extends
    written = typed.get(DAYS, "").strip()
    days = int(written) if written.isascii() and written.isdigit() and len(written) < 5 else most
    due_on = _extended(clock, days) if 1 <= days <= most else _extended(clock, most)
    if due_on is None:
        return ""
    said = days_in_words(days if 1 <= days <= most else most, clock.law, language)
    told = N_("With %(days)s more, the last day to answer would be %(date)s.")
    return translate(language, told, {"days": said, "date": long_date(due_on, language)})


def _extended(clock: LegalClock, days: int) -> date | None:
    return replace(clock, extension=clock.extension + days).due_on


def waits_for(opened: OpenCase) -> Request | None:
    """What the applicant is being asked for, while the period stands still."""
    if opened.dossier.case.kind is not StateKind.SUSPENDED:
        return None
    for event in reversed(opened.events):
        if isinstance(event, CaseReopened):
            return None
        if isinstance(event, InformationRequested | ReplacementRequested | OriginalsRequested):
            return event
    return None


def reasons_of(opened: OpenCase, request: Request, language: str, around: Surroundings) -> str:
    """What whoever asked wrote to the applicant."""
    rule = opened.definition.rule(request.action, request.source)
    asked = rule.asks if rule is not None else ()
    said = dict(request.inputs)
    if not isinstance(request, InformationRequested):
        # Beside the reasons an agent may have noted something for the office.
        said = {name: value for name, value in said.items() if name == "reasons"}
    return "\n\n".join(all_said(asked, said, language, around))


@dataclass(frozen=True)
class Originals:
    """The originals that the applicant is to show, where, and why."""

    titles: tuple[str, ...]
    reasons: str
    office: str
    address: str
    counters_url: str


def originals_of(page: Page, opened: OpenCase, around: Surroundings) -> Originals | None:
    """What is to be shown at which counter; None unless originals are awaited."""
    request = waits_for(opened)
    if not isinstance(request, OriginalsRequested):
        return None
    unit = page.deps.registry.territory.unit(opened.dossier.case.unit)
    return Originals(
        titles=titles_of(opened, request.documents, page.language),
        reasons=reasons_of(opened, request, page.language, around),
        office=unit.name[page.language],
        address=unit.address[page.language] if unit.address is not None else "",
        counters_url=f"/{page.language}/counters",
    )


def titles_of(opened: OpenCase, documents: Sequence[str], language: str) -> tuple[str, ...]:
    """What documents are called."""
    found = (opened.definition.document(one) for one in documents)
    return tuple(one.title[language] for one in found if one is not None)


def awaited_until(opened: OpenCase, language: str) -> str:
    """Until when the applicant may bring what is awaited of her; nothing where no day is set."""
    until = opened.clock.citizen_due_on
    return _until(N_("Until %(date)s at the latest"), until, language) if until is not None else ""


def alert_reason(opened: OpenCase, language: str) -> str:
    """Why a case alerts somebody: the point of its period that was reached last, or a step that takes long."""
    outcome = opened.dossier.case.outcome
    last = next((event for event in reversed(opened.events) if _alerts(event, outcome)), None)
    if isinstance(last, DeadlineNear):
        return warning_words(last.warning, language)
    if isinstance(last, SilenceRecorded):
        return translate(language, ACT_OWED)
    return translate(language, REMEDY_GRANTED if isinstance(last, RemedyDecided) else STEP_OVER)


def _alerts(event: Event, outcome: Result | None) -> bool:
    if isinstance(event, RemedyDecided):
        return event.outcome == Result.GRANTED
    if isinstance(event, SilenceRecorded):
        return event.meaning == Silence.APPROVAL and outcome is Result.GRANTED
    return isinstance(event, DeadlineNear | TimerFired) and bool(event.warned)


def whose_turn(opened: OpenCase, actor: Actor, language: str) -> str:
    """Who of the office takes the next step, for a colleague who can only look on; nothing where she can act herself."""
    if not opened.dossier.case.open or opened.clock.flaw or opened.actions_for(actor):
        return ""
    state = opened.dossier.case.state
    rules = [rule for rule in opened.definition.actions if state in rule.sources]
    roles = [role for role in (Role.CLERK, Role.AGENT, Role.CHIEF) if any(role in rule.by for rule in rules)]
    if not roles:
        return ""
    named = comma(language).join(translate(language, ALERTED[role.value]) for role in roles)
    return translate(language, TURN_OF, {"roles": named})


def standing(attached: Sequence[files.StoredFile]) -> list[files.StoredFile]:
    """The files that nobody has set aside: what is shown as what was brought."""
    return [file for file in attached if file.stands]


def for_case(page: Page, opened: OpenCase, around: Surroundings) -> dict[str, Any]:
    """What both views of a case say of what is awaited."""
    request = waits_for(opened)
    reasons = reasons_of(opened, request, page.language, around) if request is not None else ""
    return {
        "question": "" if isinstance(request, OriginalsRequested) else reasons,
        "originals": originals_of(page, opened, around),
        "until": awaited_until(opened, page.language),
        "replacing": isinstance(request, ReplacementRequested),
    }
