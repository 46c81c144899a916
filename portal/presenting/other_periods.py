"""What a sheet says beside its period: by how much it can be extended and what for, and which cases have another one."""

from portal.domain.periods import LAWS, Unit
from portal.domain.service import Extension, Period, ServiceDefinition
from portal.i18n import N_, translate, translate_count
from portal.presenting.law import days_of


def deadline_notes(definition: ServiceDefinition, language: str) -> list[str]:
    """The notes beside the time to answer, in the order in which they matter.

    A period or an extension that nobody could confirm is not told: see ``to_confirm`` of the service.
    """
    deadline = definition.deadline
    notes = [deadline.note[language]] if deadline.note is not None else []
    if deadline.hours:
        one, many = N_("In practice, within %(count)s opening hour"), N_("In practice, within %(count)s opening hours")
        notes.append(translate_count(language, one, many, deadline.hours))
    for other in () if definition.unconfirmed("deadline.instead") else deadline.instead:
        time = within_words(other.period, language)
        notes.append(translate(language, N_("In some cases, by your answers: %(time)s"), {"time": time}))
    for rule in definition.actions:
        if rule.period is not None:
            params = {"action": rule.label[language], "time": within_words(rule.period, language)}
            notes.append(translate(language, N_("“%(action)s”: %(time)s"), params))
    if deadline.extension is not None and not definition.unconfirmed("deadline.extension"):
        notes.append(extension_words(deadline.extension, deadline.law, language))
    return notes


def within_words(period: Period, language: str) -> str:
    """A period as a sheet states it, in the days that its law counts."""
    if works_in_working_days(period.law):
        one, many = N_("Within %(count)s working day"), N_("Within %(count)s working days")
    else:
        one, many = N_("Within %(count)s day"), N_("Within %(count)s days")
    return translate_count(language, one, many, period.days)


def extension_words(extension: Extension, law: str, language: str) -> str:
    """That the period can be extended once, and what for."""
    params = {"time": days_of(extension.days, law)[language], "reason": extension.reason[language]}
    return translate(language, N_("It can be extended once, by %(time)s at most: %(reason)s"), params)


def works_in_working_days(law: str) -> bool:
    """Whether a law counts working days alone."""
    return law in LAWS and LAWS[law].unit is Unit.WORKING
