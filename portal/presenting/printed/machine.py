"""The same document for a machine: what the paper says as canonical JSON, attached to the PDF, and the JSON Schema of it.

It holds no more of anybody than the paper does, and of the paper it leaves out the secret. Marks that the paper drops, since
they turn words round or hide them, are dropped here too. The digest of these very bytes stands in the seal.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import orjson

from portal.domain.case import Person
from portal.domain.issued import SLIP, DocumentKind
from portal.domain.service import Result, Text
from portal.i18n import office_date
from portal.ports_of_documents import PrintedDocument
from portal.presenting.answers_in_print import issuing
from portal.presenting.isolation import visible
from portal.presenting.law import BOTH
from portal.presenting.printed.case import CaseInPrint, Printing
from portal.presenting.printed.common import has_beneficiary, masked
from portal.presenting.printed.decisions import outcome_of, placeholders_of

SCHEMA_PATH = "/schemas/document-1.json"
"""Where the portal serves the schema."""


def with_data(printed: PrintedDocument, base_url: str, about: Mapping[str, Any] | None = None) -> PrintedDocument:
    """The document with what a machine reads of it; ``about`` are the parts that only documents of a case have."""
    address = f"{base_url}{SCHEMA_PATH}"
    said = _visible({"$schema": address, **_of_paper(printed), **(about or _OF_NO_CASE)})
    return replace(printed, data=orjson.dumps(said, option=orjson.OPT_SORT_KEYS), schema=address)


def _visible(said: Any) -> Any:
    """What is said, each text in it without what the paper does not show."""
    if isinstance(said, str):
        return visible(said)
    if isinstance(said, Mapping):
        return {name: _visible(one) for name, one in said.items()}
    return [_visible(one) for one in said] if isinstance(said, list) else said


def about_case(in_print: CaseInPrint, printing: Printing, document_id: str) -> dict[str, Any]:
    """What is said of the case: its service, office and holder, what was decided, and its days."""
    definition = in_print.definition
    return {
        "document": document_id,
        "service": {
            "slug": definition.slug,
            "version": definition.version,
            "digest": definition.digest,
            "title": _plain(definition.title),
        },
        "unit": {"id": in_print.unit.id, "name": _plain(in_print.unit.name)},
        "outcome": outcome_of(in_print, document_id) or None,
        "dates": _dates(in_print, printing, document_id),
        **_people(in_print, document_id),
    }


_OF_NO_CASE: Mapping[str, Any] = {
    "document": DocumentKind.REPORT.value,
    "service": None,
    "unit": None,
    "outcome": None,
    "dates": {},
    "holder": None,
    "beneficiary": None,
}


def _of_paper(printed: PrintedDocument) -> dict[str, Any]:
    """What every document says, whatever it is about."""
    statements = printed.statements
    return {
        "kind": printed.kind,
        "number": printed.number,
        "code": printed.code,
        "reference": printed.reference,
        "title": _plain(printed.title),
        "province": _plain(printed.province),
        "authority": _plain(printed.authority),
        "signatory": _plain(printed.signatory) if printed.signatory else None,
        "issued_at": printed.issued_at.isoformat(timespec="seconds"),
        "expires_on": _iso(printed.expires_on),
        "status": _plain(printed.status) if printed.status else None,
        "rows": [{"label": _plain(row.label), "value": _plain(row.value)} for row in printed.rows],
        "counted": _plain(printed.counted) if printed.counted else None,
        "lists": [{"title": _plain(one.title), "items": [_plain(item) for item in one.items]} for one in printed.lists],
        "paragraphs": [
            {"text": _plain(words), "statement": statements.get(number)}
            for number, words in enumerate(printed.paragraphs)
        ],
        "demonstration": printed.notice is not None,
    }


def _plain(words: Text) -> dict[str, str]:
    """A text in both languages."""
    return {language: words[language] for language in BOTH}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _dates(in_print: CaseInPrint, printing: Printing, document_id: str) -> dict[str, str | None]:
    """The days that the paper names: of a decision its own, of everything else those of the law's clock."""
    definition, clock = in_print.definition, in_print.clock
    if not definition.is_standard(document_id):
        issued = issuing(definition, document_id, in_print.events, printing.issued_at)
        return {"decided_on": _iso(office_date(issued.at))}
    return {
        "filed_on": _iso(clock.filed_on),
        "complete_on": _iso(clock.complete_on),
        "due_on": _iso(clock.due_on),
        # Until when the applicant completes her file, or brings what was asked of her.
        "answer_by": _iso(clock.citizen_due_on),
    }


def _people(in_print: CaseInPrint, document_id: str) -> dict[str, Any]:
    """Whose case it is, as far as the paper says it: the number of a card is masked where the paper masks it."""
    definition, people = in_print.definition, in_print.people
    cnie, name = people.applicant.cnie, _called(people.applicant)
    if definition.is_standard(document_id):
        identifier = masked(cnie) if cnie and document_id != SLIP else ""
        named, others = bool(name["ar"]), has_beneficiary(in_print) and document_id != SLIP
    else:
        printed = placeholders_of(definition.outputs[document_id])
        identifier = cnie if "applicant_cnie" in printed else ""
        named, others = bool(name["ar"]) and "applicant_name" in printed, "beneficiary_name" in printed
    beneficiary = _called(people.beneficiary)
    return {
        "holder": {"name": name if named else None, "cnie": identifier or None} if named or identifier else None,
        "beneficiary": {"name": beneficiary} if others and beneficiary["ar"] else None,
    }


def _called(person: Person) -> dict[str, str]:
    return {language: person.name(language) for language in BOTH}


def document_schema(address: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of what is attached to every document, under the address it is served at."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "title": "A document issued by the portal",
        "description": "What the paper says, for a machine. The SHA-256 of these bytes stands in the seal of the document.",
        **_object(
            {
                "$schema": {"const": address},
                "kind": {"enum": [one.value for one in DocumentKind]},
                "document": _words("The name of the document within its service.", least=1),
                "number": _words("Its number in the register: letter, office, year and running number.", least=1),
                "code": {"type": "string", "pattern": "^[0-9A-Z]{16}$", "description": "What is typed to check it."},
                "reference": _words("The reference of the case; empty for a report."),
                "title": _TEXT,
                "province": _TEXT,
                "authority": _TEXT,
                "signatory": _nullable(_TEXT),
                "service": _nullable(_object(_SERVICE)),
                "unit": _nullable(_object({"id": _words("The office, by its id.", least=1), "name": _TEXT})),
                "issued_at": {"type": "string", "format": "date-time"},
                "expires_on": _nullable(_DAY),
                "holder": _nullable(_object(_HOLDER)),
                "beneficiary": _nullable(_object({"name": _TEXT})),
                "outcome": _nullable({"enum": [one.value for one in Result]}),
                "dates": _object({name: _nullable(_DAY) for name in _DATES}, required=[]),
                "status": _nullable(_TEXT),
                "rows": _list(_object({"label": _TEXT, "value": _TEXT})),
                "counted": _nullable(_TEXT),
                "lists": _list(_object({"title": _TEXT, "items": _list(_TEXT)})),
                "paragraphs": _list(_object({"text": _TEXT, "statement": _nullable({"type": "string"})})),
                "demonstration": {"type": "boolean", "description": "Whether it was issued by a demonstration."},
            }
        ),
    }


def _object(properties: Mapping[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": sorted(properties) if required is None else required,
        "additionalProperties": False,
    }


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _nullable(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def _words(description: str, least: int = 0) -> dict[str, Any]:
    return {"type": "string", "minLength": least, "description": description}


_TEXT = _object({language: {"type": "string"} for language in BOTH})
_DAY = {"type": "string", "format": "date"}
_DATES = ("filed_on", "complete_on", "due_on", "answer_by", "decided_on")
_SERVICE = {
    "slug": _words("The service, by its address.", least=1),
    "version": {"type": "integer", "minimum": 1},
    "digest": _words("The version, by its content.", least=1),
    "title": _TEXT,
}
_HOLDER = {
    "name": _nullable(_TEXT),
    "cnie": {**_nullable({"type": "string"}), "description": "The number of the identity card, as the paper shows it."},
}
