"""Files that belong to an answer, beside the documents of the procedure sheet."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal import i18n
from portal.domain.service import Field
from portal.fields.base import FieldType, Surroundings, ValueKind, Wrong


class File(FieldType):
    """The files brought for a question, kept as ``[{"id", "name"}, …]``.

    They have no control that could be read again: whoever takes a file in, checked and sealed, knows what it is, and
    hands what is held to ``forms.read_page``. A form that could name files itself could name those of others.
    """

    kind = ValueKind.ENTRIES
    needed = "field.file.needed"

    def controls(self, _field: Field) -> tuple[str, ...]:
        return ()

    def read(self, _field: Field, _raw: Mapping[str, str], _around: Surroundings) -> None:
        """Nothing: see ``held``."""

    def held(self, field: Field, files: Sequence[Mapping[str, str]]) -> list[dict[str, str]] | None:
        """The answer that these files are, None where there are none. Raises Wrong where they are too many or too few."""
        if len(files) > most_files(field):
            raise Wrong("field.file.too_many", max=str(most_files(field)))
        if files and field.limits.least is not None and len(files) < field.limits.least:
            raise Wrong("field.file.too_few", min=str(field.limits.least))
        return [{"id": file["id"], "name": file["name"]} for file in files] or None

    def write(self, _field: Field, _value: Any) -> dict[str, str]:
        return {}

    def show(self, _field: Field, value: Any, language: str, _around: Surroundings) -> str:
        return i18n.comma(language).join(str(file["name"]) for file in value or ())

    def schema(self, field: Field) -> dict[str, Any]:
        text = {"type": "string", "minLength": 1}
        one = {
            "type": "object",
            "properties": {"id": text, "name": text},
            "required": ["id", "name"],
            "additionalProperties": False,
        }
        return {
            "type": "array",
            "items": one,
            "minItems": max(field.limits.least or 1, 1),
            "maxItems": most_files(field),
        }

    def sample(self, _field: Field) -> list[Any]:
        return [None, [{"id": "f1", "name": "plan.pdf"}]]


def most_files(field: Field) -> int:
    """How many files a question takes: one, unless its limits say more."""
    return field.limits.most or 1
