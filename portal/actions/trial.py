"""Trying a version out: the whole portal once more, over a scratch store that nobody else sees and nothing leaves.

A try-out is a folder with a database of its own. Answers, files and messages are sealed under a key of its own, which
lies there sealed under the portal's; names can be searched, as in the portal itself. It lasts an hour at most, and
belongs to the session that began it. The clock of it can be moved forward, and time then does what it would have done.
"""

import json
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from portal.actions import timers
from portal.actions.deps import Deps
from portal.actions.effects import run_effect
from portal.actions.trial_parts import KeptMessages, LimitedFiles, Nobody, NoJobs, NoLimits, OneService, ShiftedClock
from portal.domain.errors import NotFound, PortalError
from portal.domain.service import Role, ServiceDefinition
from portal.i18n import N_, translate
from portal.ports import Channel, Claims
from portal.store import effects, people, sessions
from portal.store.engine import make_engine
from portal.store.schema import METADATA
from portal.store.sessions import Session, StaffMember
from portal.store.tables import SESSIONS
from portal.store.unit_of_work import Store, Work
from portal.store.vault import Erased, Vault

LASTS = timedelta(hours=1)
MOST_AT_ONCE = 40
"""How many try-outs there are at most: the oldest makes room for another."""

MOST_DAYS = 400
_ID = re.compile(r"[0-9a-f]{32}")
_STATE, _KEY, _DATABASE, _SENT = "trial.json", "key", "portal.db", "sent.jsonl"

CITIZEN, VISITOR = "citizen", "visitor"
PARTNER = "partner."
"""What is played begins with where it is a partner, by its client id."""

COLLEAGUES: dict[Role | None, str] = {
    Role.CLERK: N_("Clerk"),
    Role.AGENT: N_("Agent"),
    Role.CHIEF: N_("Chief"),
    Role.COMMITTEE: N_("Member of the committee"),
}
"""The roles that can be played, in words."""

PRETEND = Claims(
    issuer="try-out",
    subject="citizen",
    name_ar="مواطنة للتجربة",
    name_fr="Citoyenne Essai",
    cnie="FB100001",
    birth_date="1990-05-14",
    phone="+212600000100",
    email="essai@example.org",
    address="1, rue de l'Essai",
    level="high",
)
"""Who files in a try-out. Nobody has this number, this telephone or this address."""


class TryEnded(PortalError):
    """The try-out is over, or was never this person's."""

    status, key = 404, "studio.try_ended"


@dataclass(frozen=True)
class Trial:
    """One try-out: whose, of which version, since when, how far its clock is ahead, and who is being played.

    ``who`` is citizen, visitor, ``partner.`` with a client id, or a staff role with a number where several are needed,
    such as ``committee-2``.
    """

    id: str
    session: str
    version: str
    started_at: str
    ahead: int = 0
    who: str = VISITOR
    unit: str = ""

    @property
    def role(self) -> Role | None:
        """The staff role being played, if any."""
        if self.partner is not None:
            return None
        name = self.who.partition("-")[0]
        return None if name in (CITIZEN, VISITOR) else Role(name)

    @property
    def partner(self) -> str | None:
        """The client id of the partner being played, if any."""
        return self.who.removeprefix(PARTNER) if self.who.startswith(PARTNER) else None


def folder_of(deps: Deps) -> Path:
    """Where try-outs lie; raises NotFound where the portal was set up without such a place."""
    if deps.scratch_dir is None:
        raise NotFound()
    return deps.scratch_dir


def begin(deps: Deps, session: Session, version: str) -> Trial:
    """Starts a try-out of a version for one session; an earlier one of the same session and version makes room for it."""
    root = folder_of(deps)
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    now = deps.clock.now()
    owner = _mark(session)
    sweep(root, now)
    held = sorted(_all(root), key=lambda one: one.started_at)
    for old in held[: max(0, len(held) - MOST_AT_ONCE + 1)]:
        _remove(root, old.id)
    for old in held:
        if (old.session, old.version) == (owner, version):
            _remove(root, old.id)
    trial = Trial(secrets.token_hex(16), owner, version, now.isoformat())
    folder = root / trial.id
    folder.mkdir(mode=0o700)
    key = deps.store.vault.seal(secrets.token_urlsafe(48).encode(), _key_context(trial.id))
    (folder / _KEY).write_bytes(key)
    engine = make_engine(f"sqlite:///{folder / _DATABASE}", pool_size=1)
    try:
        METADATA.create_all(engine)
    finally:
        engine.dispose()
    _write(root, trial)
    return trial


def find(deps: Deps, session: Session, trial_id: str) -> Trial:
    """The try-out of this very session; raises TryEnded for one that is over, or somebody else's."""
    root = folder_of(deps)
    trial = _read(root, trial_id) if _ID.fullmatch(trial_id) else None
    if trial is None or trial.session != _mark(session):
        raise TryEnded()
    if datetime.fromisoformat(trial.started_at) + LASTS < deps.clock.now():
        _remove(root, trial.id)
        raise TryEnded()
    return trial


@contextmanager
def scratch(deps: Deps, trial: Trial, definition: ServiceDefinition) -> Iterator[Deps]:
    """The portal's parts for a try-out: the same code over the scratch store, with nobody outside to reach."""
    folder = folder_of(deps) / trial.id
    vault = _vault(deps, trial)
    engine = make_engine(f"sqlite:///{folder / _DATABASE}", pool_size=2)
    clock = ShiftedClock(deps.clock, trial.ahead)
    kept = KeptMessages(folder / _SENT, vault)
    try:
        yield Deps(
            store=Store(engine, vault, NoJobs(), clock),
            registry=OneService(deps.registry, definition),
            clock=clock,
            files=LimitedFiles(folder),
            renderer=Nobody(),
            signer=Nobody(),
            press=Nobody(),
            sealer=Nobody(),
            checker=Nobody(),
            identity=Nobody(),
            messengers=dict.fromkeys(Channel, kept),
            platforms={},
            base_url=deps.base_url,
            demo=True,
            limits=NoLimits(),
        )
    except FileNotFoundError:
        # Swept away while somebody was looking at it.
        raise TryEnded() from None
    finally:
        engine.dispose()


def _vault(deps: Deps, trial: Trial) -> Vault:
    """The vault of a try-out; raises TryEnded where its key is gone, or the portal's own has changed since."""
    try:
        sealed = (folder_of(deps) / trial.id / _KEY).read_bytes()
        return Vault(deps.store.vault.open(sealed, _key_context(trial.id)).decode())
    except (FileNotFoundError, Erased):
        raise TryEnded() from None


def _key_context(trial_id: str) -> str:
    return f"try-out:{trial_id}"


def play(deps: Deps, trial: Trial, who: str, unit: str) -> Trial:
    """Has the try-out go on as somebody else."""
    changed = replace(trial, who=who, unit=unit)
    _write(folder_of(deps), changed)
    return changed


def forward(deps: Deps, trial: Trial, definition: ServiceDefinition, days: int) -> Trial:
    """Moves the clock of a try-out day by day: each day does what it would have done, in its order."""
    for _ in range(min(max(days, 0), MOST_DAYS)):
        trial = replace(trial, ahead=trial.ahead + int(timedelta(days=1).total_seconds()))
        with scratch(deps, trial, definition) as pretend:
            timers.sweep(pretend)
    _write(folder_of(deps), trial)
    return trial


def end(deps: Deps, trial: Trial) -> None:
    """Erases a try-out."""
    _remove(folder_of(deps), trial.id)


def sweep(root: Path, now: datetime) -> None:
    """Erases every try-out that has had its hour, and whatever is left of broken ones."""
    if not root.is_dir():
        return
    for folder in root.iterdir():
        trial = _read(root, folder.name)
        if trial is None or datetime.fromisoformat(trial.started_at) + LASTS < now:
            # One that is just being made has no state yet: it is left alone for as long as any other.
            if trial is None and _young(folder, now):
                continue
            _remove(root, folder.name)


def session_for(work: Work, trial: Trial, real: Session) -> Session:
    """Who is behind the browser inside the try-out; under the real session's id, so that forms prove themselves."""
    held = work.connection.execute(SESSIONS.select().where(SESSIONS.c.id == real.id)).first()
    data = dict(held.data) if held is not None else {}
    kind, subject = _subject(work, trial)
    visitor = str(data.get("visitor") or sessions.new_visitor())
    if kind == VISITOR:
        subject = visitor
    data = {**data, "visitor": visitor, **_names(trial)}
    session = Session(real.id, kind, subject, "high", data, work.now, _ends(work.now, real))
    adopt(work, session)
    return session


def adopt(work: Work, session: Session) -> None:
    """Keeps a session inside the try-out, in place of any other."""
    work.connection.execute(SESSIONS.delete())
    work.connection.execute(SESSIONS.insert().values(**vars(session) | {"data": dict(session.data)}))


def _ends(now: datetime, real: Session) -> datetime:
    # As long as the real one has left, whatever day it is in the try-out.
    return now + max(timedelta(minutes=5), real.expires_at - real.created_at)


def _names(trial: Trial) -> dict[str, str]:
    if trial.who == CITIZEN:
        return {"name_ar": PRETEND.name_ar, "name_fr": PRETEND.name_fr}
    return {f"name_{language}": played_name(trial, language) for language in ("ar", "fr")}


def played_name(trial: Trial, language: str) -> str:
    """The name of a pretend colleague: her role, and her number where there are several."""
    number = trial.who.partition("-")[2]
    said = translate(language, COLLEAGUES[trial.role]) if trial.role in COLLEAGUES else trial.who
    return f"{said} {number}".strip()


def _subject(work: Work, trial: Trial) -> tuple[str, str]:
    if trial.role is not None:
        return "staff", _member(work, trial, trial.role)
    if trial.who == CITIZEN:
        return CITIZEN, people.record(work.connection, work.vault, PRETEND, "fr", work.now)
    return VISITOR, ""


def _member(work: Work, trial: Trial, role: Role) -> str:
    """The pretend colleague of a role at a unit, made when she is first needed."""
    login = f"{trial.who}.{trial.unit}"
    found = sessions.find_staff_by_login(work.connection, login)
    if found is not None:
        return found[0].id
    member = StaffMember(login, login, played_name(trial, "ar"), played_name(trial, "fr"), trial.unit, (role.value,))
    sessions.add_staff(work.connection, member, "", work.now)
    return member.id


def run_messages(pretend: Deps) -> None:
    """Writes down the messages that were asked for; documents and pushes are only listed."""
    with pretend.reading() as work:
        waiting = [one for one, _ in effects.unfinished(work.connection) if one.name in ("notify", "remind")]
    for effect in waiting:
        run_effect(pretend, effect.id, effect.name)


@dataclass(frozen=True)
class Outgoing:
    """What a try-out would have sent out so far: messages, and the effects that wait for a worker there is not."""

    messages: list[dict[str, str]]
    effects: list[tuple[str, str]]


def outgoing(deps: Deps, trial: Trial, pretend: Deps) -> Outgoing:
    messages = KeptMessages(folder_of(deps) / trial.id / _SENT, pretend.store.vault).sent()
    with pretend.reading() as work:
        waiting = [(one.name, reference or "") for one, reference in effects.unfinished(work.connection)]
    return Outgoing(messages, waiting)


def _mark(session: Session) -> str:
    return session.id.hex()[:32]


def _all(root: Path) -> list[Trial]:
    return [trial for folder in root.iterdir() if (trial := _read(root, folder.name)) is not None]


def _read(root: Path, trial_id: str) -> Trial | None:
    try:
        return Trial(**json.loads((root / trial_id / _STATE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _write(root: Path, trial: Trial) -> None:
    # Put in place whole: another process may read it at any moment.
    new = root / trial.id / f"{_STATE}.{secrets.token_hex(4)}"
    try:
        new.write_text(json.dumps(asdict(trial)), "utf-8")
        new.replace(root / trial.id / _STATE)
    except FileNotFoundError:
        raise TryEnded() from None


def _young(folder: Path, now: datetime) -> bool:
    try:
        return now.timestamp() - folder.stat().st_mtime < LASTS.total_seconds()
    except FileNotFoundError:
        return False


def _remove(root: Path, trial_id: str) -> None:
    shutil.rmtree(root / trial_id, ignore_errors=True)
