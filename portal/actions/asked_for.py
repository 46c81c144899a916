"""What people ask for most: counted from the cases themselves, now and then, and kept by each process in between."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from portal.actions.deps import Deps
from portal.domain.service import ServiceDefinition
from portal.store import lists
from portal.store.unit_of_work import Store

SPAN = timedelta(days=90)
FRESH_FOR = timedelta(minutes=10)
"""The order changes over weeks; counting for every visitor would tell nobody more."""

_counted: WeakKeyDictionary[Store, tuple[datetime, dict[str, int]]] = WeakKeyDictionary()
_lock = threading.Lock()


def most_asked_for(deps: Deps) -> tuple[list[ServiceDefinition], bool]:
    """The services that may be started, those filed most in the last 90 days first, then in the catalogue's order.

    The second value tells whether anything was filed at all: otherwise nobody asks for any of them yet.
    """
    definitions = deps.registry.services()
    counts = _counts(deps, [one.slug for one in definitions])
    return sorted(definitions, key=lambda one: -counts.get(one.slug, 0)), bool(counts)


def _counts(deps: Deps, slugs: Sequence[str]) -> dict[str, int]:
    now = deps.clock.now()
    held = _counted.get(deps.store)
    if held is not None and now - held[0] < FRESH_FOR:
        return held[1]
    # One thread counts; whoever comes meanwhile is given what was counted before rather than made to wait.
    if not _lock.acquire(blocking=held is None):
        return held[1] if held is not None else {}
    try:
        with deps.reading() as work:
            counts = lists.filed_since(work.connection, slugs, now - SPAN)
        _counted[deps.store] = (now, counts)
        return counts
    finally:
        _lock.release()
