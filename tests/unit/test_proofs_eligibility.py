"""The questions before sign-in and the long lists: each rule has a service that breaks it, and a twin that passes."""

import pytest

from tests.unit.sound_service import SOUND, Change, changed, faults_of, load

F, L = "form.yaml", "lists/schools.csv"
TWO = "[{value: a, label: {ar: ا, fr: A}}, {value: b, label: {ar: ب, fr: B}}]"
Row = tuple[str, tuple[Change, ...], str, tuple[Change, ...]]

BEFORE: list[Row] = [
    (
        "the last outcome is for everybody else",
        ((F, "{id: can_ask, is: eligible,", "{id: can_ask, is: eligible, when: answers.resident == true,"),),
        "the last outcome has no 'when'",
        (),
    ),
    (
        "only the last outcome is",
        ((F, 'is: not_eligible, when: "answers.age != null && answers.age < 18",', "is: not_eligible,"),),
        "only the last outcome has no 'when': those after it would never be told",
        (),
    ),
    (
        "somebody can ask",
        ((F, "is: eligible,", "is: not_eligible,"),),
        "no outcome is 'eligible': nobody could ask for the service",
        (),
    ),
    (
        "each outcome is told to somebody",
        ((F, "when: answers.resident == false", 'when: "answers.age == 17 && answers.resident == false"'),),
        "no answers lead to the outcome 'elsewhere': an earlier one always comes first",
        ((F, "when: answers.resident == false", 'when: "answers.age == 77 && answers.resident == false"'),),
    ),
    (
        "only simple things are asked before sign-in",
        (
            (F, "{id: resident, type: yes_no,", "{id: resident, type: cnie,"),
            (F, "when: answers.resident == false", "when: answers.resident == 'x'"),
        ),
        "'eligibility' cannot ask a question of type cnie",
        (),
    ),
    (
        "nothing sensitive is asked before sign-in",
        ((F, "{id: resident, type: yes_no,", "{id: resident, sensitive: true, type: yes_no,"),),
        "'eligibility' asks nothing sensitive",
        (),
    ),
    (
        "nobody is known before sign-in",
        ((F, "when: answers.resident == false", "when: identity.level == 'none'"),),
        "'identity.level' does not exist",
        (),
    ),
    (
        "a question before sign-in looks at those before it",
        ((F, 'when: "answers.age != null && answers.age >= 18"}', 'when: "answers.resident == true"}'),),
        "the condition of 'resident' needs 'resident', which is not asked before it",
        (),
    ),
    (
        "a way to go instead leads somewhere",
        ((F, ", url: https://www.chikaya.ma}]", "}]"),),
        "a way to go instead has either 'service' (a slug) or 'url'",
        ((F, ", url: https://www.chikaya.ma}]", ", service: reclamation}]"),),
    ),
]

LISTS: list[Row] = [
    (
        "a list has its columns",
        ((L, "value,ar,fr,group_ar,group_fr", "value,fr,ar"),),
        "lists/schools.csv:1: the first line of a list is value,ar,fr or value,ar,fr,group_ar,group_fr",
        ((L, "", "value,ar,fr\na,مدرسة,École\n"),),
    ),
    (
        "a list is written in both languages",
        ((L, "مدرسة السلام", ""),),
        "lists/schools.csv:3: 'ar' is empty",
        (),
    ),
    (
        "a list is written in the letters of its language",
        ((L, "مدرسة السلام", "Essalam"),),
        "lists/schools.csv:3: 'ar' is not written in that language's letters",
        (),
    ),
    (
        "a value is given once",
        ((L, "ecole-3", "ecole-1"),),
        "lists/schools.csv:4: the value 'ecole-1' is given twice",
        (),
    ),
    (
        "a list has five thousand rows at most",
        ((L, "", "value,ar,fr\n" + "".join(f"v{n},مدرسة {n},École {n}\n" for n in range(5001))),),
        "lists/schools.csv:5002: a list has at most 5000 rows",
        ((L, "", "value,ar,fr\n" + "".join(f"v{n},مدرسة,École\n" for n in range(5000))),),
    ),
    (
        "a list holds no formula",
        ((L, "École Annour", "=HYPERLINK(A1)"),),
        "lists/schools.csv:2: '=HYPERLINK(A1)' begins like a formula of a spreadsheet",
        ((L, "École Annour", "École = Annour"),),
    ),
    (
        "a list holds no markup",
        ((L, "École Annour", "<b>École</b>"),),
        "lists/schools.csv:2: 'fr' holds markup or a script: plain words only",
        (),
    ),
    (
        "a row has all its cells",
        ((L, "ecole-2,مدرسة السلام,École Essalam,بركان,Berkane", "ecole-2,مدرسة السلام"),),
        "lists/schools.csv:3: this row has 2 cells, the first line 5",
        (),
    ),
    (
        "a heading is in both languages",
        ((L, "École Essalam,بركان,Berkane", "École Essalam,بركان,"),),
        "lists/schools.csv:3: a heading is given in both languages",
        ((L, "École Essalam,بركان,Berkane", "École Essalam,,"),),
    ),
    (
        "a list is used",
        (
            (
                F,
                "type: select, list: schools,",
                "type: select, options: [{value: a, label: {ar: ا, fr: A}}, {value: b, label: {ar: ب, fr: B}}],",
            ),
        ),
        "lists/schools.csv:1: no question uses this list",
        (),
    ),
]

ALL = [*BEFORE, *LISTS]


@pytest.mark.parametrize(("faulty", "message", "twin"), [row[1:] for row in ALL], ids=[row[0] for row in ALL])
def test_a_rule_of_eligibility_or_of_lists_is_proved(
    faulty: tuple[Change, ...], message: str, twin: tuple[Change, ...]
) -> None:
    found = faults_of(changed(SOUND, *faulty))
    assert any(message in fault for fault in found), found
    load(changed(SOUND, *twin))


def test_eligibility_that_would_be_tried_for_minutes_is_refused() -> None:
    first = "    - {id: too_young, "
    label = "title: {ar: لا, fr: Non}, text: {ar: لا, fr: Non}"
    more = [
        f'    - {{id: more_{one}, is: not_eligible, when: "answers.age == {one + 100}", {label}}}\n'
        for one in range(18)
    ]
    load(changed(SOUND, (F, first, "".join(more[:17]) + first)))
    faults = faults_of(changed(SOUND, (F, first, "".join(more) + first)))
    assert [one.partition(": ")[2] for one in faults] == ["'eligibility' has at most 20 outcomes, here are 21"]
