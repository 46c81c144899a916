"""Languages: which there are, which way they run, their texts, dates and numbers. A language is a folder of ``locales/``.

A process offers some of them. A catalogue that says ``X-Status: started`` in its header is offered only when asked for
by name; what it lacks is said in the first finished language that runs the same way, so that no line turns around.
"""

import gettext
import io
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from portal.domain.text import STAND_INS, typeset

OFFICE_ZONE = ZoneInfo("Africa/Casablanca")
ROOT = Path(__file__).resolve().parent.parent / "locales"
STARTED = re.compile(r'^"X-Status: started\\n"$', re.MULTILINE)
"""How a catalogue says, in its header, that it is begun and not finished."""

_FIRST = "ar"
_HOURS = {"fr": "H\u00a0'h'\u00a0mm"}
"""How a time of day is said where a colon is not the custom: «14 h 30»."""


def N_(message: str) -> str:  # noqa: N802  The name gettext's tools know.
    """Marks a message for translation where it is not yet said in any language."""
    return message


class Translations(gettext.GNUTranslations):
    """The texts of one language; a text it lacks comes out as its English id, which the checks refuse."""


class Offer:
    """The languages that this process offers, in the order of the language switch, and their texts once read."""

    def __init__(self, asked: Sequence[str], root: Path) -> None:
        there = sorted(path.name for path in root.iterdir() if _texts(root, path.name).is_file())
        self.root = root
        self.started = frozenset(code for code in there if STARTED.search(_header(_texts(root, code))))
        finished = sorted((code for code in there if code not in self.started), key=lambda code: code != _FIRST)
        self.languages = tuple(asked) or tuple(finished)
        self._read: dict[str, gettext.NullTranslations] = {}
        for code in self.languages:
            if code not in there:
                raise ValueError(f"there is no language '{code}': there are {', '.join(there)}")
            locale(code)
        if not set(self.languages) - self.started:
            raise ValueError("a finished language must be offered beside those that are only started")

    def stand_in(self, language: str) -> str | None:
        """The language that says what this one lacks: a finished one, of the same direction if there is one."""
        others = [code for code in self.languages if code != language and code not in self.started]
        return next((code for code in others if direction(code) == direction(language)), next(iter(others), None))

    def translations(self, language: str) -> gettext.NullTranslations:
        found = self._read.get(language)
        if found is None:
            found = read_translations(_texts(self.root, language), language)
            other = self.stand_in(language) if language in self.started else None
            if other is not None:
                found.add_fallback(self.translations(other))
            self._read[language] = found
        return found


def _texts(root: Path, language: str) -> Path:
    return root / language / "LC_MESSAGES" / "messages.po"


def _header(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return "".join(takewhile(str.strip, file))


def read_translations(path: Path, language: str) -> gettext.NullTranslations:
    """The texts of a .po file: nothing has to be compiled first. What is not translated is left to whoever stands in."""
    with path.open("rb") as source:
        catalog = read_po(source)
    for one in catalog:
        said = one.string or ""
        one.string = (
            typeset(language, said) if isinstance(said, str) else tuple(typeset(language, form) for form in said)
        )
    for message in [one for one in catalog if one.id and one.pluralizable and not all(one.string or [""])]:
        catalog.delete(message.id)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


def offer(asked: Sequence[str] = (), root: Path = ROOT) -> None:
    """Settles which languages this process offers: those asked for, the first of which is the default one, or every
    finished one. Raises ValueError where one of them does not exist.
    """
    global _offer
    _offer = Offer(asked, root)
    STAND_INS.clear()
    STAND_INS.update({code: other for code in _offer.languages if (other := _offer.stand_in(code))})


def offered() -> Offer:
    """What this process offers."""
    return _offer


def languages() -> tuple[str, ...]:
    """The languages offered, the default one first."""
    return _offer.languages


def is_started(language: str) -> bool:
    """Whether a language is labelled as begun and not finished."""
    return language in _offer.started


def translations(language: str) -> gettext.NullTranslations:
    """The texts of a language."""
    return _offer.translations(language)


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
    """How a language writes dates and numbers in Morocco, if it is known there: Western digits, and غشت for August.

    Raises ValueError where nothing is known of the language.
    """
    try:
        return Locale.parse(f"{language}_MA")
    except UnknownLocaleError:
        try:
            return Locale.parse(language)
        except UnknownLocaleError:
            raise ValueError(f"nothing is known of a language '{language}'") from None


def direction(language: str) -> str:
    """``rtl`` or ``ltr``, as the locale says."""
    return "rtl" if locale(language).character_order == "right-to-left" else "ltr"


def own_name(language: str) -> str:
    """The language's name in itself."""
    name = locale(language).get_language_name(language) or language
    return name[0].upper() + name[1:]


def comma(language: str) -> str:
    """What stands between the members of a list."""
    return "، " if direction(language) == "rtl" else ", "


def choose(accepted: str, available: Sequence[str]) -> str:
    """The first language of an Accept-Language header that there is, or the default one."""
    wanted = []
    for position, part in enumerate(accepted.split(",")[:20]):
        tag, _, quality = part.partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=")) if quality else 1.0
        except ValueError:
            continue
        wanted.append((-weight, position, tag.strip().split("-")[0].lower()))
    return next((tag for _, _, tag in sorted(wanted) if tag in available), available[0])


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
    """A moment at the office, date and time of day, as papers write it: «22 mai 2026, 14 h 30»."""
    return f"{plain_date(office_date(moment), language)}{comma(language)}{time_in_words(moment, language)}"


def time_in_words(moment: datetime, language: str) -> str:
    """A time of day at the office as a person says it: «14 h 30» in French."""
    pattern = _HOURS.get(language, "HH:mm")
    return format_time(moment.astimezone(OFFICE_ZONE), pattern, locale=locale(language), tzinfo=OFFICE_ZONE)


def moment_in_words(moment: datetime, language: str) -> str:
    """A moment at the office as a person says it: «22 mai 2026 à 14 h 30»."""
    params = {"date": plain_date(office_date(moment), language), "time": time_in_words(moment, language)}
    return translate(language, N_("%(date)s at %(time)s"), params)


def relative_day(day: date, today: date, language: str) -> str:
    """How far a day is from today, as a person says it: tomorrow, in 12 days, 3 days ago."""
    return days_away((day - today).days, language)


def days_away(left: int, language: str) -> str:
    """How far a day is that comes in so many days, or came so many ago where the number is negative."""
    near = {-1: N_("yesterday"), 0: N_("today"), 1: N_("tomorrow")}.get(left)
    if near is not None:
        return translate(language, near)
    if left > 0:
        return translate_count(language, "in %(count)s day", "in %(count)s days", left)
    return translate_count(language, "%(count)s day ago", "%(count)s days ago", -left)


def date_from_today(day: date, today: date, language: str) -> str:
    """A date in words and how far it is: «vendredi 22 mai 2026 (dans 12 jours)»."""
    params = {"date": long_date(day, language), "when": relative_day(day, today, language)}
    return translate(language, N_("%(date)s (%(when)s)"), params)


@lru_cache(maxsize=4096)
def number(value: float, language: str) -> str:
    return format_decimal(value, locale=locale(language))


_ALIKE = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ـ": ""})


def searchable(said: str) -> str:
    """A text as searches compare it: no vowel signs, tatweel, hamzas or accents, Western digits, small letters."""
    folded = unicodedata.normalize("NFKD", said.translate(_ALIKE)).lower()
    kept = "".join(c for c in folded if not unicodedata.combining(c))
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in kept).translate(_ALIKE)


_offer = Offer((), ROOT)
