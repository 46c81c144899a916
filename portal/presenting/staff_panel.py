"""What comes next in a case, and by when, as the counter reads it: the applicant is spoken of, not to."""

from datetime import date

from portal.domain.acts import Act
from portal.domain.clock import ClockState, LegalClock
from portal.domain.service import Role, State
from portal.i18n import N_, plain_date, translate, translate_count
from portal.presenting.deadlines import by_date, distance
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
) -> Panel:
    """What an agent is told of a case; ``state`` words a decision."""
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
            text = translate(language, N_("The applicant can appeal. Answer without delay."))
        case ClockState.STOPPED:
            lead = by_date(language, N_("The file was closed on %(date)s"), clock.decided_on)
            headline = state.label[language] if state is not None else translate(language, N_("The file is closed"))
            text = ""
    return Panel(lead, headline, text, period_of(clock, today, language), explain_url)


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
