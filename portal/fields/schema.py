"""The JSON Schema (2020-12) of a whole form: what its answers look like where programs exchange them."""

from collections.abc import Iterable, Mapping
from typing import Any

from portal.domain.service import Field, Page, Text, always
from portal.fields.base import FieldType

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def form_schema(pages: Iterable[Page], types: Mapping[str, FieldType], title: Text) -> dict[str, Any]:
    """The schema of the answers to these pages, each question under its id, titled in every language.

    ``types`` are ``FIELD_TYPES``. Required is what is always asked and always needed; a question may be left out
    otherwise, or be null. Rules of the service that depend on other answers are not in it: the portal checks these too.
    """
    asked = [(field, page.when is always) for page in pages for field in page.fields]
    return {"$schema": DIALECT, **_titled(title), **object_schema(asked, types)}


def object_schema(asked: Iterable[tuple[Field, bool]], types: Mapping[str, FieldType]) -> dict[str, Any]:
    """The schema of a mapping of answers; each question comes with whether what it stands in is always asked."""
    properties: dict[str, Any] = {}
    required = []
    for field, shown in asked:
        if field.type == "info":
            continue
        schema = types[field.type].schema(field)
        if shown and not field.conditional and field.required and field.required_if is None and field.asks:
            required.append(field.id)
        else:
            schema = {"anyOf": [schema, {"type": "null"}]}
        properties[field.id] = {**_titled(field.label), **_described(field), **schema}
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _titled(words: Text) -> dict[str, Any]:
    """The words in the first language as the title, and in all of them beside it."""
    labels = {language: words[language] for language in words}
    return {"title": next(iter(labels.values()), ""), "x-labels": labels}


def _described(field: Field) -> dict[str, Any]:
    described: dict[str, Any] = {}
    if field.hint is not None:
        described["description"] = next(iter({language: field.hint[language] for language in field.hint}.values()))
    if field.sensitive:
        described["x-sensitive"] = True
    if field.type == "computed":
        described["readOnly"] = True
    return described
