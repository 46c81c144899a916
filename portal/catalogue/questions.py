"""Reads one question: its type, what it offers, when it is asked, and what its answer must keep to."""

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

from portal.catalogue.conditions import Declared
from portal.catalogue.faults import Sentence
from portal.catalogue.limits import read_limits
from portal.catalogue.reading import Section, closest
from portal.catalogue.reserved import check_question
from portal.catalogue.rules import read_condition, read_expression
from portal.catalogue.yaml_source import Scalar
from portal.domain.service import GROUP, Condition, Field, Option, ResultKind, always
from portal.fields import FIELD_TYPES

PERSON = ("name_ar", "name_fr", "cnie", "birth_date", "phone", "email", "place", "address")
"""What is known of a person (domain.case.Person), and so what a question can be prefilled with."""

ELIGIBILITY = "eligibility"
QUESTION = Sentence("a question")
OPTION = Sentence("an option")
PAGE = "field"
"""Where the questions of the citizen's form stand; what an action or an opinion asks stands elsewhere."""

FORMATS = frozenset({"pdf", "jpeg", "png"})
MAX_UPLOAD_MB = 10
OF_TYPES: Mapping[str, tuple[str, ...]] = {
    "options": ("choice", "choices", "select"),
    "list": ("select",),
    "statement": ("statement", "consent"),
    "text": ("info",),
    "value": ("computed",),
    "result": ("computed",),
    "accept": ("file",),
    "max_mb": ("file",),
    "fields": (GROUP,),
    "entry": (GROUP,),
}
"""The keys that only questions of some types have."""

UNASKED = ("info", "computed")
"""What the reader does not answer: a text, and a value that follows from other answers."""

RENAMED: Mapping[str, str] = {"number": "decimal"}
"""Types that versions published long ago still name."""


def read_field(section: Section, declared: Declared | None, kind: str = PAGE) -> Field:
    """One question; without ``declared`` it can have no condition. ``kind`` says where it stands."""
    return _read(section, declared, kind, "")


def type_names() -> list[str]:
    """Every type a question can have, in alphabetical order."""
    return sorted({*FIELD_TYPES, GROUP})


def _read(section: Section, declared: Declared | None, kind: str, group: str) -> Field:
    name = section.identifier("id")
    if not group:
        # In a group the id is part of a longer name, which nothing else has.
        check_question(section, name, on_a_draft=kind != ELIGIBILITY)
    type_name = _type(section)
    when, conditional = read_condition(section, "when", declared) if declared else (always, False)
    required, required_if = _required(section, type_name, declared)
    field = Field(
        id=name,
        type=type_name,
        label=section.text("label"),
        hint=section.optional_text("hint"),
        required=required,
        required_if=required_if,
        when=when,
        conditional=conditional,
        prefill=section.string("prefill", "") or None,
        options=_options(section, type_name, declared),
        limits=read_limits(section, type_name, declared),
        sensitive=section.boolean("sensitive", False),
        statement=section.optional_text("statement"),
        text=section.optional_text("text"),
        entry=section.optional_text("entry"),
        fields=_inner(section, type_name, declared, kind, f"{group}{name}."),
        **_computed(section, type_name, declared),
        **_file(section, type_name),
    )
    _check_keys(section, field)
    _check_place(section, field, kind, inside=bool(group))
    section.reading.remember(kind, f"{group}{name}", section)
    section.close()
    return field


def _type(section: Section) -> str:
    word = section.string("type")
    if section.reading.published:
        word = RENAMED.get(word, word)
    if word and word not in FIELD_TYPES and word != GROUP:
        meant = closest(word, type_names()) or Sentence(": use %(known)s", known=", ".join(type_names()))
        section.fault(Sentence("'%(word)s' is not a type of question%(meant)s", word=word, meant=meant), "type")
    return word


def _required(section: Section, type_name: str, declared: Declared | None) -> tuple[bool, Condition | None]:
    """Whether an answer is required: always, never, or by a condition."""
    if type_name in UNASKED:
        return False, None
    node = section.items.get("required")
    if declared is not None and isinstance(node, Scalar) and isinstance(node.value, str):
        condition, _ = read_condition(section, "required", declared)
        return True, condition
    return section.boolean("required", True), None


def _options(section: Section, type_name: str, declared: Declared | None) -> tuple[Option, ...]:
    options = tuple(_option(row) for row in section.sections("options", OPTION, required=False))
    name = section.string("list", "") if section.has("list") else ""
    if type_name != "select":
        if type_name in OF_TYPES["options"]:
            _check_options(section, type_name, options)
        return options
    if name and options:
        section.fault(Sentence("give either 'list' or 'options'"), "list")
    if not name:
        _check_options(section, type_name, options)
        return options
    section.reading.remember("list", name, section, "list")
    lists = declared.lists if declared else {}
    if name not in lists:
        meant = closest(name, lists)
        section.fault(Sentence("there is no list lists/%(name)s.csv%(meant)s", name=name, meant=meant), "list")
    return lists.get(name, ())


def _option(section: Section) -> Option:
    option = Option(section.identifier("value"), section.text("label"))
    section.close()
    return option


def _check_options(section: Section, type_name: str, options: tuple[Option, ...]) -> None:
    if len(options) < 2:
        section.fault(_few_options(type_name), "options")
    values = [option.value for option in options]
    for value in sorted({value for value in values if values.count(value) > 1}):
        section.fault(Sentence("the option '%(value)s' is given twice", value=value), "options")


def _few_options(type_name: str) -> Sentence:
    if type_name == "select":
        return Sentence("a question of type select needs at least two 'options', or a 'list'")
    return Sentence("a question of type %(type)s needs at least two 'options'", type=type_name)


def _inner(section: Section, type_name: str, declared: Declared | None, kind: str, group: str) -> tuple[Field, ...]:
    """What a group repeats; a group in a group may not hold a third."""
    rows = section.sections("fields", QUESTION, required=type_name == GROUP)
    if type_name != GROUP:
        return ()
    if section.has("fields") and not rows:
        section.fault(Sentence("a group repeats at least one question"), "fields")
    if group.count(".") > 2:
        section.fault(Sentence("a group may hold one group, not deeper"), "type")
        for row in rows:
            row.known.update(row.items)
        return ()
    fields = tuple(_read(row, declared, kind, group) for row in rows)
    if sum(field.type == GROUP for field in fields) > 1:
        section.fault(Sentence("a group may hold one group, not several"), "fields")
    names = [field.id for field in fields]
    for name in sorted({name for name in names if names.count(name) > 1}):
        said = Sentence("two questions of the group are called '%(name)s': give each its own id", name=name)
        section.fault(said, "fields")
    return fields


def _computed(section: Section, type_name: str, declared: Declared | None) -> dict[str, Any]:
    if type_name != "computed" or declared is None:
        section.known.update(("value", "result"))
        return {}
    result = section.choice("result", ResultKind)
    section.needs("value")
    return {"result": result, "value": read_expression(section, "value", declared, result)}


def _file(section: Section, type_name: str) -> dict[str, Any]:
    accept = section.words("accept", required=False)
    for name in accept:
        if name not in FORMATS:
            said = Sentence(
                "'%(name)s' is not a format we can check: use %(formats)s",
                name=name,
                formats=", ".join(sorted(FORMATS)),
            )
            section.fault(said, "accept")
    most = section.integer("max_mb", MAX_UPLOAD_MB, least=1, most=MAX_UPLOAD_MB)
    return {"accept": accept, "max_mb": most} if type_name == "file" and accept else {"max_mb": most}


def _check_keys(section: Section, field: Field) -> None:
    for key, types in OF_TYPES.items():
        if field.type not in types and section.has(key):
            said = Sentence(
                "only a question of type %(types)s has '%(key)s', not %(type)s",
                types=_either(types),
                key=key,
                type=field.type,
            )
            section.fault(said, key)
    if field.type in OF_TYPES["statement"] and field.statement is None:
        said = Sentence(
            "a question of type %(type)s needs 'statement': the words the citizen agrees to", type=field.type
        )
        section.fault(said, "type")
    if field.type == "info" and field.text is None:
        section.fault(Sentence("a question of type info needs 'text': what it tells"), "type")
    _check_group(section, field)
    _check_unasked(section, field)
    if field.type == "point" and (field.required or field.required_if):
        said = Sentence("a question of type point needs 'required: false': not everybody can read a map")
        section.fault(said, "type")


def _either(words: Iterable[str]) -> str:
    return reduce(lambda first, second: Sentence("%(first)s or %(second)s", first=first, second=second), words)


def _check_group(section: Section, field: Field) -> None:
    if field.type == GROUP and not field.entry:
        section.rule(Sentence("a group needs 'entry': the heading of each entry"), "type")
    if field.type == GROUP and not section.has("limits"):
        section.rule(Sentence("a group needs limits.most: how many entries there can be"), "type")


def _check_unasked(section: Section, field: Field) -> None:
    if field.type not in UNASKED:
        return
    for key in ("required", "prefill", "limits", "sensitive"):
        if section.has(key) and not (key == "sensitive" and field.type == "computed"):
            said = Sentence(
                "'%(key)s' makes no sense for a question of type %(type)s: nobody answers it", key=key, type=field.type
            )
            section.fault(said, key)


def _check_place(section: Section, field: Field, kind: str, *, inside: bool) -> None:
    """What can be asked only on a page of the citizen's form, and what not in a group."""
    if inside and field.type in ("point", "computed"):
        said = Sentence("a group cannot hold a question of type %(type)s: only a page of the form", type=field.type)
        section.fault(said, "type")
    if field.prefill and (inside or kind != PAGE):
        section.fault(Sentence("only a question of a page of the form can be prefilled, outside groups"), "prefill")
