"""The types of questions a form can ask: a file each here, and a partial each in ``templates/components/fields``."""

from collections.abc import Mapping

from portal.fields.base import FieldType
from portal.fields.choice import Choice
from portal.fields.cnie import Cnie
from portal.fields.consent import Consent
from portal.fields.date import Date
from portal.fields.email import Email
from portal.fields.long_text import LongText
from portal.fields.name_ar import NameAr
from portal.fields.name_fr import NameFr
from portal.fields.number import Number
from portal.fields.phone import Phone
from portal.fields.place import Place
from portal.fields.point import Point
from portal.fields.short_text import ShortText
from portal.fields.statement import Statement
from portal.fields.yes_no import YesNo

FIELD_TYPES: Mapping[str, FieldType] = {
    "short_text": ShortText(),
    "long_text": LongText(),
    "name_ar": NameAr(),
    "name_fr": NameFr(),
    "date": Date(),
    "choice": Choice(),
    "yes_no": YesNo(),
    "phone": Phone(),
    "email": Email(),
    "cnie": Cnie(),
    "place": Place(),
    "point": Point(),
    "number": Number(),
    "statement": Statement(),
    "consent": Consent(),
}
