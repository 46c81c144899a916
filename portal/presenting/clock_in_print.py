"""The law's clock on paper: the period as a bar with its dates, and in a line or two how its last day was counted.

The two languages stand side by side, as on every document that we issue.
"""

from collections.abc import Mapping
from datetime import date

from portal.domain.clock import LegalClock, Step
from portal.domain.service import Text, text
from portal.i18n import long_date, month_and_day, plain_date
from portal.ports_of_documents import PrintedMark, PrintedPeriod
from portal.presenting.law import BOTH, article, days_of

DAY_0 = text("اكتمال الملف", "Dossier complet")
AGAIN = text("إعادة النظر", "Nouvel examen")
HALF = text("نهاية النصف الأول", "Fin de la première moitié")
DUE = text("آخر أجل للجواب", "Réponse au plus tard")
MEANING = text(
    "رسم للأجل: من {start} إلى {end}",
    "Dessin du délai : du {start} au {end}",
)

STEPS: Mapping[str, Text] = {
    "counted": text(
        "الأيام المحتسبة: من {start} إلى {end} ({days})، دون الأول والأخير ({article}).",
        "Jours comptés : du {start} au {end} ({days}), sans le premier ni le dernier ({article}).",
    ),
    "rolled": text("عطلة يوم {start}: ينتقل الأجل إلى {end}.", "Fermé le {start} : report au {end}."),
    "extended": text("مُدد الأجل بـ {days} ({article}).", "Le délai a été prolongé de {days} ({article})."),
    "suspended": text(
        "توقف الأجل يوم {on} لطلب معلومات ({article}).", "Délai suspendu le {on}, précisions demandées ({article})."
    ),
    "replacing": text(
        "توقف الأجل يوم {on} لاستبدال وثائق ({article}).", "Délai suspendu le {on}, pièces à remplacer ({article})."
    ),
    "doubted": text(
        "توقف الأجل يوم {on} لطلب أصول ({article}).", "Délai suspendu le {on}, originaux demandés ({article})."
    ),
    "resumed": text("واستأنف بعد يوم {on}.", "Il a repris après le {on}."),
}
"""What each step of the explanation says in print; the others say what the bar and the rows of the document show."""


def period_in_print(clock: LegalClock) -> PrintedPeriod | None:
    """The bar of a period that has begun and whose last day is known."""
    start, due = clock.complete_on, clock.due_on
    if start is None or due is None:
        return None
    half = clock.half_ends_on if clock.asks_once else None
    if half is not None and not start < half < due:
        half = None
    return PrintedPeriod(
        days=(due - start).days,
        half=(half - start).days if half is not None else None,
        start=PrintedMark(DAY_0 if clock.reopened_on is None else AGAIN, _plain(start)),
        middle=PrintedMark(HALF, _plain(half)) if half is not None else None,
        end=PrintedMark(DUE, _plain(due)),
        meaning=Text({one: MEANING[one].format(start=_plain(start)[one], end=_long(due)[one]) for one in BOTH}),
    )


def steps_in_print(clock: LegalClock) -> Text | None:
    """How the last day came about, in a line or two; None where there is nothing to count yet."""
    told = [_told(step, clock.law) for step in clock.explain() if step.key in STEPS]
    return Text({one: " ".join(words[one] for words in told) for one in BOTH}) if told else None


def _told(step: Step, law: str) -> Text:
    said = STEPS[step.key]
    source = article(step.article) if step.article else None
    filled = {}
    for language in BOTH:
        words = said[language] if source is not None else said[language].replace(" ({article})", "")
        params = {name: _param(name, value, law)[language] for name, value in step.params.items()}
        filled[language] = words.format(**params, article=source[language] if source is not None else "")
    return Text(filled)


def _param(name: str, value: str, law: str) -> Text:
    if name in ("days", "left"):
        return days_of(int(value), law)
    # The year stands in the row of the last day, and in the bar above.
    return Text({language: month_and_day(date.fromisoformat(value), language) for language in BOTH})


def _plain(day: date) -> Text:
    return Text({language: plain_date(day, language) for language in BOTH})


def _long(day: date) -> Text:
    return Text({language: long_date(day, language) for language in BOTH})
