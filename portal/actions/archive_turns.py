"""When signatures are raised: at night, or within the hour where the time-stamping authority was away at first."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import structlog
from cryptography.exceptions import InvalidTag

from portal.actions import issued_content
from portal.actions.archiving import MOST_LEFT, Archived, archive, leave
from portal.actions.deps import Deps
from portal.i18n import OFFICE_ZONE
from portal.store import archiving, cases, documents, sweeps
from portal.store.archiving import Outgrown, Wanted
from portal.store.issued_files import Owner
from portal.store.vault import Erased

log = structlog.get_logger("portal.archive")

NIGHT = (time(1), time(5))
"""At the office, when nobody waits for a document."""

SPREAD = timedelta(hours=1)
"""Portals that share an authority begin at different moments within the first hour of the night."""

SETTLED = timedelta(hours=1)
"""What says that a certificate was not revoked is worth more when it is younger than the signature by a while."""

OVERDUE = timedelta(days=3)
"""A portal that never runs at night raises its signatures by day when they are as old as this."""

OVERDUE_AT_ONCE = 200
"""Of those not too many in one turn: people wait for their documents by day."""

TURN = timedelta(minutes=30)
"""By night too, what bears no time stamp yet is looked for as often as this."""

RENEWAL = timedelta(days=365)
"""So long after the latest time stamp another one is added; certificates of authorities last several years."""

KEPT = timedelta(days=7)
"""For how long an outgrown file stays: somebody may be reading it, and an older backup of the database leads to it."""

NEARLY_A_DAY = timedelta(hours=20)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

CLEARED = "outgrown files"
"""What is kept of how far outgrown files were removed."""


def take_turn(
    deps: Deps, *, renewal: timedelta = RENEWAL, at_once: int = 1, go_on: Callable[[], bool] = lambda: True
) -> Archived:
    """What is due at this hour: to be called every few minutes, by any number of workers."""
    began = deps.clock.now()
    # By day one after the other: people wait for their own documents.
    done = archive(deps, unstamped(began), go_on=go_on)
    if done.stopped_by:
        return done
    if not is_night(began, deps.base_url):
        return done + archive(deps, everything(began - OVERDUE), most=OVERDUE_AT_ONCE, go_on=go_on)
    leave_without_digest(deps)
    clear_outgrown(deps)

    def goes_on() -> bool:
        now = deps.clock.now()
        return go_on() and now < began + TURN and is_night(now, deps.base_url)

    wanted = [*everything(began - SETTLED), *renewals(began - renewal)]
    return done + archive(deps, wanted, at_once=at_once, go_on=goes_on)


def archive_now(deps: Deps, *, renewal: timedelta = RENEWAL, at_once: int = 1) -> Archived:
    """Everything that is not raised yet, and what has to be renewed, at whatever hour."""
    now = deps.clock.now()
    return archive(deps, [*unstamped(now), *everything(now), *renewals(now - renewal)], at_once=at_once)


def unstamped(before: datetime) -> list[Wanted]:
    """What was made before a moment while no time stamp could be had."""
    return [Wanted(owner, before, unstamped=True) for owner in Owner]


def everything(before: datetime) -> list[Wanted]:
    """Whatever was made before a moment and is not raised."""
    return [Wanted(owner, before) for owner in Owner]


def renewals(before: datetime) -> list[Wanted]:
    """What was stamped last before a moment."""
    return [Wanted(owner, before, renewed_before=before) for owner in Owner]


def is_night(now: datetime, base_url: str) -> bool:
    """Whether the nightly hours have come for the portal at this address, and are not over."""
    local = now.astimezone(OFFICE_ZONE)
    share = int.from_bytes(hashlib.sha256(base_url.encode()).digest()[:4]) / 2**32
    begins = datetime.combine(local.date(), NIGHT[0], OFFICE_ZONE) + SPREAD * share
    return begins <= local < datetime.combine(local.date(), NIGHT[1], OFFICE_ZONE)


def clear_outgrown(deps: Deps) -> int:
    """Removes files that were raised a while ago, where the newer one is whole, once a night; how many."""
    until = deps.clock.now() - KEPT
    with deps.reading() as work:
        since = sweeps.last(work.connection, CLEARED) or LONG_AGO
        found = archiving.outgrown(work.connection, since, until) if since < until - NEARLY_A_DAY else []
    removed = 0
    for one in found:
        if _is_whole(deps, one):
            for key in one.earlier:
                issued_content.remove(deps, key)
            removed += len(one.earlier)
        else:
            # Whoever looks after the portal will find it among what was given up, with the reason.
            log.error("the newest file of a document is damaged or unknown: the ones before it are kept", id=one.id)
            leave(deps, one.owner, one.id)
    if since < until - NEARLY_A_DAY:
        with deps.unit_of_work() as work:
            sweeps.reached(work.connection, CLEARED, until, timedelta(days=36_500))
    return removed


def leave_without_digest(deps: Deps) -> int:
    """Leaves documents whose line of the register has lost its digest to effects of their own; how many."""
    with deps.reading() as work:
        found = archiving.without_digest(work.connection, MOST_LEFT)
    for owner, owner_id in found:
        log.error("a document has files, and its line of the register has none", id=owner_id)
        leave(deps, owner, owner_id)
    return len(found)


def _is_whole(deps: Deps, one: Outgrown) -> bool:
    """Whether the newest file can be read to its last bit: it holds all that the one before it does."""
    if one.key is None:
        return False
    try:
        content = issued_content.read(deps, one.key)
        if one.case_id is not None:
            with deps.reading() as work:
                dossier = cases.get(work.connection, work.vault, one.case_id)
            assert dossier is not None  # noqa: S101  A document belongs to a case, and cases are never removed.
            content = dossier.seal.open(content, documents.context_of(one.id))
    except Erased:
        return True
    except FileNotFoundError:
        # That of a report goes when a newer count has taken its place.
        return one.owner is Owner.REPORT
    except (InvalidTag, ValueError):
        return False
    return hashlib.sha256(content).hexdigest() == one.sha256
