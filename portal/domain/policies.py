"""Who may do what, on whose case. ``check_*`` raises, ``can_*`` tells: the same rule, for the act and for its button."""

from collections.abc import Callable
from datetime import date
from typing import Concatenate, ParamSpec

from portal.domain.case import Actor, Case
from portal.domain.consulting import Request
from portal.domain.errors import NotAllowed, NotFound, OpinionNotAsked, PortalError, SamePerson, TakenBySomeone
from portal.domain.flow import ActionRule, Role, StateKind

P = ParamSpec("P")

COUNTER = (Role.CLERK, Role.AGENT, Role.CHIEF)
STUDIO = (Role.DESIGNER, Role.PUBLISHER)
"""Who sees the studio: versions of services and counts of cases, never a citizen's file."""
ADVISERS = (Role.AGENT, Role.CHIEF)
"""Who speaks for a unit whose opinion is asked."""


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


def may_hand_over(actor: Actor, case: Case) -> bool:
    """Whether somebody at a counter may give the applicant what is hers alone, such as the receipt with its secret.

    Whoever filed for somebody what another office decides keeps it too, but for what follows a case: that is turned
    against an office, as a rule her own (see ``check_can_hand_over``).
    """
    return actor.has(*COUNTER) and (in_unit(actor, case) or (case.filed_by == actor.id and case.first_id is None))


def check_can_hand_over(actor: Actor, case: Case, today: date) -> None:
    """Raises NotFound unless somebody may give the applicant her receipt.

    Of what follows a case that is also whoever filed it at her counter, on that day and no longer.
    """
    filed_now = actor.has(*COUNTER) and case.filed_by == actor.id and case.filed_on == today
    if not (may_hand_over(actor, case) or filed_now):
        raise NotFound()


def decides_on_what_follows(actor: Actor, case: Case) -> bool:
    """Whether the actor's unit decides on a case that follows this one: its agents and its chief read the first.

    They do nothing to it, and read it for as long as ``Case.following`` names their unit.
    """
    return actor.has(*ADVISERS) and actor.unit in case.following


def sees_sensitive(actor: Actor, case: Case) -> bool:
    """Whether somebody who sees a case also reads what its service calls sensitive: whoever decides on it does.

    The secretary-general looks at how a case stands, and has no need of it.
    """
    if is_applicant(actor, case) or may_hand_over(actor, case) or decides_on_what_follows(actor, case):
        return True
    return _sits_on(actor, case)


def _sits_on(actor: Actor, case: Case) -> bool:
    return actor.has(Role.COMMITTEE) and in_unit(actor, case) and case.sitting


def sees_escalated(actor: Actor) -> bool:
    """Whether somebody is warned of what the offices let pass, and may look at it wherever it is."""
    return actor.has(Role.SECRETARY_GENERAL)


def sees_escalated_only(actor: Actor) -> bool:
    """Whether an account has no files of an office: its work is what was escalated."""
    return sees_escalated(actor) and not actor.has(*COUNTER, Role.COMMITTEE)


def is_asked(actor: Actor, case: Case) -> bool:
    """Whether the opinion of the actor's unit, or of the partner it is, is being asked on the case."""
    if actor.has(Role.PARTNER):
        return actor.id in case.asked_partners
    return actor.has(*ADVISERS) and actor.unit in case.asked_units


def check_can_see(actor: Actor, case: Case) -> None:
    """Raises NotFound: whoever may not see a case may not learn that it exists either.

    Besides the people of the case and its unit, it is seen by those whose opinion is being asked, for as long as it
    is, by the unit's committee while it sits on it, by those who decide on what was filed against it, and by the
    secretary-general once she was warned of it: as far as it is not sensitive.
    """
    if is_applicant(actor, case) or follows(actor, case):
        return
    if may_hand_over(actor, case) or decides_on_what_follows(actor, case):
        return
    if _sits_on(actor, case):
        return
    if sees_escalated(actor) and case.escalated and case.open:
        return
    if actor.has(Role.PARTNER) and case.service in actor.services:
        return
    if is_asked(actor, case):
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


def check_can_revoke(actor: Actor, case: Case) -> None:
    """The chief of the office that a case is at declares that a document of it no longer stands, open or closed.

    So does the operator, at the terminal.
    """
    if not ((actor.has(Role.CHIEF) and in_unit(actor, case)) or actor.has(Role.SYSTEM)):
        raise NotAllowed()


def check_can_release(actor: Actor, case: Case) -> None:
    """Whoever has taken a case may give it back, and a chief may give back anyone's."""
    if not (actor.has(Role.AGENT, Role.CHIEF) and in_unit(actor, case) and case.open and case.taken_by):
        raise NotAllowed()
    if case.taken_by != actor.id and not actor.has(Role.CHIEF):
        raise TakenBySomeone()


def check_can_act(actor: Actor, case: Case, rule: ActionRule, unit_kind: str | None = None) -> None:
    """One of the rule's roles, on a case that is the actor's to act on, and that no colleague is working on.

    ``unit_kind`` is the kind of the unit that the case is at, for rules that hold at some kinds only. A committee acts
    by its votes and a partner by its opinion, never by an action; the system does only what the rule grants it.
    """
    if rule.at and unit_kind not in rule.at:
        raise NotAllowed()
    if Role.APPLICANT in rule.by and is_applicant(actor, case):
        return
    if Role.SYSTEM in rule.by and actor.has(Role.SYSTEM):
        return
    staff_roles = [role for role in rule.by if role in COUNTER]
    if not (actor.has(*staff_roles) and in_unit(actor, case)):
        raise NotAllowed()
    # Nobody is working on what is closed: whoever had taken it on can no longer give it back.
    held = case.open and case.taken_by not in (None, actor.id) and not actor.has(Role.CHIEF)
    if held and not _takes_in(actor, case, rule):
        raise TakenBySomeone()


def _takes_in(actor: Actor, case: Case, rule: ActionRule) -> bool:
    """Whether a clerk takes in what a file waits for: the applicant is at the counter, whoever is working on it."""
    waits = case.kind in (StateKind.DEPOSITING, StateKind.SUSPENDED)
    return waits and Role.CLERK in rule.by and actor.has(Role.CLERK)


def check_can_vote(actor: Actor, case: Case) -> None:
    """Members of the committee of the case's own unit vote, while the case is open (see ``voting``)."""
    if not (actor.has(Role.COMMITTEE) and in_unit(actor, case) and case.open):
        raise NotAllowed()


def check_can_give_opinion(actor: Actor, request: Request | None) -> None:
    """Agents and chiefs speak for their unit, a partner for itself; others do not learn that anything is asked."""
    if request is None:
        raise OpinionNotAsked()
    if request.partner is not None:
        asked = actor.has(Role.PARTNER) and actor.id == request.partner
    else:
        asked = actor.has(*ADVISERS) and actor.unit is not None and actor.unit == request.unit
    if not asked:
        raise OpinionNotAsked()


def check_can_file_for_others(actor: Actor) -> None:
    """Counter staff file for whoever comes to the counter."""
    if not (actor.has(*COUNTER) and actor.unit):
        raise NotAllowed()


def check_can_file_after(actor: Actor, case: Case) -> None:
    """Raises NotFound unless somebody may file what follows a case: its applicant, or those of the counter for her."""
    if not (is_applicant(actor, case) or may_hand_over(actor, case)):
        raise NotFound()


def check_can_report(actor: Actor, case: Case) -> None:
    """Partners report follow-ups on cases of the services granted to them; to others the case does not exist."""
    if not (actor.has(Role.PARTNER) and case.service in actor.services):
        raise NotFound()


def check_can_see_workload(actor: Actor, unit: str | None, *, independent: bool = False) -> None:
    """A chief watches what falls due at her own unit; the secretary-general at any, and in the whole province (None).

    What an ``independent`` unit does is for its own chief alone.
    """
    if actor.has(Role.SECRETARY_GENERAL) and not independent:
        return
    if not (actor.has(Role.CHIEF) and unit is not None and actor.unit == unit):
        raise NotAllowed()


def can_see_studio_only(actor: Actor) -> bool:
    """Whether an account has no part in any case: its work begins in the studio."""
    return actor.has(*STUDIO) and not actor.has(*COUNTER, Role.COMMITTEE)


def check_can_design(actor: Actor) -> None:
    """Designers upload versions of services, try them out, and propose them."""
    if not actor.has(Role.DESIGNER):
        raise NotAllowed()


def check_can_publish(actor: Actor, uploaded_by: str, proposed_by: str | None) -> None:
    """A publisher decides on what others prepared: four eyes see whatever comes into force."""
    if not actor.has(Role.PUBLISHER):
        raise NotAllowed()
    if actor.id in (uploaded_by, proposed_by):
        raise SamePerson()


def check_can_keep_calendar(actor: Actor) -> None:
    """Administrators confirm feasts and enter closures, for all offices and for each."""
    if not actor.has(Role.ADMIN):
        raise NotAllowed()


def can_keep_calendar_only(actor: Actor) -> bool:
    """Whether an account has no part in any case and none in the studio: its work is the calendar."""
    return actor.has(Role.ADMIN) and not actor.has(*COUNTER, *STUDIO, Role.COMMITTEE, Role.SECRETARY_GENERAL)


can_see = _can(check_can_see)
can_read = _can(check_can_read)
can_take = _can(check_can_take)
can_release = _can(check_can_release)
can_revoke = _can(check_can_revoke)
can_act = _can(check_can_act)
can_vote = _can(check_can_vote)
can_give_opinion = _can(check_can_give_opinion)
can_file_for_others = _can(check_can_file_for_others)
can_hand_over = _can(check_can_hand_over)
can_file_after = _can(check_can_file_after)
can_see_workload = _can(check_can_see_workload)
can_design = _can(check_can_design)
can_publish = _can(check_can_publish)
can_keep_calendar = _can(check_can_keep_calendar)
