"""docs/seal.md and its vectors: the file is what the tool makes, and every reader of the page judges it alike."""

import hashlib
import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cbor2
import pytest

from portal.actions.verify import in_link
from portal.adapters.sealing import cbor
from portal.adapters.sealing.claims import DOCUMENT
from portal.adapters.sealing.sealer import FolderSealer
from portal.domain.flow import Result
from portal.domain.issued import DocumentKind
from portal.ports_of_documents import NotASeal, Statement
from tests.support.seals import sealer_in
from tools.seal_vectors import EARLIER, FILE, OURS, RECEIPT, as_file

PAGE = (FILE.parent / "seal.md").read_text("utf-8")
VECTORS: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
NODE = """
const told = {seals: [], links: [], lists: []}, vectors = JSON.parse(require("fs").readFileSync(0));
(async () => {
  for (const {seal} of vectors.seals) {
    try {
      const read = await readSeal("HTTPS://PORTAL.EXAMPLE/V/" + seal + "?from=paper", vectors.keys);
      told.seals.push([read.exp !== undefined && read.exp <= vectors.now ? "expired" : "valid", read.number, hex(read.id)]);
    } catch (error) { told.seals.push(["refused"]); }
  }
  for (const {link} of vectors.links) told.links.push(await readSeal(link, vectors.keys).then(() => "valid", () => "refused"));
  for (const one of vectors.revocations) {
    try {
      const list = await readList(Uint8Array.from(Buffer.from(one.list, "hex")), vectors.keys), found = {};
      for (const id of [...Object.keys(one.revoked || {}), ...(one.standing || [])])
        found[id] = await isRevoked(Uint8Array.from(Buffer.from(id, "hex")), list);
      told.lists.push(["valid", list.madeAt, list.nextAt, list.revoked.size, found]);
    } catch (error) { told.lists.push(["refused"]); }
  }
  console.log(JSON.stringify(told));
})();
"""


@pytest.fixture
def sealer(tmp_path: Path) -> FolderSealer:
    return sealer_in(tmp_path, (OURS, EARLIER))


def test_the_file_is_what_the_tool_writes() -> None:
    assert FILE.read_text("utf-8") == as_file(), "run: python -m tools.seal_vectors"


def test_the_vectors_fail_in_every_way_there_is() -> None:
    verdicts = [one["verdict"] for one in VECTORS["seals"]]
    assert [verdicts.count(one) for one in ("valid", "expired", "refused")] == [7, 1, 35]
    lists = [one["verdict"] for one in VECTORS["revocations"]]
    assert [lists.count(one) for one in ("valid", "refused")] == [2, 11]


def test_one_document_has_two_seals_and_the_page_says_so() -> None:
    by_name = {one["says"]: one for one in VECTORS["seals"]}
    one, other = by_name["a receipt, without an end"], by_name["with the second signature that fits it"]
    assert one["seal"] != other["seal"]
    assert one["claims"] == other["claims"]
    assert "there is a second, (r, n − s)" in PAGE


def read_list(sealer: FolderSealer, statement: bytes) -> tuple[int, int, dict[bytes, int]]:
    """What a list says, as docs/seal.md has it read; the portal itself makes lists and reads none."""
    said = cbor.read(sealer.stated(Statement.REVOCATIONS, statement))
    if len(said) != 4 or said[0] != 1 or min(said[1:3]) < 1 or len(said[3]) % 9:
        raise NotASeal("It is no list")
    _, made_at, next_at, entries = said
    marks = [entries[at : at + 8] for at in range(0, len(entries), 9)]
    if marks != sorted(set(marks)):
        raise NotASeal("Its entries are not in order")
    return made_at, next_at, dict(zip(marks, entries[8::9], strict=True))


@pytest.mark.parametrize("vector", VECTORS["seals"], ids=lambda vector: vector["says"])
def test_our_reader_judges_each_seal_as_the_file_says(sealer: FolderSealer, vector: dict[str, Any]) -> None:
    if vector["verdict"] == "refused":
        with pytest.raises(NotASeal):
            sealer.read(vector["seal"])
        return
    read, said = sealer.read(vector["seal"]), vector["claims"]
    assert read.id.hex() == said["7"]
    assert read.issued_at == datetime.fromtimestamp(said["6"], UTC)
    place = said[str(DOCUMENT)]
    words = [read.title["ar"], read.title["fr"], read.name["ar"], read.name["fr"]]
    assert [1, read.kind, read.number, *words, read.identifier, read.outcome, read.digest.hex()] == place
    assert (read.expires_on is None) == ("4" not in said)
    over = "4" in said and said["4"] <= VECTORS["now"]
    assert vector["verdict"] == ("expired" if over else "valid")


@pytest.mark.parametrize("vector", VECTORS["links"], ids=lambda vector: vector["says"])
def test_we_read_out_of_each_link_what_the_file_says(sealer: FolderSealer, vector: dict[str, Any]) -> None:
    if vector["verdict"] == "refused":
        with pytest.raises(NotASeal):
            sealer.read(in_link(vector["link"]))
        return
    assert sealer.read(in_link(vector["link"])).number == RECEIPT.number


@pytest.mark.parametrize("vector", VECTORS["revocations"], ids=lambda vector: vector["says"])
def test_our_reader_judges_each_list_as_the_file_says(sealer: FolderSealer, vector: dict[str, Any]) -> None:
    if vector["verdict"] == "refused":
        with pytest.raises(NotASeal):
            read_list(sealer, bytes.fromhex(vector["list"]))
        return
    made_at, next_at, entries = read_list(sealer, bytes.fromhex(vector["list"]))
    assert (made_at, next_at) == (vector["issued_at"], vector["next_update"])
    expected = {hashlib.sha256(bytes.fromhex(one)).digest()[:8]: why for one, why in vector["revoked"].items()}
    assert entries == expected


def test_the_javascript_of_the_page_judges_every_vector_as_the_file_says() -> None:
    (program,) = re.findall(r"```js\n(.*?)```", PAGE, re.DOTALL)
    ran = subprocess.run(
        ["node", "-e", program + NODE], input=FILE.read_bytes(), capture_output=True, check=True, timeout=60
    )
    told = json.loads(ran.stdout)
    for vector, found in zip(VECTORS["seals"], told["seals"], strict=True):
        expected = [vector["verdict"]]
        if "claims" in vector:
            expected += [vector["claims"][str(DOCUMENT)][2], vector["claims"]["7"]]
        assert found == expected, vector["says"]
    assert told["links"] == [one["verdict"] for one in VECTORS["links"]]
    for vector, found in zip(VECTORS["revocations"], told["lists"], strict=True):
        expected = [vector["verdict"]]
        if "revoked" in vector:
            expected += [vector["issued_at"], vector["next_update"], len(vector["revoked"]), vector["revoked"]]
        assert found == expected, vector["says"]


def test_the_python_of_the_page_reads_what_is_signed_and_fails_at_what_is_not(tmp_path: Path) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "shubbak-keys.json").write_text(json.dumps({"keys": VECTORS["keys"]}), "utf-8")
    by_name = {one["says"]: one for one in VECTORS["seals"]}

    def run(says: str) -> subprocess.CompletedProcess[str]:
        link = "HTTPS://PORTAL.EXAMPLE/V/" + by_name[says]["seal"]
        return subprocess.run([sys.executable, "-c", program, link], cwd=tmp_path, capture_output=True, text=True)

    links = [one["link"] for one in VECTORS["links"] if one["verdict"] == "valid"]
    for link in links:
        read = subprocess.run([sys.executable, "-c", program, link], cwd=tmp_path, capture_output=True, text=True)
        assert RECEIPT.number in read.stdout, link
    assert "A-AB1-2026-000017" in run("a certificate, before its end").stdout
    assert "R-AB1-2025-000009" in run("made with an earlier key").stdout
    for says in ("a bit of the signature is turned over", "made with a key that is not published"):
        failed = run(says)
        assert failed.returncode, says
        assert not failed.stdout


def test_the_page_shows_the_octets_of_the_second_vector() -> None:
    (shown,) = re.findall(r"```\n(d2 .*?)```", PAGE, re.DOTALL)
    message = VECTORS["seals"][1]["message"]
    at = 0
    for line in shown.splitlines():
        octets = re.split(r"\s{3,}", line.strip())[0].replace(" ", "")
        begins, cut, ends = octets.partition("…")
        assert message.startswith(begins, at), line
        at = message.index(ends, at) + len(ends) if cut else at + len(begins)
    assert at == len(message)


def test_the_page_names_every_kind_and_every_outcome() -> None:
    for word in (*DocumentKind, *Result):
        assert f"`{word.value}`" in PAGE
        assert f'"{word.value}"' in PAGE


def test_the_payload_of_the_example_is_what_the_page_says_in_words() -> None:
    payload = cbor2.loads(bytes.fromhex(VECTORS["seals"][1]["message"])).value[2]
    assert len(payload) == 200
    assert "payload, 200 octets" in PAGE
