"""Reads form.yaml: the questions, page by page, and which of them tell who the people are."""

from dataclasses import dataclass
from datetime import date

from portal.catalogue.conditions import KINDS, Declared, ValueKind, Variable
from portal.catalogue.reading import Reading, Section, closest
from portal.catalogue.sheet import read_condition
from portal.catalogue.yaml_source import Node
from portal.domain.service import Field, Limits, Option, Page, always
from portal.fields import FIELD_TYPES

FILE = "form.yaml"
PERSON = ("name_ar", "name_fr", "cnie", "birth_date", "phone", "email", "place", "address")
"""What is known of a person (domain.case.Person), and so what a question can be prefilled with."""
STATED = frozenset({"statement", "consent"})
LENGTHS = frozenset({"short_text", "long_text", "name_ar", "name_fr"})


@dataclass(frozen=True)
class Form:
    """What form.yaml says."""

    pages: tuple[Page, ...]
    applicant: dict[str, str]
    beneficiary: dict[str, str]


def declare(form: Node) -> Declared:
    """The answers that conditions may name: a first reading, which leaves every fault to the second."""
    variables: dict[str, Variable] = {}
    quiet = Section(FILE, form, Reading(), "form.yaml")
    for page in quiet.sections("pages", "a page"):
        for row in page.sections("fields", "a question"):
            options = tuple(option.string("value") for option in row.sections("options", "an option", required=False))
            variables[row.string("id")] = Variable(KINDS.get(row.string("type"), ValueKind.TEXT), options)
    return Declared(variables)


def read_form(section: Section, declared: Declared) -> Form:
    """The form, as far as it can be read; what is wrong with it is noted in the section's reading."""
    form = Form(
        pages=tuple(_page(row, declared) for row in section.sections("pages", "a page")),
        applicant=_person(section, "applicant"),
        beneficiary=_person(section, "beneficiary"),
    )
    section.close()
    return form


def _person(section: Section, key: str) -> dict[str, str]:
    mapping = section.mapping(key)
    found = section.optional_section(key)
    for attribute in mapping:
        if found and attribute not in PERSON:
            found.fault(f"'{attribute}' is not known of a person{closest(attribute, PERSON)}", attribute)
        if found:
            section.reading.remember(key, attribute, found, attribute)
    return mapping


def _page(section: Section, declared: Declared) -> Page:
    when, _ = read_condition(section, "when", declared)
    page = Page(
        id=section.identifier("id"),
        title=section.text("title"),
        fields=tuple(read_field(row, declared) for row in section.sections("fields", "a question")),
        hint=section.optional_text("hint"),
        when=when,
        staff_title=section.optional_text("staff_title"),
    )
    if any(field.type == "point" for field in page.fields) and all(field.type != "place" for field in page.fields):
        section.fault("a page with a question of type point also asks for the place in words, by one of type place")
    if section.has("fields") and not page.fields:
        section.fault("a page needs at least one question", "fields")
    section.reading.remember("page", page.id, section)
    section.close()
    return page


def read_field(section: Section, declared: Declared | None, kind: str = "field") -> Field:
    """One question; without ``declared`` (what an action asks) it can have no condition."""
    when, conditional = read_condition(section, "when", declared) if declared else (always, False)
    field = Field(
        id=section.identifier("id"),
        type=_type(section),
        label=section.text("label"),
        hint=section.optional_text("hint"),
        required=section.boolean("required", True),
        when=when,
        conditional=conditional,
        prefill=section.string("prefill", "") or None,
        options=tuple(_option(row) for row in section.sections("options", "an option", required=False)),
        limits=_limits(section),
        sensitive=section.boolean("sensitive", False),
        statement=section.optional_text("statement"),
    )
    _check_field(section, field)
    if field.type == "point" and declared is None:
        section.fault("an action cannot ask for a point: only a page of the form, beside its place", "type")
    section.reading.remember(kind, field.id, section)
    section.close()
    return field


def _type(section: Section) -> str:
    word = section.string("type")
    if word and word not in FIELD_TYPES:
        listed = closest(word, FIELD_TYPES) or ": use " + ", ".join(sorted(FIELD_TYPES))
        section.fault(f"'{word}' is not a type of question{listed}", "type")
    return word


def _option(section: Section) -> Option:
    option = Option(section.identifier("value"), section.text("label"))
    section.close()
    return option


def _limits(field: Section) -> Limits:
    section = field.optional_section("limits")
    if section is None:
        return Limits()
    limits = Limits(
        min_length=section.optional_integer("min_length", least=1, most=10_000),
        max_length=section.optional_integer("max_length", least=1, most=10_000),
        minimum=section.decimal("minimum"),
        maximum=section.decimal("maximum"),
        not_before=_day(section, "not_before"),
        not_after=_day(section, "not_after"),
    )
    pairs = ((limits.min_length, limits.max_length), (limits.minimum, limits.maximum))
    if any(low is not None and high is not None and low > high for low, high in pairs):
        section.fault("these limits leave no possible answer: the lower one is above the higher one")
    section.close()
    return limits


def _day(section: Section, key: str) -> str | None:
    word = section.string(key, "") or None
    if word and word != "today":
        try:
            date.fromisoformat(word)
        except ValueError:
            section.fault(f"'{key}' must be 'today' or a date such as 2026-03-31", key)
    return word


def _check_field(section: Section, field: Field) -> None:
    limits = field.limits
    if field.type == "choice":
        _check_options(section, field.options)
    elif field.options:
        section.fault(f"only a question of type choice has 'options', not {field.type}", "options")
    if field.type in STATED and field.statement is None:
        section.fault(f"a question of type {field.type} needs 'statement': the words the citizen agrees to", "type")
    if field.type not in STATED and field.statement:
        section.fault("only the types statement and consent have a 'statement'", "statement")
    if field.type not in LENGTHS and (limits.min_length or limits.max_length):
        section.fault(f"a question of type {field.type} has no length to limit", "limits")
    if field.type != "number" and (limits.minimum is not None or limits.maximum is not None):
        section.fault("only a question of type number has a 'minimum' or 'maximum'", "limits")
    if field.type != "date" and (limits.not_before or limits.not_after):
        section.fault("only a question of type date has 'not_before' or 'not_after'", "limits")
    if field.type == "point" and field.required:
        section.fault("a question of type point needs 'required: false': not everybody can read a map", "type")
    if field.prefill and field.prefill not in PERSON:
        section.fault(
            f"a question cannot be prefilled with '{field.prefill}'{closest(field.prefill, PERSON)}", "prefill"
        )


def _check_options(section: Section, options: tuple[Option, ...]) -> None:
    if len(options) < 2:
        section.fault("a question of type choice needs at least two 'options'", "options")
    values = [option.value for option in options]
    for value in sorted({value for value in values if values.count(value) > 1}):
        section.fault(f"the option '{value}' is given twice", "options")
