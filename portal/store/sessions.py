"""Browser sessions: the cookie holds a random token, the table only its hash."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Text, bindparam, cast, delete, insert, select, update

from portal.domain.case import VISITOR
from portal.store.tables import SESSIONS, SIGN_INS, STAFF
from portal.store.vault import Vault

LIFETIME = {"visitor": timedelta(hours=24), "citizen": timedelta(hours=12), "staff": timedelta(hours=10)}
"""How long a session lasts at most, however much it is used."""

IDLE = {"citizen": timedelta(minutes=30), "staff": timedelta(minutes=60)}
"""After how long without a request it ends before that: somebody else may sit there by then."""

REMEMBERED = timedelta(hours=24)
"""How long an ended session is still known, so that what is sent under it can be kept for its person."""

_EVERY = timedelta(minutes=1)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
SIGN_IN_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True)
class Session:
    """Who is behind a browser. ``subject`` is an account's or a staff member's id, or a visitor's random one."""

    id: bytes
    kind: str
    subject: str
    level: str = "none"
    data: Mapping[str, Any] = field(default_factory=dict)
    created_at: datetime = _LONG_AGO
    expires_at: datetime = _LONG_AGO

    def ended_lately(self, now: datetime) -> bool:
        """Whether it has ended, but not so long ago that it is forgotten."""
        return self.expires_at <= now < self.expires_at + REMEMBERED

    @property
    def owner(self) -> str:
        """Under which name forms are kept for this person."""
        return owner_of(self.kind, self.subject)

    @property
    def visitor(self) -> str:
        """The id under which this browser's anonymous drafts are kept."""
        return self.subject if self.kind == "visitor" else str(self.data.get("visitor", ""))

    @property
    def followed(self) -> frozenset[str]:
        """The cases this browser opened with their reference and secret, or filed without an account."""
        return frozenset(self.data.get("followed", ()))


def owner_of(kind: str, subject: str) -> str:
    return f"{kind}:{subject}"


def hash_token(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def create(
    connection: Connection, kind: str, subject: str, now: datetime, *, level: str = "none", data: Any = None
) -> tuple[str, Session]:
    """A new session and the token that opens it."""
    token = secrets.token_urlsafe(32)
    ends = end_of(kind, now, now)
    session = Session(hash_token(token), kind, subject, level, data or {}, now, ends)
    connection.execute(
        insert(SESSIONS).values(
            id=session.id,
            kind=kind,
            subject=subject,
            level=level,
            data=dict(session.data),
            created_at=now,
            expires_at=ends,
        )
    )
    return token, session


_FIND = select(
    SESSIONS.c.id,
    SESSIONS.c.kind,
    SESSIONS.c.subject,
    SESSIONS.c.level,
    SESSIONS.c.data,
    SESSIONS.c.created_at,
    SESSIONS.c.expires_at,
)
_FIND_ONE = _FIND.where(SESSIONS.c.id == bindparam("hash"))


def find(connection: Connection, token: str) -> Session | None:
    """The session of a token. It may have ended: whoever asks looks at ``expires_at``."""
    row = connection.execute(_FIND_ONE, {"hash": hash_token(token)}).first()
    return Session(*row) if row is not None else None


def ended_of(connection: Connection, kind: str, subject: str, now: datetime) -> list[Session]:
    """The sessions of an account that ended lately, the last first."""
    mine = _FIND.where(SESSIONS.c.kind == kind, SESSIONS.c.subject == subject, SESSIONS.c.expires_at <= now)
    rows = connection.execute(mine.order_by(SESSIONS.c.expires_at.desc()).limit(20)).all()
    return [one for one in (Session(*row) for row in rows) if one.ended_lately(now)]


def end_of(kind: str, created_at: datetime, now: datetime) -> datetime:
    """When a session ends that is used now and not again."""
    latest = created_at + LIFETIME[kind]
    idle = IDLE.get(kind)
    return latest if idle is None else min(latest, now + idle)


def can_last_longer(session: Session, now: datetime) -> bool:
    """Whether using the session moves its end, by a minute at least: so that reading a page seldom writes."""
    return session.kind in IDLE and end_of(session.kind, session.created_at, now) - session.expires_at >= _EVERY


def prolong(connection: Connection, session: Session, now: datetime) -> Session:
    """Moves the end of a session that is being used; one that has ended stays ended."""
    later = end_of(session.kind, session.created_at, now)
    connection.execute(
        update(SESSIONS).where(SESSIONS.c.id == session.id, SESSIONS.c.expires_at > now).values(expires_at=later)
    )
    return replace(session, expires_at=later)


def keep(connection: Connection, session: Session, **data: Any) -> Session:
    """Changes what a session remembers; read again first, since another request may have changed it meanwhile."""
    held = select(SESSIONS.c.data).where(SESSIONS.c.id == session.id).with_for_update()
    stored = connection.execute(held).scalar() or {}
    merged = {**stored, **data}
    connection.execute(update(SESSIONS).where(SESSIONS.c.id == session.id).values(data=merged))
    return replace(session, data=merged)


def followed_by_now(connection: Connection, session: Session) -> set[str]:
    """The cases that a browser follows; read again, since one may have been shut to it since (see ``stop_following``)."""
    held = connection.execute(select(SESSIONS.c.data).where(SESSIONS.c.id == session.id).with_for_update()).scalar()
    return set((held or {}).get("followed", ()))


def stop_following(connection: Connection, case_id: str) -> None:
    """Shuts a case to every browser that follows it; what else their sessions hold goes on."""
    naming = cast(SESSIONS.c.data, Text).contains(case_id, autoescape=True)
    held = connection.execute(select(SESSIONS.c.id, SESSIONS.c.data).where(naming).with_for_update()).all()
    for row in held:
        data = {**row.data, "followed": [one for one in row.data.get("followed", ()) if one != case_id]}
        connection.execute(update(SESSIONS).where(SESSIONS.c.id == row.id).values(data=data))


def end(connection: Connection, session: Session) -> None:
    connection.execute(delete(SESSIONS).where(SESSIONS.c.id == session.id))


def end_all_of(connection: Connection, kind: str, subject: str) -> None:
    """Ends every session of an account, as when a staff member leaves."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.kind == kind, SESSIONS.c.subject == subject))


def sweep(connection: Connection, now: datetime) -> None:
    """Removes sessions that ended so long ago that nothing sent under them is kept, and sign-ins that have ended."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.expires_at <= now - REMEMBERED))
    connection.execute(delete(SIGN_INS).where(SIGN_INS.c.expires_at <= now))


def begin_sign_in(
    connection: Connection, vault: Vault, request: Mapping[str, str], browser: bytes, target: str, now: datetime
) -> None:
    """Keeps what the identity provider's answer must match, bound to the browser that asked."""
    state_hash = hash_token(request["state"])
    connection.execute(
        insert(SIGN_INS).values(
            state_hash=state_hash,
            browser=browser,
            request_sealed=vault.seal_json(dict(request), "sign-in"),
            target=target,
            expires_at=now + SIGN_IN_LIFETIME,
        )
    )


def take_sign_in(
    connection: Connection, vault: Vault, state: str, browser: bytes, now: datetime
) -> tuple[dict[str, str], str] | None:
    """What was kept for a state, once: a second answer to the same sign-in finds nothing."""
    row = connection.execute(
        delete(SIGN_INS)
        .where(SIGN_INS.c.state_hash == hash_token(state), SIGN_INS.c.browser == browser)
        .returning(SIGN_INS.c.request_sealed, SIGN_INS.c.target, SIGN_INS.c.expires_at)
    ).first()
    if row is None or row[2] <= now:
        return None
    return vault.open_json(row[0], "sign-in"), row[1]


@dataclass(frozen=True)
class StaffMember:
    """Somebody who works at a unit."""

    id: str
    login: str
    name_ar: str
    name_fr: str
    unit: str
    roles: tuple[str, ...]

    def name(self, language: str) -> str:
        return (self.name_ar if language == "ar" else self.name_fr) or self.name_fr


_STAFF = select(
    STAFF.c.id, STAFF.c.login, STAFF.c.name_ar, STAFF.c.name_fr, STAFF.c.unit, STAFF.c.roles, STAFF.c.password_hash
).where(STAFF.c.active.is_(True))
_STAFF_OF_ID = _STAFF.where(STAFF.c.id == bindparam("staff"))


def find_staff(connection: Connection, staff_id: str) -> StaffMember | None:
    row = connection.execute(_STAFF_OF_ID, {"staff": staff_id}).first()
    return StaffMember(row[0], row[1], row[2], row[3], row[4], tuple(row[5])) if row else None


def staff_names(connection: Connection, ids: Collection[str], language: str) -> dict[str, str]:
    """The names of some staff members, closed accounts included, as a reader of a language knows them."""
    if not ids:
        return {}
    name = STAFF.c.name_ar if language == "ar" else STAFF.c.name_fr
    rows = connection.execute(select(STAFF.c.id, name).where(STAFF.c.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def find_staff_by_login(connection: Connection, login: str) -> tuple[StaffMember, str] | None:
    """The staff member of a login, with the hash of the password."""
    row = connection.execute(_STAFF.where(STAFF.c.login == login)).first()
    return (StaffMember(row[0], row[1], row[2], row[3], row[4], tuple(row[5])), row[6]) if row else None


def add_staff(connection: Connection, member: StaffMember, password_hash: str, now: datetime) -> None:
    connection.execute(
        insert(STAFF).values(
            id=member.id,
            login=member.login,
            name_ar=member.name_ar,
            name_fr=member.name_fr,
            unit=member.unit,
            roles=list(member.roles),
            password_hash=password_hash,
            active=True,
            created_at=now,
        )
    )


def set_password(connection: Connection, staff_id: str, password_hash: str) -> None:
    connection.execute(update(STAFF).where(STAFF.c.id == staff_id).values(password_hash=password_hash))


def list_staff(connection: Connection) -> list[StaffMember]:
    rows = connection.execute(_STAFF.order_by(STAFF.c.unit, STAFF.c.login)).all()
    return [StaffMember(row[0], row[1], row[2], row[3], row[4], tuple(row[5])) for row in rows]


def new_visitor() -> str:
    """A random id for a browser without an account."""
    return VISITOR + secrets.token_hex(16)


def same_secret(kept: str, typed: str) -> bool:
    """Compares in constant time."""
    return secrets.compare_digest(kept.encode(), typed.encode())


def close_staff(connection: Connection, staff_id: str) -> None:
    """Closes an account; its name stays in the journals it wrote."""
    connection.execute(update(STAFF).where(STAFF.c.id == staff_id).values(active=False))
