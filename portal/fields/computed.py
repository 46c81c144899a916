"""A value that follows from other answers."""

import json
import math
from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from portal.domain.service import Facts, Field, ResultKind
from portal.fields.base import FieldType, Surroundings, ValueKind
from portal.fields.date import Date
from portal.fields.decimal import Decimal as Number
from portal.fields.figures import json_number
from portal.fields.money import CENTIMES, Money
from portal.fields.short_text import ShortText
from portal.fields.yes_no import YesNo

LIKE: Mapping[ResultKind, FieldType] = {
    ResultKind.NUMBER: Number(),
    ResultKind.MONEY: Money(),
    ResultKind.TEXT: ShortText(),
    ResultKind.DATE: Date(),
    ResultKind.TRUTH: YesNo(),
}
"""The type of question whose answers are kept and shown as a computed value is."""

RESULT_KINDS: Mapping[ResultKind, ValueKind] = {result: like.kind for result, like in LIKE.items()}
"""What a condition sees of a computed value, by what it is."""

SCHEMAS: Mapping[ResultKind, Mapping[str, Any]] = {
    ResultKind.NUMBER: {"type": "number"},
    ResultKind.MONEY: {"type": "number"},
    ResultKind.TEXT: {"type": "string"},
    ResultKind.DATE: {"type": "string", "format": "date"},
    ResultKind.TRUTH: {"type": "boolean"},
}
SAMPLES: Mapping[ResultKind, list[Any]] = {
    ResultKind.NUMBER: [None, 0, 1, -1, 12.5],
    ResultKind.MONEY: [None, 0, 1500.5],
    ResultKind.TEXT: [None, "شارع محمد الخامس", "Hay Salam, n° 12"],
    ResultKind.DATE: [None, "1950-01-01", "2026-02-28"],
    ResultKind.TRUTH: [None, True, False],
}


class Computed(FieldType):
    """Never read from a form. What ``write`` gives is for showing it on its page, and ``written`` reads that."""

    def controls(self, _field: Field) -> tuple[str, ...]:
        return ()

    def read(self, _field: Field, _raw: Mapping[str, str], _around: Surroundings) -> None:
        """Nothing: ``value_of`` works it out."""

    def value_of(self, field: Field, facts: Facts) -> Any:
        """The canonical value that these facts give, None where they leave it open."""
        value = field.value(facts) if field.value is not None else None
        return None if value is None else _canonical(result_of(field), value)

    def write(self, field: Field, value: Any) -> dict[str, str]:
        return {field.id: "" if value is None else json.dumps(value)}

    def written(self, typed: str) -> Any:
        """The value of what ``write`` gave; None for anything else."""
        try:
            return json.loads(typed) if typed else None
        except ValueError:
            return None

    def show(self, field: Field, value: Any, language: str, around: Surroundings) -> str:
        return LIKE[result_of(field)].show(field, value, language, around)

    def schema(self, field: Field) -> dict[str, Any]:
        return dict(SCHEMAS[result_of(field)])

    def sample(self, field: Field) -> list[Any]:
        return list(SAMPLES[result_of(field)])


def result_of(field: Field) -> ResultKind:
    """What a computed value is; a text, where its question does not say."""
    return field.result or ResultKind.TEXT


def _canonical(result: ResultKind, value: Any) -> Any:
    match result:
        case ResultKind.NUMBER | ResultKind.MONEY:
            if isinstance(value, float) and not math.isfinite(value):
                return None
            amount = Decimal(str(value))
            if result is ResultKind.MONEY:
                amount = amount.quantize(CENTIMES, ROUND_HALF_UP)
            return json_number(amount)
        case ResultKind.DATE:
            day = value.date() if isinstance(value, datetime) else value
            return day.isoformat() if isinstance(day, date) else str(day)
        case ResultKind.TRUTH:
            return bool(value)
        case ResultKind.TEXT:
            return str(value)
