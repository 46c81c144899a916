"""The words for what a workflow is made of: who acts, what a state means, how it ends, how long something takes."""

from portal.domain.service import Count, Result, Role, StateKind, Term, Text, UnitKind
from portal.i18n import N_, comma, translate, translate_count

ROLES = {
    Role.APPLICANT: N_("the applicant"),
    Role.CLERK: N_("counter clerk"),
    Role.AGENT: N_("agent"),
    Role.CHIEF: N_("chief"),
    Role.COMMITTEE: N_("the committee"),
    Role.GOVERNOR: N_("the governor"),
    Role.DESIGNER: N_("designer of services"),
    Role.PUBLISHER: N_("publisher of services"),
    Role.AUDITOR: N_("auditor"),
    Role.ADMIN: N_("administrator"),
    Role.PARTNER: N_("a partner"),
    Role.SYSTEM: N_("the portal itself"),
    Role.SECRETARY_GENERAL: N_("the secretary-general"),
}
STATE_KINDS = {
    StateKind.DEPOSITING: N_("the file is incomplete"),
    StateKind.RUNNING: N_("the period is running"),
    StateKind.SUSPENDED: N_("the period is paused"),
    StateKind.DECIDED: N_("the file is closed"),
}
RESULTS = {
    Result.GRANTED: N_("granted"),
    Result.REFUSED: N_("refused"),
    Result.RETURNED: N_("returned"),
    Result.WITHDRAWN: N_("withdrawn"),
    Result.REFERRED: N_("passed on"),
}
UNIT_KINDS = {
    UnitKind.ANNEXE: N_("District office"),
    UnitKind.CAIDAT: N_("Caidat"),
    UnitKind.COMMUNE: N_("Commune"),
    UnitKind.SOCIAL_CENTRE: N_("Social centre"),
    UnitKind.PROVINCE: N_("Province"),
    UnitKind.OMBUDSMAN: N_("Office of the Ombudsman"),
}


def roles_words(roles: tuple[Role, ...], language: str) -> str:
    """Those who may act, as a list."""
    return comma(language).join(translate(language, ROLES[role]) for role in roles)


def units_words(kinds: tuple[UnitKind, ...], language: str) -> str:
    """Kinds of office, as alternatives."""
    return translate(language, N_(" or ")).join(translate(language, UNIT_KINDS[kind]) for kind in kinds)


def term_words(term: Term, language: str) -> str:
    """So many days; days of the law are said to be such, for a holiday at their end counts for nothing."""
    if term.count is Count.LEGAL:
        return translate_count(language, "%(count)s legal day", "%(count)s legal days", term.days)
    return translate_count(language, "%(count)s day", "%(count)s days", term.days)


def opinion_of(unit: UnitKind | None, partner: str | None, language: str) -> str:
    """Whom an opinion is asked of: an office in words, a partner by its name in the portal."""
    return translate(language, UNIT_KINDS[unit]) if unit is not None else (partner or "")


def both(text: Text, separator: str = " / ") -> str:
    """A text in all its languages, once where they are the same."""
    return separator.join(dict.fromkeys(text[language] for language in text))
