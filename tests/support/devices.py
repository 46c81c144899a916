"""Signing devices for tests: tokens of SoftHSM, in a folder of their own."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pkcs11
import pytest

PIN = "1234"
TOKEN = "province"
_PLACES = (
    "/usr/lib/softhsm",
    "/usr/lib64/pkcs11",
    "/usr/local/lib/softhsm",
    *map(str, Path("/usr/lib").glob("*/softhsm")),
)


def softhsm() -> str:
    """The path of SoftHSM's library; skips the test where it is not installed."""
    for place in _PLACES:
        if (found := Path(place) / "libsofthsm2.so").exists():
            return str(found)
    pytest.skip("SoftHSM is not installed: tools/system_packages.sh test")


@contextmanager
def lent_device(module: str, folder: Path) -> Iterator[str]:
    """The label of an empty token, told to SoftHSM before its library is loaded, here and in processes begun meanwhile."""
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    try:
        _softhsm("--init-token", "--free", "--label", TOKEN, "--pin", PIN, "--so-pin", "5678")
        yield TOKEN
    finally:
        pkcs11.unload(module)
        if before is None:
            del os.environ["SOFTHSM2_CONF"]
        else:
            os.environ["SOFTHSM2_CONF"] = before


def imported(folder: Path, label: str, number: str) -> None:
    """Moves the signer's key of a folder onto the token, where it stays."""
    key = folder / "signer.key.pem"
    _softhsm("--import", str(key), "--token", TOKEN, "--pin", PIN, "--label", label, "--id", number)
    key.unlink()


def _softhsm(*arguments: str) -> None:
    subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)
