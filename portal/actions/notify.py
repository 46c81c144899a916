"""Tells the applicant what happened: by e-mail where she has one, else by SMS; who has neither is told at the counter."""

from portal.actions.deps import Deps
from portal.actions.facts import clock_of
from portal.domain.case import SYSTEM, Person
from portal.domain.events import MessageSent, enters
from portal.domain.service import StateKind
from portal.ports import Channel, Message, Rejected
from portal.presenting.messages import Said, message_about, reminder
from portal.store import cases, effects, journal
from portal.store.cases import Dossier
from portal.store.effects import Effect


def notify(deps: Deps, effect: Effect) -> None:
    """Sends one message about the event that asked for it; the receiving side knows a repetition by its key."""
    with deps.reading() as work:
        dossier = cases.get(work.connection, work.vault, effect.case_id)
        assert dossier is not None  # noqa: S101  An effect belongs to a case, and cases are never removed.
        lines = journal.read(work.connection, effect.case_id, dossier.seal)
    definition = deps.registry.version(dossier.case.service, dossier.case.digest)
    told = [line for line in lines if line.position <= effect.position]
    clock = clock_of(definition, dossier.case.filed_on, told, deps.registry.calendar_of(dossier.case.unit))
    # What else a move brought about, such as the opinions it asked for, stands after it in the journal.
    news = next((line.event for line in reversed(told) if enters(line.event)), told[-1].event)
    reached = channel_for(dossier.people.applicant)
    if reached is not None:
        said = message_about(
            news,
            channel=reached[0],
            language=dossier.language,
            reference=dossier.case.reference,
            due_on=clock.due_on,
            deposit_due_on=clock.deposit_due_on,
            base_url=deps.base_url,
        )
        _send(deps, effect, dossier, *reached, said)
    _finish(deps, effect, reached[0] if reached else None)


def remind(deps: Deps, effect: Effect) -> None:
    """Reminds the applicant of what is awaited of her; nothing is sent once the case has gone on without it."""
    with deps.reading() as work:
        dossier = cases.get(work.connection, work.vault, effect.case_id)
        assert dossier is not None  # noqa: S101  An effect belongs to a case, and cases are never removed.
        lines = journal.read(work.connection, effect.case_id, dossier.seal)
    definition = deps.registry.version(dossier.case.service, dossier.case.digest)
    clock = clock_of(definition, dossier.case.filed_on, lines, deps.registry.calendar_of(dossier.case.unit))
    gone_on = any(enters(line.event) for line in lines if line.position > effect.position)
    reached = None if gone_on else channel_for(dossier.people.applicant)
    if reached is not None:
        said = reminder(
            channel=reached[0],
            language=dossier.language,
            reference=dossier.case.reference,
            awaited=dossier.case.kind in (StateKind.DEPOSITING, StateKind.SUSPENDED),
            until=clock.deposit_due_on,
            base_url=deps.base_url,
        )
        _send(deps, effect, dossier, *reached, said)
    _finish(deps, effect, reached[0] if reached else None)


def _send(deps: Deps, effect: Effect, dossier: Dossier, channel: Channel, address: str, said: Said) -> None:
    messenger = deps.messengers.get(channel)
    if messenger is None:
        raise Rejected(f"no gateway for {channel.value} is configured")
    messenger.send(Message(effect.id, channel, address, said.body, dossier.language, said.subject, said.html))


def channel_for(person: Person) -> tuple[Channel, str] | None:
    """How a person is reached, and where."""
    if person.email:
        return Channel.EMAIL, person.email
    if person.phone:
        return Channel.SMS, person.phone
    return None


def _finish(deps: Deps, effect: Effect, channel: Channel | None) -> None:
    with deps.unit_of_work() as work:
        dossier = cases.get(work.connection, work.vault, effect.case_id, lock=True)
        current = effects.get(work.connection, effect.id, lock=True)
        if dossier is None or current is None or current.done_at is not None:
            return
        if channel is not None:
            cases.record(work.connection, dossier, [MessageSent(channel.value)], SYSTEM, work.now)
        effects.done(work.connection, effect.id, work.now, {"channel": channel.value if channel else None})
