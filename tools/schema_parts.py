"""What the schemas of service files are made of: small pieces, and what several files share."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from portal.catalogue.flow import LONGEST_TERM
from portal.catalogue.limits import LENGTHS
from portal.catalogue.questions import FORMATS, MAX_UPLOAD_MB, OF_TYPES, PERSON, type_names
from portal.catalogue.reading import IDENTIFIER
from portal.domain.form import COUNTS, DAYS, NUMBERS
from portal.domain.periods import LAWS
from portal.domain.service import (
    Count,
    ResultKind,
)

Schema = dict[str, Any]

DIALECT = "http://json-schema.org/draft-07/schema#"
"""The draft that editors of YAML know best."""

TEXT, WORD, NAME, CEL = ({"$ref": f"#/definitions/{one}"} for one in ("text", "word", "name", "cel"))


def described(schema: Schema, description: str) -> Schema:
    # In draft 7 nothing beside a reference counts, so that it stands in a list of its own.
    return {"description": description, **({"allOf": [schema]} if "$ref" in schema else schema)}


def one_of(kinds: type[StrEnum] | Iterable[str], description: str = "") -> Schema:
    found: Schema = {"enum": [str(one.value) if isinstance(one, StrEnum) else one for one in kinds]}
    return described(found, description) if description else found


def list_of(item: Schema, description: str = "", *, least: int = 0) -> Schema:
    found: Schema = {"type": "array", "items": item}
    if least:
        found["minItems"] = least
    return described(found, description) if description else found


def words(item: Schema, description: str) -> Schema:
    """A list of words; a single word stands for a list of one."""
    return {"description": description, "anyOf": [item, {"type": "array", "items": item}]}


def mapping(properties: Schema, required: Iterable[str] = (), description: str = "") -> Schema:
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if wanted := list(required):
        found["required"] = wanted
    return described(found, description) if description else found


def number(description: str, least: int = 0, most: int | None = None) -> Schema:
    found: Schema = {"type": "integer", "minimum": least, "description": description}
    return found | ({"maximum": most} if most is not None else {})


def period(description: str, **more: Schema) -> Schema:
    """So many days counted under a law; ``more`` are further keys, which it needs too."""
    days = {"law": one_of(LAWS, "The law it is counted under."), "days": number("How many days.", 1, LONGEST_TERM)}
    return mapping({**more, **days}, [*more, *days], description)


def definitions() -> Schema:
    """What several files share."""
    return {
        "text": {
            "type": "object",
            "required": ["ar", "fr"],
            "properties": {"ar": {"type": "string"}, "fr": {"type": "string"}},
            "patternProperties": {"^[a-z]{2,3}$": {"type": "string"}},
            "additionalProperties": False,
        },
        "word": {"type": ["string", "number", "boolean"]},
        "name": {"type": "string", "pattern": f"^{IDENTIFIER.pattern}$"},
        "cel": {"type": "string", "maxLength": 500},
        "address": {"type": "string", "pattern": "^https://"},
        "term": mapping(
            {
                "days": number("How many days.", 1, LONGEST_TERM),
                "count": one_of(
                    Count, "How they are counted: as the calendar has them, or as the law does (franc days)."
                ),
            },
            ["days", "count"],
        ),
        "question": question(),
    }


def question() -> Schema:
    """A question of a form, of an action or of an opinion."""
    limits: Schema = {
        **{name: number("How many characters an answer has.", 1) for name in LENGTHS},
        **{name: described({"type": ["number", "string"]}, "A number, or a rule in CEL.") for name in NUMBERS},
        **{name: {"type": "string", "description": "`today`, a date, or a rule in CEL."} for name in DAYS},
        **{name: described({"type": ["integer", "string"]}, "How many answers, files or entries.") for name in COUNTS},
    }
    properties: Schema = {
        "id": described(NAME, "The question's own name: rules and examples use it."),
        "type": one_of(type_names(), "What kind of answer it takes: see the types below."),
        "label": described(TEXT, "The question, as the reader sees it."),
        "hint": described(TEXT, "Help beside it: why it is asked, how it is written."),
        "required": described({"type": ["boolean", "string"]}, "`true` unless said otherwise; or a condition."),
        "when": described(CEL, "Asked only if the condition holds. It looks back, at earlier pages."),
        "prefill": {
            "type": "string",
            "description": f"What is known already: {', '.join(f'`{one}`' for one in PERSON)}, `earlier.<question>`, "
            "`earlier.<slug>.<question>` or `<platform>.<attribute>`.",
        },
        "limits": mapping(limits, description="What an answer must keep to."),
        "sensitive": {"type": "boolean", "description": "Encrypted wherever it is kept: health, for instance."},
        "options": list_of(
            mapping({"value": NAME, "label": TEXT}, ["value", "label"]), "The answers to choose from.", least=2
        ),
        "list": {"type": "string", "description": "The name of a long list: `schools` is lists/schools.csv."},
        "statement": described(TEXT, "The words agreed to."),
        "text": described(TEXT, "What is told."),
        "value": described(CEL, "The rule that gives the value."),
        "result": one_of(ResultKind, "What the value is."),
        "accept": words(one_of(sorted(FORMATS)), "The formats taken."),
        "max_mb": number("How large a file may be, in megabytes.", 1, MAX_UPLOAD_MB),
        "fields": list_of({"$ref": "#/definitions/question"}, "The questions that each entry repeats.", least=1),
        "entry": described(TEXT, "The heading of each entry, followed by its number."),
    }
    for name, types in OF_TYPES.items():
        properties[name]["description"] += f" Only of type {', '.join(f'`{one}`' for one in types)}."
    found = mapping(properties, ["id", "type", "label"])
    found["allOf"] = [_only_of(name, types) for name, types in OF_TYPES.items()]
    return found


def _only_of(name: str, types: tuple[str, ...]) -> Schema:
    """A key that questions of other types do not have."""
    return {"if": {"required": [name]}, "then": {"properties": {"type": {"enum": list(types)}}}}
