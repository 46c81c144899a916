"""The counter: signing in, and a case as those who decide it see it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from starlette.responses import Response

from portal.actions.clockwork import promised_at
from portal.actions.passwords import check_password
from portal.actions.perform import OpenCase, open_case, perform, release, take
from portal.actions.remedies import can_put_away, remedies_of
from portal.domain import policies
from portal.domain.clock import ClockState
from portal.domain.errors import (
    AlreadyDecided,
    CameTooLate,
    CaseMoved,
    DocumentsNeeded,
    JournalContradicts,
    NotAllowed,
    PortalError,
    ReopeningTooLate,
    UnitNeeded,
    Unlawful,
)
from portal.domain.service import ActionRule, Result, StateKind, Text
from portal.fields.base import Wrong
from portal.http import limiting, urls
from portal.http.pages import ControlError, Page, replace_session
from portal.http.readers import Staff, Visitor
from portal.i18n import N_, office_date
from portal.presenting.deadlines import badge, explanation
from portal.presenting.errors import explain_error, told_over_the_case
from portal.presenting.next_panel import overdue_words, promised_words
from portal.presenting.printed import document_title
from portal.presenting.staff_panel import staff_panel
from portal.presenting.timeline import Audience, entries
from portal.store import files, sessions
from portal.store.documents import Issued
from portal.web import acts, casework, completing, deliberating, following, obtaining, outgrown, sensitive, specimens
from portal.web.routing import pages

router = pages("/{lang}/counter")


@router.get("/sign-in")
def sign_in(page: Page, visitor: Visitor) -> Response:
    page.title = page.say(N_("Counter: sign in"))
    target = urls.local_target(page.request.query_params.get("next", ""), f"/{page.language}/counter")
    return page.render("counter/sign_in.html", target=target, login="")


@router.post("/sign-in")
def enter(page: Page, visitor: Visitor) -> Response:
    """Opens a staff session; wrong attempts are counted by account and by address."""
    login, password = page.form.get("login", "").strip().lower()[:80], page.form.get("password", "")[:200]
    target = urls.local_target(page.form.get("next", ""), f"/{page.language}/counter")
    address = limiting.address_of(page.request)
    page.deps.limits.count(limiting.SIGN_IN_ADDRESS, "staff", address)
    page.deps.limits.count(limiting.SIGN_IN_ACCOUNT, "staff", login)
    with page.reading() as work:
        found = sessions.find_staff_by_login(work.connection, login)
    if not check_password(found[1] if found else None, password) or found is None:
        page.title = page.say(N_("Counter: sign in"))
        page.errors = [ControlError("login", page.say(N_("The login or the password is wrong")))]
        return page.render("counter/sign_in.html", status=422, target=target, login=login)
    page.deps.limits.forgive(limiting.SIGN_IN_ACCOUNT, "staff", login)
    member = found[0]
    names = {"name_ar": member.name_ar, "name_fr": member.name_fr}
    replace_session(page, "staff", member.id, level="staff", data=names)
    return page.see_other(target)


@router.post("/sign-out")
def leave(page: Page, staff: Staff) -> Response:
    with page.unit_of_work() as work:
        sessions.end(work.connection, staff.session)
    page.close_session()
    return page.see_other(f"/{page.language}/counter/sign-in")


def unit_name(page: Page, unit: str) -> str:
    return page.deps.registry.territory.unit(unit).name[page.language]


@router.get("/cases/{reference}")
def case(page: Page, staff: Staff, reference: str) -> Response:
    return show_case(page, staff, casework.canonical(reference))


def show_case(page: Page, staff: Staff, reference: str, *, told: str = "", status: int = 200) -> Response:
    """The whole file: answers, documents, timeline, and what may be done now. ``told`` is news for the reader."""
    with page.reading() as work:
        opened = open_case(work, page.deps, reference, staff.actor)
        attached = files.of_case(work.connection, opened.dossier.seal, opened.dossier.case.id)
        issued = casework.documents_for(work, opened, staff.actor)
        gone = outgrown.outgrown(work, opened, staff.actor)
        holder = opened.dossier.case.taken_by
        names = sessions.staff_names(work.connection, {holder} if holder else (), page.language)
        others = casework.names_of_others(page, work, opened)
        around = following.around_case(page, work, opened, staff.actor, at_counter=True)
    shown, known = opened, attached
    if not policies.sees_sensitive(staff.actor, opened.dossier.case):
        shown = sensitive.without(opened)
        known = [file for file in attached if not casework.is_sensitive(opened, file)]
    context = _context(page, staff, shown, known, issued, gone, others) | {"around": around}
    context["to_obtain"] = obtaining.listed(page, staff, opened, attached)
    return page.render("counter/case.html", status=status, told=told, holder=names.get(holder or "", ""), **context)


def _context(
    page: Page,
    staff: Staff,
    opened: OpenCase,
    attached: list[files.StoredFile],
    issued: list[Issued],
    gone: list[Issued],
    others: Mapping[str, Text],
) -> dict[str, Any]:
    language, definition, dossier = page.language, opened.definition, opened.dossier
    found, today = dossier.case, office_date(page.deps.clock.now())
    unit = page.deps.registry.territory.unit(found.unit)
    state = definition.states[found.state]
    base = urls.counter_case(language, found.reference)
    whole = policies.sees_sensitive(staff.actor, found)
    page.title, page.current_nav = found.reference, "queue"
    events = [(line.at, line.actor_role, line.actor_name, line.event) for line in opened.lines]
    silence, open_to_her = definition.deadline.silence, remedies_of(page.deps, opened)
    panel = staff_panel(opened.clock, today, language, state=state, silence=silence, remedies=open_to_her)
    promise = promised_at(page.deps.registry, definition, found.unit, opened.clock, opened.lines)
    no_longer = outgrown.told(page, gone, issued)
    current, former = (
        _standing(page, staff, opened, issued),
        outgrown.listed(page, opened, staff.actor, gone, no_longer),
    )
    return {
        "unit_name": unit_name(page, staff.member.unit),
        "reference": found.reference,
        "service": definition.title[language],
        "state_label": state.label[language],
        "outcome": found.outcome.value if found.outcome else "",
        "people": dossier.people,
        "same_person": dossier.people.applicant == dossier.people.beneficiary,
        "mine": found.taken_by == staff.member.id,
        "can_take": policies.can_take(staff.actor, found) and found.taken_by != staff.member.id,
        "can_release": policies.can_release(staff.actor, found),
        "base": base,
        "version": found.version,
        "alert": casework.alert_words(page, dossier.alert),
        "alert_reason": acts.alert_reason(opened, language),
        "to_put_away": len(opened.lines) if can_put_away(staff.actor, opened) else None,
        "flaw": explain_error(JournalContradicts(), language).text if opened.clock.flaw else "",
        "escalated": found.escalated,
        "consultation": deliberating.consultation_of(page, opened, others, today),
        "sitting": deliberating.sitting_of(page, staff, opened),
        **_actions(page, staff, opened, attached, base, today),
        **acts.for_case(page, opened, casework.around(page)),
        "panel": panel,
        "overdue": panel.text if opened.clock.state(today) is ClockState.EXPIRED else "",
        "promised": overdue_words(promise, page.deps.clock.now(), language) or promised_words(promise, today, language),
        "badge": badge(
            found.due_on or opened.clock.deposit_due_on,
            found.kind,
            today,
            language,
            definition.deadline.days,
            opened.clock.suspension.act.value if opened.clock.suspension is not None else "",
        ),
        "explanation": explanation(opened.clock, language),
        "missing": [
            document.title[language] for one in found.missing if (document := definition.document(one)) is not None
        ],
        "statements": [
            document.alternative[language]
            for one in dossier.statements
            if (document := definition.document(one)) is not None and document.alternative is not None
        ],
        "timeline": entries(
            events,
            definition,
            language,
            Audience.COUNTER,
            {one["number"]: one["url"] for one in (*current, *former) if one["url"]},
            unit=unit.name[language],
            platforms={name: one.name for name, one in page.deps.registry.in_force.platforms.items()},
            others=others,
            around=casework.around(page),
            obtained=casework.obtained_files(opened, attached, base),
            services=casework.titles_of_services(page),
            revoked=no_longer,
        ),
        "sections": casework.answer_sections(page, opened, for_staff=True, sensitive=whole),
        "withheld": not whole and sensitive.holds_sensitive(definition),
        "fee": casework.fee_words(opened, language),
        "files": casework.brought(page, opened, attached, base),
        "issued": current,
        "revoked": former,
    }


def _standing(page: Page, staff: Staff, opened: OpenCase, issued: list[Issued]) -> list[dict[str, Any]]:
    """The signed documents, each with its address; the chief is shown the way to revoke it."""
    reference, revokes = opened.dossier.case.reference, policies.can_revoke(staff.actor, opened.dossier.case)
    return [
        {
            "title": document_title(opened.definition, one.document)[page.language],
            "number": one.number,
            "url": urls.counter_document(page.language, reference, one.number),
            "told": casework.told_of_place(page, opened, one),
            "revoke_url": urls.revoke_document(page.language, reference, one.number) if revokes else None,
        }
        for one in issued
    ]


def _actions(
    page: Page, staff: Staff, opened: OpenCase, attached: list[files.StoredFile], base: str, today: date
) -> dict[str, Any]:
    """What this person may do, each with its last day; and apart from it what the law forbids now, and why."""
    shown: list[dict[str, Any]] = []
    ruled_out: list[acts.Forbidden] = []
    # On a file whose record contradicts itself nothing is done at all.
    rules = () if opened.clock.flaw else opened.actions_for(staff.actor)
    for rule in rules:
        unlawful = acts.ruled_out(opened, rule, today)
        if unlawful is not None:
            ruled_out.append(acts.forbidden_words(rule, unlawful, page.language))
        elif acts.to_be_done(rule, opened, attached):
            target = opened.definition.states[rule.target]
            shown.append(
                {
                    "label": rule.label[page.language],
                    "url": _address(opened, rule, base),
                    "until": acts.until_words(opened, rule, today, page.language),
                    "to_obtain": bool(_left_to_obtain(page, opened, rule)),
                    "kind": _button(target.outcome.value if target.outcome else ""),
                }
            )
    return {
        "actions": shown,
        "forbidden": ruled_out,
        "whose_turn": acts.whose_turn(opened, staff.actor, page.language),
    }


def _address(opened: OpenCase, rule: ActionRule, base: str) -> str:
    return f"{base}/complete" if completing.completes(opened, rule) else f"{base}/actions/{rule.action}"


def _left_to_obtain(page: Page, opened: OpenCase, rule: ActionRule) -> list[str]:
    """What the office has not obtained yet of what a case needs, before an action that grants it."""
    if opened.definition.states[rule.target].outcome is not Result.GRANTED:
        return []
    return [one.title[page.language] for one in opened.to_obtain]


def _button(outcome: str) -> str:
    return {"granted": "primary", "refused": "danger"}.get(outcome, "quiet")


@router.post("/cases/{reference}/take")
def take_case(page: Page, staff: Staff, reference: str) -> Response:
    reference = casework.canonical(reference)
    with page.unit_of_work() as work:
        take(work, page.deps, staff.actor, reference)
    return page.see_other(urls.counter_case(page.language, reference))


@router.post("/cases/{reference}/release")
def release_case(page: Page, staff: Staff, reference: str) -> Response:
    reference = casework.canonical(reference)
    with page.unit_of_work() as work:
        release(work, page.deps, staff.actor, reference)
    return page.see_other(urls.counter_case(page.language, reference))


@router.get("/cases/{reference}/complete")
def missing_documents(page: Page, staff: Staff, reference: str) -> Response:
    """What an incomplete file still lacks, when the applicant brings it to the counter."""
    reference = casework.canonical(reference)
    return completing.show(page, staff.actor, reference, urls.counter_case(page.language, reference))


@router.post("/cases/{reference}/complete")
def bring(page: Page, staff: Staff, reference: str) -> Response:
    reference = casework.canonical(reference)
    try:
        return completing.bring(page, staff.actor, reference, urls.counter_case(page.language, reference))
    except CameTooLate as late:
        return show_case(page, staff, reference, told=told_over_the_case(late, page.language), status=late.status)


@router.get("/cases/{reference}/actions/{action}")
def action(page: Page, staff: Staff, reference: str, action: str) -> Response:
    with page.reading() as work:
        opened = open_case(work, page.deps, casework.canonical(reference), staff.actor)
    if opened.definition.rule(action, opened.dossier.case.state) is None:
        # Decided meanwhile, perhaps by this very person: the case itself says what became of it.
        return page.see_other(urls.counter_case(page.language, opened.dossier.case.reference))
    rule = opened.rule_for(staff.actor, action)
    base = urls.counter_case(page.language, opened.dossier.case.reference)
    if completing.completes(opened, rule):
        return page.see_other(f"{base}/complete")
    unlawful = acts.ruled_out(opened, rule, office_date(page.deps.clock.now()))
    return _show_action(page, staff, opened, rule, page.take_typed(), {}, refusal=unlawful)


def _show_action(
    page: Page,
    staff: Staff,
    opened: OpenCase,
    rule: ActionRule,
    typed: Mapping[str, str],
    errors: Mapping[str, Wrong],
    file_errors: Mapping[str, str] | None = None,
    *,
    refusal: PortalError | None = None,
) -> Response:
    """The form of an action; where it is refused, with the reason over it and all that was typed, so that nothing is lost.

    What the law does not allow at all, whatever might be typed, cannot be sent again.
    """
    found = opened.dossier.case
    base = urls.counter_case(page.language, found.reference)
    page.title, page.current_nav = rule.label[page.language], "queue"
    today = office_date(page.deps.clock.now())
    sendable = acts.ruled_out(opened, rule, today) is None
    # What cannot be sent is shown only to give back what was typed.
    shown = sendable or any(value for name, value in typed.items() if name != "version")
    status = 422 if errors or file_errors else 200
    return page.render(
        "counter/action.html",
        status=refusal.status if refusal is not None else status,
        refused=explain_error(refusal, page.language) if refusal is not None else None,
        sendable=sendable,
        unit_name=unit_name(page, staff.member.unit),
        back_url=base,
        form_action=f"{base}/actions/{rule.action}",
        specimen_url=specimens.url_of(staff.actor, opened, rule, base) if sendable else "",
        multipart=any(field.type == "file" for field in rule.asks),
        controls=casework.input_controls(page, rule, opened, typed, errors, file_errors) if shown else [],
        reference=found.reference,
        service=opened.definition.title[page.language],
        person=opened.dossier.people.applicant.name(page.language),
        badge=badge(found.due_on, found.kind, today, page.language, opened.definition.deadline.days),
        final=opened.definition.states[rule.target].kind is StateKind.DECIDED,
        to_obtain=_left_to_obtain(page, opened, rule),
        version=typed.get("version") or found.version,
    )


@router.post("/cases/{reference}/actions/{action}")
def act(page: Page, staff: Staff, reference: str, action: str) -> Response:
    """Carries an action out on the case as it was seen; whoever comes second is told what became of it."""
    reference = casework.canonical(reference)
    if switch := page.switched:
        page.keep_typed()
        return page.see_other(f"{urls.counter_case(switch, reference)}/actions/{action}")
    with page.reading() as work:
        opened = open_case(work, page.deps, reference, staff.actor)
    if not policies.in_unit(staff.actor, opened.dossier.case):
        # Whoever only reads a case is shown no form of what its office does, with what was typed into it.
        raise NotAllowed()
    try:
        rule = opened.definition.rule(action, opened.dossier.case.state)
        if rule is None:
            raise CaseMoved() if opened.dossier.case.open else AlreadyDecided()
        file_errors = {}
        if any(one.action == action for one in opened.actions_for(staff.actor)):
            # Whoever may not act leaves nothing behind either.
            file_errors = casework.take_asked_files(page, staff.actor, rule, opened)
        reading = casework.read_inputs(page, rule, opened)
        typed = {**reading.typed, "version": page.form.get("version", "")}
        seen = page.form.get("version", "")
        version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else opened.dossier.case.version
        unlawful = _unlawful(page, staff, opened, rule, version)
        if unlawful is not None:
            return _show_action(page, staff, opened, rule, typed, {}, refusal=unlawful)
        if reading.errors or file_errors:
            return _show_action(page, staff, opened, rule, typed, reading.errors, file_errors)
        try:
            with page.unit_of_work() as work:
                outcome = perform(work, page.deps, staff.actor, reference, action, reading.answers, version=version)
        except (Unlawful, DocumentsNeeded) as refusal:
            return _show_action(page, staff, opened, rule, typed, {}, refusal=refusal)
    except (AlreadyDecided, CaseMoved, CameTooLate, ReopeningTooLate, UnitNeeded, JournalContradicts) as refusal:
        return show_case(page, staff, reference, told=told_over_the_case(refusal, page.language), status=refusal.status)
    if outcome.unit is not None:
        # The case is the other office's now: this one's queue says where it went.
        return page.see_other(f"/{page.language}/counter?passed={outcome.unit}")
    return page.see_other(urls.counter_case(page.language, reference))


def _unlawful(page: Page, staff: Staff, opened: OpenCase, rule: ActionRule, version: int) -> Unlawful | None:
    """What the law says against an action that somebody could otherwise do to the case as she saw it."""
    mine = any(one.action == rule.action for one in opened.actions_for(staff.actor))
    if not mine or version != opened.dossier.case.version:
        return None
    return acts.ruled_out(opened, rule, office_date(page.deps.clock.now()))
