"""What the law says of periods, extensions and appeals: a service that breaks it is told so, and its twin passes."""

from pathlib import Path

import pytest

from portal.catalogue.loader import check_folder
from tests.unit.lawful_service import FOLLOWING, FOLLOWS, INSTEAD, LAWFUL, UNTIL
from tests.unit.sound_service import HANDED_OFF, SLUG, Change, changed, faults_of, load, small_province
from tests.unit.test_proofs_together import province

S, W = "service.yaml", "workflow.yaml"
Row = tuple[str, tuple[Change, ...], str, tuple[Change, ...]]

PERIODS: list[Row] = [
    (
        "61 days under law 55-19 are too many",
        ((S, 'law: "55-19", days: 30', 'law: "55-19", days: 61'),),
        "service.yaml:10: 61 days are more than the 60 that law 55-19 allows",
        ((S, 'law: "55-19", days: 30', 'law: "55-19", days: 60'),),
    ),
    (
        "31 days of an investment decision are too many",
        ((S, 'law: "55-19", days: 30', "law: 55-19-investment, days: 31"),),
        "service.yaml:10: 31 days are more than the 30 that law 55-19-investment allows",
        ((S, 'law: "55-19", days: 30', "law: 55-19-investment, days: 30"),),
    ),
    (
        "a promise in opening hours is shorter than the deadline",
        ((S, 'law: "55-19", days: 30', 'law: "55-19", hours: 17, days: 2'),),
        "17 opening hours are longer than the 2 days of the deadline",
        ((S, 'law: "55-19", days: 30', 'law: "55-19", hours: 16, days: 2'),),
    ),
    (
        "an extension keeps to its law",
        ((S, 'law: "55-19", days: 30', "law: 31-13, days: 20"), (S, "{days: 20, reason", "{days: 21, reason")),
        "an extension of 21 days is longer than the 20 that law 31-13 allows",
        ((S, 'law: "55-19", days: 30', "law: 31-13, days: 20"),),
    ),
    (
        "some laws know of no extension",
        ((S, 'law: "55-19", days: 30', "law: 2-17-265, days: 30"),),
        "law 2-17-265 knows of no extension: remove 'extension'",
        ((S, "{days: 20, reason", "{days: 200, reason"),),
    ),
    (
        "another period keeps to its ceiling",
        ((S, "law: 55-19-investment, days: 15", "law: 55-19-investment, days: 31"),),
        "31 days are more than the 30 that law 55-19-investment allows",
        ((S, "law: 55-19-investment, days: 15", "law: 31-13-urgent, days: 3"),),
    ),
    (
        "another period is of a law",
        ((S, "law: 55-19-investment, days: 15", "law: 55-18, days: 15"),),
        "'55-18' is not a law that the clock knows",
        ((S, INSTEAD, ""),),
    ),
    (
        "another period follows from the answers",
        ((S, 'answers.student == true", law', "identity.level == 'high'\", law"),),
        "the period follows from the answers alone: 'when' reads nothing but 'answers'",
        ((S, 'answers.student == true", law', 'answers.copies != null && answers.copies > 2", law'),),
    ),
    (
        "a period that an action gives keeps to its ceiling",
        ((W, "period: {law: 55-19-investment, days: 10}", "period: {law: 31-13-urgent, days: 4}"),),
        "4 days are more than the 3 that law 31-13-urgent allows",
        ((W, "period: {law: 55-19-investment, days: 10}", "period: {law: 31-13-urgent, days: 3}"),),
    ),
    (
        "only a running file gets another period",
        (
            (
                W,
                "action: answer, from: asked, to: lodged, by: [applicant],",
                "action: answer, from: asked, to: lodged, by: [applicant], period: {law: 55-19, days: 9},",
            ),
        ),
        "'answer' has 'period', so it must lead from a running state to a running one",
        (),
    ),
    (
        "a period is no act",
        ((W, "by: [chief], act: extension,", "by: [chief], act: extension, period: {law: 55-19, days: 9},"),),
        "'extend' has 'period', so it can be neither an act of law nor a transfer",
        (),
    ),
    (
        "the applicant changes no period",
        ((W, "by: [agent], period", "by: [applicant, agent], period"),),
        "'hurry' changes the period: the applicant cannot do it",
        ((W, "by: [agent], period", "by: [clerk, agent], period"),),
    ),
]


@pytest.mark.parametrize(("faulty", "message", "twin"), [row[1:] for row in PERIODS], ids=[row[0] for row in PERIODS])
def test_what_the_law_says_of_periods_is_proved(
    faulty: tuple[Change, ...], message: str, twin: tuple[Change, ...]
) -> None:
    found = faults_of(changed(LAWFUL, *faulty))
    assert any(message in fault for fault in found), found
    load(changed(LAWFUL, *twin))


REFUSED_UNTIL: Change = (S, '    paragraphs:\n      - {ar: "الأسباب', f'    paragraphs:\n{UNTIL}      - {{ar: "الأسباب')
FOLLOWED: list[Row] = [
    (
        "the laws that it follows are known",
        ((S, "follows: {on", "follows: {laws: [55-18], on"),),
        "'55-18' is not a law that the clock knows",
        ((S, "follows: {on", 'follows: {laws: ["55-19", 31-13], on'),),
    ),
    (
        "it does not follow itself",
        ((S, "follows: {on", f"follows: {{services: [{SLUG}], on"),),
        "a service cannot follow itself",
        ((S, "follows: {on", "follows: {services: [other], on"),),
    ),
    (
        "the time to file it is a day at least",
        ((S, "within: {days: 30", "within: {days: 0"),),
        "'days' must be a whole number from 1 to 1000",
        ((S, "within: {days: 30", "within: {days: 1"),),
    ),
    (
        "it is not listed",
        ((S, FOLLOWS, f"{FOLLOWS}life_events: [birth]\n"),),
        "a service that follows a case is not listed by itself: remove 'life_events'",
        (),
    ),
    (
        "the unit of the first case is known to what follows it alone",
        ((S, FOLLOWS, ""), (S, "law: 55-19-appeal", "law: 55-19")),
        "'first' needs 'follows': no case comes before",
        ((S, "by: first", "by: residence"),),
    ),
    (
        "what is counted after a refusal follows a case",
        ((S, FOLLOWS, ""), (S, "by: first", "by: residence")),
        "law 55-19-appeal counts what comes after a refusal or a silence: the service needs 'follows'",
        ((S, FOLLOWS, ""), (S, "by: first", "by: residence"), (S, "law: 55-19-appeal", "law: 55-19"), REFUSED_UNTIL),
    ),
]


@pytest.mark.parametrize(("faulty", "message", "twin"), [row[1:] for row in FOLLOWED], ids=[row[0] for row in FOLLOWED])
def test_what_follows_a_case_is_proved(faulty: tuple[Change, ...], message: str, twin: tuple[Change, ...]) -> None:
    found = faults_of(changed(FOLLOWING, *faulty))
    assert any(message in fault for fault in found), found
    load(changed(FOLLOWING, *twin))


def test_a_service_done_elsewhere_follows_nothing() -> None:
    faulty = changed(HANDED_OFF, (S, "identity: none\n", f"identity: none\n{FOLLOWS}"))
    assert any(
        "a service that is done elsewhere follows no case of this portal" in fault for fault in faults_of(faulty)
    )
    load(HANDED_OFF)


def test_what_it_follows_exists_and_asks_for_no_less_identity(tmp_path: Path) -> None:
    appeal = changed(FOLLOWING, (S, "follows: {on", "follows: {services: [family-aids], on"))
    faults = province(tmp_path / "missing", {(SLUG, "v1"): LAWFUL, ("appeal", "v1"): appeal})
    assert any(
        "appeal/v1/service.yaml:" in one and "there is no service 'family-aids', did you mean 'family-aid'?" in one
        for one in faults
    ), faults
    surer = changed(FOLLOWING, (S, "identity: substantial", "identity: high"))
    faults = province(tmp_path / "surer", {(SLUG, "v1"): LAWFUL, ("appeal", "v1"): surer})
    assert any("'identity' is high here, and substantial in 'family-aid', which it follows" in one for one in faults)
    for number, changes in enumerate(
        (
            ("follows: {on", 'follows: {laws: ["31-13"], on'),
            ("follows: {on", "follows: {at: [province], on"),
            ("follows: {on", "follows: {silence: approval, on"),
            ("identity: high", "identity: low"),
        )
    ):
        other = changed(surer, (S, *changes))
        assert province(tmp_path / f"{number}", {(SLUG, "v1"): LAWFUL, ("appeal", "v1"): other}) == []


def test_a_period_above_its_ceiling_stops_the_whole_province(tmp_path: Path) -> None:
    small_province(tmp_path)
    sheet = tmp_path / "catalogue/certificat-residence/v1/service.yaml"
    text = sheet.read_text("utf-8")
    deadline = next(line for line in text.splitlines() if line.startswith("deadline:"))
    for law, days, most in (("55-19", 61, 60), ("55-19-investment", 31, 30)):
        written = f'deadline: {{law: "{law}", days: {days}, silence: appeal}}'
        sheet.write_text(text.replace(deadline, written), "utf-8")
        faults = [str(fault) for fault in check_folder(tmp_path)]
        assert any(f"{days} days are more than the {most} that law {law} allows" in fault for fault in faults), faults
