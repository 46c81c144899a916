"""The law's clock in words and colours."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from portal.domain.clock import Calendar, ClockEventKind, LegalClock
from portal.domain.remedies import Remedy
from portal.domain.service import Occasion, Result, Silence, State, StateKind, UnitKind, text
from portal.presenting.deadlines import EXPLANATIONS, badge, explanation
from portal.presenting.next_panel import Panel, next_panel
from portal.presenting.period import Part
from portal.presenting.staff_panel import staff_panel

from .presenting_samples import COMPLETED, LANGUAGES, MONDAY, clock, on, service

DUE = date(2026, 5, 22)
RUNNING = StateKind.RUNNING


def days_before(days: int) -> date:
    return DUE - timedelta(days=days)


@pytest.mark.parametrize(
    ("left", "days", "kind"),
    [
        (12, 60, "on_time"),
        (8, 60, "on_time"),
        (7, 60, "soon"),
        (0, 60, "soon"),
        (-1, 60, "late"),
        (2, 2, "on_time"),
        (1, 2, "soon"),
    ],
)
def test_a_case_presses_in_its_last_week_or_on_its_last_day_if_the_period_is_short(
    left: int, days: int, kind: str
) -> None:
    assert badge(DUE, RUNNING, days_before(left), "fr", days).kind == kind


@pytest.mark.parametrize(
    ("left", "arabic", "french"),
    [
        (12, "بعد 12 يوما", "dans 12 jours"),
        (3, "بعد 3 أيام", "dans 3 jours"),
        (2, "بعد يومين", "dans 2 jours"),
        (1, "غدًا", "demain"),
        (0, "اليوم", "aujourd’hui"),
        (-1, "متأخر بيوم واحد", "en retard de 1 jour"),
        (-2, "متأخر بيومين", "en retard de 2 jours"),
        (-30, "متأخر بـ 30 يوما", "en retard de 30 jours"),
    ],
)
def test_a_badge_says_how_far_the_last_day_is(left: int, arabic: str, french: str) -> None:
    assert badge(DUE, RUNNING, days_before(left), "ar").label == arabic
    assert badge(DUE, RUNNING, days_before(left), "fr").label == french


def test_a_badge_gives_the_date_in_full_as_its_title() -> None:
    assert "vendredi 22 mai 2026" in badge(DUE, RUNNING, MONDAY, "fr").title


def test_what_waits_for_the_citizen_is_paused_and_what_is_over_is_done() -> None:
    assert badge(None, StateKind.SUSPENDED, MONDAY, "fr").kind == "paused"
    assert badge(DUE, StateKind.DEPOSITING, MONDAY, "fr").kind == "paused"
    assert badge(DUE, StateKind.DECIDED, MONDAY, "fr").kind == "done"


def test_the_applicant_is_told_that_it_is_she_who_is_awaited() -> None:
    said = [
        badge(None, StateKind.SUSPENDED, DUE, "fr", 60, act, hers=True).label
        for act in ("", "replacement", "originals")
    ]
    assert said == ["Votre réponse est attendue", "Une pièce est à remplacer", "Vos originaux sont attendus"]


def test_a_request_sent_after_the_last_day_hides_no_delay() -> None:
    assert badge(DUE, StateKind.SUSPENDED, days_before(-3), "fr").kind == "late"


def test_a_badge_is_worded_once_for_all_rows_that_share_it() -> None:
    assert badge(DUE, RUNNING, MONDAY, "ar") is badge(DUE, RUNNING, MONDAY, "ar")


def panel(of: LegalClock, today: date, language: str = "fr", **more: object) -> Panel:
    return next_panel(of, today, language, unit_kind=UnitKind.ANNEXE, **more)  # type: ignore[arg-type]


SUSPENDED = clock(COMPLETED, on(ClockEventKind.SUSPENDED, date(2026, 3, 12)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_running_case_is_told_its_last_day_and_its_remedy(language: str) -> None:
    shown = panel(clock(COMPLETED), date(2026, 3, 12), language)
    assert {"ar": "الاثنين 4 ماي 2026", "fr": "lundi 4 mai 2026"}[language] in shown.headline
    assert {"ar": "عامل الإقليم", "fr": "gouverneur"}[language] in shown.text
    assert shown.period is not None
    assert [(one.part, one.days) for one in shown.period.stretches] == [(Part.USED, 10), (Part.LEFT, 53)]


@pytest.mark.parametrize(
    ("today", "arabic", "french"),
    [
        (date(2026, 3, 12), "(بعد 53 يوما)", "(dans 53 jours)"),
        (date(2026, 5, 3), "(غدًا)", "(demain)"),
        (date(2026, 5, 4), "(اليوم)", "(aujourd’hui)"),
    ],
)
def test_the_last_day_is_also_said_as_a_distance(today: date, arabic: str, french: str) -> None:
    assert arabic in panel(clock(COMPLETED), today, "ar").headline
    assert french in panel(clock(COMPLETED), today, "fr").headline


def test_a_last_day_that_has_passed_says_since_when() -> None:
    assert "(il y a 3 jours)" in panel(clock(COMPLETED), date(2026, 5, 7)).lead
    assert "(hier)" in panel(clock(), date(2026, 4, 3)).headline


def test_a_paused_case_is_told_what_an_answer_today_would_bring() -> None:
    shown = panel(SUSPENDED, date(2026, 3, 18), action_url="/fr/cases/x/answer")
    assert "12 mars" in shown.lead
    assert shown.headline == "Il restera 51 jours dès votre réponse"
    due = SUSPENDED.due_if_answered(date(2026, 3, 18))
    assert due is not None
    assert f"{due.day} mai 2026" in shown.text
    assert shown.period is not None
    assert [(one.part, one.days) for one in shown.period.stretches] == [(Part.USED, 9), (Part.HELD, 7), (Part.LEFT, 54)]
    assert shown.action is not None
    assert shown.action.url == "/fr/cases/x/answer"


def test_a_pause_is_drawn_no_longer_than_the_period_itself() -> None:
    shown = panel(SUSPENDED, date(2027, 3, 18))
    assert shown.period is not None
    assert shown.period.days(Part.HELD) == 60
    assert shown.period.span == shown.period.due == sum(one.days for one in shown.period.stretches)


def test_an_incomplete_file_is_told_until_when_it_can_be_completed() -> None:
    shown = panel(clock(), date(2026, 3, 12))
    assert "jeudi 2 avril 2026" in shown.headline
    assert shown.period is None
    assert "jeudi 2 avril 2026" in panel(clock(), date(2026, 4, 3)).headline
    assert panel(clock(), date(2026, 4, 3)).headline != shown.headline


@pytest.mark.parametrize(
    ("kind", "official"), [(UnitKind.COMMUNE, "président du conseil"), (UnitKind.SOCIAL_CENTRE, "gouverneur")]
)
def test_a_late_case_is_told_to_whom_to_appeal(kind: UnitKind, official: str) -> None:
    shown = next_panel(clock(COMPLETED), date(2026, 5, 5), "fr", unit_kind=kind)
    assert "30 jours" in shown.text
    assert official in shown.text
    assert "article 21 de la loi n° 55-19" in shown.text


def test_silence_that_approves_is_said_to() -> None:
    assert "vaut accord" in panel(clock(COMPLETED), date(2026, 5, 5), silence=Silence.APPROVAL).text


def test_a_complaint_is_sent_to_the_ombudsman_not_to_an_appeal() -> None:
    shown = panel(clock(COMPLETED, law="2-17-265"), date(2026, 6, 5))
    assert "Médiateur" in shown.text
    assert "recours" not in shown.text


def test_a_decided_case_shows_its_outcome_and_a_refusal_its_remedy() -> None:
    decided = clock(COMPLETED, on(ClockEventKind.STOPPED, date(2026, 3, 10)))
    refused = panel(decided, date(2026, 4, 1), state=service().states["refused"])
    assert refused.headline == "Demande refusée"
    assert "10 mars 2026" in refused.lead
    assert "gouverneur" in refused.text
    withdrawn = State("w", StateKind.DECIDED, text("مسحوب", "Retiré"), Result.WITHDRAWN)
    assert "recours" not in panel(decided, date(2026, 4, 1), state=withdrawn).text
    # There is nothing to wait for any more, so no ruler of time is drawn.
    assert refused.period is None
    assert panel(clock(COMPLETED), date(2026, 3, 10)).period is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_of_the_clock_is_explained_with_its_article(language: str) -> None:
    clocks = (clock(), clock(COMPLETED, days=12), SUSPENDED, clock(COMPLETED, on(ClockEventKind.STOPPED, MONDAY)))
    for one in clocks:
        steps = explanation(one, language)
        assert len(steps) == len(one.explain())
        assert all("%(" not in step.text and step.article for step in steps)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("law", ["2-17-265", "31-13", "petition"])
def test_a_pause_under_another_law_is_explained_without_an_article(law: str, language: str) -> None:
    paused = clock(
        COMPLETED,
        on(ClockEventKind.SUSPENDED, date(2026, 3, 12)),
        on(ClockEventKind.RESUMED, date(2026, 3, 13)),
        days=20,
        law=law,
    )
    steps = dict(zip((step.key for step in paused.explain()), explanation(paused, language), strict=True))
    assert "half" not in steps
    assert not steps["suspended"].article + steps["resumed"].article
    assert steps["due"].article
    assert not any("55" in step.article for step in steps.values())


@pytest.mark.parametrize("law", ["2-17-265", "31-13", "petition"])
def test_the_counter_is_told_no_limit_that_the_law_does_not_set(law: str) -> None:
    assert staff_panel(clock(COMPLETED, days=20, law=law), date(2026, 3, 4), "fr").text == ""


def test_the_clock_gives_no_step_that_has_no_words() -> None:
    moved = clock(
        COMPLETED,
        on(ClockEventKind.SUSPENDED, date(2026, 3, 12)),
        on(ClockEventKind.RESUMED, date(2026, 3, 20)),
        on(ClockEventKind.STOPPED, date(2026, 3, 25)),
        days=20,
    )
    assert {step.key for one in (clock(), SUSPENDED, moved) for step in one.explain()} <= set(EXPLANATIONS)


def test_the_number_of_a_law_is_isolated_in_arabic() -> None:
    assert "\u206655.19\u2069" in explanation(clock(COMPLETED), "ar")[0].article


def test_the_counter_is_told_until_when_it_may_ask() -> None:
    answered = clock(
        COMPLETED, on(ClockEventKind.SUSPENDED, date(2026, 3, 12)), on(ClockEventKind.RESUMED, date(2026, 3, 13))
    )
    assert "1er avril 2026" in staff_panel(clock(COMPLETED), date(2026, 4, 1), "fr").text
    assert "première moitié" in staff_panel(clock(COMPLETED), date(2026, 4, 2), "fr").text
    assert "déjà été demandées" in staff_panel(answered, date(2026, 3, 14), "fr").text


def test_a_late_file_is_told_to_the_counter_by_what_the_applicant_can_file() -> None:
    late, today = clock(COMPLETED), date(2026, 5, 6)
    complaint = replace(service(), title=text("شكاية", "Plainte"))
    known = (Occasion.SILENCE, date(2026, 5, 5))
    remedy = Remedy(complaint, *known, date(2026, 6, 1), Calendar(frozenset()), "31-13")
    over = Remedy(complaint, *known, date(2026, 5, 5), Calendar(frozenset()), "31-13")
    assert "Plainte" in staff_panel(late, today, "fr", remedies=[remedy]).text
    assert "Plainte" not in staff_panel(late, today, "fr", remedies=[over]).text
    granted = staff_panel(late, today, "fr", silence=Silence.APPROVAL, remedies=[remedy]).text
    assert "Plainte" not in granted
    assert granted not in ("", staff_panel(late, today, "fr").text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_counter_is_not_addressed_as_the_applicant(language: str) -> None:
    decided = clock(COMPLETED, on(ClockEventKind.STOPPED, date(2026, 3, 10)))
    for one, today in ((clock(), MONDAY), (clock(COMPLETED), DUE), (SUSPENDED, DUE), (decided, DUE)):
        shown = staff_panel(one, today, language, state=service().states["refused"])
        told = f" {shown.lead} {shown.headline} {shown.text}"
        assert shown.headline
        assert " votre " not in told
        assert " vous " not in told
        assert "جوابك" not in told


def test_a_late_case_tells_the_counter_how_late() -> None:
    assert staff_panel(clock(COMPLETED), date(2026, 5, 6), "fr").headline == "en retard de 2 jours"
