"""The types of questions a form can ask: a file each here, and a partial each in ``templates/components/fields``."""

from collections.abc import Mapping

from portal.fields.address import Address
from portal.fields.base import FieldType
from portal.fields.choice import Choice
from portal.fields.choices import Choices
from portal.fields.cnie import Cnie
from portal.fields.cnss import Cnss
from portal.fields.commune import Commune
from portal.fields.computed import Computed
from portal.fields.consent import Consent
from portal.fields.date import Date
from portal.fields.decimal import Decimal
from portal.fields.e_stamp import EStamp
from portal.fields.email import Email
from portal.fields.file import File
from portal.fields.group import Group
from portal.fields.ice import Ice
from portal.fields.info import Info
from portal.fields.integer import Integer
from portal.fields.long_text import LongText
from portal.fields.massar import Massar
from portal.fields.money import Money
from portal.fields.month import Month
from portal.fields.name_ar import NameAr
from portal.fields.name_fr import NameFr
from portal.fields.phone import Phone
from portal.fields.place import Place
from portal.fields.point import Point
from portal.fields.rib import Rib
from portal.fields.rnp import Rnp
from portal.fields.select import Select
from portal.fields.short_text import ShortText
from portal.fields.statement import Statement
from portal.fields.yes_no import YesNo

_TYPES: dict[str, FieldType] = {
    "short_text": ShortText(),
    "long_text": LongText(),
    "name_ar": NameAr(),
    "name_fr": NameFr(),
    "integer": Integer(),
    "decimal": Decimal(),
    "money": Money(),
    "date": Date(),
    "month": Month(),
    "yes_no": YesNo(),
    "choice": Choice(),
    "choices": Choices(),
    "select": Select(),
    "commune": Commune(),
    "place": Place(),
    "address": Address(),
    "point": Point(),
    "phone": Phone(),
    "email": Email(),
    "cnie": Cnie(),
    "rnp": Rnp(),
    "ice": Ice(),
    "rib": Rib(),
    "massar": Massar(),
    "cnss": Cnss(),
    "e_stamp": EStamp(),
    "file": File(),
    "statement": Statement(),
    "consent": Consent(),
    "computed": Computed(),
    "info": Info(),
}
# A group repeats questions of any type, another group among them.
GROUPS = _TYPES["group"] = Group(_TYPES)

FIELD_TYPES: Mapping[str, FieldType] = _TYPES
