"""Questions of every type, and what to read them with, for the tests of the types."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from portal.domain.service import Field, Limits, Option, ResultKind, text
from portal.domain.territory import Commune, District, Territory
from portal.fields import FIELD_TYPES
from portal.fields.base import Surroundings, Wrong

BERKANE = Commune("02.113.01.09", text("بركان", "Berkane"), urban=True, population=99_069)
AHFIR = Commune("02.113.01.01", text("أحفير", "Ahfir"), urban=True, population=16_310)
TERRITORY = Territory(
    province=text("إقليم بركان", "Province de Berkane"),
    communes=(BERKANE, AHFIR),
    units=(),
    districts={BERKANE.code: (District("hay-salam", text("حي السلام", "Hay Salam")),)},
)
AROUND = Surroundings(TERRITORY, date(2026, 3, 12))
OPTIONS = (
    Option("owner", text("مالك", "Propriétaire")),
    Option("tenant", text("مكتر", "Locataire")),
    Option("hosted", text("عند قريب", "Hébergé")),
)
SENTENCE = text("أصرح بشرفي", "Je déclare sur l’honneur")
LABEL = text("سؤال", "Question")

CHILD = (
    Field("name", "short_text", text("الاسم", "Nom")),
    Field("born", "date", text("تاريخ الازدياد", "Date de naissance")),
    Field("aids", "choices", text("الأجهزة", "Appareils"), required=False, options=OPTIONS),
)
TYPED = [name for name in FIELD_TYPES if name not in ("info", "computed", "file")]
"""The types that are typed in, whose answers can be read again from their controls."""


def question(kind: str, **limits: Any) -> Field:
    field = Field("q", kind, LABEL, limits=Limits(**limits))
    match kind:
        case "choice" | "choices" | "select":
            return replace(field, options=OPTIONS)
        case "statement" | "consent":
            return replace(field, statement=SENTENCE)
        case "computed":
            return replace(field, result=ResultKind.MONEY)
        case "group":
            return replace(field, fields=CHILD, entry=text("الطفل", "Enfant"))
        case _:
            return field


def read(kind: str, typed: str, **limits: Any) -> Any:
    return FIELD_TYPES[kind].read(question(kind, **limits), {"q": typed}, AROUND)


def read_parts(kind: str, parts: Mapping[str, str], **limits: Any) -> Any:
    raw = {f"q-{part}": typed for part, typed in parts.items()}
    return FIELD_TYPES[kind].read(question(kind, **limits), raw, AROUND)


def show(kind: str, value: Any, language: str = "fr") -> str:
    return FIELD_TYPES[kind].show(question(kind), value, language, AROUND)


def refusal(kind: str, typed: str, **limits: Any) -> tuple[str, Mapping[str, str]]:
    with pytest.raises(Wrong) as caught:
        read(kind, typed, **limits)
    return caught.value.key, caught.value.params


def refusal_of_parts(kind: str, parts: Mapping[str, str], **limits: Any) -> tuple[str, Mapping[str, str]]:
    with pytest.raises(Wrong) as caught:
        read_parts(kind, parts, **limits)
    return caught.value.key, caught.value.params
