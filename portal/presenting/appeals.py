"""Where to turn against a decision or a silence, as the service itself says it."""

from portal.domain.service import Appeal, ServiceDefinition, Text, UnitKind
from portal.i18n import N_, translate, translate_count
from portal.presenting.isolation import isolated
from portal.presenting.law import article

ASK = N_("The office tells you before whom, and until when, you may appeal.")
AGAINST = N_("Appeal against the decision, or against no answer:")


def own_appeals(definition: ServiceDefinition, language: str, kind: UnitKind | None = None) -> list[str]:
    """What the service says of appeals, a sentence each; none where it leaves that to the law of its deadline.

    Of a case those that are open against the ``kind`` of office that decides on it. What nobody could confirm yet is not
    stated: the reader is sent to the office.
    """
    if definition.appeals and definition.unconfirmed("appeals"):
        return [translate(language, ASK)]
    return [isolated(_sentence(one, language), language) for one in definition.appeals if _open(one, kind)]


def own_appeals_in_print(definition: ServiceDefinition, kind: UnitKind) -> tuple[Text, ...]:
    """The same for a paper, where each run of Latin letters is isolated when it is drawn."""
    if definition.unconfirmed("appeals"):
        return (Text({language: translate(language, ASK) for language in ("ar", "fr")}),)
    return tuple(
        Text({language: f"{translate(language, AGAINST)} {_sentence(one, language)}." for language in ("ar", "fr")})
        for one in definition.appeals
        if _open(one, kind)
    )


def _open(appeal: Appeal, kind: UnitKind | None) -> bool:
    return kind is None or not appeal.at or kind in appeal.at


def _sentence(appeal: Appeal, language: str) -> str:
    said = appeal.before[language]
    if appeal.days is not None:
        days = translate_count(language, N_("within %(count)s day"), N_("within %(count)s days"), appeal.days)
        said = translate(language, N_("%(before)s, %(within)s"), {"before": said, "within": days})
    if appeal.article:
        said = f"{said} ({article(appeal.article)[language]})"
    return f"{said}. {appeal.note[language].rstrip('.')}" if appeal.note else said
