"""Each rule of form.yaml: a service that breaks it is told so by file, line and rule, and its twin passes."""

import pytest

from portal.domain.service import ResultKind
from tests.unit.sound_service import SOUND, Change, changed, faults_of, load

F = "form.yaml"
TWO = "[{value: a, label: {ar: ا, fr: A}}, {value: b, label: {ar: ب, fr: B}}]"
PART = "{id: x, type: short_text, label: {ar: س, fr: X}}"
PARTS = (
    "{id: parts, type: group, entry: {ar: جزء, fr: Pièce}, limits: {most: 2}, label: {ar: أجزاء, fr: Pièces}, "
    f"fields: [{PART}]}}"
)
TOYS = "{{id: toys, type: group, entry: {{ar: لعبة, fr: Jouet}}, limits: {{most: 2}}, fields: [{fields}],"
Row = tuple[str, tuple[Change, ...], str, tuple[Change, ...]]

QUESTIONS: list[Row] = [
    (
        "a type of question exists",
        ((F, "type: money", "type: mony"),),
        "'mony' is not a type of question, did you mean 'money'?",
        ((F, "type: money", "type: decimal"),),
    ),
    (
        "a number is a decimal now",
        ((F, "type: money", "type: number"),),
        "'number' is not a type of question",
        (),
    ),
    (
        "a select offers something",
        ((F, "type: select, list: schools,", "type: select,"),),
        "a question of type select needs at least two 'options', or a 'list'",
        ((F, "id: details, type: long_text,", f"id: details, type: select, options: {TWO},"),),
    ),
    (
        "a list exists",
        ((F, "list: schools", "list: shools"),),
        "there is no list lists/shools.csv, did you mean 'schools'?",
        (),
    ),
    (
        "choices offer two options",
        (
            (F, ", {value: school, label: {ar: مدرسة, fr: École}}]", "]"),
            (F, "'school' in answers.kinds", "'food' in answers.kinds"),
        ),
        "a question of type choices needs at least two 'options'",
        (),
    ),
    (
        "only a choice has options",
        ((F, "type: money,", "type: money, options: [{value: a, label: {ar: ا, fr: A}}],"),),
        "only a question of type choice or choices or select has 'options', not money",
        (),
    ),
    (
        "information has a text",
        ((F, ", text: {ar: الدخول المدرسي في شتنبر., fr: La rentrée est en septembre.}", ""),),
        "a question of type info needs 'text'",
        (),
    ),
    (
        "nobody answers an information",
        ((F, "type: info,", "type: info, required: true,"),),
        "'required' makes no sense for a question of type info: nobody answers it",
        (),
    ),
    (
        "a computed value has a rule",
        ((F, 'value: "answers.income != null ? answers.income / 2 : 0", ', ""),),
        "a question needs 'value'",
        (),
    ),
    (
        "an upload is of a format we can check",
        ((F, "type: long_text,", "type: file, accept: [docx],"),),
        "'docx' is not a format we can check",
        ((F, "type: long_text,", "type: file, accept: [pdf], max_mb: 5, limits: {most: 3},"),),
    ),
    (
        "a prefill is known of a person",
        ((F, "prefill: cnie", "prefill: cnei"),),
        "a question cannot be prefilled with 'cnei', did you mean 'cnie'?",
        (),
    ),
    (
        "a prefill fits its question",
        ((F, "prefill: cnie", "prefill: birth_date"),),
        "a question of type cnie cannot be prefilled with 'birth_date'",
        (),
    ),
    (
        "an earlier answer exists",
        ((F, "prefill: earlier.address", "prefill: earlier.adress"),),
        "the form has no question 'adress', did you mean 'address'?",
        ((F, "prefill: earlier.address", "prefill: address"),),
    ),
    (
        "an earlier answer is of the same type",
        ((F, "prefill: earlier.address", "prefill: earlier.place"),),
        "'place' is of type place: it cannot fill in a question of type address",
        (),
    ),
    (
        "a platform that is asked exists",
        ((F, "prefill: cnie", "prefill: rpn.cnie"),),
        "the platform 'rpn' is not in platforms/, did you mean 'rnp'?",
        ((F, "type: date, label: {ar: منذ", "type: date, prefill: rnp.birth_date, label: {ar: منذ"),),
    ),
    (
        "a platform knows what it is asked",
        ((F, "prefill: cnie", "prefill: rnp.birthdate"),),
        "'birthdate' is not under 'look_up' of platforms/rnp.yaml, did you mean 'birth_date'?",
        (),
    ),
    (
        "a platform that is asked can be asked",
        ((F, "prefill: cnie", "prefill: mute.cnie"),),
        "platforms/mute.yaml has no 'look_up': nothing can be asked of it",
        (),
    ),
    (
        "what is sworn is sworn anew",
        (
            (
                F,
                "type: yes_no, label: {ar: طالب؟",
                "type: statement, statement: {ar: أصرح, fr: Je déclare}, prefill: earlier.student, label: {ar: طالب؟",
            ),
        ),
        "a question of type statement is answered anew each time",
        (
            (
                F,
                "type: yes_no, label: {ar: طالب؟",
                "type: statement, statement: {ar: أصرح, fr: Je déclare}, label: {ar: طالب؟",
            ),
        ),
    ),
]

LIMITS: list[Row] = [
    (
        "a limit fits its type",
        ((F, "type: yes_no, label: {ar: طالب", "type: yes_no, limits: {maximum: 3}, label: {ar: طالب"),),
        "only questions of type decimal, integer, money have a number to limit",
        (),
    ),
    (
        "limits leave an answer",
        ((F, "limits: {minimum: 0, maximum: 30}", "limits: {minimum: 30, maximum: 0}"),),
        "these limits leave no possible answer: the lower one is above the higher one",
        ((F, "limits: {minimum: 0, maximum: 30}", "limits: {minimum: 30, maximum: 30}"),),
    ),
    (
        "a day is a day",
        ((F, "limits: {not_after: today}", "limits: {not_after: 2026-02-30}"),),
        "'not_after' must be 'today', a date such as 2026-03-31, or a rule",
        ((F, "limits: {not_after: today}", "limits: {not_after: 2026-02-28}"),),
    ),
    (
        "a ruled limit is of the kind of its question",
        ((F, 'maximum: "1 + count(answers.children)"', 'maximum: "answers.student == true"'),),
        "'maximum': this rule gives no number when answers.student is empty",
        (
            (
                F,
                'maximum: "1 + count(answers.children)"',
                'maximum: "answers.income != null ? answers.income * 2 : null"',
            ),
        ),
    ),
    (
        "a ruled day is a day",
        ((F, "limits: {not_after: today}", "limits: {not_after: count(answers.place)}"),),
        "'not_after': this rule gives no date",
        ((F, "id: details, type: long_text,", "id: details, type: date, limits: {not_before: answers.start},"),),
    ),
    (
        "a limit looks at earlier pages",
        ((F, "limits: {minimum: 0}}", "limits: {minimum: count(answers.children)}}"),),
        "the condition of 'income' needs 'children', which is not asked on an earlier page",
        (),
    ),
    (
        "a requirement looks at earlier pages",
        ((F, 'required: "count(answers.children) > 0"', 'required: "answers.copies == 1"'),),
        "the condition of 'school' needs 'copies', which is not asked on an earlier page",
        ((F, 'required: "count(answers.children) > 0"', "required: answers.student == true"),),
    ),
    (
        "a requirement is true or false",
        ((F, 'required: "count(answers.children) > 0"', "required: count(answers.children)"),),
        "'required': this condition is neither true nor false",
        (),
    ),
]

GROUPS: list[Row] = [
    (
        "a group has an end",
        ((F, "        limits: {most: 10}\n", ""),),
        "a group needs limits.most: how many entries there can be",
        ((F, "limits: {most: 10}", "limits: {least: 1, most: 20}"),),
    ),
    (
        "a group has twenty entries at most",
        ((F, "limits: {most: 10}", "limits: {most: 21}"),),
        "'most' must be a whole number from 0 to 20",
        (),
    ),
    (
        "a group's limits leave an answer",
        ((F, "limits: {most: 10}", "limits: {least: 5, most: 4}"),),
        "these limits leave no possible answer",
        ((F, "limits: {most: 10}", "limits: {least: 4, most: 4}"),),
    ),
    (
        "each entry has a heading",
        ((F, "        entry: {ar: طفل, fr: Enfant}\n", ""),),
        "a group needs 'entry': the heading of each entry",
        (),
    ),
    (
        "a group has no third floor",
        (
            (
                F,
                "{id: first_name, type: short_text,",
                TOYS.format(fields=PARTS),
            ),
        ),
        "a group may hold one group, not deeper",
        (
            (
                F,
                "{id: first_name, type: short_text,",
                TOYS.format(fields=PART),
            ),
        ),
    ),
    (
        "a group's questions have their own ids",
        (
            (F, "{id: age, type: integer, label: {ar: العمر", "{id: first_name, type: integer, label: {ar: العمر"),
            (F, "c.age != null && c.age >= 6", "c.first_name != null"),
        ),
        "two questions of the group are called 'first_name'",
        (),
    ),
    (
        "a group holds no point",
        ((F, "{id: first_name, type: short_text,", "{id: first_name, type: point, required: false,"),),
        "a group cannot hold a question of type point",
        (),
    ),
    (
        "a condition names a question of the group",
        ((F, "c.age != null && c.age >= 6", "c.aeg != null"),),
        "the group 'children' has no question 'aeg', did you mean 'age'?",
        ((F, "answers.children.exists(c, c.age != null && c.age >= 6)", "total(answers.children, 'age') > 6"),),
    ),
    (
        "an entry may be left open",
        ((F, "c.age != null && c.age >= 6", "c.age >= 6"),),
        "answers.children is a list with an empty 'age': test it first",
        (),
    ),
]

LOGIC: list[Row] = [
    (
        "a computed value is not made of itself",
        (
            (
                F,
                'value: "answers.half != null ? answers.half / 2 : null"',
                'value: "answers.quarter != null ? answers.quarter / 2 : null"',
            ),
        ),
        "the computed value 'quarter' is made of itself",
        (),
    ),
    (
        "two computed values are not made of each other",
        (
            (
                F,
                'value: "answers.income != null ? answers.income / 2 : 0"',
                'value: "answers.quarter != null ? answers.quarter * 2 : 0"',
            ),
        ),
        "the condition of 'half' needs 'quarter', which is not asked on an earlier page",
        (),
    ),
    (
        "a computed value looks at earlier pages",
        ((F, 'value: "answers.income != null ? answers.income / 2 : 0"', "value: count(answers.kinds)"),),
        "the condition of 'half' needs 'kinds', which is not asked on an earlier page",
        ((F, 'value: "answers.income != null ? answers.income / 2 : 0"', "value: count(answers.children) * 100"),),
    ),
    (
        "a computed value is of its kind",
        (
            (
                F,
                'value: "answers.income != null ? answers.income / 2 : 0", result: money',
                "value: answers.student, result: money",
            ),
        ),
        "'value': this rule gives no amount when answers.student is True",
        (
            (
                F,
                'value: "answers.income != null ? answers.income / 2 : 0", result: money',
                "value: answers.income, result: number",
            ),
        ),
    ),
    (
        "a rule speaks beside a question of its page",
        ((F, "at: end}", "at: kinds}"),),
        "'at': the page 'household' has no question 'kinds'",
        ((F, "at: end}", "at: start}"),),
    ),
    (
        "a rule looks at no later page",
        (
            (
                F,
                '"answers.end == null || answers.start == null || answers.end >= answers.start"',
                '"answers.copies != 3 || answers.end != null"',
            ),
        ),
        "the rule needs 'copies', which is asked on a later page",
        (
            (
                F,
                '"answers.end == null || answers.start == null || answers.end >= answers.start"',
                '"answers.end != null || answers.place != null"',
            ),
        ),
    ),
    (
        "a rule is about its page",
        (
            (
                F,
                '"answers.end == null || answers.start == null || answers.end >= answers.start"',
                '"answers.place != null"',
            ),
        ),
        "the rule looks at no question of the page 'household'",
        (),
    ),
    (
        "a rule survives what is left open",
        (
            (
                F,
                '"answers.end == null || answers.start == null || answers.end >= answers.start"',
                '"answers.end >= answers.start"',
            ),
        ),
        "'that': this condition is neither true nor false when answers.end and answers.start is empty",
        (),
    ),
]

ALL = [*QUESTIONS, *LIMITS, *GROUPS, *LOGIC]


@pytest.mark.parametrize(("faulty", "message", "twin"), [row[1:] for row in ALL], ids=[row[0] for row in ALL])
def test_a_rule_of_the_form_is_proved(faulty: tuple[Change, ...], message: str, twin: tuple[Change, ...]) -> None:
    found = faults_of(changed(SOUND, *faulty))
    assert any(message in fault for fault in found), found
    load(changed(SOUND, *twin))


def test_what_the_form_declares_is_read() -> None:
    service = load(SOUND)
    fields = service.fields
    assert fields["school"].options[2].group is not None
    assert fields["school"].options[2].group["fr"] == "Saïdia"
    assert fields["school"].required_if is not None
    assert [inner.id for inner in fields["children"].fields] == ["first_name", "age"]
    facts = {"answers": {"income": 3001, "children": [{"age": 7}], "kinds": ["school"], "copies": 3}}
    assert fields["half"].value is not None
    assert fields["half"].result is ResultKind.MONEY
    assert fields["half"].value(facts) == 1500.5
    assert str(fields["copies"].settled(facts).limits.maximum) == "2"
    assert fields["school"].settled(facts).required
    assert service.pages[3].when(facts)
    assert service.fee.due(facts).amount == 6
    assert service.fee.due({"answers": {"student": True}}).amount == 0
    assert service.eligibility is not None
    assert service.eligibility.outcome({"answers": {"age": 17}}).id == "too_young"
