"""A key on a device, through the processes of the press; and a PIN that was refused, which is never presented again."""

import json
import logging
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pkcs11 import TokenFlag
from pkcs11.exceptions import PinExpired, PinIncorrect, PinInvalid, PinLenRange, PinLocked, PKCS11Error
from pydantic import SecretStr

from portal.adapters.checking.asked import read_certificates
from portal.adapters.press_letters import Named, Parts
from portal.adapters.press_pool import PressPool
from portal.adapters.signing import hardware
from portal.adapters.signing.authority import Algorithm, make_authority
from portal.adapters.signing.hardware import TokenKeys
from portal.adapters.signing.integrity import integrity_of
from portal.adapters.signing.keys import Keys
from portal.adapters.signing.refused_pins import FILE
from portal.adapters.signing.set_up import Signing, Source
from portal.ports import Unreachable
from portal.ports_of_documents import Integrity, Signed
from portal.settings import Settings
from portal.wiring import wire_press
from tests.support.devices import PIN, imported
from tests.support.portal import SECRET
from tests.support.printed_samples import RECEIPT
from tests.support.signing_keys import new_keys

NOW = datetime.now(UTC)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    make_authority(tmp_path / "keys", "Province de Berkane", NOW)
    return tmp_path / "keys"


def settings_of(folder: Path, module: str, device: str, pin: str = PIN, key: str = "") -> Settings:
    return Settings(
        secret_key=SECRET,
        data_dir=folder,
        signing_source="pkcs11",
        signing_passphrase=pin,
        signing_module=module,
        signing_token=device,
        signing_key=key,
        press_processes=1,
    )


def signed_by_us(pdf: bytes, keys: Path) -> bool:
    """Whether it is ours to whoever has the public files alone."""
    return integrity_of(pdf, read_certificates(keys).trusted) is Integrity.VALID


def test_the_press_issues_documents_with_a_key_that_never_leaves_its_device(
    keys: Path, device: str, module: str
) -> None:
    imported(keys, "drawn", os.urandom(4).hex())
    settings = Settings(
        secret_key=SecretStr(SECRET),
        data_dir=keys.parent,
        signing_source="pkcs11",
        signing_passphrase=SecretStr(PIN),
        signing_module=module,
        signing_token=device,
        press_processes=1,
    )
    press = wire_press(settings)
    try:
        assert all(signed_by_us(press.issue(RECEIPT).pdf, keys) for _ in range(2))
    finally:
        press.close()


def test_of_many_processes_one_presents_a_wrong_pin_and_all_sign_with_the_right_one(
    device: str, module: str, tmp_path: Path
) -> None:
    make_authority(tmp_path, "Province de Berkane", NOW, new_key=new_keys(Algorithm.RSA3072))
    imported(tmp_path, "shared", os.urandom(4).hex())

    @contextmanager
    def press_with(pin: str) -> Iterator[Callable[[int], Signed]]:
        signing = Signing(tmp_path, Source.PKCS11, pin, module, device, "shared")
        pool = PressPool(Parts(Named("tests.support.one_page:OnePage"), signing.signer), 2)
        pool.start()
        yield lambda _: pool.issue(RECEIPT)
        pool.close()

    with press_with("4321") as issue, ThreadPoolExecutor(2) as threads:
        said = {str(asked.exception()) for asked in [threads.submit(issue, turn) for turn in range(6)]}
    assert said == {"The signing device says that the PIN is wrong: correct PORTAL_SIGNING_PASSPHRASE and restart"}
    # Each one that is refused leaves a line of its own.
    assert len(json.loads((tmp_path / FILE).read_bytes())["refused"]) == 1
    with press_with(PIN) as issue, ThreadPoolExecutor(2) as threads:
        assert all(signed_by_us(signed.pdf, tmp_path) for signed in threads.map(issue, range(6)))


class Refusing:
    """A token that takes no PIN, and counts those it was given."""

    serial = b"0001"

    def __init__(self, fault: type[PKCS11Error], flags: TokenFlag) -> None:
        self.fault, self.flags, self.given = fault, flags, list[str]()

    def get_token(self, token_label: str) -> "Refusing":
        return self

    def open(self, user_pin: str) -> None:
        self.given.append(user_pin)
        raise self.fault


@pytest.fixture
def refusing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Refusing:
    fault, flags = getattr(request, "param", (PinIncorrect, TokenFlag.LOGIN_REQUIRED))
    token = Refusing(fault, flags)
    monkeypatch.setattr(hardware, "_library", lambda _module: token)
    return token


def said_to(keys: Path, pin: str, times: int = 3) -> set[str]:
    """What a process of its own is told, each time that it wants to sign."""
    process, said = Keys(keys, TokenKeys(keys, "module", "token", pin)), set()
    for _ in range(times):
        with pytest.raises(Unreachable) as fault:
            process.pair()
        said.add(str(fault.value))
    return said


@pytest.mark.parametrize(
    ("refusing", "why"),
    [
        ((PinIncorrect, TokenFlag(0)), "is wrong: correct PORTAL_SIGNING_PASSPHRASE"),
        ((PinInvalid, TokenFlag(0)), "characters it does not take"),
        ((PinLenRange, TokenFlag(0)), "too short or too long"),
        ((PinLocked, TokenFlag(0)), "has locked its PIN"),
        ((PinExpired, TokenFlag(0)), "has run out"),
    ],
    indirect=["refusing"],
)
def test_a_refused_pin_is_presented_once_by_all_processes_together(
    refusing: Refusing, why: str, keys: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        said = {*said_to(keys, "47110815"), *said_to(keys, "47110815")}
    assert refusing.given == ["47110815"]
    assert len(said) == 1
    assert why in said.pop()
    (line,) = caplog.messages
    assert why in line
    assert "47110815" not in line + (keys / FILE).read_text()
    assert (keys / FILE).stat().st_mode & 0o777 == 0o600


def test_while_one_process_presents_a_pin_the_others_wait_for_what_comes_of_it(
    refusing: Refusing, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, refused = threading.Barrier(2), refusing.open

    def open_together(user_pin: str) -> None:
        # As long as this takes, a second one could be presented too.
        with suppress(threading.BrokenBarrierError):
            both.wait(0.3)
        refused(user_pin)

    monkeypatch.setattr(refusing, "open", open_together)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: said_to(keys, "1111", 1), range(2)))
    assert refusing.given == ["1111"]


def test_another_pin_or_another_device_or_the_operators_word_opens_the_way_again(
    refusing: Refusing, keys: Path
) -> None:
    for pin in ("1111", "2222", "1111", "2222"):
        said_to(keys, pin)
    assert refusing.given == ["1111", "2222"]
    refusing.serial = b"0002"
    said_to(keys, "1111")
    assert refusing.given == ["1111", "2222", "1111"]
    (keys / FILE).unlink()
    said_to(keys, "1111")
    assert refusing.given == ["1111", "2222", "1111", "1111"]


@pytest.mark.parametrize(
    ("refusing", "why"),
    [
        ((PinIncorrect, TokenFlag.LOGIN_REQUIRED | TokenFlag.USER_PIN_FINAL_TRY), "at the next wrong one"),
        ((PinIncorrect, TokenFlag.USER_PIN_LOCKED), "has locked its PIN"),
    ],
    indirect=["refusing"],
)
def test_the_last_try_of_a_device_is_left_to_a_person(refusing: Refusing, why: str, keys: Path) -> None:
    (said,) = said_to(keys, PIN)
    assert why in said
    assert refusing.given == []


def test_what_cannot_be_remembered_is_not_tried(
    refusing: Refusing, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (keys / FILE).write_text("half of what was th")
    assert "cannot be read" in said_to(keys, PIN).pop()
    (keys / FILE).unlink()
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "cannot be written to" in said_to(keys, PIN).pop()
    assert refusing.given == []
