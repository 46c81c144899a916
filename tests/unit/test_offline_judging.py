"""What the page that checks paper without a network says of a seal: its scripts are run as they are, without a browser."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from portal.adapters.sealing import claims
from tools.seal_vectors import EARLIER, FILE, FOREIGN, OURS, RECEIPT, flipped, written

SCRIPTS = Path(__file__).resolve().parents[2] / "static" / "js" / "offline"
VECTORS: dict[str, Any] = json.loads(FILE.read_text("utf-8"))

# What the device holds, and where it is shown, are played; reading, checking and judging are the page's own.
PLAYED = """
const {held, asked} = JSON.parse(require("fs").readFileSync(0));
globalThis.show = {age() {}, clock() {}};
globalThis.issuer = {known: async () => held && {...held, reasons: new Map()}};
"""
ASKED = """
(async () => {
  const told = [];
  for (const [typed, renewed] of asked) told.push((await judging.judged(typed, renewed))[0]);
  console.log(JSON.stringify(told));
})();
"""


def judged(*asked: tuple[str, bool], known: bool = True) -> list[str]:
    """What is said of each text, the keys renewed since it was asked or not, by a device that knows our first key."""
    made = VECTORS["now"]
    held = {"keys": [OURS.jwk()], "made": made, "next": 2**33} if known else None
    scripts = [(SCRIPTS / f"{name}.js").read_text("utf-8") for name in ("cbor", "seal", "judge")]
    ran = subprocess.run(
        ["node", "-e", "\n".join([PLAYED, *scripts, ASKED])],
        input=json.dumps({"held": held, "asked": asked}),
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    said: list[str] = json.loads(ran.stdout)
    return said


def test_a_key_that_is_not_known_is_a_false_one_only_once_the_keys_are_renewed() -> None:
    # One that was made up, and one that the portal gave up or has not told this device of yet.
    for key in (FOREIGN, EARLIER):
        seal = written(key.sign(claims.payload_of(RECEIPT)))
        assert judged((seal, False), (seal, True)) == ["unknown-key", "forged"]


def test_what_needs_no_newer_keys_is_said_whether_they_were_renewed_or_not() -> None:
    message = OURS.sign(claims.payload_of(RECEIPT))
    for text, expected in (
        (written(message), "valid"),
        (written(flipped(message, len(message) - 1)), "forged"),
        ("7K3F-9Q2X-AB12-CD34", "no-seal"),
    ):
        assert judged((text, False), (text, True)) == [expected] * 2
    assert judged((written(message), True), known=False) == ["unready"]


@pytest.mark.parametrize("vector", VECTORS["links"], ids=lambda vector: vector["says"])
def test_a_link_is_read_as_the_published_vectors_say(vector: dict[str, Any]) -> None:
    expected = "valid" if vector["verdict"] == "valid" else "no-seal"
    assert judged((vector["link"], False)) == [expected]
