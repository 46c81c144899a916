"""Proves a service sound before anyone can use it: its texts, its authority, its deadline, its documents, its form."""

import re
from collections import Counter
from collections.abc import Collection, Iterable

from portal.catalogue.document_proofs import prove_documents
from portal.catalogue.form_proofs import is_always_asked, prove_form
from portal.catalogue.reading import PLAIN, Reading, closest
from portal.domain.clock import LAWS
from portal.domain.service import Output, ServiceDefinition

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
    ]
)
"""What the paragraphs of a document we issue can be filled in with."""

RESIDENCE = "residence"
BRACES = re.compile(r"\{([^{}]*)\}")


def prove(definition: ServiceDefinition, reading: Reading, platforms: Collection[str] | None) -> None:
    """Notes every rule the service breaks; ``platforms`` are the ones the province is connected to, None for any.

    Where they are a mapping, its values are what each platform can be asked for.
    """
    _prove_languages(reading)
    _prove_keywords(definition, reading)
    prove_form(definition, reading, platforms)
    if definition.processed:
        _prove_authority(definition, reading)
    if definition.processed or definition.deadline.stated:
        _prove_deadline(definition, reading)
    prove_documents(definition, reading, platforms)
    for output in definition.outputs.values():
        _prove_placeholders(output, reading)


def _prove_languages(reading: Reading) -> None:
    """A third language, once begun, is spoken everywhere; and every language has the same placeholders."""
    spoken = frozenset[str]().union(*(text.values.keys() for _, _, text in reading.texts))
    for file, line, text in reading.texts:
        for language in sorted(spoken - text.values.keys()):
            reading.add(file, line, f"this text has no '{language}', which other texts of the service have")
        used = {language: frozenset(BRACES.findall(words)) for language, words in text.values.items()}
        if differing := sorted(frozenset[str]().union(*used.values()) - frozenset.intersection(*used.values())):
            lacking = next(language for language, names in used.items() if differing[0] not in names)
            reading.add(
                file,
                line,
                f"{{{differing[0]}}} is in one language of this text and not in '{lacking}': each has the same ones",
            )


def _prove_keywords(definition: ServiceDefinition, reading: Reading) -> None:
    for word in definition.keywords:
        if PLAIN.search(word):
            reading.fault_at("keywords", "", f"'{word[:40]}' holds markup or a script: plain words only")


def repeated(names: Iterable[str]) -> list[str]:
    return sorted(name for name, times in Counter(names).items() if times > 1)


def _prove_authority(definition: ServiceDefinition, reading: Reading) -> None:
    by = definition.authority.by
    if by == RESIDENCE:
        name = definition.applicant.get("place")
        if name is None:
            reading.fault_at("authority", "by", "'residence' needs 'place' under 'applicant' in form.yaml")
            return
    elif by.startswith("answers."):
        name = by.removeprefix("answers.")
    else:
        reading.fault_at(
            "authority", "by", f"'{by}' is not a way to find the unit: use residence or answers.<question>"
        )
        return
    field = definition.fields.get(name)
    if field is None:
        reading.fault_at("authority", "by", f"the form has no question '{name}'{closest(name, definition.fields)}")
    elif field.type != "place":
        also = ": a commune may be divided into districts" if field.type == "commune" else ""
        reading.fault_at(
            "authority", "by", f"the unit is found by a question of type place, '{name}' is {field.type}{also}"
        )
    elif not is_always_asked(definition, field):
        reading.fault_at("authority", "by", f"'{name}' finds the unit, so it must be required and asked of everyone")


def _prove_deadline(definition: ServiceDefinition, reading: Reading) -> None:
    deadline = definition.deadline
    law = LAWS.get(deadline.law)
    if law is None:
        listed = closest(deadline.law, LAWS) or ": use " + ", ".join(LAWS)
        reading.fault_at("deadline", "law", f"'{deadline.law}' is not a law that the clock knows{listed}")
    elif law.ceiling is not None and deadline.days > law.ceiling:
        reading.fault_at(
            "deadline", "days", f"{deadline.days} days are more than the {law.ceiling} that law {law.key} allows"
        )


def _prove_placeholders(output: Output, reading: Reading) -> None:
    for text in output.paragraphs:
        used = {language: set(BRACES.findall(text[language])) for language in text}
        for name in sorted(set[str]().union(*used.values()) - PLACEHOLDERS):
            reading.fault_at(
                "output", output.id, f"the placeholder '{{{name}}}' does not exist{closest(name, PLACEHOLDERS)}"
            )
        if any(re.search(r"[{}]", BRACES.sub("", text[language])) for language in text):
            reading.fault_at("output", output.id, "a brace { or } stands alone in a paragraph")
        if any("valid_until" in names for names in used.values()) and output.validity_months is None:
            reading.fault_at("output", output.id, "{valid_until} needs 'validity_months'")
