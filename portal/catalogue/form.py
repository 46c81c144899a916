"""Reads form.yaml: the questions, page by page, and which of them tell who the people are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from portal.catalogue.conditions import KINDS, RESULTS, Declared, ValueKind, Variable
from portal.catalogue.eligibility import read_eligibility
from portal.catalogue.faults import Sentence
from portal.catalogue.questions import OPTION, PERSON, QUESTION, read_field
from portal.catalogue.reading import Reading, Section, closest
from portal.catalogue.reserved import check_page
from portal.catalogue.rules import read_condition
from portal.catalogue.yaml_source import Node
from portal.domain.service import GROUP, Eligibility, Option, Page, PageRule, ResultKind, always

__all__ = [
    "FILE",
    "PERSON",
    "Form",
    "declare",
    "declare_eligibility",
    "read_eligibility_alone",
    "read_field",
    "read_form",
]

FILE = "form.yaml"
FILE_ENTRY: Mapping[str, Variable] = {"id": Variable(ValueKind.TEXT), "name": Variable(ValueKind.TEXT)}
PAGE = Sentence("a page")
RULE = Sentence("a rule")
Lists = Mapping[str, tuple[Option, ...]]


@dataclass(frozen=True)
class Form:
    """What form.yaml says."""

    pages: tuple[Page, ...] = ()
    applicant: Mapping[str, str] = field(default_factory=dict)
    beneficiary: Mapping[str, str] = field(default_factory=dict)
    eligibility: Eligibility | None = None


def declare(form: Node, lists: Lists, *, published: bool = False) -> Declared:
    """The answers that rules may name: a first reading, which leaves every fault to the second."""
    quiet = _quiet(form)
    rows = [row for page in quiet.sections("pages", PAGE, required=False) for row in _questions(page)]
    return Declared(_variables(rows, lists), lists=lists, published=published)


def declare_eligibility(form: Node, lists: Lists, *, published: bool = False) -> Declared:
    """The answers that the outcomes before the form may name: neither who asks nor a case is known yet."""
    section = _quiet(form).optional_section("eligibility")
    variables = _variables(_questions(section) if section else (), lists)
    return Declared(variables, identity={}, case={}, lists=lists, published=published)


def _quiet(form: Node) -> Section:
    return Section(FILE, form, Reading(published=True), FILE)


def _questions(section: Section) -> Iterable[Section]:
    return section.sections("fields", QUESTION, required=False)


def _variables(rows: Iterable[Section], lists: Lists) -> dict[str, Variable]:
    return {row.string("id"): _variable(row, lists) for row in rows}


def _variable(row: Section, lists: Lists) -> Variable:
    type_name = row.string("type")
    if type_name == "computed":
        return Variable(RESULTS[row.choice("result", ResultKind)])
    if type_name == "file":
        return Variable(ValueKind.ENTRIES, entries=FILE_ENTRY)
    if type_name == GROUP:
        return Variable(ValueKind.ENTRIES, entries=_variables(_questions(row), lists))
    options = tuple(option.string("value") for option in row.sections("options", OPTION, required=False))
    if row.has("list"):
        options = tuple(option.value for option in lists.get(row.string("list"), ()))
    return Variable(KINDS.get(type_name, ValueKind.TEXT), options)


def read_form(section: Section, declared: Declared, before: Declared) -> Form:
    """The form, as far as it can be read; what is wrong with it is noted in the section's reading.

    ``declared`` are the names its rules may use, ``before`` those of the questions before sign-in.
    """
    form = Form(
        pages=tuple(_page(row, declared) for row in section.sections("pages", PAGE)),
        applicant=_person(section, "applicant"),
        beneficiary=_person(section, "beneficiary"),
        eligibility=read_eligibility(section, before),
    )
    section.close()
    return form


def read_eligibility_alone(section: Section, before: Declared) -> Form:
    """The form of a service that is done elsewhere: it asks nothing but whether there is any point."""
    form = Form(eligibility=read_eligibility(section, before))
    for key in ("pages", "applicant", "beneficiary"):
        if section.has(key):
            said = Sentence("'%(key)s': a service that is done elsewhere has no form, only 'eligibility'", key=key)
            section.fault(said, key)
    section.close()
    return form


def _person(section: Section, key: str) -> dict[str, str]:
    mapping = section.mapping(key)
    found = section.optional_section(key)
    for attribute in mapping:
        if found and attribute not in PERSON:
            meant = closest(attribute, PERSON)
            said = Sentence("'%(attribute)s' is not known of a person%(meant)s", attribute=attribute, meant=meant)
            found.fault(said, attribute)
        if found:
            section.reading.remember(key, attribute, found, attribute)
    return mapping


def _page(section: Section, declared: Declared) -> Page:
    when, _ = read_condition(section, "when", declared)
    name = section.identifier("id")
    check_page(section, name)
    rules = section.sections("rules", RULE, required=False)
    page = Page(
        id=name,
        title=section.text("title"),
        fields=tuple(read_field(row, declared) for row in section.sections("fields", QUESTION)),
        hint=section.optional_text("hint"),
        when=when,
        staff_title=section.optional_text("staff_title"),
        rules=tuple(_rule(row, name, number, declared) for number, row in enumerate(rules)),
    )
    _check_fields(section, page)
    section.reading.remember("page", page.id, section)
    section.close()
    return page


def _check_fields(section: Section, page: Page) -> None:
    types = {one.type for one in page.fields}
    if "point" in types and "place" not in types:
        section.fault(
            Sentence("a page with a question of type point also asks for the place in words, by one of type place")
        )
    if section.has("fields") and not page.fields:
        section.fault(Sentence("a page needs at least one question"), "fields")
    if types == {"info"}:
        section.rule(Sentence("a page asks something: put this information on the page of a question"), "fields")


def _rule(section: Section, page: str, number: int, declared: Declared) -> PageRule:
    holds, given = read_condition(section, "that", declared)
    if not given:
        section.needs("that")
    rule = PageRule(holds if given else always, section.text("says"), section.string("at"))
    section.reading.remember("rule", f"{page}.{number}", section)
    section.close()
    return rule
