"""From what an identity provider says of a person to what the portal knows of her, by a declared mapping."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from portal.domain.service import IdentityLevel
from portal.ports import Claims

ClaimNames = Mapping[str, str | Sequence[str]]
"""For each field of Claims, the provider's claim, or several in order of preference.

``address.formatted`` looks inside a claim. A name that Claims does not have lands in its ``extra``.
"""

# The script of a name is marked as OpenID Connect Core 1.0, section 5.2, says.
STANDARD_CLAIMS: ClaimNames = {
    "name_ar": ("name#ar", "name#ar-MA"),
    "name_fr": ("name#fr", "name#fr-MA", "name"),
    "cnie": "cnie",
    "birth_date": "birthdate",
    "phone": "phone_number",
    "email": "email",
    "commune": "commune_code",
    "address": "address.formatted",
    "district": "district_code",
}

STANDARD_LEVELS: Mapping[str, str] = {
    "low": "low",
    "substantial": "substantial",
    "high": "high",
    "http://eidas.europa.eu/LoA/low": "low",
    "http://eidas.europa.eu/LoA/substantial": "substantial",
    "http://eidas.europa.eu/LoA/high": "high",
}
"""What the values of ``acr`` mean; a provider's own are given at construction."""

LONGEST_VALUE = 500
MAPPED_FIELDS = {field.name for field in fields(Claims)} - {"issuer", "subject", "level", "extra"}


def claims_from(stated: Mapping[str, Any], names: ClaimNames, levels: Mapping[str, str], otherwise: str) -> Claims:
    """What ``stated`` says under the provider's names; an ``acr`` missing from ``levels`` is worth ``otherwise``."""
    values = {field: _first(stated, candidates) for field, candidates in names.items()}
    values["birth_date"] = _iso_date(values.get("birth_date", ""))
    known = {field: value for field, value in values.items() if field in MAPPED_FIELDS}
    extra = {field: value for field, value in values.items() if field not in MAPPED_FIELDS and value}
    level = levels.get(str(stated.get("acr")), otherwise)
    return Claims(str(stated["iss"]), str(stated["sub"]), **known, level=IdentityLevel(level).value, extra=extra)


def all_stated(stated: Mapping[str, Any], names: ClaimNames) -> bool:
    """Whether nothing that the mapping asks for is missing."""
    return all(_first(stated, candidates) for candidates in names.values())


def accepted_contexts(levels: Mapping[str, str], wanted: str) -> str:
    """The ``acr_values`` that reach the level, the lowest first; empty when any will do."""
    least = IdentityLevel(wanted)
    if least is IdentityLevel.NONE:
        return ""
    ranked = sorted(((IdentityLevel(level).rank, acr) for acr, level in levels.items()), key=lambda entry: entry[0])
    return " ".join(acr for rank, acr in ranked if rank >= least.rank)


def _first(stated: Mapping[str, Any], candidates: str | Sequence[str]) -> str:
    names = [candidates] if isinstance(candidates, str) else candidates
    return next((value for value in (_value(stated, name) for name in names) if value), "")


def _value(stated: Mapping[str, Any], name: str) -> str:
    # An address that the provider itself has not verified may be somebody else's.
    if stated.get(f"{name}_verified") is False:
        return ""
    value: Any = stated.get(name)
    if value is None:
        value = stated
        for step in name.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
    if not isinstance(value, str | int) or isinstance(value, bool):
        return ""
    return "".join(letter if letter.isprintable() else " " for letter in str(value)).strip()[:LONGEST_VALUE]


def _iso_date(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return ""
