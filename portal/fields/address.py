"""Where somebody lives or something stands: the place from the list, and the rest as people say it."""

import re
from collections.abc import Mapping
from typing import Any

from portal import i18n
from portal.domain.service import Field
from portal.fields.base import FieldType, Surroundings, Wrong
from portal.fields.cleaning import code, paragraphs

PARTS = ("place", "text", "postcode")
LONGEST = 200
POSTCODE = re.compile(r"[0-9]{5}")


class Address(FieldType):
    """A place of the territory, the street or the way to find it, and a postcode if it is known.

    Kept as ``{"place", "text", "postcode"}``, the postcode empty where there is none. A condition sees its place.
    """

    needed = "field.address.needed"

    def controls(self, field: Field) -> tuple[str, ...]:
        return tuple(f"{field.id}-{part}" for part in PARTS)

    def longest(self, _field: Field) -> int:
        return LONGEST

    def read(self, field: Field, raw: Mapping[str, str], around: Surroundings) -> dict[str, str] | None:
        place, text, postcode = (raw.get(control, "") for control in self.controls(field))
        place, text, postcode = code(place), paragraphs(text), code(postcode).replace(" ", "")
        if not (place or text or postcode):
            return None
        if not place:
            raise Wrong("field.place.needed", part="place")
        if not around.territory.is_place(place):
            raise Wrong("field.place.unknown", part="place")
        if not text:
            raise Wrong("field.address.text_missing", part="text")
        if len(text) > LONGEST:
            raise Wrong("field.too_long", part="text", max=str(LONGEST))
        if postcode and not POSTCODE.fullmatch(postcode):
            raise Wrong("field.address.postcode", part="postcode")
        return {"place": place, "text": text, "postcode": postcode}

    def write(self, field: Field, value: Any) -> dict[str, str]:
        # What is known of a person's address may be its text alone.
        held = value if isinstance(value, Mapping) else {"text": str(value or "")}
        return {f"{field.id}-{part}": str(held.get(part) or "") for part in PARTS}

    def show(self, _field: Field, value: Any, language: str, around: Surroundings) -> str:
        if not isinstance(value, Mapping):
            return "" if value is None else str(value)
        place = str(value.get("place") or "")
        named = around.territory.place_name(place)[language] if around.territory.is_place(place) else place
        town = " ".join(part for part in (str(value.get("postcode") or ""), named) if part)
        return i18n.comma(language).join(part for part in (str(value.get("text") or ""), town) if part)

    def schema(self, _field: Field) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {
                "place": {"type": "string", "minLength": 1, "maxLength": 200},
                "text": {"type": "string", "minLength": 1, "maxLength": LONGEST},
                "postcode": {"type": "string", "pattern": "^([0-9]{5})?$"},
            },
            "required": list(PARTS),
            "additionalProperties": False,
        }

    def sample(self, _field: Field) -> list[Any]:
        street = "Hay Salam, rue 12, n° 4\nقرب المسجد"
        return [
            None,
            {"place": "02.113.01.01", "text": "شارع محمد الخامس", "postcode": ""},
            {"place": "02.113.01.09/hay-salam", "text": street, "postcode": "63300"},
        ]
