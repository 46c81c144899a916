"""Yes or no."""

from typing import Any

from portal import i18n
from portal.domain.service import Field
from portal.fields.base import SingleControl, Surroundings, ValueKind, Wrong
from portal.i18n import N_

ANSWERS = {"yes": True, "no": False}
SHOWN = {True: N_("Yes"), False: N_("No")}


class YesNo(SingleControl):
    """Yes or no, kept as true or false; neither of them is ticked beforehand."""

    kind = ValueKind.TRUTH
    needed = "field.choice.needed"

    def parse(self, _field: Field, typed: str, _around: Surroundings) -> bool:
        if typed not in ANSWERS:
            raise Wrong("field.choice.unknown")
        return ANSWERS[typed]

    def write(self, field: Field, value: Any) -> dict[str, str]:
        return {field.id: next((word for word, answer in ANSWERS.items() if answer is value), "")}

    def show(self, _field: Field, value: Any, language: str, _around: Surroundings) -> str:
        return i18n.translate(language, SHOWN[value]) if isinstance(value, bool) else ""

    def schema(self, _field: Field) -> dict[str, Any]:
        return {"type": "boolean"}

    def sample(self, _field: Field) -> list[Any]:
        return [None, True, False]
