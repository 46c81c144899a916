"""PINs that a device refused: none of them is ever presented to it again, by whatever process.

Devices lock, or erase themselves, after three to ten wrong PINs, and a portal has many processes that sign, each of which
tries every document again. So the first refusal is written down beside the certificates, under a lock that whoever presents
a PIN holds, and stops all the others.
"""

import hashlib
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from pkcs11 import Token, TokenFlag
from pkcs11.exceptions import PinExpired, PinIncorrect, PinInvalid, PinLenRange, PinLocked, PKCS11Error

from portal.adapters.key_folder import alone_in, write_whole
from portal.ports import Unreachable

_log = logging.getLogger(__name__)

FILE = "refused-pins.json"
_SETTING = "PORTAL_SIGNING_PASSPHRASE"
_MEND = f"correct {_SETTING} and restart"
_SAID: dict[type[PKCS11Error], str] = {
    PinIncorrect: f"The signing device says that the PIN is wrong: {_MEND}",
    PinInvalid: f"The signing device says that the PIN has characters it does not take: {_MEND}",
    PinLenRange: f"The signing device says that the PIN is too short or too long: {_MEND}",
    PinLocked: f"The signing device has locked its PIN: unlock it with its own tool, then remove keys/{FILE}",
    PinExpired: f"The signing device says that the PIN has run out: set a new one with its own tool, {_MEND}",
}
REFUSALS = tuple(_SAID)


class RefusedPins:
    """What ``refused-pins.json`` of a folder holds: of each refused PIN a slow, salted digest, and by which device."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._file = folder, folder / FILE
        self._here: str | None = None  # What could not be written down.

    @contextmanager
    def presenting(self, token: Token, pin: str) -> Iterator[None]:
        """For the moment in which a PIN is presented, in which nobody else presents one.

        Raises Unreachable instead where it was refused before, or might be the last that the device takes; a refusal
        within is written down, and raised as Unreachable too.
        """
        with alone_in(self._folder):
            self._check(token, pin)
            try:
                yield
            except REFUSALS as refusal:
                said = _SAID[type(refusal)]
                _log.error("%s; it is not presented again", said)
                self._enter(token, pin, said)
                raise Unreachable(said) from refusal

    def _check(self, token: Token, pin: str) -> None:
        said = self._here or self._said_of(token, pin)
        if said is not None:
            raise Unreachable(said)
        if TokenFlag.USER_PIN_LOCKED in token.flags:
            raise Unreachable(_SAID[PinLocked])
        if TokenFlag.USER_PIN_FINAL_TRY in token.flags:
            raise Unreachable(
                "The signing device locks its PIN at the next wrong one: sign in to it once with its own tool"
            )
        if not os.access(self._folder, os.W_OK):
            raise Unreachable(
                f"{self._folder.name}/ cannot be written to, where a refused PIN would have to be remembered"
            )

    def _said_of(self, token: Token, pin: str) -> str | None:
        """What the device said when it refused this PIN; None if it never did."""
        held = self._read()
        if held is None:
            return None
        digest, serial = _digest(pin, bytes.fromhex(held["salt"])), token.serial.hex()
        return next(
            (str(one["said"]) for one in held["refused"] if (one["token"], one["pin"]) == (serial, digest)), None
        )

    def _read(self) -> Any:
        try:
            return json.loads(self._file.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise Unreachable(f"{FILE} cannot be read, and no PIN is presented without it") from error

    def _enter(self, token: Token, pin: str, said: str) -> None:
        try:
            held = self._read() or {"salt": os.urandom(16).hex(), "refused": []}
            digest = _digest(pin, bytes.fromhex(held["salt"]))
            at = datetime.now(UTC).isoformat(timespec="seconds")
            held["refused"].append({"token": token.serial.hex(), "pin": digest, "said": said, "at": at})
            write_whole(self._file, json.dumps(held, indent=1).encode())
        except (OSError, Unreachable):
            _log.exception("a refused PIN could not be written down: other processes may present it too")
            self._here = said


@lru_cache(maxsize=8)
def _digest(pin: str, salt: bytes) -> str:
    """Slow, for PINs are short: a wrong one is seldom far from the right one."""
    return hashlib.scrypt(pin.encode(), salt=salt, n=2**15, r=8, p=1, maxmem=2**26, dklen=32).hex()
