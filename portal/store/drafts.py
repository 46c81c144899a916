"""Cases in the making: what was answered so far, sealed under the key that the case will have."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from portal.domain.case import Person
from portal.store.tables import DRAFTS
from portal.store.vault import Seal, Vault


@dataclass(frozen=True)
class Content:
    """What a draft holds.

    ``typed`` keeps what was typed but not accepted, per page; ``saved`` lists the pages accepted; ``statements`` the
    documents that a sworn statement replaces, and as ``consent:<document>`` those the administration may obtain.
    ``held`` are the files brought as answers, by the control they were chosen in. ``looked_up`` is what platforms said
    of the person when she asked them, by platform; ``settled`` are the offers of known answers that she took or left.
    ``carried_from`` is the version she began with until she was told what changed since, and ``again`` the questions
    whose answers did not fit the new one.
    """

    answers: Mapping[str, Any] = field(default_factory=dict)
    typed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    saved: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    filer: Person = field(default_factory=Person)
    applicant: Person = field(default_factory=Person)
    identity: Mapping[str, str] = field(default_factory=dict)
    held: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    looked_up: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    settled: tuple[str, ...] = ()
    carried_from: str = ""
    again: tuple[str, ...] = ()

    def data(self) -> dict[str, Any]:
        return {
            "answers": dict(self.answers),
            "typed": {page: dict(values) for page, values in self.typed.items()},
            "saved": list(self.saved),
            "statements": list(self.statements),
            "filer": self.filer.data(),
            "applicant": self.applicant.data(),
            "identity": dict(self.identity),
            "held": {control: [dict(file) for file in files] for control, files in self.held.items()},
            "looked_up": {platform: dict(found) for platform, found in self.looked_up.items()},
            "settled": list(self.settled),
            "carried_from": self.carried_from,
            "again": list(self.again),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Content":
        return cls(
            data["answers"],
            data["typed"],
            tuple(data["saved"]),
            tuple(data["statements"]),
            Person(**data["filer"]),
            Person(**data["applicant"]),
            data["identity"],
            # A draft begun before these were kept goes on without them.
            data.get("held", {}),
            data.get("looked_up", {}),
            tuple(data.get("settled", ())),
            data.get("carried_from", ""),
            tuple(data.get("again", ())),
        )


@dataclass(frozen=True)
class Draft:
    """A case in the making, and whose it is: a citizen's account, a visitor's browser, or a clerk's."""

    id: str
    service: str
    digest: str
    owner_kind: str
    owner: str
    unit: str | None
    language: str
    created_at: datetime
    updated_at: datetime
    key_wrapped: bytes
    seal: Seal
    content: Content

    def with_content(self, **changes: Any) -> "Draft":
        return replace(self, content=replace(self.content, **changes))


def create(
    connection: Connection,
    vault: Vault,
    *,
    service: str,
    digest: str,
    owner_kind: str,
    owner: str,
    unit: str | None,
    language: str,
    content: Content,
    now: datetime,
) -> Draft:
    draft_id = uuid.uuid4().hex
    wrapped, seal = vault.new_key(draft_id)
    draft = Draft(draft_id, service, digest, owner_kind, owner, unit, language, now, now, wrapped, seal, content)
    connection.execute(
        insert(DRAFTS).values(
            id=draft.id,
            service=service,
            digest=digest,
            owner_kind=owner_kind,
            owner=owner,
            unit=unit,
            key_wrapped=wrapped,
            content_sealed=_sealed(draft),
            language=language,
            created_at=now,
            updated_at=now,
        )
    )
    return draft


_FIND = select(
    DRAFTS.c.id,
    DRAFTS.c.service,
    DRAFTS.c.digest,
    DRAFTS.c.owner_kind,
    DRAFTS.c.owner,
    DRAFTS.c.unit,
    DRAFTS.c.language,
    DRAFTS.c.created_at,
    DRAFTS.c.updated_at,
    DRAFTS.c.key_wrapped,
    DRAFTS.c.content_sealed,
)
_OF_ID = _FIND.where(DRAFTS.c.id == bindparam("draft"))
_OF_ID_LOCKED = _OF_ID.with_for_update()
_SAVE = (
    update(DRAFTS)
    .where(DRAFTS.c.id == bindparam("draft"))
    .values(
        content_sealed=bindparam("content"),
        digest=bindparam("under"),
        language=bindparam("said_in"),
        updated_at=bindparam("now"),
    )
)


def find(connection: Connection, vault: Vault, draft_id: str, *, lock: bool = False) -> Draft | None:
    """The draft, or None; ``lock`` keeps other writers of the same draft waiting until the transaction ends."""
    row = connection.execute(_OF_ID_LOCKED if lock else _OF_ID, {"draft": draft_id}).first()
    return _draft(vault, row) if row else None


def of_owner(connection: Connection, vault: Vault, owner_kind: str, owner: str) -> list[Draft]:
    """The drafts somebody has open, the last touched first."""
    rows = connection.execute(
        _FIND.where(DRAFTS.c.owner == owner, DRAFTS.c.owner_kind == owner_kind)
        .order_by(DRAFTS.c.updated_at.desc())
        .limit(20)
    ).all()
    return [_draft(vault, row) for row in rows]


def save(connection: Connection, draft: Draft, now: datetime) -> None:
    """Keeps the draft as it now is: its content, its language, and the version of the service it is made under."""
    values = {"content": _sealed(draft), "under": draft.digest, "said_in": draft.language, "now": now}
    connection.execute(_SAVE, {"draft": draft.id, **values})


_REMOVE = delete(DRAFTS).where(DRAFTS.c.id == bindparam("draft"))


def remove(connection: Connection, draft_id: str) -> None:
    connection.execute(_REMOVE, {"draft": draft_id})


def forgotten(connection: Connection, now: datetime, after: timedelta) -> list[str]:
    """The drafts nobody has touched for so long that they are to be removed."""
    rows = connection.execute(select(DRAFTS.c.id).where(DRAFTS.c.updated_at < now - after).limit(500))
    return [row[0] for row in rows]


def _sealed(draft: Draft) -> bytes:
    return draft.seal.close_json(draft.content.data(), f"draft:{draft.id}")


def _draft(vault: Vault, row: Any) -> Draft:
    seal = vault.case_seal(row[0], row[9])
    content = Content.from_data(seal.open_json(row[10], f"draft:{row[0]}"))
    return Draft(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], seal, content)
