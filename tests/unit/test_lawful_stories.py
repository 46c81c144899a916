"""In examples time does what the law does: files are returned, silence is noted and may grant, periods are others."""

from collections.abc import Mapping
from datetime import date

import pytest

from portal.catalogue.faults import Unsound
from portal.catalogue.loader import load_examples
from portal.catalogue.story import live_example
from portal.domain.events import FileCompleted, SilenceRecorded
from tests.unit.lawful_service import APPROVED, FOLLOWING, LAWFUL
from tests.unit.sound_service import TERRITORY, changed, load

X = "examples/story.yaml"
STORY = """\
title: {ar: حكاية, fr: Une histoire}
today: 2026-03-02
identity: substantial
answers:
  name_ar: أمينة العلوي
  cnie: F123456
  place: 02.113.03.11
  address: {place: 02.113.03.11, text: "دوار أولاد منصور، رقم 3", postcode: "63300"}
  income: 2000
  student: false
  start: 2026-01-01
  kinds: [food]
  copies: 1
documents: [rent]
expect: {unit: commune-madagh, needed: [rent], state: lodged}
path:
PATH
final: END
"""
WHY = "reasons: الصورة غير واضحة ولا تقرأ."
ASK_AGAIN = f"  - {{action: ask_again, by: agent, on: 2026-03-05, says: {{documents: [rent], {WHY}}}}}\n"
DOUBT = f"  - {{action: doubt, by: agent, on: 2026-03-05, says: {{documents: [rent], {WHY}}}}}\n"
SEEN = "  - {action: seen, by: clerk, on: 2026-03-09}\n"
EXTEND = f"  - {{action: extend, by: chief, on: 2026-03-10, says: {{days: 20, {WHY}}}}}\n"


def story(files: Mapping[str, str], path: str, end: str, *changes: tuple[str, str]) -> dict[str, str]:
    """The files with an example of that path and end."""
    text = STORY.replace("PATH\n", path).replace("END", end)
    if not path:
        text = text.replace("path:\n", "")
    return changed({**files, X: text}, *((X, old, new) for old, new in changes))


def faults(files: Mapping[str, str], path: str, end: str, *changes: tuple[str, str]) -> list[str]:
    try:
        load(story(files, path, end, *changes))
    except Unsound as unsound:
        return [str(fault) for fault in unsound.faults]
    return []


def waits(day: str) -> str:
    return f"  - {{wait: {day}}}\n"


STUDENT = ("student: false", "student: true")
TOLD = [
    # Thirty days from Monday 2 March: due on Thursday 2 April, silent the day after.
    ("silence grants nothing before the last day is over", APPROVED, waits("2026-04-02"), "lodged", ()),
    ("silence grants the day after", APPROVED, waits("2026-04-03"), "granted", ()),
    ("silence that opens an appeal leaves the file where it is", LAWFUL, waits("2026-05-03"), "lodged", ()),
    # Fifteen days where the answers say so: due on Wednesday 18 March.
    ("the answers give another period", APPROVED, waits("2026-03-18"), "lodged", (STUDENT,)),
    ("which ends earlier", APPROVED, waits("2026-03-19"), "granted", (STUDENT,)),
    # Ten days of another law, from the same day 0: due on Friday 13 March.
    (
        "an action gives another period",
        APPROVED,
        "  - {action: hurry, by: agent}\n" + waits("2026-03-13"),
        "lodged",
        (),
    ),
    ("from the file's own day 0", APPROVED, "  - {action: hurry, by: agent}\n" + waits("2026-03-14"), "granted", ()),
    # Fifty days: due on Wednesday 22 April.
    ("an extension gives twenty days more", APPROVED, EXTEND + waits("2026-04-22"), "lodged", ()),
    ("and no more", APPROVED, EXTEND + waits("2026-04-23"), "granted", ()),
    # Thirty days from the request of 5 March end on Sunday 5 April: the last day is Monday the 6th.
    ("what is asked for anew is awaited thirty days", LAWFUL, ASK_AGAIN + waits("2026-04-06"), "replacing", ()),
    ("then the file is returned", LAWFUL, ASK_AGAIN + waits("2026-04-07"), "returned", ()),
    (
        "unless it is brought",
        LAWFUL,
        ASK_AGAIN + "  - {action: bring, by: applicant, on: 2026-04-06, documents: [rent]}\n" + waits("2026-04-20"),
        "lodged",
        (),
    ),
    ("originals are awaited as long as it takes", LAWFUL, DOUBT + waits("2026-09-01"), "doubted", ()),
    ("the clerk says that they were seen", LAWFUL, DOUBT + SEEN, "lodged", ()),
    # The clock stood still from 5 to 9 March: 2 days had counted, 28 are left, due on Tuesday 7 April.
    ("and the period goes on with what was left", APPROVED, DOUBT + SEEN + waits("2026-04-07"), "lodged", ()),
    ("to its end", APPROVED, DOUBT + SEEN + waits("2026-04-08"), "granted", ()),
    (
        "what was refused before may be closed without being studied again",
        LAWFUL,
        "  - {action: repeat, by: chief}\n",
        "repeated",
        (("identity: substantial", "identity: substantial\nrepeats: true"),),
    ),
    (
        "a refusal names its ground",
        LAWFUL,
        "  - {action: refuse, by: chief, says: {ground: rules, reasons: الدخل مرتفع.}}\n",
        "refused",
        (),
    ),
]


@pytest.mark.parametrize(("files", "path", "end", "changes"), [row[1:] for row in TOLD], ids=[row[0] for row in TOLD])
def test_time_does_what_the_law_does(
    files: Mapping[str, str], path: str, end: str, changes: tuple[tuple[str, str], ...]
) -> None:
    assert faults(files, path, end, *changes) == []
    # So the story is really told: it ends nowhere else.
    assert any("the story ends in the state" in fault for fault in faults(files, path, "asked", *changes))


PARTED = [
    (
        "a story brings what was asked for",
        ASK_AGAIN + "  - {action: bring, by: applicant}\n",
        "the file still lacks rent",
    ),
    (
        "documents that the service does not ask for cannot be asked for anew",
        ASK_AGAIN.replace("[rent]", "[rents]"),
        "'documents': the portal would refuse '['rents']'",
    ),
    ("which documents are meant is said", ASK_AGAIN.replace("documents: [rent], ", ""), "'documents' is required"),
    ("and why", ASK_AGAIN.replace(f", {WHY}", ""), "'reasons' is required and has no answer"),
    (
        "originals are asked for once",
        DOUBT + SEEN + DOUBT.replace("2026-03-05", "2026-03-10"),
        "'doubt' is refused by law here (55-19/7)",
    ),
    (
        "and in the first half only",
        DOUBT.replace("2026-03-05", "2026-03-18"),
        "'doubt' is refused by law here (55-19/7)",
    ),
    ("an extension keeps to its most", EXTEND.replace("20", "21"), "'days': the portal would refuse '21'"),
    ("there is one extension", EXTEND + EXTEND, "'extend' is refused by law here (55-19/17)"),
    ("nothing is repeated that was not refused", "  - {action: repeat, by: chief}\n", "refused by law here (55-19/15)"),
    (
        "nobody returns a file",
        "  - {action: return_file, by: system}\n",
        "there is no action 'return_file' from the state",
    ),
    ("a refusal needs a ground", "  - {action: refuse, by: chief, says: {reasons: لا.}}\n", "'ground' is required"),
]


@pytest.mark.parametrize(("path", "why"), [row[1:] for row in PARTED], ids=[row[0] for row in PARTED])
def test_a_story_against_the_law_is_a_fault_at_its_step(path: str, why: str) -> None:
    found = faults(LAWFUL, path, "lodged")
    line = STORY[: STORY.index("PATH")].count("\n") + path.count("\n")
    assert any(fault.startswith(f"{X}:{line}: ") and why in fault for fault in found), found


def test_what_the_law_does_is_dated_by_the_law() -> None:
    files = story(LAWFUL, waits("2026-06-01"), "lodged", STUDENT)
    (example,) = load_examples(files)
    lived = live_example(load(files), example, TERRITORY)
    assert (date(2026, 3, 2), FileCompleted(law="55-19-investment", days=15)) in lived.events
    silent = [(on, event) for on, event in lived.events if isinstance(event, SilenceRecorded)]
    assert silent == [(date(2026, 3, 19), SilenceRecorded("2026-03-19", "2026-03-18", "appeal"))]


def test_a_case_that_follows_another_goes_where_that_one_was() -> None:
    assert faults(FOLLOWING, "", "lodged", ("expect:", "first: commune-madagh\nexpect:")) == []
    (fault,) = faults(FOLLOWING, "", "lodged")
    assert "the file follows another one: say at which office that is" in fault
