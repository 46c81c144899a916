"""Languages: which there are, which way they run, their texts, dates and numbers. A language is a folder of ``locales/``."""

import gettext
import io
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

OFFICE_ZONE = ZoneInfo("Africa/Casablanca")
DEFAULT = "ar"
ROOT = Path(__file__).resolve().parent.parent / "locales"

# Never bare "ar": Morocco writes Western digits and calls August غشت.
LOCALES = {"ar": "ar_MA", "fr": "fr_MA"}
OWN_NAMES = {"ar": "العربية", "fr": "Français"}


def N_(message: str) -> str:  # noqa: N802  The name gettext's tools know.
    """Marks a message for translation where it is not yet said in any language."""
    return message


class Translations(gettext.GNUTranslations):
    """The texts of one language; a text it lacks comes out as its English id, which the checks refuse."""


@lru_cache
def languages(root: Path = ROOT) -> tuple[str, ...]:
    """The languages there are, Arabic first."""
    found = sorted(path.name for path in root.iterdir() if (path / "LC_MESSAGES" / "messages.po").is_file())
    return tuple(sorted(found, key=lambda language: language != DEFAULT))


@lru_cache
def translations(language: str, root: Path = ROOT) -> gettext.NullTranslations:
    """The texts of a language, read from its .po file: nothing has to be compiled first."""
    path = root / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as source:
        catalog = read_po(source, locale=LOCALES.get(language, language))
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


def translate(language: str, message: str, params: Mapping[str, str] | None = None) -> str:
    """A message in a language, its ``%(name)s`` filled in."""
    said = translations(language).gettext(message)
    return said % params if params else said


def translate_count(language: str, one: str, many: str, count: int) -> str:
    """A message that depends on a number: Arabic has six forms, French two. ``%(count)s`` is the number."""
    return translations(language).ngettext(one, many, count) % {"count": number(count, language)}


def translator(language: str) -> Callable[..., str]:
    """``translate`` for one language."""
    return lambda message, **params: translate(language, message, params)


@lru_cache
def locale(language: str) -> Locale:
    return Locale.parse(LOCALES.get(language, language))


def direction(language: str) -> str:
    """``rtl`` or ``ltr``, as the locale says."""
    return "rtl" if locale(language).character_order == "right-to-left" else "ltr"


def own_name(language: str) -> str:
    """The language's name in itself."""
    return OWN_NAMES.get(language) or str(locale(language).get_display_name(language) or language)


def choose(accepted: str, available: Sequence[str]) -> str:
    """The first language of an Accept-Language header that there is, or Arabic."""
    wanted = []
    for position, part in enumerate(accepted.split(",")[:20]):
        tag, _, quality = part.partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=")) if quality else 1.0
        except ValueError:
            continue
        wanted.append((-weight, position, tag.strip().split("-")[0].lower()))
    return next((tag for _, _, tag in sorted(wanted) if tag in available), DEFAULT)


def office_date(moment: datetime) -> date:
    """The date at the office."""
    return moment.astimezone(OFFICE_ZONE).date()


def _day_pattern(day: date, language: str) -> str:
    """French counts the first day of a month by rank: 1er janvier."""
    return "d'er'" if language == "fr" and day.day == 1 else "d"


@lru_cache(maxsize=4096)
def long_date(day: date, language: str) -> str:
    """A date in words, such as «الجمعة 22 ماي 2026»."""
    return format_date(day, f"EEEE {_day_pattern(day, language)} MMMM y", locale=locale(language))


@lru_cache(maxsize=4096)
def plain_date(day: date, language: str) -> str:
    """A date without its weekday."""
    return format_date(day, f"{_day_pattern(day, language)} MMMM y", locale=locale(language))


@lru_cache(maxsize=4096)
def month_and_day(day: date, language: str) -> str:
    if _day_pattern(day, language) != "d":
        return format_date(day, f"{_day_pattern(day, language)} MMMM", locale=locale(language))
    return format_skeleton("MMMMd", day, locale=locale(language))


def date_and_time(moment: datetime, language: str) -> str:
    """A moment at the office, date and time of day."""
    local = moment.astimezone(OFFICE_ZONE)
    time = format_time(local, "HH:mm", locale=locale(language), tzinfo=OFFICE_ZONE)
    return f"{plain_date(local.date(), language)}{'، ' if language == 'ar' else ', '}{time}"


@lru_cache(maxsize=4096)
def number(value: float, language: str) -> str:
    return format_decimal(value, locale=locale(language))


_ALIKE = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ـ": ""})


def searchable(said: str) -> str:
    """A text as searches compare it: no vowel signs, tatweel, hamzas or accents, Western digits, small letters."""
    folded = unicodedata.normalize("NFKD", said.translate(_ALIKE)).lower()
    kept = "".join(c for c in folded if not unicodedata.combining(c))
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in kept).translate(_ALIKE)
