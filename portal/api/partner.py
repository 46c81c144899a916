"""Who calls: a partner's token, which only the way to the data turns into a partner."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Security
from fastapi.security import OAuth2
from starlette.requests import Request

from portal.actions.deps import Deps
from portal.api.problems import NotSignedIn
from portal.domain.case import Actor
from portal.domain.service import Role
from portal.store import partners
from portal.store.unit_of_work import Work


@dataclass(frozen=True)
class PartnerCall:
    """One call under a token nobody has looked at yet: the only way on to the data looks."""

    token: str
    deps: Deps

    @contextmanager
    def reading(self) -> Iterator[tuple[Work, partners.Partner]]:
        """A connection for reading, and whose token it is; raises NotSignedIn."""
        with self.deps.reading() as work:
            yield work, self._partner(work)

    @contextmanager
    def writing(self) -> Iterator[tuple[Work, partners.Partner]]:
        """A transaction, committed on leaving, and whose token it is; raises NotSignedIn."""
        # Looked up outside, so that nobody without a token ever takes the writers' turn.
        with self.deps.reading() as work:
            partner = self._partner(work)
        with self.deps.unit_of_work() as work:
            yield work, partner

    def _partner(self, work: Work) -> partners.Partner:
        partner = partners.by_token(work.connection, self.token, work.now)
        if partner is None:
            raise NotSignedIn(sent=True)
        return partner


class TokenScheme(OAuth2):
    """Takes the bearer token out of the request, and tells the OpenAPI document how to get one."""

    def __init__(self) -> None:
        super().__init__(
            scheme_name="partnerToken",
            description="A token of /oauth/token, good for an hour, sent as `Authorization: Bearer …`.",
            flows={"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": {}}},
        )

    async def __call__(self, request: Request) -> PartnerCall:  # type: ignore[override]
        return take_token(request)


def take_token(request: Request) -> PartnerCall:
    """The call under the token a request carries; raises NotSignedIn where it carries none."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise NotSignedIn(sent=False)
    return PartnerCall(token.strip(), request.app.state.deps)


Partner = Annotated[PartnerCall, Security(TokenScheme())]
"""Only a partner ministry's system may call."""


def actor_of(partner: partners.Partner) -> Actor:
    return Actor(partner.id, frozenset({Role.PARTNER}), services=frozenset(partner.services), name=partner.name)
