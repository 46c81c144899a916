"""Whatever is wrong with a service is said to its writer wholly in Arabic and wholly in French, never half in English."""

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from portal.catalogue.faults import LANGUAGES, Fault, Sentence, Unsound
from portal.catalogue.loader import load_service
from portal.catalogue.territory import uncovered
from portal.domain.service import UnitKind
from portal.fields import FIELD_TYPES
from portal.i18n import translations
from tests.unit.small_service import WITHOUT_A_STORY
from tests.unit.sound_service import PLATFORMS, SOUND, TERRITORY, Change, changed

S, F, W = "service.yaml", "form.yaml", "workflow.yaml"

QUOTED = re.compile(r"«[^«»]*»|'[^']*'|“[^“”]*”")
NAMED = re.compile(r"[A-Za-z0-9-]+(?:[./_<>]+[A-Za-z0-9-]*)+")
"""What nobody could take for a word of a sentence: the name of a file, of an answer."""

KNOWN = "|".join(
    [*FIELD_TYPES, "answers", "identity", "case", "today", "count", "null", "notify", "remind", "platforms", "system"]
)
OF_THE_LANGUAGE = re.compile(rf"(?<![A-Za-z])(?:{KNOWN})(?![A-Za-z])")
"""Words of the service language that a sentence may name without quoting them."""

LATIN = re.compile(r"[A-Za-zÀ-ÿ]{2,}")
ENGLISH = re.compile(
    r"\b(?:the|is|are|not|no|must|needs?|has|have|of|with|and|this|that|which|does|cannot|did|you|unknown|by)\b"
)
LIBRARY = "problem"
"""The parameter for the words of a library, which speaks English alone."""

# Each kind of mistake: the sound files, the changes that break them, and words of every fault that they lead to.
Row = tuple[str, Mapping[str, str], tuple[Change, ...], tuple[str, ...]]
MISTAKES: list[Row] = [
    (
        "YAML",
        SOUND,
        (
            (S, "keywords: [دعم, aide]", "keywords: [دعم, aide]\nkeywords: [aide]"),
            (F, "applicant: {", "applicant: &person {"),
            (W, "", ""),
        ),
        ("given twice", "anchors (&)", "the file is empty"),
    ),
    (
        "YAML that no parser reads",
        SOUND,
        ((S, "keywords: [دعم, aide]", "keywords: [دعم, aide"), (W, "", "- " * 40)),
        ("this is not YAML", "levels of nesting"),
    ),
    (
        "sheet",
        SOUND,
        (
            (S, "keywords: [دعم, aide]", "keywordz: [دعم, aide]"),
            (S, "{ar: دعم الأسرة, fr: Aide à la famille}", "{ar: Aide à la famille}"),
            (S, "identity: substantial", "identity: substancial"),
            (S, "silence: appeal", "silence: forever"),
            (S, "days: 30, silence", "days: many, silence"),
            (S, "paid_by: [e_stamp]", "paid_by: [shells]"),
            (S, "  retention_years: 3\n", ""),
            (S, "    from: administration\n", "    from: administration\n    accept: [docx]\n"),
            (S, "article: 55-19/21", "article: 21"),
            (S, "next_steps: {", "next_steps: [{"),
            (S, "vous répondra.}", "vous répondra.}]"),
        ),
        (
            "unknown key 'keywordz' in service.yaml, did you mean 'keywords'?",
            "'title' needs 'fr'",
            "is not written in that language's letters",
            "'substancial' is not a known 'identity', did you mean 'substantial'?",
            "'forever' is not a known 'silence': use",
            "must be a whole number",
            "'shells' is not a way to pay",
            "'privacy' needs 'retention_years'",
            "'docx' is not a format we can check",
            "makes no sense for a document from the administration",
            "'21' is no article",
            "must be written as 'key: value' lines",
        ),
    ),
    (
        "what the sheet promises",
        SOUND,
        (
            (S, "basis: [order_7]", "basis: [order_8]"),
            (S, "by: residence", "by: answers.student"),
            (S, 'law: "55-19"', 'law: "55-18"'),
            (S, "{ar: وصل الكراء, fr: La quittance de loyer}", "{ar: نسخة مطابقة للأصل, fr: Une copie conforme}"),
            (S, "الأسباب: {reasons}", "الأسباب: {motives}"),
            (S, "item: documents.rent", "item: documents.tent"),
            (S, "platform: rnp", "platform: rmp"),
            (S, "[دعم, aide]", "[<b>aide</b>]"),
        ),
        (
            "there is no legal basis 'order_8'",
            "the unit is found by a question of type place, 'student' is yes_no",
            "'55-18' is not a law that the clock knows",
            "nothing certified or legalised",
            "the placeholder '{motives}' does not exist",
            "each has the same ones",
            "'documents.tent' is not something the sheet says",
            "the platform 'rmp' is not in platforms/",
            "holds markup or a script",
        ),
    ),
    (
        "form",
        SOUND,
        (
            (F, "type: money, label", "type: mony, label"),
            (F, "list: schools", "list: shools"),
            (F, "name_ar: name_ar, cnie", "nam_ar: name_ar, cnie"),
            (F, ", text: {ar: الدخول المدرسي في شتنبر., fr: La rentrée est en septembre.}", ""),
            (F, "limits: {most: 10}", "limits: {most: 10, least: some}"),
            (F, "id: more\n", "id: More\n"),
        ),
        (
            "'mony' is not a type of question, did you mean 'money'?",
            "there is no list lists/shools.csv",
            "is not known of a person",
            "needs 'text'",
            "cannot be a name",
        ),
    ),
    (
        "what the form asks",
        SOUND,
        (
            (F, "at: end}", "at: fin}"),
            (F, "prefill: earlier.address", "prefill: adress"),
            (F, "place: place, address: address}", "place: plaza, address: address}"),
        ),
        ("has no question 'fin'", "cannot be prefilled", "plaza"),
    ),
    (
        "workflow",
        WITHOUT_A_STORY,
        (
            (W, "action: consult, from: lodged", "action: consult, from: lodgd"),
            (W, "action: skip, from: lodged, to: sitting", "action: skip, from: lodged, to: limbo"),
        ),
        (
            "the state 'lodgd' does not exist, did you mean 'lodged'?",
            "the state 'limbo' does not exist",
        ),
    ),
    (
        "what the workflow does",
        WITHOUT_A_STORY,
        (
            (W, "issues: permit", "issues: permt"),
            (W, "issue.refusal, notify", "issue.refusal, email"),
        ),
        ("has no output 'permt'", "'email' is not an effect"),
    ),
    (
        "a case that would be stuck",
        WITHOUT_A_STORY,
        (
            (
                W,
                ", {id: reasons, type: long_text, label: {ar: الأسباب, fr: Motifs}}], effects: [issue.refusal",
                "], effects: [issue.refusal",
            ),
            (
                W,
                "action: return_file, from: depositing, to: returned, by: [system]",
                "action: return_file, from: depositing, to: returned, by: [chief]",
            ),
            (
                W,
                "action: skip, from: lodged, to: sitting, by: [chief], at: [province]",
                "action: consult, from: lodged, to: sitting, by: [chief]",
            ),
            (
                W,
                "action: answer, from: more_info, to: lodged, by: [applicant]",
                "action: answer, from: more_info, to: lodged, by: [agent]",
            ),
        ),
        ("so it must ask for 'reasons'", "is written twice", "cannot leave the state 'more_info'"),
    ),
    (
        "condition",
        SOUND,
        (
            (S, "answers.income < 3000", "answers.incom < 3000"),
            (F, 'that: "answers.end == null', 'that: "ends(answers.end)'),
            (F, 'value: "answers.half != null ? answers.half / 2 : null"', "value: \"'half'\""),
            (F, '"count(answers.children) > 0"', '"answers.children == null"'),
            (F, "'school' in answers.kinds", "'scool' in answers.kinds"),
            (F, 'maximum: "1 + count(answers.children)"', 'maximum: "answers.income"'),
            (F, "when: answers.resident == false", "when: answers.age"),
            (S, "quantity: answers.copies", "quantity: 'answers. +'"),
        ),
        (
            "'answers.incom' does not exist, did you mean",
            "the function 'ends' is unknown",
            "'answers.children' is a list",
            "'scool' is not an option of the question 'kinds', did you mean 'school'?",
            "this condition cannot be read",
        ),
    ),
]


def faults_of(files: Mapping[str, str]) -> tuple[Fault, ...]:
    with pytest.raises(Unsound) as raised:
        load_service("family-aid", files, territory=TERRITORY, platforms=PLATFORMS)
    return raised.value.faults


def parts_of(sentence: Sentence) -> Iterator[Sentence]:
    """A sentence, and those that fill it in."""
    yield sentence
    for one in sentence.params.values():
        if isinstance(one, Sentence):
            yield from parts_of(one)


def names_in(sentence: Sentence) -> Iterator[tuple[str, str]]:
    """What fills a sentence in as it was written in the files, by the parameter it is given as."""
    for part in parts_of(sentence):
        yield from ((name, str(one)) for name, one in part.params.items() if not isinstance(one, Sentence))


def words_of(fault: Fault, language: str) -> str:
    """What a fault says in a language besides names."""
    said = fault.message.said(language)
    for _, name in sorted(names_in(fault.message), key=lambda named: -len(named[1])):
        said = said.replace(name, "")
    for kind in (QUOTED, NAMED, OF_THE_LANGUAGE):
        said = kind.sub("", said)
    return said


@pytest.fixture(params=MISTAKES, ids=[row[0] for row in MISTAKES])
def faults(request: pytest.FixtureRequest) -> tuple[Fault, ...]:
    _, files, changes, expected = request.param
    found = faults_of(changed(files, *changes))
    said = "\n".join(fault.message for fault in found)
    for words in expected:
        assert words in said, said
    return found


def test_each_part_of_a_fault_is_translated(faults: tuple[Fault, ...]) -> None:
    for fault in faults:
        for part in parts_of(fault.message):
            if any(letter.isalpha() for letter in re.sub(r"%\(\w+\)s", "", part.pattern)):
                for language in LANGUAGES:
                    assert translations(language).gettext(part.pattern) != part.pattern, (language, part.pattern)


def test_what_is_not_translated_is_a_name(faults: tuple[Fault, ...]) -> None:
    for fault in faults:
        for parameter, name in names_in(fault.message):
            assert parameter == LIBRARY or " " not in name or not ENGLISH.search(QUOTED.sub("", name)), fault


def test_a_fault_is_said_in_arabic_alone(faults: tuple[Fault, ...]) -> None:
    for fault in faults:
        said = words_of(fault, "ar")
        assert re.search("[ء-ي]{2}", said), said
        assert not LATIN.search(said), said


def test_a_fault_is_said_in_french_alone(faults: tuple[Fault, ...]) -> None:
    for fault in faults:
        said = words_of(fault, "fr")
        assert fault.message.said("fr") != fault.message
        assert not ENGLISH.search(said), said


def test_a_fault_names_the_same_place_and_the_same_words_in_every_language(faults: tuple[Fault, ...]) -> None:
    for fault in faults:
        plain = fault.plain()
        assert plain["message"] == fault.message
        for language in LANGUAGES:
            assert plain["said"][language] == fault.message.said(language)
            assert fault.said(language) == f"{fault.file}:{fault.line}: {fault.message.said(language)}"
            for word in fault.message.params.values():
                if not isinstance(word, Sentence):
                    assert str(word) in fault.message.said(language), (language, word)


def test_a_part_that_is_a_sentence_is_said_in_the_language_of_the_whole() -> None:
    whole = Sentence("%(name)s needs '%(key)s'", name=Sentence("a document"), key="title")
    assert whole == "a document needs 'title'"
    assert whole.said("fr") == "il manque «\u00a0title\u00a0» dans une pièce"
    assert whole.said("ar") == "ينقص المفتاح «title» في وثيقة"


def test_a_place_is_called_by_its_name_in_the_language() -> None:
    found = uncovered(replace(TERRITORY, units=()), (UnitKind.ANNEXE, UnitKind.CAIDAT))
    assert found is not None
    first = next(iter(TERRITORY.places()))
    assert found == f"no annexe or caidat covers {first.name['fr']} ({first.value})"
    assert first.name["ar"] in found.said("ar")
    assert first.name["fr"] in found.said("fr")
    assert "annexe ou caidat" in found.said("fr")


def test_a_sentence_is_still_one_when_it_is_copied() -> None:
    found = Sentence("%(name)s needs '%(key)s'", name=Sentence("a document"), key="title")
    made = copy.deepcopy(found)
    assert (made, made.said("fr")) == (found, found.said("fr"))
