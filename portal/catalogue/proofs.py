"""Proves a service sound before anyone can use it: its names, its form and what the law says of its documents."""

import re
from collections import Counter
from collections.abc import Collection, Iterable

from portal.catalogue.conditions import CelCondition
from portal.catalogue.reading import Reading, closest
from portal.domain.clock import LAWS
from portal.domain.service import Condition, Document, Field, IdentityLevel, Output, ServiceDefinition, Source

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
# Law 55-19, art. 4(8) and 7: nothing legalised, nothing certified; recognised by the words a designer would use.
CERTIFIED = re.compile(
    r"certified.cop|copies?.(?:\w+.)?certifi|conformes?.[àa]?.?l.?original|copies?.conformes?|l[ée]galis"
    r"|مطابقة?.للأصل|مصادق.عليها|مشهود.بمطابقتها|مصححة?.الإمضاء|تصحيح.الإمضاء",
    re.IGNORECASE,
)
NEGATION = re.compile(r"\b(?:sans|pas|ni|aucune|inutile)\b|لا |دون |بدون |غير ", re.IGNORECASE)
# Law 04-20, art. 11: whoever has shown the CNIE needs none of these.
CIVIL_STATUS = frozenset(
    [
        "birth_certificate",
        "birth_act",
        "birth_extract",
        "residence_certificate",
        "life_certificate",
        "nationality_certificate",
        "acte_naissance",
        "extrait_naissance",
        "certificat_residence",
        "certificat_vie",
        "certificat_nationalite",
        "cnie",
        "cnie_copy",
        "copie_cnie",
    ]
)
CIVIL_STATUS_TITLES = re.compile(
    r"acte.de.naissance|certificat.de.(?:r[ée]sidence|vie|nationalit[ée])"
    r"|رسم.الولادة|عقد.الازدياد|شهادة.(?:السكنى|الحياة|الجنسية)",
    re.IGNORECASE,
)


def prove(definition: ServiceDefinition, reading: Reading, platforms: Collection[str] | None) -> None:
    """Notes every rule the service breaks; ``platforms`` are the ones the province is connected to, None for any."""
    _prove_languages(reading)
    _prove_names(definition, reading)
    _prove_form(definition, reading)
    _prove_people(definition, reading)
    _prove_authority(definition, reading)
    _prove_deadline(definition, reading)
    _prove_documents(definition, reading, platforms)
    for output in definition.outputs.values():
        _prove_placeholders(output, reading)


def _prove_languages(reading: Reading) -> None:
    """A third language, once begun, is spoken everywhere."""
    spoken = frozenset[str]().union(*(languages for _, _, languages in reading.texts))
    for file, line, languages in reading.texts:
        for language in sorted(spoken - languages):
            reading.add(file, line, f"this text has no '{language}', which other texts of the service have")


def repeated(names: Iterable[str]) -> list[str]:
    return sorted(name for name, times in Counter(names).items() if times > 1)


def _prove_names(definition: ServiceDefinition, reading: Reading) -> None:
    groups = {
        "page": [page.id for page in definition.pages],
        "field": [field.id for page in definition.pages for field in page.fields],
        "document": [document.id for document in definition.documents],
    }
    words = {"page": "page", "field": "question", "document": "document"}
    for kind, names in groups.items():
        for name in repeated(names):
            reading.fault_at(kind, name, f"two {words[kind]}s are called '{name}': give each its own id")


def _answers_in(condition: Condition) -> frozenset[str]:
    return condition.answers if isinstance(condition, CelCondition) else frozenset()


def _prove_form(definition: ServiceDefinition, reading: Reading) -> None:
    """A condition looks back only: without JavaScript, an answer is known from the next page on."""
    asked: set[str] = set()
    for page in definition.pages:
        conditions = [("page", page.id, page.when), *(("field", field.id, field.when) for field in page.fields)]
        for kind, name, condition in conditions:
            for answer in sorted(_answers_in(condition) - asked):
                reading.fault_at(
                    kind, name, f"the condition of '{name}' needs '{answer}', which is not asked on an earlier page"
                )
            _prove_before_the_case(kind, name, condition, reading)
        asked.update(field.id for field in page.fields)
    for document in definition.documents:
        _prove_before_the_case("document", document.id, document.needed, reading)


def _prove_before_the_case(kind: str, name: str, condition: Condition, reading: Reading) -> None:
    if isinstance(condition, CelCondition) and any(root == "case" for root, _ in condition.references):
        reading.fault_at(
            kind, name, f"the condition of '{name}' cannot see 'case', which exists only once the file is submitted"
        )


def _is_always_asked(definition: ServiceDefinition, field: Field) -> bool:
    page = next(page for page in definition.pages if field in page.fields)
    return field.required and not field.conditional and not isinstance(page.when, CelCondition)


def _prove_people(definition: ServiceDefinition, reading: Reading) -> None:
    names = ("name_ar", "name_fr", "short_text")
    types = {"name_ar": names, "name_fr": names, "cnie": ("cnie",), "birth_date": ("date",)}
    types |= {"phone": ("phone",), "email": ("email",), "place": ("place",)}
    for who, mapping in (("applicant", definition.applicant), ("beneficiary", definition.beneficiary)):
        for attribute, answer in mapping.items():
            field = definition.fields.get(answer)
            if field is None:
                known = closest(answer, definition.fields)
                reading.fault_at(who, attribute, f"the form has no question '{answer}'{known}")
            elif (wanted := types.get(attribute)) and field.type not in wanted:
                reading.fault_at(
                    who, attribute, f"'{attribute}' must come from a question of type {wanted[0]}, not {field.type}"
                )
    if definition.identity is not IdentityLevel.NONE and not {"name_ar", "name_fr"} & set(definition.applicant):
        reading.fault_at(
            "identity", "", "form.yaml must say under 'applicant' which question holds the applicant's name"
        )


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
        reading.fault_at("authority", "by", f"the unit is found by a question of type place, '{name}' is {field.type}")
    elif not _is_always_asked(definition, field):
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


def _prove_documents(definition: ServiceDefinition, reading: Reading, platforms: Collection[str] | None) -> None:
    for document in definition.documents:
        if _wants_certified(document):
            reading.fault_at(
                "document",
                document.id,
                f"'{document.id}': nothing certified or legalised can be asked for (law 55-19, art. 4 and 7)",
            )
        if document.source is Source.CITIZEN and definition.identity.rank >= IdentityLevel.SUBSTANTIAL.rank:
            named = any(CIVIL_STATUS_TITLES.search(document.title[language]) for language in document.title)
            if document.id in CIVIL_STATUS or named:
                reading.fault_at(
                    "document",
                    document.id,
                    f"'{document.id}' cannot be asked for: the identity card already proves it (law 04-20, art. 11)",
                )
        if document.platform and platforms is not None and document.platform not in platforms:
            reading.fault_at(
                "document",
                document.id,
                f"the platform '{document.platform}' is not in platforms/{closest(document.platform, platforms)}",
            )


def _wants_certified(document: Document) -> bool:
    titles = [document.id, *(document.title[language] for language in document.title)]
    hints = [document.hint[language] for language in document.hint] if document.hint else []
    # A hint may well say that no legalisation is needed.
    return any(map(CERTIFIED.search, titles)) or any(
        not NEGATION.search(hint[max(0, found.start() - 30) : found.start()])
        for hint in hints
        for found in CERTIFIED.finditer(hint)
    )


def _prove_placeholders(output: Output, reading: Reading) -> None:
    for text in output.paragraphs:
        used = {language: set(re.findall(r"\{([^{}]*)\}", text[language])) for language in text}
        for name in sorted(set[str]().union(*used.values()) - PLACEHOLDERS):
            reading.fault_at(
                "output", output.id, f"the placeholder '{{{name}}}' does not exist{closest(name, PLACEHOLDERS)}"
            )
        if any(re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", text[language])) for language in text):
            reading.fault_at("output", output.id, "a brace { or } stands alone in a paragraph")
        if len({frozenset(names) for names in used.values()}) > 1:
            differing = sorted(set[str]().union(*used.values()) - set.intersection(*used.values()))
            reading.fault_at(
                "output", output.id, f"{{{differing[0]}}} is in one language of a paragraph and not in the other"
            )
        if any("valid_until" in names for names in used.values()) and output.validity_months is None:
            reading.fault_at("output", output.id, "{valid_until} needs 'validity_months'")
