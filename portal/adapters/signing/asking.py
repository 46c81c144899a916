"""Asks the services behind signatures (time stamps, revocation) over one HTTP connection that stays open."""

import os
from threading import Lock

import httpx2

from portal.adapters.outgoing import read_within
from portal.ports import Unreachable

# Revocation lists of national authorities run to some megabytes; nothing that is asked for is larger.
_LARGEST = 16 * 1024 * 1024


class Asker:
    """One client for all requests of a process: opening one for each would cost more than the signature itself."""

    def __init__(self, *, connect: float = 3, read: float = 5, patience: float = 15) -> None:
        self._timeout = httpx2.Timeout(read, connect=connect)
        self._patience = patience
        self._lock = Lock()
        self._client: httpx2.Client | None = None
        self._process = 0

    def post(self, url: str, body: bytes, sent: str, wanted: str, user: tuple[str, str] | None = None) -> bytes:
        """The body of an answer of the type ``wanted`` to one of the type ``sent``; raises Unreachable."""
        headers = {"Content-Type": sent, "Accept": wanted}
        return self._ask("POST", url, headers, wanted, body, user)

    def get(self, url: str) -> bytes:
        """The body behind an address; raises Unreachable."""
        return self._ask("GET", url, {}, "", None, None)

    def close(self) -> None:
        """Closes the connections; the next request opens others."""
        with self._lock:
            if self._client is not None and self._process == os.getpid():
                self._client.close()
            self._client = None

    def _ask(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        wanted: str,
        body: bytes | None,
        user: tuple[str, str] | None,
    ) -> bytes:
        try:
            stream = self._connection().stream(method, url, headers=headers, content=body, auth=user)
            with stream as response:
                if response.status_code != 200:
                    raise Unreachable(f"answered with status {response.status_code}")
                kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                if wanted and kind != wanted:
                    raise Unreachable("answered with something else")
                return read_within(response, _LARGEST, self._patience)
        except httpx2.TimeoutException as error:
            raise Unreachable("no answer in time") from error
        except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError) as error:
            raise Unreachable(type(error).__name__) from error

    def _connection(self) -> httpx2.Client:
        # A connection must not be shared with a process forked since.
        with self._lock:
            if self._client is None or self._process != os.getpid():
                self._client, self._process = httpx2.Client(timeout=self._timeout), os.getpid()
            return self._client
