"""Hands a case to a national platform, and takes in what platforms and partners report of it."""

from collections.abc import Mapping

from portal.actions.deps import Deps
from portal.adapters.connectors.mapping import MappingError, build_payload
from portal.domain.case import SYSTEM, Actor
from portal.domain.errors import Invalid, NotFound
from portal.domain.events import CasePushed, FollowUpReported
from portal.domain.policies import check_can_report
from portal.fields.cleaning import line, paragraphs
from portal.i18n import office_date
from portal.ports import Rejected
from portal.store import cases, effects, partners
from portal.store.cases import Dossier
from portal.store.effects import Effect
from portal.store.unit_of_work import Work

MAX_NOTE = 500


def dispatch(deps: Deps, effect: Effect) -> None:
    """Pushes the case once: the platform knows a repeated push by the effect's id."""
    name = effect.name.partition(".")[2]
    platform = deps.platforms.get(name)
    if platform is None:
        raise Rejected(f"platform {name} is not configured")
    with deps.reading() as work:
        dossier = cases.get(work.connection, work.vault, effect.case_id)
    assert dossier is not None  # noqa: S101  An effect belongs to a case, and cases are never removed.
    try:
        payload = build_payload(deps.registry.platform(name), facts_for_platform(deps, dossier))
    except MappingError as error:
        raise Rejected(str(error)) from error
    pushed = platform.connector.push(payload, effect.id)
    with deps.unit_of_work() as work:
        current_case = cases.get(work.connection, work.vault, effect.case_id, lock=True)
        current = effects.get(work.connection, effect.id, lock=True)
        if current_case is None or current is None or current.done_at is not None:
            return
        events = [CasePushed(name, pushed.remote_reference)]
        cases.record(work.connection, current_case, events, SYSTEM, work.now)
        effects.done(work.connection, effect.id, work.now, {"remote_reference": pushed.remote_reference})


def facts_for_platform(deps: Deps, dossier: Dossier) -> Mapping[str, Mapping[str, object]]:
    """What a platform's mapping may choose from."""
    case, people = dossier.case, dossier.people
    definition = deps.registry.version(case.service, case.digest)
    unit = deps.registry.territory.unit(case.unit)
    return {
        "case": {
            "reference": case.reference,
            "filed_on": case.filed_on.isoformat(),
            "complete_on": case.complete_on.isoformat() if case.complete_on else None,
            "decided_on": office_date(case.closed_at).isoformat() if case.closed_at else None,
            "outcome": case.outcome.value if case.outcome else None,
            "unit": case.unit,
            "unit_name_ar": unit.name["ar"],
            "unit_name_fr": unit.name["fr"],
            "language": dossier.language,
        },
        "service": {"slug": case.service, "title_ar": definition.title["ar"], "title_fr": definition.title["fr"]},
        "filer": people.filer.data(),
        "applicant": people.applicant.data(),
        "beneficiary": people.beneficiary.data(),
        # A question that did not apply has no answer, which is not the same as a question that does not exist.
        "answers": {**dict.fromkeys(definition.fields), **dossier.answers},
    }


def report(
    work: Work,
    deps: Deps,
    actor: Actor,
    reference: str,
    *,
    source: str,
    message_id: str,
    status: str,
    label: Mapping[str, str],
    note: str = "",
    from_platform: bool = False,
) -> bool:
    """Enters a follow-up on a case's journal, once per message id; False when it was taken in before.

    Raises NotFound for a case that is not this partner's to report on.
    """
    dossier = cases.find(work.connection, work.vault, reference, lock=True)
    if dossier is None:
        raise NotFound()
    check_can_report(actor, dossier.case)
    if from_platform and not _was_pushed(work, dossier, source):
        raise NotFound()
    if not partners.first_time(work.connection, source, message_id, work.now):
        return False
    words = {language: line(said) for language, said in label.items()}
    event = FollowUpReported(source, line(status), words, paragraphs(note)[:MAX_NOTE])
    cases.record(work.connection, dossier, [event], actor, work.now)
    return True


def _was_pushed(work: Work, dossier: Dossier, platform: str) -> bool:
    """Whether the case is, or is being, handed to this platform: it has nothing to report on any other."""
    return any(one.name == f"dispatch.{platform}" for one in effects.of_case(work.connection, dossier.case.id))


def platform_services(deps: Deps, name: str) -> frozenset[str]:
    """The services whose workflow pushes to a platform: those it may report on."""
    effect = f"dispatch.{name}"
    return frozenset(
        definition.slug
        for definition in deps.registry.in_force.services.values()
        if any(effect in rule.effects for rule in definition.actions)
    )


def status_label(deps: Deps, name: str, status: str) -> Mapping[str, str]:
    """What a platform's status is called in each language; raises Invalid for one its mapping does not list."""
    label = deps.registry.platform(name).follow_ups.get(status)
    if label is None:
        raise Invalid(detail=f"unknown status {status[:40]!r}")
    return label.values
