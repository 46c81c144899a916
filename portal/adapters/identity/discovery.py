"""What an identity provider publishes about itself, fetched when first needed and again every hour."""

import ssl
import time
from collections.abc import Mapping
from typing import Any

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from portal.ports import Unreachable

LIFETIME = 3600.0
"""How long, in seconds, a document is believed; after that the old one serves only while the provider is silent."""


class Discovery:
    """The metadata and keys of the provider at ``issuer`` (OpenID Connect Discovery 1.0)."""

    def __init__(self, issuer: str, timeout: float) -> None:
        self.timeout = httpx2.Timeout(timeout, connect=min(timeout, 5))
        self._issuer = issuer
        self._metadata: tuple[float, Mapping[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._authorities: ssl.SSLContext | None = None

    def authorities(self) -> ssl.SSLContext:
        """The certificate authorities we trust; loading them is slow, so it is done once."""
        if self._authorities is None:
            self._authorities = httpx2.create_ssl_context()
        return self._authorities

    def metadata(self) -> Mapping[str, Any]:
        """The discovery document, whose ``issuer`` is the configured one; raises Unreachable."""
        # Two threads may both fetch it: that does less harm than making all of them queue behind a silent provider.
        known = self._metadata
        if known is None or _expired(known[0]):
            try:
                known = self._metadata = time.monotonic(), self._fetched_metadata()
            except Unreachable:
                if known is None:
                    raise
        return known[1]

    def endpoint(self, name: str) -> str:
        """The address of one of its endpoints; a provider reached by https may not send us elsewhere in the clear."""
        address = self.metadata().get(name)
        if not isinstance(address, str) or not address.startswith(("https://", "http://")):
            raise Unreachable(f"the identity provider publishes no {name}")
        if self._issuer.startswith("https://") and not address.startswith("https://"):
            raise Unreachable(f"the identity provider's {name} is not protected")
        return address

    def keys(self, *, renewed: bool = False) -> KeySet:
        """The keys it signs with; ``renewed`` asks for a fresh look. Raises Unreachable."""
        known = self._keys
        if known is None or renewed or _expired(known[0]):
            known = self._keys = time.monotonic(), self._fetched_keys(self.endpoint("jwks_uri"))
        return known[1]

    def _fetched_metadata(self) -> Mapping[str, Any]:
        metadata = self._fetch(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        # Without this, one provider could pass for another (OpenID Connect Discovery 4.3).
        if str(metadata.get("issuer", "")).rstrip("/") != self._issuer.rstrip("/"):
            raise Unreachable("the identity provider calls itself by another name than the configured issuer")
        return metadata

    def _fetched_keys(self, address: str) -> KeySet:
        published = self._fetch(address)
        try:
            return KeySet.import_key_set({"keys": list(published.get("keys", []))})
        except (JoseError, ValueError, TypeError, KeyError):
            raise Unreachable("the identity provider publishes no usable key") from None

    def _fetch(self, address: str) -> Mapping[str, Any]:
        try:
            return fetched_object(httpx2.get(address, timeout=self.timeout, verify=self.authorities()))
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise Unreachable(f"the identity provider does not answer: {type(error).__name__}") from None


def fetched_object(response: httpx2.Response) -> Mapping[str, Any]:
    """The JSON object in a good answer; raises Unreachable for any other."""
    response.raise_for_status()
    try:
        stated = response.json()
    except ValueError:
        stated = None
    if not isinstance(stated, dict):
        raise Unreachable("the identity provider answered something else than a JSON object")
    return stated


def _expired(since: float) -> bool:
    return time.monotonic() - since >= LIFETIME
