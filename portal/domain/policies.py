"""Who may do what, on whose case. ``check_*`` raises, ``can_*`` tells: the same rule, for the act and for its button."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from portal.domain.case import Actor, Case
from portal.domain.errors import NotAllowed, NotFound, PortalError, TakenBySomeone
from portal.domain.service import ActionRule, Role

P = ParamSpec("P")

COUNTER = (Role.CLERK, Role.AGENT, Role.CHIEF)


def _can(check: Callable[Concatenate[Actor, P], None]) -> Callable[Concatenate[Actor, P], bool]:
    def can(actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> bool:
        try:
            check(actor, *args, **kwargs)
        except PortalError:
            return False
        return True

    return can


def is_applicant(actor: Actor, case: Case) -> bool:
    """Whether the case is this person's own: filed under her account or in her browser.

    Where nobody signed in to file it, the reference and secret of its receipt stand for an account.
    """
    if not actor.has(Role.APPLICANT):
        return False
    return (actor.id != "" and actor.id == case.citizen_id) or (follows(actor, case) and not case.has_account)


def follows(actor: Actor, case: Case) -> bool:
    """Whether somebody opened the case with the reference and secret of its receipt."""
    return actor.has(Role.APPLICANT) and case.id in actor.cases


def in_unit(actor: Actor, case: Case) -> bool:
    return actor.unit is not None and actor.unit == case.unit


def check_can_see(actor: Actor, case: Case) -> None:
    """Raises NotFound: whoever may not see a case may not learn that it exists either."""
    if is_applicant(actor, case) or follows(actor, case):
        return
    if actor.has(*COUNTER) and (in_unit(actor, case) or case.filed_by == actor.id):
        return
    if actor.has(Role.PARTNER) and case.service in actor.services:
        return
    if actor.has(Role.SYSTEM):
        return
    raise NotFound()


def check_can_read(actor: Actor, case: Case) -> None:
    """Raises NotFound for whoever may see how a case stands, but not what it holds: answers, files, documents."""
    check_can_see(actor, case)
    if follows(actor, case) and not is_applicant(actor, case):
        raise NotFound()


def check_can_take(actor: Actor, case: Case) -> None:
    """Agents and chiefs take open cases of their own unit; what a colleague has taken, only a chief may take over."""
    if not (actor.has(Role.AGENT, Role.CHIEF) and in_unit(actor, case) and case.open):
        raise NotAllowed()
    if case.taken_by not in (None, actor.id) and not actor.has(Role.CHIEF):
        raise TakenBySomeone()


def check_can_release(actor: Actor, case: Case) -> None:
    """Whoever has taken a case may give it back, and a chief may give back anyone's."""
    if not (actor.has(Role.AGENT, Role.CHIEF) and in_unit(actor, case) and case.open and case.taken_by):
        raise NotAllowed()
    if case.taken_by != actor.id and not actor.has(Role.CHIEF):
        raise TakenBySomeone()


def check_can_act(actor: Actor, case: Case, rule: ActionRule) -> None:
    """One of the rule's roles, on a case that is the actor's to act on, and that no colleague is working on."""
    if Role.APPLICANT in rule.by and is_applicant(actor, case):
        return
    if Role.SYSTEM in rule.by and actor.has(Role.SYSTEM):
        return
    staff_roles = [role for role in rule.by if role in COUNTER]
    if not (actor.has(*staff_roles) and in_unit(actor, case)):
        raise NotAllowed()
    if case.taken_by not in (None, actor.id) and not actor.has(Role.CHIEF):
        raise TakenBySomeone()


def check_can_file_for_others(actor: Actor) -> None:
    """Counter staff file for whoever comes to the counter."""
    if not (actor.has(*COUNTER) and actor.unit):
        raise NotAllowed()


def check_can_report(actor: Actor, case: Case) -> None:
    """Partners report follow-ups on cases of the services granted to them; to others the case does not exist."""
    if not (actor.has(Role.PARTNER) and case.service in actor.services):
        raise NotFound()


can_see = _can(check_can_see)
can_read = _can(check_can_read)
can_take = _can(check_can_take)
can_release = _can(check_can_release)
can_act = _can(check_can_act)
can_file_for_others = _can(check_can_file_for_others)
