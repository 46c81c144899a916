"""What law 55-19 says of acts, refusals and silence: a service that breaks it is told so, and its twin passes."""

import pytest

from portal.catalogue.loader import load_service
from tests.unit.lawful_service import ACTIONS, APPROVED, EXTENSION, GRANTED, LABEL, LAWFUL, UNTIL
from tests.unit.sound_service import SLUG, SOUND, Change, changed, faults_of, load

S, F, W = "service.yaml", "form.yaml", "workflow.yaml"
Row = tuple[str, tuple[Change, ...], str, tuple[Change, ...]]
Q = "asks: [{id: q, type: short_text, label: {ar: س, fr: Q}}]"


def action(name: str) -> str:
    """The whole line of an action of the lawful service."""
    return next(line + "\n" for line in ACTIONS.splitlines() if f"action: {name}," in line)


ACTS: list[Row] = [
    (
        "a replacement suspends a running file",
        ((W, "from: lodged, to: replacing", "from: lodged, to: lodged"),),
        (
            "'ask_again' has 'act: replacement', which leads from a running state to a suspended state: "
            "not from 'lodged' to 'lodged'"
        ),
        (),
    ),
    (
        "an extension leaves the file where it is",
        ((W, "action: extend, from: lodged, to: lodged", "action: extend, from: lodged, to: returned"),),
        "'extend' has 'act: extension', which leads from a running state to the same state: not from 'lodged' to 'returned'",
        ((W, "by: [chief], act: extension", "by: [agent, chief], act: extension"),),
    ),
    (
        "only what was never complete, or is being replaced, is returned",
        ((W, "from: [depositing, replacing], to: returned", "from: [depositing, replacing, asked], to: returned"),),
        (
            "'return_file' has 'act: return', which leads from an incomplete file, or one whose documents are being replaced, "
            "to a decision with the outcome returned: not from 'asked' to 'returned'"
        ),
        (),
    ),
    (
        "what is returned has that outcome",
        ((W, "outcome: returned", "outcome: referred"),),
        "to a decision with the outcome returned: not from 'depositing' to 'returned'",
        (),
    ),
    (
        "a repetition grants nothing",
        ((W, "from: lodged, to: repeated", "from: lodged, to: granted"),),
        "'repeat' has 'act: repetition', which leads from a running state to a decision that grants nothing",
        ((W, "outcome: refused, label: {ar: طلب مكرر", "outcome: referred, label: {ar: طلب مكرر"),),
    ),
    (
        "a request is the administration's",
        ((W, "by: [agent], act: originals", "by: [applicant], act: originals"),),
        "'doubt' is an act of the administration (originals): the role applicant cannot do it",
        ((W, "by: [agent], act: originals", "by: [clerk, chief], act: originals"),),
    ),
    (
        "so is a pause that names no act",
        ((W, "by: [agent]\n    act: information\n", "by: [applicant]\n"),),
        "'ask' is an act of the administration (information): the role applicant cannot do it",
        ((W, "by: [agent]\n    act: information\n", "by: [agent]\n"),),
    ),
    (
        "nobody returns a file by hand",
        ((W, "by: [system], act: return", "by: [system, agent], act: return"),),
        "'return_file' has 'act: return', which nobody does: it comes of itself on the day that the law says",
        (),
    ),
    (
        "what comes of itself has no condition",
        ((W, "by: [system], act: return", 'by: [system], when: "answers.student == true", act: return'),),
        "'return_file' comes of itself (return), so it can have neither 'when' nor 'at'",
        (),
    ),
    (
        "no timer brings an act of law about",
        (
            (
                W,
                "depositing: {kind: depositing, ",
                "depositing: {kind: depositing, timers: [{id: t, after: {days: 50, count: legal}, do: return_file}], ",
            ),
        ),
        (
            "'return_file' comes of itself on the day that the law says (return): "
            "neither a timer nor opinions of 'depositing' can bring it about"
        ),
        (
            (
                W,
                "depositing: {kind: depositing, ",
                "depositing: {kind: depositing, timers: [{id: t, after: {days: 50, count: legal}, warn: [chief]}], ",
            ),
        ),
    ),
    (
        "an act transfers nothing",
        ((W, "by: [chief], act: extension,", "by: [chief], act: extension, transfer: [province],"),),
        "'extend' is an act of law: it cannot transfer the case as well",
        (),
    ),
    (
        "the applicant is told",
        ((W, "act: extension, effects: [notify]", "act: extension"),),
        "the applicant must be told of 'extend' (extension): its 'effects' need notify",
        (),
    ),
    (
        "a file is returned with its document",
        ((W, "effects: [issue.sent_back, notify]", "effects: [notify]"),),
        "'return_file' returns a file, so it must issue a document that says so",
        ((W, "effects: [issue.sent_back, notify]", "effects: [notify, issue.sent_back]"),),
    ),
    (
        "what is asked anew was once brought",
        (
            (S, "    from: citizen\n", "    from: administration\n    holder: {ar: هو, fr: Lui}\n    platform: rnp\n"),
            (S, "    alternative: {ar: أصرح بشرفي أنني أكتري., fr: Je déclare sur l'honneur être locataire.}\n", ""),
        ),
        "'ask_again' (replacement) is about documents that citizens bring, and this service asks for none",
        (),
    ),
    (
        "a standard question keeps its type",
        ((W, "act: originals,", "act: originals, asks: [{id: documents, type: short_text, label: {ar: س, fr: Q}}],"),),
        "'documents' is what an act of law asks: a question of type choices",
        ((W, "act: originals,", "act: originals, asks: [{id: reasons, type: short_text, label: {ar: س, fr: Q}}],"),),
    ),
    (
        "a standard question is asked always",
        (
            (
                W,
                "act: originals,",
                "act: originals, asks: [{id: reasons, type: long_text, required: false, label: {ar: س, fr: Q}}],",
            ),
        ),
        "'doubt' must always ask for 'reasons': the law wants it (originals)",
        ((W, "act: originals,", "act: originals, asks: [{id: note, type: long_text, label: {ar: س, fr: Q}}],"),),
    ),
    (
        "only what citizens bring is asked for anew",
        (
            (
                W,
                "act: originals,",
                (
                    "act: originals, asks: [{id: documents, type: choices, label: {ar: س, fr: Q}, options: "
                    "[{value: rent, label: {ar: ك, fr: R}}, {value: civil_record, label: {ar: ح, fr: E}}]}],"
                ),
            ),
        ),
        "'doubt' offers 'civil_record', which is no document that citizens bring",
        (),
    ),
]
WAITING: list[Row] = [
    (
        "each suspended state awaits one thing",
        ((W, "from: lodged, to: doubted", "from: lodged, to: replacing"), (W, "from: doubted", "from: replacing")),
        "a file waits in 'replacing' for different things (originals, replacement): give each its own state",
        (),
    ),
    (
        "bringing documents asks nothing else",
        (
            (
                W,
                "to: lodged, by: [applicant, clerk], label: {ar: فعل",
                f"to: lodged, by: [applicant, clerk], {Q}, label: {{ar: فعل",
            ),
        ),
        "'bring' brings the documents that were asked for anew: it cannot ask for anything else",
        ((W, "from: replacing, to: lodged, by: [applicant, clerk]", "from: replacing, to: lodged, by: [applicant]"),),
    ),
    (
        "a file whose documents are being replaced stays",
        (
            (
                W,
                action("bring"),
                f"{action('bring')}  - {{action: on, from: replacing, to: asked, by: [agent], {Q}, {LABEL}}}\n",
            ),
        ),
        "'on' cannot move a file whose documents are being replaced: it stays until they have come",
        ((W, action("bring"), f"{action('bring')}  - {{action: on, from: asked, to: asked, by: [agent], {LABEL}}}\n"),),
    ),
    (
        "documents are missing as long as they are being replaced",
        (
            (
                W,
                "from: replacing, to: lodged, by:",
                'from: replacing, to: lodged, when: "case.documents_complete == true", by:',
            ),
        ),
        "'bring' can never be done from 'replacing': its condition cannot hold there, for documents are missing",
        (
            (
                W,
                "from: doubted, to: lodged, by:",
                'from: doubted, to: lodged, when: "case.documents_complete == true", by:',
            ),
        ),
    ),
    (
        "the applicant brings what is asked anew",
        ((W, "from: replacing, to: lodged, by: [applicant, clerk]", "from: replacing, to: lodged, by: [clerk]"),),
        "the applicant cannot leave the state 'replacing'",
        (),
    ),
    (
        "the counter says that the originals were seen",
        ((W, "from: doubted, to: lodged, by: [clerk, agent]", "from: doubted, to: lodged, by: [chief]"),),
        "nobody can say in the state 'doubted' that the originals were seen",
        ((W, "from: doubted, to: lodged, by: [clerk, agent]", "from: doubted, to: lodged, by: [agent]"),),
    ),
    (
        "and nobody else says so",
        ((W, "from: doubted, to: lodged, by: [clerk, agent]", "from: doubted, to: lodged, by: [clerk, applicant]"),),
        "'seen' says that the originals were seen: only the roles clerk and agent can do it",
        (),
    ),
]
DUTIES: list[Row] = [
    (
        "a refusal names its ground",
        ((W, "{id: ground, type: choice", "{id: because, type: choice"),),
        "'refuse' refuses, so it must always ask for 'ground', a question of type choice",
        ((W, "{id: ground, type: choice", "{id: ground, type: select"),),
    ),
    (
        "the ground is chosen from a list",
        ((W, "{id: ground, type: choice", "{id: ground, type: choices"),),
        "'refuse' refuses, so it must always ask for 'ground'",
        (),
    ),
    (
        "the ground is always asked",
        ((W, "{id: ground, type: choice,", "{id: ground, type: choice, required: false,"),),
        "'refuse' refuses, so it must always ask for 'ground'",
        (),
    ),
    (
        "an incomplete file is returned",
        ((W, "from: [depositing, replacing], to: returned", "from: replacing, to: returned"),),
        "in 'depositing' documents are awaited for 30 days, then the file is returned (law 55-19, art. 10)",
        (
            (S, 'law: "55-19", days: 30', "law: 2-17-265, days: 30"),
            (S, UNTIL, ""),
            (S, EXTENSION, ""),
            (W, action("extend"), ""),
            (W, "from: [depositing, replacing], to: returned", "from: replacing, to: returned"),
        ),
    ),
    (
        "so is one whose documents were not replaced",
        ((W, "from: [depositing, replacing], to: returned", "from: depositing, to: returned"),),
        "in 'replacing' documents are awaited for 30 days",
        (),
    ),
    (
        "what can be extended is, by some action",
        ((W, action("extend"), ""),),
        "the period can be extended, but no action does it: write one with 'act: extension'",
        (),
    ),
    (
        "what is extended is listed for it",
        ((S, EXTENSION, ""),),
        "'extend' extends the period, but the service is not listed for that",
        (),
    ),
]
ALL = [*ACTS, *WAITING, *DUTIES]


@pytest.mark.parametrize(("faulty", "message", "twin"), [row[1:] for row in ALL], ids=[row[0] for row in ALL])
def test_what_the_law_says_is_proved(faulty: tuple[Change, ...], message: str, twin: tuple[Change, ...]) -> None:
    found = faults_of(changed(LAWFUL, *faulty))
    assert any(message in fault for fault in found), found
    load(changed(LAWFUL, *twin))


LIMBO = (
    (W, "  granted: {kind", "  limbo: {kind: running, label: {ar: ح, fr: L}}\n  granted: {kind"),
    (
        W,
        "  - {action: approve",
        f"  - {{action: lose, from: lodged, to: limbo, by: [agent], {LABEL}}}\n  - {{action: approve",
    ),
)
"""A state from which nobody leads on."""

SILENT: list[Row] = [
    (
        "where silence grants, an action does it",
        ((W, GRANTED, ""),),
        "silence is approval here, so a file in 'lodged' is granted once its period is over (law 55-19, art. 19)",
        (),
    ),
    (
        "silence grants only where it is approval",
        ((S, "silence: approval", "silence: appeal"),),
        "'silent' grants what nobody answered, but 'silence' of the deadline is not approval (law 55-19, art. 19)",
        ((S, "silence: approval", "silence: appeal"), (W, GRANTED, "")),
    ),
    (
        "silence refuses nothing",
        ((W, "action: silent, from: lodged, to: granted", "action: silent, from: lodged, to: returned"),),
        "'silent' has 'act: silence', which leads from a running state to a decision with the outcome granted",
        (),
    ),
    (
        "nobody grants by silence",
        ((W, "to: granted, by: [system], act: silence", "to: granted, by: [chief], act: silence"),),
        "'silent' has 'act: silence', which nobody does",
        (),
    ),
    (
        "without the law, the system grants nothing",
        ((W, "by: [system], act: silence,", "by: [system],"),),
        "'silent' decides: only the administration's people can do it",
        (),
    ),
    (
        "silence is no way of dealing with a request",
        (*LIMBO, (W, "action: silent, from: lodged", "action: silent, from: [lodged, limbo]")),
        "a case could be stuck in the state 'limbo'",
        (
            *LIMBO,
            (W, "action: silent, from: lodged", "action: silent, from: [lodged, limbo]"),
            (W, "action: approve, from: lodged", "action: approve, from: [lodged, limbo]"),
        ),
    ),
]


@pytest.mark.parametrize(("faulty", "message", "twin"), [row[1:] for row in SILENT], ids=[row[0] for row in SILENT])
def test_what_the_law_says_of_silence_is_proved(
    faulty: tuple[Change, ...], message: str, twin: tuple[Change, ...]
) -> None:
    found = faults_of(changed(APPROVED, *faulty))
    assert any(message in fault for fault in found), found
    load(changed(APPROVED, *twin))


def test_a_version_that_was_published_is_read_whatever_the_law_has_since_asked_for() -> None:
    old = changed(SOUND, (W, "{id: ground, type: choice", "{id: because, type: choice"), (W, " act: return,", ""))
    assert faults_of(old)
    assert load_service(SLUG, old, proved=True).slug == SLUG


def test_conditions_may_read_what_a_case_repeats() -> None:
    repeats = changed(
        LAWFUL, (W, "by: [chief], act: repetition,", 'by: [chief], when: "case.repeats != null", act: repetition,')
    )
    load(repeats)
    (fault,) = faults_of(
        changed(
            LAWFUL,
            (W, "by: [chief], act: repetition,", "by: [chief], when: \"case.repeats.contains('B')\", act: repetition,"),
        )
    )
    assert "case.repeats is empty: test it first" in fault


def test_a_file_that_can_only_be_closed_as_repeated_is_stuck() -> None:
    limbo = (*LIMBO, (W, "action: repeat, from: lodged", "action: repeat, from: [lodged, limbo]"))
    found = faults_of(changed(LAWFUL, *limbo))
    assert any("stuck in the state 'limbo'" in fault and "case.repeats is empty" in fault for fault in found), found
    load(changed(LAWFUL, *limbo, (W, "action: approve, from: lodged", "action: approve, from: [lodged, limbo]")))
