"""What the applicant is told of her case in every state of the law's clock, in both languages, and its drawing."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.domain.acts import Act
from portal.domain.clock import Calendar, ClockEvent, ClockEventKind, ClockState, LegalClock
from portal.domain.events import PeriodExtended
from portal.domain.remedies import Remedy
from portal.domain.service import Extension, Occasion, Silence, UnitKind, text
from portal.i18n import translate
from portal.presenting.clock_told import sections
from portal.presenting.deadlines import EXPLANATIONS, explanation
from portal.presenting.next_panel import Doing, Panel, extension_reason, next_panel, options_of
from portal.presenting.period import Part, period_of
from portal.presenting.staff_panel import staff_panel
from portal.presenting.templates import environment

from .presenting_samples import COMPLETED, LANGUAGES, MONDAY, clock, on, service

ASKED_ON = date(2026, 3, 12)
ENGLISH = re.compile(r"\b(the|your|you|days?|until|paused|left)\b", re.IGNORECASE)
KIND = ClockEventKind


def asked(act: Act) -> ClockEvent:
    return ClockEvent(KIND.SUSPENDED, ASKED_ON, act=act)


EXTENDED = ClockEvent(KIND.EXTENDED, ASKED_ON, days=20)
SILENT = on(KIND.SILENT, date(2026, 5, 5))
CLOCKS = {
    "incomplete": (clock(), ASKED_ON, ClockState.NOT_STARTED),
    "incomplete too long": (clock(), date(2026, 4, 3), ClockState.NOT_STARTED),
    "running": (clock(COMPLETED), ASKED_ON, ClockState.RUNNING),
    "information": (clock(COMPLETED, asked(Act.INFORMATION)), date(2026, 3, 18), ClockState.SUSPENDED),
    "replacement": (clock(COMPLETED, asked(Act.REPLACEMENT)), date(2026, 3, 18), ClockState.SUSPENDED),
    "not replaced": (clock(COMPLETED, asked(Act.REPLACEMENT)), date(2026, 4, 20), ClockState.SUSPENDED),
    "originals": (clock(COMPLETED, asked(Act.ORIGINALS)), date(2026, 3, 18), ClockState.SUSPENDED),
    "extended": (clock(COMPLETED, EXTENDED), date(2026, 3, 18), ClockState.EXTENDED),
    "expired": (clock(COMPLETED), date(2026, 5, 7), ClockState.EXPIRED),
    "silent": (clock(COMPLETED, SILENT), date(2026, 5, 7), ClockState.EXPIRED),
    "decided": (clock(COMPLETED, on(KIND.STOPPED, date(2026, 3, 20))), date(2026, 4, 1), ClockState.STOPPED),
    "reopened": (
        clock(COMPLETED, on(KIND.STOPPED, date(2026, 3, 20)), on(KIND.REOPENED, date(2026, 3, 25))),
        date(2026, 4, 1),
        ClockState.RUNNING,
    ),
}


def told(name: str, language: str, **more: object) -> Panel:
    one, today, state = CLOCKS[name]
    assert one.state(today) is state
    return next_panel(one, today, language, unit_kind=UnitKind.ANNEXE, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("silence", Silence)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CLOCKS)
def test_every_state_of_the_clock_has_its_words(name: str, language: str, silence: Silence) -> None:
    shown = told(name, language, silence=silence)
    legend = [key.text for key in shown.period.keys] if shown.period is not None else []
    said = " ".join([shown.lead, shown.headline, shown.text, *legend])
    assert shown.lead
    assert shown.headline
    assert "%(" not in said
    assert not ENGLISH.search(said), said
    letters = re.compile("[\u0621-\u064a]" if language == "ar" else "[a-zà-ÿ]")
    assert letters.search(shown.lead)
    assert letters.search(shown.headline)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_of_every_clock_is_explained(language: str) -> None:
    found = set()
    for one, _, _ in (
        *CLOCKS.values(),
        (clock(COMPLETED, asked(Act.REPLACEMENT), on(KIND.RESUMED, ASKED_ON)), ASKED_ON, 0),
    ):
        steps = explanation(one, language)
        found |= {step.key for step in one.explain()}
        assert not [step for step in steps if "%(" in step.text or ENGLISH.search(step.text) or not step.article]
    assert {"replacing", "doubted", "answer_due", "silent", "extended", "reopened", "open_suspension"} <= found
    assert found <= set(EXPLANATIONS)


def test_the_day_of_the_answer_stands_in_the_headline_with_its_weekday() -> None:
    assert told("running", "fr").headline.startswith("Une réponse vous est due au plus tard le lundi 4 mai 2026")
    assert "الاثنين 4 ماي 2026" in told("running", "ar").headline


def test_late_is_said_in_days() -> None:
    assert told("expired", "fr").headline == "La réponse qui vous est due est en retard de 3 jours"
    assert "متأخر بـ 3 أيام" in told("expired", "ar").headline
    assert "0" not in told("expired", "fr").headline


def test_a_replacement_has_her_thirtieth_day_and_its_article() -> None:
    shown = told("replacement", "fr")
    assert "lundi 13 avril 2026" in shown.headline
    assert "article 10 de la loi n° 55-19" in shown.text
    assert "a pris fin le lundi 13 avril 2026" in told("not replaced", "fr").headline


def test_originals_are_to_be_shown_at_the_counter() -> None:
    assert "originaux" in told("originals", "fr").headline
    assert "guichet" in told("originals", "fr").headline


def test_an_extension_says_its_reason_and_its_new_day() -> None:
    shown = told("extended", "fr", reason="expertise du bâtiment")
    assert shown.lead == "Le délai pour vous répondre a été prolongé de 20 jours\u00a0: expertise du bâtiment"
    # 80 days after 2 March are 21 May, and 22 May is the day after.
    assert "vendredi 22 mai 2026" in shown.headline


def test_the_reason_is_the_services_and_the_offices_own_words() -> None:
    plain = service()
    listed = replace(plain.deadline, extension=Extension(30, text("خبرة.", "Expertise.")))
    extended = PeriodExtended("extend", "lodged", "lodged", 20, {"reasons": "mur mitoyen\nfissuré."})
    of_service = replace(plain, deadline=listed)
    assert extension_reason(of_service, [extended], "fr") == "Expertise – \u2068mur mitoyen fissuré\u2069"
    assert extension_reason(plain, [extended], "fr") == "\u2068mur mitoyen fissuré\u2069"
    assert extension_reason(of_service, [], "fr") == ""


def test_silence_is_acceptance_or_an_appeal() -> None:
    accepted = told("silent", "fr", silence=Silence.APPROVAL)
    assert accepted.headline == "Votre demande est réputée acceptée"
    assert "article 19" in accepted.text
    assert "recours" in told("silent", "fr").text


def remedy(until: date | None) -> Remedy:
    appeal = replace(service(), title=text("الطعن", "Recours"))
    return Remedy(appeal, Occasion.SILENCE, date(2026, 5, 5), until, Calendar(frozenset()), "55-19")


def test_an_appeal_out_of_time_is_said_to_be() -> None:
    late = told("silent", "fr", remedies=[remedy(date(2026, 5, 6))])
    assert late.text == "Le délai de recours a pris fin le mercredi 6 mai 2026 (hier)."
    assert "30 jours" in told("silent", "fr", remedies=[remedy(date(2026, 6, 5)), remedy(None)]).text
    assert "30 jours" not in told("silent", "fr", turned=True).text


def test_what_she_can_do_today_comes_with_its_last_day() -> None:
    one, today, _ = CLOCKS["replacement"]
    replacing, withdraw = options_of(one, today, "fr", [Doing("Retirer", "/x")], awaited_url="#to-do")
    assert (replacing.label, replacing.url) == ("Apporter les pièces à remplacer", "#to-do")
    assert replacing.until == "jusqu’au lundi 13 avril 2026 (dans 26 jours)"
    assert (withdraw.label, withdraw.until, withdraw.url) == ("Retirer", "", "/x")
    one, today, _ = CLOCKS["information"]
    (answer,) = options_of(one, today, "fr", [], answer_by=date(2026, 4, 10))
    assert "10 avril 2026" in answer.until
    one, today, _ = CLOCKS["silent"]
    (appeal,) = options_of(one, today, "fr", [], remedies=[remedy(date(2026, 6, 5)), remedy(date(2026, 5, 6))])
    assert (appeal.label, "5 juin 2026" in appeal.until) == ("Recours", True)


@pytest.mark.parametrize("name", ["incomplete too long", "not replaced", "running", "decided"])
def test_nothing_is_offered_that_is_over_or_awaits_nobody(name: str) -> None:
    one, today, _ = CLOCKS[name]
    assert options_of(one, today, "fr", []) == ()


def parts(of: LegalClock, today: date) -> list[tuple[Part, int]]:
    drawn = period_of(of, today, "fr")
    assert drawn is not None
    places = [one.start for one in drawn.stretches]
    assert places == [sum(one.days for one in drawn.stretches[:number]) for number in range(len(places))]
    return [(one.part, one.days) for one in drawn.stretches]


def test_the_stretches_follow_each_other_as_the_days_did() -> None:
    answered = clock(COMPLETED, on(KIND.SUSPENDED, ASKED_ON), on(KIND.RESUMED, date(2026, 3, 18)), days=20)
    # 2 March is day 0; held on 12 to 18 March; twenty days have counted on 29 March, and the 30th is a Monday.
    assert answered.due_on == date(2026, 3, 30)
    assert parts(answered, date(2026, 3, 20)) == [(Part.USED, 9), (Part.HELD, 7), (Part.USED, 2), (Part.LEFT, 10)]


def test_the_days_of_an_extension_and_those_too_late_stand_apart() -> None:
    extended = clock(COMPLETED, EXTENDED)
    assert parts(extended, date(2026, 3, 18))[1:] == [(Part.LEFT, 47), (Part.EXTRA, 18)]
    assert parts(clock(COMPLETED), date(2026, 5, 7)) == [(Part.USED, 63), (Part.LATE, 3)]
    long_ago = period_of(clock(COMPLETED), date(2028, 5, 7), "fr")
    assert long_ago is not None
    assert long_ago.days(Part.LATE) == 60


def test_the_marks_stand_where_the_half_and_the_period_end() -> None:
    drawn = period_of(clock(COMPLETED), ASKED_ON, "fr")
    assert drawn is not None
    assert (drawn.half, drawn.due, drawn.span) == (30, 63, 63)
    held = period_of(clock(COMPLETED, asked(Act.INFORMATION)), date(2026, 3, 18), "fr")
    assert held is not None
    # The half cannot be told while the period stands still in it.
    assert held.half is None
    other = period_of(clock(COMPLETED, law="2-17-265"), ASKED_ON, "fr")
    assert other is not None
    assert other.half is None
    assert not [key for key in other.keys if key.part == "half"]


def test_the_legend_says_all_that_the_drawing_shows() -> None:
    drawn = period_of(clock(COMPLETED, asked(Act.INFORMATION)), date(2026, 3, 18), "fr")
    assert drawn is not None
    assert [key.text for key in drawn.keys] == [
        "Écoulé\u00a0: 9 jours",
        "Suspendu depuis le 12 mars",
        "Restant\u00a0: 51 jours",
    ]
    late = period_of(clock(COMPLETED), date(2026, 5, 7), "fr")
    assert late is not None
    assert late.keys[-1].text == "en retard de 3 jours"


@pytest.mark.parametrize(
    "name", [name for name, (one, _, _) in CLOCKS.items() if one.complete_on and not one.decided_on]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_drawing_is_drawn_to_its_end(name: str, language: str) -> None:
    one, today, _ = CLOCKS[name]
    drawn = period_of(one, today, language)
    module = environment(language, lambda _: "").get_template("components/period.html").module
    html = str(module.period_drawing(drawn))  # type: ignore[attr-defined]
    bar = html.partition("</svg>")[0]
    assert drawn is not None
    assert f'viewBox="0 0 {drawn.span} 12"' in bar
    assert bar.count('class="period-due"') == 1
    assert sum(int(width) for width in re.findall(r'<rect [^>]*width="(\d+)"', bar)) == drawn.span
    assert "style=" not in html
    assert html.count("<li>") == len(drawn.keys)


def test_a_day_later_one_more_day_is_drawn_as_passed() -> None:
    before, after = (period_of(clock(COMPLETED), MONDAY + timedelta(days=days), "ar") for days in (5, 6))
    assert before is not None
    assert after is not None
    assert after.days(Part.USED) == before.days(Part.USED) + 1
    assert after.span == before.span


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_office_does_in_practice_is_told_beside_the_last_day_and_never_after_it(language: str) -> None:
    at = datetime(2026, 3, 12, 10, 30, tzinfo=UTC)
    running, words = (
        clock(COMPLETED),
        {"ar": "عمليا، يجيب المكتب عن الطلب قبل", "fr": "En pratique, le bureau répond à la demande avant le"},
    )

    def told(today: date, promised_at: datetime | None) -> str:
        return next_panel(running, today, language, unit_kind=UnitKind.COMMUNE, promised_at=promised_at).text

    assert words[language] in told(date(2026, 3, 12), at)
    assert words[language] not in told(date(2026, 3, 13), at)
    assert words[language] not in told(date(2026, 3, 12), None)


def test_by_then_follows_the_last_day_of_the_law_and_what_is_done_in_practice_comes_after() -> None:
    promised = datetime(2026, 3, 12, 16, 30, tzinfo=UTC)
    one = told("running", "fr", promised_at=promised)
    assert one.headline.startswith("Une réponse vous est due")
    assert re.match(r"Et sans réponse à cette date.*\. En pratique", one.text)


def test_where_to_turn_is_one_sentence_whose_parts_are_listed() -> None:
    one = told("expired", "fr", appeals=("le gouverneur de la province (art. 21)", "le Médiateur du Royaume"))
    assert one.text == (
        "Vous pouvez vous adresser à\N{NO-BREAK SPACE}: le gouverneur de la province (art. 21)\N{NO-BREAK SPACE}; "
        "le Médiateur du Royaume."
    )


def test_the_counter_sees_no_days_left_of_what_is_decided_and_no_answer_awaited_too_late() -> None:
    decided, today, _ = CLOCKS["decided"]
    assert staff_panel(decided, today, "fr").period is None
    if_today = translate("fr", "If the answer came today, the last day would be %(date)s.").partition("%")[0]
    returned = translate("fr", "The file can now be returned.")
    for name, words in (("replacement", if_today), ("not replaced", returned)):
        one, today, _ = CLOCKS[name]
        assert words in staff_panel(one, today, "fr").text
        said = [line for part in sections(one, today, "fr") for line in part.lines]
        assert any(if_today in line for line in said) is (name == "replacement")
