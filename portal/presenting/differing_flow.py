"""What changes in a workflow: the states of a file, who moves it, when, and whose opinion is asked."""

from collections.abc import Sequence

from portal.domain.service import ActionRule, Committee, Consultation, Opinion, Role, ServiceDefinition, State, Timer
from portal.i18n import N_, comma, translate
from portal.presenting.differing import (
    AGENTS,
    CITIZENS,
    EVERYBODY,
    PARTNERS,
    PEOPLE,
    STAFF,
    Telling,
    numbered,
    paired,
    same,
)
from portal.presenting.differing_form import compare_questions
from portal.presenting.differing_periods import compare_acts
from portal.presenting.workflow_words import RESULTS, STATE_KINDS, opinion_of, roles_words, term_words, units_words

DISPATCH = "dispatch."


def compare_workflows(old: ServiceDefinition, new: ServiceDefinition, telling: Telling) -> None:
    """Everything that workflow.yaml says."""
    _compare_starts(old, new, telling)
    _compare_states(old, new, telling)
    _compare_actions(old, new, telling)


def _compare_starts(old: ServiceDefinition, new: ServiceDefinition, telling: Telling) -> None:
    if old.initial != new.initial and new.initial in new.states:
        state = telling.word(new.states[new.initial].label)
        telling.say(STAFF, N_("A complete file now starts in the state “%(state)s”."), state=state)
    if old.depositing != new.depositing:
        if new.depositing is None:
            telling.say(PEOPLE, N_("There are no more incomplete files: nothing is asked for that could be missing."))
        else:
            state = telling.word(new.states[new.depositing].label)
            telling.say(EVERYBODY, N_("An incomplete file is now kept in the state “%(state)s”."), state=state)


def _compare_states(old: ServiceDefinition, new: ServiceDefinition, telling: Telling) -> None:
    added, removed, kept = paired(tuple(old.states.values()), tuple(new.states.values()), lambda one: one.id)
    for state in added:
        telling.say(EVERYBODY, N_("A file can now be in the state “%(state)s”."), state=telling.word(state.label))
        _compare_waiting(State(state.id, state.kind, state.label), state, new, telling)
    for state in removed:
        telling.say(
            EVERYBODY, N_("A file is never in the state “%(state)s” any more."), state=telling.word(state.label)
        )
    for before, after in kept:
        _compare_state(before, after, telling)
        _compare_waiting(before, after, new, telling)


def _compare_state(old: State, new: State, telling: Telling) -> None:
    label = telling.word(new.label)
    telling.renamed(
        EVERYBODY,
        old.label,
        new.label,
        N_("The state “%(old)s” is now called “%(new)s”."),
        old=telling.word(old.label),
        new=label,
    )
    telling.note(
        PEOPLE,
        old.explanation,
        new.explanation,
        N_("The explanation of the state “%(state)s” has changed."),
        state=label,
    )
    if old.kind is not new.kind:
        kind = translate(telling.language, STATE_KINDS[new.kind])
        telling.say(EVERYBODY, N_("In the state “%(state)s”, this now holds: %(kind)s."), state=label, kind=kind)
    if old.outcome is not new.outcome and new.outcome is not None:
        outcome = translate(telling.language, RESULTS[new.outcome])
        telling.say(
            EVERYBODY, N_("The state “%(state)s” now means this outcome: %(outcome)s."), state=label, outcome=outcome
        )
    elif old.outcome is not new.outcome:
        telling.say(EVERYBODY, N_("The state “%(state)s” is no longer the end of a file."), state=label)
    if old.partly is not new.partly:
        told = (
            N_("The state “%(state)s” now refuses a part of what was asked for.")
            if new.partly
            else N_("The state “%(state)s” no longer refuses a part of what was asked for.")
        )
        telling.say(EVERYBODY, told, state=label)
    telling.note(
        EVERYBODY,
        old.issues,
        new.issues,
        N_("Another document is issued in the state “%(state)s”."),
        state=label,
    )


def _compare_waiting(old: State, new: State, service: ServiceDefinition, telling: Telling) -> None:
    """What happens while a file stays in a state."""
    _compare_timers(old, new, service, telling)
    _compare_consultations(old.consultation, new.consultation, new, telling)
    _compare_committees(old.committee, new.committee, new, telling)


def _compare_timers(old: State, new: State, service: ServiceDefinition, telling: Telling) -> None:
    label = telling.word(new.label)
    added, removed, kept = paired(old.timers, new.timers, lambda one: one.id)
    for timer in added:
        _tell_timer(timer, label, service, telling)
    for before, after in kept:
        if not same(before, after):
            _tell_timer(after, label, service, telling, term_words(before.term, telling.language))
    for timer in removed:
        _tell_no_timer(timer, label, telling)


def _tell_no_timer(timer: Timer, label: str, telling: Telling) -> None:
    telling.say(
        EVERYBODY if timer.action else (AGENTS,),
        N_("In the state “%(state)s”, nothing follows any more by itself after %(term)s."),
        state=label,
        term=term_words(timer.term, telling.language),
    )


def _tell_timer(timer: Timer, label: str, service: ServiceDefinition, telling: Telling, before: str = "") -> None:
    """What a timer does; ``before`` is the time it took in the older version."""
    term = telling.instead(before, term_words(timer.term, telling.language))
    if timer.action is not None:
        telling.say(
            EVERYBODY,
            N_("After %(term)s in the state “%(state)s”, this now follows by itself: “%(action)s”."),
            term=term,
            state=label,
            action=_label_of(timer.action, service, telling),
        )
    if not timer.action and not timer.warns:
        _tell_no_timer(timer, label, telling)
    if timer.warns:
        telling.say(
            (AGENTS,),
            N_("After %(term)s in the state “%(state)s”, these are now warned: %(who)s."),
            term=term,
            state=label,
            who=roles_words(timer.warns, telling.language),
        )


def _label_of(action: str, service: ServiceDefinition, telling: Telling) -> str:
    return next((telling.word(rule.label) for rule in service.actions if rule.action == action), action)


def _compare_consultations(old: Consultation | None, new: Consultation | None, state: State, telling: Telling) -> None:
    label = telling.word(state.label)
    before, after = (one.opinions if one is not None else () for one in (old, new))
    added, removed, kept = paired(before, after, lambda one: one.id)
    for one in added:
        telling.say(
            _asked(one),
            N_("In the state “%(state)s”, an opinion is now asked: “%(title)s” (%(of)s)."),
            state=label,
            title=telling.word(one.title),
            of=opinion_of(one.unit, one.partner, telling.language),
        )
    for one in removed:
        telling.say(
            _asked(one),
            N_("In the state “%(state)s”, an opinion is no longer asked: “%(title)s”."),
            state=label,
            title=telling.word(one.title),
        )
    for earlier, later in kept:
        _compare_opinion(earlier, later, telling)
    if old is not None and new is not None:
        _compare_joins(old, new, label, telling)


def _asked(opinion: Opinion) -> Sequence[str]:
    return EVERYBODY if opinion.partner else PEOPLE


def _compare_opinion(old: Opinion, new: Opinion, telling: Telling) -> None:
    title = telling.word(new.title)
    telling.renamed(
        _asked(new),
        old.title,
        new.title,
        N_("The opinion “%(old)s” is now called “%(new)s”."),
        old=telling.word(old.title),
        new=title,
    )
    if (old.unit, old.partner) != (new.unit, new.partner):
        of = opinion_of(new.unit, new.partner, telling.language)
        telling.say(EVERYBODY, N_("The opinion “%(title)s” is now asked of: %(of)s."), title=title, of=of)
    if not same(old.asks, new.asks):
        audiences = STAFF if new.partner else (AGENTS,)
        telling.say(audiences, N_("What is asked for the opinion “%(title)s” has changed."), title=title)
        compare_questions(old.asks, new.asks, telling, (AGENTS,))


def _compare_joins(old: Consultation, new: Consultation, label: str, telling: Telling) -> None:
    telling.note(
        (AGENTS,),
        old.needed,
        new.needed,
        N_("In the state “%(state)s”, another number of opinions is now awaited: %(count)s."),
        state=label,
        count=telling.instead(str(old.needed), str(new.needed)),
    )
    if old.term != new.term:
        if new.term is None:
            telling.say(STAFF, N_("In the state “%(state)s”, opinions may now come at any time."), state=label)
        else:
            before = term_words(old.term, telling.language) if old.term is not None else ""
            term = telling.instead(before, term_words(new.term, telling.language))
            telling.say(
                STAFF, N_("In the state “%(state)s”, opinions are now awaited for %(term)s."), state=label, term=term
            )
    telling.note(
        (AGENTS,),
        old.action,
        new.action,
        N_("In the state “%(state)s”, something else follows the opinions."),
        state=label,
    )


def _compare_committees(old: Committee | None, new: Committee | None, state: State, telling: Telling) -> None:
    label = telling.word(state.label)
    if old is None and new is not None:
        telling.say(
            PEOPLE,
            N_("In the state “%(state)s”, a committee now votes: %(title)s."),
            state=label,
            title=telling.word(new.title),
        )
    elif new is None:
        telling.note(PEOPLE, old, new, N_("In the state “%(state)s”, no committee votes any more."), state=label)
    elif not same(old, new):
        telling.say(
            PEOPLE,
            N_("How the committee of the state “%(state)s” is called or decides has changed."),
            state=label,
        )


def _compare_actions(old: ServiceDefinition, new: ServiceDefinition, telling: Telling) -> None:
    before, after = _named(old.actions), _named(new.actions)
    for key, rule in after.items():
        if key not in before:
            telling.say(
                _concerned(rule),
                N_("New: “%(action)s” (%(who)s)."),
                action=telling.word(rule.label),
                who=roles_words(rule.by, telling.language),
            )
            _tell_dispatches((), rule.effects, rule, telling)
    for key, rule in before.items():
        if key not in after:
            telling.say(_concerned(rule), N_("No longer possible: “%(action)s”."), action=telling.word(rule.label))
            _tell_dispatches(rule.effects, (), rule, telling)
    for key in [key for key in after if key in before]:
        _compare_action(before[key], after[key], new, telling)


def _named(rules: Sequence[ActionRule]) -> dict[tuple[str, int], ActionRule]:
    return dict(zip(numbered([rule.action for rule in rules]), rules, strict=True))


def _concerned(*rules: ActionRule) -> Sequence[str]:
    roles = {role for rule in rules for role in rule.by}
    others = [CITIZENS] if {Role.APPLICANT, Role.SYSTEM} & roles else []
    return [*others, AGENTS, *([PARTNERS] if Role.PARTNER in roles else [])]


def _compare_action(old: ActionRule, new: ActionRule, service: ServiceDefinition, telling: Telling) -> None:
    audiences, label = _concerned(old, new), telling.word(new.label)
    telling.renamed(
        audiences,
        old.label,
        new.label,
        N_("“%(old)s” is now called “%(new)s”."),
        old=telling.word(old.label),
        new=label,
    )
    if set(old.by) != set(new.by):
        who = roles_words(new.by, telling.language)
        telling.say(audiences, N_("“%(action)s” is now done by: %(who)s."), action=label, who=who)
    if set(old.sources) != set(new.sources):
        states = comma(telling.language).join(telling.word(service.states[one].label) for one in new.sources)
        telling.say(
            audiences, N_("“%(action)s” is now possible in these states: %(states)s."), action=label, states=states
        )
    if old.target != new.target:
        state = telling.word(service.states[new.target].label)
        telling.say(audiences, N_("“%(action)s” now leads to the state “%(state)s”."), action=label, state=state)
    telling.note_rule(audiences, old.when, new.when, N_("“%(action)s” is now possible in other cases."), action=label)
    _compare_limits(old, new, telling, audiences, label)
    compare_acts(old, new, telling, audiences, label)
    if not same(old.asks, new.asks):
        telling.say(audiences, N_("What is asked for “%(action)s” has changed."), action=label)
        compare_questions(old.asks, new.asks, telling, audiences)
    if not same(old.effects, new.effects):
        telling.say(audiences, N_("What follows “%(action)s” has changed."), action=label)
        _tell_dispatches(old.effects, new.effects, new, telling)


def _compare_limits(old: ActionRule, new: ActionRule, telling: Telling, audiences: Sequence[str], label: str) -> None:
    if set(old.at) != set(new.at):
        where = units_words(new.at, telling.language)
        message = (
            N_("“%(action)s” is now done at: %(where)s.") if where else N_("“%(action)s” is now done at any office.")
        )
        telling.say(audiences, message, action=label, **({"where": where} if where else {}))
    if set(old.transfers) != set(new.transfers):
        where = units_words(new.transfers, telling.language)
        telling.say(audiences, N_("“%(action)s” can now send a file to: %(where)s."), action=label, where=where or "—")
    if old.within != new.within:
        if new.within is None:
            telling.say(audiences, N_("“%(action)s” is now possible at any time."), action=label)
        else:
            before = term_words(old.within, telling.language) if old.within is not None else ""
            term = telling.instead(before, term_words(new.within, telling.language))
            telling.say(audiences, N_("“%(action)s” is now possible within %(term)s."), action=label, term=term)


def _tell_dispatches(old: Sequence[str], new: Sequence[str], rule: ActionRule, telling: Telling) -> None:
    label = telling.word(rule.label)
    for effect in new:
        if effect.startswith(DISPATCH) and effect not in old:
            name = effect.removeprefix(DISPATCH)
            telling.say(
                EVERYBODY, N_("After “%(action)s”, the file is now sent to: %(name)s."), action=label, name=name
            )
    for effect in old:
        if effect.startswith(DISPATCH) and effect not in new:
            name = effect.removeprefix(DISPATCH)
            telling.say(
                EVERYBODY, N_("After “%(action)s”, the file is no longer sent to: %(name)s."), action=label, name=name
            )
