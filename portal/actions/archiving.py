"""Raises signatures so that they prove themselves for decades: with what shows that no certificate was revoked, stamped.

A raised document is a newer file beside the one before: it is put into the file store under a name of its own and then
entered in the register, by whose line alone a file is handed out. Wherever this stops, what is handed out is entered.
"""

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial

import structlog
from cryptography.exceptions import InvalidTag

from portal.actions import issued_content
from portal.actions.deps import Deps
from portal.adapters.signing.covered import stays_signed
from portal.ports import Area, Rejected
from portal.ports_of_documents import Level, Signed
from portal.store import archiving, cases, documents, effects, issued_files, reports
from portal.store.archiving import EFFECT, Place, Wanted, case_of, owner_in
from portal.store.documents import Issued
from portal.store.effects import Effect
from portal.store.issued_files import MADE_AT, Owner
from portal.store.reports import Report
from portal.store.unit_of_work import Work
from portal.store.vault import Erased, Seal

log = structlog.get_logger("portal.archive")

PAGE = 100
"""Documents that are looked up at a time."""

DOUBTS = 3
"""After so many failures without a success between them, the authority is asked for the newest document of all."""

MOST_LEFT = 100
"""When so many documents are refused for good in one go, it is not they who are at fault."""


@dataclass
class Archived:
    """What became of a batch: signatures ``raised`` and ``renewed``, documents ``left`` to an effect and the operator.

    ``stopped_by`` says why the rest has to wait, and is empty where nothing has to.
    """

    raised: int = 0
    renewed: int = 0
    left: int = 0
    stopped_by: str = ""

    def __add__(self, later: "Archived") -> "Archived":
        """What two batches did together."""
        raised, renewed, left = self.raised + later.raised, self.renewed + later.renewed, self.left + later.left
        return Archived(raised, renewed, left, self.stopped_by or later.stopped_by)


def archive(
    deps: Deps,
    wanted: Sequence[Wanted],
    *,
    at_once: int = 1,
    most: int | None = None,
    go_on: Callable[[], bool] = lambda: True,
) -> Archived:
    """Raises what is wanted, ``at_once`` documents at a time and ``most`` in all, while ``go_on`` says so.

    Several workers may do so side by side. Ends early where the authority is away; what a document itself is to blame
    for is left to an effect of its own, which an operator sees.
    """
    with ThreadPoolExecutor(at_once, "archive") as pool:
        batch = _Batch(deps, pool, at_once, most, go_on)
        for each in wanted:
            batch.work_through(each)
        return batch.ended()


def raise_left(deps: Deps, effect: Effect) -> None:
    """Raises the one document that an effect was asked for; raises Unreachable or Rejected."""
    with deps.reading() as work:
        files = issued_files.of_owner(work.connection, work.vault, owner_in(effect.case_id))
    if not files:
        raise Rejected("there is no such document")
    # A file more than there were then: it was raised, and only this line is missing.
    if len(files) <= effect.position:
        raise_one(deps, files[0].owner, files[0].owner_id)
    with deps.unit_of_work() as work:
        effects.done(work.connection, effect.id, work.now, {})


def raise_one(deps: Deps, owner: Owner, owner_id: str, instead_of: str | None = None) -> bool:
    """Gives a document a newer file; False where another worker has done so, or nobody can read it any more.

    ``instead_of`` is the digest of what was its newest file. Raises Unreachable while the authority is away, Rejected
    where the document cannot be raised as it is.
    """
    with deps.reading() as work:
        held = _held(work, owner, owner_id)
    if held is None or instead_of not in (None, held.sha256):
        return False
    pdf = _content(deps, held)
    signed = deps.press.raised(pdf, Level.LTA)
    if signed.level in MADE_AT or not stays_signed(pdf, signed.pdf):
        raise Rejected(f"{held.number}: what came back does not raise what was there")
    return _enter(deps, held, signed)


@dataclass(frozen=True)
class _Held:
    """A document as it stands in the register; ``seal`` opens and closes its files, where they are sealed."""

    owner: Owner
    id: str
    number: str
    sha256: str
    key: str
    key_of: Callable[[str], str]
    seal: Seal | None
    context: str


def _held(work: Work, owner: Owner, owner_id: str) -> _Held | None:
    if owner is Owner.REPORT:
        report = reports.get(work.connection, work.vault, owner_id)
        if report is None or report.sha256 is None:
            raise _lineless(report)
        key_of = partial(reports.key_of, report.id)
        return _Held(owner, report.id, report.number, report.sha256, report.key, key_of, None, "")
    issued = documents.get(work.connection, work.vault, owner_id)
    if issued is None or issued.sha256 is None:
        raise _lineless(issued)
    try:
        dossier = cases.get(work.connection, work.vault, issued.case_id)
    except Erased:
        return None
    assert dossier is not None  # noqa: S101  A document belongs to a case, and cases are never removed.
    key_of = partial(documents.key_of, issued.case_id, issued.id)
    found = (issued.number, issued.sha256, issued.key, key_of, dossier.seal, issued.context)
    return _Held(owner, issued.id, *found)


def _lineless(found: Report | Issued | None) -> Rejected:
    """Of what has files the register has a line, and in it one of them: whatever is not so was damaged."""
    return Rejected(
        f"{found.number}: its line of the register has none of its files" if found else "there is no such line"
    )


def _content(deps: Deps, held: _Held) -> bytes:
    try:
        stored = issued_content.read(deps, held.key)
        pdf = stored if held.seal is None else held.seal.open(stored, held.context)
    except FileNotFoundError as error:
        raise Rejected(f"{held.number}: its file is missing") from error
    except (InvalidTag, ValueError) as error:
        raise Rejected(f"{held.number}: its file cannot be opened") from error
    if hashlib.sha256(pdf).hexdigest() != held.sha256:
        raise Rejected(f"{held.number}: its file is not the one that was entered")
    return pdf


def _enter(deps: Deps, held: _Held, signed: Signed) -> bool:
    sha256 = hashlib.sha256(signed.pdf).hexdigest()
    key = held.key_of(sha256)
    deps.files.put(Area.ISSUED, key, signed.pdf if held.seal is None else held.seal.close(signed.pdf, held.context))
    raised = documents.raised if held.owner is Owner.DOCUMENT else reports.raised
    with deps.unit_of_work() as work:
        done = raised(work.connection, work.vault, held.id, sha256, signed.level, work.now, instead_of=held.sha256)
        known = done or issued_files.owner_of(work.connection, work.vault, sha256) is not None
    if not known:
        # Another worker was faster, and nobody was ever given this one.
        deps.files.delete(Area.ISSUED, key)
    return done


def leave(deps: Deps, owner: Owner, owner_id: str) -> None:
    """Leaves a document to an effect, which tries it again for a while and then waits for an operator."""
    case = case_of(owner_id)
    with deps.unit_of_work() as work:
        archiving.hold(work.connection, owner, owner_id)
        position = len(issued_files.of_owner(work.connection, work.vault, owner_id))
        # One of the same file that is over was ended by an operator, who will not be asked again.
        if not any(one.done_at is None or one.position == position for one in effects.of_case(work.connection, case)):
            effects.request(work.connection, work.jobs, case, position, (EFFECT,), work.now)


class _Batch:
    """Works through pages, and tells a document that cannot be raised from an authority that cannot be reached."""

    def __init__(self, deps: Deps, pool: Executor, at_once: int, most: int | None, go_on: Callable[[], bool]) -> None:
        self._deps, self._pool, self._at_once, self._go_on = deps, pool, at_once, go_on
        self._room = most
        self._stopped = False
        self._doubtful: list[tuple[Place, Exception]] = []
        self._done = Archived()

    def work_through(self, wanted: Wanted) -> None:
        """Every page of what is wanted, each in an order of its own, so that two workers seldom take the same."""
        after: Place | None = None
        while self._goes_on() and (page := self._page(wanted, after)):
            after = page[-1]
            for place, outcome in self._outcomes(random.sample(page, len(page))):
                self._judge(wanted, place, outcome)

    def ended(self) -> Archived:
        """What was done. Failures that no success has followed are nobody's fault yet: they wait for the next time."""
        if self._doubtful and not self._done.stopped_by:
            self._stop(self._doubtful[-1][1])
        return self._done

    def _outcomes(self, page: list[Place]) -> Iterator[tuple[Place, bool | Exception]]:
        """What became of each, as soon as it is known: no more are begun than are worked at."""
        running: dict[Future[bool | Exception], Place] = {}
        for place in page:
            if self._stopped or not self._go_on():
                break
            running[self._pool.submit(self._tried, place)] = place
            if len(running) >= self._at_once:
                yield from _finished(running)
        while running:
            yield from _finished(running)

    def _page(self, wanted: Wanted, after: Place | None) -> list[Place]:
        size = PAGE if self._room is None else min(PAGE, self._room)
        with self._deps.reading() as work:
            page = archiving.waiting(work.connection, wanted, size, after)
        if self._room is not None:
            self._room -= len(page)
        return page

    def _goes_on(self) -> bool:
        return not self._stopped and self._room != 0 and self._go_on()

    def _tried(self, place: Place) -> bool | Exception:
        try:
            return raise_one(self._deps, place.owner, place.id, place.sha256)
        except Exception as error:
            return error

    def _judge(self, wanted: Wanted, place: Place, outcome: bool | Exception) -> None:
        if isinstance(outcome, Rejected):
            self._leave(place, outcome)
        elif isinstance(outcome, Exception):
            self._doubtful.append((place, outcome))
            if len(self._doubtful) >= DOUBTS and not self._stopped and not self._answers(wanted):
                self._stop(outcome)
        elif outcome:
            self._succeeded(wanted)

    def _succeeded(self, wanted: Wanted) -> None:
        if wanted.renewed_before is None:
            self._done.raised += 1
        else:
            self._done.renewed += 1
        # The authority answers: what failed just before did so by itself.
        doubtful, self._doubtful = self._doubtful, []
        for place, error in doubtful:
            self._leave(place, error)

    def _answers(self, wanted: Wanted) -> bool:
        """Whether the newest of all can be raised, where the oldest could not: then it is they who are at fault."""
        tried = {place.id for place, _ in self._doubtful}
        with self._deps.reading() as work:
            newest = archiving.waiting(work.connection, wanted, PAGE, from_end=True)
        probe = next((place for place in newest if place.id not in tried), None)
        if probe is None or self._tried(probe) is not True:
            return False
        self._succeeded(wanted)
        return True

    def _leave(self, place: Place, error: Exception) -> None:
        log.warning("a signature could not be raised", id=place.id, error=type(error).__name__)
        leave(self._deps, place.owner, place.id)
        self._done.left += 1
        if self._done.left >= MOST_LEFT and not self._stopped:
            self._stop(error)

    def _stop(self, error: Exception) -> None:
        self._stopped = True
        # Only our own adapters' words are sure to name nobody.
        ours = f"{type(error).__name__}: {error}" if type(error).__module__ == "portal.ports" else type(error).__name__
        self._done.stopped_by = ours
        log.warning("signatures are raised later", error=ours)


def _finished(running: dict[Future[bool | Exception], Place]) -> Iterator[tuple[Place, bool | Exception]]:
    """Those that have ended since, taken out of those that run; waits for one at least."""
    for one in wait(running, return_when=FIRST_COMPLETED).done:
        yield running.pop(one), one.result()
