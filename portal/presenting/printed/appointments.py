"""An appointment on paper: its day, its hour and where to go, large enough to be read at arm's length."""

from datetime import date

from portal.domain.service import Text, text
from portal.domain.territory import Unit
from portal.fields.base import Surroundings
from portal.i18n import comma, office_date
from portal.ports_of_documents import PrintedRow
from portal.presenting.answers_in_print import Issuing, Stated
from portal.presenting.law import BOTH
from portal.presenting.printed.case import Printing
from portal.presenting.printed.common import both, day

DAY, HOUR = "day", "hour"
"""What an action that fixes an appointment asks for: a date, and an hour of a list or as words."""

ON = text("اليوم", "Jour")
AT = text("الساعة", "Heure")
PLACE = text("المكان", "Lieu")
BRING = text("ما يجب إحضاره", "À apporter")
CARD_AND_PAPER = text("هذه الورقة وبطاقتك الوطنية", "ce document et votre carte nationale")


def appointment_rows(issued: Issuing, unit: Unit, printing: Printing) -> tuple[PrintedRow, ...]:
    """When and where somebody is expected, and with what; nothing where no day and hour were fixed."""
    asked = {field.id: field for field in issued.asks}
    if not asked.keys() >= {DAY, HOUR} or asked[DAY].type != "date":
        return ()
    on, at = issued.inputs.get(DAY), issued.inputs.get(HOUR)
    if not on or not at:
        return ()
    around = Surroundings(printing.territory, office_date(printing.issued_at))
    hour = Stated(asked[HOUR], at)
    return tuple(
        PrintedRow(label, value, large=True)
        for label, value in (
            (ON, day(date.fromisoformat(on))),
            (AT, both(lambda language: hour.words(language, around))),
            (PLACE, place(unit)),
            (BRING, CARD_AND_PAPER),
        )
    )


def place(unit: Unit) -> Text:
    """An office by its name and its whole address, as far as it is known."""
    if unit.address is None:
        return unit.name
    address = unit.address
    return Text({one: f"{unit.name[one]}{comma(one)}{address[one]}" for one in BOTH})
