"""Proves a form sound: its names, what its rules may look at, whom it asks about, what it is prefilled with."""

from collections.abc import Collection, Mapping

from portal.catalogue.conditions import CelRule
from portal.catalogue.faults import Sentence
from portal.catalogue.reading import Reading, closest
from portal.domain.service import (
    GROUP,
    Field,
    IdentityLevel,
    Page,
    ServiceDefinition,
)

EARLIER = "earlier"
PERSON_TYPES: Mapping[str, tuple[str, ...]] = {
    "name_ar": ("name_ar", "name_fr", "short_text"),
    "name_fr": ("name_fr", "name_ar", "short_text"),
    "cnie": ("cnie",),
    "birth_date": ("date",),
    "phone": ("phone",),
    "email": ("email",),
    "place": ("place",),
    "address": ("short_text", "long_text", "address"),
}
"""The types of question that can hold what is known of a person."""

TWO: Mapping[str, Sentence] = {
    "page": Sentence("two pages are called '%(name)s': give each its own id"),
    "field": Sentence("two questions are called '%(name)s': give each its own id"),
    "document": Sentence("two documents are called '%(name)s': give each its own id"),
    "legal_basis": Sentence("two legal bases are called '%(name)s': give each its own id"),
}
"""What is said of two things of one name, by what they are."""


def answers_in(rule: object) -> frozenset[str]:
    """The questions a rule depends on."""
    return rule.answers if isinstance(rule, CelRule) else frozenset()


def prove_form(definition: ServiceDefinition, reading: Reading, platforms: Collection[str] | None) -> None:
    """Notes every rule the form breaks."""
    _prove_names(definition, reading)
    _prove_looks_back(definition, reading)
    _prove_rules(definition, reading)
    _prove_sheet_rules(definition, reading)
    _prove_people(definition, reading)
    for field in definition.fields.values():
        if field.prefill:
            _prove_prefill(definition, field, reading, platforms)


def _prove_names(definition: ServiceDefinition, reading: Reading) -> None:
    groups = {
        "page": [page.id for page in definition.pages],
        "field": [field.id for page in definition.pages for field in page.fields],
        "document": [document.id for document in definition.documents],
        "legal_basis": [basis.id for basis in definition.legal_basis if basis.id],
    }
    for kind, names in groups.items():
        for name in sorted({name for name in names if names.count(name) > 1}):
            reading.fault_at(kind, name, Sentence(TWO[kind], name=name))


def _prove_looks_back(definition: ServiceDefinition, reading: Reading) -> None:
    """A rule looks back only: without JavaScript, an answer is known from the next page on."""
    asked: set[str] = set()
    for page in definition.pages:
        _look_back("page", page.id, page.id, page.when, asked, reading)
        computed: set[str] = set()
        for field in page.fields:
            for name, one in _named(field):
                for rule in (one.when, one.required_if, *one.limits.ruled.values()):
                    _look_back("field", name, one.id, rule, asked, reading)
            if field.type == "computed":
                if field.id in answers_in(field.value):
                    said = Sentence("the computed value '%(name)s' is made of itself", name=field.id)
                    reading.fault_at("field", field.id, said)
                else:
                    _look_back("field", field.id, field.id, field.value, asked | computed, reading)
                computed.add(field.id)
        asked.update(field.id for field in page.fields)


def _named(field: Field, before: str = "") -> list[tuple[str, Field]]:
    """A question and those it repeats, by the names their places are noted under."""
    name = f"{before}{field.id}"
    return [(name, field), *(found for inner in field.fields for found in _named(inner, f"{name}."))]


def _look_back(kind: str, place: str, name: str, rule: object, asked: Collection[str], reading: Reading) -> None:
    for answer in sorted(answers_in(rule) - set(asked)):
        said = Sentence(
            "the condition of '%(name)s' needs '%(answer)s', which is not asked on an earlier page",
            name=name,
            answer=answer,
        )
        reading.fault_at(kind, place, said)
    _before_the_case(kind, place, name, rule, reading)


def _before_the_case(kind: str, place: str, name: str, rule: object, reading: Reading) -> None:
    if isinstance(rule, CelRule) and any(root == "case" for root, _ in rule.references):
        said = Sentence(
            "the condition of '%(name)s' cannot see 'case', which exists only once the file is submitted", name=name
        )
        reading.fault_at(kind, place, said)


def _prove_rules(definition: ServiceDefinition, reading: Reading) -> None:
    """A rule over several answers looks at its own page and those before it, and speaks beside one of its questions."""
    asked: set[str] = set()
    for page in definition.pages:
        own = {field.id for field in page.fields}
        asked |= own
        for number, rule in enumerate(page.rules):
            place = f"{page.id}.{number}"
            for answer in sorted(answers_in(rule.holds) - asked):
                said = Sentence("the rule needs '%(answer)s', which is asked on a later page", answer=answer)
                reading.fault_at("rule", place, said)
            if not answers_in(rule.holds) & own:
                said = Sentence("the rule looks at no question of the page '%(page)s'", page=page.id)
                reading.fault_at("rule", place, said)
            _before_the_case("rule", place, page.id, rule.holds, reading)
            _prove_at(page, rule.at, place, reading)


def _prove_at(page: Page, at: str, place: str, reading: Reading) -> None:
    field = next((field for field in page.fields if field.id == at), None)
    if field is None:
        said = Sentence(
            "'at': the page '%(page)s' has no question '%(question)s'%(meant)s",
            page=page.id,
            question=at,
            meant=closest(at, [field.id for field in page.fields]),
        )
        reading.fault_at("rule", place, said)
    elif not field.asks:
        said = Sentence("'at': nobody answers '%(question)s', so nothing can be said beside it", question=at)
        reading.fault_at("rule", place, said)


def _prove_sheet_rules(definition: ServiceDefinition, reading: Reading) -> None:
    for document in definition.documents:
        _before_the_case("document", document.id, document.id, document.needed, reading)
    for key, rule in (("quantity", definition.fee.quantity), ("waived", definition.fee.waived)):
        _before_the_case("fee", key, key, rule, reading)


def is_always_asked(definition: ServiceDefinition, field: Field) -> bool:
    """Whether everybody answers a question."""
    page = next(page for page in definition.pages if field in page.fields)
    unconditional = not field.conditional and field.required_if is None and not isinstance(page.when, CelRule)
    return field.required and unconditional


def _prove_people(definition: ServiceDefinition, reading: Reading) -> None:
    for who, mapping in (("applicant", definition.applicant), ("beneficiary", definition.beneficiary)):
        for attribute, answer in mapping.items():
            field = definition.fields.get(answer)
            if field is None:
                reading.fault_at(who, attribute, _no_question(answer, definition.fields))
            elif (wanted := PERSON_TYPES.get(attribute)) and field.type not in wanted:
                said = Sentence(
                    "'%(attribute)s' must come from a question of type %(wanted)s, not %(type)s",
                    attribute=attribute,
                    wanted=wanted[0],
                    type=field.type,
                )
                reading.fault_at(who, attribute, said)
    if definition.identity is not IdentityLevel.NONE and not {"name_ar", "name_fr"} & set(definition.applicant):
        said = Sentence("form.yaml must say under 'applicant' which question holds the applicant's name")
        reading.fault_at("identity", "", said)


def _no_question(name: str, known: Collection[str]) -> Sentence:
    return Sentence("the form has no question '%(name)s'%(meant)s", name=name, meant=closest(name, known))


def _prove_prefill(
    definition: ServiceDefinition, field: Field, reading: Reading, platforms: Collection[str] | None
) -> None:
    source = field.prefill or ""
    if field.type in (GROUP, "file", "statement", "consent"):
        message: Sentence | None = Sentence(
            "a question of type %(type)s is answered anew each time: it cannot be prefilled", type=field.type
        )
    elif "." not in source:
        message = _fault_of_person(source, field)
    else:
        first, _, rest = source.partition(".")
        if first == EARLIER:
            message = _fault_of_earlier(definition, field, rest)
        else:
            message = _fault_of_platform(first, rest, platforms)
    if message:
        reading.fault_at("field", field.id, message)


def _fault_of_person(source: str, field: Field) -> Sentence | None:
    if source not in PERSON_TYPES:
        return Sentence(
            "a question cannot be prefilled with '%(source)s'%(meant)s",
            source=source,
            meant=closest(source, [*PERSON_TYPES, EARLIER]),
        )
    if field.type not in PERSON_TYPES[source]:
        return Sentence(
            "a question of type %(type)s cannot be prefilled with '%(source)s'", type=field.type, source=source
        )
    return None


def _fault_of_earlier(definition: ServiceDefinition, field: Field, rest: str) -> Sentence | None:
    """``<question>`` of an earlier case of this service; ``<slug>.<question>`` is proved among all services."""
    slug, _, question = rest.rpartition(".")
    if slug and slug != definition.slug:
        return None
    known = definition.fields
    if question not in known:
        return _no_question(question, known)
    if known[question].type != field.type:
        return Sentence(
            "'%(question)s' is of type %(type)s: it cannot fill in a question of type %(wanted)s",
            question=question,
            type=known[question].type,
            wanted=field.type,
        )
    return None


def _fault_of_platform(name: str, attribute: str, platforms: Collection[str] | None) -> Sentence | None:
    if platforms is None:
        return None
    if name not in platforms:
        meant = closest(name, [*platforms, EARLIER])
        return Sentence("the platform '%(name)s' is not in platforms/%(meant)s", name=name, meant=meant)
    asked = platforms[name] if isinstance(platforms, Mapping) else None
    if not isinstance(asked, Collection):
        return None
    if not asked:
        return Sentence("platforms/%(name)s.yaml has no 'look_up': nothing can be asked of it", name=name)
    if attribute in asked:
        return None
    return Sentence(
        "'%(attribute)s' is not under 'look_up' of platforms/%(name)s.yaml%(meant)s",
        attribute=attribute,
        name=name,
        meant=closest(attribute, asked),
    )


def questions_of(definition: ServiceDefinition) -> Mapping[str, Field]:
    """Every question of a version by its place, those in groups after their group."""
    return {name: one for field in definition.fields.values() for name, one in _named(field)}
