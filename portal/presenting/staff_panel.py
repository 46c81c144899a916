"""What comes next in a case, and by when, as the counter reads it: the applicant is spoken of, not to."""

from collections.abc import Iterable
from datetime import date

from portal.domain.acts import Act
from portal.domain.clock import ClockState, LegalClock
from portal.domain.remedies import Remedy
from portal.domain.service import Role, Silence, State
from portal.i18n import N_, comma, plain_date, translate, translate_count
from portal.presenting.deadlines import by_date, distance
from portal.presenting.isolation import quoted
from portal.presenting.next_panel import Panel
from portal.presenting.period import period_of

ALERTED = {
    Role.CLERK.value: N_("counter clerk"),
    Role.AGENT.value: N_("agent"),
    Role.CHIEF.value: N_("chief"),
    Role.COMMITTEE.value: N_("member of the committee"),
    Role.SECRETARY_GENERAL.value: N_("secretary-general"),
}
"""Whom a timer can warn, as staff call them."""


def staff_panel(
    clock: LegalClock,
    today: date,
    language: str,
    *,
    state: State | None = None,
    explain_url: str | None = "#explain",
    silence: Silence = Silence.APPEAL,
    remedies: Iterable[Remedy] = (),
) -> Panel:
    """What an agent is told of a case; ``state`` words a decision, ``remedies`` are what the applicant can turn to."""
    match clock.state(today):
        case ClockState.NOT_STARTED:
            lead, headline, text = _incomplete(clock, today, language)
        case ClockState.SUSPENDED:
            lead, headline, text = _suspended(clock, today, language)
        case ClockState.RUNNING | ClockState.EXTENDED:
            lead = translate(language, N_("The file is complete: the period is running"))
            headline = by_date(language, N_("Answer due by %(date)s at the latest"), clock.due_on)
            text = _asking(clock, today, language)
        case ClockState.EXPIRED:
            lead = by_date(language, N_("The last day to answer was %(date)s"), clock.due_on)
            headline = distance((clock.due_on - today).days if clock.due_on else 0, language)
            text = _overdue(silence, remedies, today, language)
        case ClockState.STOPPED:
            lead = by_date(language, N_("The file was closed on %(date)s"), clock.decided_on)
            headline = state.label[language] if state is not None else translate(language, N_("The file is closed"))
            text = ""
    # Once it is decided nothing is left to count.
    stopped = clock.state(today) is ClockState.STOPPED
    return Panel(lead, headline, text, None if stopped else period_of(clock, today, language), explain_url)


def _overdue(silence: Silence, remedies: Iterable[Remedy], today: date, language: str) -> str:
    """What the silence means for the applicant, by what is open to her: an appeal, a complaint, the act itself."""
    if silence is Silence.APPROVAL:
        return translate(language, N_("The request is deemed accepted: the applicant can ask for the document."))
    titles = [quoted(one.service.title[language]) for one in remedies if one.open(today)]
    if not titles:
        return translate(language, N_("Answer without delay."))
    told = N_("What the applicant can file now: %(services)s. Answer without delay.")
    return translate(language, told, {"services": comma(language).join(titles)})


def _incomplete(clock: LegalClock, today: date, language: str) -> tuple[str, str, str]:
    until = clock.deposit_due_on
    late = until is not None and today > until
    told = N_("The file can now be returned.") if late else N_("The period starts when the file is complete.")
    return (
        translate(language, N_("Waiting for documents")),
        by_date(language, N_("Documents to be brought by %(date)s at the latest"), until),
        translate(language, told),
    )


def _suspended(clock: LegalClock, today: date, language: str) -> tuple[str, str, str]:
    since = clock.suspended_since
    lead = translate(
        language,
        N_("The period has been paused since %(date)s"),
        {"date": plain_date(since, language) if since is not None else ""},
    )
    headline = translate_count(
        language,
        "%(count)s day will be left after the answer",
        "%(count)s days will be left after the answer",
        clock.remaining(today),
    )
    if clock.answer_due_on is not None and today > clock.answer_due_on:
        return lead, headline, translate(language, N_("The file can now be returned."))
    due = clock.due_if_answered(today)
    return lead, headline, by_date(language, N_("If the answer came today, the last day would be %(date)s."), due)


def _asking(clock: LegalClock, today: date, language: str) -> str:
    """Whether further information may still be asked for, where the law limits it (law 55-19, art. 14)."""
    if not clock.asks_once:
        return ""
    if any(span.act is Act.INFORMATION for span in clock.suspensions):
        return translate(language, N_("Further information has been asked for and cannot be asked for again."))
    if not clock.in_first_half(today):
        told = N_("Further information can no longer be asked for: the first half of the period is over.")
        return translate(language, told)
    return by_date(language, N_("Further information can be asked for once, until %(date)s."), clock.half_ends_on)
