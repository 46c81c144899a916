"""What changes in the periods beside a service's own, in what it follows, and in what its actions are by law."""

from collections.abc import Mapping, Sequence

from portal.domain.acts import Act
from portal.domain.service import ActionRule, Deadline, Follows, Occasion, OtherPeriod, Period
from portal.i18n import N_, comma, translate, translate_count
from portal.presenting.differing import AGENTS, EVERYBODY, PEOPLE, Telling, same
from portal.presenting.law import days_of, law_name
from portal.presenting.workflow_words import term_words, units_words

ACTS: Mapping[Act, str] = {
    Act.INFORMATION: N_("a request for further information"),
    Act.REPLACEMENT: N_("a request to replace documents"),
    Act.ORIGINALS: N_("a request to show originals"),
    Act.EXTENSION: N_("an extension of the period"),
    Act.RETURN: N_("the return of a file that was not completed in time"),
    Act.SILENCE: N_("an approval by silence"),
    Act.REPETITION: N_("the answer to a request that was refused before"),
}
OCCASIONS: Mapping[Occasion, str] = {
    Occasion.REFUSED: N_("after a refusal"),
    Occasion.PARTLY: N_("after a refusal of a part"),
    Occasion.SILENCE: N_("after a silence"),
}


def compare_periods(old: Deadline, new: Deadline, telling: Telling) -> None:
    """By how much the period can be extended, and which answers give another one."""
    if old.extension is not None and new.extension is None:
        telling.say(EVERYBODY, N_("The period can no longer be extended."))
    elif new.extension is not None:
        before = days_of(old.extension.days, old.law)[telling.language] if old.extension is not None else ""
        days = telling.instead(before, days_of(new.extension.days, new.law)[telling.language])
        if old.extension is None or old.extension.days != new.extension.days:
            telling.say(EVERYBODY, N_("The period can now be extended once, by %(days)s at most."), days=days)
        if old.extension is not None:
            telling.note(
                PEOPLE,
                old.extension.reason,
                new.extension.reason,
                N_("What the period can be extended for is said differently."),
            )
    if old.hours != new.hours:
        _tell_hours(old.hours, new.hours, telling)
    if not same(old.instead, new.instead):
        _tell_others(old.instead, new.instead, telling)


def _tell_hours(old: int, new: int, telling: Telling) -> None:
    if not new:
        telling.say(EVERYBODY, N_("The office no longer says within how many hours it answers in practice."))
        return
    hours = telling.instead(_hours(old, telling) if old else "", _hours(new, telling))
    telling.say(EVERYBODY, N_("In practice, the office now answers within: %(hours)s."), hours=hours)


def _hours(count: int, telling: Telling) -> str:
    return translate_count(telling.language, "%(count)s opening hour", "%(count)s opening hours", count)


def _tell_others(old: Sequence[OtherPeriod], new: Sequence[OtherPeriod], telling: Telling) -> None:
    if not new:
        telling.say(EVERYBODY, N_("The period no longer depends on the answers."))
    for number, other in enumerate(new):
        before = old[number] if number < len(old) else None
        period = telling.instead(
            _period(before.period, telling) if before is not None else "", _period(other.period, telling)
        )
        if before is None or before.period != other.period:
            telling.say(EVERYBODY, N_("By the answers, another period can now hold: %(period)s."), period=period)
        if before is not None:
            telling.note_rule(
                PEOPLE,
                before.when,
                other.when,
                N_("In which cases another period holds has changed: %(period)s."),
                period=_period(other.period, telling),
            )
    for gone in old[len(new) :] if new else ():
        telling.say(
            EVERYBODY, N_("This other period no longer holds: %(period)s."), period=_period(gone.period, telling)
        )


def _period(period: Period, telling: Telling) -> str:
    """So many days of a law, and which it is."""
    return f"{days_of(period.days, period.law)[telling.language]} ({law_name(period.law)[telling.language]})"


def compare_acts(old: ActionRule, new: ActionRule, telling: Telling, audiences: Sequence[str], label: str) -> None:
    """What an action is in the eyes of the law, and the period that it gives a file."""
    if old.act is not new.act:
        if new.act is None:
            telling.say(audiences, N_("“%(action)s” is no longer an act of its own in the law."), action=label)
        else:
            act = translate(telling.language, ACTS[new.act])
            telling.say(audiences, N_("In the law, “%(action)s” is now: %(act)s."), action=label, act=act)
    if old.period != new.period:
        if new.period is None:
            telling.say(audiences, N_("“%(action)s” no longer changes the period."), action=label)
        else:
            before = _period(old.period, telling) if old.period is not None else ""
            period = telling.instead(before, _period(new.period, telling))
            telling.say(
                audiences,
                N_("From “%(action)s” on, the file is now counted under this period: %(period)s."),
                action=label,
                period=period,
            )


def compare_following(old: Follows | None, new: Follows | None, telling: Telling) -> None:
    """After which requests this one can be made."""
    if new is None:
        telling.note(EVERYBODY, old, new, N_("The request no longer follows another one: it is made by itself."))
        return
    if old is None or old.on != new.on:
        when = comma(telling.language).join(translate(telling.language, OCCASIONS[one]) for one in new.on)
        telling.say(EVERYBODY, N_("The request is now made from an earlier one: %(when)s."), when=when)
    if old is None:
        return
    if old.within != new.within:
        _tell_within(old, new, telling)
    if set(old.at) != set(new.at):
        where = units_words(new.at, telling.language) or translate(telling.language, N_("any office"))
        telling.say(PEOPLE, N_("The earlier request may now be one decided by: %(where)s."), where=where)
    telling.note(
        PEOPLE,
        (old.laws, old.silence, old.services),
        (new.laws, new.silence, new.services),
        N_("Which earlier requests this one can follow has changed."),
    )
    telling.note((AGENTS,), old.article, new.article, N_("The rule on which the request rests has changed."))


def _tell_within(old: Follows, new: Follows, telling: Telling) -> None:
    if new.within is None:
        telling.say(EVERYBODY, N_("The request can now be made at any time after the earlier one."))
        return
    before = term_words(old.within, telling.language) if old.within is not None else ""
    term = telling.instead(before, term_words(new.within, telling.language))
    telling.say(EVERYBODY, N_("The request is now made within: %(term)s."), term=term)
