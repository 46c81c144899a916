"""What docs/transparency.md says of the log's formats and of checking it without the portal holds."""

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from portal.actions import transparency
from portal.adapters.signing.authority import ROOT as ROOT_CERTIFICATE
from portal.domain.issued import RevokedFor
from portal.presenting.codes import verification_code
from portal.store import documents, log_format
from portal.store.tables import CASES
from tests.support.browser import Browser
from tests.support.commands import ROOT
from tests.support.databases import one_database
from tests.support.journeys import file_residence
from tests.support.portal import TestPortal
from tests.support.revoking import revoke_alone
from tests.support.stamping import LocalStamps

PAGE = (ROOT / "docs" / "transparency.md").read_text(encoding="utf-8")
AT = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
DIGEST = bytes(32)
VECTORS = {
    "document": log_format.DocumentEntry(bytes(range(32))).encoded(),
    "revocation": log_format.RevocationEntry(DIGEST, "error", int(AT.timestamp())).encoded(),
    "journal": log_format.JournalEntry(bytes(16), DIGEST, 7, DIGEST).encoded(),
    "head": log_format.Tree(3, DIGEST, AT).encoded(),
}


@pytest.mark.parametrize("name", VECTORS)
def test_every_format_is_written_as_documented(name: str) -> None:
    stated = re.search(rf"^{name} +([0-9a-f]{{60,}})$", PAGE, re.MULTILINE)
    assert stated is not None
    assert VECTORS[name].hex() == stated[1]


@one_database
def test_a_proof_and_a_time_stamp_are_checked_with_nothing_of_ours(
    portal: TestPortal, browser: Browser, tmp_path: Path
) -> None:
    deps = replace(portal.deps, stamps=LocalStamps(tmp_path / "authority"))
    browser.sign_in()
    for _ in range(5):
        file_residence(browser)
    portal.run_effects()
    head = transparency.publish(deps).head
    assert head is not None
    with portal.deps.reading() as work:
        case = work.connection.execute(CASES.select()).first()
        assert case is not None
        (issued, *_) = documents.of_case(work.connection, work.vault, case.id)
    receipt = tmp_path / "receipt.pdf"
    receipt.write_bytes(browser.client.get(f"/fr/cases/{case.reference}/documents/{issued.number}.pdf").content)
    proof = browser.client.get("/transparency/proof.json", params={"sha256": issued.sha256 or ""})
    (tmp_path / "proof.json").write_bytes(proof.content)
    script = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert script is not None
    (tmp_path / "check.py").write_text(script[1], encoding="utf-8")
    command = [sys.executable, "-I", "check.py", "proof.json", "receipt.pdf"]
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert checked.stdout == f"in the log as no. {proof.json()['number']} of {head.size}\n", checked.stderr
    elsewhere = {**proof.json(), "position": (proof.json()["position"] + 1) % head.size}
    for name, changed in (("receipt.pdf", receipt.read_bytes() + b"%"), ("proof.json", orjson.dumps(elsewhere))):
        kept = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(changed)
        refused = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert "not in the log" in refused.stderr
        (tmp_path / name).write_bytes(kept)
    # The same for the end of a document, by what the page says to put in the place of one line.
    with portal.deps.unit_of_work() as work:
        revoke_alone(work, issued, RevokedFor.ERROR)
    ended = transparency.publish(deps).head
    assert ended is not None
    of_end = browser.client.get("/transparency/proof.json", params={"revoked": issued.sha256 or ""})
    (tmp_path / "proof.json").write_bytes(of_end.content)
    (line,) = re.findall(r"^entry = .*\n", script[1], re.MULTILINE)
    instead = re.search(r"```python\n(printed = .*?)```", PAGE, re.DOTALL)
    assert instead is not None
    (tmp_path / "check.py").write_text(script[1].replace(line, instead[1]), encoding="utf-8")
    # As the paper has it, or as somebody types it.
    for code in (verification_code(issued.code), issued.code.lower()):
        checked = subprocess.run([*command[:-1], code], cwd=tmp_path, capture_output=True, text=True)
        assert checked.stdout == f"in the log as no. {of_end.json()['number']} of {ended.size}\n", checked.stderr
    refused = subprocess.run([*command[:-1], "0" * 16], cwd=tmp_path, capture_output=True, text=True)
    assert "not this document" in refused.stderr
    (tmp_path / "statement.cose").write_bytes(head.statement)
    (tmp_path / "token.der").write_bytes(head.timestamp or b"")
    authority = tmp_path / "authority" / ROOT_CERTIFICATE
    stamped = ["openssl", "ts", "-verify", "-data", "statement.cose", "-in", "token.der", "-token_in", "-CAfile"]
    assert " ".join([*stamped, "root.pem"]) in PAGE
    said = subprocess.run([*stamped, str(authority)], cwd=tmp_path, capture_output=True, text=True)
    assert "Verification: OK" in said.stdout + said.stderr, said.stderr
