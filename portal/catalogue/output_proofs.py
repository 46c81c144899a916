"""Proves the documents we issue sound: what their paragraphs are filled in with is known, said by all, and theirs to say."""

import re
from collections.abc import Iterator
from itertools import islice

from portal.catalogue.faults import Sentence
from portal.catalogue.form_proofs import answers_in, is_always_asked
from portal.catalogue.reading import Reading, closest
from portal.domain.acts import Act
from portal.domain.appeals import TERMS
from portal.domain.issued import DocumentKind
from portal.domain.lawful import REASONS
from portal.domain.service import (
    ANSWERS,
    BRACES,
    SAID,
    ActionRule,
    Field,
    Occasion,
    Output,
    ServiceDefinition,
    StateKind,
    Text,
    always,
    every_field,
)
from portal.fields import FIELD_TYPES
from portal.fields.base import ValueKind

PLACEHOLDERS = frozenset(
    [
        "applicant_name",
        "applicant_cnie",
        "beneficiary_name",
        "reference",
        "decided_on",
        "authority",
        "reasons",
        "place",
        "address",
        "valid_until",
        "reply",
        "fee",
        "appeal_until",
        "missing",
        "due_on",
        "extended_days",
    ]
)
"""What the paragraphs of a document we issue can be filled in with, besides answers."""

APPEAL_UNTIL = "appeal_until"
"""Until when somebody can turn against a decision that she receives on the day it is made."""

OF_EARLIER = ("first.", "origin.")
"""What the placeholder begins with of something about the case that is followed, or the one at the head of them all."""

EARLIER = frozenset({"reference", "service", "authority", "filed_on", "decided_on", "silent_on", "happened"})
"""What is known of a case that was filed before; ``happened`` words what this one follows: a refusal, or a silence."""

AFTER = {
    "decided_on": frozenset({Occasion.REFUSED, Occasion.PARTLY}),
    "silent_on": frozenset({Occasion.SILENCE}),
}
"""What must have happened, whichever of these it was, so that a day is known of the case that is followed."""

UNPRINTED = frozenset({"file", "statement", "consent", "group", "info"})
"""The types of question whose answers are no run of words within a sentence."""

LISTS = frozenset({ValueKind.LIST, ValueKind.ENTRIES})
"""What is empty, never unknown, where nothing was answered."""

Found = tuple[str, int]


def prove_output(definition: ServiceDefinition, output: Output, reading: Reading) -> None:
    """Notes every placeholder of a document that could not be filled in."""
    if any(re.search(r"[{}]", output.title[language]) for language in output.title):
        said = Sentence("the title of a document has no placeholder: it is read where no file is open, too")
        reading.fault_at("output", output.id, said)
    for text in output.paragraphs:
        at = _place(text, reading)
        for name in sorted({name for language in text for name in BRACES.findall(text[language])}):
            # One fault is enough to look at: the others of the same placeholder mostly follow from it.
            for message in islice(_faults(definition, output, text, name), 1):
                reading.add(*at, message)
        if any(re.search(r"[{}]", BRACES.sub("", text[language])) for language in text):
            reading.add(*at, Sentence("a brace { or } stands alone in a paragraph"))
    if _says_no(definition, output) and definition.deadline.law in TERMS and not _states(output, APPEAL_UNTIL):
        said = Sentence(
            "'%(output)s' refuses, and law %(law)s sets a time to turn against it: a paragraph says until when, "
            "with {%(name)s}",
            output=output.id,
            law=definition.deadline.law,
            name=APPEAL_UNTIL,
        )
        reading.fault_at("output", output.id, said)
    for said in _faults_of_reasons(definition, output):
        reading.fault_at("output", output.id, said)


def _faults_of_reasons(definition: ServiceDefinition, output: Output) -> Iterator[Sentence]:
    """What a document that refuses, or returns a file, fails to say: it is a decision, and has its reasons (art. 18)."""
    refuses, returns = _says_no(definition, output), _returns(definition, output)
    if (refuses or returns) and output.kind is not DocumentKind.DECISION:
        yield Sentence("'%(output)s' tells of a refusal or a return: its 'kind' is decision", output=output.id)
    if refuses and not _states(output, REASONS):
        yield Sentence("'%(output)s' refuses: a paragraph says why, with {reasons}", output=output.id)
    if returns and not (_states(output, REASONS) or _states(output, "missing")):
        yield Sentence(
            "'%(output)s' returns a file: a paragraph says what did not come, with {missing}, or why, with {reasons}",
            output=output.id,
        )


def _says_no(definition: ServiceDefinition, output: Output) -> bool:
    """Whether a document tells of a decision that refuses what was asked for, or a part of it."""
    refusing = {state.id for state in definition.states.values() if state.refuses}
    return any(definition.states[name].issues == output.id for name in refusing) or any(
        rule.target in refusing and rule.act is not Act.REPETITION for rule in _issuing(definition, output)
    )


def _states(output: Output, name: str) -> bool:
    return any(name in BRACES.findall(text[language]) for text in output.paragraphs for language in text)


def _place(text: Text, reading: Reading) -> Found:
    """Where a paragraph stands."""
    places = ((file, line) for file, line, one in reading.texts if one is text)
    return next(places, ("service.yaml", 1))


def _faults(definition: ServiceDefinition, output: Output, text: Text, name: str) -> Iterator[Sentence]:
    """Why one placeholder of a paragraph cannot be filled in."""
    if name.startswith(ANSWERS):
        yield from _faults_of_answer(definition, text, name)
    elif name.startswith(SAID):
        yield from _faults_of_said(definition, output, text, name)
    elif name.startswith(OF_EARLIER):
        yield from _faults_of_earlier(definition, name)
    elif name not in PLACEHOLDERS:
        meant = closest(name, PLACEHOLDERS)
        yield Sentence("the placeholder '{%(name)s}' does not exist%(meant)s", name=name, meant=meant)
    elif name == "valid_until" and output.validity_months is None:
        yield Sentence("{valid_until} needs 'validity_months'")
    elif name == "fee" and not definition.fee.amount:
        yield Sentence("{fee} is of a service that costs something: this one has no amount")
    elif name == APPEAL_UNTIL and definition.deadline.law not in TERMS:
        yield Sentence("{appeal_until}: law %(law)s sets no time to appeal", law=definition.deadline.law)
    elif name == "missing" and not _returns(definition, output):
        yield Sentence("{missing} is of a document that returns a file: no action with 'act: return' issues this one")
    else:
        yield from _faults_of_period(definition, output, name)


def _faults_of_period(definition: ServiceDefinition, output: Output, name: str) -> Iterator[Sentence]:
    """Why nothing can be said of the period when a document is issued."""
    if name == "due_on" and not _while_running(definition, output):
        yield Sentence("{due_on} is known while the period runs: this document is issued when it does not")
    elif name == "extended_days" and not _extends(definition, output):
        yield Sentence("{extended_days} is of a document that only actions with 'act: extension' issue")


def _faults_of_earlier(definition: ServiceDefinition, name: str) -> Iterator[Sentence]:
    """Why nothing can be said of the case that is followed, or of the one at the head of them all."""
    root, _, what = name.partition(".")
    follows = definition.follows
    if follows is None:
        yield Sentence("{%(name)s} is of a service that follows a case: this one has no 'follows'", name=name)
        return
    if what not in EARLIER:
        meant = closest(name, [f"{root}.{one}" for one in sorted(EARLIER)])
        yield Sentence("the placeholder '{%(name)s}' does not exist%(meant)s", name=name, meant=meant)
    after = AFTER.get(what)
    # Of the case at the head of several, only its designer knows what became of it.
    if after is not None and root == "first" and not after.issuperset(follows.on):
        yield Sentence(
            "{%(name)s} is known only where 'on' is [%(on)s] alone: write {%(root)s.happened}",
            name=name,
            on=", ".join(sorted(after, reverse=True)),
            root=root,
        )


def _faults_of_answer(definition: ServiceDefinition, text: Text, name: str) -> Iterator[Sentence]:
    asked = name.removeprefix(ANSWERS)
    field = definition.fields.get(asked)
    if field is None:
        meant = closest(asked, definition.fields)
        yield Sentence("the form has no question '%(name)s'%(meant)s", name=asked, meant=meant)
        return
    yield from _faults_of_field(field, text, name)
    if not field.sensitive and made_of_sensitive(definition, field):
        yield Sentence("'%(name)s' is made of a sensitive answer: it is not printed", name=asked)
    if not _is_known(definition, field):
        yield _not_of_all(asked)


def _faults_of_said(definition: ServiceDefinition, output: Output, text: Text, name: str) -> Iterator[Sentence]:
    asked = name.removeprefix(SAID)
    issuing = [rule for rule in definition.actions if rule.issues(output.id)]
    if not issuing:
        yield Sentence("no action issues '%(output)s', so nobody is asked '%(name)s'", output=output.id, name=asked)
    for rule in issuing:
        field = next((one for one in rule.asks if one.id == asked), None)
        if field is None:
            meant = closest(asked, [one.id for one in rule.asks])
            yield Sentence(
                "'%(action)s' issues '%(output)s' and does not ask '%(name)s'%(meant)s",
                action=rule.action,
                output=output.id,
                name=asked,
                meant=meant,
            )
            continue
        yield from _faults_of_field(field, text, name)
        if not field.required or field.required_if is not None or field.conditional or _completes(definition, rule):
            yield _not_of_all(asked)


def _faults_of_field(field: Field, text: Text, name: str) -> Iterator[Sentence]:
    if field.type in UNPRINTED:
        yield Sentence("an answer of type %(type)s cannot stand in a paragraph", type=field.type)
    if field.sensitive:
        yield Sentence("'%(name)s' is sensitive: it is not printed", name=field.id)
    if field.type == "long_text" and not all(_announces(text[language], name) for language in text):
        yield Sentence("'%(name)s' may be long: the paragraph ends with it, in every language", name=field.id)


def _not_of_all(name: str) -> Sentence:
    return Sentence("'%(name)s' is not always answered: require it of all, or leave it out of the document", name=name)


def _announces(paragraph: str, name: str) -> bool:
    return paragraph.endswith(f"{{{name}}}") and BRACES.findall(paragraph).count(name) == 1


def _is_known(definition: ServiceDefinition, field: Field) -> bool:
    """Whether there is an answer in every file; to a computed value, wherever there is one to all it is made of."""
    if field.type != "computed":
        return is_always_asked(definition, field)
    return all(
        _is_always_computed(definition, one)
        if one.type == "computed"
        else FIELD_TYPES[one.type].kind in LISTS or is_always_asked(definition, one)
        for one in (field, *_made_of(definition, field))
    )


def _is_always_computed(definition: ServiceDefinition, field: Field) -> bool:
    return not field.conditional and any(field in page.fields and page.when is always for page in definition.pages)


def made_of_sensitive(definition: ServiceDefinition, field: Field) -> bool:
    """Whether a computed value would tell something of an answer that is not to be told."""
    return any(one.sensitive for one in every_field(_made_of(definition, field)))


def _made_of(definition: ServiceDefinition, field: Field) -> tuple[Field, ...]:
    """All questions that a computed value looks at, also through other computed values."""
    found: dict[str, Field] = {}
    ahead = [field]
    while ahead:
        one = ahead.pop()
        for name in answers_in(one.value) - found.keys():
            if name in definition.fields:
                found[name] = definition.fields[name]
                ahead.append(found[name])
    return tuple(found.values())


def _issuing(definition: ServiceDefinition, output: Output) -> list[ActionRule]:
    return [rule for rule in definition.actions if rule.issues(output.id)]


def _extends(definition: ServiceDefinition, output: Output) -> bool:
    return all(rule.act is Act.EXTENSION for rule in _issuing(definition, output))


def _while_running(definition: ServiceDefinition, output: Output) -> bool:
    """Whether the period runs, or has just been stopped, whenever a document is issued: then its last day is known."""
    states = definition.states
    for rule in _issuing(definition, output):
        before = {states[source].kind for source in rule.sources if source in states}
        after = states[rule.target].kind if rule.target in states else StateKind.RUNNING
        if after is StateKind.SUSPENDED or (after is not StateKind.RUNNING and before != {StateKind.RUNNING}):
            return False
    return True


def _returns(definition: ServiceDefinition, output: Output) -> bool:
    return any(rule.act is Act.RETURN and rule.issues(output.id) for rule in definition.actions)


def _completes(definition: ServiceDefinition, rule: ActionRule) -> bool:
    """Whether it can complete a file: the journal keeps nothing of what is said then."""
    states = definition.states
    kinds = {states[source].kind for source in rule.sources if source in states}
    after = states.get(rule.target)
    return StateKind.DEPOSITING in kinds and after is not None and after.kind is StateKind.RUNNING
