"""How laws, their articles, their periods and the officials they name are written.

The two languages stand side by side, so that a jurist reads and amends them together.
"""

from collections.abc import Mapping

from portal.domain.clock import LAWS, Unit
from portal.domain.service import Text, UnitKind, text
from portal.i18n import locale

BOTH = ("ar", "fr")
"""The languages in which a document is printed."""

LAW_NAMES: Mapping[str, Text] = {
    "55-19": text("القانون رقم 55.19", "loi n° 55-19"),
    "31-13": text("القانون رقم 31.13", "loi n° 31-13"),
    "2-17-265": text("المرسوم رقم 2.17.265", "décret n° 2-17-265"),
    "113-14": text("القانون التنظيمي رقم 113.14", "loi organique n° 113-14"),
}

GOVERNOR = text("عامل الإقليم", "gouverneur de la province")
PRESIDENT = text("رئيس مجلس الجماعة", "président du conseil de la commune")

_DAYS: Mapping[Unit, Mapping[str, str]] = {
    Unit.CALENDAR: {"one": "يوم واحد", "two": "يومان", "few": "{n} أيام", "many": "{n} يوما", "other": "{n} يوم"},
    Unit.WORKING: {
        "one": "يوم عمل واحد",
        "two": "يوما عمل",
        "few": "{n} أيام عمل",
        "many": "{n} يوم عمل",
        "other": "{n} يوم عمل",
    },
}


def law_name(source: str) -> Text:
    """The law of an article (``55-19/14``) or of a service's deadline (``petition``)."""
    number = source.partition("/")[0]
    if number in LAWS:
        number = LAWS[number].article.partition("/")[0]
    return LAW_NAMES.get(number) or text(f"القانون رقم {number.replace('-', '.')}", f"loi n° {number}")


def article(source: str) -> Text:
    """``55-19/14`` as a jurist writes it; a law without article is named alone."""
    law, number = law_name(source), source.partition("/")[2]
    if not number:
        return law
    joint = "du" if law["fr"].startswith("décret") else "de la"
    return text(f"المادة {number} من {law['ar']}", f"article {number} {joint} {law['fr']}")


def of_law_55_19(law: str) -> bool:
    """Whether a deadline's law is the one on simplification, whose remedies the portal knows."""
    return law.startswith("55-19")


def appeal_official(kind: UnitKind) -> Text:
    """Who hears the first appeal against a unit (law 55-19, art. 21)."""
    return PRESIDENT if kind is UnitKind.COMMUNE else GOVERNOR


def days_of(number: int, law: str) -> Text:
    """A number of days in the unit that a law counts in."""
    unit = LAWS[law].unit
    forms = _DAYS[unit]
    form = locale("ar").plural_form(number)
    noun = "jour" if number < 2 else "jours"
    kind = "" if unit is Unit.CALENDAR else (" ouvrable" if number < 2 else " ouvrables")
    return text(forms.get(form, forms["other"]).format(n=number), f"{number} {noun}{kind}")
